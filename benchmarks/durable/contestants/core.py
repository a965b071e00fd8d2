"""SQLAlchemy Core: our own desk with its storage written by hand in Core, for the tables of our journal.

It keeps every rule that a step needs: the revision is looked at within the transaction, events are chained, ids are
unique by their indexes. The file is made by our engine, so tables, indexes and settings are the same.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from benchmarks.durable.contestants import Handle
from benchmarks.durable.world import AT, ID, POLICY
from sqlalchemy.dialects.sqlite import insert

from incident_fsm.desk import JOURNAL, Desk
from incident_fsm.engine import GENESIS, Batch, Engine, EventRecord, Snapshot
from incident_fsm.engine._rows import row_of
from incident_fsm.engine._rules import chained, outbox
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.errors import RevisionConflict
from incident_fsm.events import Event


class CoreEngine:
    """As much of an engine as a step needs."""

    def __init__(self, path: Path) -> None:
        self._engine = sa.create_engine(f"sqlite:///{path}", isolation_level="AUTOCOMMIT")
        sa.event.listen(self._engine, "connect", _settings)
        self._connection = self._engine.connect()
        tables = sa.MetaData()
        tables.reflect(self._engine)
        self._policies, self._incidents, self._events, self._commands = (
            tables.tables[name] for name in ("policies", "incidents", "events", "commands")
        )
        new = insert(self._incidents)
        taken_over = {column.name: new.excluded[column.name] for column in self._incidents.c if not column.primary_key}
        self._keep = new.on_conflict_do_update(index_elements=["incident_id"], set_=taken_over)
        incidents, events = self._incidents.c, self._events.c
        self._load = sa.select(self._incidents).where(incidents.incident_id == sa.bindparam("id"))
        self._recorded = sa.select(self._events).where(events.event_id == sa.bindparam("id"))
        self._newest = (
            sa.select(events.revision, events.digest)
            .where(events.incident_id == sa.bindparam("id"))
            .order_by(events.revision.desc())
            .limit(1)
        )

    def recorded(self, event_ids: Sequence[str]) -> tuple[EventRecord, ...]:
        """Look events up."""
        found = [self._connection.execute(self._recorded, {"id": one}).first() for one in event_ids]
        return tuple(EventRecord(**row._mapping) for row in found if row is not None)

    def load(self, incident_id: str) -> Snapshot | None:
        """Read an incident."""
        row = self._connection.execute(self._load, {"id": incident_id}).first()
        return None if row is None else Snapshot(**row._mapping)

    def keep_policy(self, digest: str, payload: str) -> None:
        """Keep a policy."""
        self._connection.execute(
            insert(self._policies).on_conflict_do_nothing(), {"digest": digest, "payload": payload}
        )

    def commit(self, batch: Batch) -> None:
        """Store a step."""
        execute = self._connection.execute
        self._connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            newest = execute(self._newest, {"id": batch.incident_id}).first()
            revision, digest = (0, GENESIS) if newest is None else newest
            _check(batch, revision)
            execute(self._keep, _values(self._incidents, batch.snapshot))
            records = chained(batch.incident_id, digest, batch.events)
            execute(sa.insert(self._events), [_values(self._events, record) for record in records])
            if batch.commands:
                commands = [_values(self._commands, record) for record in outbox(batch)]
                execute(sa.insert(self._commands), commands)
            self._connection.exec_driver_sql("COMMIT")
        except BaseException:
            self._connection.exec_driver_sql("ROLLBACK")
            raise


def _check(batch: Batch, revision: int) -> None:
    """Refuse a batch that was decided on another revision."""
    if revision != batch.expected:
        raise RevisionConflict(batch.incident_id, batch.expected, revision)


def _settings(connection: sqlite3.Connection, _record: object) -> None:
    """What holds for a connection and not for the file."""
    for setting in ("trusted_schema = OFF", "foreign_keys = ON", "synchronous = FULL"):
        connection.execute(f"PRAGMA {setting}")


def _values(table: Any, record: Any) -> dict[str, Any]:  # noqa: ANN401  whatever table
    """The values of a record, by column."""
    names = [column.name for column in table.c if column.name not in {"sequence", "ready_at"}]
    return dict(zip(names, row_of(record), strict=True))


def contestant(folder: Path) -> Handle:
    """Set a desk up on an engine of its own."""
    path = folder / JOURNAL
    with closing(SqliteEngine(path)):
        pass
    desk = Desk(cast("Engine", CoreEngine(path)), POLICY, now=lambda: AT)

    def handle(event: Event) -> None:
        desk.step(ID, event)

    return handle
