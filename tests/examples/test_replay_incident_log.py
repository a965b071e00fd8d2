"""Replaying a published incident log, as a user would."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.examples.runs import LINES_MAX, lines_of, printed, run

NAME = "replay_incident_log"
EVENTS = [
    {"milestone": "detected", "at": "2024-05-01T09:05", "text": "First detected"},
    {"milestone": "declared", "at": "2024-05-01T09:15", "text": "Declared"},
    {"milestone": "repaired", "at": "2024-05-01T10:00", "text": "Repaired"},
    {"milestone": "resolved", "at": "2024-05-01T09:00", "text": "Resolved"},
]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A log of one incident that contradicts itself, has an odd field, and speaks in colours and in Greek."""
    said: dict[str, Any] = {"id": "2024-05-01", "title": "Nodes gone", "key_events": EVENTS, "\x1b[31mκόσμε": "\x1b[2J"}
    file = tmp_path / "small.json"
    file.write_text(json.dumps({"about": {"timezone": "Europe/London"}, "incidents": [said, 3]}), "utf-8")
    return file


def test_the_published_log_is_a_table_of_twenty_reviewed_incidents(shared: Path) -> None:
    """One line each, and below them what is odd, with the field and the reason."""
    lines = printed(NAME, str(shared / "corpus" / "cloud_platform_incidents.json")).splitlines()
    assert len([line for line in lines if " reviewed " in line]) == 20
    assert lines[7].split() == ["2021-05-10-apply-pipeline-downtime", "reviewed", "4h", "33m", "21h", "45m", "0", "0"]
    assert (
        '  key_events.resolved "2022-02-01T10:30": the year looks mistyped: that is 338 days from 2023-01-05' in lines
    )


def test_as_json_each_published_incident_has_what_was_promised(shared: Path) -> None:
    """The keys of the issue, in every incident; and the years of early January as they were published."""
    found = json.loads(printed(NAME, "--json", str(shared / "corpus" / "cloud_platform_incidents.json")))
    promised = {
        "id",
        "state",
        "milestones",
        "time_to_repair_minutes",
        "time_to_resolve_minutes",
        "notes",
        "diagnostics",
    }
    assert len(found) == 20
    for incident in found:
        assert promised <= incident.keys()
        assert incident["milestones"].keys() == {"fault", "detected", "declared", "repaired", "resolved"}
    (circle,) = (incident for incident in found if incident["id"] == "2023-01-05-circleci-security-incident")
    assert circle["milestones"]["resolved"] == "2022-02-01T10:30"
    assert circle["time_to_resolve_minutes"] is None
    assert {odd["field"] for odd in circle["diagnostics"]} >= {"key_events.declared", "key_events.resolved"}


def test_a_contradiction_is_printed_with_its_value_and_nothing_upsets_the_terminal(small: Path) -> None:
    """The table shows that one duration is known and one is not; control characters and Greek are escaped."""
    text = printed(NAME, str(small))
    lines = text.splitlines()
    assert lines[1].split() == ["2024-05-01", "reviewed", "0h", "55m", "-", "0", "2"]
    assert lines[2].split() == ["incident-2", "-", "-", "-", "0", "2"]
    assert '"2024-05-01T09:00": resolved (2024-05-01T09:00) is before detected (2024-05-01T09:05)' in text
    assert "\x1b" not in text
    assert text.isascii()


def test_as_json_the_contradiction_is_kept_as_published(small: Path) -> None:
    """The time is there, the duration is null, and the diagnostic says why."""
    first, second = json.loads(printed(NAME, str(small), "--json"))
    assert first["milestones"]["resolved"] == "2024-05-01T09:00"
    assert (first["time_to_repair_minutes"], first["time_to_resolve_minutes"]) == (55, None)
    assert first["diagnostics"][0]["field"] == "\x1b[31mκόσμε"
    assert first["diagnostics"][1]["field"] == "key_events.resolved"
    assert second["state"] is None


def test_an_empty_log_is_an_empty_table(tmp_path: Path) -> None:
    """And an empty list."""
    file = tmp_path / "empty.json"
    file.write_text('{"incidents": []}', "utf-8")
    assert "0 incidents" in printed(NAME, str(file))
    assert json.loads(printed(NAME, str(file), "--json")) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "No such file or directory; name a file that can be read"),
        (b"{", "is no JSON"),
        (b"\xff", "is not UTF-8 at byte 0; save it as UTF-8"),
        (b"[]", "is a list, not an object"),
        (b'{"about": {"timezone": "Mars"}, "incidents": []}', "about.timezone: 'Mars' is no time zone"),
    ],
)
def test_a_log_that_cannot_be_read_is_refused_with_file_field_and_remedy(
    content: bytes | None, words: str, tmp_path: Path
) -> None:
    """Exit code 2, nothing printed, one line of complaint."""
    file = tmp_path / "log.json"
    if content is not None:
        file.write_bytes(content)
    done = run(NAME, "log.json", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("cannot read the incident log log.json: ")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_example_fits_on_a_page() -> None:
    """At most eighty lines."""
    assert lines_of(NAME) <= LINES_MAX
