"""The hand-over note for a new lead: how it stands, what was promised, who does what, what is stuck, what is next."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from incident_fsm import deadlines, events
from incident_fsm._incident import Incident
from incident_fsm._results import Option, TimelineEntry
from incident_fsm.documents import data
from incident_fsm.documents.data import PlainData
from incident_fsm.documents.process import DOING, MEANINGS, Usage, unknown_usage
from incident_fsm.engine import CommandRecord, CommandStatus
from incident_fsm.lifecycle import Lifecycle
from incident_fsm.policy import Policy

LAST = 10
"""So many of the last entries of the timeline are in the note."""

_SETTLED = frozenset({CommandStatus.DONE, CommandStatus.SKIPPED})
_UNTOLD = (*events.RECEIPTS, events.DeadlinePassed)


def handover_data(  # noqa: PLR0913  the caller alone knows the outbox, and how things are typed
    incident: Incident,
    policy: Policy,
    timeline: Iterable[TimelineEntry],
    at: datetime,
    *,
    outbox: Sequence[CommandRecord] = (),
    usage: Usage = unknown_usage,
) -> PlainData:
    """Everything that a new lead needs, as of `at`. `outbox` is the incident's; `usage` says how things are typed."""
    zone = policy.calendar.zone
    told = [entry for entry in data.in_order(timeline) if not isinstance(entry.event, _UNTOLD)]
    return {
        **data.incident_data(incident, policy),
        "as_of": at.astimezone(zone),
        "meaning": MEANINGS[incident.state],
        "over": incident.state.final,
        "in_state": max(timedelta(), at - incident.entered_at),
        "public": _public(incident, policy, at),
        "roles": _roles(incident, policy),
        "deadlines": _deadlines(incident, policy, at),
        "stuck": [_command(record) for record in outbox if record.status not in _SETTLED],
        "cases": data.cases(incident, policy),
        "last": data.timeline_data(told[-LAST:], incident, policy),
        "left_out": max(0, len(told) - LAST),
        "options": _options(incident, policy, usage),
        "channel": data.channel(incident, policy),
        "follow_ups": data.follow_ups(incident, policy),
        "fix": data.fix(incident),
    }


def _public(incident: Incident, policy: Policy, at: datetime) -> PlainData | None:
    """What the public was told last, and promised; None where it was told nothing."""
    if incident.told_at is None:
        return None
    zone, promised = policy.calendar.zone, incident.next_update_at
    known = policy.impact(incident.impact)
    return {
        "message": incident.message,
        "at": incident.told_at.astimezone(zone),
        "impact": incident.impact,
        "description": known.description if known else "",
        "published": incident.status_published,
        "next": None if promised is None else promised.astimezone(zone),
        "late": at - promised if promised is not None and promised <= at else None,
    }


def _roles(incident: Incident, policy: Policy) -> list[PlainData]:
    """Every role of the policy with who holds it, if anybody, and whoever holds one of an older policy."""
    known = [
        {"name": role.name, "required": role.required, "person": incident.holder(role.key)} for role in policy.roles
    ]
    others = [held for held in incident.roles if policy.role(held.role) is None]
    return known + [{"name": held.role, "required": False, "person": held.person} for held in others]


def _deadlines(incident: Incident, policy: Policy, at: datetime) -> list[PlainData]:
    """What should have happened, or should by when; the earliest first."""
    zone = policy.calendar.zone
    return [
        {"text": one.text, "who": one.who, "due": one.due.astimezone(zone), "overdue": one.due <= at}
        for one in deadlines.standing(incident, policy)
    ]


def _command(record: CommandRecord) -> PlainData:
    """A command that is not carried out. Its payload stays in the outbox: that may be for fewer readers."""
    return {
        "id": record.command_id,
        "type": record.type,
        "status": record.status.value,
        "attempts": record.attempts,
        "error": record.error,
        "waits": record.status is CommandStatus.FAILED,
    }


def _options(incident: Incident, policy: Policy, usage: Usage) -> list[PlainData]:
    """What can be done next, what leads on first, and last what is blocked, with why."""
    found = [option for option in Lifecycle(policy).options(incident) if option.event in DOING]
    return [
        {
            "doing": DOING[option.event],
            "target": option.target.value if option.target is not incident.state else "",
            "usage": usage(option.event),
            "blocked_by": [reason.sentence for reason in option.blocked_by],
        }
        for option in sorted(found, key=lambda option: _rank(option, incident))
    ]


def _rank(option: Option, incident: Incident) -> tuple[bool, bool]:
    """What is blocked comes last; of the rest, what leads on comes first."""
    return bool(option.blocked_by), option.target is incident.state
