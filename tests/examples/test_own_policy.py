"""A team that tests its own policy."""

from tests.examples.runs import lines_of, passed, printed


def test_the_policy_passes_when_run_as_a_script() -> None:
    """Expect the machine and the two stories, and nothing but success."""
    said = printed("test_own_policy")
    assert "OurProcess.TestCase" in said
    assert "Ran 3 tests" in said
    assert said.rstrip().endswith("OK")


def test_the_policy_passes_under_pytest() -> None:
    """Expect the same three tests."""
    assert passed("test_own_policy") == 3


def test_the_example_is_short() -> None:
    """Expect fewer than sixty lines."""
    assert lines_of("test_own_policy") < 60
