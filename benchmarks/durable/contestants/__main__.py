"""A contestant in a process of its own: reads how many steps to take, takes them, says how many seconds it took."""

import gc
import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from benchmarks.durable.contestants import Handle
from benchmarks.durable.world import around, beginning

DISTRIBUTION = {"ours": "attrs", "core": "sqlalchemy"}
"""Which version is told of a contestant whose name is not that of its package."""


def main(name: str, folder: str, clock: str) -> None:
    """Set up, then answer each line with the seconds that so many steps took by a clock of the module `time`."""
    now: Callable[[], float] = getattr(time, clock)
    module, _, maker = name.partition(":")
    found = import_module(f"benchmarks.durable.contestants.{module}")
    handle: Handle = getattr(found, maker or "contestant")(Path(folder))
    for event in beginning():
        handle(event)
    events = around()
    distribution = DISTRIBUTION.get(module, module)
    print(json.dumps({distribution: version(distribution)}), flush=True)
    for line in sys.stdin:
        chosen = list(islice(events, int(line)))
        gc.collect()
        began = now()
        for event in chosen:
            handle(event)
        print(now() - began, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
