"""All figures of the durable half, in one run: printed as a table, and left in `benchmarks/results/durable.json`.

    python benchmarks/durable [FIGURE ...]

FIGUREs are names of `FIGURES`; without any, all are measured, and only then the results are written. Files on the disk
go into the project's folder, those in memory to /dev/shm, where there is one.
"""

import json
import os
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.durable import listing, load, outbox, peers, rehydrate, step
from benchmarks.durable.row import Row, shown

RESULTS = Path(__file__).resolve().parents[1] / "results" / "durable.json"
SHM = Path("/dev/shm")  # noqa: S108  a place in memory is what is wanted, and everything in it gets a folder of its own
OURS = ("attrs", "cattrs", "transitions")


def main() -> int:
    """Measure what was asked for."""
    memory = SHM if os.access(SHM, os.W_OK) else Path(tempfile.gettempdir())
    versions = {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in OURS},
    }
    figures: dict[str, Callable[[Path], Iterator[Row]]] = {
        "step": lambda disk: step.rows(disk, memory),
        "peers": lambda disk: peers.rows(disk, memory, versions),
        "rehydrate": lambda _: rehydrate.rows(),
        "load": lambda _: load.rows(memory),
        "listing": lambda _: listing.rows(memory),
        "outbox": lambda disk: outbox.rows(disk, memory),
    }
    chosen = sys.argv[1:] or list(figures)
    if unknown := [name for name in chosen if name not in figures]:
        print(f"no such figure: {', '.join(unknown)}; there are {', '.join(figures)}", file=sys.stderr)
        return 2
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=peers.ROOT, prefix=".bench-") as folder:
        found = list(_told(row for name in chosen for row in figures[name](Path(folder))))
    print(", ".join(f"{name} {said}" for name, said in versions.items()))
    print(f"{time.monotonic() - began:.0f} s in all")
    if chosen == list(figures):
        _write(found, versions)
    return 0


def _told(rows: Iterator[Row]) -> Iterator[Row]:
    """Print each row when it is there."""
    print(f"{'':76} {'ours':>10} {'other':>10} {'':4} {'ratio':>8}  goal")
    for row in rows:
        print(shown(row), flush=True)
        yield row


def _write(rows: list[Row], versions: dict[str, str]) -> None:
    """Leave the results."""
    machine = {
        "taken": f"{datetime.now(UTC):%Y-%m-%d}",
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    said = {"versions": versions, "machine": machine, "rows": rows}
    RESULTS.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"written: {RESULTS.relative_to(peers.ROOT)}")
