"""`incident board`: what is going on as pages, written into a folder or served on loopback."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import evolve

from incident_fsm import errors
from incident_fsm.cli import _trouble
from incident_fsm.cli._lookout import Restricted, json_line, told_to_stop, watch
from incident_fsm.cli._options import reading
from incident_fsm.cli._output import as_json, say
from incident_fsm.cli._session import Session

if TYPE_CHECKING:
    from incident_fsm.desk import Desk

DEFAULT_OUT, DEFAULT_PORT = Path("board"), 8765


@reading
def board(
    session: Session,
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help=f"The folder for the pages.  [default: {DEFAULT_OUT}]")
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="Show it live on this machine instead, until stopped.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, help=f"With --serve; 0 is any.  [default: {DEFAULT_PORT}]"),
    ] = None,
    restricted: Restricted = False,
) -> int:
    """Write pages of what is going on, an index and one for each open incident, or serve them live on loopback.

    The pages need nothing from outside. A file does not change by itself, and says how old it is; served, it refreshes.
    """
    if serve and out:
        raise typer.BadParameter("--serve writes no files: leave --out out, or --serve")
    if port is not None and not serve:
        raise typer.BadParameter("--port is for --serve: give both, or leave it out")
    quiet = evolve(session, dry_run=True)  # such a desk has no adapters: looking needs none, nor their settings
    with quiet.desk() as desk:
        if not serve:
            return _write(session, desk, out or DEFAULT_OUT, restricted=restricted)
    return _serve(quiet, DEFAULT_PORT if port is None else port, restricted=restricted)


def _write(session: Session, desk: "Desk", folder: Path, *, restricted: bool) -> int:
    """Write the pages, or say which they would be."""
    from incident_fsm.board.files import planned, write  # noqa: PLC0415  costs jinja2
    from incident_fsm.board.pages import Board  # noqa: PLC0415  likewise

    shown = Board(desk, restricted=restricted)
    if session.dry_run:
        files, removed = planned(shown, folder)
        pages = tuple(file.path for file in files)
    else:
        done = write(shown, folder)
        pages, removed = done.pages, done.removed
    if session.json:
        data = {"index": str(pages[-1]), "pages": list(map(str, pages)), "removed": list(map(str, removed))}
        as_json({**data, "dry_run": True} if session.dry_run else data)
        return _trouble.DONE
    would = "would be " if session.dry_run else ""
    say(f"{len(pages)} page(s) {would}written; begin with {pages[-1]}", style="bold")
    if removed:
        say(f"{len(removed)} {would}removed, of incidents that are over or may not be shown")
    return _trouble.DONE


def _serve(session: Session, port: int, *, restricted: bool) -> int:
    """Serve the board until told to stop."""
    from incident_fsm.board.server import serve  # noqa: PLC0415  costs jinja2

    with told_to_stop() as stop:
        try:
            with serve(session.open_desk, port, restricted=restricted) as address:
                if session.json:
                    json_line({"address": address})
                else:
                    say(f"{address}  for this machine alone; Ctrl-C stops")
                    sys.stdout.flush()
                stop.wait()
        except OSError as error:
            problem = f"{port} cannot be had ({(error.strerror or str(error)).lower()})"
            raise errors.InvalidValue("--port", problem, "choose another, or 0 for any that is free") from error
    return _trouble.DONE


VERBS: dict[str, Callable[..., None]] = {"board": board, "watch": watch}
