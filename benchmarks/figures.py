"""The form in which each half of the bench leaves its figures: `benchmarks/results/<half>.json`."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from attrs import asdict, frozen

RESULTS = Path(__file__).resolve().parent / "results"


@frozen(kw_only=True)
class Row:
    """One figure beside its goal. `ours` and `other` are in `unit`, and `ratio` is what the goal is about.

    A goal of None: shown to be judged with, promised by nobody.
    """

    figure: str
    ours: float | None
    other: float | None
    unit: str
    ratio: float
    goal: float | None
    sense: Literal["at most", "at least"] = "at most"
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        if self.goal is None:
            return None
        return self.ratio <= self.goal if self.sense == "at most" else self.ratio >= self.goal


def at_most(goal: float | None, figure: str, pair: tuple[float, float], unit: str, *, note: str = "") -> Row:
    """Make a row whose ratio is ours ÷ the other (`pair`), and should be at most the goal."""
    ours, other = pair
    return Row(figure=figure, ours=ours, other=other, unit=unit, ratio=ours / other, goal=goal, note=note)


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    return {
        "taken": f"{datetime.now(UTC):%Y-%m-%d}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processor": _processor(),
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def _processor() -> str:
    """The processor's name, where the system tells it."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text("utf-8").splitlines() if told.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "not told"


def versions(distributions: Iterable[str]) -> dict[str, str]:
    """The version of each distribution that took part."""
    return {name: version(name) for name in distributions}


def write(half: str, *, distributions: Iterable[str], rows: Sequence[Row], more: dict[str, Any]) -> Path:
    """Leave the figures of one half, and say where."""
    said = {
        "versions": versions(distributions),
        "machine": machine(),
        "rows": [asdict(one) for one in rows],
        **more,
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{half}.json"
    path.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return path


def table(rows: Sequence[Row]) -> str:
    """The rows as a table for a terminal."""
    lines = [f"{'':2} {'figure':58} {'ours':>10} {'other':>10} {'unit':8} {'ratio':>7}  goal"]
    for one in rows:
        mark = {True: "ok", False: "NO", None: ""}[one.met]
        goal = "" if one.goal is None else f"{'≤' if one.sense == 'at most' else '≥'} {one.goal:g}"
        lines.append(
            f"{mark:2} {one.figure:58} {_amount(one.ours):>10} {_amount(one.other):>10} {one.unit:8}"
            f" {one.ratio:7.3f}  {goal}"
        )
    return "\n".join(lines)


_LARGE = 1000
"""From here on, decimals say nothing."""


def _amount(value: float | None) -> str:
    """Write an amount with as many digits as it is worth."""
    return "" if value is None else f"{value:,.2f}" if value < _LARGE else f"{value:,.0f}"
