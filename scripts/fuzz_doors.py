"""The doors of the library as functions of bytes, for `fuzz.py`.

A door lets through only what is not promised: an error that is not documented, or `Broken` where a value cannot be
written and read again.
"""

import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from attrs import fields

from incident_fsm import Lifecycle, codec
from incident_fsm._thread_notes import missing
from incident_fsm.adapters import AdapterSettings, Message
from incident_fsm.adapters._http import retry_after
from incident_fsm.adapters.console import lines
from incident_fsm.adapters.registry import SETTINGS, load_adapters, read_tables
from incident_fsm.adapters.webhook.signing import SIGNATURE, TIMESTAMP, verify
from incident_fsm.alerts import read_alertmanager, read_pagerduty
from incident_fsm.alerts.signatures import bears_token, signed_by_pagerduty
from incident_fsm.alerts.slack import note
from incident_fsm.commands import COMMANDS
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.errors import AdapterError, CodecError, JournalUnusable, PolicyError
from incident_fsm.events import EVENTS
from incident_fsm.incident_log import parse_log, replay_log
from incident_fsm.policy import Policy
from incident_fsm.policy_files import load_shipped, parse_policy

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SHIPPED = load_shipped("cloud_platform")
POLICIES = Path(__file__).resolve().parents[1] / "src" / "incident_fsm" / "policies"

Door = Callable[[bytes], None]


class Broken(Exception):
    """A promise does not hold."""


def _hold(promise: object, what: str) -> None:
    """Hold a promise."""
    if not promise:
        raise Broken(what)


def _text(said: bytes) -> str:
    """Bytes as a text that may hold anything, halves of characters too."""
    return said.decode("utf-8", "surrogateescape")


def event(said: bytes) -> None:
    """An event as JSON: what is read is written and read again."""
    try:
        found = codec.decode_event(_text(said))
    except CodecError as error:
        _hold(all(fault.startswith("$") for fault in error.faults), "every fault has its path")
        return
    _hold(codec.decode_event(codec.encode_event(found)) == found, "it is read as it was written")


def command(said: bytes) -> None:
    """A command as JSON, as the outbox holds it; whatever it says, it can be shown."""
    try:
        found = codec.decode_command(_text(said))
    except CodecError:
        return
    _hold(all(line.isprintable() for line in lines(found)), "the console shows it safely")
    _hold(codec.decode_command(codec.encode_command(found)) == found, "it is read as it was written")


def incident(said: bytes) -> None:
    """An incident as JSON."""
    try:
        codec.decode_incident(_text(said))
    except CodecError as error:
        _hold(error.faults, "there is a fault")


def policy(said: bytes) -> None:
    """A policy as TOML: what is read can be used, written and read again."""
    try:
        found = parse_policy(_text(said))
    except PolicyError as error:
        _hold(error.faults, "there is a fault")
        return
    _hold(Lifecycle(codec.decode_policy(codec.encode_policy(found))).policy == found, "it is read as it was written")


def settings(said: bytes) -> None:
    """`adapters.toml`, and the tables in it as settings of each adapter that ships."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / SETTINGS
        path.write_bytes(said)
        try:
            tables = read_tables(path)
        except AdapterError as error:
            _hold(error.problem and error.remedy, "there is a remedy")
            return
        for name in ("folder", "pagerduty", "slack", "github", "aws_support", "email", "webhook"):
            try:
                load_adapters((name,), AdapterSettings(folder=Path(folder), environment={}), tables=tables)
            except AdapterError as error:
                _hold(error.problem and error.remedy, "there is a remedy")
                _hold("could not be set up" not in error.problem, "settings are refused in their own words")


def log(said: bytes) -> None:
    """A published incident log: what is read is replayed, and can be written as JSON."""
    try:
        found = parse_log(_text(said))
    except CodecError:
        return
    json.dumps([replayed.as_json() for replayed in replay_log(found, Lifecycle(SHIPPED))], allow_nan=False)


def alert(said: bytes) -> None:
    """Webhooks of Alertmanager and PagerDuty: what is heard can be recorded."""
    for read in (read_alertmanager, read_pagerduty):
        try:
            heard = read(said)
        except CodecError:
            continue
        for one in heard:
            _hold(codec.decode_event(codec.encode_event(one.event)) == one.event, "it is read as it was written")


def signature(said: bytes) -> None:
    """Signatures: nothing but one made with the secret is one."""
    at, _, given = _text(said).partition("\n")
    secrets = ("a secret of the fuzzer",)
    _hold(not verify(secrets, {SIGNATURE: given, TIMESTAMP: at}, said, NOW), "our webhook is not forged")
    _hold(not signed_by_pagerduty(said, given, secrets), "PagerDuty's is not forged")
    _hold(not bears_token(given, secrets), "Alertmanager's is not forged")


def thread(said: bytes) -> None:
    """What somebody writes in a thread becomes a note."""
    text = _text(said)
    _hold(note({"channel": "C1", "ts": "1795402800.000001", "text": text}, text), "it is heard")
    _hold(list(missing([Message(reference="C1/1.000001", at=NOW, by=text, text=text)], (), NOW)), "it is read")


def journal(said: bytes) -> None:
    """A file where the journal should be: opened or refused, and refused untouched."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite3"
        path.write_bytes(said)
        try:
            engine = SqliteEngine(path)
        except JournalUnusable:
            _hold(path.read_bytes() == said, "it is left as it was")
            return
        list(engine.verify())
        engine.close()


def header(said: bytes) -> None:
    """Retry-After, and the Date beside it."""
    waits, _, date = _text(said).partition("\n")
    wait = retry_after({"Retry-After": waits, "Date": date}, NOW)
    _hold(wait is None or 0 <= wait.total_seconds() <= 3600, "it is an hour at most")  # noqa: PLR2004  an hour


DOORS: dict[str, Door] = {
    one.__name__: one
    for one in (event, command, incident, policy, settings, log, alert, signature, thread, journal, header)
}

_AT = b'"at":"2024-05-01T09:00:00Z","by":"ann"'

_LOG = {
    "id": "2020-02-12",
    "title": "x",
    "key_events": [{"milestone": "detected", "at": "2020-02-12T11:45", "text": ""}],
    "timeline": [{"at": "2020-02-12T11:50", "text": "y"}],
}
_ALERT = {"status": "firing", "labels": {}, "annotations": {}, "startsAt": "2024-05-01T09:00:00Z"}
_PAGED = {
    "id": "1",
    "event_type": "incident.triggered",
    "occurred_at": "2024-05-01T09:00:00Z",
    "data": {"id": "P1", "title": "x"},
}
_POST = {
    "type": "PublishPostMortem",
    "v": 1,
    "id": "INC-1:2:0",
    "incident_id": "INC-1",
    "kind": "live",
    "audience": "team",
    "requested_at": "2024-05-01T09:00:00Z",
    "text": "x",
}

SEEDS: dict[str, tuple[bytes, ...]] = {
    "event": (
        b'{"type":"NoteTaken","v":1,"id":"e-1",%s,"text":"x"}' % _AT,
        b'{"type":"IncidentReviewed","v":1,"id":"e-1",%s,"actions":[{"text":"x","due":"2024-06-01"}]}' % _AT,
        b'{"type":"CandidateConfirmed","v":1,"id":"e",%s,"assessment":{"unplanned":{"met":true}}}' % _AT,
    ),
    "command": (json.dumps(_POST).encode(),),
    "policy": tuple(path.read_bytes() for path in POLICIES.glob("*.toml")),
    "settings": (b'[slack]\n[github]\nrepository="o/r"\n[webhook]\nurl="https://x.example"\n[pagerduty]\npage="P"',),
    "log": (json.dumps({"incidents": [_LOG]}).encode(),),
    "alert": (json.dumps({"version": "4", "alerts": [_ALERT]}).encode(), json.dumps({"event": _PAGED}).encode()),
    "header": (b"Mon, 23 Nov 2026 03:00:30 GMT\nMon, 23 Nov 2026 03:00:00 GMT",),
    "journal": (b"SQLite format 3\x00",),
}
"""What is whole, or nearly, where the fuzzer begins."""


def words() -> list[str]:
    """The words of our formats, as libFuzzer's dictionaries write them: with them it gets past the parsers."""
    classes = (*EVENTS, *COMMANDS, Policy)
    named = {attribute.name for one in classes for attribute in fields(one)} | {one.__name__ for one in classes}
    marks = (
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        r"\x0A",
        " = ",
        "[[",
        "]]",
        "NaN",
        "1e999",
        r"\\ud800",
        "2024-05-01T09:00:00Z",
    )
    return [*marks, *(rf"\"{name}\":" for name in sorted(named)), *sorted(named)]
