"""The fault matrix and the security matrix of docs/reliability.md, made from the marks on the tests themselves.

    python scripts/reliability_matrix.py --run     run what is marked for figures, and keep them for the page

A test says which row it shows: `@pytest.mark.fault("F3", sees=..., guaranteed=...)` or
`@pytest.mark.threat("forged webhooks", rule=...)`. The marks are read from the source, so the page cannot name a test
that is not there. Figures are what those tests recorded in the last run that was kept.
"""

import argparse
import ast
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "docs" / "reliability_figures.json"

FAULTS = {
    "F1": "a crash between any two durable steps",
    "F2": "processes killed at any moment",
    "F3": "no answer: before the effect, or after it",
    "F4": "429 with Retry-After: seconds, a date, absent, absurd, in the past",
    "F5": "5xx, connections that break, half an answer, silence",
    "F6": "4xx: refused for good, or because it exists already",
    "F7": "a command that always fails, or an adapter that answers nonsense",
    "F8": "the same event twice; the same id with another content",
    "F9": "receipts late, out of order, from a worker that lost its lease",
    "F10": "many processes and threads on one incident",
    "F11": "clocks that jump",
    "F12": "disk full, no permission, the file deleted",
    "F13": "a torn log, flipped bits, a corrupted page",
    "F14": "a journal that is older, newer, of another program, or none",
    "F15": "locked by another process; a reader that stays",
    "F16": "fork, other threads, closing while at work",
    "F17": "a distributed engine's own faults",
    "F18": "journals of earlier releases",
    "F19": "asked to end during an effect",
}
"""Every fault that is thought of. F17 does not apply yet: there is no distributed engine."""

NOT_YET = {"F17": "does not apply yet: there is no distributed engine"}


class Mark:
    """One mark on one test."""

    def __init__(self, name: str, row: str, words: dict[str, str], test: str) -> None:
        self.name, self.row, self.words, self.test = name, row, words, test


def marks() -> list[Mark]:
    """Read every mark from the tests."""
    return [mark for path in sorted((ROOT / "tests").rglob("test_*.py")) for mark in _in_module(path)]


def _in_module(path: Path) -> Iterator[Mark]:
    """Yield the marks of one module; a mark may have been given a name of its own."""
    tree = ast.parse(path.read_text("utf-8"))
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            for decorator in node.decorator_list:
                call = named.get(decorator.id) if isinstance(decorator, ast.Name) else decorator
                yield from _of_call(call, f"{path.relative_to(ROOT)}::{node.name}")
    for value in (named.get("pytestmark"),):
        for call in value.elts if isinstance(value, ast.List) else [value]:
            yield from _of_call(call, str(path.relative_to(ROOT)))


def _of_call(call: ast.expr | None, test: str) -> Iterator[Mark]:
    """Yield the mark that a call makes, if it makes one of ours."""
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return
    if call.func.attr in {"fault", "threat"}:
        row = ast.literal_eval(call.args[0])
        yield Mark(call.func.attr, row, {word.arg or "": ast.literal_eval(word.value) for word in call.keywords}, test)


def fault_table() -> str:
    """Every fault, what the user sees, what is guaranteed, and the tests that show it."""
    lines = ["| | fault | what the user sees | what is guaranteed | shown by |", "|---|---|---|---|---|"]
    found = [mark for mark in marks() if mark.name == "fault"]
    for row, what in FAULTS.items():
        mine = [mark for mark in found if mark.row == row]
        if not mine:
            lines.append(f"| {row} | {what} | | {NOT_YET.get(row, '**no test**')} | |")
            continue
        told: dict[tuple[str, str], list[str]] = {}
        for mark in mine:
            told.setdefault((mark.words["sees"], mark.words["guaranteed"]), []).append(mark.test)
        for number, ((sees, guaranteed), tests) in enumerate(told.items()):
            first = (row, what) if not number else ("", "")
            lines.append(f"| {first[0]} | {first[1]} | {sees} | {guaranteed} | {_links(tests)} |")
    return "\n".join(lines) + "\n"


def threat_table() -> str:
    """Every threat, the rules against it, and how many tests show each."""
    lines = ["| threat | rule | shown by |", "|---|---|---|"]
    found = [mark for mark in marks() if mark.name == "threat"]
    for threat in sorted({mark.row for mark in found}):
        rules: dict[str, list[str]] = {}
        for mark in found:
            if mark.row == threat:
                rules.setdefault(mark.words.get("rule", ""), []).append(mark.test)
        for number, (rule, tests) in enumerate(rules.items()):
            lines.append(f"| {threat if not number else ''} | {rule} | {_links(tests)} |")
    return "\n".join(lines) + "\n"


def _links(tests: list[str]) -> str:
    """Name tests, each as a link to its file; of many, the files."""
    places: dict[str, list[str]] = {}
    for test in tests:
        path, _, name = test.partition("::")
        places.setdefault(path, []).append(name.removeprefix("test_").replace("_", " "))
    return "; ".join(f"[{_said(names)}](../{path})" for path, names in places.items())


def _said(names: list[str]) -> str:
    """Name a test, or count several."""
    return names[0] or "the whole file" if len(names) == 1 else f"{len(names)} tests"


def figures_list() -> str:
    """What the tests recorded in the last run that was kept; what ran in several parts is added up."""
    kept = json.loads(FIGURES.read_text("utf-8")) if FIGURES.exists() else []
    parts: dict[str, list[str]] = {}
    for one in kept:
        parts.setdefault(one["test"].removeprefix("test_").replace("_", " "), []).append(one["figures"])
    return "".join(f"- {test}: {added(figures)}\n" for test, figures in parts.items())


def added(figures: list[str]) -> str:
    """Add up what parts of one test recorded: a line of numbers in place, and lines like "crashes: here 3, there 4"."""
    lines = []
    for same in zip(*(said.splitlines() for said in figures), strict=True):
        name, colon, _ = same[0].partition(": ")
        if colon and name.isalpha():
            lines.append(f"{name}: {_counted(said.partition(': ')[2] for said in same)}")
        else:
            numbers = zip(*(map(int, _NUMBER.findall(said)) for said in same), strict=True)
            words = _NUMBER.split(same[0])
            totals = [f"{sum(parts):,}" for parts in numbers]
            lines.append("".join(word + total for word, total in zip(words, [*totals, ""], strict=True)))
    return "; ".join(lines)


def _counted(lists: Iterable[str]) -> str:
    """Add up lists of counts, the largest first."""
    counts: Counter[str] = Counter()
    for said in lists:
        for what, number in _COUNT.findall(said):
            counts[what] += int(number)
    return ", ".join(f"{what} {count:,}" for what, count in counts.most_common())


_NUMBER = re.compile(r"\d+")
_COUNT = re.compile(r"(.+?) (\d+)(?:, |$)")


def missing() -> list[str]:
    """Name the faults that no test shows."""
    shown = {mark.row for mark in marks() if mark.name == "fault"}
    return [row for row in FAULTS if row not in shown and row not in NOT_YET]


def run() -> int:
    """Run the tests that record figures, and keep what they recorded."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "tests/reliability"]
        command += [f"--junitxml={report}", "-o", "junit_family=xunit1"]
        code = subprocess.run(command, cwd=ROOT, check=False).returncode  # noqa: S603  our own tests
        recorded = [
            {"test": case.get("name", "").partition("[")[0], "figures": value.get("value", "")}
            for case in ET.parse(report).iter("testcase")  # noqa: S314  written by our own run a moment ago
            for value in case.iter("property")
            if value.get("name") == "figures"
        ]
    if not code:
        FIGURES.write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return code


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Keep the figures of a run for docs/reliability.md.")
    parser.add_argument("--run", action="store_true", required=True, help="run what records figures, and keep them")
    parser.parse_args()
    sys.exit(run())
