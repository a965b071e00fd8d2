"""Our own desk, on its own engine."""

from pathlib import Path

from benchmarks.durable.contestants import Handle
from benchmarks.durable.world import AT, ID, POLICY

from incident_fsm.desk import JOURNAL, Desk
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.events import Event


def contestant(folder: Path) -> Handle:
    """Set a desk up."""
    desk = Desk(SqliteEngine(folder / JOURNAL), POLICY, now=lambda: AT)

    def handle(event: Event) -> None:
        desk.step(ID, event)

    return handle
