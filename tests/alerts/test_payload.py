"""What both vendors' payloads have in common: bounds, and faults with their paths."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_fsm.alerts import BYTES_MAX, read_alertmanager, read_pagerduty
from incident_fsm.errors import CodecError
from tests.alerts.payloads import alert, alertmanager

READERS = (read_alertmanager, read_pagerduty)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["event", "event_type", "data", "id", "alerts", "labels", "status", "startsAt", "version"]),
            inner | st.sampled_from(["incident.triggered", "incident.resolved", "firing", "resolved", "4"]),
            max_size=5,
        )
    ),
    max_leaves=20,
)


def faults(reader: Callable[[bytes], object], payload: bytes) -> tuple[str, ...]:
    """What a reader finds wrong with a payload."""
    with pytest.raises(CodecError) as caught:
        reader(payload)
    return caught.value.faults


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        (b"", "$: Expecting value: line 1 column 1 (char 0)"),
        (b"\xff", "$: is not UTF-8 at byte 0"),
        (b"[" * 100_000, "$: nested too deep"),
        (b'{"event": 1, "event": 2}', "$: the key 'event' is there twice"),
        (b"[NaN]", "$: NaN is not JSON"),
        (b"1" * 19, "$: a number of 19 digits"),
        (b" " * (BYTES_MAX + 1), "$: 262145 bytes; at most 262144 are read"),
        (b"7", "$: is a number, not an object"),
    ],
)
def test_what_is_no_payload_is_refused(reader: Callable[[bytes], object], payload: bytes, fault: str) -> None:
    """Before anything of it is believed, and the length before anything is parsed."""
    assert fault in faults(reader, payload)


def test_the_longest_payload_is_read() -> None:
    """256 KiB are read, and one byte more is not."""
    said = alertmanager()
    assert read_alertmanager(said + b" " * (BYTES_MAX - len(said)))


def test_of_many_faults_the_first_are_named() -> None:
    """A payload of nothing but faults gives a short answer all the same."""
    found = faults(read_alertmanager, alertmanager(*([{}] * 10_000)))
    assert (len(found), found[-1]) == (21, "and 39980 more")
    assert len(faults(read_alertmanager, alertmanager(*([{}] * 5)))) == 20


def test_a_fault_is_named_once() -> None:
    """However often a part that is wrong is looked at."""
    assert faults(read_alertmanager, alertmanager(alert(), None)) == ("$.alerts[1]: is null, not an object",)


@given(st.sampled_from(READERS), ANY | st.binary(max_size=50))
def test_anything_gives_events_or_faults(reader: Callable[[bytes], object], said: Any) -> None:
    """A reader is total: `CodecError` is the only thing that it raises."""
    payload = said if isinstance(said, bytes) else json.dumps(said).encode()
    with suppress(CodecError):
        reader(payload)
