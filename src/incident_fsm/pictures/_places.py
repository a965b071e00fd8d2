"""Where each state of the lifecycle stands in its picture: worked out from the moves between them, not typed in."""

from collections.abc import Sequence

from attrs import frozen

from incident_fsm._states import State
from incident_fsm._table import Row

BOX = (112, 44)
"""Width and height of a state's box, in pixels."""

MAIN, SIDE = 6, 250
"""Where the boxes of the happy path begin, and those beside it."""

TOP, PITCH = 50, 92
"""Where the first box begins, and how far each is below the one before."""


@frozen
class Place:
    """The box of a state: its corner, its row from the top, and whether it is on the happy path."""

    x: int
    row: int
    main: bool

    @property
    def y(self) -> int:
        """Its upper edge."""
        return TOP + self.row * PITCH

    @property
    def middle(self) -> float:
        """The middle of its height."""
        return self.y + BOX[1] / 2

    @property
    def bottom(self) -> int:
        """Its lower edge."""
        return self.y + BOX[1]


def places(rows: Sequence[Row]) -> dict[State, Place]:
    """Give each state its place. The first state of each depth is on the happy path, any other beside its source."""
    order = list(State)
    depths = _depths(rows, order)
    found: dict[State, Place] = {}
    for state in order:
        depth = depths[state]
        if all(place.row != depth or not place.main for place in found.values()):
            found[state] = Place(MAIN, depth, main=True)
        else:
            sources = [depths[row.source] for row in rows if row.target is state and row.source is not None]
            found[state] = Place(SIDE, max(sources), main=False)
    return found


def _depths(rows: Sequence[Row], order: list[State]) -> dict[State, int]:
    """How many moves forward a state is from the beginning, at most. Moves back do not count."""
    depths = dict.fromkeys(order, 0)
    for state in order:
        before = [
            depths[row.source]
            for row in rows
            if row.target is state and row.source is not None and order.index(row.source) < order.index(state)
        ]
        depths[state] = max(before, default=-1) + 1
    return depths
