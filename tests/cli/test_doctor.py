"""`incident doctor`: what is configured is checked, one adapter's trouble hides no other's, and nothing is done."""

from collections.abc import Callable, Iterator

import pytest
from tests.cli.terminal import Terminal

from incident_fsm.adapters import Check
from incident_fsm.adapters.recording import RecordingAdapter
from incident_fsm.cli import _doctor
from incident_fsm.errors import AdapterError
from incident_fsm.policy import Policy


def test_what_has_nothing_to_check_is_fine(terminal: Terminal) -> None:
    """The embedded default needs nothing; no journal is made by looking."""
    answer = terminal.type("incident doctor")
    assert (answer.code, answer.err) == (0, "")
    assert "everything that could be checked is fine" in answer.out
    assert not terminal.folder.exists()


def test_an_adapter_that_nobody_offers_is_a_fault_among_others(terminal: Terminal) -> None:
    """Exit code 1, what to do, and the others are checked all the same."""
    answer = terminal.type("incident doctor --adapter pigeon --adapter folder")
    assert answer.code == 1
    assert "pigeon: set up: is no adapter that is installed" in answer.out
    assert "folder: nothing to check: fine" in answer.out
    assert "1 to fix" in answer.out


def test_what_has_a_table_in_the_settings_is_checked_too(terminal: Terminal) -> None:
    """Without naming it again; a table for nobody is found out."""
    terminal.folder.mkdir()
    (terminal.folder / "adapters.toml").write_text("[carrier]\nloft = 'north'\n")
    found = terminal.type("incident doctor --json").data
    assert [(each["adapter"], bool(each["problem"])) for each in found] == [("folder", False), ("carrier", True)]


def test_settings_that_cannot_be_read_are_said(terminal: Terminal) -> None:
    """With the file and the place in it."""
    terminal.folder.mkdir()
    (terminal.folder / "adapters.toml").write_text("[slack\n")
    answer = terminal.type("incident doctor")
    assert answer.code == 5
    assert "adapters.toml" in answer.err
    assert "line 1" in answer.err


class Checked(RecordingAdapter):
    """An adapter that says of itself what a test wants."""

    def __init__(self, say: Callable[[], Iterator[Check]]) -> None:
        super().__init__(name="checked")
        self.say = say

    def check(self, policy: Policy) -> Iterator[Check]:
        """Say it."""
        assert policy.name
        return self.say()


def well() -> Iterator[Check]:
    """One thing is fine, one is not."""
    yield Check(what="token")
    yield Check(what="channel", problem="the bot is not in it", remedy="/invite it")


def as_meant() -> Iterator[Check]:
    """Something that may be meant so."""
    yield Check(what="readers", problem="it is public", remedy="unless that is meant", grave=False)


def test_what_may_be_meant_so_is_said_and_is_no_fault() -> None:
    """In another colour, and marked for scripts."""
    [check] = as_meant()
    assert _doctor.check_data("github", check)["grave"] is False
    assert _doctor.style(check) == "yellow"
    assert [_doctor.style(one) for one in well()] == ["", "red"]


def badly() -> Iterator[Check]:
    """It breaks in the middle."""
    yield Check(what="token")
    raise KeyError("channels")


@pytest.mark.parametrize(
    ("say", "problems"), [(well, ["", "the bot is not in it"]), (badly, ["", "KeyError: 'channels'"])]
)
def test_what_an_adapter_says_of_itself_is_passed_on(
    say: Callable[[], Iterator[Check]], problems: list[str], policy: Policy
) -> None:
    """Up to where it breaks, which is a fault of its own and not the end of everything."""
    assert [check.problem for check in _doctor.checked(Checked(say), policy)] == problems


def test_an_adapter_that_cannot_be_made_says_why(policy: Policy) -> None:
    """Problem and remedy as they are."""

    def fails() -> RecordingAdapter:
        raise AdapterError("slack", "has wrong settings", "mend them")

    [check] = _doctor.made_and_checked(fails, policy)
    assert (check.problem, check.remedy) == ("has wrong settings", "mend them")
