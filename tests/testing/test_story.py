"""An incident told event by event."""

import pytest

from incident_fsm import Lifecycle, Policy, State
from incident_fsm import events as e
from incident_fsm.commands import OpenThread, PublishStatus
from incident_fsm.errors import TransitionRefused
from incident_fsm.testing import Story
from tests.core.stories import CLOUD, DEFAULT, GDS


@pytest.mark.parametrize("policy", [DEFAULT, CLOUD, GDS], ids=lambda policy: policy.key)
@pytest.mark.parametrize("state", State)
def test_the_happy_path_leads_to_every_state_under_every_policy_that_ships(state: State, policy: Policy) -> None:
    """Expect to be in the state that was asked for."""
    assert Story(policy).until(state).incident.state is state


def test_a_story_without_a_policy_is_told_under_the_default_one() -> None:
    """Expect the policy that a desk has by default."""
    assert Story().policy == DEFAULT


def test_a_story_goes_on_where_another_led() -> None:
    """Expect its first step to follow from the last one of the other."""
    first = Story().until(State.MANAGING)
    more = Story(Lifecycle(DEFAULT), steps=first.steps)
    more.say(e.NoteTaken, text="on it")
    assert more.incident.revision == first.incident.revision + 1


def test_the_one_command_of_a_kind_is_given_and_anything_else_is_told() -> None:
    """Expect the command; else how many there were, of what, and what was asked for instead."""
    story = Story().until(State.DECLARED)
    assert story.the(PublishStatus).opens
    with pytest.raises(LookupError, match=r"IncidentDeclared asked for 0 of OpenThread, not for one; .* PublishStatus"):
        story.the(OpenThread)


def test_a_refusal_is_told_with_its_reasons_and_an_acceptance_where_none_was_expected_fails() -> None:
    """Expect `say` to raise the reasons, `ask` to give them, and `ask` to fail where the event is accepted."""
    story = Story()
    with pytest.raises(TransitionRefused, match="refused while candidate"):
        story.say(e.ManagementStarted, lead="lea")
    assert story.ask(e.ManagementStarted, lead="lea").codes == ("not_now",)
    with pytest.raises(AssertionError, match="NoteTaken was accepted while candidate"):
        story.ask(e.NoteTaken, text="x")
    assert story.incident.revision == 1
