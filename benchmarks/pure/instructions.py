"""How many instructions a step takes, counted by valgrind: the same on a busy machine as on a quiet one.

    python -m benchmarks.pure.instructions "incident_fsm" note 200

is what is counted: an interpreter that does something so many times. The difference of two such counts is free of
what starting takes.
"""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from itertools import product

from benchmarks.pure.contest import Contestant, run
from benchmarks.pure.ours import DICT_TABLE, OURS
from benchmarks.pure.story import BEGINNING, GUARDED, NO_ROW, NOTE
from benchmarks.results import Row, at_most

FEW, MANY = 100, 600
EVENTS = {"note": NOTE, "no row": NO_ROW, "guard": GUARDED}
PLAIN = "plain transitions"

_COUNTED = (
    *product((OURS.name, DICT_TABLE.name), EVENTS),
    (PLAIN, "note"),
)
_COLLECTED = re.compile(r"Collected : (\d+)")


def _contestant(name: str) -> Contestant:
    """Find a contestant. The peer is imported only where it is counted, as importing takes most of the time here."""
    if name == PLAIN:
        found: Contestant = import_module("benchmarks.pure.peers.plain_transitions").PLAIN
        return found
    return {one.name: one for one in (OURS, DICT_TABLE)}[name]


def repeat(name: str, event: str, count: int) -> None:
    """Do what is counted."""
    handle = run(_contestant(name).begin, BEGINNING)[0].handle
    for _ in range(count):
        handle(EVENTS[event])


def _collected(name: str, event: str, count: int) -> int:
    """Count the instructions of an interpreter that does it."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    done = subprocess.run(  # noqa: S603  our own interpreter, with our own module
        [*command, sys.executable, "-m", "benchmarks.pure.instructions", name, event, str(count)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    found = _COLLECTED.search(done.stderr)
    if found is None:
        raise ValueError(f"valgrind told no count: {done.stderr[-300:]}")
    return int(found[1])


def measure() -> list[Row]:
    """Count, two at a time; nothing where valgrind is not installed."""
    if shutil.which("valgrind") is None:
        print("valgrind is not installed: instructions are not counted", file=sys.stderr)
        return []
    runs = [(*one, count) for one in _COUNTED for count in (FEW, MANY)]
    with ThreadPoolExecutor(2) as pool:
        counts = dict(zip(runs, pool.map(lambda one: _collected(*one), runs), strict=True))
    each = {one: (counts[*one, MANY] - counts[*one, FEW]) / (MANY - FEW) for one in _COUNTED}

    def row(goal: float, figure: str, event: str, other: str) -> Row:
        pair = each[OURS.name, event], each[other, event]
        return at_most(goal, f"instructions, {figure} ÷ {other}", pair, "instr.", note="counted by valgrind")

    return [
        row(1.25, "step accepted, a note", "note", DICT_TABLE.name),
        row(0.15, "step accepted, a note", "note", PLAIN),
        row(1.25, "step refused, no row", "no row", DICT_TABLE.name),
        row(1.75, "step refused by a guard", "guard", DICT_TABLE.name),
    ]


if __name__ == "__main__":
    repeat(sys.argv[1], sys.argv[2], int(sys.argv[3]))
