"""Alertmanager's webhook, turned into events."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from incident_fsm import Lifecycle, codec
from incident_fsm.alerts import Heard, read_alertmanager
from incident_fsm.errors import CodecError
from incident_fsm.events import CandidateReported, NoteTaken
from incident_fsm.policy_files import load_shipped
from tests.alerts.payloads import alert, alertmanager, resolved

STARTED = datetime(2026, 11, 23, 3, 2, 11, 739266, tzinfo=UTC)
TEXTS = st.text(max_size=300) | st.text("\x00\x1b\u202e\ud800<!@\n", max_size=300)


def candidate(payload: bytes) -> CandidateReported:
    """The one candidate that a payload gives."""
    (heard,) = read_alertmanager(payload)
    assert isinstance(heard.event, CandidateReported)
    assert heard.incident_id == heard.event.incident_id
    return heard.event


def test_a_firing_alert_is_a_candidate() -> None:
    """Detected when it began to fire, by its own clock; titled as the rule is worded; with all that is known."""
    event = candidate(alertmanager())
    assert event == CandidateReported(
        id="reported:AM-20261123-31eb2d4b90dffad0",
        at=STARTED,
        by="Alertmanager",
        incident_id="AM-20261123-31eb2d4b90dffad0",
        title="Tasks wait for 20 minutes",
        summary="The scheduler finds no free slot.\n"
        "Source: https://prometheus.example.org/graph?g0.expr=queue\n"
        "runbook_url: https://runbooks.example.org/queue\n"
        "alertname: QueueTooLong\nnamespace: airflow\nseverity: critical",
        detected_at=STARTED,
    )
    Lifecycle(load_shipped()).open(event)


def test_a_resolved_alert_is_a_note_for_the_same_incident() -> None:
    """At the time at which it ended; never a candidate."""
    (heard,) = read_alertmanager(alertmanager(resolved()))
    assert heard == Heard(
        incident_id=candidate(alertmanager()).incident_id,
        event=NoteTaken(
            id="resolved:AM-20261123-31eb2d4b90dffad0",
            at=datetime(2026, 11, 23, 3, 40, tzinfo=UTC),
            by="Alertmanager",
            text="The alert resolved: Tasks wait for 20 minutes",
        ),
    )


def test_a_group_gives_one_event_for_each_alert_in_its_order() -> None:
    """Firing ones and resolved ones may stand side by side."""
    other = alert(fingerprint="ffff000000000000", annotations={})
    heard = read_alertmanager(alertmanager(resolved(), other))
    assert [type(one.event) for one in heard] == [NoteTaken, CandidateReported]
    assert len({one.incident_id for one in heard}) == 2
    assert read_alertmanager(json.dumps({"version": "4", "alerts": []}).encode()) == ()


def test_the_same_alert_is_the_same_event_however_it_is_sent() -> None:
    """Byte for byte: in another group, with its labels in another order, its time in another zone, and more keys."""
    again = alert(
        labels=dict(reversed(alert()["labels"].items())), startsAt="2026-11-23T03:02:11.739266Z", silenceURL="x"
    )
    resent = alertmanager(again, groupKey="another", receiver="another", orgId=1, truncatedAlerts=7)
    assert codec.encode_event(candidate(resent)) == codec.encode_event(candidate(alertmanager()))


def test_the_same_alert_in_other_words_keeps_its_ids() -> None:
    """The words of an alert often hold a value that moves on; the journal then keeps the first report."""
    later = candidate(alertmanager(alert(annotations={"summary": "Tasks wait for 40 minutes"})))
    assert later.id == candidate(alertmanager()).id
    assert later != candidate(alertmanager())


@pytest.mark.parametrize(
    "changes",
    [
        {"startsAt": "2026-11-23T03:02:11.739267Z"},
        {"fingerprint": "1a30ba71cca29210"},
        {"fingerprint": "", "labels": {"alertname": "QueueTooLong"}},
    ],
)
def test_another_alert_is_another_incident(changes: dict[str, Any]) -> None:
    """When it fires again later, and with other labels."""
    assert candidate(alertmanager(alert(**changes))).incident_id != candidate(alertmanager()).incident_id


def test_without_a_fingerprint_the_labels_tell_alerts_apart() -> None:
    """Old Alertmanagers send none: the same labels in any order are the same alert."""
    plain = {key: value for key, value in alert().items() if key != "fingerprint"}
    turned = plain | {"labels": dict(reversed(plain["labels"].items())), "fingerprint": None}
    assert candidate(alertmanager(plain)).id == candidate(alertmanager(turned)).id


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"annotations": {"summary": " Tasks\r\n wait\t"}}, "Tasks wait"),
        ({"annotations": {"summary": " \n"}}, "QueueTooLong"),
        ({"annotations": {}, "labels": {}}, "An alert without a name"),
        ({"annotations": {"summary": "\x1b[2J\u202eevil\ud800"}}, "\ufffd[2J\ufffdevil\ufffd"),
        ({"annotations": {"summary": "x" * 201}}, "x" * 199 + "…"),
    ],
)
def test_a_title_is_one_printable_line(changes: dict[str, Any], title: str) -> None:
    """Cut visibly where it is too long, and what cannot be printed is shown as such."""
    assert candidate(alertmanager(alert(**changes))).title == title


def test_a_long_description_leaves_room_for_what_else_is_known() -> None:
    """It is cut visibly, and so is everything together."""
    long = alert(annotations={"description": "d" * 20_000}, generatorURL="javascript:alert(1)")
    assert candidate(alertmanager(long)).summary.splitlines()[0] == "d" * 5_999 + "…"
    assert "javascript" not in candidate(alertmanager(long)).summary
    many = alert(labels={f"label_{number:03}": "x" * 300 for number in range(100)})
    summary = candidate(alertmanager(many)).summary
    assert (len(summary), summary[-1]) == (10_000, "…")


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        (alertmanager(version="1"), "$.version: '1' cannot be read here; there are '4'"),
        (alertmanager(version=""), "$.version: '' cannot be read here; there are '4'"),
        (alertmanager(version=4), "$.version: is a number, not text"),
        (alertmanager(alerts={}), "$.alerts: is an object, not a list"),
        (alertmanager("alert"), "$.alerts[0]: is text, not an object"),
        (alertmanager(alert(status="pending")), "$.alerts[0].status: 'pending' cannot be read here; there are 'firing', 'resolved'"),  # noqa: E501  the whole fault
        (alertmanager(alert(), alert(startsAt=None)), "$.alerts[1].startsAt: is null, not text"),
        (alertmanager(alert(startsAt="2026-11-23T03:02:11")), "$.alerts[0].startsAt: '2026-11-23T03:02:11' is not a time with a zone, like 2024-01-31T09:30:00Z"),  # noqa: E501  likewise
        (alertmanager(alert(startsAt="2026-02-30T03:02:11Z")), "$.alerts[0].startsAt: '2026-02-30T03:02:11Z' is not a time with a zone, like 2024-01-31T09:30:00Z"),  # noqa: E501  likewise
        (alertmanager(alert(startsAt="0001-01-01T00:00:00+01:00")), "$.alerts[0].startsAt: '0001-01-01T00:00:00+01:00' is not a time with a zone, like 2024-01-31T09:30:00Z"),  # noqa: E501  likewise
        (alertmanager(alert(startsAt="1999-12-31T23:59:59Z")), "$.alerts[0].startsAt: '1999-12-31T23:59:59Z' is far off; a time of 2000 to 2099 is expected"),  # noqa: E501  likewise
        (alertmanager(alert(status="resolved")), "$.alerts[0].endsAt: '0001-01-01T00:00:00Z' is far off; a time of 2000 to 2099 is expected"),  # noqa: E501  likewise
        (alertmanager(alert(labels=[])), "$.alerts[0].labels: is a list, not an object"),
        (alertmanager(alert(labels={"a": True})), "$.alerts[0].labels.a: is true or false, not text"),
        (alertmanager(alert(labels={"a b\x1b": 1})), "$.alerts[0].labels['a b\\x1b']: is a number, not text"),
        (alertmanager(alert(fingerprint=7)), "$.alerts[0].fingerprint: is a number, not text"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_path(payload: bytes, fault: str) -> None:
    """Nothing is guessed, and nothing of such a payload is taken."""
    with pytest.raises(CodecError) as caught:
        read_alertmanager(payload)
    assert caught.value.faults == (fault,)


def test_what_is_missing_is_refused_with_its_path() -> None:
    """All of it at once."""
    with pytest.raises(CodecError) as caught:
        read_alertmanager(alertmanager({}))
    assert caught.value.faults == (
        "$.alerts[0].status: is missing; text is expected",
        "$.alerts[0].startsAt: is missing; text is expected",
        "$.alerts[0].labels: is missing; an object is expected",
        "$.alerts[0].annotations: is missing; an object is expected",
    )


@given(
    st.dictionaries(TEXTS, TEXTS, max_size=5),
    st.dictionaries(st.sampled_from(["summary", "description"]) | TEXTS, TEXTS, max_size=5),
    TEXTS,
    TEXTS,
    st.sampled_from(["firing", "resolved"]),
)
@example({"": "\ud800"}, {"summary": "\u2028"}, "\ud800", "http://", "firing")
def test_any_texts_give_events_that_can_be_recorded(
    labels: dict[str, str], annotations: dict[str, str], fingerprint: str, source: str, status: str
) -> None:
    """Whatever stands in an alert, its events are well-formed, can be stored, and come out the same again."""
    said = resolved(labels=labels, annotations=annotations, fingerprint=fingerprint, generatorURL=source)
    payload = alertmanager(said | {"status": status})
    (heard,) = read_alertmanager(payload)
    assert codec.decode_event(codec.encode_event(heard.event)) == heard.event
    assert read_alertmanager(payload) == (heard,)
