"""What every engine promises of claims and lanes; each test runs against each engine."""

from datetime import datetime, timedelta

import pytest

from incident_fsm.engine import (
    LEASE_SECONDS,
    CommandRecord,
    CommandStatus,
    Engine,
    Query,
)
from incident_fsm.errors import InvalidValue
from tests.engine.batches import (
    ATTEMPTED,
    DONE,
    FAILED,
    PENDING,
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
    settled,
)


def test_a_command_is_marked_before_the_worker_sees_it(engine: Engine, clock: Clock) -> None:
    """What the worker is given is what the store says: attempted once, now, with a lease."""
    engine.commit(lanes("a"))
    seen: list[CommandRecord] = []

    class Curious:
        """A worker that looks into the store."""

        def work(self, record: CommandRecord) -> None:
            """Compare what was given with what is stored."""
            seen.extend((record, command(engine)))

    assert engine.run(Curious(), clock, never) == 1
    given, found = seen
    assert given == found
    assert (given.status, given.attempts, given.in_doubt) == (ATTEMPTED, 1, False)
    assert given.attempted_at == START
    assert given.lease_until == START + timedelta(seconds=LEASE_SECONDS)


def test_commands_of_a_lane_run_in_order(engine: Engine, clock: Clock) -> None:
    """By revision, then position, however they were handed over."""
    engine.commit(batch(1, commands=[new_command(1, 1), new_command(1, 0)]))
    engine.commit(batch(2, commands=[new_command(2)]))
    hand = Hand(engine)
    assert engine.run(hand, clock, never) == 3
    assert hand.ids == ["INC-1:1:0", "INC-1:1:1", "INC-1:2:0"]


def test_a_lane_waits_for_its_first_open_command_and_other_lanes_do_not(engine: Engine, clock: Clock) -> None:
    """While the first of lane a is attempted, its second waits; lane b and the same lane of another incident go on."""
    engine.commit(lanes("a", "a", "b"))
    engine.commit(lanes("a", incident_id="INC-2"))
    (first,) = claim(engine, clock)
    others = Hand(engine)
    engine.run(others, clock, never)
    assert others.ids == ["INC-1:1:2", "INC-2:1:0"]
    engine.commit(settled(first, PENDING, not_before=minutes(1)))
    assert engine.run(others, clock, never) == 0
    engine.commit(decided(first.command_id, DONE))
    engine.run(others, clock, never)
    assert others.ids[2:] == ["INC-1:1:1"]


@pytest.mark.parametrize("verdict", [FAILED, SKIPPED])
def test_a_command_that_failed_or_was_skipped_frees_its_lane(
    engine: Engine, clock: Clock, verdict: CommandStatus
) -> None:
    """What does not need its result goes on."""
    engine.commit(lanes("a", "a"))
    hand = Hand(engine, verdict)
    assert engine.run(hand, clock, never) == 2


def test_a_command_waits_for_what_it_needs_until_that_is_given(engine: Engine, clock: Clock) -> None:
    """A failed giver holds back who needs it, in any lane, and nobody else; done by hand it has given."""
    engine.commit(
        batch(
            1,
            commands=[
                new_command(1, 0, lane="a", gives="thread"),
                new_command(1, 1, lane="b", needs="thread"),
                new_command(1, 2, lane="c", needs="post"),
                new_command(1, 3, lane="d"),
            ],
        )
    )
    # What another incident was given is no help.
    engine.commit(batch(1, "INC-2", [new_command(1, 0, "INC-2", gives="thread")]))
    first = Hand(engine, FAILED)
    engine.run(first, clock, after(1))
    rest = Hand(engine)
    engine.run(rest, clock, never)
    assert (first.ids, rest.ids) == (["INC-1:1:0"], ["INC-1:1:3", "INC-2:1:0"])
    engine.commit(decided("INC-1:1:0", DONE, receipt='{"by": "hand"}'))
    engine.run(rest, clock, never)
    assert rest.ids[2:] == ["INC-1:1:1"]
    assert command(engine, "INC-1:1:2").status is PENDING


def test_what_waits_for_a_failed_command_holds_up_nobody_else_in_its_lane(engine: Engine, clock: Clock) -> None:
    """Case 1 could not be opened, so nothing can be said on it; case 2 is opened all the same."""
    engine.commit(
        batch(
            1,
            commands=[
                new_command(1, 0, lane="support", gives="case_1"),
                new_command(1, 1, lane="support", needs="case_1"),
                new_command(1, 2, lane="support", gives="case_2"),
            ],
        )
    )
    engine.run(Hand(engine, FAILED), clock, after(1))
    rest = Hand(engine)
    engine.run(rest, clock, never)
    assert rest.ids == ["INC-1:1:2"]
    engine.commit(decided("INC-1:1:0", DONE, receipt='{"by": "hand"}'))
    engine.run(rest, clock, never)
    assert rest.ids == ["INC-1:1:2", "INC-1:1:1"]


def test_what_was_skipped_has_not_given(engine: Engine, clock: Clock) -> None:
    """Nobody made the thread, so nothing can be posted to it."""
    engine.commit(batch(1, commands=[new_command(1, 0, gives="thread"), new_command(1, 1, needs="thread")]))
    engine.commit(decided("INC-1:1:0", SKIPPED))
    assert engine.run(Hand(engine), clock, never) == 0


def test_a_command_waits_for_its_time(engine: Engine, clock: Clock) -> None:
    """Not before `not_before`; at that very moment it can run."""
    engine.commit(lanes("a"))
    engine.run(Hand(engine, PENDING, not_before=minutes(1), error="busy"), clock, never)
    waiting = command(engine)
    assert (waiting.status, waiting.not_before, waiting.error, waiting.lease_until) == (
        PENDING,
        minutes(1),
        "busy",
        None,
    )
    clock.pass_by(59.999999)
    assert engine.run(Hand(engine), clock, never) == 0
    clock.pass_by(0.000001)
    hand = Hand(engine)
    assert engine.run(hand, clock, never) == 1
    assert (hand.given[0].attempts, hand.given[0].in_doubt) == (2, False)


def test_what_never_had_to_wait_comes_before_what_did(engine: Engine, clock: Clock) -> None:
    """Fresh commands first, then by the time for which each waited."""
    engine.commit(lanes("a", "b", "c"))
    engine.commit(decided("INC-1:1:0", PENDING, not_before=minutes(2)))
    engine.commit(decided("INC-1:1:1", PENDING, not_before=minutes(1)))
    clock.pass_by(600)
    hand = Hand(engine)
    engine.run(hand, clock, never)
    assert hand.ids == ["INC-1:1:2", "INC-1:1:1", "INC-1:1:0"]


def test_a_command_is_handed_out_at_most_once_a_run(engine: Engine, clock: Clock) -> None:
    """One that goes back to pending at once is not tried again in the same run, but in the next; its lane waits."""
    engine.commit(lanes("a", "a", "b"))
    hand = Hand(engine, PENDING)
    assert engine.run(hand, clock, never) == 2
    assert hand.ids == ["INC-1:1:0", "INC-1:1:2"]
    assert engine.run(hand, clock, never) == 2


def test_run_stops_when_told_to(engine: Engine, clock: Clock) -> None:
    """`stop` is asked before every claim, so what was not started stays pending."""
    engine.commit(lanes("a", "b", "c"))
    assert engine.run(Hand(engine), clock, lambda: True) == 0
    assert engine.run(Hand(engine), clock, after(2)) == 2
    assert [record.position for record in engine.commands(statuses=[PENDING])] == [2]


def test_commands_that_come_while_running_run_as_well(engine: Engine, clock: Clock) -> None:
    """A worker's receipt is an event, which may bring further commands."""
    engine.commit(lanes("a"))

    class Busy(Hand):
        """A worker whose first receipt asks for more."""

        def work(self, record: CommandRecord) -> None:
            """Settle, and commit another command once."""
            super().work(record)
            if len(self.given) == 1:
                engine.commit(batch(2, commands=[new_command(2)]))

    assert engine.run(Busy(engine), clock, never) == 2


def test_a_naive_clock_is_refused(engine: Engine) -> None:
    """The engine would have to guess its zone."""
    engine.commit(lanes("a"))
    with pytest.raises(InvalidValue, match="no time zone"):
        engine.run(Hand(engine), lambda: datetime(2026, 1, 1), never)  # noqa: DTZ001  meant
    with pytest.raises(InvalidValue, match="no time zone"):
        list(engine.find(Query(due_before=datetime(2026, 1, 1))))  # noqa: DTZ001  meant
