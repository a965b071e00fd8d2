"""Reading: list, show, timeline, next, diagram, verify, demo."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from incident_fsm import deadlines
from incident_fsm._states import State
from incident_fsm.cli import _trouble
from incident_fsm.cli._begin import IncidentId
from incident_fsm.cli._output import as_json, say, table
from incident_fsm.cli._session import Session, leave, reading
from incident_fsm.cli._usage import remedy, usage

if TYPE_CHECKING:
    from incident_fsm._incident import Incident
    from incident_fsm.desk import Desk
    from incident_fsm.policy import Policy

_NONE_AT_ALL = "no such incident"
_NONE_OPEN = "no open incident; --all shows those that are over"

MarkedState = Annotated[State | None, typer.Option("--state", help="Only those in this state.")]


@reading
def list_(
    session: Session,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    state: MarkedState = None,
) -> int:
    """List the incidents, the oldest first: the open ones, or all."""
    from incident_fsm.codec import as_data  # noqa: PLC0415  only where needed

    chosen = (state,) if state else tuple(each for each in State if everything or not each.final)
    with session.desk() as desk:
        found = list(desk.find(*chosen))
        if session.json:
            as_json([as_data(incident) for incident in found])
            return _trouble.DONE
        if not found:
            say(_NONE_AT_ALL if state or everything else _NONE_OPEN)
            return _trouble.DONE
        headers = ("incident", "state", "impact", "lead", "opened", "overdue", "title")
        table(headers, [_row(incident, desk.policy) for incident in found])
    return _trouble.DONE


def _row(incident: "Incident", policy: "Policy") -> tuple[str, ...]:
    """What the list says of an incident."""
    opened, overdue = _local(incident.opened_at, policy), _overdue(incident, policy)
    return incident.id, incident.state.value, incident.impact, incident.lead, opened, overdue, incident.title


def _local(moment: datetime | None, policy: "Policy") -> str:
    """Write a time in the policy's zone."""
    return "" if moment is None else f"{moment.astimezone(policy.calendar.zone):%Y-%m-%d %H:%M %Z}"


def _overdue(incident: "Incident", policy: "Policy") -> str:
    """Name what should have happened by now."""
    now = datetime.now(UTC)
    return ", ".join(each.name for each in deadlines.standing(incident, policy) if each.due <= now)


@reading
def show(session: Session, *, incident_id: IncidentId) -> int:
    """Show everything about one incident."""
    from incident_fsm.codec import as_data  # noqa: PLC0415  only where needed

    with session.desk() as desk:
        incident = desk.incident(incident_id)
        if session.json:
            as_json(as_data(incident))
            return _trouble.DONE
        say(f"{incident.id}  {incident.title}", style="bold")
        for name, value in _facts(incident, desk.policy):
            if value:
                say(f"  {name + ':':14} {value}")
        _show_lists(incident, desk)
    return _trouble.DONE


def _facts(incident: "Incident", policy: "Policy") -> list[tuple[str, str]]:
    """What there is to know in a line each."""
    since = _local(incident.entered_at, policy)
    milestones = incident.milestones
    known = [
        (name, getattr(milestones, name)) for name in ("fault", "detected", "aware", "declared", "repaired", "resolved")
    ]
    return [
        ("state", f"{incident.state.value} since {since} (revision {incident.revision})"),
        ("kind", "" if incident.kind.value == "live" else incident.kind.value),
        ("summary", incident.summary),
        ("reported", f"{_local(incident.opened_at, policy)} by {incident.reporter}"),
        ("lead", incident.lead),
        ("roles", ", ".join(f"{held.role} {held.person}" for held in incident.roles if held.role != "lead")),
        ("impact", incident.impact),
        ("services", ", ".join(incident.services)),
        ("public word", incident.message),
        ("next update", _due(incident.next_update_at, policy)),
        ("milestones", ", ".join(f"{name} {_local(moment, policy)}" for name, moment in known if moment)),
        ("breach", "reported by the security route" if incident.breach else ""),
        ("fix", f"{incident.fix.value.replace('_', ' ')}: {incident.how}" if incident.fix else ""),
        ("duplicate of", incident.duplicate_of),
    ]


def _due(moment: datetime | None, policy: "Policy") -> str:
    """Write a time that something is due, and whether that is over."""
    if moment is None:
        return ""
    return _local(moment, policy) + (" OVERDUE" if moment <= datetime.now(UTC) else "")


def _show_lists(incident: "Incident", desk: "Desk") -> None:
    """Show what there are several of."""
    from incident_fsm.engine import CommandStatus  # noqa: PLC0415  only where needed

    for owed in incident.follow_ups:
        due = f", due {_due(owed.due, desk.policy)}" if owed.due and owed.state.value == "open" else ""
        say(f"  follow-up:     {owed.key} ({owed.strength.value}) {owed.state.value}{due} {owed.link}".rstrip())
    for case in incident.cases:
        say(f"  support case:  {case.key} {case.third_party} {case.account} {case.reference}: {case.summary}")
    for name in (
        "status_post",
        "thread",
        "security_report",
        "redirect",
        "permanent_fix",
        "report",
        "post_mortem",
        "runbook",
    ):
        reference = getattr(incident.references, name)
        if reference is not None:
            say(f"  {name.replace('_', ' ') + ':':14} {reference.link or reference.reference}")
    trouble = desk.outbox(incident.id, CommandStatus.PENDING, CommandStatus.ATTEMPTED, CommandStatus.FAILED)
    for record in trouble:
        say(
            f"  outbox:        {record.command_id} {record.type} {record.status.value} {record.error}".rstrip(),
            style="yellow",
        )


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
                    "recorded_at": entry.recorded_at.isoformat(),
                    "type": type(entry.event).__name__,
                    **as_data(entry.event),
                }
                for entry in entries
            ])  # fmt: skip
            return _trouble.DONE
        from incident_fsm.documents.sentences import sentence  # noqa: PLC0415  costs Jinja2

        rows = [
            (
                entry.revision,
                _local(entry.event.at, desk.policy),
                sentence(entry.event, desk.policy),
            )
            for entry in entries
        ]
        table(("#", "when", "what"), rows)
    return _trouble.DONE


@reading
def next_(session: Session, *, incident_id: IncidentId) -> int:
    """Say what can be done next, what blocks it, and what to type."""
    with session.desk() as desk:
        options = [option for option in desk.options(incident_id) if usage(option.event, incident_id)]
        state = desk.incident(incident_id).state
        if session.json:
            as_json({
                "id": incident_id,
                "state": state.value,
                "options": [
                    {
                        "event": option.event.__name__,
                        "target": option.target.value,
                        "command": usage(option.event, incident_id),
                        "blocked_by": [
                            {"code": reason.code, "sentence": reason.sentence, "command": remedy(reason, incident_id)}
                            for reason in option.blocked_by
                        ],
                    }
                    for option in options
                ],
            })  # fmt: skip
            return _trouble.DONE
        say(f"{incident_id} is {state.value}", style="bold")
        if not options:
            say("  it is over: nothing but receipts can still arrive")
        for option in sorted(options, key=lambda option: option.target is state):
            leads = "" if option.target is state else f"  → {option.target.value}"
            say(f"  {usage(option.event, incident_id)}{leads}", style="dim" if option.blocked_by else "")
            for reason in option.blocked_by:
                say(f"      not yet: {reason.sentence}", style="yellow")
    return _trouble.DONE


@reading
def diagram(
    session: Session,
    *,
    grid: Annotated[bool, typer.Option("--grid", help="The whole grid instead, as a Markdown table.")] = False,
    mermaid: Annotated[bool, typer.Option("--mermaid", help="A Mermaid diagram: this is the default.")] = False,
    mark: Annotated[State | None, typer.Option("--mark", help="Mark a state.")] = None,
) -> int:
    """Print the lifecycle as a Mermaid diagram, or as a grid of events and states."""
    from incident_fsm import diagram as pictures  # noqa: PLC0415  only where needed

    if grid and mermaid:
        raise typer.BadParameter("choose --grid or --mermaid")
    text = pictures.grid() if grid else pictures.mermaid(mark)
    if session.json:
        as_json({"grid" if grid else "mermaid": text})
    else:
        say(text.rstrip("\n"))
    return _trouble.DONE


@reading
def verify(session: Session) -> int:
    """Verify the journal: the file, its hash chain, and that every replay equals its snapshot."""
    with session.desk() as desk:
        faults = list(desk.verify())
    if session.json:
        as_json({"faults": [{"where": fault.where, "problem": fault.problem} for fault in faults]})
    else:
        for fault in faults:
            say(f"{fault.where}: {fault.problem}", style="red")
        say(f"{len(faults)} fault(s)" if faults else "no fault: the journal is whole", style="bold")
    return _trouble.FAULT_FOUND if faults else _trouble.DONE


def demo(
    *,
    folder: Annotated[
        Path, typer.Option("--folder", "-C", help="Where to put it; an earlier demo is left alone.")
    ] = Path("demo-incident"),
) -> None:
    """Take one incident from candidate to reviewed, told as it happens."""
    from incident_fsm._demo import main  # noqa: PLC0415  costs everything

    leave(lambda: _trouble.UNDELIVERED if main(folder) else _trouble.DONE)


VERBS: dict[str, Callable[..., None]] = {
    "list": list_,
    "show": show,
    "timeline": timeline,
    "next": next_,
    "diagram": diagram,
    "verify": verify,
    "demo": demo,
}
