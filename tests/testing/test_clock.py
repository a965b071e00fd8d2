"""The time, which stands still."""

from datetime import UTC, datetime, timedelta

import pytest

from incident_fsm.testing import FrozenClock


def test_a_clock_stands_still_until_time_passes() -> None:
    """Expect the same moment however often it is asked, and a later one after time was let pass."""
    clock = FrozenClock(datetime(2026, 1, 1, tzinfo=UTC))
    assert clock() == clock() == datetime(2026, 1, 1, tzinfo=UTC)
    clock.pass_by(hours=1, minutes=30)
    assert clock() == datetime(2026, 1, 1, 1, 30, tzinfo=UTC)


def test_a_clock_may_be_set_back() -> None:
    """Expect what real clocks do, too: a desk must bear it."""
    clock = FrozenClock()
    before = clock()
    clock.moment -= timedelta(days=1)
    assert clock() == before - timedelta(days=1)


def test_a_time_without_a_zone_is_refused() -> None:
    """Expect to hear it where the clock is set, not from the desk later on."""
    with pytest.raises(ValueError, match="has no time zone"):
        FrozenClock(datetime(2026, 1, 1))  # noqa: DTZ001  that is the point
    clock = FrozenClock()
    with pytest.raises(ValueError, match="has no time zone"):
        clock.moment = datetime(2026, 1, 1)  # noqa: DTZ001  likewise
