"""The path that an incident took through the lifecycle, read off its timeline with the table itself."""

from collections.abc import Iterable
from datetime import datetime

from attrs import frozen

from incident_fsm._results import TimelineEntry
from incident_fsm._states import State
from incident_fsm._table import ROWS
from incident_fsm.events import Event

_TARGETS = {(row.event, row.source): row.target for row in ROWS}


@frozen
class Move:
    """One move from a state to another; `source` is None where the incident was opened."""

    event: type[Event]
    source: State | None
    target: State
    at: datetime
    by: str


def moves(timeline: Iterable[TimelineEntry]) -> tuple[Move, ...]:
    """List the moves between states, in order. What happened within a state is no move."""
    found: list[Move] = []
    here: State | None = None
    for event in (entry.event for entry in timeline):
        target = _TARGETS[type(event), here]  # every entry was accepted along a row
        if target is not here:
            found.append(Move(type(event), here, target, event.at, event.by))
        here = target
    return tuple(found)
