"""Every sentence of the process page that this library was made from, and how the guide tells the same fact.

By section of the page: the sentence as it stands there, and what is looked for (regular expressions, any case of
letters) in the same section of the guide. What the policy has no field for is in `NOT_CARRIED`.
"""

Facts = tuple[tuple[str, tuple[str, ...]], ...]

FURNITURE = ("Skip to main content",)
"""What stands on the page and tells nothing about the process."""

NOT_CARRIED: tuple[str, ...] = ()
"""Facts that the policy has no field for: none."""

FACTS: dict[str, Facts] = {
    "introduction": (
        ("Incident Process", ("incident process",)),
        (
            "This document describes our incident handling process for network, operations and security issues.",
            ("incident handling process for network, operations and security issues",),
        ),
        (
            "This document assumes the user has a PagerDuty account and is part of the Analytical Platform team.",
            ("assumes that you have a PagerDuty account", "part of the Analytical Platform team"),
        ),
        (
            "To use the in Slack features the user must authorise the PagerDuty application in Slack.",
            ("Slack features", "must authorise the PagerDuty application in Slack"),
        ),
    ),
    "1": (
        ("1. Confirm that the event constitutes an incident", ("confirm that the event constitutes an incident",)),
        (
            "If this incident constitutes a security breach, you must also report it here",
            ("constitutes a security breach, it must be reported as well", "report the security breach by"),
        ),
        ("We define an incident as an event which:", ("an event is an incident if it",)),
        ("is unplanned, and", ("is unplanned, and",)),
        (
            "impacts end users or our direct users (developers and engineers), or",
            (r"at least one of these .* impacts end users or our direct users \(developers and engineers\), or",),
        ),
        ("degrades user-facing services, or", ("degrades user-facing services, or",)),
        ("increases risk to production services", ("increases risk to production services",)),
        (
            "If this event does not constitute an incident, the appropriate response is ask a user to",
            ("if it is not an incident, the right answer to whoever reported it is to ask them",),
        ),
        ("raise an support issue or", ("raise a support issue",)),
        ("raise a ticket in our GitHub repository", ("raise a ticket in our GitHub repository",)),
        (
            ", however if the issue is security related, it is raised here.",
            ("if it is related to security: raise it",),
        ),
        (
            "Once you are confident that you have an incident, declare it as such.",
            ("confident that it is an incident, declare it",),
        ),
    ),
    "2": (
        ("2. Declare the incident", ("declare the incident",)),
        (
            "Declaring an incident begins with updating Analytical Platform external status page.",
            ("declaring an incident begins with an update of the Analytical Platform external status page",),
        ),
        (
            "You will be presented with a form for you to complete: Create a new PagerDuty incident",
            ("presented with a form to complete: Create a new PagerDuty incident",),
        ),
        (
            "Impacted Service - choose all that apply from the following depending on the type of incident:",
            ("impacted service", "choose all that apply, by the kind of incident"),
        ),
        ("Cloud Platform", ("cloud platform",)),
        ("Modernisation Platform", ("modernisation platform",)),
        ("Analytical Platform Ingestion", ("analytical platform ingestion",)),
        ("Analytical Platform Storage", ("analytical platform storage",)),
        ("Analytical Platform Compute", ("analytical platform compute",)),
        ("Analytical Platform Networking", ("analytical platform networking",)),
        ("Analytical Platform Identity", ("analytical platform identity",)),
        ("Which Impact to assign?", ("impact. choose the one",)),
        ("Impact Description", ("impact .*description",)),
        (
            "Major The whole platform is down or unavailable, all user applications are unavailable",
            (r"major\W+the whole platform is down or unavailable, all user applications are unavailable",),
        ),
        (
            "Minor Part of the platform is down or unavailable, some user applications are impacted or unavailable",
            (r"minor\W+part of the platform is down or unavailable, some user applications are impacted",),
        ),
        (
            "All Good Incident has been resolved, all service is restored",
            (r"all good\W+incident has been resolved, all service is restored",),
        ),
        ("Select Time till Next Update.", ("time till next update. choose 15 minutes, .* or 1 day",)),
        (
            "Note that users should be kept regularly updated especially during major outages, and choose accordingly.",
            ("users should be kept regularly updated, above all during a major outage: choose accordingly",),
        ),
        (
            "Tick the Send update notifications to subscribers box.",
            ("send update notifications to subscribers. tick this box",),
        ),
        ("Click Post button once you are happy with the form.", ("post. click it once you are content with the form",)),
        ("This will update the external page.", ("that updates the page",)),
        (
            "The PagerDuty Status Page slack integration will then automatically post the status in the",
            ("the page then posts the status by itself in",),
        ),
        (
            "analytical-platform-support and ask-data-engineering channels.",
            ("by itself in analytical-platform-support and ask-data-engineering",),
        ),
    ),
    "3": (
        ("3. Managing an Incident", ("manage the incident",)),
        ("Incident communications must be maintained in a single Slack thread", ("must be kept in a single thread",)),
        ("in the main analytical-platform team channel", ("in the main channel of the team, analytical-platform",)),
        ("for maximum visibility.", ("where most people can see it",)),
        ("3.1 Starting a Thread", ("3.1 start the thread",)),
        (
            "Incident Slack thread should have a clear starting message and a thread emoji to ensure consistency.",
            ("a clear starting message and, so that all of them look alike, the thread emoji",),
        ),
        ("Ex: “Airflow Autoscaling Incident :thread:”", ("for example: “Airflow Autoscaling Incident :thread:”",)),
        ("3.2 Capturing notes", ("3.2 capture notes",)),
        (
            "Please note, communications in the Slack thread could later be used to reconstruct the timeline",
            ("what is said in the thread is what the timeline of the incident report is put together from",),
        ),
        ("for post-incident report (if required)", ("if one is needed",)),
        (
            "therefore it is critical to keep all comms to the single incident thread.",
            ("so it is critical that everything is said in that one thread",),
        ),
        (
            "Regular updates to the external status page should be posted to allow stakeholder visibility.",
            ("post regular updates to the .* external status page, so that stakeholders can see",),
        ),
    ),
    "4": (
        ("4. Fix the problem", ("fix the problem",)),
        (
            "Please bear in mind that not every incident requires the whole team to be involved",
            ("not every incident needs the whole team",),
        ),
        ("(even if they all want to join in).", ("even if everybody wants to join in",)),
        ("Log a support ticket if necessary.", ("log a support ticket if that is necessary",)),
        (
            "If the incident cannot be resolved within the team",
            ("where the incident cannot be resolved within the team",),
        ),
        (
            "or if the issue lies with a third-party, log a support ticket with the third-party.",
            ("or the issue lies with a third party, log it with them",),
        ),
        ("For AWS support, log a call in the AWS account affected.", ("support case, in the AWS account affected",)),
        (
            "3rd Party How to log a support ticket Escalation process",
            ("third party", "how to log a support ticket", "how to escalate it"),
        ),
        (
            "AWS Creating a support case On the case, or post in #ext-aws",
            (r"AWS\W+creating a support case", "on the case, or post in ext-aws"),
        ),
    ),
    "5": (
        ("5. End the incident", ("end the incident",)),
        (
            "The incident is resolved once the user is no longer facing issues.",
            ("do users still face the issue", "the incident is resolved once they no longer do"),
        ),
        (
            "This may be a temporary fix, in which case an issue should be created to put a permanent fix in place.",
            ("a temporary fix is enough for that. in that case create an issue to put a permanent fix in place",),
        ),
        (
            "Update the external PagerDuty status page with the resolution.",
            ("update the .* external status page with the resolution",),
        ),
        ("This marks the official end of the incident.", ("this marks the official end of the incident",)),
    ),
    "6": (
        ("6. Post-incident procedure", ("post-incident procedure",)),
        ("After the incident is resolved:", ("after the incident is resolved:",)),
        ("A new incident report should be created.", (r"create an incident report.*\(should",)),
        (
            "The notes generated during the incident management in Slack",
            ("the notes that were taken while the incident was managed",),
        ),
        ("can be used for the incident timeline records.", ("become the timeline of its report",)),
        (
            "A blameless post mortem meeting should be scheduled to identify any processes that need to be improved",
            ("blameless post-mortem to identify any processes that need to be improved",),
        ),
        (
            "A runbook for how to fix this issue should be published",
            (r"publish a runbook for how to fix this issue.*\(should",),
        ),
    ),
    "review": (
        ("This page was last reviewed on 12 November 2024.", ("this page was last reviewed on 12 November 2024",)),
        (
            "It needs to be reviewed again on 12 February 2025 by the page owner #analytical-platform .",
            ("needs to be reviewed again on 12 February 2025 by the page owner #analytical-platform",),
        ),
    ),
}
