"""What every engine promises of commits, of verifying and of closing; each test runs against each engine."""

from datetime import datetime, timedelta, timezone

import pytest
from attrs import evolve

from incident_fsm.engine import (
    GENESIS,
    Batch,
    CommandRecord,
    Engine,
    Query,
    Settlement,
    chain_digest,
)
from incident_fsm.errors import EventIdReused, InvalidValue, JournalUnusable, LeaseLost, RevisionConflict
from tests.engine.batches import (
    ATTEMPTED,
    DONE,
    FAILED,
    INCIDENT,
    PENDING,
    POLICY,
    SKIPPED,
    START,
    Clock,
    Hand,
    after,
    batch,
    claim,
    command,
    decided,
    lanes,
    minutes,
    never,
    new_command,
    new_event,
    snapshot,
    stored,
)


def test_an_empty_journal_answers_every_question_with_nothing(engine: Engine, clock: Clock) -> None:
    """Nothing is found, nothing runs, and nothing is wrong."""
    assert engine.load(INCIDENT) is None
    assert engine.command("INC-1:1:0") is None
    assert engine.policy(POLICY) is None
    assert engine.recorded(["INC-1/1"]) == ()
    assert stored(engine) == ([], [], [])
    assert list(engine.history(INCIDENT)) == []
    assert engine.run(Hand(engine), clock, never) == 0
    assert list(engine.verify()) == []


def test_what_was_committed_is_read_back_as_it_was(engine: Engine) -> None:
    """Snapshot, event and command come back field by field; the command waits, untried."""
    new = new_command(1, gives="thread", needs="post", lane="status_page")
    engine.commit(batch(1, commands=[new], next_deadline=minutes(30.5)))
    assert engine.load(INCIDENT) == snapshot(1, next_deadline=minutes(30.5))
    (event,) = engine.history(INCIDENT)
    given = new_event(1)
    assert (event.incident_id, event.revision, event.event_id, event.type) == (INCIDENT, 1, "INC-1/1", "NoteTaken")
    assert (event.at, event.recorded_at) == (given.at, given.recorded_at)
    assert (event.policy, event.payload) == (POLICY, given.payload)
    assert (event.previous, event.digest) == (GENESIS, chain_digest(INCIDENT, GENESIS, given))
    assert engine.command("INC-1:1:0") == CommandRecord(
        incident_id=INCIDENT,
        command_id="INC-1:1:0",
        revision=1,
        position=0,
        type="PostToThread",
        lane="status_page",
        gives="thread",
        needs="post",
        audience="internal",
        kind="live",
        payload='{"position": 0}',
        status=PENDING,
        attempts=0,
        attempted_at=None,
        not_before=None,
        lease_until=None,
        in_doubt=False,
        error="",
        receipt="",
    )


def test_several_events_are_one_batch(engine: Engine) -> None:
    """Three events become durable together; the snapshot is what the last one led to."""
    events = tuple(new_event(revision) for revision in (1, 2, 3))
    engine.commit(Batch(incident_id=INCIDENT, expected=0, events=events, snapshot=snapshot(3)))
    assert [event.revision for event in engine.history(INCIDENT)] == [1, 2, 3]
    assert engine.load(INCIDENT) == snapshot(3)


def test_each_event_is_chained_to_the_one_before_it_also_across_batches(engine: Engine) -> None:
    """The first is chained to GENESIS, each later one to its predecessor; other incidents have chains of their own."""
    for revision in (1, 2, 3):
        engine.commit(batch(revision))
        engine.commit(batch(revision, "INC-2"))
    history = list(engine.history(INCIDENT))
    assert [event.previous for event in history] == [GENESIS, *(event.digest for event in history[:-1])]
    assert next(engine.history("INC-2")).previous == GENESIS


@pytest.mark.parametrize("expected", [0, 1, 3, 7])
def test_a_batch_decided_on_another_revision_is_a_conflict(engine: Engine, expected: int) -> None:
    """The incident is at 2: what was decided on any other revision is refused, and says which it found."""
    engine.commit(batch(1))
    engine.commit(batch(2))
    before = stored(engine)
    with pytest.raises(RevisionConflict) as caught:
        engine.commit(batch(expected + 1))
    assert (caught.value.incident_id, caught.value.expected, caught.value.found) == (INCIDENT, expected, 2)
    assert stored(engine) == before


def test_an_incident_that_is_not_there_is_at_revision_zero(engine: Engine) -> None:
    """A second event of an unknown incident is a conflict, not the start of a history with a hole."""
    with pytest.raises(RevisionConflict) as caught:
        engine.commit(batch(2))
    assert caught.value.found == 0


def test_a_conflict_is_told_before_a_reused_event_id(engine: Engine) -> None:
    """Two doors hand over the same event: the slower one must learn to look again, not that its event is wrong."""
    engine.commit(batch(1))
    with pytest.raises(RevisionConflict):
        engine.commit(batch(1))


@pytest.mark.parametrize("incident_id", [INCIDENT, "INC-2"])
def test_an_event_id_counts_once_for_the_whole_journal(engine: Engine, incident_id: str) -> None:
    """The id of an event in the journal is refused, in the same incident and in another."""
    engine.commit(batch(1))
    revision = 2 if incident_id == INCIDENT else 1
    again = evolve(batch(revision, incident_id), events=(new_event(revision, event_id="INC-1/1"),))
    before = stored(engine)
    with pytest.raises(EventIdReused) as caught:
        engine.commit(again)
    assert caught.value.event_id == "INC-1/1"
    assert stored(engine) == before


def test_an_event_id_cannot_stand_twice_in_a_batch(engine: Engine) -> None:
    """The second would be lost, so the batch is refused whole."""
    events = (new_event(1, event_id="same"), new_event(2, event_id="same"))
    with pytest.raises(EventIdReused):
        engine.commit(Batch(incident_id=INCIDENT, expected=0, events=events, snapshot=snapshot(2)))
    assert engine.load(INCIDENT) is None


def test_a_batch_whose_settlement_no_longer_counts_stores_nothing(engine: Engine, clock: Clock) -> None:
    """Events, snapshot, commands and an earlier settlement of the batch all go with the one that is refused."""
    engine.commit(lanes("a", "b"))
    first, second = claim(engine, clock, 2)
    before = stored(engine)
    good = Settlement(command_id=first.command_id, attempt=1, status=DONE)
    late = Settlement(command_id=second.command_id, attempt=0, status=DONE)
    with pytest.raises(LeaseLost) as caught:
        engine.commit(batch(2, commands=[new_command(2)], settlements=[good, late]))
    assert caught.value.command_id == second.command_id
    assert stored(engine) == before
    assert engine.recorded(["INC-1/2"]) == ()
    engine.commit(batch(2, commands=[new_command(2)], settlements=[good]))
    assert command(engine, first.command_id).status is DONE


def test_a_command_id_that_is_taken_is_refused(engine: Engine) -> None:
    """Ids are derived, so this is a mistake in the program; nothing is stored."""
    engine.commit(lanes("a"))
    before = stored(engine)
    with pytest.raises(InvalidValue, match="is taken"):
        engine.commit(batch(2, commands=[new_command(2, command_id="INC-1:1:0")]))
    assert stored(engine) == before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (evolve(batch(1), events=(new_event(2),)), "have the revisions"),
        (evolve(batch(1), events=(new_event(1), new_event(3)), snapshot=snapshot(3)), "have the revisions"),
        (evolve(batch(1), snapshot=None), "shows None"),
        (evolve(batch(1), snapshot=snapshot(2)), "shows"),
        (evolve(batch(1), snapshot=snapshot(1, "INC-2")), "shows"),
        (evolve(batch(1), events=()), "shows"),
        (batch(1, commands=[new_command(2)]), "belong to no event"),
        (Batch(incident_id=INCIDENT, expected=0, commands=(new_command(1),)), "belong to no event"),
        (batch(1, commands=[new_command(1), new_command(1, 1, command_id="INC-1:1:0")]), "share an id"),
        (batch(1, commands=[new_command(1), new_command(1, command_id="other")]), "share an id"),
        (decided("INC-1:1:0", ATTEMPTED), "is `attempted`"),
        (evolve(batch(1), events=(new_event(1, at=datetime(2026, 1, 1)),)), "no time zone"),  # noqa: DTZ001  meant
        (batch(1, opened_at=datetime(2026, 1, 1)), "no time zone"),  # noqa: DTZ001  meant
        (decided("INC-1:1:0", PENDING, not_before=datetime(2026, 1, 1)), "no time zone"),  # noqa: DTZ001  meant
    ],
)
def test_a_batch_that_contradicts_itself_is_a_mistake_in_the_program(engine: Engine, wrong: Batch, said: str) -> None:
    """Gaps, a snapshot of something else, stray commands, a claim in disguise and naive times are refused."""
    with pytest.raises(InvalidValue, match=said):
        engine.commit(wrong)
    assert stored(engine) == ([], [], [])


def test_a_moment_is_the_same_in_every_time_zone(engine: Engine) -> None:
    """What is given in another zone comes back in UTC, is found by it, and verifies."""
    zone = timezone(timedelta(hours=5, minutes=30))
    there = START.astimezone(zone)
    engine.keep_policy(POLICY, "{}")
    engine.commit(evolve(batch(1, opened_at=there, next_deadline=there), events=(new_event(1, at=there),)))
    shown = engine.load(INCIDENT)
    assert shown is not None
    assert (shown.opened_at.isoformat(), shown.opened_at.utcoffset()) == (START.isoformat(), timedelta(0))
    assert next(engine.history(INCIDENT)).at.utcoffset() == timedelta(0)
    assert list(engine.find(Query(due_before=minutes(1).astimezone(zone)))) == [shown]
    assert list(engine.verify()) == []


def test_a_journal_that_was_left_alone_verifies(engine: Engine, clock: Clock) -> None:
    """Commits, claims, settlements of every kind and conflicts leave nothing that contradicts itself."""
    engine.keep_policy(POLICY, "{}")
    engine.commit(lanes("a", "b", "c", "d", "e"))
    for status in (DONE, FAILED, PENDING, SKIPPED):
        engine.run(Hand(engine, status), clock, after(1))
    engine.commit(batch(2))
    with pytest.raises(RevisionConflict):
        engine.commit(batch(2))
    assert list(engine.verify()) == []


def test_a_policy_that_was_not_kept_is_a_fault(engine: Engine) -> None:
    """Without the policy that its events were judged by, a history cannot be replayed."""
    engine.commit(batch(1))
    (fault,) = engine.verify()
    assert fault.where == "incident INC-1"
    assert POLICY in fault.problem


def test_a_closed_engine_refuses_every_call(engine: Engine, clock: Clock) -> None:
    """Each call raises `JournalUnusable` with a remedy; closing again changes nothing."""
    engine.commit(lanes("a"))
    engine.close()
    engine.close()
    for call in (
        lambda: engine.commit(batch(2)),
        lambda: engine.recorded(["INC-1/1"]),
        lambda: engine.load(INCIDENT),
        lambda: list(engine.history(INCIDENT)),
        lambda: list(engine.find(Query())),
        lambda: list(engine.commands()),
        lambda: engine.command("INC-1:1:0"),
        lambda: engine.keep_policy(POLICY, "{}"),
        lambda: engine.policy(POLICY),
        lambda: engine.run(Hand(engine), clock, never),
        lambda: list(engine.verify()),
    ):
        with pytest.raises(JournalUnusable, match="was closed"):
            call()


def test_closing_in_the_midst_of_a_run_ends_it_with_an_error(engine: Engine, clock: Clock) -> None:
    """What was settled stays settled; the next claim is refused."""
    engine.commit(lanes("a", "b"))

    class Closing(Hand):
        """A worker that closes the engine under the run."""

        def work(self, record: CommandRecord) -> None:
            """Settle, then close."""
            super().work(record)
            engine.close()

    hand = Closing(engine)
    with pytest.raises(JournalUnusable, match="was closed"):
        engine.run(hand, clock, never)
    assert hand.ids == ["INC-1:1:0"]
