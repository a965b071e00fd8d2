"""What is the memory engine's own: threads, and an audit that sees what only a bug could have done."""

from threading import Thread

from attrs import evolve

from incident_fsm.engine import Query
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.errors import RevisionConflict
from tests.engine.batches import INCIDENT, POLICY, Clock, Hand, batch, lanes, never


def test_writers_in_several_threads_lose_nothing() -> None:
    """Each thread loads, decides and retries on a conflict; all its events are in the journal, without a gap."""
    engine = MemoryEngine()
    engine.keep_policy(POLICY, "{}")

    def write() -> None:
        """Commit 20 events, each on the newest revision."""
        left = 20
        while left:
            found = engine.load(INCIDENT)
            try:
                engine.commit(batch(1 if found is None else found.revision + 1))
            except RevisionConflict:
                continue
            left -= 1

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [event.revision for event in engine.history(INCIDENT)] == list(range(1, 81))
    assert list(engine.verify()) == []


def test_runs_in_several_threads_share_no_command() -> None:
    """Two runs on one outbox: every command is handed out, to one of them."""
    engine = MemoryEngine()
    engine.commit(lanes(*(f"lane-{number}" for number in range(40))))
    hands = [Hand(engine), Hand(engine)]
    threads = [Thread(target=engine.run, args=(hand, Clock(), never)) for hand in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    given = hands[0].ids + hands[1].ids
    assert sorted(given) == sorted(record.command_id for record in engine.commands())


def test_what_is_listed_does_not_change_under_the_reader() -> None:
    """A listing shows the moment of its first answer, so committing while reading does no harm."""
    engine = MemoryEngine()
    for number in range(3):
        engine.commit(batch(1, f"INC-{number}"))
    found = []
    for shown in engine.find(Query()):
        found.append(shown.incident_id)
        engine.commit(batch(2, shown.incident_id))
        engine.commit(batch(1, f"{shown.incident_id}-more"))
    assert found == ["INC-0", "INC-1", "INC-2"]


def test_verify_looks_at_what_is_stored() -> None:
    """A snapshot that somebody changed behind the engine's back is found."""
    engine = MemoryEngine()
    engine.keep_policy(POLICY, "{}")
    engine.commit(batch(1))
    engine._snapshots[INCIDENT] = evolve(engine._snapshots[INCIDENT], revision=2)
    (fault,) = engine.verify()
    assert fault.problem == "its snapshot is at revision 2, its last event at 1"
