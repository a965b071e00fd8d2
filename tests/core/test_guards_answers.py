"""The guard and the block that never refuse."""

from incident_fsm import State
from incident_fsm._guards import always, never_blocked
from incident_fsm.testing import Story
from tests.core.stories import DEFAULT


def test_what_is_always_possible_has_no_reason_against_it() -> None:
    """Expect no reason, whatever the incident, the event and the policy."""
    incident = Story().until(State.MANAGING).incident
    assert always(incident, object(), DEFAULT) == ()
    assert never_blocked(incident, DEFAULT) == ()
