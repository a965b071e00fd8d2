"""The process guide: an organisation's "Incident Process" page, §1 to §6, from its policy and the table.

Whatever it says of the organisation comes from the policy, whatever it says of what leads where from the table, and the
words around them from the templates. So it is never older than the rules that incidents are held to.
"""

from datetime import date

from incident_fsm import diagram
from incident_fsm._values import Strength
from incident_fsm.documents.data import PlainData, plain
from incident_fsm.documents.process import Usage, states_data, steps_data, unknown_usage
from incident_fsm.documents.times import hours
from incident_fsm.policy import Policy, ThirdParty

EXAMPLE = "Airflow Autoscaling Incident"
"""A title to show what the starting message of a thread looks like: the one that the process itself gives."""

_STRENGTHS = {
    Strength.MUST: "must: it cannot be left out",
    Strength.SHOULD: "should: leaving it out needs a reason",
    Strength.MAY: "may: it can be left out",
}


def guide_data(policy: Policy, today: date, *, usage: Usage = unknown_usage, picture: str = "") -> PlainData:
    """Everything that the guide says. `usage`: how each thing is typed. `picture`: the lifecycle as SVG, for HTML."""
    known: PlainData = plain(policy, policy.calendar.zone)
    return known | {
        "past_review": policy.past_review(today),
        "today": today,
        "hours": hours(policy.calendar),
        "all_clear": known["impacts"][policy.impacts.index(policy.all_clear)],
        "cadences": any(impact.update for impact in policy.impacts),
        "choices": known["next_update_choices"],
        "wording": policy.declaration.wording.format(reason="(the reason)", impact="(the impact)"),
        "starting_message": policy.thread.title.format(title=EXAMPLE),
        "routes": [route for route in known["redirects"] if route["key"] != policy.security.redirect],
        "security_route": plain(policy.redirect(policy.security.redirect), policy.calendar.zone),
        "parties": [
            {**said, "escalation": _escalation(party), "in_account": _in_account(party)}
            for said, party in zip(known["third_parties"], policy.third_parties, strict=True)
        ],
        "afterwards": [
            {**said, "strength": _STRENGTHS[rule.strength]}
            for said, rule in zip(known["follow_ups"], policy.follow_ups, strict=True)
            if rule.key != "permanent_fix"
        ],
        "permanent_fix": plain(policy.follow_up("permanent_fix"), policy.calendar.zone),
        "states": states_data(),
        "steps": steps_data(usage),
        "mermaid": diagram.mermaid(),
        "picture": picture,
    }


def _escalation(party: ThirdParty) -> str:
    """How a support ticket is escalated."""
    ways = ["on the case"] if party.chase_on_case else []
    ways += [f"post in {party.channel}"] if party.channel else []
    after = f", once nothing has happened for {party.chase_after}" if party.chase_after else ""
    return ", or ".join(ways) + after


def _in_account(party: ThirdParty) -> bool:
    """Whether it must be said that a ticket is logged in the account affected: it is asked for, and not said yet."""
    return party.account_required and "account" not in party.how
