"""Milestones as published: contradictions are kept, listed, and never bent."""

import pytest

from tests.incident_log.logs import DAY, key_events, oddities, replay_one


def shown(*entries: object) -> tuple[dict[str, str | None], dict[str, str]]:
    """Replay an incident with these key events: what is shown of them, and what is odd."""
    replayed = replay_one(key_events=list(entries), timeline=[])
    assert replayed.state == "reviewed"
    return replayed.as_json()["milestones"], oddities(replayed)


def test_milestones_are_shown_in_local_time_as_published() -> None:
    """All five, and the team's awareness apart; what is not published is null."""
    replayed = replay_one(key_events=key_events(fault=None, aware="09:07")).as_json()
    assert replayed["milestones"] == {
        "fault": None,
        "detected": f"{DAY}T09:05",
        "declared": f"{DAY}T09:15",
        "repaired": f"{DAY}T10:00",
        "resolved": f"{DAY}T11:00",
    }
    assert replayed["aware"] == f"{DAY}T09:07"


def test_resolved_before_detected_is_shown_as_published_and_listed() -> None:
    """It contradicts four times that agree, so it alone is doubted; the time to repair is still known."""
    replayed = replay_one(key_events=key_events(resolved="08:00"))
    assert replayed.state == "reviewed"
    assert replayed.shown["resolved"] == f"{DAY}T08:00"
    assert list(oddities(replayed)) == ["key_events.resolved"]
    assert (replayed.minutes_to_repair, replayed.minutes_to_resolve) == (55, None)
    assert replayed.incident is not None
    assert replayed.incident.milestones.resolved is None


def test_a_mistyped_year_is_shown_as_published_and_listed_alone() -> None:
    """The times around it are right, and are not blamed."""
    replayed = replay_one(key_events=key_events(resolved="2023-05-01T11:00"))
    assert replayed.shown["resolved"] == "2023-05-01T11:00"
    assert [(found.field, found.value) for found in replayed.diagnostics] == [
        ("key_events.resolved", "2023-05-01T11:00")
    ]
    assert "year" in replayed.diagnostics[0].reason
    assert (replayed.minutes_to_repair, replayed.minutes_to_resolve) == (55, None)


@pytest.mark.parametrize("name", ["declared", "repaired", "detected"])
def test_a_doubtful_time_makes_every_duration_that_needs_it_unknown(name: str) -> None:
    """Each of these has a part in the time to repair; the fault starts the time to resolve."""
    replayed = replay_one(key_events=key_events(**{name: "2034-05-01T09:10"}))
    assert (replayed.minutes_to_repair, replayed.minutes_to_resolve) == (None, 120)


def test_a_doubtful_fault_is_not_replaced_by_the_detection() -> None:
    """The fault is published; that its time is wrong does not make the detection the beginning."""
    replayed = replay_one(key_events=key_events(fault="2034-05-01T09:00"))
    assert (replayed.minutes_to_repair, replayed.minutes_to_resolve) == (55, None)


def test_without_a_day_in_the_id_the_other_times_show_that_a_year_is_mistyped() -> None:
    """Four against one."""
    replayed = replay_one(id="INC-7", key_events=key_events(detected="2022-05-01T09:05"))
    assert list(oddities(replayed)) == ["key_events.detected"]


def test_a_time_that_is_stated_and_missing_is_listed_with_its_words() -> None:
    """A "Time TBC" is a diagnostic; durations that can do without it are still measured."""
    entry = {"milestone": "detected", "at": None, "text": "First detected 2024-05-01 (Time TBC)"}
    milestones, odd = shown(entry, *key_events(fault=None, detected=None))
    assert milestones["detected"] is None
    assert odd == {"key_events.detected": "no time is published"}
    replayed = replay_one(key_events=[entry, *key_events(fault=None, detected=None)], timeline=[])
    assert replayed.diagnostics[0].value == "First detected 2024-05-01 (Time TBC)"
    assert (replayed.minutes_to_repair, replayed.minutes_to_resolve) == (45, None)


@pytest.mark.parametrize("at", ["2024-05-01T24:00", "soon", 7])
def test_a_time_that_cannot_be_read_is_listed_as_published(at: object) -> None:
    """It is no milestone, and no duration is made from it."""
    replayed = replay_one(key_events=[*key_events(resolved=None), {"milestone": "resolved", "at": at, "text": "x"}])
    assert replayed.shown["resolved"] is None
    assert [(found.field, found.value) for found in replayed.diagnostics] == [("key_events.resolved", at)]
    assert (replayed.minutes_to_repair, replayed.minutes_to_resolve) == (55, None)


def test_a_missing_milestone_that_a_duration_needs_is_listed() -> None:
    """Repaired, resolved, declared and the beginning, each by its name."""
    milestones, odd = shown()
    assert set(milestones.values()) == {None}
    assert odd.keys() == {
        "key_events.declared", "key_events.repaired", "key_events.resolved", "key_events.detected"
    }  # fmt: skip


def test_an_incident_that_was_never_declared_is_recorded_and_nothing_is_odd_about_it() -> None:
    """That is ordinary: "not declared, but later agreed"."""
    entry = {"milestone": "not_declared", "at": None, "text": "Incident not declared, but later agreed it was one"}
    milestones, odd = shown(entry, *key_events(declared=None))
    assert milestones["declared"] is None
    assert odd == {}


def test_never_declared_needs_no_words() -> None:
    """The milestone alone says it."""
    _, odd = shown({"milestone": "not_declared"}, *key_events(declared=None))
    assert odd == {}


def test_declared_and_not_declared_contradict_each_other() -> None:
    """The time is shown, listed and not used; that "not declared" has a time is odd as well."""
    milestones, odd = shown(*key_events(), {"milestone": "not_declared", "at": f"{DAY}T09:30"})
    assert milestones["declared"] == f"{DAY}T09:15"
    assert odd.keys() == {"key_events[5].at", "key_events.declared"}


@pytest.mark.parametrize(
    ("declared", "words"), [("11:30", "declared after it was resolved"), ("09:02", "declared before it was detected")]
)
def test_a_declaration_that_is_late_or_early_is_listed_and_still_used(declared: str, words: str) -> None:
    """It happened as published, and the durations are measured."""
    replayed = replay_one(key_events=key_events(declared=declared))
    assert words in oddities(replayed)["key_events.declared"]
    assert replayed.minutes_to_repair is not None
    assert replayed.incident is not None
    assert replayed.incident.milestones.declared is not None


def test_declared_after_repaired_is_ordinary() -> None:
    """No diagnostic; and the same minute will do as well."""
    assert replay_one(key_events=key_events(declared="10:30")).diagnostics == ()
    assert replay_one(key_events=key_events(declared="10:00", repaired="10:00")).diagnostics == ()


@pytest.mark.parametrize(
    "entry", ["text", None, 3, {}, {"milestone": "mitigated", "at": None}, {"milestone": ["fault"]}]
)
def test_a_key_event_of_no_known_milestone_is_listed_whole(entry: object) -> None:
    """Nothing that is published is lost in silence."""
    replayed = replay_one(key_events=[*key_events(), entry])
    assert [(found.field, found.value) for found in replayed.diagnostics] == [("key_events[5]", entry)]


def test_a_milestone_published_twice_with_different_times_is_doubted() -> None:
    """Both times are named; the first is shown."""
    milestones, odd = shown(*key_events(), {"milestone": "repaired", "at": f"{DAY}T10:20", "text": "again"})
    assert milestones["repaired"] == f"{DAY}T10:00"
    assert odd == {"key_events.repaired": f"is published twice, and as {DAY}T10:20 as well"}


def test_a_milestone_published_twice_and_once_readably_has_that_time() -> None:
    """Whichever comes first, and also where both say the same; the other is listed."""
    good, bad = {"milestone": "repaired", "at": f"{DAY}T10:00", "text": "x"}, {"milestone": "repaired", "at": None}
    for pair in ((good, bad), (bad, good), (good, good)):
        milestones, odd = shown(*key_events(repaired=None), *pair)
        assert milestones["repaired"] == f"{DAY}T10:00"
        assert odd == {"key_events.repaired": "is published twice; this one adds nothing"}


def test_a_key_event_whose_text_says_another_time_is_listed() -> None:
    """The time that the log carries is used, and that the words differ is said."""
    entry = {"milestone": "resolved", "at": f"{DAY}T11:00", "text": "Resolved 22024-05-01 11:00"}
    _, odd = shown(*key_events(resolved=None), entry)
    assert odd == {"key_events.resolved": "the text says 22024-05-01 11:00"}


def test_a_time_that_the_clocks_showed_twice_is_listed_and_used() -> None:
    """The time to resolve is measured from the first of the two."""
    times = {name: f"2024-10-27T0{hour}:30" for name, hour in (("detected", 0), ("declared", 1), ("repaired", 2))}
    events = key_events(fault=None, resolved="2024-10-27T02:30", **times)
    replayed = replay_one(id="2024-10-27", key_events=events, timeline=[])
    assert list(oddities(replayed)) == ["key_events.declared"]
    assert (replayed.minutes_to_repair, replayed.minutes_to_resolve) == (180, 180)
