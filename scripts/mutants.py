"""Change guards, reactions, table, machine and deadlines in thousands of small ways; a test should notice each.

    make mutants                              all of it, and the page docs/mutation.md
    python scripts/mutants.py --only _table.py        what is written into the source of one module, for a look
    python scripts/mutants.py --gather                the results of runs of parts, without another try of survivors

Two engines. mutmut switches mutants on inside functions, which is quick; `source_mutants` writes those into the source
that mutmut cannot make. What was killed stays known in `mutants/` until `make clean`; what survived is tried again.
"""

import argparse
import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import time
from collections import Counter
from importlib.metadata import version
from typing import Any

from attrs import frozen

from mutant_trials import PACKAGE, ROOT, settings, verdict, warm_up
from mutation_report import Module, Results, Survivor, explanations, problems, write
from source_mutants import ONCE, Mutant, mutants_of

KNOWN = ROOT / "mutants" / "written_into_the_source"
"""What came of each mutant of that kind, by a digest of its text: a file a module, so that two runs can share them."""
STATS = ROOT / "mutants" / "mutmut-stats.json"
"""Which tests reach which function, as mutmut found."""
_NAME = re.compile(
    r"\s*(?P<name>incident_fsm\.(?P<module>[\w.]+)\.x(?P<function>_\w+|ǁ\w+ǁ\w+)__mutmut_\d+): (?P<verdict>[\w ]+)"
)
"""How mutmut names a mutant: `x_function` and `xǁClassǁmethod`, in a module."""


def modules() -> list[str]:
    """Name every module that is changed, as pyproject.toml tells mutmut."""
    paths = [path for pattern in settings()["only_mutate"] for path in sorted(ROOT.glob(pattern))]
    return [str(path.relative_to(PACKAGE)) for path in paths if path.name != "__init__.py"]


@frozen
class Switched:
    """A mutant of mutmut's, and what came of it."""

    name: str
    module: str
    function: str
    verdict: str


@frozen
class Written:
    """A mutant written into the source, what came of it, and how long that took."""

    mutant: Mutant
    verdict: str
    seconds: float


def switched_on() -> list[Switched]:
    """Run mutmut: each mutant meets its module's own tests, and those not killed, now or before, meet them all."""
    STATS.unlink(missing_ok=True)  # mutmut would not notice that an old test reaches a new function
    _mutmut("run", "--max-children", "1")
    if again := [one.name for one in _switched() if _alive(one.verdict)]:
        _mutmut("run", "--max-children", "1", *again, MUTANTS_MEET_ALL="1")
    return _switched()


def _mutmut(*arguments: str, **environment: str) -> None:
    """Let mutmut do something, before everybody's eyes; `tests/conftest.py` heeds the environment."""
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environment}
    command = [sys.executable, "-m", "mutmut", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)  # noqa: S603  our own words


def _said(*arguments: str) -> list[str]:
    """What mutmut says, in lines."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    run = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603  our own words
    return run.stdout.splitlines()


def _switched() -> list[Switched]:
    """Read every mutant of mutmut's, but for those of functions that a warm process does not call again."""
    found = []
    for match in filter(None, map(_NAME.fullmatch, _said("results", "--all", "true"))):
        module = match["module"].replace(".", "/") + ".py"
        function = match["function"].removeprefix("_") if match["function"][0] == "_" else match["function"][1:]
        function = function.replace("ǁ", ".")
        if function not in ONCE.get(module, ()):
            found.append(Switched(match["name"], module, function, match["verdict"]))
    return found


def _shown(mutant: Switched) -> Survivor:
    """Ask mutmut what a mutant changes."""
    lines = [line for line in _said("show", mutant.name) if line[:3] not in {"---", "+++"}]
    was, now = ("\n".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    return Survivor(module=mutant.module, function=mutant.function, was=was, now=now)


def written(only: list[str], *, again: bool = True) -> dict[str, list[Written]]:
    """Try each mutant that is written into the source of some modules; again, if it survived before."""
    tried: dict[str, list[Written]] = {}
    KNOWN.mkdir(parents=True, exist_ok=True)
    warm_up()
    for module in only:
        tried[module] = []
        kept = KNOWN / f"{module.removesuffix('.py').replace('/', '.')}.json"
        known: dict[str, list[Any]] = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
        for mutant in mutants_of(module, (PACKAGE / module).read_text("utf-8")):
            digest = hashlib.sha256(f"{module}\0{mutant.text}".encode()).hexdigest()
            if digest not in known or (again and _alive(known[digest][0])):
                began = time.monotonic()
                known[digest] = [verdict(module, mutant.text), round(time.monotonic() - began, 3)]
                kept.write_text(json.dumps(known), "utf-8")  # at once, for a run that is broken off
            tried[module].append(Written(mutant, *known[digest]))
            if _alive(known[digest][0]):
                print(f"    survived in {mutant.function}: {mutant.was!r} -> {mutant.now!r}", flush=True)
        took = sum(one.seconds for one in tried[module])
        print(f"{module}: {dict(Counter(one.verdict for one in tried[module]))} in {took:.0f} s", flush=True)
    return tried


def whole(*, again: bool = True) -> Results:
    """Run both engines over every module; or gather what is known, so that survivors are not tried again."""
    switched = switched_on() if again else _switched()
    tried = written(modules(), again=again)
    survivors = [_shown(one) for one in switched if _alive(one.verdict)]
    survivors += [
        Survivor(module=module, function=one.mutant.function, was=one.mutant.was, now=one.mutant.now)
        for module, all_of_it in tried.items()
        for one in all_of_it
        if _alive(one.verdict)
    ]
    return Results(
        versions={"mutmut": version("mutmut"), "python": platform.python_version()},
        seconds=round(_switching() + sum(one.seconds for all_of_it in tried.values() for one in all_of_it)),
        modules=[
            Module(module=module, switched=sum(one.module == module for one in switched), written=len(tried[module]))
            for module in modules()
        ],
        survivors=sorted(survivors, key=lambda one: (one.module, one.function, one.was, one.now)),
    )


def _switching() -> float:
    """How long mutmut took for all that it knows, in seconds: it keeps the time of each mutant beside its verdict."""
    return sum(
        sum(json.loads(path.read_text("utf-8"))["durations_by_key"].values())
        for path in (ROOT / "mutants" / "src").rglob("*.py.meta")
    )


def _alive(verdict: str) -> bool:
    """Whether no test noticed. A mutant that never ends was noticed; one that mutmut could not judge was not."""
    return verdict not in {"killed", "timeout", "segfault"}


def main() -> int:
    """Run, and keep the results for the page; or have a look at some modules."""
    parser = argparse.ArgumentParser(description="Mutation testing of the rules of the process.")
    parser.add_argument(
        "--only", nargs="+", metavar="MODULE", help="only what is written into the source of these; nothing is kept"
    )
    parser.add_argument(
        "--gather", action="store_true", help="keep what is known, and try no survivor again: after runs of parts"
    )
    asked = parser.parse_args()
    if only := asked.only:
        return 1 if any(_alive(one.verdict) for tried in written(only).values() for one in tried) else 0
    results = whole(again=not asked.gather)
    write(results)
    for problem in (found := list(problems(results, explanations()))):
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
