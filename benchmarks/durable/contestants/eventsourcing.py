"""eventsourcing on SQLite: the incident is an aggregate, its events are stored, and each command is another aggregate.

The best of its settings: aggregates are cached (and caught up with what is stored), and not copied out of the cache. A
step saves the incident and its commands together, in one transaction; the commands' creation is their row. Its
connection is asked for WAL and synchronous=FULL, which are what it sets and what SQLite comes with.

`contestant` takes a snapshot with each step, so that the same rows are stored and an incident is read at the same cost
whatever its history; eventsourcing stores it in a transaction of its own. `without_snapshots` does less: who reads the
incident anew reads all its events.
"""

from pathlib import Path
from typing import Any, ClassVar
from uuid import NAMESPACE_URL, UUID, uuid5

from benchmarks.durable.contestants import Handle
from benchmarks.durable.world import ID, LIFECYCLE
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Transcoding

from incident_fsm import Incident, Step, codec
from incident_fsm.events import Event

ID_OF_IT = uuid5(NAMESPACE_URL, ID)


class Log(Aggregate):
    """An incident: what is stored are its events as JSON, what is kept is what they led to."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.incident: Incident | None = None
        self._step: Step | None = None

    @staticmethod
    def create_id() -> UUID:
        """There is one incident."""
        return ID_OF_IT

    def handle(self, fact: Event) -> Step:
        """Decide, and say what happened."""
        step = LIFECYCLE.attempt(self.incident, fact)
        assert isinstance(step, Step), step
        self._step = step
        self.happened(type(fact).__name__, codec.encode_event(fact))
        return step

    @event("Happened")
    def happened(self, kind: str, payload: str) -> None:  # noqa: ARG002  stored with it, as in the other journals
        """Take the step that was decided on; one read from the store is decided anew."""
        step, self._step = self._step, None
        if step is None:
            found = LIFECYCLE.refold(self.incident, codec.decode_event(payload))
            assert isinstance(found, Step), found
            step = found
        self.incident = step.after


class Asked(Aggregate):
    """A command that waits to be carried out."""

    def __init__(self, command_id: str, kind: str, payload: str) -> None:
        """Ask for it."""
        self.command_id = command_id
        self.kind = kind
        self.payload = payload

    @staticmethod
    def create_id(command_id: str, kind: str, payload: str) -> UUID:  # noqa: ARG004  it is called with all of them
        """Derive it, so that none is asked for twice."""
        return uuid5(NAMESPACE_URL, command_id)


class IncidentAsText(Transcoding):
    """How a snapshot holds an incident."""

    type = Incident
    name = "incident"

    def encode(self, obj: Incident) -> str:
        """Write it."""
        return codec.encode_incident(obj)

    def decode(self, data: str) -> Incident:
        """Read it."""
        return codec.decode_incident(data)


class Snapshotting(Application):
    """An application that takes a snapshot with each step."""

    snapshotting_intervals: ClassVar[dict[type, int]] = {Log: 1}

    def register_transcodings(self, transcoder: Any) -> None:  # noqa: ANN401  theirs
        """Add our own."""
        super().register_transcodings(transcoder)
        transcoder.register(IncidentAsText())


def contestant(folder: Path) -> Handle:
    """Set an application up that stores the same rows."""
    return _handle(Snapshotting, folder)


def without_snapshots(folder: Path) -> Handle:
    """Set an application up that stores events only."""
    return _handle(Application, folder)


def _handle(kind: Any, folder: Path) -> Handle:  # noqa: ANN401  theirs
    """Set an application up."""
    app: Any = kind(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(folder / "events.sqlite3"),
            "AGGREGATE_CACHE_MAXSIZE": "100",
            "DEEPCOPY_FROM_AGGREGATE_CACHE": "n",
        }
    )
    app.save(Log())
    with app.factory.datastore.get_connection(commit=False) as connection:
        cursor = connection.cursor()
        for pragma, wanted in (("journal_mode", "wal"), ("synchronous", 2)):
            cursor.execute(f"PRAGMA {pragma}")
            assert cursor.fetchone()[0] == wanted, pragma

    def handle(fact: Event) -> None:
        log = app.repository.get(ID_OF_IT)
        step = log.handle(fact)
        asked = [Asked(one.id, type(one).__name__, codec.encode_command(one)) for one in step.commands]
        app.save(log, *asked)

    return handle
