"""Contestants take turns, so that whatever disturbs the machine disturbs them all; the median of the rounds counts.

Where nothing waits for a disk, the processor's time is counted, since what other processes take is not ours; where
somebody does wait, the time on the wall.
"""

import gc
import statistics
import time
from collections.abc import Callable, Mapping

Turn = Callable[[], float]
"""One round of a contestant's work: returns how many seconds it took."""

WALL, PROCESSOR = time.perf_counter, time.process_time


def timed(work: Callable[[], object], clock: Callable[[], float] = PROCESSOR) -> Turn:
    """Make a turn of some work."""

    def turn() -> float:
        gc.collect()
        gc.disable()  # when garbage is collected depends on all that is alive, and that is not what is compared
        try:
            began = clock()
            work()
            return clock() - began
        finally:
            gc.enable()

    return turn


def medians(contestants: Mapping[str, Turn], rounds: int) -> dict[str, float]:
    """Seconds that a turn takes, the median of so many rounds; one more before them warms everybody up.

    Each round begins with another contestant.
    """
    times: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for number in range(rounds + 1):
        first = number % len(names)
        for name in (*names[first:], *names[:first]):
            seconds = contestants[name]()
            if number:
                times[name].append(seconds)
    return {name: statistics.median(taken) for name, taken in times.items()}
