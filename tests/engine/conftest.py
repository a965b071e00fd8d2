"""The engines that the tests run against, a place for a journal, and a clock."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from incident_fsm.engine import Engine
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.engine.sqlite import SqliteEngine
from tests.engine.batches import Clock


@pytest.fixture(params=["memory", "sqlite"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Each engine there is, new and empty."""
    made: Engine = MemoryEngine() if request.param == "memory" else SqliteEngine(tmp_path / "journal.sqlite3")
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    """A clock that moves when told to."""
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal is to be."""
    return tmp_path / "journal.sqlite3"
