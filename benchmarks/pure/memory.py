"""What a live incident takes in memory, by `tracemalloc`: ours beside a bare snapshot, and beside plain use."""

import copy
import gc
import tracemalloc
from collections.abc import Callable

from benchmarks.figures import Row, at_most
from benchmarks.pure.contest import run
from benchmarks.pure.ours import Ours
from benchmarks.pure.peers.plain_transitions import OwnMachineModel, PlainModel
from benchmarks.pure.story import LIFECYCLE, OPENING, told

INCIDENTS = 1000
FEW = 50
"""So many where each takes megabytes."""


def _each(make: Callable[[], object], count: int = INCIDENTS) -> float:
    """Bytes that each of many takes. One is made before, so that nothing is counted that all share."""
    kept = [make()]
    gc.collect()
    tracemalloc.start()
    try:
        kept.extend(make() for _ in range(count))
        gc.collect()
        return tracemalloc.get_traced_memory()[0] / count
    finally:
        tracemalloc.stop()


def _by_us() -> object:
    """An incident that is being managed, from events of its own that nobody keeps."""
    return LIFECYCLE.replay(list(told(OPENING)))


def measure() -> list[Row]:
    """Weigh each."""
    ours = _each(_by_us)
    one = _by_us()
    bare = _each(lambda: copy.deepcopy(one))
    plain = _each(lambda: run(PlainModel, tuple(told(OPENING))))
    own = _each(lambda: run(OwnMachineModel, tuple(told(OPENING))), FEW)
    handled = _each(lambda: run(Ours, tuple(told(OPENING))))
    return [
        at_most(1.10, "memory per live incident ÷ bare snapshot", (ours, bare), "bytes"),
        at_most(
            None,
            "memory per live incident ÷ plain transitions",
            (handled, plain),
            "bytes",
            note="one machine, each incident a model added to it",
        ),
        at_most(
            None,
            "memory per live incident ÷ plain transitions, a machine each",
            (handled, own),
            "bytes",
            note="as in the first example of its README",
        ),
    ]
