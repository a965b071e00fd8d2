"""The tables of the SQLite engine, version by version, and how a file gets from one version to the newest.

A file says whose it is by `application_id` and which version it has by `user_version`. A new version is a new entry at
the end of `MIGRATIONS`; what was released is never edited, because files made by it are out there.

- Times are UTC text of fixed width, `2026-01-02T03:04:05.000006+00:00`, so that they compare and sort as text.
- JSON is kept as plain text: `json_valid` in a CHECK is refused under `trusted_schema=OFF` (SQLite 3.40).
- `ready_at` says from when on an open command may be claimed: when its lease ends, or its time comes, or at once.
- `sequence` is the order in which commands were stored; within an incident that is the order of revision and position.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from incident_fsm.errors import JournalUnusable

APPLICATION_ID = 0x494E4344
"""What marks a SQLite file as one of ours: `INCD`."""

_VERSION_1 = (
    """
    CREATE TABLE policies (
        digest TEXT NOT NULL PRIMARY KEY,
        payload TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE incidents (
        incident_id TEXT NOT NULL PRIMARY KEY,
        revision INTEGER NOT NULL CHECK (revision > 0),
        state TEXT NOT NULL,
        kind TEXT NOT NULL,
        opened_at TEXT NOT NULL,
        next_deadline TEXT,
        policy TEXT NOT NULL,
        payload TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX incidents_opened ON incidents (opened_at, incident_id)",
    "CREATE INDEX incidents_due ON incidents (next_deadline) WHERE next_deadline IS NOT NULL",
    """
    CREATE TABLE events (
        incident_id TEXT NOT NULL REFERENCES incidents (incident_id),
        revision INTEGER NOT NULL CHECK (revision > 0),
        event_id TEXT NOT NULL UNIQUE,
        type TEXT NOT NULL,
        at TEXT NOT NULL,
        recorded_at TEXT NOT NULL,
        policy TEXT NOT NULL,
        payload TEXT NOT NULL,
        previous TEXT NOT NULL,
        digest TEXT NOT NULL,
        PRIMARY KEY (incident_id, revision)
    ) STRICT
    """,
    """
    CREATE TABLE commands (
        sequence INTEGER PRIMARY KEY,
        incident_id TEXT NOT NULL,
        command_id TEXT NOT NULL UNIQUE,
        revision INTEGER NOT NULL,
        position INTEGER NOT NULL,
        type TEXT NOT NULL,
        lane TEXT NOT NULL,
        gives TEXT NOT NULL,
        needs TEXT NOT NULL,
        audience TEXT NOT NULL,
        kind TEXT NOT NULL,
        payload TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('pending', 'attempted', 'done', 'failed', 'skipped')),
        attempts INTEGER NOT NULL CHECK (attempts >= 0),
        attempted_at TEXT,
        not_before TEXT,
        lease_until TEXT CHECK ((lease_until IS NOT NULL) = (status = 'attempted')),
        in_doubt INTEGER NOT NULL CHECK (in_doubt IN (0, 1)),
        error TEXT NOT NULL,
        receipt TEXT NOT NULL,
        ready_at TEXT GENERATED ALWAYS AS (coalesce(lease_until, not_before, '')) VIRTUAL,
        UNIQUE (incident_id, revision, position),
        FOREIGN KEY (incident_id, revision) REFERENCES events (incident_id, revision)
    ) STRICT
    """,
    # The three questions of a claim: what is ready, what else is open in its lane, was what it needs given? Each index
    # holds only the rows that can answer, so a long history of done commands costs nothing.
    "CREATE INDEX commands_ready ON commands (ready_at, sequence) WHERE status IN ('pending', 'attempted')",
    "CREATE INDEX commands_lane ON commands (incident_id, lane, sequence) WHERE status IN ('pending', 'attempted')",
    "CREATE INDEX commands_given ON commands (incident_id, gives) WHERE status = 'done' AND gives <> ''",
)

_VERSION_2 = (
    # Who lists the open incidents must not walk through a million that are over.
    "CREATE INDEX incidents_state ON incidents (state, opened_at, incident_id)",
    # A claim also asks whether what an earlier command needs may still be given; that looked at every command of the
    # incident, for each that waits.
    "DROP INDEX commands_given",
    "CREATE INDEX commands_given ON commands (incident_id, gives) WHERE gives <> ''",
)

MIGRATIONS: tuple[Sequence[str], ...] = (_VERSION_1, _VERSION_2)
"""The statements that lead to version 1, from there to version 2, and so on."""


@contextmanager
def transaction(connection: sqlite3.Connection, how: Literal["IMMEDIATE", "DEFERRED"] = "IMMEDIATE") -> Iterator[None]:
    """Store everything that is done within, or nothing. The one owner of BEGIN, COMMIT and ROLLBACK.

    IMMEDIATE takes the writer's place at once and can wait for it; a read that turns into a write could not.
    """
    connection.execute(f"BEGIN {how}")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # Some failures (a full disk among them) make SQLite roll back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def version_of(connection: sqlite3.Connection, where: str, newest: int = len(MIGRATIONS)) -> int:
    """Return the version of a file of ours, 0 for an empty one; refuse what is another's, or newer. Writes nothing."""
    # The mark is read last: another process may be creating this file, and what has no mark yet had nothing before.
    version = _number(connection, "PRAGMA user_version")
    changes = _number(connection, "PRAGMA schema_version")
    application = _number(connection, "PRAGMA application_id")
    if application == version == changes == 0:  # nobody ever made a table here
        return 0
    if application != APPLICATION_ID:
        raise JournalUnusable(where, "is a database of another program", "name another file for the journal")
    if version > newest:
        problem = f"has version {version}, and this program knows only those up to {newest}"
        raise JournalUnusable(where, problem, "upgrade incident-fsm")
    return version


def migrate(connection: sqlite3.Connection, where: str, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> None:
    """Lead a file to the newest version: all steps in one transaction, or none. The newest is left as it is."""
    newest = len(migrations)
    if version_of(connection, where, newest) == newest:
        return
    with transaction(connection):
        # Asked again under the lock: another process may have done the work while this one waited.
        for statements in migrations[version_of(connection, where, newest) :]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")
        connection.execute(f"PRAGMA user_version = {newest:d}")


def require_newest(connection: sqlite3.Connection, where: str, newest: int = len(MIGRATIONS)) -> None:
    """Refuse a file that would have to be migrated before it can be read."""
    version = version_of(connection, where, newest)
    if version < newest:
        problem = f"has version {version}, and reading needs version {newest}"
        raise JournalUnusable(where, problem, "let any other verb open it: that brings it up to date")


def _number(connection: sqlite3.Connection, question: str) -> int:
    """Ask SQLite for one number."""
    return int(connection.execute(question).fetchone()[0])
