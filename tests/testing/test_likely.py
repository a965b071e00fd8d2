"""Events as somebody would tell them who knows the incident."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from incident_fsm import Incident, Lifecycle, State, Step
from incident_fsm.events import CandidateReported
from incident_fsm.testing import Situation, incidents, likely_events, valid_events
from incident_fsm.testing.clock import NIGHT
from tests.core.stories import DEFAULT


@settings(max_examples=40)
@given(incidents(longest=12), st.data())
def test_a_valid_event_is_accepted(drawn: tuple[Lifecycle, Incident], data: st.DataObject) -> None:
    """Expect a step for every event that `valid_events` draws for an incident that is not over."""
    lifecycle, incident = drawn
    assume(not incident.state.final)
    now = Situation(incident, lifecycle.policy, incident.entered_at, 99)
    event = data.draw(valid_events(lifecycle, now))
    assert isinstance(lifecycle.attempt(incident, event), Step)


@given(likely_events(Situation(None, DEFAULT, NIGHT, 1)))
def test_where_there_is_no_incident_one_is_reported(event: object) -> None:
    """Expect a report, which is accepted."""
    assert isinstance(event, CandidateReported)
    assert Lifecycle(DEFAULT).open(event).after.state is State.CANDIDATE


def test_nothing_is_said_of_an_incident_that_is_not_there() -> None:
    """Expect a word on it from whoever asks for the incident of a situation without one."""
    with pytest.raises(ValueError, match="nothing was reported yet"):
        _ = Situation(None, DEFAULT, NIGHT, 1).there
