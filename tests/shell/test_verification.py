"""`incident_fsm._verification`: what contradicts itself is found and named, and nothing is changed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from attrs import evolve
from tests.shell.world import Pen, Scripted

from incident_fsm._verification import verify
from incident_fsm.desk import Desk
from incident_fsm.engine import CommandRecord, EventRecord, Query, Snapshot
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock


class Tampered:
    """A memory engine that somebody tampered with after the fact: what it reads back can be bent."""

    def __init__(self, engine: MemoryEngine) -> None:
        self.engine = engine
        self.event: Callable[[EventRecord], EventRecord] = lambda record: record
        self.snapshot: Callable[[Snapshot], Snapshot] = lambda snapshot: snapshot
        self.bend_command: Callable[[CommandRecord], CommandRecord | None] = lambda record: record
        self.policies = True

    def __getattr__(self, name: str) -> Any:
        """Do everything else as it is done."""
        return getattr(self.engine, name)

    def verify(self) -> Iterator[object]:
        """Leave the engine's own checks out: these tests are about the replay."""
        return iter(())

    def history(self, incident_id: str) -> Iterator[EventRecord]:
        """Read events back bent."""
        return map(self.event, self.engine.history(incident_id))

    def find(self, query: Query) -> Iterator[Snapshot]:
        """Read snapshots back bent."""
        return map(self.snapshot, self.engine.find(query))

    def command(self, command_id: str) -> CommandRecord | None:
        """Read commands back bent."""
        record = self.engine.command(command_id)
        return None if record is None else self.bend_command(record)

    def policy(self, digest: str) -> str | None:
        """Read policies back, or lose them."""
        return self.engine.policy(digest) if self.policies else None


@pytest.fixture
def journal() -> Tampered:
    """A journal with one incident that is managed and delivered."""
    clock = FrozenClock()
    pen = Pen(clock)
    engine = MemoryEngine()
    desk = Desk(engine, load_shipped(), [Scripted()], now=clock)
    desk.step("INC-1", *pen.beginning())
    desk.deliver()
    return Tampered(engine)


def problems(journal: Tampered) -> list[str]:
    """List what is found."""
    return [fault.problem for fault in verify(journal)]  # type: ignore[arg-type]  # an engine in all but name


def test_a_whole_journal_has_no_fault(journal: Tampered) -> None:
    """Nothing is made up."""
    assert problems(journal) == []


def test_a_snapshot_that_a_replay_does_not_give_is_found(journal: Tampered) -> None:
    """Somebody changed the title in the snapshot."""
    journal.snapshot = lambda snapshot: evolve(snapshot, payload=snapshot.payload.replace("Airflow", "Sunny"))
    assert problems(journal) == ["the snapshot is not what a replay of the journal gives"]


def test_an_event_that_does_not_replay_is_found(journal: Tampered) -> None:
    """Somebody took the lead out of the event that started the management."""
    journal.event = lambda record: evolve(record, payload=record.payload.replace(',"lead":"jo"', ""))
    assert problems(journal) == [
        "revision 4 does not replay: ManagementStarted refused while declared: nobody is Incident Lead"
    ]


def test_an_event_that_cannot_be_read_is_found(journal: Tampered) -> None:
    """Somebody cut an event short."""
    journal.event = lambda record: evolve(record, payload=record.payload[:-1])
    [problem] = problems(journal)
    assert problem.startswith("revision 1: cannot read event")


def test_a_lost_policy_is_found(journal: Tampered) -> None:
    """Without the policy that an event was judged by, nothing can be replayed."""
    journal.policies = False
    [problem] = problems(journal)
    assert "the journal does not have it" in problem


def test_a_lost_or_changed_command_is_found(journal: Tampered) -> None:
    """Commands are compared with what the replay emits."""
    journal.bend_command = lambda _record: None
    assert problems(journal) == [f"the command INC-1:{revision}:0 is missing in the outbox" for revision in (3, 4)]
    journal.bend_command = lambda record: evolve(record, payload=record.payload.replace("Airflow", "Sunny"))
    assert problems(journal) == [
        f"the command INC-1:{revision}:0 is not what a replay of the journal gives" for revision in (3, 4)
    ]


def test_a_snapshot_without_events_is_found(journal: Tampered) -> None:
    """An incident whose history is gone cannot be vouched for."""
    journal.snapshot = lambda snapshot: evolve(snapshot, incident_id="INC-2")
    assert problems(journal) == ["the snapshot is not what a replay of the journal gives"]


def test_how_far_it_is_can_be_told() -> None:
    """The number of incidents that were replayed so far, from none on."""
    clock = FrozenClock()
    pen = Pen(clock)
    desk = Desk(MemoryEngine(), load_shipped(), now=clock)
    for incident_id in ("INC-1", "INC-2"):
        desk.step(incident_id, *pen.beginning(incident_id))
    told: list[int] = []
    assert list(desk.verify(told.append)) == []
    assert told == [0, 1]
