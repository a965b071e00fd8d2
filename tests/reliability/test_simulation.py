"""The crash simulator: thousands of histories in which processes die, and nothing that was promised is broken.

More runs: `SIMULATED_RUNS=200000`. A seed that fails is printed with the command that replays it.
"""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from incident_fsm.engine._schema import migrate
from incident_fsm.engine.sqlite import SqliteEngine
from tests.reliability.amounts import SIMULATED_RUNS
from tests.reliability.simulation import Failed, Figures, simulate, simulate_many
from tests.reliability.simulation.fate import KINDS, Crash, Fate
from tests.reliability.simulation.store import Watched
from tests.reliability.simulation.variants import BROKEN

CHUNKS = 16
"""Parts that may run side by side."""

SEEDS = range(500)
"""A broken copy of the library must be found out within so many."""

Record = Callable[[str, object], None]


@pytest.mark.fault(
    "F1",
    sees="nothing, or an error before anything was acknowledged; after a restart all goes on",
    guaranteed="no acknowledged event lost, none invented, no gap; every command done, or visibly in a person's hands;"
    " replay equals snapshot and outbox; hash chain whole; order within each lane; the public's last word right",
)
@pytest.mark.fault(
    "F3",
    sees="a delivery that takes a settle time longer, or `incident outbox` showing that a person must look",
    guaranteed="nothing is done twice where the adapter can look for its marker",
)
@pytest.mark.fault(
    "F9",
    sees="nothing",
    guaranteed="a worker that comes back after its lease changes nothing; receipts may come in any order",
)
@pytest.mark.fault(
    "F11",
    sees="deliveries and reminders early or late by the clock's error",
    guaranteed="none lost, none twice, no reminder before its time by the clock; the order never goes by a clock",
)
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_nothing_promised_is_broken_whenever_a_process_dies(chunk: int, record_property: Record) -> None:
    """Each seed is one history with faults outside, a clock that jumps, and deaths at any point; all end well."""
    figures = simulate_many(range(chunk, SIMULATED_RUNS, CHUNKS))
    record_property("figures", figures.told())
    if figures.runs >= SIMULATED_RUNS // CHUNKS >= 500:
        assert figures.crashed > 0.8 * figures.runs
        assert len(set(KINDS) - set(figures.crashes)) <= 1, "some points are never died at"


@pytest.mark.fault(
    "F1",
    sees="nothing, or an error before anything was acknowledged; after a restart all goes on",
    guaranteed="one history, with a death at each of its points in turn",
)
@pytest.mark.parametrize("seed", [63, 76])
def test_each_point_of_one_history_can_be_died_at(seed: int, record_property: Record) -> None:
    """Every point once, not by chance: also the pair with a second death a few points later, during recovery."""
    points = simulate(seed, doomed=[]).points
    figures = Figures()
    for point in range(points):
        figures.add(simulate(seed, doomed=[point, point + 7]))
    assert figures.crashed == figures.runs > 100
    record_property("figures", figures.told())


def test_a_seed_is_one_history() -> None:
    """The same seed tells the same story, word for word, so that a failure can be looked at again."""
    told: list[list[str]] = [[], []]
    for lines in told:
        for seed in range(20):
            simulate(seed, tell=lines.append)
    assert told[0] == told[1]
    assert any("dies" in line for line in told[0])


@pytest.mark.parametrize("mistake", BROKEN)
def test_a_broken_copy_of_the_library_is_found_out(mistake: str) -> None:
    """A simulator that finds nothing shows nothing: each mistake is caught within a few seeds, and its seed named."""
    with pytest.raises(Failed) as caught:
        simulate_many(SEEDS, BROKEN[mistake])
    assert caught.value.faults
    assert f"python scripts/simulate.py --runs 1 --seed {caught.value.seed}" in str(caught.value)
    with pytest.raises(Failed) as again:
        simulate(caught.value.seed, BROKEN[mistake])
    assert (again.value.faults, again.value.story) == (caught.value.faults, caught.value.story)


def test_the_simulator_is_one_command(root: Path) -> None:
    """It prints figures, and for a single seed the story of it."""
    script = [sys.executable, str(root / "scripts" / "simulate.py")]
    many = subprocess.run([*script, "--runs", "5", "--seed", "3"], capture_output=True, text=True, check=True)
    assert "5 runs" in many.stdout
    one = subprocess.run([*script, "--runs", "1", "--seed", "3"], capture_output=True, text=True, check=True)
    assert "A: tell" in one.stdout


@pytest.mark.fault(
    "F1",
    sees="nothing; the next start creates the journal, or brings it to the newest version",
    guaranteed="a journal is created, or led to another version, whole or not at all",
)
def test_a_journal_is_created_whole_whenever_its_maker_dies(path: Path) -> None:
    """A death before and after each statement of a migration: the next process finds nothing, or all of it."""
    deaths = 0
    while dies_creating(path, deaths):
        with closing(SqliteEngine(path)) as engine:
            assert list(engine.verify()) == []
        path.unlink()
        deaths += 1
    assert deaths > 10


def dies_creating(path: Path, statement: int) -> bool:
    """Create a journal and die before a statement (counted from 0); False where there are not so many."""
    fate = Fate(0, ())
    count = 0

    class Counted(Watched):
        """Dies at the statement, whatever it is."""

        def execute(self, statement_text: str, values: object = ()) -> sqlite3.Cursor:
            """Count, and die."""
            nonlocal count
            if count == statement:
                fate.crash(statement_text)
            count += 1
            return super().execute(statement_text, values)

    path.touch(mode=0o600)
    watched = Counted(sqlite3.connect(path, isolation_level=None), fate, lambda: None, lambda: 0)
    try:
        migrate(watched, str(path))  # type: ignore[arg-type]  # a connection in all that a migration uses
    except Crash:
        return True
    finally:
        watched.die()
    path.unlink()
    return False
