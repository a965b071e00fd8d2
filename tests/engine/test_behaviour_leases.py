"""What every engine promises of leases and settlements; each test runs against each engine."""

from datetime import timedelta

import pytest
from attrs import evolve

from incident_fsm.engine import (
    LEASE_SECONDS,
    CommandRecord,
    CommandStatus,
    Engine,
    Settlement,
)
from incident_fsm.errors import LeaseLost
from tests.engine.batches import (
    ATTEMPTED,
    DONE,
    FAILED,
    PENDING,
    SKIPPED,
    Clock,
    Hand,
    batch,
    claim,
    command,
    decided,
    lanes,
    never,
    new_command,
    settled,
    stored,
)


def test_a_worker_that_raises_leaves_its_command_to_the_lease(engine: Engine, clock: Clock) -> None:
    """The exception comes through, the command stays attempted, and after the lease it is handed out in doubt."""
    engine.commit(lanes("a"))

    class Broken:
        """A worker that dies over its work."""

        def work(self, record: CommandRecord) -> None:
            """Raise."""
            raise ZeroDivisionError(record.command_id)

    with pytest.raises(ZeroDivisionError):
        engine.run(Broken(), clock, never)
    assert command(engine).status is ATTEMPTED
    hand = Hand(engine)
    clock.pass_by(LEASE_SECONDS - 0.000001)
    assert engine.run(hand, clock, never) == 0
    clock.pass_by(0.000001)
    assert engine.run(hand, clock, never) == 1
    taken = hand.given[0]
    assert (taken.attempts, taken.in_doubt, taken.attempted_at) == (2, True, clock())
    assert taken.lease_until == clock() + timedelta(seconds=LEASE_SECONDS)


def test_doubt_stays_until_a_settlement_clears_it(engine: Engine, clock: Clock) -> None:
    """In doubt and put back: the next claim is still in doubt; put back without doubt: it is not."""
    engine.commit(lanes("a"))
    engine.run(Hand(engine, PENDING, in_doubt=True), clock, never)
    hand = Hand(engine, PENDING, in_doubt=False)
    engine.run(hand, clock, never)
    engine.run(hand, clock, never)
    assert [record.in_doubt for record in hand.given] == [True, False]


def test_a_late_settlement_is_fenced_off(engine: Engine, clock: Clock) -> None:
    """After its command was given to somebody else, a worker's word no longer counts, and the other's does."""
    engine.commit(lanes("a"))
    (mine,) = claim(engine, clock)
    clock.pass_by(LEASE_SECONDS)
    (theirs,) = claim(engine, clock)
    before = stored(engine)
    with pytest.raises(LeaseLost):
        engine.commit(settled(mine))
    assert stored(engine) == before
    engine.commit(settled(theirs, DONE, receipt='{"link": "x"}'))
    found = command(engine)
    assert (found.status, found.receipt, found.lease_until, found.attempts) == (DONE, '{"link": "x"}', None, 2)
    assert found.attempted_at == theirs.attempted_at


def test_a_settlement_after_the_lease_counts_while_nobody_else_was_faster(engine: Engine, clock: Clock) -> None:
    """It is the claim that fences, not the clock."""
    engine.commit(lanes("a"))
    (mine,) = claim(engine, clock)
    clock.pass_by(LEASE_SECONDS * 2)
    engine.commit(settled(mine))
    assert command(engine).status is DONE


@pytest.mark.parametrize("status", [DONE, FAILED, PENDING, SKIPPED])
def test_a_claim_is_answered_once(engine: Engine, clock: Clock, status: CommandStatus) -> None:
    """After any settlement, the same attempt's word no longer counts."""
    engine.commit(lanes("a"))
    (mine,) = claim(engine, clock)
    engine.commit(settled(mine, status))
    with pytest.raises(LeaseLost):
        engine.commit(settled(mine, status))


def test_a_worker_cannot_settle_what_was_never_claimed(engine: Engine) -> None:
    """Attempt 0 is no claim."""
    engine.commit(lanes("a"))
    with pytest.raises(LeaseLost):
        engine.commit(settled(command(engine)))


@pytest.mark.parametrize("verdict", [DONE, FAILED, PENDING, SKIPPED])
@pytest.mark.parametrize("before", [PENDING, ATTEMPTED, FAILED])
def test_a_person_always_decides_on_what_is_not_closed(
    engine: Engine, clock: Clock, before: CommandStatus, verdict: CommandStatus
) -> None:
    """Whatever the status; the worker that is at it, if any, has lost its lease.

    Except that nobody orders another attempt while one is under way: the doubt about that one would be lost.
    """
    engine.commit(lanes("a"))
    mine = command(engine)
    if before is not PENDING:
        (mine,) = claim(engine, clock)
    if before is FAILED:
        engine.commit(settled(mine, FAILED, error="no"))
    if (before, verdict) == (ATTEMPTED, PENDING):
        with pytest.raises(LeaseLost):
            engine.commit(decided(mine.command_id, verdict))
        return
    engine.commit(decided(mine.command_id, verdict))
    found = command(engine)
    assert (found.status, found.lease_until, found.error, found.attempts) == (verdict, None, "", mine.attempts)
    with pytest.raises(LeaseLost):
        engine.commit(settled(mine))


@pytest.mark.parametrize("closed", [DONE, SKIPPED])
def test_what_is_closed_stays_closed(engine: Engine, closed: CommandStatus) -> None:
    """Not even a person's decision opens it again."""
    engine.commit(lanes("a"))
    engine.commit(decided("INC-1:1:0", closed))
    for verdict in (DONE, FAILED, PENDING, SKIPPED):
        with pytest.raises(LeaseLost):
            engine.commit(decided("INC-1:1:0", verdict))


def test_only_a_command_of_the_incident_can_be_settled(engine: Engine) -> None:
    """An unknown command, or one of another incident, is refused as a lease that nobody has."""
    engine.commit(lanes("a"))
    for wrong in (decided("INC-1:9:9", DONE), decided("INC-1:1:0", DONE, incident_id="INC-2")):
        with pytest.raises(LeaseLost):
            engine.commit(wrong)
    assert command(engine).status is PENDING


def test_settlements_alone_hang_on_no_revision(engine: Engine) -> None:
    """Nothing was decided on a revision, so somebody else's event in between is no conflict."""
    engine.commit(lanes("a"))
    engine.commit(batch(2))
    engine.commit(evolve(decided("INC-1:1:0", DONE), expected=17))
    assert command(engine).status is DONE


def test_a_command_can_be_settled_by_the_batch_that_brings_it(engine: Engine, clock: Clock) -> None:
    """A person's decision may come with the command itself."""
    skip = Settlement(command_id="INC-1:1:0", attempt=None, status=SKIPPED)
    engine.commit(batch(1, commands=[new_command(1)], settlements=[skip]))
    assert engine.run(Hand(engine), clock, never) == 0
    assert command(engine).status is SKIPPED
