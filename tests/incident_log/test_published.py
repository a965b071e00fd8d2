"""One incident as published: its identifier and its timeline."""

from typing import Any

import pytest

from tests.incident_log.logs import DAY, incident, key_events, oddities, replay, replay_one


def timeline(*times: object) -> list[dict[str, Any]]:
    """Write a timeline with an entry at each of these times."""
    return [{"at": f"{DAY}T{at}" if isinstance(at, str) else at, "text": f"entry {number}"}
            for number, at in enumerate(times)]  # fmt: skip


def test_each_entry_of_the_timeline_becomes_a_note() -> None:
    """In order and in good order: nothing is odd."""
    replayed = replay_one(timeline=timeline("09:05", "09:05", "10:00", "11:00"))
    assert (replayed.notes, replayed.diagnostics) == (4, ())


@pytest.mark.parametrize(
    ("times", "field", "words"),
    [
        (("09:30", "09:10", "09:40"), "timeline[1].at", "before the entry above it"),
        (("09:30", "08:59"), "timeline[1].at", "before the incident began"),
        (("09:30", "11:01"), "timeline[1].at", "after the incident was resolved"),
        (("09:30", None), "timeline[1].at", "no time is published"),
        (("09:30", 7), "timeline[1].at", "is no time"),
        (("09:30", "24:00"), "timeline[1].at", "hour 24"),
    ],
)
def test_an_entry_at_an_odd_time_is_a_note_and_is_listed(times: tuple[object, ...], field: str, words: str) -> None:
    """The entry counts, and the diagnostic names its place."""
    replayed = replay_one(timeline=timeline(*times))
    assert replayed.notes == len(times)
    assert list(oddities(replayed)) == [field]
    assert words in oddities(replayed)[field]


def test_an_entry_of_a_mistyped_year_is_a_note_and_is_listed() -> None:
    """It does not make the entries after it look out of order."""
    entries = timeline("09:05", "09:20")
    entries.insert(1, {"at": "2034-05-01T09:10", "text": "odd"})
    replayed = replay_one(timeline=entries)
    assert (replayed.notes, list(oddities(replayed))) == (3, ["timeline[1].at"])


def test_an_entry_in_the_repeated_hour_is_remarked_upon() -> None:
    """It may have been the second of the two."""
    replayed = replay_one(
        id="2024-10-27", key_events=[], timeline=[{"at": "2024-10-27T01:30", "text": "which of the two?"}]
    )
    assert "twice" in oddities(replayed)["timeline[0].at"]


@pytest.mark.parametrize(
    "entry", ["only words", {"at": f"{DAY}T09:30"}, {"at": f"{DAY}T09:30", "text": ["a"]}, 7, None]
)
def test_an_entry_of_any_shape_is_a_note(entry: object) -> None:
    """What cannot be read as it should is listed, and counted."""
    replayed = replay_one(timeline=[entry])
    assert replayed.notes == 1
    assert replayed.diagnostics


def test_an_incident_without_any_time_is_recorded_by_the_day_of_its_id() -> None:
    """Every event is undated, and no duration is known."""
    replayed = replay_one(key_events=None, timeline=None)
    assert replayed.state == "reviewed"
    assert replayed.incident is not None
    assert replayed.incident.opened_at.isoformat() == f"{DAY}T11:00:00+00:00"
    assert (replayed.minutes_to_repair, replayed.minutes_to_resolve, replayed.notes) == (None, None, 0)
    assert "key_events" not in oddities(replayed)


def test_an_incident_without_any_time_or_day_is_recorded_and_listed() -> None:
    """Something must stand for the time; nothing of it is shown."""
    replayed = replay_one(id="INC-1", key_events=[], timeline=[])
    assert replayed.state == "reviewed"
    assert oddities(replayed)["key_events"] == "no usable time at all: everything is recorded undated"


def test_an_incident_with_nothing_but_a_timeline_begins_with_it() -> None:
    """The first entry with a time."""
    replayed = replay_one(key_events=[], timeline=timeline(None, "09:30"))
    assert replayed.incident is not None
    assert replayed.incident.opened_at.isoformat() == f"{DAY}T08:30:00+00:00"


def test_the_record_begins_when_somebody_first_noticed() -> None:
    """Not with the fault, which nobody had seen yet; with it if that is all there is."""
    replayed = replay_one()
    assert replayed.incident is not None
    assert replayed.incident.opened_at.isoformat() == f"{DAY}T08:05:00+00:00"
    replayed = replay_one(key_events=key_events(detected=None))
    assert replayed.incident is not None
    assert replayed.incident.opened_at.isoformat() == f"{DAY}T08:00:00+00:00"


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ("Nodes gone, again!", "Nodes-gone-again"),
        ("x" * 70, "x" * 64),
        (42, "42"),
        (None, "incident-1"),
        ("", "incident-1"),
        ("!!", "incident-1"),
        (["a"], "incident-1"),
        ("2024-05-01\n", "2024-05-01"),
    ],
)
def test_an_id_that_is_no_identifier_is_made_one_and_listed(said: object, chosen: str) -> None:
    """The incident is recorded, and what was published is in the diagnostic."""
    replayed = replay_one(id=said)
    assert (replayed.id, replayed.state) == (chosen, "reviewed")
    assert [(found.field, found.value) for found in replayed.diagnostics] == [("id", said)]
    assert replayed.diagnostics[0].reason.endswith(f"recorded as {chosen}")


def test_an_id_that_is_there_already_is_numbered() -> None:
    """Both incidents are recorded, and each id stands once."""
    first, second, third, long, longer = replay(*(incident(id=said) for said in ("A", "A", "A", "b" * 64, "b" * 64)))
    assert [each.id for each in (first, second, third, long)] == ["A", "A-2", "A-3", "b" * 64]
    assert longer.id == "b" * 62 + "-2"
    assert "is there already" in oddities(second)["id"]
    assert "id" not in oddities(first)
