"""Write docs/performance.md and its pictures from what the last bench left, or (with --check) say whether they drifted.

    python scripts/performance_page.py            # `make bench` does so at its end

Every figure on the page comes from `benchmarks/results/<half>.json`; nothing on it is written by hand.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import performance_plots as plots

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
PAGE = Path("docs") / "performance.md"
PEERS, GOALS = Path("docs") / "performance-peers.svg", Path("docs") / "performance-goals.svg"

_HALVES = {"pure": "The machine", "durable": "The journal"}
"""What each half is called on the page; another is called by its name."""

_LARGE = 1000

_INTRO = """\
# Performance

<!-- Written by scripts/performance_page.py from benchmarks/results/*.json; `make bench` measures and writes anew. -->

What counts are ratios, taken in turns in one run: whatever disturbs the machine disturbs both sides. A time is the
median over the rounds, of processor time unless a row says otherwise. Every contestant is given the same incident, the
same guards, the same reactions and the same commands, and before anything is timed it has to lead to the same incident
by the same commands, and to refuse the same events.

"""

_REPEAT = """\
## How to repeat it

```sh
make bench      # a few minutes; wants a machine with nothing else to do
```

It makes `.venv-bench` with the newest versions of the peers (`benchmarks/requirements.txt`), measures, leaves the
figures in `benchmarks/results/`, and writes this page. Each peer is one file in `benchmarks/pure/peers/`, whose first
lines say how it was done the way its own documentation shows. Instructions are counted where valgrind is installed.
A figure that missed its goal is no failure of the build: timings never are.
"""


def halves(folder: Path = RESULTS) -> dict[str, Any]:
    """Read what each half left, ours first."""
    found = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}
    return {name: found[name] for name in sorted(found, key=lambda name: (name != "pure", name))}


def files(said: Mapping[str, Any]) -> dict[Path, str]:
    """Give the page and its pictures, as they should be."""
    pictures = {GOALS: plots.goals([row for half in said.values() for row in half["rows"]])}
    if "microseconds" in said.get("pure", {}):
        pictures[PEERS] = plots.peers(said["pure"]["microseconds"])
    return {PAGE: page(said, drawn=PEERS in pictures), **pictures}


def page(said: Mapping[str, Any], *, drawn: bool) -> str:
    """The page."""
    parts = [_INTRO, "\n".join(_summary(said)), "\n"]
    if drawn:
        parts.append(f"\n![How long an accepted step takes, ours and the peers]({PEERS.name})\n")
    for name, half in said.items():
        parts.append(f"\n## {_HALVES.get(name, name)}\n\n" + "\n".join(_half(half)) + "\n")
    parts.append(f"\n![Each figure as a share of its goal]({GOALS.name})\n\n")
    return "".join((*parts, _REPEAT))


def met(row: Mapping[str, Any]) -> bool | None:
    """Whether a goal is met; None where there is none."""
    if row["goal"] is None:
        return None
    return bool(row["ratio"] <= row["goal"] if row["sense"] == "at most" else row["ratio"] >= row["goal"])


def _summary(said: Mapping[str, Any]) -> Iterator[str]:
    """Say how many goals are met, and which are not."""
    rows = [row for half in said.values() for row in half["rows"]]
    with_goal = [row for row in rows if met(row) is not None]
    missed = [row for row in with_goal if not met(row)]
    yield f"{len(with_goal) - len(missed)} of {len(with_goal)} goals are met." + (" Missed:" if missed else "")
    if missed:
        yield ""
    for row in missed:
        yield f"- {row['figure']}: {_ratio(row['ratio'])} {_goal(row)}. {_sentence(row['note'])}".rstrip()


def _half(half: Mapping[str, Any]) -> Iterator[str]:
    """The table of one half, and what it was taken on."""
    yield "| figure | ours | the other | ratio | goal | | |"
    yield "|---|--:|--:|--:|--:|---|---|"
    for row in half["rows"]:
        mark = {True: "met", False: "**missed**", None: ""}[met(row)]
        ours, other = (_amount(row[side], row["unit"]) for side in ("ours", "other"))
        goal = "" if row["goal"] is None else _sign(row)
        cells = (row["figure"], ours, other, _ratio(row["ratio"]), goal, mark, row["note"])
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""
    yield f"Taken on {', '.join(_told(half['machine']))}."
    yield ""
    yield f"Versions: {', '.join(f'{name} {version}' for name, version in half['versions'].items())}."


def _told(machine: Mapping[str, Any]) -> Iterator[str]:
    """Say what a half was taken on, whatever it says of its machine."""
    known = {"taken": "{}", "processor": "{}", "processors": "{} processors", "load": "load {} at the end"}
    for name, value in machine.items():
        yield known.get(name, "{}").format(value)


def _goal(row: Mapping[str, Any]) -> str:
    """Say what the goal is, in a sentence."""
    return f"({row['sense']} {row['goal']:g})"


def _sign(row: Mapping[str, Any]) -> str:
    """Say what the goal is, in a table."""
    return f"{'≤' if row['sense'] == 'at most' else '≥'} {row['goal']:g}"


def _sentence(note: str) -> str:
    """A note as a sentence."""
    return f"{note[0].upper()}{note[1:].rstrip('.')}." if note else ""


def _ratio(ratio: float) -> str:
    """Write a ratio with as many digits as it is worth."""
    return f"{ratio:.3f}" if ratio < 1 else f"{ratio:.2f}"


def _amount(value: float | None, unit: str) -> str:
    """Write an amount with its unit."""
    if value is None:
        return ""
    return f"{value:,.0f} {unit}" if value >= _LARGE or float(value).is_integer() else f"{value:,.2f} {unit}"


def main() -> int:
    """Write, or check."""
    made = files(halves())
    drifted = [path for path, text in made.items() if not _is(ROOT / path, text)]
    if "--check" in sys.argv[1:]:
        for path in drifted:
            print(f"{path} has drifted; run `python scripts/performance_page.py`", file=sys.stderr)
        return 1 if drifted else 0
    for path in drifted:
        (ROOT / path).write_text(made[path], "utf-8")
        print(f"wrote {path}")
    return 0


def _is(path: Path, text: str) -> bool:
    """Whether a file holds a text."""
    return path.is_file() and path.read_text("utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
