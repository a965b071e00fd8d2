"""Open one file as a journal, or say why not. The file is looked at before anything is written to it.

The look goes through SQLite and not through `open()`: closing any other descriptor of a database file drops the locks
that this process holds on it, also those of another engine on the same file.
"""

import os
import sqlite3
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from incident_fsm.engine._schema import migrate, require_newest, version_of
from incident_fsm.errors import InvalidValue, JournalUnusable

OLDEST_SQLITE = (3, 37, 0)
"""STRICT tables need it."""

# Held while a file is created, because closing the descriptor that created it would drop the locks of whoever in this
# process had opened it in between.
_OPENING = threading.Lock()

_EXPLAINED = {
    sqlite3.SQLITE_BUSY: ("is locked: another process has been writing for too long", "see who has it open, try again"),
    sqlite3.SQLITE_LOCKED: ("is locked within this process", "try again"),
    sqlite3.SQLITE_FULL: ("cannot grow: the disk is full", "free some space and try again"),
    sqlite3.SQLITE_READONLY: ("cannot be written to", "get write access to the file and its folder"),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "get write access to the file and its folder"),
    sqlite3.SQLITE_CORRUPT: ("is damaged", "keep a copy of it as it is, then restore a backup"),
    sqlite3.SQLITE_NOTADB: ("is not a SQLite database", "name another file for the journal"),
    sqlite3.SQLITE_IOERR: ("cannot be read or written: the disk reports an error", "check the disk, then try again"),
}


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Raise what sqlite3 and the file system report about a file as `JournalUnusable`: see `told`."""
    try:
        yield
    except REPORTED as error:
        raise told(path, error) from error


REPORTED = (UnicodeError, IndexError, sqlite3.Error, OSError)
"""What sqlite3 and the file system report."""


def told(path: Path, error: Exception) -> Exception:
    """Word what sqlite3 and the file system report about a file (one of `REPORTED`) as `JournalUnusable`.

    A text of the caller's that no store can keep is an `InvalidValue`. What sqlite3 cannot make sense of in the file (a
    schema that is no UTF-8, a column that has another name) is damage.
    """
    if isinstance(error, UnicodeEncodeError):
        problem = f"{error.object!r:.60} holds half a character (a lone surrogate)"
        return InvalidValue("text", problem, "write it as UTF-8")
    if isinstance(error, UnicodeError | IndexError):
        problem, remedy = _EXPLAINED[sqlite3.SQLITE_CORRUPT]
        return JournalUnusable(str(path), f"{problem} ({error})", remedy)
    if isinstance(error, OSError):
        return JournalUnusable(str(path), f"cannot be used ({error.strerror})", "name a place you may write to")
    unknown = f"cannot be used ({error})", "restore a backup if this stays so"
    problem, remedy = _EXPLAINED.get(_code(error), unknown)
    return JournalUnusable(str(path), problem, remedy)


def connect(path: Path, patience: float) -> sqlite3.Connection:
    """Open a journal, creating it (mode 0600, its folder 0700) or bringing it to the newest version where needed.

    `patience` is how many seconds any later call waits for another writer.
    """
    require_sqlite(path, sqlite3.sqlite_version_info)
    with _OPENING, reported(path):
        _make_sure(path)
        _look(path)
        # `mode=rw`: a file that is gone again is an error, and never a new and empty journal.
        uri = f"{path.as_uri()}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, timeout=patience, isolation_level=None, check_same_thread=False)
        try:
            _prepare(connection, path, patience)
        except BaseException:
            connection.close()
            raise
        return connection


def require_sqlite(path: Path, version: tuple[int, ...]) -> None:
    """Refuse a SQLite library that is too old for our tables."""
    if version < OLDEST_SQLITE:
        said, needed = (".".join(map(str, numbers)) for numbers in (version, OLDEST_SQLITE))
        raise JournalUnusable(str(path), f"needs SQLite {needed}, and this Python has {said}", "use a newer Python")


def connect_to_read(path: Path, patience: float) -> sqlite3.Connection:
    """Open a journal as it is, for reading alone: it is neither created nor brought to a newer version."""
    require_sqlite(path, sqlite3.sqlite_version_info)
    with _OPENING, reported(path):
        if not os.path.lexists(path):
            raise JournalUnusable(str(path), "there is no journal", "name the file of one")
        _refuse_special(path)
        _look(path)
        # `mode=rw` although nothing is written: whoever reads last tidies the side files away then.
        uri = f"{path.as_uri()}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, timeout=patience, isolation_level=None, check_same_thread=False)
        try:
            _guard(connection)
            connection.execute("PRAGMA query_only = ON")
            require_newest(connection, str(path))
        except BaseException:
            connection.close()
            raise
        return connection


def write_ahead(connection: sqlite3.Connection, patience: float) -> str:
    """Switch a file to write-ahead logging, and return the mode it has then.

    Two processes that switch at once would wait for each other for ever, so SQLite tells one of them "busy" without
    any wait: that one must ask again.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            return str(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                raise
        time.sleep(0.01)


def _make_sure(path: Path) -> None:
    """Create an empty file where there is none; refuse what is no ordinary file, links included."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        _refuse_special(path)


def _refuse_special(path: Path) -> None:
    """Refuse what is no ordinary file, links included."""
    mode = path.lstat().st_mode
    if not stat.S_ISREG(mode):
        kind = "a link" if stat.S_ISLNK(mode) else "a folder" if stat.S_ISDIR(mode) else "no ordinary file"
        raise JournalUnusable(str(path), f"is {kind}", "name the file itself") from None


def _look(path: Path) -> None:
    """Refuse a file that is not ours, without a trace: `immutable` takes no locks and makes no side files."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)) as connection:
        try:
            version_of(connection, str(path))
        except sqlite3.DatabaseError as error:
            # A file that is being created at this very moment looks damaged to who takes no locks. It is looked at
            # again with locks, before anything is written.
            if _code(error) != sqlite3.SQLITE_CORRUPT:
                raise


def _prepare(connection: sqlite3.Connection, path: Path, patience: float) -> None:
    """Set what holds for a connection and not for the file, then bring the file itself up to date."""
    _guard(connection)
    connection.execute("PRAGMA synchronous = FULL")
    migrate(connection, str(path))
    mode = write_ahead(connection, patience)
    if mode != "wal":
        problem = f"cannot keep a write-ahead log (its journal mode stays {mode!r})"
        raise JournalUnusable(str(path), problem, "put it on a local disk")


def _guard(connection: sqlite3.Connection) -> None:
    """Trust nothing that the file brings, and hold its references."""
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA foreign_keys = ON")


def _code(error: Exception) -> int:
    """SQLite's primary result code; 0 where the error comes from Python's side."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF
