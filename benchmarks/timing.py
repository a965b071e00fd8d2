"""Timing that takes turns: what disturbs the machine disturbs every contestant alike, and ratios survive it.

Processor time of this process is counted, not time on the wall: what other processes take is not ours. Each round
times every contestant once, beginning with another one each time; the median over the rounds is told.
"""

import gc
import statistics
import time
from collections.abc import Callable, Mapping

from attrs import frozen

Prepare = Callable[[], Callable[[], object]]
"""Makes ready, untimed, and gives what is timed."""


@frozen
class Taken:
    """What a call took, in microseconds: the median of the rounds, and the quarter of them on either side."""

    median: float
    low: float
    high: float


def interleaved(contestants: Mapping[str, Prepare], *, rounds: int, calls: Mapping[str, int]) -> dict[str, Taken]:
    """Time each contestant: in each round, make it ready and call it once. `calls`: how many things one call does.

    One round before the first is not counted: caches are filled in it.
    """
    times: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    gc.collect()
    gc.freeze()  # what was loaded by now is not looked through again and again
    for number in range(rounds + 1):
        turn = number % len(names)
        for name in (*names[turn:], *names[:turn]):
            call = contestants[name]()
            took = _timed(call) / calls[name]
            if number:
                times[name].append(took)
    return {name: _summary(taken) for name, taken in times.items()}


def _timed(call: Callable[[], object]) -> float:
    """Microseconds of processor time that a call took. Garbage is collected before, and not during it."""
    gc.collect()
    gc.disable()
    try:
        began = time.process_time_ns()
        call()
        return (time.process_time_ns() - began) / 1000
    finally:
        gc.enable()


def _summary(taken: list[float]) -> Taken:
    """Median and quartiles."""
    low, median, high = statistics.quantiles(taken, n=4)
    return Taken(median, low, high)
