"""Back-off: how long the runner waits before another attempt."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from incident_fsm._backoff import FIRST, LONGEST, OBEYED, pause


@given(attempts=st.integers(1, 40))
def test_pauses_double_up_to_a_bound(attempts: int) -> None:
    """Never shorter than the exponential, never longer than the longest with its jitter."""
    plain = min(FIRST * 2 ** (attempts - 1), LONGEST)
    assert plain <= pause(attempts) <= plain * 1.25 + timedelta(seconds=1)


@given(asked=st.timedeltas(timedelta(microseconds=1), timedelta(days=10_000)), attempts=st.integers(1, 50))
def test_what_was_asked_for_is_obeyed_up_to_an_hour(asked: timedelta, attempts: int) -> None:
    """At least as long as asked, an hour at most, and the jitter only ever adds."""
    wanted = min(asked, OBEYED)
    assert wanted <= pause(attempts, asked) <= wanted * 1.25 + timedelta(seconds=1)


def test_many_commands_do_not_come_back_at_once() -> None:
    """The jitter spreads them."""
    assert len({pause(3) for _ in range(50)}) > 40


@given(asked=st.timedeltas(timedelta(days=-10_000), timedelta()))
def test_a_time_in_the_past_counts_as_none(asked: timedelta) -> None:
    """The exponential holds then."""
    assert pause(2, asked) >= FIRST * 2
