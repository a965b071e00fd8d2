"""The table as pictures: a Mermaid diagram of the lifecycle, and the whole state by event grid in Markdown.

Both are made from the rows that the machine runs on, so neither can contradict it.
"""

from collections.abc import Collection, Iterable

from incident_fsm._states import State
from incident_fsm._table import ROWS, Row
from incident_fsm.events import EVENTS, Event

Way = tuple[type[Event], State | None]
"""A move between states, by its event and where it starts; None where the incident is opened."""

STAYS = "stays"
"""What the grid says where an event leaves the state as it is."""


def mermaid(marked: State | None = None, rows: Iterable[Row] = ROWS, *, taken: Collection[Way] = ()) -> str:
    """Draw the moves between states as a Mermaid state diagram, with one state marked if asked for.

    `taken` names the ways that an incident went: each is ticked, and what it never came to is dashed. Mermaid can give
    the arrows of such a diagram no look of their own. What happens within a state is left to the grid: drawn as loops,
    it would hide the process.
    """
    moves = [row for row in rows if row.source is not row.target]
    lines = ["stateDiagram-v2", "    direction LR"]
    for row in moves:
        source = "[*]" if row.source is None else row.source.value
        tick = "✓ " if (row.event, row.source) in taken else ""
        lines.append(f"    {source} --> {row.target.value} : {tick}{row.event.__name__}")
    lines.extend(f"    {state.value} --> [*]" for state in State if state.final)
    if marked is not None:
        lines += ["    classDef here font-weight:bold,stroke-width:4px", f"    class {marked.value} here"]
    if taken:
        reached = {row.target for row in moves if (row.event, row.source) in taken}
        ahead = ",".join(state.value for state in State if state not in reached)
        lines += ["    classDef ahead stroke-dasharray:4", f"    class {ahead} ahead"]
    return "\n".join(lines) + "\n"


def grid(rows: Iterable[Row] = ROWS) -> str:
    """Write the whole grid as a Markdown table: for each event and state, where it leads; empty = refused."""
    targets = {(row.event, row.source): row.target for row in rows}
    places: list[State | None] = [None, *State]
    header = "| event | " + " | ".join("(none yet)" if place is None else place.value for place in places) + " |"
    ruler = "|---" * (len(places) + 1) + "|"
    lines = [header, ruler]
    for event in EVENTS:
        cells = (_cell(targets.get((event, place)), place) for place in places)
        lines.append(f"| `{event.__name__}` | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(target: State | None, source: State | None) -> str:
    """Write one cell of the grid."""
    if target is None:
        return ""
    return STAYS if target is source else f"→ {target.value}"
