"""Journals on disk: opened for a while, filled, and looked at behind the engine's back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from incident_fsm.engine.sqlite import SqliteEngine
from tests.engine.batches import (
    POLICY,
    batch,
    new_command,
)


@contextmanager
def opened(path: Path, patience: float = 5.0) -> Iterator[SqliteEngine]:
    """Open a journal for a while."""
    with closing(SqliteEngine(path, patience=patience)) as engine:
        yield engine


@contextmanager
def plain(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file with bare SQLite for a while, as a tool or a vandal would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def write_three(path: Path) -> None:
    """Make a journal with three events, their policy, and a command for each."""
    with opened(path) as engine:
        engine.keep_policy(POLICY, "{}")
        for revision in (1, 2, 3):
            engine.commit(batch(revision, commands=[new_command(revision)]))
