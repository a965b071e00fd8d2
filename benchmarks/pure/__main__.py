"""Measure the pure half, print it, and leave it in `benchmarks/results/pure.json`.

python -m benchmarks.pure                     # about three minutes
python -m benchmarks.pure --quick             # without counting instructions
"""

import sys
from typing import Any

from attrs import asdict
from benchmarks.figures import table, write
from benchmarks.pure import growth, imports, instructions, memory, steps
from benchmarks.timing import Taken

DISTRIBUTIONS = (
    "incident-fsm",
    "attrs",
    "transitions",
    *(peer.distribution for peer in steps.PEERS),
    "Django",
)


def _plain(taken: dict[str, dict[str, Taken]]) -> dict[str, Any]:
    """What each contestant took, as data."""
    return {what: {name: asdict(one) for name, one in of.items()} for what, of in taken.items()}


def main() -> None:
    """Measure everything."""
    rows, taken = steps.measure()
    rows += growth.measure() + memory.measure() + imports.measure()
    if "--quick" not in sys.argv[1:]:
        rows += instructions.measure()
    print(table(rows))
    path = write("pure", distributions=DISTRIBUTIONS, rows=rows, more={"microseconds": _plain(taken)})
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
