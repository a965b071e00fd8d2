"""The table as pictures: a Mermaid diagram of the lifecycle, and the whole state by event grid in Markdown.

Both are made from the rows that the machine runs on, so neither can contradict it.
"""

from collections.abc import Iterable

from incident_fsm._states import State
from incident_fsm._table import ROWS, Row
from incident_fsm.events import EVENTS

STAYS = "stays"
"""What the grid says where an event leaves the state as it is."""


def mermaid(marked: State | None = None, rows: Iterable[Row] = ROWS) -> str:
    """Draw the moves between states as a Mermaid state diagram, with one state marked if asked for.

    What happens within a state is left to the grid: drawn as loops, it would hide the process.
    """
    lines = ["stateDiagram-v2", "    direction LR"]
    for row in rows:
        if row.source is None:
            lines.append(f"    [*] --> {row.target.value} : {row.event.__name__}")
        elif row.source is not row.target:
            lines.append(f"    {row.source.value} --> {row.target.value} : {row.event.__name__}")
    lines.extend(f"    {state.value} --> [*]" for state in State if state.final)
    if marked is not None:
        lines += ["    classDef here font-weight:bold,stroke-width:4px", f"    class {marked.value} here"]
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
