"""The doors for webhooks: alerts, signatures, and what stands in a thread, whoever sent it and whatever it says."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incident_fsm import _values as v
from incident_fsm._thread_notes import missing
from incident_fsm.adapters import Message
from incident_fsm.adapters.slack._api import Api
from incident_fsm.adapters.slack._reading import Reader
from incident_fsm.adapters.slack._settings import Settings
from incident_fsm.adapters.webhook.signing import SIGNATURE, TIMESTAMP, TOLERANCE, sign, verify
from incident_fsm.alerts import BYTES_MAX, Heard, read_alertmanager, read_pagerduty
from incident_fsm.alerts.signatures import bears_token, signed_by_pagerduty
from incident_fsm.alerts.slack import note
from incident_fsm.codec import decode_event, encode_event
from incident_fsm.errors import CodecError
from tests.security.hostile import JSON_SCRAPS, damaged, read_or_refused, refused, replaced, texts
from tests.security.limits import within

AT = "2026-11-23T03:00:00Z"
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

ALERTMANAGER = json.dumps({
    "version": "4",
    "status": "firing",
    "alerts": [
        {
            "status": status,
            "labels": {"alertname": "Slow", "team": "ap"},
            "annotations": {"summary": "It is slow", "description": "p99 of 12 s"},
            "startsAt": AT,
            "endsAt": AT,
            "generatorURL": "https://prometheus.example.org/graph",
            "fingerprint": "c0ffee",
        }
        for status in ("firing", "resolved")
    ],
})  # fmt: skip
PAGERDUTY = json.dumps({
    "event": {
        "id": "01BRB6ZP4M6T8ZG4X6BP63ZB9O",
        "event_type": "incident.triggered",
        "occurred_at": AT,
        "agent": {"summary": "Ann"},
        "data": {
            "id": "PGR0VU2",
            "title": "It is slow",
            "html_url": "https://acme.pagerduty.com/incidents/PGR0VU2",
            "service": {"summary": "API"},
            "urgency": "high",
        },
    }
})  # fmt: skip

Read = Callable[[bytes], tuple[Heard, ...]]
DOORS: dict[str, tuple[Read, str]] = {
    "Alertmanager": (read_alertmanager, ALERTMANAGER),
    "PagerDuty": (read_pagerduty, PAGERDUTY),
    "PagerDuty, resolved": (read_pagerduty, PAGERDUTY.replace("triggered", "resolved")),
}

OVERSIZED = pytest.mark.threat("oversized input", rule="bytes are counted before anything is parsed")
FORGED = pytest.mark.threat("forged webhooks", rule="HMAC over the raw bytes, constant time, a window, several secrets")


def heard(read: Read, said: str) -> None:
    """Read a payload; what is heard can be recorded, and is the same when it is read again."""
    payload = said.encode(errors="surrogatepass")
    found = read(payload)
    assert read(payload) == found
    for one in found:
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}", one.incident_id)
        assert decode_event(encode_event(one.event)) == one.event


@OVERSIZED
@pytest.mark.parametrize("door", DOORS)
@settings(max_examples=120)
@given(st.data())
def test_a_payload_that_is_no_webhook_is_refused_with_paths(door: str, data: st.DataObject) -> None:
    """Damaged, or with any part replaced by any value: events that can be recorded, or `CodecError` with each path."""
    read, whole = DOORS[door]
    said = data.draw(st.one_of(damaged(whole, JSON_SCRAPS), replaced(whole)))
    read_or_refused(lambda one: heard(read, one), said)


@settings(max_examples=100)
@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
@example(b"[" * BYTES_MAX)
@example(b"\xff\xfe{}")
@example(b'{"version":"4","alerts":' + b"[" * 900 + b"]" * 900 + b"}")
@example(b'{"event":{"id":' + b"9" * 4301 + b"}}")
@example(b'{"version":"4","version":"4","alerts":[]}')
def test_bytes_of_any_kind_are_refused(said: bytes) -> None:
    """No UTF-8, no JSON, no object: a fault at the root."""
    for read, _ in DOORS.values():
        error = refused(CodecError, lambda read=read: read(said))  # type: ignore[misc]  # bound at once
        assert all(fault.startswith("$") for fault in error.faults)
        assert len(str(error)) < 5_000


@OVERSIZED
def test_one_byte_too_many_is_not_looked_at() -> None:
    """Though it would be a webhook as good as any."""
    for read, whole in DOORS.values():
        fits = whole + " " * (BYTES_MAX - len(whole))
        assert read(fits.encode())
        error = refused(CodecError, lambda read=read, fits=fits: read(f"{fits} ".encode()))  # type: ignore[misc]  # bound at once
        assert f"{BYTES_MAX + 1} bytes" in str(error)


@OVERSIZED
def test_the_largest_payloads_cost_little() -> None:
    """A quarter of a mebibyte of alerts, labels, faults or brackets: within fixed limits."""
    program = """
        import json
        from incident_fsm.alerts import BYTES_MAX, read_alertmanager, read_pagerduty
        from incident_fsm.errors import CodecError
        alert = {"status": "firing", "labels": {}, "annotations": {}, "startsAt": "2026-11-23T03:00:00Z"}
        labels = {f"l{n}": "v" * 8 for n in range(10_000)}
        bombs = [{"version": "4", "alerts": [alert] * 2_400}, {"version": "4", "alerts": [{**alert, "labels": labels}]},
                 {"version": "4", "alerts": [1] * 80_000}, {"version": "4", "alerts": [{}] * 60_000},
                 {"version": "4", "alerts": [{**alert, "annotations": {"summary": "x" * 250_000}}]},
                 {"event": {"id": "x" * 100_000, "event_type": "incident.triggered", "data": {"title": "<" * 150_000}}}]
        for bomb in bombs:
            said = json.dumps(bomb).encode()
            assert len(said) <= BYTES_MAX, len(said)
            for read in (read_alertmanager, read_pagerduty):
                try:
                    print(bool(len(read(said))))
                except CodecError as error:
                    print(len(str(error)) < 5_000)
    """
    assert within(program, seconds=20, megabytes=400).split() == ["True"] * 12


@settings(max_examples=80)
@given(texts(), texts())
def test_texts_of_alerts_are_made_fit_to_be_recorded(title: str, other: str) -> None:
    """Whatever they hold: printable, one line where that is asked for, and cut where they are too long."""
    alerts = ALERTMANAGER.replace('"It is slow"', json.dumps(title)).replace('"ap"', json.dumps(other))
    heard(read_alertmanager, alerts)
    heard(read_pagerduty, PAGERDUTY.replace('"It is slow"', json.dumps(title)).replace('"API"', json.dumps(other)))


# ---- signatures ----

SECRETS = ("the new secret", "the old one")
_HEADERS = st.one_of(
    st.text(max_size=120), st.sampled_from(("v1=", "v1=,v1=", "v1=\u00e9", "v1=" + "0" * 64, "\ud800"))
)


@FORGED
@settings(max_examples=150)
@given(_HEADERS, st.binary(max_size=50), st.sampled_from(("", " ", "1", "1795402800", "9" * 12, "\u0661", "-1", "1e9")))
def test_nothing_but_a_signature_is_one(said: str, body: bytes, at: str) -> None:
    """Any header at all, not ASCII either: refused with a reason, and no exception tells more."""
    verdict = verify(SECRETS, {SIGNATURE: said, TIMESTAMP: at}, body, NOW)
    assert not verdict
    assert verdict.reason
    assert not any(secret in verdict.reason for secret in SECRETS)
    assert not signed_by_pagerduty(body, said, SECRETS)
    assert not signed_by_pagerduty(body, said.encode(errors="surrogatepass"), SECRETS)
    assert not bears_token(said, SECRETS)


@FORGED
@given(st.binary(max_size=100), st.integers(0, 99), st.sampled_from(SECRETS))
def test_one_changed_bit_is_a_forgery(body: bytes, where: int, secret: str) -> None:
    """Of the body, the time or the signature; each of the secrets is good until it is taken away."""
    at = int(NOW.timestamp())
    headers = {SIGNATURE: sign(secret, at, body), TIMESTAMP: str(at)}
    assert verify(SECRETS, headers, body, NOW)
    assert not verify([one for one in SECRETS if one != secret], headers, body, NOW)
    assert not verify(SECRETS, {**headers, TIMESTAMP: str(at + 1)}, body, NOW)
    flipped = bytearray(body or b"x")
    flipped[where % len(flipped)] ^= 1
    assert not verify(SECRETS, headers, bytes(flipped), NOW)
    digit = "0" if headers[SIGNATURE][-1] != "0" else "1"
    assert not verify(SECRETS, {**headers, SIGNATURE: headers[SIGNATURE][:-1] + digit}, body, NOW)


@FORGED
@pytest.mark.parametrize(("seconds", "genuine"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_what_is_too_old_or_of_tomorrow_is_refused(seconds: int, genuine: bool) -> None:  # noqa: FBT001  what is expected
    """Within five minutes, the way included."""
    assert timedelta(seconds=300) == TOLERANCE
    at = int(NOW.timestamp()) - seconds
    assert bool(verify(SECRETS, {SIGNATURE: sign(SECRETS[0], at, b"x"), TIMESTAMP: str(at)}, b"x", NOW)) == genuine


@FORGED
@pytest.mark.parametrize("secrets", [(), ("",), (" ", "")])
def test_without_a_secret_nobody_is_let_in(secrets: tuple[str, ...]) -> None:
    """A variable that is not set is no open door, also to who signs with nothing."""
    import hashlib
    import hmac

    forged = hmac.new(b"", b"v1:1:x", hashlib.sha256).hexdigest()
    assert not verify(secrets, {SIGNATURE: f"v1={forged}", TIMESTAMP: "1"}, b"x", NOW)
    assert not bears_token("Bearer ", secrets)
    empty = hmac.new(b"", b"x", hashlib.sha256).hexdigest()
    assert not signed_by_pagerduty(b"x", f"v1={empty}", secrets)


# ---- threads ----


class Silent:
    """Slack's Web API where it is not asked anything."""

    def read(self, _method: str, **_: object) -> dict[str, Any]:
        """Nobody is known."""
        return {}

    def messages(self, _channel: str, _thread: str) -> list[dict[str, Any]]:
        """Nothing was said."""
        return []


@settings(max_examples=150)
@given(texts() | st.text(alphabet="<>|@#!&;ltgamp\\x00abC1/: \n", max_size=60), texts())
def test_whatever_people_say_in_a_thread_can_be_noted(said: str, by: str) -> None:
    """Read back or heard at once: one note that can be recorded, in which Slack's markup is spelt out."""
    reader = Reader(Api(Silent), Settings())  # type: ignore[arg-type]  # nobody is asked
    plain = re.sub("<@[^>]*>", "", said)
    message = Message(reference="C1/1.000001", at=NOW, by=by, text=reader.plain(plain))
    (read,) = missing([message], (), NOW)
    direct = note({"channel": "C1", "ts": "1795402800.000001", "text": plain}, by)
    assert direct is not None
    for found in (read, direct):
        assert 0 < len(found.text) <= v.TEXT_MAX
        assert decode_event(encode_event(found)) == found


def test_a_path_may_hold_whatever_a_key_holds() -> None:
    """Found by the first property above: a label whose name has a colon in it, and a value that is none."""
    said = ALERTMANAGER.replace('"team": "ap"', '"](javascript:alert(1))": null')
    assert not read_or_refused(lambda one: heard(read_alertmanager, one), said)
