"""The pictures of docs/performance.md: how long a step takes, and how far each figure is from its goal.

Drawn with what draws the pictures of the library: readable in light and dark, and told in words to those who hear it.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from incident_fsm.pictures import standalone
from incident_fsm.pictures._svg import Spoken, add, drawing, fitted, written

_WIDTH, _NAMES, _FIGURES = 880, 400, 90
"""How wide a picture is, and how much of that the names and the figures take; the rest is for the bars."""

_BARS = _WIDTH - _NAMES - _FIGURES
_BAR, _GAP, _TOP, _END = 18, 10, 44, 14

_Rows = Sequence[tuple[str, Sequence[tuple[float, str]]]]
"""The name of each row, and the value of each of its bars with what is written beside it."""

_Length = Callable[[float], float]
"""How long the bar of a value is, in pixels."""


def peers(taken: Mapping[str, Mapping[str, Any]]) -> str:
    """Plot how long an accepted step takes with each contestant, on a logarithmic scale."""
    note, life = taken["a note"], taken["a whole life"]
    names = sorted(note, key=lambda name: note[name]["median"])
    largest = max(one["median"] for of in (note, life) for one in of.values())
    decades = math.ceil(math.log10(largest))
    rows = [(name, [(of[name]["median"], f"{of[name]['median']:.1f} µs") for of in (note, life)]) for name in names]
    root = _begun("step", "An accepted step", rows)
    add(root, "text", "Microseconds per accepted step, logarithmic: shorter is better", class_="strong", x=0, y=14)
    add(root, "text", "full: a note in an incident's thread; outlined: the average of a whole life", x=0, y=32)
    for power in range(decades + 1):
        _rule(root, _NAMES + _BARS * power / decades, len(rows) * (2 * _BAR + _GAP), f"{10**power} µs")
    _bars(root, rows, lambda value: max(1.0, _BARS * math.log10(max(value, 1)) / decades))
    return standalone(written(root))


def goals(found: Sequence[Mapping[str, Any]]) -> str:
    """Plot each figure as a share of what its goal allows: beyond the line is missed."""
    shares = [(row["figure"], _share(row)) for row in found if row["goal"] is not None]
    rows = [(figure, [(share, f"{share:.0%}{', missed' if share > 1 else ''}")]) for figure, share in shares]
    scale = 0.7
    root = _begun("goals", "Figures and goals", rows)
    add(root, "text", "Each figure as a share of what its goal allows: shorter is better", class_="strong", x=0, y=14)
    _rule(root, _NAMES + _BARS * scale, len(rows) * (_BAR + _GAP), "the goal")
    _bars(root, rows, lambda value: max(1.0, _BARS * min(1.0, value * scale)))
    return standalone(written(root))


def _share(row: Mapping[str, Any]) -> float:
    """How much of what is allowed a figure takes."""
    return float(row["ratio"] / row["goal"] if row["sense"] == "at most" else row["goal"] / row["ratio"])


def _begun(prefix: str, title: str, rows: _Rows) -> Element:
    """Begin a picture that has room for its rows."""
    height = _TOP + sum(_BAR * len(bars) + _GAP for _, bars in rows) + _END
    said = "; ".join(f"{name}: {', '.join(words for _, words in bars)}" for name, bars in rows)
    # As in a timeline, lines run behind the words.
    return drawing(
        Spoken(prefix=prefix, title=title, description=f"{said}."),
        "chart timeline",
        width=_WIDTH,
        height=height,
        scales=True,
    )


def _rule(root: Element, x: float, height: float, said: str) -> None:
    """Draw an upright line that the bars are read by."""
    add(root, "line", x1=x, x2=x, y1=_TOP, y2=_TOP + height, class_="grid")
    add(root, "text", said, x=x, y=_TOP + height + 10, text_anchor="middle", class_="quiet", font_size=11)


def _bars(root: Element, rows: _Rows, length: _Length) -> None:
    """Draw the bars of each row, the second of them outlined, and write their figures beside them."""
    y: float = _TOP
    for name, bars in rows:
        add(root, "text", fitted(name, 66), x=0, y=y + _BAR * len(bars) / 2 + 5)
        for place, (value, said) in enumerate(bars):
            long = length(value)
            look = {"class_": "bar", "fill": "none"} if place else {"class_": "bar full"}
            add(root, "rect", x=_NAMES, y=y + 2, width=long, height=_BAR - 4, **look)
            add(root, "text", said, x=_NAMES + long + 6, y=y + _BAR - 4, class_="figure")
            y += _BAR
        y += _GAP
