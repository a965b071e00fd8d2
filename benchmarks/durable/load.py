"""An incident read by a desk that does not know it yet: with a history of 100,000 events, and with one of 10."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from benchmarks.durable import row
from benchmarks.durable.turns import medians, timed
from benchmarks.durable.world import POLICY
from benchmarks.transfer import make

from incident_fsm.desk import Desk
from incident_fsm.engine.sqlite import SqliteEngine

LONG, SHORT = 100_000, 10
LOADS, ROUNDS = 200, 25


def rows(place: Path) -> Iterator[row.Row]:
    """Make both journals through `Engine.restore`, and read."""
    with tempfile.TemporaryDirectory(dir=place) as root:
        folders = {"long": Path(root) / "long", "short": Path(root) / "short"}
        for (_, folder), events in zip(folders.items(), (LONG, SHORT), strict=True):
            folder.mkdir()
            make(folder, 1, events)
        with closing(_open(folders["long"])) as long, closing(_open(folders["short"])) as short:
            taken = medians({"long": timed(lambda: _load(long)), "short": timed(lambda: _load(short))}, ROUNDS)
    note = "Desk.incident by a desk that sees it for the first time: one row by its key, decoded; files in memory"
    each = 1e6 / LOADS
    figure = "load one incident with 100,000 events ÷ with 10"
    yield row.at_most(figure, taken["long"] * each, taken["short"] * each, 3, note)


def _open(folder: Path) -> SqliteEngine:
    """Open what was made."""
    return SqliteEngine(folder / "made.sqlite3")


def _load(engine: SqliteEngine) -> None:
    """Read the incident again and again, each time as if for the first."""
    for _ in range(LOADS):
        Desk(engine, POLICY).incident("INC-000000")
