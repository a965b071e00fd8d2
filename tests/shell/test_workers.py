"""Long-lived workers on one journal: they share the work, go on through trouble, and stop when told to."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from tests.shell.world import Pen, Scripted

from incident_fsm.adapters import Context, Message, Outcome, Receipt
from incident_fsm.commands import Command
from incident_fsm.desk import JOURNAL, Desk
from incident_fsm.engine import CommandStatus
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.errors import JournalUnusable
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock as Frozen
from incident_fsm.workers import Trouble, Workers

QUICK = timedelta(milliseconds=5)
LONG = timedelta(seconds=20)
"""Nothing here takes so long; a test that waits for it has failed."""


class Counting(Scripted):
    """Counts how often each command is carried out, in all threads."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        self.threads: set[str] = set()
        self._lock = threading.Lock()

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Count."""
        with self._lock:
            self.counts[command.id] += 1
            self.threads.add(threading.current_thread().name)
        return super().deliver(command, context)


def desks(folder: Path, adapter: Scripted) -> Callable[[], Desk]:
    """A function that opens a desk on a journal."""
    return lambda: Desk(SqliteEngine(folder / JOURNAL), load_shipped(), (adapter,))


def begun(folder: Path, incidents: int) -> None:
    """Begin some incidents, each with a status post and a thread to be opened."""
    pen = Pen(Frozen())
    with desks(folder, Scripted())() as desk:
        for number in range(incidents):
            desk.step(f"INC-{number}", *pen.beginning(f"INC-{number}"))


def until(done: Callable[[], bool], workers: Workers) -> None:
    """Wait for something to become true, not for ever."""
    for _ in range(int(LONG / QUICK)):
        if done():
            return
        workers.wait(QUICK)
    raise AssertionError("it did not happen")


def test_several_workers_share_the_work_and_nothing_is_done_twice(tmp_path: Path) -> None:
    """Twelve incidents, four workers: every command is carried out once."""
    begun(tmp_path, 12)
    adapter = Counting()
    with Workers(desks(tmp_path, adapter), count=4, pause=QUICK) as workers:
        until(lambda: len(adapter.counts) >= 24, workers)
    with desks(tmp_path, adapter)() as desk:
        assert not desk.outbox(None, CommandStatus.FAILED)
    assert set(adapter.counts.values()) == {1}


def test_workers_tell_what_they_did(tmp_path: Path) -> None:
    """Each delivery is told once it is settled."""
    begun(tmp_path, 1)
    told: list[object] = []
    with Workers(desks(tmp_path, Scripted()), pause=QUICK, tell=told.append) as workers:
        until(lambda: len(told) >= 2, workers)
    kinds = {type(getattr(each, "command", each)).__name__ for each in told}
    assert kinds >= {"PublishStatus", "OpenThread"}


def test_a_journal_in_trouble_is_told_and_tried_again() -> None:
    """The first desk cannot be opened: the worker says so, waits, and asks for another. It stops at once when told."""
    told: list[object] = []
    heard = threading.Event()

    def never() -> Desk:
        raise JournalUnusable("journal.sqlite3", "is locked", "wait")

    def hear(said: object) -> None:
        told.append(said)
        heard.set()

    with Workers(never, count=1, tell=hear) as workers:
        assert heard.wait(LONG.total_seconds())
        workers.stop()
        assert workers.wait(LONG)
    trouble = told[0]
    assert isinstance(trouble, Trouble)
    assert "is locked" in trouble.problem


def test_a_mistake_in_the_program_ends_all_workers_and_comes_out(tmp_path: Path) -> None:
    """What is no trouble of ours is not swallowed."""

    def broken() -> Desk:
        raise ZeroDivisionError("a bug")

    with Workers(broken, count=2) as workers, pytest.raises(ZeroDivisionError):
        workers.wait(LONG)
    assert list(tmp_path.iterdir()) == []


def test_no_workers_are_no_use() -> None:
    """At least one."""
    with pytest.raises(ValueError, match="at least 1"):
        Workers(lambda: Desk(SqliteEngine(Path("x")), load_shipped()), count=0)


class Thread(Scripted):
    """An adapter whose thread holds one message of a person."""

    def messages(self, context: Context) -> list[Message]:
        """What stands in the thread."""
        return [Message(reference="C1/1.1", at=context.incident.opened_at, by="kim", text="I restarted it")]


def test_workers_remind_and_read_the_threads(tmp_path: Path) -> None:
    """Overdue promises become reminders, and what people said in the thread becomes notes, without anybody's asking."""
    begun(tmp_path, 1)
    adapter = Thread(*[Receipt(reference="r")] * 50)
    with Workers(desks(tmp_path, adapter), pause=QUICK, upkeep=QUICK) as workers:
        until(lambda: any(type(command).__name__ == "Remind" for command in adapter.done), workers)
    with desks(tmp_path, adapter)() as desk:
        notes = [entry.event for entry in desk.timeline("INC-0") if type(entry.event).__name__ == "NoteTaken"]
    assert [getattr(note, "text", "") for note in notes] == ["I restarted it"]
