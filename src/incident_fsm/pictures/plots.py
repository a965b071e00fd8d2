"""Metrics over time as SVG bars: a row for each group, the figure in words beside each bar. Fills the width it gets."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from xml.etree.ElementTree import Element

from attrs import frozen

from incident_fsm.measures import Summary
from incident_fsm.pictures._svg import Spoken, add, drawing, fitted, written
from incident_fsm.pictures.words import hours

_NAMES, _BARS = 24, 48
"""How much of the width is for the names of the groups, and for the bars; the rest is for the figures, in percent."""

_BAR, _GAP = 20, 10


@frozen
class Plot:
    """A picture with its heading, and what its two kinds of bar mean (empty: there is one kind)."""

    heading: str
    picture: str
    solid: str = ""
    hatched: str = ""


@frozen
class _Bar:
    """One bar: how long, what is said beside it, and of which kind it is."""

    value: float
    said: str
    hatched: bool = False


_Rows = Sequence[tuple[str, tuple[_Bar, ...]]]


def plots(summaries: Sequence[Summary], *, prefix: str = "plot") -> tuple[Plot, ...]:
    """Plot how many incidents there were, how long the middle one took by either clock, and the promises kept."""
    counted = [(one.group, (_Bar(one.incidents, str(one.incidents)),)) for one in summaries]
    promised = [(one.group, _promises(one)) for one in summaries]
    clocks = {"solid": "by the wall clock", "hatched": "by support hours"}
    return (
        Plot("Incidents", _picture("Incidents", counted, f"{prefix}-count")),
        Plot("Time to repair", _took("Time to repair", "repair", summaries, prefix), **clocks),
        Plot("Time to resolve", _took("Time to resolve", "resolve", summaries, prefix), **clocks),
        Plot("Promised updates", _picture("Promised updates", promised, f"{prefix}-promises"), "missed", "kept"),
    )


def _promises(summary: Summary) -> tuple[_Bar, ...]:
    """The promises of a group, those missed first: they are what is looked for."""
    return (
        _Bar(summary.promises_missed, f"{summary.promises_missed} missed"),
        _Bar(summary.promises_kept, f"{summary.promises_kept} kept", hatched=True),
    )


def _took(title: str, measure: str, summaries: Sequence[Summary], prefix: str) -> str:
    """Plot the middle length of one measure by both clocks."""
    rows = [
        (one.group, (_length(one.wall_clock, measure), _length(one.support_hours, measure, hatched=True)))
        for one in summaries
    ]
    return _picture(f"{title}, the middle one", rows, f"{prefix}-{measure}")


def _length(lengths: Mapping[str, timedelta], measure: str, *, hatched: bool = False) -> _Bar:
    """The bar of a length; nothing known is no bar, and said."""
    found = lengths.get(measure)
    return _Bar(0, "not known", hatched) if found is None else _Bar(found.total_seconds(), hours(found), hatched)


def _picture(title: str, rows: _Rows, prefix: str) -> str:
    """Draw bars, a row for each group."""
    longest = max((bar.value for _, bars in rows for bar in bars), default=0) or 1
    height = sum(_BAR * len(bars) + _GAP for _, bars in rows)
    said = "; ".join(f"{name}: {', '.join(bar.said for bar in bars)}" for name, bars in rows)
    root = drawing(
        Spoken(prefix=prefix, title=title, description=f"{said}."), "plot", width="100%", height=height, scales=False
    )
    _pattern(root, f"{prefix}-hatch")
    y = _GAP / 2
    for name, bars in rows:
        add(root, "text", fitted(name, 11), x=0, y=y + _BAR * len(bars) / 2 + 4)
        area = add(root, "svg", x=f"{_NAMES}%", y=0, width=f"{_BARS}%", height=height, overflow="visible")
        for bar in bars:
            _bar(area, bar, y, longest, f"url(#{prefix}-hatch)")
            y += _BAR
        y += _GAP
    return written(root)


def _pattern(root: Element, name: str) -> None:
    """Make the hatching that tells the second kind of bar from the first without its colour."""
    pattern = add(add(root, "defs"), "pattern", id=name, width=6, height=6, patternUnits="userSpaceOnUse")
    pattern.set("patternTransform", "rotate(45)")
    add(pattern, "line", x1=0, y1=0, x2=0, y2=6, class_="hatch")


def _bar(area: Element, bar: _Bar, y: float, longest: float, hatching: str) -> None:
    """Draw one bar and write its figure beside it."""
    width = f"{100 * bar.value / longest:.2f}%"
    look = {"fill": hatching, "class_": "bar"} if bar.hatched else {"class_": "bar full"}
    add(area, "rect", x=0, y=y + 2, width=width, height=_BAR - 4, **look)
    add(area, "text", bar.said, x=width, dx=6, y=y + _BAR / 2 + 4)
