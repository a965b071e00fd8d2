"""A team that tests its own adapter."""

from tests.examples.runs import lines_of, passed, printed


def test_the_adapter_passes_and_says_what_it_came_through() -> None:
    """Expect the sorts of command, every trouble, and who has what could not be done."""
    lines = printed("test_own_adapter").splitlines()
    assert lines[0] == "tracker: 2 sorts of command (CreateIssue, RedirectReporter), 36 cases"
    told = {line.partition(":")[0].strip() for line in lines[1:]}
    assert {"lost answer", "double delivery", "late landing", "rate limit", "permission missing"} <= told
    assert "  permission missing: 0 done, in a person's hands: CreateIssue, RedirectReporter" in lines
    assert sum(": 2 done" in line for line in lines) == 17


def test_the_adapter_passes_under_pytest() -> None:
    """Expect one test."""
    assert passed("test_own_adapter") == 1


def test_the_example_is_short() -> None:
    """Expect fewer than sixty lines."""
    assert lines_of("test_own_adapter") < 60
