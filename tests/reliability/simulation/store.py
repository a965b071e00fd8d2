"""The real SQLite engine, watched: its owner may die before and after each thing that is written."""

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from incident_fsm.engine.sqlite import SqliteEngine
from tests.reliability.simulation.fate import Crash, Fate

_POINTS = {
    "INSERT INTO policies": "writing a policy",
    "INSERT INTO incidents": "writing the snapshot",
    "INSERT INTO events": "between events",
    "INSERT INTO commands": "between commands",
    "UPDATE commands SET status": "writing a settlement",
    "UPDATE commands SET in_doubt": "writing a claim",
}


class Watched:
    """An SQLite connection that passes a point of fate before and after whatever changes the file.

    `switch` is called where somebody else may get ahead: before a transaction begins, while no lock is held.
    """

    def __init__(
        self, inner: sqlite3.Connection, fate: Fate, switch: Callable[[], None], log_size: Callable[[], int]
    ) -> None:
        self._inner = inner
        self._fate = fate
        self._switch = switch
        self._log_size = log_size
        self._dead = False

    @property
    def in_transaction(self) -> bool:
        """As SQLite says. Who is dead rolls nothing back."""
        return not self._dead and self._inner.in_transaction

    def execute(self, statement: str, values: Any = ()) -> sqlite3.Cursor:
        """Run a statement, with what fate has in store around it."""
        if self._dead:
            raise Crash("after death", machine=False)
        match statement:
            case "BEGIN IMMEDIATE":
                return self._begin(statement)
            case "COMMIT":
                return self._commit(statement)
        if self._inner.in_transaction and (point := _named(statement)):
            self._fate.point(point)
            self._fail(sqlite3.SQLITE_FULL)
        return self._inner.execute(statement, values)

    def executemany(self, statement: str, rows: Iterable[Any]) -> None:
        """Run a statement for each row, one by one."""
        for row in rows:
            self.execute(statement, row)

    def close(self) -> None:
        """Close for good."""
        self._inner.close()

    def die(self) -> None:
        """Do nothing from now on; what was not committed is gone, and so are the locks."""
        self._dead = True
        self._inner.close()

    def _begin(self, statement: str) -> sqlite3.Cursor:
        self._switch()
        self._fate.point("before a transaction")
        self._fail(sqlite3.SQLITE_BUSY)
        cursor = self._inner.execute(statement)
        self._fate.point("after its begin")
        return cursor

    def _commit(self, statement: str) -> sqlite3.Cursor:
        self._fate.point("before its commit")
        self._fail(sqlite3.SQLITE_FULL)
        before = self._log_size()
        cursor = self._inner.execute(statement)
        after = self._log_size()
        if after > before and self._fate.doom("during its commit"):  # the power fails while the log is being written
            self._fate.crash("during its commit", torn=self._fate.dice.randrange(before, after))
        self._fate.point("after its commit")
        return cursor

    def _fail(self, code: int) -> None:
        """Let the store fail now and then, as it does when another process writes or the disk is full."""
        if self._fate.happens(self._fate.store_rate):
            error = sqlite3.OperationalError("simulated")
            error.sqlite_errorcode = code
            self._fate.tell(f"the store fails: {code}")
            raise error


class MortalEngine(SqliteEngine):
    """The SQLite engine on a watched connection. It waits for nobody: whoever is in its way is a mistake."""

    def __init__(self, path: Path, fate: Fate, switch: Callable[[], None], log_size: Callable[[], int]) -> None:
        super().__init__(path, patience=0.0)
        self.watched = Watched(self._connection, fate, switch, log_size)
        self._connection = self.watched  # type: ignore[assignment]  # a connection in all that the engine uses

    def die(self) -> None:
        """Leave the file as a process does that is killed."""
        self.watched.die()


def _named(statement: str) -> str:
    """Name the point before a statement that writes; empty for one that reads."""
    words = " ".join(statement.split()[:4])
    return next((point for begins, point in _POINTS.items() if words.startswith(begins)), "")
