"""What incidents took: measures of one, and sums over many."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incident_fsm import Fix, RoleHolder, State, metrics
from incident_fsm import events as e
from incident_fsm._results import TimelineEntry
from incident_fsm.measures import ALL, GROUPINGS, MEASURES, Measured, Summary, measure, summarise
from incident_fsm.policy import Policy
from incident_fsm.testing import Story, Walk, walks
from tests.core.stories import DEFAULT, GDS, backfilled, minutes

LATER = minutes(100_000)


def entries(events: Sequence[e.Event]) -> tuple[TimelineEntry, ...]:
    """A timeline of events that were recorded when they happened."""
    return tuple(
        TimelineEntry(revision=number, recorded_at=event.at, event=event) for number, event in enumerate(events, 1)
    )


def measured(story: Story, now: Any = LATER) -> Measured:
    """Measure a story."""
    return measure(story.incident, entries([step.event for step in story.steps]), story.policy, now)


def test_a_whole_incident_has_every_measure_that_its_milestones_give() -> None:
    """Declared at 3, led at 4, resolved at 5, reviewed later; neither fault nor repair is known."""
    found = measured(Story().until(State.REVIEWED))
    assert set(found.intervals) == {"respond", "review"}
    assert found.wall_clock("respond") == timedelta(minutes=1)
    assert found.wall_clock("repair") is None
    assert found.support_hours("repair", DEFAULT.calendar) is None


def test_the_measures_between_milestones_are_those_of_metrics() -> None:
    """With every milestone known, the same lengths."""
    story = Story(fault_at=minutes(-30), detected_at=minutes(-10)).until(State.MANAGING)
    story.say(e.ServiceRestored)
    story.until(State.RESOLVED)
    found, marks = measured(story), story.incident.milestones
    assert found.wall_clock("detect") == metrics.time_to_detect(marks) == timedelta(minutes=20)
    assert found.wall_clock("declare") == metrics.time_to_declare(marks)
    assert found.wall_clock("repair") == metrics.time_to_repair(marks)
    assert found.wall_clock("resolve") == metrics.time_to_resolve(marks)
    assert found.wall_clock("respond") == timedelta(minutes=14)


def test_the_lead_may_be_named_before_or_with_the_management() -> None:
    """By a role, or among the roles that management starts with."""
    early = Story().until(State.DECLARED)
    early.say(e.RoleAssigned, role="lead", person="jo")
    assert measured(early).wall_clock("respond") == timedelta(minutes=1)
    among = Story().until(State.DECLARED)
    among.say(e.RoleAssigned, role="communications", person="kim")
    assert "respond" not in measured(among).intervals
    among.say(e.ManagementStarted, roles=(RoleHolder(role="lead", person="jo"),))
    assert measured(among).wall_clock("respond") == timedelta(minutes=2)


def test_promises_are_kept_or_missed() -> None:
    """The first update in time, the second late, the resolution in time."""
    story = Story().until(State.MANAGING)  # declared at 3 with an update at 33
    promise = story.incident.next_update_at
    assert promise is not None
    story.say(e.StatusUpdated, message="x", at=promise, next_update_at=promise + timedelta(minutes=10))
    late = promise + timedelta(minutes=11)
    story.say(e.StatusUpdated, message="x", at=late, next_update_at=late + timedelta(minutes=10))
    story.say(e.NoteTaken, text="no word to the public", at=late)
    story.say(e.IncidentResolved, at=late, users_unaffected=True, fix=Fix.PERMANENT, how="x")
    found = measured(story)
    assert (found.promises_kept, found.promises_missed) == (2, 1)


def test_a_promise_that_still_stands_is_missed_once_it_has_passed() -> None:
    """Until then it is neither."""
    story = Story().until(State.MANAGING)
    promise = story.incident.next_update_at
    assert promise is not None
    before, after = measured(story, promise), measured(story, promise + timedelta(seconds=1))
    assert (before.promises_kept, before.promises_missed) == (0, 0)
    assert (after.promises_kept, after.promises_missed) == (0, 1)


def test_a_promise_may_come_from_the_cadence() -> None:
    """P1 is told every hour, whether somebody says so or not."""
    story = Story(GDS).until(State.CONFIRMED)
    story.say(e.IncidentDeclared, services=GDS.services[:1], impact="P1", message="x")
    story.say(e.StatusUpdated, message="y", at=minutes(64))
    found = measured(story)
    assert (found.promises_kept, found.promises_missed, found.impact) == (0, 2, "P1")


def test_what_was_recorded_afterwards_has_no_promises_no_lead_and_no_review() -> None:
    """The times of writing say nothing."""
    found = measured(backfilled().until(State.REVIEWED))
    assert (found.promises_kept, found.promises_missed) == (0, 0)
    assert not {"respond", "review"} & set(found.intervals)


def test_the_worst_impact_counts_and_the_quarter_of_the_declaration() -> None:
    """Whatever it was called in the end; a candidate has none, and the quarter in which it was reported."""
    story = Story().until(State.MANAGING)
    story.say(e.StatusUpdated, message="x", impact="Major", next_update_at=minutes(90))
    story.say(e.StatusUpdated, message="x", impact="Minor", next_update_at=minutes(95))
    found = measured(story.until(State.RESOLVED))
    assert (found.impact, found.quarter, found.services) == ("Major", "2024-Q2", story.incident.services)
    candidate = measured(Story(at=minutes(-60 * 24 * 31)))
    assert (candidate.impact, candidate.quarter) == ("", "2024-Q1")


def test_an_impact_that_the_policy_has_forgotten_is_still_named() -> None:
    """The policy changed since; the incident did not."""
    story = Story().until(State.MANAGING)
    story.policy = evolve(DEFAULT, impacts=GDS.impacts)
    assert measured(story).impact == "Major"


@pytest.mark.parametrize(
    ("grouping", "groups"),
    [
        (ALL, {"all": 2}),
        ("quarter", {"2024-Q2": 2}),
        ("impact", {"(never declared)": 1, "Minor": 1}),
        ("service", {"(none named)": 1, DEFAULT.services[0]: 1, DEFAULT.services[1]: 1}),
    ],
)
def test_sums_are_by_group(grouping: str, groups: dict[str, int]) -> None:
    """An incident counts in each group that it belongs to, and the groups come in order."""
    two = [measured(Story()), measured(declared_on_two())]
    found = summarise(two, DEFAULT.calendar, GROUPINGS[grouping])
    assert {one.group: one.incidents for one in found} == groups
    assert [one.group for one in found] == sorted(groups)


def declared_on_two() -> Story:
    """Declared for two services."""
    story = Story().until(State.CONFIRMED)
    services = DEFAULT.services[:2]
    story.say(e.IncidentDeclared, services=services, impact="Minor", message="x", next_update_at=minutes(60))
    return story


def test_a_sum_says_how_many_are_known_and_the_middle_one() -> None:
    """Of three incidents that took 1, 2 and 9 minutes until somebody led, 2; an unknown one does not count."""
    stories = []
    for wait in (1, 2, 9):
        story = Story().until(State.DECLARED)
        story.say(e.ManagementStarted, lead="jo", at=minutes(3 + wait))
        stories.append(story)
    [found] = summarise([measured(story) for story in (*stories, Story())], DEFAULT.calendar)
    assert isinstance(found, Summary)
    assert (found.incidents, found.known["respond"], found.known["repair"]) == (4, 3, 0)
    assert found.wall_clock == {"respond": timedelta(minutes=2)}
    assert summarise([], DEFAULT.calendar) == ()


def test_support_hours_leave_the_night_out() -> None:
    """From Wednesday 16:30 to Thursday 9:30 by London's clock: an hour of support, seventeen of the clock."""
    story = Story(GDS, at=minutes(6 * 60 + 30)).until(State.CANDIDATE)
    found = evolve(measured(story), intervals={"repair": (minutes(6 * 60 + 30), minutes(23 * 60 + 30))})
    assert found.wall_clock("repair") == timedelta(hours=17)
    assert found.support_hours("repair", GDS.calendar) == timedelta(hours=1)
    [summed] = summarise([found], GDS.calendar)
    assert summed.support_hours == {"repair": timedelta(hours=1)}


@given(walks(), st.sampled_from(sorted(GROUPINGS)))
def test_whatever_happens_can_be_measured(walk: Walk, grouping: str) -> None:
    """No measure is negative, support hours are never more than the clock's, and no incident is lost in a sum."""
    policy: Policy = walk.lifecycle.policy
    found = measure(walk.incident, entries([step.event for step in walk.steps]), policy, LATER)
    for name, (start, end) in found.intervals.items():
        assert name in MEASURES
        assert start <= end
        support = found.support_hours(name, policy.calendar)
        assert support is not None
        assert timedelta() <= support <= end - start
    assert summarise([found], policy.calendar, GROUPINGS[grouping])
