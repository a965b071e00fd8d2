"""Whole incidents under any policy."""

import pytest
from hypothesis import given, settings

from incident_fsm import Lifecycle, Policy, State
from incident_fsm.commands import COMMANDS, Command
from incident_fsm.events import Event
from incident_fsm.testing import policies, rehearsals
from tests.core.stories import CLOUD, DEFAULT, GDS


def commands_of(policy: Policy, story: tuple[Event, ...]) -> list[Command]:
    """What a story asks for."""
    steps = Lifecycle(policy).attempt_batch(None, story)
    assert isinstance(steps, tuple), steps
    return [command for step in steps for command in step.commands]


WITHOUT: dict[str, set[str]] = {
    "analytical_platform": set(),
    "cloud_platform": {"ScheduleMeeting", "CancelMeeting"},  # no post-mortem is owed there
    "gds": {"OpenSupportCase", "EscalateSupportCase", "PublishRunbook"},  # nobody to ask; a runbook is a *may*
}
"""What no incident asks for under a policy."""


@pytest.mark.parametrize("policy", [DEFAULT, CLOUD, GDS], ids=lambda policy: policy.key)
def test_every_command_that_a_policy_lets_appear_appears(policy: Policy) -> None:
    """Expect all fifteen, but for those that no incident asks for under the policy."""
    found = {type(command).__name__ for story in rehearsals(policy) for command in commands_of(policy, story)}
    assert {kind.__name__ for kind in COMMANDS} - found == WITHOUT[policy.key]


@settings(max_examples=25)
@given(policies())
def test_every_policy_has_its_rehearsals(policy: Policy) -> None:
    """Expect every event to be accepted, whatever an organisation decides; and one incident to reach its review."""
    ends = set()
    for story in rehearsals(policy):
        steps = Lifecycle(policy).attempt_batch(None, story)
        assert isinstance(steps, tuple), steps
        ends.add(steps[-1].after.state)
    assert {State.REVIEWED, State.DISMISSED} <= ends
