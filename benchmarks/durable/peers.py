"""Durable steps a second, ours beside the peers': each contestant in a process of its own, taking turns.

They run in the environment that `requirements.txt` is for, which is made when it is not there yet. Only one works at a
time: the others wait for their turn.
"""

import json
import os
import subprocess
import tempfile
import venv
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from benchmarks.durable import row
from benchmarks.durable.turns import medians
from benchmarks.durable.world import CYCLE

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".venv-bench"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
STAMP = ENVIRONMENT / ".durable"

ROUNDS = 15
PEERS: dict[str, tuple[str, float | None]] = {
    "eventsourcing": ("eventsourcing on SQLite", 1.8),
    "eventsourcing:without_snapshots": ("eventsourcing on SQLite, which stores no snapshot", None),
    "core": ("SQLAlchemy Core", 1.7),
    "dbos": ("DBOS on SQLite", 30.0),
}
"""What each contestant is called, and how many times as many steps we want to take as it."""

NOTES = {
    "eventsourcing": "an aggregate for the incident, one for each command, saved together, then a snapshot of it (a "
    "second commit), so that the same rows are stored",
    "eventsourcing:without_snapshots": "as before without the snapshot: one commit, and who reads the incident anew "
    "reads all its events",
    "core": "our own desk, its storage written by hand in Core: the same tables, rows and checks. Both wait for one "
    "sync a step, so the slower the disk, the nearer the ratio is to 1",
    "dbos": "a workflow for the event, a step for the decision, a queued workflow for each command. It commits several "
    "times where we commit once, so the factor is about that of the commits wherever the disk is most of it",
}


def environment() -> Path:
    """The interpreter of the peers' environment, made or brought up to date where needed."""
    python = ENVIRONMENT / "bin" / "python"
    if not STAMP.exists() or STAMP.stat().st_mtime < REQUIREMENTS.stat().st_mtime:
        print(f"Setting up {ENVIRONMENT.name} for the peers ...", flush=True)
        if not python.exists():
            venv.create(ENVIRONMENT, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(REQUIREMENTS)]
        subprocess.run(pip, check=True)  # noqa: S603  our own words
        STAMP.touch()
    return python


class Contestant:
    """A process that takes steps when told to."""

    def __init__(self, python: Path, name: str, folder: Path, clock: str) -> None:
        """Start it, and wait until it is set up."""
        paths = os.pathsep.join((str(ROOT), str(ROOT / "src")))
        command = [str(python), "-m", "benchmarks.durable.contestants", name, str(folder), clock]
        self._process = subprocess.Popen(  # noqa: S603  likewise
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": paths}
        )
        self.versions: dict[str, str] = json.loads(self._answer())

    def __enter__(self) -> Self:
        """Use it in a `with` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let it end."""
        self._process.terminate()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def steps(self, count: int) -> float:
        """Let it take so many steps; return how many seconds it took."""
        assert self._process.stdin is not None
        print(count, file=self._process.stdin, flush=True)
        return float(self._answer())

    def _answer(self) -> str:
        """Read a line; an end instead of one is an error that the process itself has told of."""
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        if not said:
            raise RuntimeError(f"a contestant ended with code {self._process.wait()}; what it said is above")
        return said


def rows(disk: Path, memory: Path, versions: dict[str, str]) -> Iterator[row.Row]:
    """Measure on the disk, where the goal is meant, and in memory. The peers' versions are added to `versions`."""
    python = environment()
    for place, said, clock in ((disk, row.DISK, "perf_counter"), (memory, row.MEMORY, "process_time")):
        rates = measure(python, place, clock, versions)
        for name, (title, goal) in PEERS.items():
            figure = f"durable steps/s ÷ {title}, {said}"
            yield row.at_least(figure, rates["ours"], rates[name], goal if place is disk else None, NOTES[name])


def measure(python: Path, place: Path, clock: str, versions: dict[str, str]) -> dict[str, float]:
    """Steps a second of each contestant, by a clock of the module `time`."""
    steps = 2 * CYCLE
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=place)))
        contestants = {}
        for name in ("ours", *PEERS):
            folder = root / name.replace(":", "-")
            folder.mkdir()
            contestants[name] = stack.enter_context(Contestant(python, name, folder, clock))
            versions.update(contestants[name].versions)
        turns = {name: lambda one=one: one.steps(steps) for name, one in contestants.items()}
        return {name: steps / taken for name, taken in medians(turns, ROUNDS).items()}
