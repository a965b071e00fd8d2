"""How the arrow of a move runs in the picture of the lifecycle, and where its words stand."""

from attrs import frozen

from incident_fsm._states import State
from incident_fsm._table import Row
from incident_fsm.pictures._places import BOX, MAIN, SIDE, Place

_LANE = SIDE + BOX[0] / 2
"""Where arrows run that leave the happy path or lead back to it."""

_CENTRE = MAIN + BOX[0] / 2
_EDGE = MAIN + BOX[0]
_ROOM = 36
"""So many characters fit between the happy path and the lane."""


@frozen
class Way:
    """One arrow: its line, its head, where its label stands, how far below that the second line, and how much fits."""

    line: str
    head: str
    label: tuple[float, float]
    leading: int = 15
    columns: int = _ROOM


def way(row: Row, places: dict[State, Place]) -> Way:
    """Find the way of a move."""
    target = places[row.target]
    if row.source is None:
        return _opening(target)
    source = places[row.source]
    if source.main and target.main and target.row == source.row + 1:
        return _down(source, target)
    if target.main:
        return _round(source, target)
    return _beside(source, target) if source.row == target.row else _over(source, target)


def _opening(target: Place) -> Way:
    """From a dot at the top."""
    dot = f"M{_CENTRE:g} 14m-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0"
    return Way(f"{dot}M{_CENTRE:g} 14V{target.y - 8}", _pointing_down(_CENTRE, target.y), (_CENTRE + 14, 16), 15)


def _down(source: Place, target: Place) -> Way:
    """To the next state of the happy path."""
    label = (_CENTRE + 10, source.bottom + 20)
    return Way(f"M{_CENTRE:g} {source.bottom}V{target.y - 8}", _pointing_down(_CENTRE, target.y), label)


def _round(source: Place, target: Place) -> Way:
    """To another state of the happy path, round by the lane."""
    line = f"M{_EDGE} {source.middle:g}H{_LANE:g}V{target.middle:g}H{_EDGE + 8}"
    tip = f"M{_EDGE} {target.middle:g}l10 -5v10z"
    return Way(line, tip, (_EDGE + 14, target.middle - 6), 20, 26)


def _beside(source: Place, target: Place) -> Way:
    """Straight to a state beside."""
    line = f"M{_EDGE} {source.middle:g}H{target.x - 8}"
    return Way(line, f"M{target.x} {target.middle:g}l-10 -5v10z", (_EDGE + 4, source.middle - 6), 20, 16)


def _over(source: Place, target: Place) -> Way:
    """Along the lane to a state beside, in another row."""
    line = f"M{_EDGE} {source.middle:g}H{_LANE:g}V{target.y - 8}"
    return Way(line, _pointing_down(_LANE, target.y), (_EDGE + 14, source.middle - 6), 20, 26)


def _pointing_down(x: float, y: float) -> str:
    """The head of an arrow that ends at a point from above."""
    return f"M{x:g} {y:g}l-5 -10h10z"
