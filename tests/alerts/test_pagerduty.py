"""PagerDuty's webhook, turned into events."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_fsm import Lifecycle, codec
from incident_fsm.alerts import Heard, read_pagerduty
from incident_fsm.errors import CodecError
from incident_fsm.events import CandidateReported, NoteTaken
from incident_fsm.policy_files import load_shipped
from tests.alerts.payloads import incident, pagerduty

AT = datetime(2026, 11, 23, 3, 2, 5, 169000, tzinfo=UTC)
TEXTS = st.text(max_size=300) | st.text("\x00\x1b\u202e\ud800<!@\n", max_size=300)


def test_an_incident_that_is_triggered_is_a_candidate() -> None:
    """By PagerDuty's own id and time, with what is known and where to look."""
    event = CandidateReported(
        id="reported:PD-PGR0VU2",
        at=AT,
        by="PagerDuty",
        incident_id="PD-PGR0VU2",
        title="Airflow cannot scale",
        summary="PagerDuty: https://example.pagerduty.com/incidents/PGR0VU2\n"
        "Service: Airflow\nPriority: P1\nUrgency: high",
        detected_at=AT,
    )
    assert read_pagerduty(pagerduty()) == (Heard(incident_id="PD-PGR0VU2", event=event),)
    Lifecycle(load_shipped()).open(event)


@pytest.mark.parametrize(
    ("kind", "event_id", "text"),
    [
        ("incident.resolved", "resolved", "The alert resolved: Airflow cannot scale (Sam Engineer)"),
        ("incident.reopened", "reopened", "The alert is firing again: Airflow cannot scale (Sam Engineer)"),
    ],
)
def test_what_becomes_of_it_is_a_note(kind: str, event_id: str, text: str) -> None:
    """Each time it happens, since an incident of PagerDuty may resolve more than once."""
    (heard,) = read_pagerduty(pagerduty(kind))
    note = NoteTaken(id=f"{event_id}:PD-PGR0VU2:5ac64822-4adc-4fda-ade0-410becf0de4f", at=AT, by="PagerDuty", text=text)
    assert heard == Heard(incident_id="PD-PGR0VU2", event=note)
    (again,) = read_pagerduty(pagerduty(kind, id="01BRB6ZP4M6T8ZG4X6BP63ZB9O", agent=None))
    assert again.event.id == f"{event_id}:PD-PGR0VU2:01BRB6ZP4M6T8ZG4X6BP63ZB9O"
    assert isinstance(again.event, NoteTaken)
    assert again.event.text == text.removesuffix(" (Sam Engineer)")


@pytest.mark.parametrize("kind", ["incident.acknowledged", "incident.annotated", "pagey.ping", "service.updated", ""])
def test_everything_else_is_let_pass(kind: str) -> None:
    """Also what PagerDuty may add: a refusal would make it switch the subscription off."""
    assert read_pagerduty(pagerduty(kind, data={"message": "hello"})) == ()


def test_the_same_incident_is_the_same_event_however_it_is_sent() -> None:
    """Byte for byte: by another subscription, with keys that we do not know."""
    (first,), (second,) = read_pagerduty(pagerduty()), read_pagerduty(pagerduty(extra={}, data=incident(extra=[1])))
    assert codec.encode_event(first.event) == codec.encode_event(second.event)


@pytest.mark.parametrize("said", ["P" * 41, "P GR", "../x", "P\ud800"])
def test_an_id_that_could_not_be_ours_is_digested(said: str) -> None:
    """To the same id each time, and to another for another."""
    (heard,) = read_pagerduty(pagerduty(data=incident(id=said)))
    (other,) = read_pagerduty(pagerduty(data=incident(id=f"{said}!")))
    assert heard.incident_id != other.incident_id
    assert len(heard.incident_id) == len("PD-") + 16


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Two\nlines", "Two lines"),
        (" ", "An incident without a title"),
        ("\x07<!channel>", "\ufffd<!channel>"),
        ("x" * 1024, "x" * 199 + "…"),
    ],
)
def test_a_title_is_one_printable_line(title: str, shown: str) -> None:
    """Cut visibly where it is too long. It is escaped where it is shown, for that place."""
    (heard,) = read_pagerduty(pagerduty(data=incident(title=title)))
    assert isinstance(heard.event, CandidateReported)
    assert heard.event.title == shown


def test_a_bare_incident_is_a_candidate_too() -> None:
    """With nothing but an id and a title; and a link that leads elsewhere is not passed on."""
    (heard,) = read_pagerduty(pagerduty(data={"id": "P1", "title": "Down", "html_url": "javascript:alert(1)"}))
    assert isinstance(heard.event, CandidateReported)
    assert heard.event.summary == ""


@pytest.mark.parametrize(
    ("payload", "faults"),
    [
        (b"[]", ("$: is a list, not an object",)),
        (b"{}", ("$.event: is missing; an object is expected",)),
        (b'{"event": {}}', ("$.event.event_type: is missing; text is expected",)),
        (pagerduty(data=[]), ("$.event.data: is a list, not an object",)),
        (
            pagerduty(data={}),
            ("$.event.data.id: is missing; text is expected", "$.event.data.title: is missing; text is expected"),
        ),
        (pagerduty(data=incident(id="")), ("$.event.data.id: is empty",)),
        (pagerduty(data=incident(title=7)), ("$.event.data.title: is a number, not text",)),
        (pagerduty(data=incident(html_url=7)), ("$.event.data.html_url: is a number, not text",)),
        (pagerduty(data=incident(service="x")), ("$.event.data.service: is text, not an object",)),
        (
            pagerduty(occurred_at="tomorrow"),
            ("$.event.occurred_at: 'tomorrow' is not a time with a zone, like 2024-01-31T09:30:00Z",),
        ),
        (pagerduty("incident.resolved", id=None), ("$.event.id: is null, not text",)),
    ],
)
def test_what_is_wrong_is_refused_with_its_path(payload: bytes, faults: tuple[str, ...]) -> None:
    """All of it at once."""
    with pytest.raises(CodecError) as caught:
        read_pagerduty(payload)
    assert caught.value.faults == faults


@given(
    st.fixed_dictionaries(
        {"id": TEXTS.filter(bool), "title": TEXTS},
        optional={"html_url": TEXTS, "urgency": TEXTS, "service": st.fixed_dictionaries({"summary": TEXTS})},
    ),
    TEXTS.filter(bool),
    st.sampled_from(["incident.triggered", "incident.resolved"]),
)
def test_any_texts_give_events_that_can_be_recorded(data: dict[str, Any], event_id: str, kind: str) -> None:
    """Whatever stands in an incident, its events are well-formed, can be stored, and come out the same again."""
    payload = pagerduty(kind, data=data, id=event_id)
    (heard,) = read_pagerduty(payload)
    assert codec.decode_event(codec.encode_event(heard.event)) == heard.event
    assert read_pagerduty(payload) == (heard,)
