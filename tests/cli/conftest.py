"""Terminals to type at."""

from pathlib import Path

import pytest
from tests.cli.terminal import Terminal

from incident_fsm.policy import Policy
from incident_fsm.policy_files import load_shipped


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A terminal in an empty folder."""
    return Terminal(tmp_path)


@pytest.fixture
def managing(terminal: Terminal) -> Terminal:
    """A terminal with one incident that is managed; nothing was delivered yet, and nothing is unless asked for."""
    terminal.reach("managing")
    terminal.environment["INCIDENT_DELIVER"] = "0"
    return terminal


@pytest.fixture
def policy() -> Policy:
    """The policy that ships."""
    return load_shipped()
