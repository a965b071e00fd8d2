"""What importing the package costs, in fresh interpreters that take turns: processor time of the import alone."""

import statistics
import subprocess
import sys

from benchmarks.figures import Row, at_most

ROUNDS = 15
OURS = "import incident_fsm"
THEIRS = "import attrs, transitions"

_PROGRAM = """
import time
began = time.process_time_ns()
{statement}
print(time.process_time_ns() - began)
"""

_WHY = (
    "attrs writes and compiles the methods of our 75 classes when they are imported, two thirds of the difference by a"
    " profile; to import them only when they are first used would hide that cost, not lower it"
)


def _milliseconds(statement: str) -> float:
    """What a statement takes in a fresh interpreter."""
    done = subprocess.run(  # noqa: S603  our own interpreter, with a program from above
        [sys.executable, "-c", _PROGRAM.format(statement=statement)], capture_output=True, text=True, check=True
    )
    return int(done.stdout) / 1e6


def measure() -> list[Row]:
    """Time both, in turns."""
    taken: dict[str, list[float]] = {OURS: [], THEIRS: []}
    for statement in taken:
        _milliseconds(statement)  # compiled files are written, and the disk is read
    for _ in range(ROUNDS):
        for statement, times in taken.items():
            times.append(_milliseconds(statement))
    pair = statistics.median(taken[OURS]), statistics.median(taken[THEIRS])
    return [at_most(1.5, "import incident_fsm ÷ importing transitions + attrs", pair, "ms", note=_WHY)]
