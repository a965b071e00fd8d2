"""Reading: list, show, timeline."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import fields

from incident_fsm import deadlines
from incident_fsm._states import State
from incident_fsm._values import FollowUpState, Milestones, References
from incident_fsm.cli import _trouble
from incident_fsm.cli._begin import IncidentId
from incident_fsm.cli._options import reading
from incident_fsm.cli._output import as_json, hanging, say, table
from incident_fsm.cli._session import Session

if TYPE_CHECKING:
    from incident_fsm._incident import Incident
    from incident_fsm.desk import Desk

_INDENT = 17

_NONE_AT_ALL = "no such incident"
_NONE_OPEN = "no open incident; --all shows those that are over"

OnlyState = Annotated[State | None, typer.Option("--state", help="Only those in this state.")]


@reading
def list_(
    session: Session,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    state: OnlyState = None,
) -> int:
    """List the incidents, the oldest first: the open ones, or all."""
    from incident_fsm.codec import as_data  # noqa: PLC0415  only where needed

    chosen = (state,) if state else () if everything else tuple(each for each in State if not each.final)
    with session.desk() as desk:
        found = list(desk.find(*chosen))
        if session.json:
            as_json([{**as_data(incident), "overdue": _overdue(incident, desk)} for incident in found])
            return _trouble.DONE
        if not found:
            say(_NONE_AT_ALL if state or everything else _NONE_OPEN)
            return _trouble.DONE
        headers = ("incident", "state", "impact", "lead", "opened", "overdue", "title")
        table(headers, [_row(incident, desk) for incident in found])
    return _trouble.DONE


def _row(incident: "Incident", desk: "Desk") -> tuple[str, ...]:
    """What the list says of an incident."""
    opened, overdue = _local(incident.opened_at, desk), ", ".join(_overdue(incident, desk))
    title = incident.title if incident.kind.value == "live" else f"({incident.kind.value}) {incident.title}"
    return incident.id, incident.state.value, incident.impact, incident.lead, opened, overdue, title


def _local(moment: datetime | None, desk: "Desk") -> str:
    """Write a time in the policy's zone."""
    return "" if moment is None else f"{moment.astimezone(desk.policy.calendar.zone):%Y-%m-%d %H:%M %Z}"


def _overdue(incident: "Incident", desk: "Desk") -> list[str]:
    """Name what should have happened by now."""
    now = desk.now()
    return [deadline.name for deadline in deadlines.standing(incident, desk.policy) if deadline.due <= now]


@reading
def show(session: Session, *, incident_id: IncidentId) -> int:
    """Show everything about one incident."""
    with session.desk() as desk:
        incident = desk.incident(incident_id)
        if session.json:
            as_json(_all_data(incident, desk))
            return _trouble.DONE
        from incident_fsm.pictures.terminal import milestone_bar  # noqa: PLC0415  costs jinja2

        say(f"{incident.id}  {incident.title}", style="bold")
        for line in milestone_bar(incident, desk.now(), desk.policy.calendar.zone):
            say(f"  {line}", style="dim")
        for name, value, style in _lines(incident, desk):
            if value:
                say(f"  {name + ':':14} {hanging(value, _INDENT)}", style=style)
    return _trouble.DONE


def _all_data(incident: "Incident", desk: "Desk") -> dict[str, Any]:
    """The incident with what stands and what waits, as plain data."""
    from incident_fsm.cli._outbox import record_data, waiting  # noqa: PLC0415  only where needed
    from incident_fsm.codec import as_data  # noqa: PLC0415  likewise

    now = desk.now()
    standing = [
        {**as_data(deadline), "overdue": deadline.due <= now}
        for deadline in deadlines.standing(incident, desk.policy)
    ]  # fmt: skip
    outbox = [record_data(record) for record in waiting(desk, incident.id)]
    return {**as_data(incident), "deadlines": standing, "outbox": outbox}


Line = tuple[str, str, str]
"""What it is, what is said, and its style."""


def _lines(incident: "Incident", desk: "Desk") -> Iterator[Line]:
    """Yield everything that is shown of an incident."""
    yield from ((name, value, "") for name, value in _facts(incident, desk))
    yield from _owed(incident, desk)
    for case in incident.cases:
        where = " ".join(
            part for part in (case.key, case.third_party, case.account, case.link or case.reference) if part
        )
        yield "support case", f"{where}: {case.summary}", ""
    for name in (field.name for field in fields(References)):
        reference = getattr(incident.references, name)
        if reference is not None:
            yield name.replace("_", " "), reference.link or reference.reference, ""
    yield from _trouble_lines(incident, desk)


def _facts(incident: "Incident", desk: "Desk") -> list[tuple[str, str]]:
    """What there is to know in a line each."""
    names = [field.name for field in fields(Milestones)]
    known = [(name, getattr(incident.milestones, name)) for name in names]
    since = _local(incident.entered_at, desk)
    return [
        ("state", f"{incident.state.value} since {since} (revision {incident.revision})"),
        ("kind", "" if incident.kind.value == "live" else incident.kind.value),
        ("audience", "restricted" if incident.audience.name == "RESTRICTED" else ""),
        ("summary", incident.summary),
        ("reported", f"{_local(incident.opened_at, desk)} by {incident.reporter}"),
        ("lead", incident.lead),
        ("roles", ", ".join(f"{held.role} {held.person}" for held in incident.roles if held.role != "lead")),
        ("impact", incident.impact),
        ("services", ", ".join(incident.services)),
        ("public word", incident.message),
        ("milestones", ", ".join(f"{name} {_local(moment, desk)}" for name, moment in known if moment)),
        ("breach", "reported by the security route" if incident.breach else ""),
        ("fix", f"{incident.fix.value.replace('_', ' ')}: {incident.how}" if incident.fix else ""),
        ("duplicate of", incident.duplicate_of),
    ]


def _owed(incident: "Incident", desk: "Desk") -> Iterator[Line]:
    """Yield the next update, the follow-ups, and what else should have happened by now."""
    now = desk.now()
    if incident.next_update_at is not None:
        yield _due("next update", "", incident.next_update_at, desk)
    for owed in incident.follow_ups:
        said = f"{owed.key} ({owed.strength.value}) {owed.state.value} {owed.link or owed.reason}".rstrip()
        open_until = owed.due if owed.state is FollowUpState.OPEN else None
        yield _due("follow-up", said, open_until, desk)
    for deadline in deadlines.standing(incident, desk.policy):
        if deadline.due <= now and deadline.name != "next_update" and not deadline.name.startswith("follow_up:"):
            yield _due("deadline", deadline.text, deadline.due, desk)


def _due(name: str, said: str, due: datetime | None, desk: "Desk") -> Line:
    """Say by when something is due, and whether that is over."""
    if due is None:
        return name, said, ""
    late = due <= desk.now()
    when = _local(due, desk) + (" OVERDUE" if late else "")
    return name, f"{said}, due {when}" if said else when, "bold red" if late else ""


def _trouble_lines(incident: "Incident", desk: "Desk") -> Iterator[Line]:
    """Yield each command that is not settled."""
    from incident_fsm.cli._outbox import waiting  # noqa: PLC0415  only where needed

    for record in waiting(desk, incident.id):
        why = f": {record.error}" if record.error else ""
        yield "outbox", f"{record.command_id} {record.type} {record.status.value}{why}", "yellow"


@reading
def timeline(session: Session, *, incident_id: IncidentId) -> int:
    """Show what happened, in the order in which it was recorded."""
    from incident_fsm.codec import as_data  # noqa: PLC0415  only where needed

    with session.desk() as desk:
        entries = desk.timeline(incident_id)
        if session.json:
            as_json([
                {
                    "revision": entry.revision,
                    "recorded_at": as_data(entry)["recorded_at"],
                    "type": type(entry.event).__name__,
                    **as_data(entry.event),
                }
                for entry in entries
            ])  # fmt: skip
            return _trouble.DONE
        from incident_fsm.documents.sentences import sentence  # noqa: PLC0415  only where needed
        from incident_fsm.pictures.terminal import pace  # noqa: PLC0415  likewise

        rows = [
            (entry.revision, after, _local(entry.event.at, desk), sentence(entry.event, desk.policy))
            for entry, after in zip(entries, pace(entries), strict=True)
        ]
        table(("#", "after", "when", "what"), rows)
    return _trouble.DONE


VERBS: dict[str, Callable[..., None]] = {"list": list_, "show": show, "timeline": timeline}
