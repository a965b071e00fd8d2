"""A durable step beside the least that SQLite can do for it: the same rows, prepared beforehand, in one transaction.

Ours is `Desk.step` whole: look the event up, read the incident, decide, write JSON, check, chain, store. The other has
the bytes already and only stores them: BEGIN IMMEDIATE, one row of `incidents` written over, one of `events`, one or
more of `commands`, COMMIT, in the same tables with the same indexes and settings. At the end the two files must hold
the same rows, or nothing is told.
"""

import tempfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from benchmarks.durable import row
from benchmarks.durable.turns import PROCESSOR, WALL, medians, timed
from benchmarks.durable.world import AT, COMMANDS, CYCLE, ID, LIFECYCLE, POLICY, around, beginning

from incident_fsm import Incident, Step, codec
from incident_fsm import _records as records
from incident_fsm.desk import Desk
from incident_fsm.engine import Batch
from incident_fsm.engine import _statements as sql
from incident_fsm.engine._file import connect
from incident_fsm.engine._rows import Plain, row_of
from incident_fsm.engine._rules import chained, outbox
from incident_fsm.engine.sqlite import PATIENCE, SqliteEngine

CYCLES, ROUNDS = 2, 41
TURNS = ROUNDS + 1
"""One more to warm up."""

Rows = tuple[tuple[Plain, ...], tuple[Plain, ...], list[tuple[Plain, ...]]]
"""What a step stores: its incident, its event, its commands."""

NOTE = (
    "ours: the whole of Desk.step; other: the same rows, bytes prepared, through bare sqlite3 in one transaction "
    "(same tables, indexes, WAL, synchronous=FULL). What is ours alone: the decision, the JSON of event, commands and "
    "snapshot, the checks and the hash chain; no part of it is most of it, and only a slow commit hides it"
)


def rows(disk: Path, memory: Path) -> Iterator[row.Row]:
    """Measure on the disk, where the goal is meant, and in memory."""
    share = COMMANDS / CYCLE
    for place, said, clock, goal in ((disk, row.DISK, WALL, 1.20), (memory, row.MEMORY, PROCESSOR, None)):
        figure = f"durable step (1 event + {share:g} commands, WAL FULL) ÷ bare sqlite3, {said}"
        ours, other = measure(place, clock)
        yield row.at_most(figure, ours * 1e6, other * 1e6, goal, NOTE)


def measure(place: Path, clock: Callable[[], float]) -> tuple[float, float]:
    """Seconds a step, ours and the other's."""
    steps = CYCLES * CYCLE
    with tempfile.TemporaryDirectory(dir=place) as folder:
        ours, other = Path(folder) / "ours.sqlite3", Path(folder) / "other.sqlite3"
        works = {"ours": our_work(ours, steps), "other": bare_work(other, steps)}
        taken = medians({name: timed(work, clock) for name, work in works.items()}, ROUNDS)
        check_same(ours, other)
    return taken["ours"] / steps, taken["other"] / steps


def our_work(path: Path, steps: int) -> Callable[[], None]:
    """Steps of a desk."""
    desk = Desk(SqliteEngine(path), POLICY, now=lambda: AT)
    desk.step(ID, *beginning())
    events = iter(list(islice(around(), TURNS * steps)))

    def work() -> None:
        for event in islice(events, steps):
            desk.step(ID, event)

    return work


def bare_work(path: Path, steps: int) -> Callable[[], None]:
    """The same rows, one transaction a step."""
    desk = Desk(SqliteEngine(path), POLICY, now=lambda: AT)
    begun = desk.step(ID, *beginning()).incident
    digest = list(desk.engine.history(ID))[-1].digest
    desk.close()
    connection = connect(path, PATIENCE)
    prepared = iter(list(islice(rows_of(begun, digest), TURNS * steps)))

    def work() -> None:
        for incident, event, commands in islice(prepared, steps):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(sql.KEEP_SNAPSHOT, incident)
            connection.execute(sql.ADD_EVENT, event)
            connection.executemany(sql.ADD_COMMAND, commands)
            connection.execute("COMMIT")

    return work


def rows_of(incident: Incident, digest: str) -> Iterator[Rows]:
    """Yield what each next step stores."""
    policy = codec.policy_digest(POLICY)
    for event in around():
        step = LIFECYCLE.attempt(incident, event)
        assert isinstance(step, Step), step
        new = Batch(
            incident_id=ID,
            expected=incident.revision,
            events=(records.new_event(step, AT, policy),),
            snapshot=records.snapshot(step.after, POLICY, policy),
            commands=tuple(records.new_command(step, place) for place in range(len(step.commands))),
        )
        [record] = chained(ID, digest, new.events)
        assert new.snapshot is not None
        yield row_of(new.snapshot), row_of(record), [row_of(command) for command in outbox(new)]
        incident, digest = step.after, record.digest


def check_same(ours: Path, other: Path) -> None:
    """Hold the two files against each other."""
    one, two = connect(ours, PATIENCE), connect(other, PATIENCE)
    for table in ("incidents", "events", "commands"):
        found = [[tuple(each) for each in file.execute(f"SELECT * FROM {table}")] for file in (one, two)]  # noqa: S608  one of three words
        if found[0] != found[1]:
            raise AssertionError(f"the two files do not hold the same {table}")
    one.close()
    two.close()
