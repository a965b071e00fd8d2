"""How many instructions a step takes, counted by valgrind: the same on a busy machine as on a quiet one.

    valgrind --tool=callgrind --instr-atstart=no python -m benchmarks.pure.instructions

is what is run here: an interpreter that counts nothing while it starts, and then has `callgrind_control` count it
while each contestant handles an event a few times, and many times. The difference is what the events took.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from itertools import product

from benchmarks.figures import Row, at_most
from benchmarks.pure.contest import SHARED, Contestant, run
from benchmarks.pure.ours import DICT_TABLE, OURS
from benchmarks.pure.peers.plain_transitions import PLAIN
from benchmarks.pure.story import BEGINNING, GUARDED, NO_ROW, NOTE

from incident_fsm.events import Event

WARM, FEW, MANY = 100, 100, 600
"""How often an event is handled before anything is counted (the interpreter adapts itself), and for each count."""

EVENTS = {"note": NOTE, "no row": NO_ROW, "guard": GUARDED}
_TOTAL = re.compile(r"Th 1 +([\d,]+)")

_COMMAND = ("valgrind", "--tool=callgrind", "--instr-atstart=no", "--callgrind-out-file=/dev/null")


def _control(*words: str) -> str:
    """Tell the valgrind that runs this very interpreter to do something."""
    command = ["callgrind_control", *words, str(os.getpid())]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603  valgrind's own


def _counted(one: Contestant, event: Event, count: int) -> int:
    """Count while an event is handled so many times, and the counting itself."""
    handle = run(one.begin, BEGINNING)[0].handle
    for _ in range(WARM):
        handle(event)
    _control("--zero")
    for _ in range(count):
        handle(event)
    found = _TOTAL.search(_control("-e"))
    if found is None:
        raise ValueError("valgrind told no count")
    return int(found[1].replace(",", ""))


def count() -> None:
    """Count everything, and print it as JSON. Only within valgrind."""
    _control("--instr=on")
    each: dict[str, dict[str, float]] = {}
    for one, name in (*product((OURS, DICT_TABLE), EVENTS), (PLAIN, "note")):
        few, many = (_counted(one, EVENTS[name], number) for number in (FEW, MANY))
        each.setdefault(name, {})[one.name] = (many - few) / (MANY - FEW)
    print(json.dumps(each))


def measure() -> list[Row]:
    """Count in an interpreter of its own; nothing where valgrind is not installed."""
    if shutil.which("callgrind_control") is None:
        print("valgrind is not installed: instructions are not counted", file=sys.stderr)
        return []
    done = subprocess.run(  # noqa: S603  our own interpreter, with our own module
        [*_COMMAND, sys.executable, "-m", "benchmarks.pure.instructions"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    each = json.loads(done.stdout.splitlines()[-1])

    def row(goal: float, figure: str, event: str, other: Contestant) -> Row:
        pair = each[event][OURS.name], each[event][other.name]
        why = f"; {SHARED}" if other is PLAIN else ""
        return at_most(goal, f"instructions, {figure} ÷ {other.name}", pair, "instr.", note=f"counted by valgrind{why}")

    return [
        row(1.25, "step accepted, a note", "note", DICT_TABLE),
        row(0.15, "step accepted, a note", "note", PLAIN),
        row(1.25, "step refused, no row", "no row", DICT_TABLE),
        row(1.75, "step refused by a guard", "guard", DICT_TABLE),
    ]


if __name__ == "__main__":
    count()
