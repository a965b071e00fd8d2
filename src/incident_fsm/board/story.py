"""What the page of one incident says: pictures, what is owed, commands with their receipts, cases, the timeline."""

from datetime import datetime

from incident_fsm import deadlines, pictures
from incident_fsm._incident import Incident
from incident_fsm._results import TimelineEntry
from incident_fsm._values import FollowUpState, SupportCase
from incident_fsm.board import outbox
from incident_fsm.board.cards import card, due, duty
from incident_fsm.board.links import link
from incident_fsm.desk import Desk
from incident_fsm.documents import PlainData, incident_data, timeline_data
from incident_fsm.documents.data import places
from incident_fsm.policy import Policy

NEWEST_ENTRIES, NEWEST_COMMANDS = 500, 200
"""So much of a long history is on a page; the rest is counted, and the command line shows it."""


def story(desk: Desk, incident: Incident, now: datetime) -> PlainData:
    """Everything that an incident's page says, as plain data. The pictures are SVG of our own making."""
    policy, zone = desk.policy, desk.policy.calendar.zone
    timeline = desk.timeline(incident.id)
    records = desk.outbox(incident.id)
    unsettled = [record for record in records if record.status in outbox.UNSETTLED]
    settled = [record for record in records if record.status not in outbox.UNSETTLED]
    course = pictures.Course(
        name=f"Incident {incident.id}", here=incident.state, moves=pictures.moves(timeline), zone=zone
    )
    chronicle = pictures.chronicle(incident, timeline, policy, now)
    data = incident_data(incident, policy)
    return data | {
        "card": card(incident, policy, unsettled, now),
        "others": _others(incident, policy),
        "over": incident.state.final,
        "lifecycle": pictures.lifecycle(course),
        "picture": pictures.timeline(chronicle, zone),
        "later": chronicle.later,
        "duties": [duty(deadline, policy, now) for deadline in deadlines.standing(incident, policy)],
        "owed": _owed(incident, policy, now),
        "waiting": [outbox.row(record, now, zone) for record in unsettled],
        "settled": [outbox.row(record, now, zone) for record in reversed(settled[-NEWEST_COMMANDS:])],
        "settled_count": len(settled),
        "support": [_case(case, policy) for case in incident.cases],
        "places": [{**place, "link": link(place["link"])} for place in places(data["references"])],
        **_days(timeline, incident, policy),
    }


def _others(incident: Incident, policy: Policy) -> list[PlainData]:
    """Who plays a part beside the lead."""
    held = [(policy.role(holder.role), holder) for holder in incident.roles if holder.role != "lead"]
    return [{"name": role.name if role else holder.role, "person": holder.person} for role, holder in held]


def _days(timeline: tuple[TimelineEntry, ...], incident: Incident, policy: Policy) -> PlainData:
    """The newest of the timeline, by day, and how many entries are left out."""
    shown = timeline[-NEWEST_ENTRIES:]
    return {"days": timeline_data(shown, incident, policy), "left_out": len(timeline) - len(shown)}


def _owed(incident: Incident, policy: Policy, now: datetime) -> list[PlainData]:
    """The follow-ups (§5, §6), in the policy's words."""
    rules = {rule.key: rule.description for rule in policy.follow_ups}
    return [
        {
            "text": rules.get(owed.key, owed.key),
            "strength": owed.strength.value,
            "state": owed.state.value,
            "reason": owed.reason,
            "link": link(owed.link),
            "due": due(owed.due, policy, now) if owed.due and owed.state is FollowUpState.OPEN else None,
        }
        for owed in incident.follow_ups
    ]


def _case(case: SupportCase, policy: Policy) -> PlainData:
    """A support case (§4)."""
    party = policy.third_party(case.third_party)
    return {
        "key": case.key,
        "party": party.name if party else case.third_party,
        "account": case.account,
        "summary": case.summary,
        "reference": case.reference,
        "link": link(case.link),
        "requested": case.requested_at.astimezone(policy.calendar.zone),
        "chased": None if case.chased_at is None else case.chased_at.astimezone(policy.calendar.zone),
    }
