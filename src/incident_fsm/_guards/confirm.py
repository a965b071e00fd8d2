"""§1 Confirm that the event constitutes an incident: report, confirm, dismiss, and flag a security breach."""

from collections.abc import Iterator

from incident_fsm._guards.answers import Reasons
from incident_fsm._guards.milestones import order_faults
from incident_fsm._incident import Incident
from incident_fsm._results import Reason
from incident_fsm._values import Answer, Assessment, Milestones
from incident_fsm.events import CandidateConfirmed, CandidateDismissed, CandidateReported
from incident_fsm.policy import Policy


def opens_in_order(_incident: None, event: CandidateReported, _policy: Policy) -> Reasons:
    """What is known of the beginning must not contradict itself."""
    return order_faults(Milestones(fault=event.fault_at, detected=event.detected_at, aware=event.aware_at))


def meets_criteria(_incident: Incident, event: CandidateConfirmed, _policy: Policy) -> Reasons:
    """We define an incident as an event which is unplanned, and impacts, degrades or increases risk (§1)."""
    return tuple(_criteria_missed(event.assessment)) + tuple(_evidence_missing(event.assessment))


def _criteria_missed(assessment: Assessment) -> Iterator[Reason]:
    """Yield which of the criteria are not met."""
    if not assessment.unplanned.met:
        yield Reason("planned", "the event was planned, and an incident is unplanned", "§1", "assessment.unplanned")
    if not (assessment.impacts_users.met or assessment.degrades_services.met or assessment.increases_risk.met):
        sentence = (
            "it neither impacts users, nor degrades user-facing services, nor increases risk to production services"
        )
        yield Reason("no_effect", sentence, "§1", "assessment")


def _evidence_missing(assessment: Assessment) -> Iterator[Reason]:
    """Yield which answers say yes without saying what shows it."""
    answers: tuple[tuple[str, Answer], ...] = (
        ("unplanned", assessment.unplanned),
        ("impacts_users", assessment.impacts_users),
        ("degrades_services", assessment.degrades_services),
        ("increases_risk", assessment.increases_risk),
    )
    for question, answer in answers:
        if answer.met and not answer.evidence.strip():
            yield Reason(
                "no_evidence", f"the answer to {question!r} has no evidence", "§1", f"assessment.{question}.evidence"
            )


def grounds_for_dismissal(incident: Incident, event: CandidateDismissed, policy: Policy) -> Reasons:
    """If this event does not constitute an incident, the reporter is sent elsewhere (§1)."""
    return tuple(_no_ground(incident, event)) + tuple(_route_faults(incident, event, policy))


def _no_ground(incident: Incident, event: CandidateDismissed) -> Iterator[Reason]:
    """Yield that no ground was given: criteria not met, a duplicate, or an override with a reason."""
    if event.duplicate_of == incident.id:
        yield Reason("own_duplicate", "an incident cannot duplicate itself", "§1", "duplicate_of")
    if event.duplicate_of or event.override_reason.strip():
        return
    assessment = event.assessment or incident.assessment
    if assessment is None:
        sentence = "nothing says why: answer the criteria, name the incident it duplicates, or override with a reason"
        yield Reason("no_ground", sentence, "§1", "assessment")
    elif not any(_criteria_missed(assessment)):
        sentence = "the criteria are met, so it is an incident; name the one it duplicates, or override with a reason"
        yield Reason("criteria_met", sentence, "§1", "assessment", CandidateConfirmed)


def _route_faults(incident: Incident, event: CandidateDismissed, policy: Policy) -> Iterator[Reason]:
    """Yield what is wrong with the route: unknown, or not the security route though the issue is security related."""
    if not event.route:
        return
    if policy.redirect(event.route) is None:
        known = ", ".join(redirect.key for redirect in policy.redirects)
        yield Reason("unknown_route", f"{event.route!r} is no redirect of the policy; there are {known}", "§1", "route")
    elif incident.breach and event.route != policy.security.redirect:
        sentence = f"a security issue goes by the route {policy.security.redirect!r}"
        yield Reason("not_the_security_route", sentence, "§1", "route")


def breach_not_flagged(incident: Incident, _policy: Policy) -> Reasons:
    """If this incident constitutes a security breach, you must also report it: once (§1)."""
    return (_ALREADY_FLAGGED,) if incident.breach else ()


def flagged_once(incident: Incident, _event: object, policy: Policy) -> Reasons:
    """If this constitutes a security breach, you must also report it by the security route: once (§1)."""
    return breach_not_flagged(incident, policy)


_ALREADY_FLAGGED = Reason("already_flagged", "the security breach was reported already", "§1")
