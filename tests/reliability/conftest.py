"""What the tests of reliability share: a place for a journal.

How much is tried is said by environment variables, so that more is one word away:

    SIMULATED_RUNS=200000 KILLS=1000 DAMAGES=2000 python -m pytest -n auto tests/reliability
"""

from pathlib import Path

import pytest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal is to be."""
    return tmp_path / "journal.sqlite3"
