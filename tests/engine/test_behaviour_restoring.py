"""What every engine promises of records that are restored as they are; each test runs against each engine."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from attrs import asdict, evolve

from incident_fsm.engine import GENESIS, CommandRecord, Engine, Restoration
from incident_fsm.engine._rules import chained
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.errors import EventIdReused, InvalidValue, JournalUnusable, RevisionConflict
from tests.engine.batches import (
    ATTEMPTED,
    DONE,
    FAILED,
    INCIDENT,
    PENDING,
    POLICY,
    SKIPPED,
    Clock,
    Hand,
    batch,
    decided,
    minutes,
    never,
    new_command,
    new_event,
    snapshot,
    stored,
)


def command(revision: int, position: int = 0, incident_id: str = INCIDENT, **changes: Any) -> CommandRecord:
    """Write a stored command that was done at its first attempt."""
    record = CommandRecord(
        incident_id=incident_id,
        status=DONE,
        attempts=1,
        attempted_at=minutes(revision),
        not_before=None,
        lease_until=None,
        in_doubt=False,
        error="",
        receipt='{"reference": "☃"}',
        **asdict(new_command(revision, position, incident_id)),
    )
    return evolve(record, **changes)


def stretch(
    first: int = 1, last: int = 3, *commands: CommandRecord, incident_id: str = INCIDENT, previous: str = GENESIS
) -> Restoration:
    """Write a stretch of history: the events of some revisions, chained, and some commands."""
    events = chained(incident_id, previous, tuple(new_event(n, incident_id) for n in range(first, last + 1)))
    return Restoration(
        incident_id=incident_id,
        expected=first - 1,
        events=events,
        snapshot=snapshot(last, incident_id),
        commands=commands,
    )


def test_what_is_restored_is_read_back_field_by_field(engine: Engine) -> None:
    """Events with their times and digests, the snapshot, and commands in every status that is closed."""
    engine.keep_policy(POLICY, "{}")
    failed = command(2, status=FAILED, receipt="", error="no – ☃", in_doubt=True, attempts=3)
    untried = command(3, status=SKIPPED, receipt="", attempts=0, attempted_at=None)
    restored = stretch(1, 3, command(1), failed, untried)
    engine.restore([restored])
    assert stored(engine) == ([restored.snapshot], [list(restored.events)], [command(1), failed, untried])
    assert engine.recorded(["INC-1/2"]) == (restored.events[1],)
    assert list(engine.verify()) == []


def test_a_restored_journal_is_the_one_that_was_committed(engine: Engine) -> None:
    """What another engine was given event by event is the same after it was restored here, in one go."""
    other = MemoryEngine()
    for revision in (1, 2, 3):
        other.commit(batch(revision))
    engine.restore([stretch()])
    assert stored(engine) == stored(other)


def test_a_history_goes_on_after_it_was_restored(engine: Engine, clock: Clock) -> None:
    """The next batch is chained to it; what was done gives what later commands need, and nothing old runs again."""
    engine.keep_policy(POLICY, "{}")
    engine.restore([stretch(1, 2, command(1, gives="thread"))])
    engine.commit(batch(3, commands=[new_command(3, needs="thread")]))
    hand = Hand(engine)
    assert engine.run(hand, clock, never) == 1
    assert hand.ids == ["INC-1:3:0"]
    assert list(engine.verify()) == []


def test_commands_are_kept_in_order_whatever_order_they_come_in(engine: Engine, clock: Clock) -> None:
    """A person orders both again: they run in order of revision."""
    closed: dict[str, Any] = {"status": FAILED, "receipt": ""}
    engine.restore([stretch(1, 2, command(2, **closed), command(1, **closed))])
    for command_id in ("INC-1:2:0", "INC-1:1:0"):
        engine.commit(decided(command_id, PENDING))
    hand = Hand(engine)
    engine.run(hand, clock, never)
    assert hand.ids == ["INC-1:1:0", "INC-1:2:0"]


def test_stretches_follow_on_one_another(engine: Engine) -> None:
    """A long history comes in parts, and other incidents in between."""
    first = stretch(1, 2)
    second = stretch(3, 4, previous=first.events[-1].digest)
    engine.restore([first, stretch(incident_id="INC-2"), second])
    assert [event.revision for event in engine.history(INCIDENT)] == [1, 2, 3, 4]
    assert engine.load(INCIDENT) == snapshot(4)


def test_stretches_are_taken_one_by_one(engine: Engine) -> None:
    """They may come from a file that is read meanwhile; if it breaks, nothing of them is stored."""

    def broken() -> Iterator[Restoration]:
        yield stretch()
        raise ValueError("line 9")

    with pytest.raises(ValueError, match="line 9"):
        engine.restore(broken())
    assert stored(engine) == ([], [], [])


def test_nothing_is_restored_of_nothing(engine: Engine) -> None:
    """No stretch, no change."""
    engine.restore([])
    assert stored(engine) == ([], [], [])


def test_a_stretch_that_follows_on_another_revision_is_a_conflict(engine: Engine) -> None:
    """Somebody else got there first, or the beginning is missing; it says which revision it found."""
    engine.commit(batch(1))
    before = stored(engine)
    with pytest.raises(RevisionConflict) as caught:
        engine.restore([stretch()])
    assert (caught.value.incident_id, caught.value.expected, caught.value.found) == (INCIDENT, 0, 1)
    with pytest.raises(RevisionConflict):
        engine.restore([stretch(1, 1, incident_id="INC-2"), stretch(5, 6)])
    assert stored(engine) == before


def test_an_event_id_that_is_taken_is_refused(engine: Engine) -> None:
    """By another incident in the journal, or within the stretch itself; nothing is stored."""
    engine.commit(batch(1))
    before = stored(engine)
    taken = chained("INC-2", GENESIS, (new_event(1, "INC-2", event_id="INC-1/1"),))
    with pytest.raises(EventIdReused, match="INC-1/1"):
        engine.restore([evolve(stretch(1, 1, incident_id="INC-2"), events=taken)])
    twice = chained("INC-2", GENESIS, tuple(new_event(n, "INC-2", event_id="e") for n in (1, 2)))
    with pytest.raises(EventIdReused, match="e"):
        engine.restore([evolve(stretch(1, 2, incident_id="INC-2"), events=twice)])
    assert stored(engine) == before


def _bent(event: int, **changes: Any) -> Restoration:
    """A stretch of three events, one of which somebody changed."""
    whole = stretch()
    events = [evolve(each, **changes) if at == event else each for at, each in enumerate(whole.events)]
    return evolve(whole, events=tuple(events))


WRONG: list[tuple[str, Callable[[], Restoration], str]] = [
    ("payload", lambda: _bent(1, payload="{}"), "revision 2: is not what was stored"),
    ("recorded_at", lambda: _bent(2, recorded_at=minutes(9)), "revision 3: is not what was stored"),
    ("digest", lambda: _bent(0, digest=GENESIS), "revision 1: is not what was stored"),
    ("chain", lambda: _bent(1, previous=GENESIS), "revision 2: is not chained"),
    ("beginning", lambda: stretch(previous="1" * 64), "revision 1: is not chained"),
    ("incident", lambda: _bent(1, incident_id="INC-2"), "revision 2: is not chained"),
    ("no zone", lambda: _bent(1, at=datetime(2026, 1, 1)), "has no time zone"),  # noqa: DTZ001  what is refused
    ("gap", lambda: evolve(stretch(), expected=1), "revisions"),
    ("nothing", lambda: evolve(stretch(), events=()), "shows"),
    ("snapshot", lambda: evolve(stretch(), snapshot=snapshot(2)), "shows"),
    ("stray", lambda: stretch(1, 3, command(4)), "belong to no event here"),
    ("twice", lambda: stretch(1, 3, command(1), command(1)), "share an id"),
    ("another's", lambda: stretch(1, 3, command(1, incident_id="INC-2")), "is another incident's"),
    ("pending", lambda: stretch(1, 3, command(1, status=PENDING, receipt="")), "is pending; deliver or settle it"),
    ("attempted", lambda: stretch(1, 3, command(1, status=ATTEMPTED, receipt="")), "is attempted; deliver"),
    ("lease", lambda: stretch(1, 3, command(1, lease_until=minutes(9))), "has a lease on nothing"),
    ("attempts", lambda: stretch(1, 3, command(1, attempts=0)), "counts 0 attempts"),
    ("less than none", lambda: stretch(1, 3, command(1, attempts=-1, attempted_at=None)), "counts -1 attempts"),
    ("receipt", lambda: stretch(1, 3, command(1, status=FAILED)), "has a receipt, but is failed"),
]


@pytest.mark.parametrize(("make", "said"), [(make, said) for _, make, said in WRONG], ids=[name for name, *_ in WRONG])
def test_what_contradicts_itself_is_not_restored(engine: Engine, make: Callable[[], Restoration], said: str) -> None:
    """Nothing that `verify` would complain about gets in, nor what two places would carry out; nothing is stored."""
    with pytest.raises(InvalidValue, match=said):
        engine.restore([stretch(incident_id="INC-0"), make()])
    assert stored(engine) == ([], [], [])


def test_a_command_id_that_is_taken_is_refused(engine: Engine) -> None:
    """Ids derive from their incident, so this is a mistake in the program."""
    engine.restore([stretch(1, 1, command(1))])
    other = evolve(command(1, incident_id="INC-2"), command_id="INC-1:1:0")
    with pytest.raises(InvalidValue, match="is taken"):
        engine.restore([stretch(1, 1, other, incident_id="INC-2")])


def test_a_closed_engine_restores_nothing(engine: Engine) -> None:
    """As it refuses every other call."""
    engine.close()
    with pytest.raises(JournalUnusable):
        engine.restore([])
