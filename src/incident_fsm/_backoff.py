"""The one door to `tenacity`: how long to wait before another attempt. The attempts themselves are the runner's.

Exponential, so that a service in trouble is left alone; with jitter, so that many commands do not come back at once.
"""

from datetime import timedelta
from math import ceil

from tenacity import RetryCallState, wait_exponential, wait_random

FIRST = timedelta(seconds=10)
"""After the first attempt, at least so long."""

LONGEST = timedelta(minutes=15)
"""The pauses double up to this. What an outside system itself asks for is obeyed up to `OBEYED`."""

OBEYED = timedelta(hours=1)
"""Nobody is taken at their word for longer: an incident does not last for ever."""

_JITTER_SHARE = 0.25

_wait = wait_exponential(multiplier=FIRST.total_seconds(), max=LONGEST.total_seconds())


def pause(attempts: int, asked: timedelta | None = None) -> timedelta:
    """How long to wait after so many attempts (from 1): at least what was asked for, capped; jitter only adds."""
    state = RetryCallState(retry_object=None, fn=None, args=(), kwargs={})  # type: ignore[arg-type]  # not looked at
    state.attempt_number = attempts
    seconds = _wait(state) if asked is None or asked <= timedelta() else min(asked, OBEYED).total_seconds()
    jitter = wait_random(0, max(1, ceil(seconds * _JITTER_SHARE)))(state)
    return timedelta(seconds=seconds + jitter)
