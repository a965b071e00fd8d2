"""The engines that the tests run against."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from incident_fsm.engine import Engine
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.engine.sqlite import SqliteEngine


@pytest.fixture(params=["memory", "sqlite"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Each engine there is, new and empty."""
    made: Engine = MemoryEngine() if request.param == "memory" else SqliteEngine(tmp_path / "journal.sqlite3")
    yield made
    made.close()
