"""The outbox: settled 100 rows a commit, and drained as delivery drains it; both beside bare sqlite3.

Delivery stores each attempt before its call and each receipt after it, two commits a command, and that is what it
promises: a crash leaves one command in doubt and not a hundred. So for draining, the other makes the same transactions
with the same rows. Where a hundred settlements do share a commit (`Batch.settlements`), the other makes one, too. What
is stored is worked out beforehand by a desk in memory, and at the end both files must hold the same rows.
"""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

from benchmarks.durable import row
from benchmarks.durable.step import check_same
from benchmarks.durable.turns import PROCESSOR, WALL, medians, timed
from benchmarks.durable.world import AT, ID, POLICY, SAID, beginning

from incident_fsm import events as e
from incident_fsm.adapters.recording import RecordingAdapter
from incident_fsm.desk import Desk
from incident_fsm.engine import LEASE_SECONDS, Batch, CommandStatus, Engine, Settlement
from incident_fsm.engine import _statements as sql
from incident_fsm.engine._file import connect
from incident_fsm.engine._rows import Plain, row_of, time_text
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.engine.sqlite import PATIENCE, SqliteEngine

COMMANDS = 100
CLAIM = """
UPDATE commands SET status = 'attempted', attempts = attempts + 1, attempted_at = ?, lease_until = ?
WHERE command_id = ?
"""
SETTLE = "UPDATE commands SET status = 'done', lease_until = NULL, receipt = ? WHERE command_id = ?"
LEASE = time_text(AT), time_text(AT.replace(minute=LEASE_SECONDS // 60))

SETTLED = "ours: Engine.commit with 100 settlements; other: the same 100 UPDATEs in one transaction"
DRAINED = (
    "ours: Desk.deliver with an adapter that only answers (claim, context, receipt as an event, snapshot); other: the "
    "same 2 transactions a command, rows prepared. Attempts and receipts share no commit on purpose, so that a crash "
    "puts one command in doubt and not a hundred; most of the rest is the receipt as an event of its incident"
)


def rows(disk: Path, memory: Path) -> Iterator[row.Row]:
    """Measure on the disk, where the goal is meant, and in memory."""
    for place, said, clock, rounds in ((disk, row.DISK, WALL, 7), (memory, row.MEMORY, PROCESSOR, 15)):
        goal = 1.3 if place is disk else None
        for title, race, note in (
            ("outbox settled, 100 rows a commit,", settling, SETTLED),
            ("outbox drained, 2 commits a command,", draining, DRAINED),
        ):
            with tempfile.TemporaryDirectory(dir=place) as folder:
                ours, other = Path(folder) / "ours.sqlite3", Path(folder) / "other.sqlite3"
                works = race(ours, other, rounds + 1)
                taken = medians({name: timed(work, clock) for name, work in works.items()}, rounds)
                check_same(ours, other)
            each = 1e6 / COMMANDS
            yield row.at_most(
                f"{title} ÷ bare sqlite3, {said}", taken["ours"] * each, taken["other"] * each, goal, note
            )


Works = dict[str, Callable[[], None]]


class Scribe(MemoryEngine):
    """A journal in memory that keeps every batch."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[Batch] = []

    def commit(self, batch: Batch) -> None:
        """Store it, and keep it."""
        super().commit(batch)
        self.batches.append(batch)


def begun(engine: Engine) -> Desk:
    """A desk with one incident, its first commands carried out."""
    desk = Desk(engine, POLICY, [RecordingAdapter()], now=lambda: AT)
    desk.step(ID, *beginning())
    desk.deliver()
    return desk


def notes(numbers: Iterator[int]) -> list[e.Event]:
    """So many notes, each to be posted."""
    return [e.NoteTaken(id=f"note-{next(numbers)}", at=AT, by="jo", text=SAID) for _ in range(COMMANDS)]


def draining(ours: Path, other: Path, turns: int) -> Works:
    """Carry out as many posts a turn, one after the other. All are in the outbox from the beginning."""
    scribe = Scribe()
    desks = [begun(engine) for engine in (scribe, SqliteEngine(ours), SqliteEngine(other))]
    numbers = count()
    for _ in range(turns):
        batch = notes(numbers)
        for desk in desks:
            desk.step(ID, *batch)
    scribe.batches.clear()
    desks[0].deliver()
    prepared = iter(_prepared(scribe))
    desks[2].close()
    connection = connect(other, PATIENCE)

    def drain() -> None:
        left = iter(range(COMMANDS))
        desks[1].deliver(stop=lambda: next(left, None) is None)

    def bare() -> None:
        for _, (command_id, receipt, incident, event) in zip(range(COMMANDS), prepared, strict=False):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(CLAIM, (*LEASE, command_id))
            connection.execute("COMMIT")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(sql.KEEP_SNAPSHOT, incident)
            connection.execute(sql.ADD_EVENT, event)
            connection.execute(SETTLE, (receipt, command_id))
            connection.execute("COMMIT")

    return {"ours": drain, "other": bare}


def _prepared(scribe: Scribe) -> Iterator[tuple[str, str, tuple[Plain, ...], tuple[Plain, ...]]]:
    """What each settlement stores: whose receipt, the incident, the event."""
    events = {record.revision: record for record in scribe.history(ID)}
    for batch in scribe.batches:
        [settlement] = batch.settlements
        assert batch.snapshot is not None
        yield (
            settlement.command_id,
            settlement.receipt,
            row_of(batch.snapshot),
            row_of(events[batch.snapshot.revision]),
        )


def settling(ours: Path, other: Path, turns: int) -> Works:
    """Settle as many posts a turn, in one commit. All are in the outbox from the beginning."""
    engine = SqliteEngine(ours)
    desks = [begun(one) for one in (engine, SqliteEngine(other))]
    numbers = count()
    for _ in range(turns):
        batch = notes(numbers)
        for desk in desks:
            desk.step(ID, *batch)
    waiting = [record.command_id for record in engine.commands(ID, [CommandStatus.PENDING])]
    assert len(waiting) == turns * COMMANDS
    desks[1].close()
    connection = connect(other, PATIENCE)
    receipt = '{"reference":"C0123456789/1767225600.000000"}'
    prepared = [
        [Settlement(command_id=one, attempt=None, status=CommandStatus.DONE, receipt=receipt) for one in chunk]
        for chunk in _chunks(waiting)
    ]
    batches = iter([Batch(incident_id=ID, expected=0, settlements=tuple(chunk)) for chunk in prepared])
    chunks = iter(_chunks(waiting))

    def settle() -> None:
        engine.commit(next(batches))

    def bare() -> None:
        _settle_bare(connection, [(receipt, one) for one in next(chunks)])

    return {"ours": settle, "other": bare}


def _chunks(waiting: Sequence[str]) -> list[Sequence[str]]:
    """As many a turn."""
    return [waiting[start : start + COMMANDS] for start in range(0, len(waiting), COMMANDS)]


def _settle_bare(connection: sqlite3.Connection, settled: list[tuple[str, str]]) -> None:
    """One transaction."""
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(SETTLE, settled)
    connection.execute("COMMIT")
