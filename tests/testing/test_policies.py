"""Policies that are drawn."""

from hypothesis import given, settings

from incident_fsm import Policy
from incident_fsm.policy import contradictions
from incident_fsm.testing import policies
from incident_fsm.testing.policies import default_policy, shipped_by_name


@settings(max_examples=40)
@given(policies())
def test_every_policy_that_is_drawn_is_one(policy: Policy) -> None:
    """Expect policies that do not contradict themselves."""
    assert not contradictions(policy)


def test_the_policies_that_ship_are_drawn_from() -> None:
    """Expect the three policies by name, and the default among them."""
    assert set(shipped_by_name()) == {"analytical_platform", "cloud_platform", "gds"}
    assert default_policy() in shipped_by_name().values()
