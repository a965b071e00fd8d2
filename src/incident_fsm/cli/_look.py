"""Looking further: next, diagram, verify, demo."""

import io
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import evolve

from incident_fsm._states import State
from incident_fsm.cli import _trouble
from incident_fsm.cli._answers import reason_data
from incident_fsm.cli._begin import IncidentId
from incident_fsm.cli._complete import INCIDENTS
from incident_fsm.cli._options import reading
from incident_fsm.cli._output import as_json, say
from incident_fsm.cli._session import Session
from incident_fsm.cli._usage import Guide

if TYPE_CHECKING:
    from datetime import tzinfo

    from incident_fsm._results import Option
    from incident_fsm.pictures import Move


@reading
def next_(session: Session, *, incident_id: IncidentId) -> int:
    """Say what can be done next, what blocks it, and what to type."""
    with session.desk() as desk:
        incident = desk.incident(incident_id)
        guide = Guide(incident_id, incident, desk.policy)
        options = [option for option in desk.options(incident_id) if guide.usage(option.event)]
    options.sort(key=lambda option: _rank(option, incident.state))
    if session.json:
        data = [_option_data(option, guide) for option in options]
        as_json({"id": incident_id, "state": incident.state.value, "options": data})
        return _trouble.DONE
    say(f"{incident_id} is {incident.state.value}", style="bold")
    if not options:
        say("  it is over: nothing but receipts can still arrive")
    for option in options:
        _tell(option, guide, incident.state)
    return _trouble.DONE


def _rank(option: "Option", state: State) -> tuple[bool, bool, bool]:
    """What leads on comes first, then what gives it up, what stays where it is, and last what is blocked."""
    return bool(option.blocked_by), option.target is state, option.target is State.DISMISSED


def _option_data(option: "Option", guide: Guide) -> dict[str, Any]:
    """An option as plain data."""
    return {
        "event": option.event.__name__,
        "target": option.target.value,
        "command": guide.usage(option.event),
        "choices": guide.choices(option.event),
        "blocked_by": [reason_data(reason, guide) for reason in option.blocked_by],
    }


def _tell(option: "Option", guide: Guide, state: State) -> None:
    """Tell of one option."""
    leads = "" if option.target is state else f"  → {option.target.value}"
    say(f"  {guide.usage(option.event)}{leads}", style="dim" if option.blocked_by else "")
    for word, offered in guide.choices(option.event).items():
        say(f"      {word}: {', '.join(offered)}", style="dim")
    for reason in option.blocked_by:
        hint = guide.remedy(reason)
        say(f"      not yet: {reason.sentence}{f': {hint}' if hint else ''}", style="yellow")


@reading
def diagram(
    session: Session,
    *,
    grid: Annotated[bool, typer.Option("--grid", help="The whole grid instead, as a Markdown table.")] = False,
    mermaid: Annotated[bool, typer.Option("--mermaid", help="A Mermaid diagram: this is the default.")] = False,
    mark: Annotated[State | None, typer.Option("--mark", help="Mark a state.")] = None,
    svg: Annotated[bool, typer.Option("--svg", help="A picture.")] = False,
    incident_id: Annotated[
        str | None,
        typer.Argument(metavar="[INCIDENT]", autocompletion=INCIDENTS, help="Mark where it is, and the path it took."),
    ] = None,
) -> int:
    """Print the lifecycle as a Mermaid diagram, as a grid of events and states, or as a picture (SVG)."""
    from incident_fsm import diagram as pictures  # noqa: PLC0415  only where needed

    if (grid and (mermaid or mark)) or (svg and (grid or mermaid)):
        raise typer.BadParameter("choose --grid, or --svg, or --mermaid; --mark goes with the last two")
    if incident_id and (grid or mark):
        raise typer.BadParameter("an incident is marked in a diagram or a picture: leave --grid and --mark out")
    if svg:
        form, text = "svg", _svg(session, incident_id, mark)
    elif grid:
        form, text = "grid", pictures.grid()
    elif incident_id:
        here, moves, _ = _course(session, incident_id)
        form, text = "mermaid", pictures.mermaid(here, taken={(move.event, move.source) for move in moves})
    else:
        form, text = "mermaid", pictures.mermaid(mark)
    if session.json:
        as_json({form: text})
    else:
        say(text.rstrip("\n"))
    return _trouble.DONE


def _svg(session: Session, incident_id: str | None, mark: State | None) -> str:
    """Draw the lifecycle, with where an incident is and how it came there, or with a state marked."""
    from incident_fsm import pictures as drawn  # noqa: PLC0415  costs jinja2

    if incident_id:
        here, moves, zone = _course(session, incident_id)
        course = drawn.Course(name=f"Incident {incident_id}", here=here, moves=moves, zone=zone)
        return drawn.standalone(drawn.lifecycle(course))
    if mark is None:
        return drawn.standalone(drawn.lifecycle(None))
    marked = drawn.Course(name="An incident", here=mark, moves=(), zone=session.policy().calendar.zone)
    return drawn.standalone(drawn.lifecycle(marked))


def _course(session: Session, incident_id: str) -> "tuple[State, tuple[Move, ...], tzinfo]":
    """Where an incident is, how it came there, and the zone in which that is told."""
    from incident_fsm.pictures import moves  # noqa: PLC0415  costs jinja2

    with evolve(session, dry_run=True).desk() as desk:  # looking needs no adapters
        one = desk.incident(incident_id)
        return one.state, moves(desk.timeline(one.id)), desk.policy.calendar.zone


@reading
def verify(session: Session) -> int:
    """Verify the journal: the file, its hash chain, and that every replay equals its snapshot."""
    from incident_fsm.cli._progress import progress  # noqa: PLC0415  only where needed
    from incident_fsm.engine import Query  # noqa: PLC0415  likewise

    with (
        session.desk() as desk,
        progress("replaying incidents", lambda: sum(1 for _ in desk.engine.find(Query()))) as at,
    ):
        faults = list(desk.verify(at))
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
    json_: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Take one incident from candidate to reviewed, told as it happens, in a folder of its own."""
    _trouble.leave(lambda: _demo(folder, as_document=json_), as_json=json_)


def _demo(folder: Path, *, as_document: bool) -> int:
    """Run the demo, as it tells itself or as one document."""
    from incident_fsm._demo import main  # noqa: PLC0415  costs everything

    if not as_document:
        return _trouble.UNDELIVERED if main(folder) else _trouble.DONE
    with redirect_stdout(io.StringIO()) as told:
        left_over = main(folder)
    as_json({"left_over": left_over, "told": told.getvalue().splitlines()})
    return _trouble.UNDELIVERED if left_over else _trouble.DONE


VERBS: dict[str, Callable[..., None]] = {"next": next_, "diagram": diagram, "verify": verify, "demo": demo}
