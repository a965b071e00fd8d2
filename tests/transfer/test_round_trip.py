"""A journal that goes out and in again is the same journal, and its file the same file."""

import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_fsm.desk import Desk
from incident_fsm.engine import Engine
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import Walk, lives, policies, walks
from incident_fsm.transfer import Tally, export_lines
from tests.transfer.journals import ANSWERS, desk_on, everything, exported, fill, imported, settle, walk_through

BATCHES = st.sampled_from((1, 3000, 4 * 1024 * 1024))
"""Each incident in many parts, some in parts, all at once."""

WAYS = st.lists(st.sampled_from(("by_hand", "skip", "leave")), min_size=1, max_size=5)
TOLD = st.lists(st.sampled_from(ANSWERS), max_size=8)


def faults(engine: Engine) -> list[object]:
    """What contradicts itself in a journal."""
    return list(Desk(engine, load_shipped()).verify())


def goes_round(engine: Engine, other: Engine, batch: int) -> None:
    """Expect what is exported to be the same, byte for byte, after it was imported; and the journal too."""
    said = exported(engine)
    result = imported(other, said, batch=batch)
    assert exported(other) == said
    assert everything(other) == everything(engine)
    assert faults(other) == []
    again = imported(other, said, batch=batch)
    assert (again.incidents, again.skipped, again.events) == (0, result.incidents, 0)


@settings(max_examples=40)
@given(st.lists(walks(changing=True, policy=policies()), min_size=1, max_size=3), TOLD, WAYS, BATCHES)
def test_a_walk_through_the_process_goes_round(
    walked: list[Walk], told: list[object], how: list[str], batch: int
) -> None:
    """Whatever happened, under policies that changed on the way, and whatever became of the commands.

    From the memory engine into SQLite and from there into another memory engine.
    """
    engine = MemoryEngine()
    for number, walk in enumerate(walked):
        walk_through(engine, walk, number, told)
    settle(desk_on(engine), *how)
    with tempfile.TemporaryDirectory() as folder, closing(SqliteEngine(Path(folder) / "j.sqlite3")) as middle:
        goes_round(engine, middle, batch)
        goes_round(middle, MemoryEngine(), batch)


@settings(max_examples=8)
@given(lives(), TOLD, WAYS, BATCHES)
def test_a_whole_life_goes_round_from_sqlite(walk: Walk, told: list[object], how: list[str], batch: int) -> None:
    """From its report to its review, from one file of SQLite's into another."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = (SqliteEngine(Path(folder) / f"{name}.sqlite3") for name in "ab")
        with closing(first), closing(second):
            walk_through(first, walk, 1, told)
            settle(desk_on(first), *how)
            goes_round(first, second, batch)


def test_an_empty_journal_goes_round(engine: Engine) -> None:
    """A file of two lines, and a journal with nothing in it."""
    assert exported(engine).count(b"\n") == 2
    goes_round(engine, MemoryEngine(), 1)


def test_one_incident_is_exported_alone(engine: Engine) -> None:
    """Its own lines are those that it has in the whole; imported, it stands alone."""
    fill(engine)
    alone = exported(engine, "INC-1")
    whole = exported(engine).splitlines()
    assert all(line in whole for line in alone.splitlines()[1:-1])
    other = MemoryEngine()
    assert imported(other, alone).incidents == 1
    assert exported(other) == alone


@pytest.mark.parametrize("first", ["INC-1", "INC-2"])
def test_the_whole_can_be_imported_where_one_was_already(engine: Engine, first: str) -> None:
    """It is skipped, and the journal in the end is the same as ever."""
    fill(engine)
    other = MemoryEngine()
    imported(other, exported(engine, first))
    result = imported(other, exported(engine))
    assert (result.incidents, result.skipped) == (1, 1)
    assert exported(other) == exported(engine)


def test_a_tally_counts_what_was_written(engine: Engine) -> None:
    """As the last line does, with the bytes, and with what is not in the file: how many are restricted."""
    fill(engine)
    tally = Tally()
    said = b"".join(export_lines(engine, None, tally))
    assert (tally.policies, tally.incidents, tally.open, tally.bytes) == (1, 2, 0, len(said))
    assert (tally.events, tally.commands) == (said.count(b'{"record":"event"'), said.count(b'{"record":"command"'))
    assert tally.restricted == sum(one.audience.name == "RESTRICTED" for one in desk_on(engine).find())
