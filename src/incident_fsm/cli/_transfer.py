"""In and out: export, import, and the schemas for those who read it elsewhere."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from incident_fsm import errors
from incident_fsm.cli import _trouble
from incident_fsm.cli._complete import INCIDENTS
from incident_fsm.cli._options import reading
from incident_fsm.cli._output import as_json, say
from incident_fsm.cli._progress import progress
from incident_fsm.cli._session import Session
from incident_fsm.schemas import NAMES, schema_text

if TYPE_CHECKING:
    from incident_fsm.engine import Engine
    from incident_fsm.transfer import Imported, Tally

_STANDARD_INPUT = "-"


class Of(Enum):
    """What there is a schema of."""

    EVENT, COMMAND, INCIDENT, POLICY = NAMES


@reading
def export(
    session: Session,
    *,
    incident_id: Annotated[
        str | None, typer.Argument(metavar="[INCIDENT]", autocompletion=INCIDENTS, help="Only this incident.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="A new file, for you alone (mode 0600).  [default: standard output]"),
    ] = None,
) -> int:
    """Write the whole journal, or one incident, as JSON Lines that `incident import` takes back in.

    Everything is in it, restricted incidents too: events with their hash chain, commands with their receipts, and the
    policies. Each incident is as it was at one moment, whoever writes meanwhile.
    """
    from incident_fsm.transfer import Tally, export_lines  # noqa: PLC0415  costs cattrs

    if session.json and out is None:
        raise typer.BadParameter("--json tells what was written: say where with --out FILE")
    tally = Tally()
    with session.desk() as desk:
        lines = export_lines(desk.engine, incident_id, tally)
        with (
            progress("exporting incidents", lambda: _how_many(desk.engine, incident_id)) as at,
            _opened(out, dry_run=session.dry_run) as file,
        ):
            for line in lines:
                file.write(line)
                at(tally.incidents)
    if session.json:
        as_json({"file": str(out), "written": not session.dry_run, **_tally_data(tally)})
    else:
        _tell_exported(tally, out, dry_run=session.dry_run)
    return _trouble.DONE


def _how_many(engine: "Engine", incident_id: str | None) -> int:
    """How many incidents are to be written."""
    from incident_fsm.engine import Query  # noqa: PLC0415  only at a terminal

    return 1 if incident_id is not None else sum(1 for _ in engine.find(Query()))


@contextmanager
def _opened(out: Path | None, *, dry_run: bool) -> Iterator[BinaryIO]:
    """Open what is written to: a new file, standard output, or nothing."""
    if dry_run:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123  no path of a file
            yield nowhere
    elif out is None:
        yield sys.stdout.buffer
    else:
        with _new_file(out) as file:
            yield file


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for us alone, which takes its name only when all of it is written. Never writes over another."""
    _refuse_taken(path)
    opened, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)  # mode 0600, and no link is followed
    part = Path(name)
    try:
        with os.fdopen(opened, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _refuse_taken(path)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


def _refuse_taken(path: Path) -> None:
    """Refuse the name of what is there already: it may be an earlier export, or the journal itself."""
    if os.path.lexists(path):
        raise errors.InvalidValue("--out", f"{path} is there already", "name another file, or remove it first")


def _tally_data(tally: "Tally") -> dict[str, int | str]:
    """What was exported, as plain data."""
    return {
        "policies": tally.policies,
        "incidents": tally.incidents,
        "events": tally.events,
        "commands": tally.commands,
        "open": tally.open,
        "restricted": tally.restricted,
        "bytes": tally.bytes,
        "sha256": tally.sha256,
    }


def _tell_exported(tally: "Tally", out: Path | None, *, dry_run: bool) -> None:
    """Say what was exported, who can read it, and what will be in its way; on standard error if the file is there."""
    aside = out is None and not dry_run
    if not aside:
        where = "it would be" if dry_run else f"{out}:"
        amount = f"{_count(tally.incidents, 'incident')}, {_count(tally.events, 'event')}"
        say(f"{where} {amount}, {_count(tally.commands, 'command')}; {tally.bytes:,} bytes", style="bold")
    if out is not None and not dry_run:
        say("  only you may read the file (mode 0600): it holds everything that was said")
    if tally.restricted:
        whose = "it is restricted" if tally.incidents == 1 else f"{tally.restricted} of them restricted"
        say(f"  {whose}: keep the file to those who may know", style="yellow", error=aside)
    if tally.open:
        them = f"{_count(tally.open, 'command')} in it still open"
        say(f"  {them}: importing is refused, as two places would carry them out;", style="yellow", error=aside)
        say("  deliver or settle them first (incident outbox --waiting)", style="yellow", error=aside)


def _count(number: int, noun: str) -> str:
    """A number of things."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


@reading
def import_(
    session: Session,
    *,
    file: Annotated[str, typer.Argument(metavar="FILE", help="What `incident export` wrote; - is standard input.")],
    hold: Annotated[
        bool,
        typer.Option("--hold", help="Take commands that are still open in as failed, for a person to decide about."),
    ] = False,
) -> int:
    """Take an exported journal in, into a new folder or an existing one; run it again if it was interrupted.

    Incidents that are there already, and equal, are skipped. Nothing that is there is changed: another history of an
    incident is refused. Commands that are still open are refused, since two places would carry them out, unless --hold
    takes them in as failed: then retry, by-hand or skip each. Use one place from then on: both would send reminders.
    """
    from incident_fsm.transfer import Hold, Source, examine, import_journal  # noqa: PLC0415  costs cattrs

    with _read(file) as (stream, size):
        if size is not None:
            with progress("looking it through", lambda: size, in_bytes=True) as at:
                examine(Source(stream, file, at), hold=hold)
        total = None if size is None else lambda: size
        with session.desk(new=True) as desk, progress("importing", total, in_bytes=True) as at:
            holding = Hold(session.by, desk.now) if hold else None
            source = Source(stream, file, at)
            done = import_journal(desk.engine, source, hold=holding, check_only=session.dry_run)
    if session.json:
        as_json({"file": file, "stored": not session.dry_run, **_imported_data(done)})
    else:
        _tell_imported(done, dry_run=session.dry_run)
    return _trouble.DONE


@contextmanager
def _read(file: str) -> Iterator[tuple[BinaryIO, int | None]]:
    """Open what is read, with its size; a pipe has none, and cannot be looked through first."""
    if file == _STANDARD_INPUT:
        yield sys.stdin.buffer, None
        return
    with Path(file).open("rb") as stream:
        yield stream, os.fstat(stream.fileno()).st_size if stream.seekable() else None


def _imported_data(done: "Imported") -> dict[str, int]:
    """What came of an import, as plain data."""
    return {
        "incidents": done.incidents,
        "skipped": done.skipped,
        "events": done.events,
        "commands": done.commands,
        "held": done.held,
    }


def _tell_imported(done: "Imported", *, dry_run: bool) -> None:
    """Say what came of an import, and what is left to do."""
    amount = f"{_count(done.events, 'event')}, {_count(done.commands, 'command')}"
    said = "would be imported" if dry_run else "imported"
    say(f"{said}: {_count(done.incidents, 'incident')}; {amount}", style="bold")
    if done.skipped:
        say(f"  {_count(done.skipped, 'incident')} there already, and equal: skipped")
    if done.held:
        say(f"  {_count(done.held, 'command')} that nobody carried out: retry, by-hand or skip each", style="yellow")
        say("  (incident outbox --waiting shows them; what was tried may have happened)", style="yellow")


@reading
def schema(
    session: Session,
    *,
    of: Annotated[Of, typer.Argument(metavar="event|command|incident|policy", help="Of what.")],
) -> int:
    """Print a JSON Schema (draft 2020-12): of events, commands, an incident or a policy."""
    del session
    say(schema_text(of.value).rstrip("\n"))
    return _trouble.DONE


VERBS: dict[str, Callable[..., None]] = {"export": export, "import": import_, "schema": schema}
