"""Whole logs through the lifecycle: the published ones, and any at all."""

import json
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from incident_fsm import Lifecycle, Strength
from incident_fsm.errors import CodecError
from incident_fsm.incident_log import Replayed, parse_log, read_log, replay_log
from incident_fsm.incident_log._published import _KEYS
from tests.incident_log.logs import LIFECYCLE, incident, key_events, oddities, replay, replay_one

CORPUS = "corpus/cloud_platform_incidents.json"

TIMES = st.sampled_from(
    [
        None,
        7,
        "2024-05-01T10:00",
        "2024-05-01T24:00",
        "2023-05-02T09:00",
        "2024-10-27T01:30",
        "0001-01-01T00:00",
        "soon",
    ]
)
TEXTS = (
    st.none()
    | st.text(max_size=20)
    | st.sampled_from(["\ud800", "a temporary fix", "{impact}", "# Heading", "postmortem"])
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
MILESTONE = st.sampled_from(["fault", "detected", "aware", "declared", "not_declared", "repaired", "resolved", "else"])
LIKELY: dict[str, st.SearchStrategy[Any]] = {
    "id": st.sampled_from(["2024-05-01-x", "INC 1", "A", None]),
    "title": TEXTS,
    "key_events": st.lists(st.fixed_dictionaries({"milestone": MILESTONE, "at": TIMES}, optional={"text": TEXTS})),
    "timeline": st.lists(st.fixed_dictionaries({}, optional={"at": TIMES, "text": TEXTS}) | JSON),
    "review_actions": st.lists(TEXTS | JSON),
    **dict.fromkeys(("identified", "impact", "resolution"), TEXTS),
}
INCIDENTS = st.fixed_dictionaries({}, optional={key: JSON | LIKELY.get(key, JSON) for key in (*sorted(_KEYS), "other")})


def corpus(shared: Path) -> list[Replayed]:
    """Replay the published log."""
    return list(replay_log(read_log(shared / CORPUS), LIFECYCLE))


def test_every_published_incident_is_reviewed(shared: Path) -> None:
    """All twenty are accepted as they happened, with every entry of their timelines."""
    said = json.loads((shared / CORPUS).read_text("utf-8"))["incidents"]
    replayed = corpus(shared)
    assert [each.id for each in replayed] == [each["id"] for each in said]
    assert {each.state for each in replayed} == {"reviewed"}
    assert [each.notes for each in replayed] == [len(each["timeline"]) for each in said]


def test_every_published_time_is_shown_as_published(shared: Path) -> None:
    """Also where it cannot be right."""
    said = json.loads((shared / CORPUS).read_text("utf-8"))["incidents"]
    for published, replayed in zip(said, corpus(shared), strict=True):
        for entry in published["key_events"]:
            if entry["milestone"] != "not_declared":
                assert replayed.shown[entry["milestone"]] == entry["at"]


def test_the_durations_of_the_published_log_are_by_the_wall_clock(shared: Path) -> None:
    """In minutes, worked out by hand; null where no repair is published or the times contradict themselves."""
    assert [(each.id[:10], each.minutes_to_repair, each.minutes_to_resolve) for each in corpus(shared)] == [
        ("2020-02-12", None, 22),
        ("2020-02-25", None, 575),
        ("2020-08-04", None, 1606),
        ("2020-08-14", None, 55),
        ("2020-09-07", None, 197),
        ("2020-09-28", 66, 90),
        ("2021-05-10", 273, 1305),
        ("2021-07-12", 7, 1205),
        ("2021-09-30", 1138, 1298),
        ("2022-01-22", 122, 161),
        ("2022-07-11", 394, 394),
        ("2023-01-05", None, None),
        ("2023-02-02", 6, 82),
        ("2023-07-21", 267, 267),
        ("2023-08-04", 8834, 8973),
        ("2023-11-01", 3143, 3143),
        ("2024-07-25", 188, 249),
        ("2025-01-13", 1787, 1840),
        ("2025-07-23", 1259, 1259),
        ("2026-03-30", 47, 343),
    ]


def test_what_contradicts_itself_in_the_published_log_is_listed(shared: Path) -> None:
    """Each by its field; the incidents that are not here have nothing odd."""
    missing = ["key_events.repaired"]
    found = {each.id[:10]: [odd.field for odd in each.diagnostics] for each in corpus(shared) if each.diagnostics}
    assert found == {
        **dict.fromkeys(("2020-02-12", "2020-02-25", "2020-08-04", "2020-08-14", "2020-09-07"), missing),
        "2022-01-22": ["key_events.declared"],
        "2023-01-05": ["key_events.detected", "key_events.declared", "key_events.resolved"],
        "2023-11-01": ["timeline[6].at", "timeline[7].at"],
        "2024-07-25": ["timeline[3].at", "resolution"],
        "2025-07-23": ["timeline[19].at", "timeline[19].at"],
        "2026-03-30": ["resolution", "review_actions"],
    }  # fmt: skip


def test_an_empty_log_has_no_incidents() -> None:
    """It is a log all the same."""
    assert replay() == []


@pytest.mark.parametrize("wrong", [None, 7, "text", ["a"]])
def test_an_incident_that_is_no_object_does_not_stop_the_others(wrong: object) -> None:
    """It is listed with what stands there, without a state; the next one is recorded."""
    odd, good = replay(wrong, incident())
    assert odd.as_json() == {
        "id": "incident-1",
        "state": None,
        "milestones": dict.fromkeys(("fault", "detected", "declared", "repaired", "resolved")),
        "aware": None,
        "time_to_repair_minutes": None,
        "time_to_resolve_minutes": None,
        "notes": 0,
        "follow_ups": {},
        "published": None,
        "diagnostics": [
            {"field": "id", "value": None, "reason": "is missing; the incident is recorded as incident-1"},
            {"field": "", "value": wrong, "reason": "is no object, and nothing of it could be read"},
        ],
    }
    assert good.state == "reviewed"


def test_an_incident_of_nothing_at_all_is_recorded() -> None:
    """Everything is missing, and that is what is listed."""
    (replayed,) = replay({})
    assert replayed.state == "reviewed"
    assert "key_events.resolved" in oddities(replayed)


def test_the_zone_of_the_log_is_the_zone_of_its_times() -> None:
    """Without one, it is the policy's. A night in which the clocks change shows the difference."""
    said = incident(
        id="2024-03-31",
        key_events=key_events(
            fault=None, detected="2024-03-31T00:30", declared=None, repaired="2024-03-31T02:30", resolved=None
        ),
    )
    (london,), (utc,) = replay(said), replay(said, timezone="UTC")
    unsaid = parse_log(json.dumps({"incidents": [said]}))
    assert [each.minutes_to_repair for each in (london, utc, *replay_log(unsaid, LIFECYCLE))] == [60, 120, 60]


def test_a_duration_that_the_key_events_rule_out_is_listed() -> None:
    """Published as two hours, and two months apart: a month is mistyped. The duration is as the key events say."""
    replayed = replay_one(key_events=key_events(resolved="2024-07-01T11:00"))
    assert "a month may be mistyped" in oddities(replayed)["published.resolve"]
    assert replayed.minutes_to_resolve == 61 * 24 * 60 + 120


@pytest.mark.parametrize(
    "published", [{"resolve": "1h 30m"}, {"resolve": "1d 1h"}, {"resolve": "N/A"}, {"resolve": 3}, {}, None, "2h"]
)
def test_a_duration_that_was_rounded_or_cannot_be_read_is_not_odd(published: object) -> None:
    """They were worked out by hand; they are passed on, and nothing is computed from them."""
    replayed = replay_one(published=published)
    assert replayed.diagnostics == ()
    assert replayed.published == published


def test_a_refusal_is_listed_and_does_not_stop_the_replay() -> None:
    """Under a policy where a runbook is a must, an incident whose log names none stays resolved, and says why."""
    policy = LIFECYCLE.policy
    strict = evolve(policy, follow_ups=tuple(
        evolve(rule, strength=Strength.MUST) if rule.key == "runbook" else rule for rule in policy.follow_ups
    ))  # fmt: skip
    (replayed,) = replay_log(parse_log(json.dumps({"incidents": [incident()]})), Lifecycle(strict))
    assert replayed.state == "resolved"
    odd = oddities(replayed)
    assert odd.keys() == {"FollowUpWaived", "IncidentReviewed"}
    assert "'runbook' must be done" in odd["FollowUpWaived"]


@given(st.lists(INCIDENTS | JSON, max_size=4))
@example([{"timeline": [{"text": "\ud800"}], "id": "\ud800"}])
def test_no_list_of_incidents_can_stop_the_replay(incidents: list[object]) -> None:
    """As promised, "a log it has not seen before must work as well": each is answered for, once, as plain JSON.

    Every object ends reviewed, with as many notes as its timeline has entries.
    """
    replayed = replay(*incidents)
    assert len({each.id for each in replayed}) == len(incidents)
    for said, each in zip(incidents, replayed, strict=True):
        assert each.state == ("reviewed" if isinstance(said, dict) else None)
        plain = each.as_json()
        assert json.loads(json.dumps(plain, allow_nan=False)) == plain
        timeline = said.get("timeline") if isinstance(said, dict) else None
        assert each.notes == (len(timeline) if isinstance(timeline, list) else 0)
        known = [found.field for found in each.diagnostics]
        assert not {"CandidateReported", "IncidentResolved", "IncidentReviewed"} & set(known)


@given(
    JSON
    | st.fixed_dictionaries({}, optional={"about": JSON | st.fixed_dictionaries({"timezone": JSON}), "incidents": JSON})
)
def test_any_json_is_a_log_or_refused(data: object) -> None:
    """Nothing else happens: no other exception."""
    try:
        log = parse_log(json.dumps(data))
    except CodecError:
        return
    assert len(list(replay_log(log, LIFECYCLE))) == len(log.incidents)
