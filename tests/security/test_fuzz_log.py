"""The door for published incident logs: whatever is in the file, a list of diagnostics, or `CodecError`."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incident_fsm import Lifecycle
from incident_fsm.errors import CodecError
from incident_fsm.incident_log import parse_log, read_log, replay_log
from incident_fsm.testing.policies import shipped_by_name
from tests.security.hostile import JSON_SCRAPS, damaged, json_values, refused, replaced, texts, tried

LIFECYCLE = Lifecycle(shipped_by_name()["cloud_platform"])

LOG: dict[str, Any] = {
    "about": {"timezone": "Europe/London", "source": "log.html"},
    "incidents": [
        {
            "id": "2020-02-12-slow",
            "title": "It was slow",
            "key_events": [
                {"milestone": "detected", "at": "2020-02-12T11:45", "text": "noticed 2020-02-12 11:45"},
                {"milestone": "declared", "at": "2020-02-12T12:00", "text": ""},
                {"milestone": "resolved", "at": "2020-02-12T15:05", "text": "over"},
            ],
            "timeline": [{"at": "2020-02-12T11:50", "text": "we look"}],
            "identified": "an alert",
            "impact": "users waited",
            "resolution": "a temporary fix, https://example.org/o/r/issues/1",
            "review_actions": ["write a runbook"],
            "published": {"repair": "1h 20m", "resolve": "3h 20m"},
        }
    ],
}


def replay(said: str) -> list[dict[str, Any]]:
    """Take a log through the lifecycle; what comes of it can be written as JSON again."""
    told = [replayed.as_json() for replayed in replay_log(parse_log(said, "log.json"), LIFECYCLE)]
    json.dumps(told, allow_nan=False)
    return told


def replayed_or_refused(said: str) -> None:
    """Replay a log, or see it refused with its name and a remedy."""
    told, error = tried(CodecError, lambda: replay(said))
    if error is None:
        ids = [one["id"] for one in told or ()]
        assert len(set(ids)) == len(ids)
    else:
        assert error.what == "the incident log log.json"
        assert error.faults
        assert "; " in error.faults[0] or "nested too deep" in error.faults[0]


@pytest.mark.threat("deserialisation", rule="a published log is data: what cannot be recorded is listed")
@settings(max_examples=150)
@given(replaced(json.dumps(LOG)))
def test_a_log_with_any_part_replaced_is_replayed_or_refused(said: str) -> None:
    """Nothing that is published may stop the others, and nothing is lost in silence."""
    replayed_or_refused(said)


@settings(max_examples=100)
@given(damaged(json.dumps(LOG), JSON_SCRAPS))
@example("[" * 100_000)
@example('{"incidents":[{"id":' + "9" * 4301 + "}]}")
@example('{"incidents":[{"id":1,"id":2}]}')
@example('{"incidents":[{"id":NaN}]}')
@example('{"incidents":' + "[" * 60 + "]" * 60 + "}")
def test_a_log_that_was_damaged_is_replayed_or_refused(said: str) -> None:
    """Never another error than `CodecError`."""
    replayed_or_refused(said)


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(tuple(LOG["incidents"][0])), json_values(), max_size=5))
def test_any_incident_at_all_is_recorded_or_listed(incident: dict[str, Any]) -> None:
    """Its id is made fit for a file's name, whatever it was."""
    for one in replay(json.dumps({"incidents": [incident, incident]}).replace("NaN", "1").replace("Infinity", "1")):
        assert one["id"].replace("-", "").isalnum()
        assert one["id"].isascii()
        assert len(one["id"]) <= 64


@given(texts(halves=False))
def test_a_zone_is_a_name_and_no_path(said: str) -> None:
    """What is looked up as a zone never leads to a file."""
    replayed_or_refused(json.dumps({"about": {"timezone": said}, "incidents": []}))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A folder, nothing, no UTF-8, a path that no file can have."""
    (tmp_path / "latin1").write_bytes(b'{"incidents": ["\xe9"]}')
    for name in ("latin1", "nothing", "", "a\0b"):
        error = refused(CodecError, lambda name=name: read_log(f"{tmp_path}/{name}"))  # type: ignore[misc]  # bound at once
        assert str(tmp_path) in str(error)
