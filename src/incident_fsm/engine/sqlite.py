"""The default engine: journal and outbox in one SQLite file, for one machine.

An engine has one connection and one lock. A lock rather than a connection for each thread, because SQLite has one
writer at a time anyway, a read takes microseconds, and threads that end would leave connections behind. The lock is
held for one statement or one transaction, never while a worker works or while the caller looks at what was yielded:
listings are read page by page, so a slow reader holds back no checkpoint and no writer, and may see commits that
happen meanwhile.

Other processes may use the same file at the same time. Not for network drives, whose locks cannot be trusted.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from incident_fsm.engine import (
    GENESIS,
    LEASE_SECONDS,
    LONGEST_WAIT,
    Batch,
    CommandRecord,
    CommandStatus,
    EventRecord,
    Fault,
    Query,
    Restoration,
    Snapshot,
    Worker,
)
from incident_fsm.engine import _statements as sql
from incident_fsm.engine import _writes as writes
from incident_fsm.engine._audit import incident_faults
from incident_fsm.engine._file import REPORTED, connect, connect_to_read, reported, told
from incident_fsm.engine._rows import Plain, command_of, event_of, snapshot_of, time_text
from incident_fsm.engine._rules import check_restoration, checked, utc
from incident_fsm.engine._schema import transaction
from incident_fsm.errors import JournalUnusable, RevisionConflict

PATIENCE = 5.0
"""How many seconds a call waits for another writer before it raises `JournalUnusable`."""

PAGE = 200
"""How many rows are read at once."""

_Read = TypeVar("_Read")


class SqliteEngine:
    """A journal with an outbox in the file `path`, which is created if missing (mode 0600, its folder 0700).

    A file that is not a journal of this version or an older one is refused with `JournalUnusable`, untouched. Safe to
    use from several threads and several processes; after a fork the child must open its own. `patience` is how many
    seconds a call waits for another writer. `read_only`: the file must be there, and whatever would change it raises
    `JournalUnusable`.
    """

    def __init__(self, path: str | os.PathLike[str], *, patience: float = PATIENCE, read_only: bool = False) -> None:
        self._path = Path(path).absolute()
        self._name = str(self._path)
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._closed = False
        self._connection = (connect_to_read if read_only else connect)(self._path, patience)
        self._file = self._identity()

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        """Hold the lock and hand out the connection; refuse after a fork and after `close`."""
        # Asked before the lock is taken: a fork copies a lock that another thread holds, and nobody would release it.
        if self._process != os.getpid():
            raise self._unusable("was opened before this process was forked", "open it again in this process")
        with self._lock:
            if self._closed:
                raise self._unusable("was closed", "open it again")
            try:
                yield self._connection
            except REPORTED as error:
                raise told(self._path, error) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """As `_using`, within one transaction that is stored whole or not at all."""
        with self._using() as connection:
            # Into a file without a name one can write for ever, and all is gone at the end.
            if self._identity() != self._file:
                raise self._unusable("was moved, deleted or replaced since it was opened", "open it again")
            with transaction(connection):
                yield connection

    def _identity(self) -> tuple[int, int] | None:
        """Which file has our name now, or None."""
        try:
            found = os.stat(self._name)  # noqa: PTH116  a path object would cost several times as much, at each write
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def _unusable(self, problem: str, remedy: str) -> JournalUnusable:
        """Say what is wrong with this journal."""
        return JournalUnusable(str(self._path), problem, remedy)

    def _read(self, make: Callable[[sqlite3.Row], _Read], statement: str, values: Sequence[Plain] = ()) -> list[_Read]:
        """Read all rows that a statement finds."""
        with self._using() as connection:
            return [make(row) for row in connection.execute(statement, values)]

    def commit(self, batch: Batch) -> None:
        """Make a batch durable, whole, before returning: see `Engine.commit`."""
        batch = checked(batch)
        with self._writing() as connection:
            if batch.snapshot is not None:
                writes.add(connection, batch, batch.snapshot, self._last_digest(connection, batch))
            for settlement in batch.settlements:
                writes.settle(connection, batch.incident_id, settlement)

    def restore(self, stretches: Iterable[Restoration]) -> None:
        """Make stretches of history durable, every record as it is, all or none: see `Engine.restore`."""
        with self._writing() as connection:
            for stretch in stretches:
                check_restoration(stretch)
                writes.add_back(connection, stretch, self._last_digest(connection, stretch))

    def _last_digest(self, connection: sqlite3.Connection, batch: Batch | Restoration) -> str:
        """Return what the next event is chained to, or raise `RevisionConflict`."""
        row = connection.execute(sql.NEWEST, (batch.incident_id,)).fetchone()
        found, digest = (0, GENESIS) if row is None else row
        if found != batch.expected:
            raise RevisionConflict(batch.incident_id, batch.expected, found)
        if digest is None:
            problem = f"lacks the event of revision {batch.expected} of incident {batch.incident_id}"
            raise self._unusable(problem, "keep a copy of it as it is, then restore a backup")
        return str(digest)

    def recorded(self, event_ids: Sequence[str]) -> tuple[EventRecord, ...]:
        """Return those of some events that are in the journal, in order of incident and revision."""
        found = [record for said in set(event_ids) for record in self._read(event_of, sql.RECORDED, (said,))]
        return tuple(sorted(found, key=lambda record: (record.incident_id, record.revision)))

    def load(self, incident_id: str) -> Snapshot | None:
        """Return the newest snapshot of an incident, or None. Reads one indexed row."""
        return next(iter(self._read(snapshot_of, sql.LOAD, (incident_id,))), None)

    def history(self, incident_id: str, after: int = 0) -> Iterator[EventRecord]:
        """Yield an incident's events in order, from the revision after `after` on."""
        while page := self._read(event_of, sql.HISTORY, (incident_id, after, PAGE)):
            yield from page
            after = page[-1].revision

    def find(self, query: Query) -> Iterator[Snapshot]:
        """Yield the incidents that a query asks for; those due are found by the index on their next deadline."""
        after = ("", "") if query.after is None else (time_text(utc(query.after[0], "Query.after")), query.after[1])
        due = None if query.due_before is None else time_text(utc(query.due_before, "Query.due_before"))
        states = tuple(dict.fromkeys(query.states))
        statement = sql.find(due=due is not None, states=len(states), kinds=len(query.kinds))
        before = () if due is None else (due,)
        heads: list[tuple[str, ...]] = [(*before, state) for state in states] or [before]
        left = query.limit
        while left is None or left > 0:
            size = PAGE if left is None else min(left, PAGE)
            parts = [value for head in heads for value in (*head, *query.kinds, *after)]
            page = self._read(snapshot_of, statement, (*parts, size))
            yield from page
            if len(page) < size:
                break
            after = time_text(page[-1].opened_at), page[-1].incident_id
            left = None if left is None else left - size

    def commands(
        self, incident_id: str | None = None, statuses: Sequence[CommandStatus] = ()
    ) -> Iterator[CommandRecord]:
        """Yield commands in order of incident, revision and position."""
        wanted = [status.value for status in statuses or CommandStatus]
        statement = sql.commands(incident=incident_id is not None, statuses=len(wanted))
        filters = (*([] if incident_id is None else [incident_id]), *wanted)
        after: tuple[str, int, int] = ("", 0, 0)
        while page := self._read(command_of, statement, (*filters, *after, PAGE)):
            yield from page
            after = page[-1].incident_id, page[-1].revision, page[-1].position

    def command(self, command_id: str) -> CommandRecord | None:
        """Return a command, or None."""
        return next(iter(self._read(command_of, sql.COMMAND, (command_id,))), None)

    def keep_policy(self, digest: str, payload: str) -> None:
        """Keep a policy; keeping it again changes nothing."""
        with self._writing() as connection:
            connection.execute(sql.KEEP_POLICY, (digest, payload))

    def policy(self, digest: str) -> str | None:
        """Return a policy that was kept, as JSON, or None."""
        return next(iter(self._read(lambda row: str(row["payload"]), sql.POLICY, (digest,))), None)

    def run(self, worker: Worker, now: Callable[[], datetime], stop: Callable[[], bool]) -> int:
        """Hand the commands that can run to a worker, each at most once a call: see `Engine.run`."""
        handed: set[str] = set()
        while not stop():
            record = self._claim(utc(now(), "now"), handed)
            if record is None:
                break
            handed.add(record.command_id)
            worker.work(record)
        return len(handed)

    def _claim(self, now: datetime, handed: set[str]) -> CommandRecord | None:
        """Lease the command that could run first and was not handed out yet in this run."""
        lease = time_text(now + timedelta(seconds=LEASE_SECONDS))
        with self._writing() as connection:
            found = writes.first(connection, sql.RUNNABLE, now, handed)
            found = found or writes.first(connection, sql.OF_A_WRONG_CLOCK, now + LONGEST_WAIT, handed)
            # All rows are fetched, as a statement with RETURNING is not over before that.
            claimed = connection.execute(sql.CLAIM, (time_text(now), lease, found)).fetchall()
            return command_of(claimed[0]) if claimed else None

    def verify(self) -> Iterator[Fault]:
        """Yield what is wrong with the file, then what contradicts itself, incident by incident.

        What is too damaged to be read is a fault as well, and the last one.
        """
        try:
            for problem in self._read(lambda row: str(row[0]), "PRAGMA integrity_check"):
                if problem != "ok":
                    yield Fault(where=str(self._path), problem=problem)
            yield from self._read(_reference_fault, "PRAGMA foreign_key_check")
            for snapshot in self.find(Query()):
                yield from self._incident_faults(snapshot.incident_id)
        except JournalUnusable as error:
            if error.__cause__ is None:  # closed, or forked: nothing was read
                raise
            yield Fault(where=error.where, problem=error.problem)

    def _incident_faults(self, incident_id: str) -> Iterator[Fault]:
        """Look at one incident as it is at one moment, whoever writes meanwhile."""
        with self._using() as connection, transaction(connection, "DEFERRED"):
            ask = connection.execute
            snapshot = snapshot_of(ask(sql.LOAD, (incident_id,)).fetchone())
            events = [event_of(row) for row in ask(sql.HISTORY, (incident_id, 0, -1))]
            every = [status.value for status in CommandStatus]
            statement = sql.commands(incident=True, statuses=len(every))
            commands = [command_of(row) for row in ask(statement, (incident_id, *every, "", 0, 0, -1))]
            kept = {row["digest"] for row in ask(sql.POLICIES)}
        yield from incident_faults(snapshot, events, commands, kept.__contains__)

    def close(self) -> None:
        """Let go of the file; further calls raise `JournalUnusable`, closing again changes nothing.

        In a forked child nothing happens, as the connection is the parent's.
        """
        if self._process == os.getpid():
            with self._lock, reported(self._path):
                self._closed = True
                self._connection.close()


def _reference_fault(row: sqlite3.Row) -> Fault:
    """Say which row refers to one that is not there."""
    return Fault(where=f"{row['table']}, row {row['rowid']}", problem=f"its row in {row['parent']} is missing")
