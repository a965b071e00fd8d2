"""DBOS on SQLite: an event is a workflow, its decision a step, and each command a workflow on a queue.

The step's recorded result is the event and the incident as JSON; a queue that nobody listens to keeps the commands. The
file is switched to write-ahead logging beforehand, which DBOS does not do by itself and which makes it faster;
synchronous=FULL is what SQLite comes with.
"""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from benchmarks.durable.contestants import Handle
from benchmarks.durable.world import LIFECYCLE
from dbos import DBOS, DBOSConfig, SetWorkflowID

from incident_fsm import Incident, Step, codec
from incident_fsm.events import Event

QUEUE = "outbox"
_known: list[Incident] = []
"""The incident as it is, kept in memory: reading it back would cost DBOS more."""


@DBOS.step()
def decide(payload: str) -> tuple[str, list[str]]:
    """Decide; what is returned is recorded."""
    step = LIFECYCLE.attempt(_known[0] if _known else None, codec.decode_event(payload))
    assert isinstance(step, Step), step
    _known[:] = [step.after]
    return codec.encode_incident(step.after), [codec.encode_command(command) for command in step.commands]


@DBOS.workflow()
def carry_out(payload: str) -> None:
    """Carry a command out, one day."""


@DBOS.workflow()
def handle_event(payload: str) -> None:
    """Handle an event: decide, then ask for its commands."""
    _, commands = decide(payload)
    for command in commands:
        DBOS.enqueue_workflow(QUEUE, carry_out, command)


def contestant(folder: Path) -> Handle:
    """Launch DBOS."""
    path = folder / "dbos.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    config: DBOSConfig = {
        "name": "bench",
        "system_database_url": f"sqlite:///{path}",
        "log_level": logging.getLevelName(logging.WARNING),
        "run_admin_server": False,
    }
    DBOS(config=config)
    DBOS.listen_queues([])
    DBOS.launch()
    DBOS.register_queue(QUEUE)

    def handle(event: Event) -> None:
        with SetWorkflowID(event.id):
            handle_event(codec.encode_event(event))

    return handle
