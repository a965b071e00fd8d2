"""What is the SQLite engine's own: other processes, forks, threads, full disks and speed."""

import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from incident_fsm.engine import Batch, Query
from incident_fsm.engine import _statements as sql
from incident_fsm.errors import JournalUnusable, RevisionConflict
from tests.engine.batches import (
    INCIDENT,
    batch,
    lanes,
    minutes,
    new_command,
    new_event,
    snapshot,
)
from tests.engine.journals import opened, plain

# ── Other processes ────────────────────────────────────────────────────────────────────────────────────────────────

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
connection.execute("COMMIT")
connection.close()
"""


@contextmanager
def held(path: Path) -> Iterator[Callable[[], object]]:
    """Let another process hold the writer's lock; yields what lets it go."""
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield lambda: process.communicate("\n")


def test_a_commit_waits_for_another_process_that_writes(path: Path) -> None:
    """The lock goes after a moment, within the engine's patience, and the commit goes through."""
    with opened(path) as engine, held(path) as release:
        thread = Thread(target=engine.commit, args=(batch(1),))
        thread.start()
        thread.join(0.1)
        assert thread.is_alive()
        release()
        thread.join()
        assert engine.load(INCIDENT) == snapshot(1)


def test_a_lock_that_stays_is_told_and_reading_goes_on(path: Path) -> None:
    """After the engine's patience a commit is an error that says what to do; the next one after the lock is fine."""
    with opened(path, patience=0.1) as engine, held(path) as release:
        engine.load(INCIDENT)
        with pytest.raises(JournalUnusable) as caught:
            engine.commit(batch(1))
        assert "is locked" in caught.value.problem
        assert "try again" in caught.value.remedy
        assert engine.load(INCIDENT) is None
        release()
        engine.commit(batch(1))


CLAIM = """
import sys
from datetime import UTC, datetime
from incident_fsm.engine import Batch, CommandStatus, Settlement
from incident_fsm.engine.sqlite import SqliteEngine

class Hand:
    def work(self, record):
        print(record.command_id, flush=True)
        done = Settlement(command_id=record.command_id, attempt=record.attempts, status=CommandStatus.DONE)
        engine.commit(Batch(incident_id=record.incident_id, expected=0, settlements=(done,)))

engine = SqliteEngine(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
engine.run(Hand(), lambda: datetime.now(UTC), lambda: False)
engine.close()
"""


def test_two_processes_on_one_outbox_never_share_a_command(path: Path) -> None:
    """Each command is handed out once, to one of them, and all end done."""
    with opened(path) as engine:
        engine.commit(lanes(*(f"lane-{number}" for number in range(60))))
        command = [sys.executable, "-c", CLAIM, str(path)]
        workers = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
        ]
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("\n")
            worker.stdin.flush()
        given = [worker.communicate()[0].split() for worker in workers]
        assert [worker.returncode for worker in workers] == [0, 0]
        assert sorted(given[0] + given[1]) == sorted(record.command_id for record in engine.commands())
        assert {record.attempts for record in engine.commands()} == {1}


OPEN = """
import sys
from incident_fsm.engine.sqlite import SqliteEngine
sys.stdin.readline()
SqliteEngine(sys.argv[1]).close()
"""


def test_processes_that_create_the_same_journal_at_once_get_along(path: Path) -> None:
    """Whoever is first creates it; the others wait, and find it ready."""
    command = [sys.executable, "-c", OPEN, str(path)]
    workers = [subprocess.Popen(command, stdin=subprocess.PIPE, text=True) for _ in range(3)]
    for worker in workers:
        worker.communicate("\n")
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    with opened(path) as engine:
        assert list(engine.verify()) == []


def in_a_child(act: Callable[[], object]) -> str:
    """Fork, act in the child, and tell what came of it there."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Python 3.12 warns of a fork while threads run, as they do in a pytest-xdist worker; this child only answers.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            said = repr(act())
        except Exception as error:  # noqa: BLE001  whatever it is, the parent must hear of it
            said = f"{type(error).__name__}: {error}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        said = answer.read().decode()
    os.waitpid(child, 0)
    return said


def test_a_forked_child_is_refused_and_does_the_parent_no_harm(path: Path) -> None:
    """Reading and writing in the child are errors; closing there is nothing; the parent goes on."""
    with opened(path) as engine:
        engine.commit(batch(1))
        assert "was opened before this process was forked; open it again" in in_a_child(lambda: engine.load(INCIDENT))
        assert in_a_child(lambda: engine.commit(batch(2))).startswith("JournalUnusable")
        assert in_a_child(lambda: list(engine.verify())).startswith("JournalUnusable")
        # Even while another thread of the parent is at it, whose lock would stay taken in the child for ever.
        with engine._lock:
            assert in_a_child(lambda: engine.load(INCIDENT)).startswith("JournalUnusable")
        assert in_a_child(engine.close) == "None"
        engine.commit(batch(2))
        assert list(engine.history(INCIDENT, after=1))


def test_an_engine_of_another_process_is_left_alone(path: Path) -> None:
    """As in a child, but seen from here: calls are refused, and closing does not touch the connection."""
    with opened(path) as engine:
        engine._process += 1
        with pytest.raises(JournalUnusable, match="was opened before this process was forked"):
            engine.commit(batch(1))
        engine.close()
        engine._process -= 1
        engine.commit(batch(1))


# ── Threads, growth and speed ──────────────────────────────────────────────────────────────────────────────────────


def test_threads_may_share_an_engine(path: Path) -> None:
    """Writers in several threads lose nothing and leave no gap; readers see whole events."""
    with opened(path) as engine:

        def write() -> None:
            """Commit 10 events, each on the newest revision."""
            left = 10
            while left:
                found = engine.load(INCIDENT)
                try:
                    engine.commit(batch(1 if found is None else found.revision + 1))
                except RevisionConflict:
                    continue
                left -= 1

        threads = [Thread(target=write) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [event.revision for event in engine.history(INCIDENT)] == list(range(1, 31))


def test_a_slow_reader_holds_back_no_writer(path: Path) -> None:
    """A listing that is half read leaves no transaction open, so the log can be cleared meanwhile."""
    with opened(path) as engine:
        for number in range(3):
            engine.commit(batch(1, f"INC-{number}"))
        listing = engine.find(Query())
        next(listing)
        engine.commit(batch(2, "INC-2"))
        assert not engine._connection.in_transaction
        with plain(path) as other:
            busy, *_ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert busy == 0
        assert len(list(listing)) == 2


def test_a_full_disk_is_told_and_the_journal_works_when_there_is_space_again(path: Path) -> None:
    """What was acknowledged is there, what was refused is not, and the same engine goes on."""
    with opened(path) as engine:
        engine.commit(batch(1))
        (pages,) = engine._connection.execute("PRAGMA page_count").fetchone()
        engine._connection.execute(f"PRAGMA max_page_count = {pages}")
        large = Batch(
            incident_id=INCIDENT,
            expected=1,
            events=(new_event(2, payload="x" * 100_000),),
            snapshot=snapshot(2),
            commands=(new_command(2),),
        )
        with pytest.raises(JournalUnusable, match="the disk is full; free some space"):
            engine.commit(large)
        assert engine.load(INCIDENT) == snapshot(1)
        assert list(engine.commands()) == []
        engine._connection.execute(f"PRAGMA max_page_count = {pages + 1000}")
        engine.commit(large)
        assert engine.load(INCIDENT) == snapshot(2)


@pytest.mark.parametrize(
    ("statement", "count", "index"),
    [
        (sql.LOAD, 1, "sqlite_autoindex_incidents_1 (incident_id=?)"),
        (sql.find(due=True, states=1, kinds=1), 6, "incidents_due (next_deadline<?)"),
        (sql.find(due=False, states=0, kinds=0), 3, "incidents_opened"),
        (sql.find(due=False, states=2, kinds=1), 9, "incidents_state (state=? AND (opened_at,incident_id)>(?,?))"),
        (sql.find(due=False, states=2, kinds=1), 9, "MERGE"),
        (sql.RUNNABLE, 2, "commands_ready (ready_at<?)"),
        (sql.RUNNABLE, 2, "commands_lane (incident_id=? AND lane=? AND sequence<?)"),
        (sql.RUNNABLE, 2, "commands_given (incident_id=? AND gives=?)"),
    ],
)
def test_what_must_be_fast_uses_its_index(path: Path, statement: str, count: int, index: str) -> None:
    """SQLite's own plan says so: no table is walked through."""
    with opened(path) as engine:
        plan = engine._connection.execute(f"EXPLAIN QUERY PLAN {statement}", [""] * count).fetchall()
    steps = [row["detail"] for row in plan]
    assert any(index in step for step in steps), steps
    assert not [step for step in steps if step.startswith("SCAN") or "autoindex_commands" in step], steps


def test_a_claim_costs_the_same_however_many_commands_wait(tmp_path: Path) -> None:
    """Counted in steps of SQLite's machine: with 800 waiting in a lane no more than twice as many as with 50."""
    few, many = (claim_steps(tmp_path / f"{count}.sqlite3", count) for count in (50, 800))
    assert many <= 2 * few, (few, many)


def claim_steps(path: Path, count: int) -> int:
    """How many times ten steps a claim takes with so many commands waiting."""
    events = tuple(new_event(revision) for revision in range(1, count + 1))
    commands = tuple(new_command(revision) for revision in range(1, count + 1))
    taken = 0

    def tick() -> int:
        nonlocal taken
        taken += 1
        return 0

    with opened(path) as engine:
        engine.commit(
            Batch(incident_id=INCIDENT, expected=0, events=events, snapshot=snapshot(count), commands=commands)
        )
        engine._connection.set_progress_handler(tick, 10)
        record = engine._claim(minutes(5), set())
        engine._connection.set_progress_handler(None, 0)
    assert record is not None
    assert record.revision == 1
    return taken
