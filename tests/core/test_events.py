"""The vocabulary of what comes in."""

import re
from datetime import UTC, datetime
from typing import get_args

import pytest
from attrs import fields
from hypothesis import given

from incident_fsm import events as e
from incident_fsm.errors import InvalidValue
from incident_fsm.events import EVENTS, RECEIPTS, Event
from incident_fsm.testing import arbitrary_events
from incident_fsm.testing.story import NINE


def test_every_event_of_the_module_is_listed_once() -> None:
    """Expect 21 events, each a kind of `Event`, and the two receipts among them."""
    kinds = {kind for kind in vars(e).values() if isinstance(kind, type) and issubclass(kind, Event)}
    assert set(EVENTS) == kinds - {Event}
    assert len(EVENTS) == 21
    assert get_args(e.AnyEvent) == EVENTS
    assert (e.CommandDone, e.CommandFailed) == RECEIPTS


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_is_named_for_a_fact_and_says_what_it_is(kind: type[Event]) -> None:
    """Expect a name in the past tense, a docstring, and keyword-only fields that begin with those of every event."""
    assert re.search(r"(ed|Taken|Done)$", kind.__name__)
    assert kind.__doc__
    assert [attribute.name for attribute in fields(kind)][:4] == ["id", "at", "by", "revision"]
    assert all(attribute.kw_only for attribute in fields(kind))


@given(arbitrary_events())
def test_an_event_is_a_value_in_utc(event: Event) -> None:
    """Expect every event to be hashable and frozen, and each of its times to be in UTC."""
    assert hash(event) == hash(event)
    with pytest.raises(AttributeError):
        event.by = "somebody else"  # type: ignore[misc]
    times = [getattr(event, attribute.name) for attribute in fields(type(event))]
    assert all(time.tzinfo is UTC for time in times if isinstance(time, datetime))


@pytest.mark.parametrize(
    ("field", "value"),
    [("id", ""), ("id", "a b"), ("at", datetime(2024, 1, 1)), ("at", "2024-01-01"), ("by", ""), ("revision", -1)],  # noqa: DTZ001  that is the point
)
def test_what_every_event_carries_is_checked_when_it_is_made(field: str, value: object) -> None:
    """Expect an error that names the event and the field."""
    with pytest.raises(InvalidValue, match=f"NoteTaken.{field}"):
        e.NoteTaken(**{"id": "e", "at": NINE, "by": "ann", "text": "x", field: value})  # type: ignore[arg-type]


def test_an_unknown_field_is_refused() -> None:
    """Expect Python's own error: a mistyped field is a mistake in the program."""
    with pytest.raises(TypeError, match="txt"):
        e.NoteTaken(id="e", at=NINE, by="ann", txt="x")  # type: ignore[call-arg]


def test_a_lead_is_named_or_left_out() -> None:
    """Expect a blank lead to be refused: it once passed the guard, and broke the step."""
    with pytest.raises(InvalidValue, match=r"ManagementStarted\.lead"):
        e.ManagementStarted(id="e", at=NINE, by="ann", lead=" ")
