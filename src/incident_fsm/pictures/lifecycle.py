"""The lifecycle as SVG for people, with the present state and the path that an incident took.

It is laid out from the rows that the machine runs on, so it cannot contradict it. It reads down the page, as the
process does, and is narrow enough for a phone: the happy path in one column, what leaves it in a lane on the right.
What tells taken from not taken is the stroke and the words, never the colour alone.
"""

from collections.abc import Sequence
from datetime import tzinfo
from xml.etree.ElementTree import Element

from attrs import frozen

from incident_fsm._states import State
from incident_fsm._table import ROWS, Row
from incident_fsm.pictures._moves import Move
from incident_fsm.pictures._places import BOX, MAIN, SIDE, Place, places
from incident_fsm.pictures._svg import Spoken, add, drawing, fitted, written
from incident_fsm.pictures._ways import Way, way
from incident_fsm.pictures.words import moment

WIDTH = SIDE + BOX[0] + MAIN
"""So wide is the picture: about as wide as a phone."""


@frozen(kw_only=True)
class Course:
    """What is marked in a picture of the lifecycle: the state it is in, and the path that led there, if it is known.

    `name` says whose course it is; `zone` is that in which its times are told.
    """

    name: str
    here: State
    moves: tuple[Move, ...]
    zone: tzinfo


def lifecycle(course: Course | None = None, *, prefix: str = "lifecycle") -> str:
    """Draw the lifecycle, of one incident or of none. The answer is an SVG element, to stand within a page."""
    rows = [row for row in ROWS if row.source is not row.target]
    found = places(rows)
    height = max(place.bottom for place in found.values()) + 8
    root = drawing(_spoken(course, prefix), "lifecycle", width=WIDTH, height=height, scales=True)
    for row in rows:
        _draw_way(root, row, way(row, found), course)
    for state, place in found.items():
        _draw_state(root, state, place, course)
    return written(root)


def _spoken(course: Course | None, prefix: str) -> Spoken:
    """Say in words what is drawn."""
    if course is None:
        ways = ", ".join(state.value for state in State)
        return Spoken(prefix=prefix, title="The lifecycle of an incident", description=f"Its states: {ways}.")
    passed = [f"{move.target.value} from {_when(move, course)}" for move in course.moves]
    description = f"The path so far: {'; '.join(passed)}." if passed else "The path that led there is not drawn."
    return Spoken(prefix=prefix, title=f"{course.name} is {course.here.value}", description=description)


def _when(move: Move, course: Course) -> str:
    """When a move was made: with its date, because incidents last."""
    return moment(move.at, course.zone, date=True)


def _draw_way(root: Element, row: Row, drawn: Way, course: Course | None) -> None:
    """Draw one arrow with the event's name, and when and by whom it was taken."""
    taken = [move for move in course.moves if (move.event, move.source) == (row.event, row.source)] if course else []
    look = "taken" if taken else "ahead" if course and course.moves else ""
    add(root, "path", d=drawn.line, class_=f"way {look}".rstrip())
    add(root, "path", d=drawn.head, class_=f"head {look}".rstrip())
    x, y = drawn.label
    quiet = "quiet" if look == "ahead" else ""
    add(root, "text", row.event.__name__, x=x, y=y, class_=quiet)
    if taken and course:
        said = f"{_when(taken[-1], course)}, {taken[-1].by}"
        said = said if len(taken) == 1 else f"{len(taken)} times, last {said}"
        text = add(root, "text", fitted(said, drawn.columns), x=x, y=y + drawn.leading, class_="quiet")
        add(text, "title", said)


def _draw_state(root: Element, state: State, place: Place, course: Course | None) -> None:
    """Draw one state as a box; a final one with a double border, the present one thick and with the word "now"."""
    visits = [move for move in course.moves if move.target is state] if course else []
    here = course is not None and course.here is state
    look = "here" if here else "ahead" if course and course.moves and not visits else ""
    width, height = BOX
    add(root, "rect", x=place.x, y=place.y, width=width, height=height, rx=6, class_=f"box {look}".rstrip())
    if state.final:
        inner = add(root, "rect", x=place.x + 4, y=place.y + 4, width=width - 8, height=height - 8, rx=4)
        inner.set("class", f"inner {look}".rstrip())
    middle = place.x + width / 2
    said = ("now, " if here else "") + (f"since {_since(visits[-1], course)}" if visits and course else "")
    second = said.rstrip(", ") if here else _passed(visits, course)
    name = "strong" if here or not look else "quiet"
    add(root, "text", state.value, x=middle, y=place.y + (19 if second else 27), text_anchor="middle", class_=name)
    if second:
        add(root, "text", second, x=middle, y=place.y + 35, text_anchor="middle", class_="quiet")


def _since(move: Move, course: Course) -> str:
    """Since when; the date stands beside the arrow that leads there."""
    return moment(move.at, course.zone, date=False)


def _passed(visits: Sequence[Move], course: Course | None) -> str:
    """That the incident was in a state, and is no more."""
    return f"passed, {_since(visits[-1], course)}" if visits and course else ""
