"""How a file gets to the newest version, and what a transaction leaves behind."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from incident_fsm.engine._file import write_ahead
from incident_fsm.engine._schema import MIGRATIONS, migrate, transaction
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.errors import JournalUnusable
from tests.engine.batches import batch
from tests.engine.journals import opened, plain, write_three


def test_a_migration_leads_to_the_newest_version_and_keeps_what_is_there(path: Path) -> None:
    """A file of this version gets what the next one brings; this version's engine then refuses it as newer."""
    write_three(path)
    with plain(path) as connection:
        migrate(connection, str(path), (*MIGRATIONS, ["ALTER TABLE incidents ADD COLUMN colour TEXT"]))
        assert connection.execute("SELECT revision, colour FROM incidents").fetchall() == [(3, None)]
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS) + 1,)
    with pytest.raises(JournalUnusable, match=f"has version {len(MIGRATIONS) + 1}"):
        SqliteEngine(path)


def test_a_migration_that_fails_in_its_last_step_changes_nothing(path: Path) -> None:
    """All steps are one transaction: the first is undone with the second, and the file stays what it was."""
    path.touch()
    with plain(path) as connection:
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, str(path), (*MIGRATIONS, ["CREATE TABLE more (a)", "NONSENSE"]))
        assert connection.execute("SELECT * FROM sqlite_schema").fetchall() == []
        assert connection.execute("PRAGMA user_version").fetchone() == (0,)
    with opened(path) as engine:
        engine.commit(batch(1))


@pytest.mark.parametrize(
    "moment", ["PRAGMA user_version", "PRAGMA schema_version", "PRAGMA application_id", "BEGIN IMMEDIATE"]
)
def test_a_file_that_another_process_fills_meanwhile_is_found_filled(path: Path, moment: str) -> None:
    """Overtaken at any moment between the first look and the lock: the work is done once, and nobody is refused."""
    path.touch()

    class Overtaken(sqlite3.Connection):
        """A connection that another process overtakes once, just before a statement."""

        overtaken = False

        def execute(self, statement: str, *values: object) -> sqlite3.Cursor:
            """Let the other one in."""
            if statement == moment and not self.overtaken:
                self.overtaken = True
                write_three(path)
            return super().execute(statement, *values)  # type: ignore[arg-type]

    with closing(sqlite3.connect(path, isolation_level=None, factory=Overtaken)) as connection:
        migrate(connection, str(path))
        assert connection.overtaken
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (3,)


def test_two_who_switch_to_write_ahead_at_once_both_get_there(path: Path) -> None:
    """A busy answer that comes without any wait is asked again, for as long as there is patience."""
    with plain(path) as reader, closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        reader.execute("CREATE TABLE here (a)")
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM here").fetchall()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            write_ahead(connection, 0.05)
        modes: list[str] = []
        # Another thread asks, so the connection must be its own.
        thread = Thread(target=lambda: modes.append(switch(path)))
        thread.start()
        time.sleep(0.05)
        reader.execute("COMMIT")
        thread.join()
    assert modes == ["wal"]


def switch(path: Path) -> str:
    """Switch a file to write-ahead logging on a connection without patience of its own."""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        return write_ahead(connection, 5)


def test_what_sqlite_rolled_back_by_itself_is_not_rolled_back_again(path: Path) -> None:
    """The first error comes through, and not a complaint that there is no transaction."""
    with plain(path) as connection:
        connection.execute("CREATE TABLE once (a UNIQUE)")
        connection.execute("INSERT INTO once VALUES (1)")
        with pytest.raises(sqlite3.IntegrityError), transaction(connection):
            connection.execute("INSERT OR ROLLBACK INTO once VALUES (1)")
        assert not connection.in_transaction
