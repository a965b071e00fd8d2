"""The typing tests name the whole public surface. What they say is checked by mypy and pyright, not here."""

import inspect
from pathlib import Path

import pytest

from incident_fsm.desk import Desk
from incident_fsm.lifecycle import Lifecycle


@pytest.mark.parametrize(("kind", "called", "file"), [(Desk, "desk", "shell"), (Lifecycle, "lifecycle", "core")])
def test_each_public_method_has_its_type_asserted(root: Path, kind: type, called: str, file: str) -> None:
    """Expect each to be called, or read, in the typing tests: a new one is not to be forgotten."""
    text = (root / "tests" / "typing" / f"{file}.py").read_text("utf-8")
    names = [name for name, _ in inspect.getmembers(kind) if not name.startswith("_")]
    apart = {"in_folder", "refold"}  # the one is called on the class, the other repeats what was accepted before
    missing = [name for name in names if name not in apart and f"{called}.{name}" not in text]
    assert not missing
