"""The model checker spin, run on a model: what it says of the assertions, and of each formula."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen

_DEPTH = 100_000
_QUICKLY = ("-O0", "-w")  # the search takes milliseconds, and optimising its program many seconds
_SECONDS = 600
_STEP = re.compile(r"\s*\d+:\s+proc .*\[")
_PROBLEM = re.compile(r"pan:\d+: (.*) \(at depth")
_TOOLS = ("spin", "gcc")


@frozen
class Verdict:
    """What spin found: of a formula, or of the assertions and the absence of invalid ends (`what` empty).

    `problem` is what went wrong in spin's words, constants as numbers; `trail` is the counter-example as spin tells it,
    a line for each step. Both are empty where nothing is wrong. To an assertion the trail is a shortest one, since that
    search is breadth first.
    """

    what: str
    errors: int
    states: int
    transitions: int
    depth: int
    problem: str = ""
    trail: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether spin found no counter-example."""
        return not self.errors

    def __str__(self) -> str:
        """The verdict in one line, with the trail below it if there is one."""
        name = self.what or "assertions and ends"
        head = f"{name}: {self.states:,} states stored, {self.transitions:,} transitions, depth {self.depth:,}"
        said = (self.problem,) if self.problem else ()
        return "\n  ".join((f"{head}, errors {self.errors}", *said, *self.trail))


def missing() -> str:
    """Say which tool is missing; empty where all are there."""
    absent = [tool for tool in _TOOLS if shutil.which(tool) is None]
    return f"{' and '.join(absent)} not found; on Debian: apt-get install spin gcc libc6-dev" if absent else ""


def check(model: str, formulas: Sequence[str] = (), *, defines: Sequence[str] = ()) -> list[Verdict]:
    """Check a model exhaustively: its assertions and ends first, then each formula. `defines` are given to cpp.

    Raises `RuntimeError` with what the tool said if the model is not one, or the search was not exhaustive.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "model.pml").write_text(model, encoding="utf-8")
        given = [f"-D{name}" for name in defines]
        _run(place, "spin", *given, "-a", "model.pml")
        _run(place, "gcc", *_QUICKLY, "-DSAFETY", "-DNOCLAIM", "-DBFS", "-o", "ends", "pan.c")
        verdicts = [_verdict(place, given, "./ends")]
        if formulas:
            _run(place, "gcc", *_QUICKLY, "-o", "runs", "pan.c")
            verdicts += [_verdict(place, given, "./runs", formula) for formula in formulas]
        return verdicts


def _verdict(place: Path, given: list[str], search: str, formula: str = "") -> Verdict:
    """Search once: for a formula with acceptance cycles, else for assertions and invalid ends."""
    said = _run(place, search, f"-m{_DEPTH}", *(("-a", "-N", formula) if formula else ()))
    if "max search depth too small" in said or "out of memory" in said:
        raise RuntimeError(f"the search was not exhaustive: {said}")
    errors = _number(r"errors: (\d+)", said)
    trail: tuple[str, ...] = ()
    if errors:
        told = _run(place, "spin", *given, "-t", "-p", "-k", "model.pml.trail", "model.pml")
        trail = tuple(line.strip() for line in told.splitlines() if _STEP.match(line))
        (place / "model.pml.trail").unlink()
    return Verdict(
        what=formula,
        errors=errors,
        states=_number(r"(\d+) states, stored", said),
        transitions=_number(r"(\d+) transitions", said),
        depth=_number(r"depth reached (\d+)", said),
        problem=_PROBLEM.findall(said)[0] if errors else "",
        trail=trail,
    )


def _run(place: Path, *command: str) -> str:
    """Run a tool, and return what it said; raise where it failed."""
    done = subprocess.run(  # noqa: S603  a fixed command in a folder of our own
        command, cwd=place, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stdout}{done.stderr}")
    return done.stdout


def _number(pattern: str, said: str) -> int:
    """Find a figure in what spin said; raise where it is not there."""
    found = re.search(pattern, said)
    if found is None:
        raise RuntimeError(f"spin said nothing like {pattern!r}: {said}")
    return int(found[1])
