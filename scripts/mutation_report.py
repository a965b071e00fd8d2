"""The page docs/mutation.md: made from the results of the last whole run and from the explanations beside them.

`make mutants` writes the results; people write the explanations. Each names a survivor by module, function, and the
lines it changes, so one whose lines are gone, or that a test kills by now, is found to be stale.
"""

import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import asdict, frozen

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "incident_fsm"
RESULTS = ROOT / "docs" / "mutation_results.json"
EXPLANATIONS = ROOT / "docs" / "mutation_explanations.toml"


@frozen(kw_only=True)
class Module:
    """How many mutants of a module were tried: switched on by mutmut, and written into the source."""

    module: str
    switched: int
    written: int


@frozen(kw_only=True)
class Survivor:
    """A change that no test noticed: where it is, and the lines before and after."""

    module: str
    function: str
    was: str
    now: str


@frozen(kw_only=True)
class Results:
    """One whole run."""

    versions: dict[str, str]
    seconds: int
    modules: list[Module]
    survivors: list[Survivor]


def results() -> Results:
    """Read the last run that was kept."""
    kept: dict[str, Any] = json.loads(RESULTS.read_text("utf-8"))
    return Results(
        versions=kept["versions"],
        seconds=kept["seconds"],
        modules=[Module(**one) for one in kept["modules"]],
        survivors=[Survivor(**one) for one in kept["survivors"]],
    )


def write(found: Results) -> None:
    """Keep a run."""
    RESULTS.write_text(json.dumps(asdict(found), indent=1, ensure_ascii=False) + "\n", "utf-8")


def explanations(path: Path = EXPLANATIONS) -> dict[Survivor, str]:
    """Read why each survivor may live. Two for one survivor are a mistake."""
    found: dict[Survivor, str] = {}
    for one in tomllib.loads(path.read_text("utf-8")).get("survivor", []):
        why = " ".join(one.pop("why").split())
        survivor = Survivor(**{name: value.strip() for name, value in one.items()})
        if survivor in found or not why:
            raise ValueError(f"{path.name}: {survivor} is explained twice, or not at all")
        found[survivor] = why
    return found


def problems(found: Results, explained: dict[Survivor, str]) -> Iterator[str]:
    """Yield each survivor without an explanation, each explanation without a survivor, and lines that are gone."""
    for one in dict.fromkeys(found.survivors):
        change = f"{one.module}, {one.function}: {one.was!r} -> {one.now!r}"
        if one not in explained:
            yield f"not explained: {change}: write a test, or say why in {EXPLANATIONS.name}"
        if not _stands(one):
            yield f"gone: {change}: no line of the module any more; run `make mutants`"
    for one in explained:
        if one not in found.survivors:
            yield f"stale: {one.module}, {one.function}: {one.was!r} -> {one.now!r}: delete it from {EXPLANATIONS.name}"


def _stands(survivor: Survivor) -> bool:
    """Whether the lines that a survivor changes are still in its module, one after the other."""
    source = (PACKAGE / survivor.module).read_text("utf-8")
    return survivor.was in "\n".join(line.strip() for line in source.splitlines() if line.strip())


def parts() -> dict[str, str]:
    """The generated parts of the page."""
    return {"counts": counts(results()), "survivors": survivors(explanations())}


def counts(found: Results) -> str:
    """Count mutants, kills and survivors by module."""
    lines = ["| module | by mutmut | into the source | killed | survived |", "|---|--:|--:|--:|--:|"]
    alive = Counter(one.module for one in found.survivors)
    for one in found.modules:
        killed = one.switched + one.written - alive[one.module]
        lines.append(f"| `{one.module}` | {one.switched} | {one.written} | {killed} | {alive[one.module]} |")
    switched, written = sum(one.switched for one in found.modules), sum(one.written for one in found.modules)
    total, survived = switched + written, len(found.survivors)
    score, minutes = f"{(total - survived) / total:.1%}", f"{found.seconds / 60:.0f}"
    return "\n".join([
        *lines,
        f"| **all** | **{switched}** | **{written}** | **{total - survived}** | **{survived}** |",
        "",
        f"{score} of {total:,} mutants were killed; each of the others is explained. That took {minutes} minutes of",
        f"one process, under Python {found.versions['python']} with mutmut {found.versions['mutmut']}.",
        "",
    ])  # fmt: skip


def survivors(explained: dict[Survivor, str]) -> str:
    """Every survivor with why it may live, those with the same reason together."""
    by_reason: dict[str, list[Survivor]] = {}
    for one, why in explained.items():
        by_reason.setdefault(why, []).append(one)
    lines = []
    for why, alive in by_reason.items():
        lines += [f"{why}", "", "```diff"]
        for one in alive:
            lines.append(f"# {one.module}, {one.function}")
            lines += [f"- {line}" for line in one.was.splitlines()] + [f"+ {line}" for line in one.now.splitlines()]
        lines += ["```", ""]
    return "\n".join(lines)
