"""What the board says of one incident: who, how bad, since when, what is due, and what is wrong."""

from collections.abc import Sequence
from datetime import datetime

from incident_fsm import deadlines
from incident_fsm._incident import Incident
from incident_fsm._states import State
from incident_fsm._values import Audience, Kind
from incident_fsm.board import outbox
from incident_fsm.board.links import page_of
from incident_fsm.deadlines import Deadline
from incident_fsm.documents import PlainData, incident_data
from incident_fsm.engine import CommandRecord
from incident_fsm.pictures.words import countdown, span
from incident_fsm.policy import Policy


def card(incident: Incident, policy: Policy, records: Sequence[CommandRecord], now: datetime) -> PlainData:
    """What there is to see at a glance. `records`: the incident's commands that are not settled."""
    zone = policy.calendar.zone
    standing = deadlines.standing(incident, policy)
    late = [duty(deadline, policy, now) for deadline in standing if deadline.due <= now]
    promise = incident.next_update_at
    return {
        "id": incident.id,
        "href": page_of(incident.id),
        "title": incident_data(incident, policy)["title"],
        "kind": incident.kind.value,
        "drill": incident.kind is Kind.DRILL,
        "restricted": is_restricted(incident),
        "state": incident.state.value,
        "impact": incident.impact,
        "worst": incident.impact == policy.impacts[0].name,
        "lead": incident.lead,
        "needs_lead": incident.state in {State.DECLARED, State.MANAGING} and not incident.lead,
        "services": ", ".join(incident.services),
        "since": incident.entered_at.astimezone(zone),
        "lasted": span(now - incident.entered_at),
        "next_update": None if promise is None else due(promise, policy, now),
        "late": late,
        "troubles": outbox.troubles(records, now, zone),
        "opened": incident.opened_at,
        "rank": _rank(incident, policy),
    }


def duty(deadline: Deadline, policy: Policy, now: datetime) -> PlainData:
    """A deadline: what, who, and how long there is left."""
    return {"name": deadline.name, "text": deadline.text, "who": deadline.who, **due(deadline.due, policy, now)}


def due(moment: datetime, policy: Policy, now: datetime) -> PlainData:
    """By when something is due, and how long there is left."""
    return {
        "at": moment.astimezone(policy.calendar.zone),
        "countdown": countdown(moment, now),
        "overdue": moment <= now,
    }


def urgency(shown: PlainData) -> tuple[bool, bool, int, datetime]:
    """What comes first on a board: the overdue, then what is stuck, then the worst impact, then the oldest."""
    return not shown["late"], not shown["troubles"], shown["rank"], shown["opened"]


def is_restricted(incident: Incident) -> bool:
    """Whether only those who handle a security breach may read about it."""
    return incident.audience is Audience.RESTRICTED


def _rank(incident: Incident, policy: Policy) -> int:
    """How bad it is by the policy's order; an incident without an impact yet comes last."""
    names = [impact.name for impact in policy.impacts]
    return names.index(incident.impact) if incident.impact in names else len(names)
