"""What goes wrong on the way to a fake system, and what is stored of it."""

import pytest

from incident_fsm.commands import RedirectReporter
from incident_fsm.testing import FakeWorld, Fault, FrozenClock, RateLimited
from incident_fsm.testing.faults import LATE, STORED, Faulty
from tests.testing.trackers import FakeTracker

RAISED = {
    Fault.UNREACHED: ConnectionError,
    Fault.DROPPED: ConnectionError,
    Fault.SLOW: TimeoutError,
    Fault.BROKEN: ConnectionError,
    Fault.HALF: ConnectionError,
    Fault.UNAVAILABLE: ConnectionError,
    Fault.RATE_LIMITED: RateLimited,
    Fault.LATE: ConnectionError,
    Fault.FORBIDDEN: PermissionError,
}


def test_without_a_fault_a_request_is_carried_out() -> None:
    """Expect its answer."""
    assert FakeTracker(FrozenClock()).create("a") == 1


@pytest.mark.parametrize("fault", RAISED)
def test_a_fault_is_met_once_and_stored_is_what_it_says(fault: Fault) -> None:
    """Expect the fault's exception, the request stored or not as the fault says, and the next request to pass."""
    world = FakeTracker(FrozenClock())
    world.order([fault])
    with pytest.raises(RAISED[fault]):
        world.create("a")
    assert world.tickets == (["a"] if fault in STORED else [])
    world.create("b")
    assert world.tickets[-1] == "b"


def test_every_fault_but_none_is_tried() -> None:
    """Expect no fault to be left out above."""
    assert set(RAISED) == set(Fault) - {Fault.NONE}


def test_a_late_request_lands_by_the_worlds_clock() -> None:
    """Expect nothing before its time, and it before whatever is asked after."""
    clock = FrozenClock()
    world = FakeTracker(clock)
    world.order([Fault.LATE])
    with pytest.raises(ConnectionError):
        world.create("a")
    clock.moment += LATE / 2
    assert world.search("a") == 0
    clock.moment += LATE / 2
    assert world.search("a") == 1


def test_ordering_again_replaces_what_was_ordered() -> None:
    """Expect no fault that was taken back."""
    world = FakeTracker(FrozenClock())
    world.order([Fault.DROPPED])
    world.order(())
    assert world.create("a") == 1


def test_a_rate_limit_says_for_how_long() -> None:
    """Expect the seconds, as Retry-After has them, in words and as a number."""
    assert (str(RateLimited(7)), RateLimited(7).retry_after) == ("too many requests; again in 7 seconds", 7)


def test_a_world_that_does_not_count_says_what_is_missing() -> None:
    """Expect the method that a user has to write, by name."""
    command = RedirectReporter.__new__(RedirectReporter)
    object.__setattr__(command, "id", "INC-1:2:0")
    for world in (FakeWorld(FrozenClock()), Faulty(FrozenClock())):
        with pytest.raises(NotImplementedError, match=r"count\(command\) must say how often INC-1:2:0 was done"):
            world.objects(command)
