"""What can be said at all."""

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from incident_fsm.events import EVENTS, Event
from incident_fsm.testing import arbitrary_events, events_of
from incident_fsm.testing.arbitrary import values


@given(arbitrary_events())
def test_an_arbitrary_event_is_one_of_the_process(event: Event) -> None:
    """Expect one of the 21 kinds."""
    assert type(event) in EVENTS


@given(st.sampled_from(EVENTS).flatmap(lambda kind: st.tuples(st.just(kind), events_of(kind))))
def test_an_event_of_a_kind_is_of_that_kind(drawn: tuple[type[Event], Event]) -> None:
    """Expect the very kind that was asked for."""
    assert type(drawn[1]) is drawn[0]


@frozen
class Odd:
    """A value with a field that nobody knows how to fill in."""

    number: complex


def test_a_field_of_an_unknown_type_is_named() -> None:
    """Expect the type and the field, so that whoever adds a field knows where to add a strategy."""
    with pytest.raises(TypeError, match="no strategy for <class 'complex'>, the type of number"):
        values(Odd)
