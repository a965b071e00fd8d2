"""A timeline as SVG on a time axis. It fills the width it is given, and its text keeps its size: fit for a phone.

Lengths across are percentages, so nothing needs a script. Every lane is named in words above its marks.
"""

from datetime import tzinfo
from xml.etree.ElementTree import Element

from attrs import define, field

from incident_fsm.pictures._axis import Axis
from incident_fsm.pictures._svg import Spoken, add, drawing, fitted, written
from incident_fsm.pictures.chronicle import Chronicle, Mark
from incident_fsm.pictures.words import moment, span

_MILESTONE, _LANE, _CAPTION = 22, 40, 14
"""Heights: of a milestone's row, of a lane with its caption, and of the caption."""

_HALF = 50.0
_FINE = 400
"""So many places can be told apart across; marks that fall together are drawn once."""

_SHAPES = {
    "The process": "M0 -6L6 0L0 6L-6 0z",
    "The public was told": "M-5 -5h10v10h-10z",
    "People and notes": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
    "Support cases": "M-2 -6h4v4h4v4h-4v4h-4v-4h-4v-4h4z",
    "Reminders and failures": "M0 -6L6 5H-6z",
}


@define
class _Pen:
    """Draws rows from the top to the bottom."""

    root: Element
    axis: Axis
    y: float = field(default=0.0)

    def moment(self, mark: Mark) -> str:
        """When something was, with its date where the axis spans several days."""
        return moment(mark.at, self.axis.zone, date=self.axis.dated)


def timeline(chronicle: Chronicle, zone: tzinfo, *, prefix: str = "timeline") -> str:
    """Draw a chronicle. The answer is an SVG element, to stand within a page."""
    axis = Axis.over(chronicle.start, chronicle.end, zone)
    named = [name for name in chronicle.impacts if any(stretch.name == name for stretch in chronicle.stretches)]
    lanes = [name for name, marks in chronicle.lanes.items() if marks]
    rings = [*chronicle.milestones, *([Mark(chronicle.promise, "Next word promised")] if chronicle.promise else [])]
    height = 24 + _MILESTONE * len(rings) + _LANE * (len(named) + len(lanes)) + 26
    root = drawing(_spoken(chronicle, axis, prefix), "timeline", width="100%", height=height, scales=False)
    pen = _Pen(root, axis, 24)
    _ruler(pen, chronicle, height)
    for mark in rings:
        _ring(pen, mark)
    for name in named:
        _impact(pen, chronicle, name, lesser=name != chronicle.impacts[0])
    for name in lanes:
        _lane(pen, name, chronicle.lanes[name])
    return written(root)


def _spoken(chronicle: Chronicle, axis: Axis, prefix: str) -> Spoken:
    """Say in words what is drawn."""
    parts = [f"{mark.name} {moment(mark.at, axis.zone, date=True)}" for mark in chronicle.milestones]
    parts += [f"Next word promised {moment(chronicle.promise, axis.zone, date=True)}"] if chronicle.promise else []
    parts += [f"{stretch.name} impact for {span(stretch.end - stretch.start)}" for stretch in chronicle.stretches]
    parts += [f"{name}: {len(marks)} on it" for name, marks in chronicle.lanes.items() if marks]
    return Spoken(prefix=prefix, title=chronicle.name, description="; ".join(parts) + ".")


def _ruler(pen: _Pen, chronicle: Chronicle, height: float) -> None:
    """Draw the lines of the axis with their times below, and now above."""
    for tick in pen.axis.ticks():
        place = pen.axis.place(tick)
        _line(pen.root, place, 20, height - 22, "grid")
        _words(pen.root, place, height - 8, moment(tick, pen.axis.zone, date=pen.axis.dated), "quiet")
    if chronicle.now is not None:
        place = pen.axis.place(chronicle.now)
        _line(pen.root, place, 20, height - 22, "now")
        _words(pen.root, place, 14, f"now {moment(chronicle.now, pen.axis.zone, date=pen.axis.dated)}", "strong")


def _line(root: Element, place: float, top: float, bottom: float, look: str) -> None:
    """Draw an upright line."""
    add(root, "line", x1=f"{place:.2f}%", x2=f"{place:.2f}%", y1=top, y2=bottom, class_=look)


def _words(root: Element, place: float, y: float, said: str, look: str = "") -> None:
    """Write words at a place; near a border they stay inside."""
    near = 18.0
    anchor = "start" if place < near else "end" if place > 2 * _HALF - near else "middle"
    add(root, "text", said, x=f"{place:.2f}%", y=y, text_anchor=anchor, class_=look)


def _ring(pen: _Pen, mark: Mark) -> None:
    """Draw a milestone or a promise: a ring, and its name and time on the side where there is room."""
    place, middle = pen.axis.place(mark.at), pen.y + _MILESTONE / 2
    add(pen.root, "circle", cx=f"{place:.2f}%", cy=middle, r=5, class_="mark open")
    left = place > _HALF
    anchor, shift = ("end", -10) if left else ("start", 10)
    said = f"{mark.name} {pen.moment(mark)}"
    add(pen.root, "text", said, x=f"{place:.2f}%", dx=shift, y=middle + 4, text_anchor=anchor)
    pen.y += _MILESTONE


def _caption(pen: _Pen, said: str) -> float:
    """Write the caption of a lane and draw its track; say how high that is."""
    add(pen.root, "text", fitted(said, 48), x=0, y=pen.y + _CAPTION, class_="strong")
    middle = pen.y + _CAPTION + 13
    add(pen.root, "line", x1="0", x2="100%", y1=middle, y2=middle, class_="track")
    pen.y += _LANE
    return middle


def _impact(pen: _Pen, chronicle: Chronicle, name: str, *, lesser: bool) -> None:
    """Draw how long the public was told of an impact: the worst as a thick bar, any other as a thinner one."""
    thickness = 6 if lesser else 12
    middle = _caption(pen, f"Impact: {name}")
    for stretch in (stretch for stretch in chronicle.stretches if stretch.name == name):
        begin, end = pen.axis.place(stretch.start), pen.axis.place(stretch.end)
        bar = add(
            pen.root,
            "rect",
            x=f"{begin:.2f}%",
            y=middle - thickness / 2,
            width=f"{max(end - begin, 0.4):.2f}%",
            height=thickness,
            class_="stretch lesser" if lesser else "stretch",
        )
        since = pen.moment(Mark(stretch.start, name))
        add(bar, "title", f"{name} from {since}, for {span(stretch.end - stretch.start)}")


def _lane(pen: _Pen, name: str, marks: tuple[Mark, ...]) -> None:
    """Draw a lane of marks, each with its words for who points at it."""
    middle = _caption(pen, f"{name} ({len(marks)})")
    bad = " bad" if name == "Reminders and failures" else ""
    drawn: set[int] = set()
    for mark in marks:
        place = pen.axis.place(mark.at)
        if (rough := round(place / 100 * _FINE)) not in drawn:
            drawn.add(rough)
            at = add(pen.root, "svg", x=f"{place:.2f}%", y=middle, overflow="visible", width=1, height=1)
            shape = add(at, "path", d=_SHAPES[name], class_=f"mark{bad}")
            add(shape, "title", fitted(f"{pen.moment(mark)} {mark.name}", 200))
