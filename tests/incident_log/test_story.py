"""The events that a published incident is made of."""

from typing import Any

import pytest

from incident_fsm import Assessment, Fix, FollowUpState, Incident, Kind
from incident_fsm.events import IncidentDeclared
from incident_fsm.incident_log._findings import Findings
from incident_fsm.incident_log._published import read_incident
from incident_fsm.incident_log._story import events_of
from tests.incident_log.logs import LIFECYCLE, incident, key_events, oddities, replay, replay_one

ISSUE = "https://github.com/org/repo/issues/7"


def recorded(**parts: Any) -> Incident:
    """Replay an incident with some parts changed, and give what was recorded."""
    replayed = replay_one(**parts)
    assert replayed.incident is not None
    return replayed.incident


def answers(impact: str | None) -> list[str]:
    """Name the criteria that an incident with this impact meets."""
    assessment = recorded(impact=impact).assessment
    assert isinstance(assessment, Assessment)
    return [name for name in ("unplanned", "impacts_users", "degrades_services", "increases_risk")
            if getattr(assessment, name).met]  # fmt: skip


def test_an_incident_is_recorded_as_backfilled_and_nobody_is_invented() -> None:
    """The log says everything, and nobody leads."""
    found = recorded()
    assert (found.kind, found.reporter, found.lead, found.roles) == (Kind.BACKFILLED, "incident log", "", ())


def test_the_milestones_are_recorded_in_utc() -> None:
    """09:00 in London in May is 08:00."""
    milestones = recorded().milestones
    assert f"{milestones.fault:%H:%M} {milestones.repaired:%H:%M} {milestones.resolved:%H:%M}" == "08:00 09:00 10:00"


def test_the_criteria_are_read_from_the_words_for_the_impact() -> None:
    """Users, risk, or else a degraded service; that it is in the log says that it was unplanned."""
    assert answers("Users saw errors.") == ["unplanned", "impacts_users"]
    assert answers("Increased risk of failure") == ["unplanned", "increases_risk"]
    assert answers("Slow ingress") == ["unplanned", "degrades_services"]
    assert answers(None) == ["unplanned", "degrades_services"]


def test_the_evidence_is_what_was_published() -> None:
    """Identified and impact, word for word; or else that it stands in the log."""
    assessment = recorded().assessment
    assert assessment is not None
    assert assessment.unplanned.evidence == "Pingdom reported it."
    assert assessment.impacts_users.evidence == "Users saw errors."
    assessment = recorded(identified=None, impact=None).assessment
    assert assessment is not None
    assert assessment.degrades_services.evidence.startswith("published in the incident log: ")


def declared(**parts: Any) -> IncidentDeclared:
    """Tell an incident with some parts changed, and give the event that declares it."""
    published = read_incident(incident(**parts), "INC-1", LIFECYCLE.policy.calendar.zone, Findings())
    events = events_of(published, "link", LIFECYCLE.policy, Findings())
    return next(event for event in events if isinstance(event, IncidentDeclared))


def test_the_declaration_is_in_the_fixed_words_of_the_policy() -> None:
    """Filled in with what is published."""
    assert declared().message == (
        "I am declaring an incident because Pingdom reported it. The impact is that Users saw errors."
    )


@pytest.mark.parametrize("identified", ["Pingdom {impact} reported it", None, "...", "a. The impact is that b"])
def test_any_words_can_fill_in_the_declaration(identified: str | None) -> None:
    """Braces, nothing, dots alone, the wording itself: the policy's guard accepts it."""
    assert replay_one(identified=identified, impact="{reason} {").state == "reviewed"


def test_a_declaration_without_a_time_is_undated_in_the_words_of_the_log() -> None:
    """Never declared, not published, or doubtful."""
    never = {"milestone": "not_declared", "text": "Not declared, but later agreed"}
    assert declared(key_events=[never]).undated == "Not declared, but later agreed"
    assert declared(key_events=[]).undated == "the time is not published"
    assert declared(key_events=key_events(declared="2034-05-01T09:15")).undated.startswith("the year looks mistyped")
    assert declared().undated == ""


def test_how_it_was_fixed_is_as_published() -> None:
    """A permanent fix, unless the words say otherwise; then the issue for the permanent one is linked."""
    assert (recorded().how, recorded().fix) == ("Nodes were added.", Fix.PERMANENT)
    found = recorded(resolution="A temporary measure", review_actions=["Talk", f"Do it [#7]({ISSUE})"])
    owed = found.follow_up("permanent_fix")
    assert owed is not None
    assert (found.fix, owed.state, owed.link) == (Fix.TEMPORARY, FollowUpState.DONE, ISSUE)


def test_a_temporary_fix_without_an_issue_is_listed() -> None:
    """The report is linked, since it alone speaks of the fix."""
    replayed = replay_one(resolution="An interim exclusion")
    assert replayed.as_json()["follow_ups"]["permanent_fix"]["link"] == "the log#2024-05-01-nodes-gone"
    assert "no issue" in oddities(replayed)["resolution"]


def test_a_temporary_fix_with_several_issues_is_linked_to_the_first_and_listed() -> None:
    """The log does not say which of them is for the permanent fix; the same issue twice is one."""
    actions = [f"Do it [#7]({ISSUE})", f"Really do it [#7]({ISSUE})"]
    assert replay_one(resolution="A temporary measure", review_actions=actions).diagnostics == ()
    replayed = replay_one(resolution="A temporary measure", review_actions=[*actions, f"Or this: {ISSUE}0"])
    assert replayed.as_json()["follow_ups"]["permanent_fix"]["link"] == ISSUE
    assert "2 issues are named" in oddities(replayed)["resolution"]


def test_the_published_report_is_the_report() -> None:
    """It is done, with a link to the entry in the log."""
    owed = recorded().follow_up("report")
    assert owed is not None
    assert (owed.state, owed.link) == (FollowUpState.DONE, "the log#2024-05-01-nodes-gone")


@pytest.mark.parametrize(
    ("key", "parts", "link"),
    [
        ("runbook", {"review_actions": ["Write a runbook", f"Create a runbook [#7]({ISSUE})"]}, ISSUE),
        ("runbook", {"review_actions": ["Write a run-book"]}, ""),
        ("post_mortem", {"resolution": "See the [postmortem notes](https://docs.example/d)."}, "https://docs.example/d"),
        ("post_mortem", {"review_actions": ["Tickets after a post-incident review: https://x.example/?q=a"]},
         "https://x.example/?q=a"),
        ("post_mortem", {"timeline": [{"at": "2024-05-01T10:30", "text": "Post-mortem scheduled"}]}, ""),
        ("runbook", {"review_actions": ["A runbook: https://x.example/" + "y" * 2000]}, ""),
    ],
)  # fmt: skip
def test_a_follow_up_that_the_log_names_is_done_with_its_link(key: str, parts: dict[str, Any], link: str) -> None:
    """The first text that names it counts, one with a link before one without."""
    owed = recorded(**parts).follow_up(key)
    assert owed is not None
    assert (owed.state, owed.link) == (FollowUpState.DONE, link)


def test_a_follow_up_that_the_log_does_not_name_is_waived_with_a_reason() -> None:
    """Neither a post-mortem nor a runbook is invented."""
    found = recorded()
    for key in ("post_mortem", "runbook"):
        owed = found.follow_up(key)
        assert owed is not None
        assert (owed.state, owed.reason) == (FollowUpState.WAIVED, "the incident log names none")


def test_review_actions_are_recorded_each_as_published() -> None:
    """With the first link in each, without owner and date, which the log does not name."""
    actions = recorded(review_actions=["1. Watch the nodes", f"Test it [#7]({ISSUE})"]).actions
    assert [(action.text, action.link, action.owner, action.due) for action in actions] == [
        ("1. Watch the nodes", "", "", None),
        (f"Test it [#7]({ISSUE})", ISSUE, "", None),
    ]


def test_headings_and_tables_are_no_actions_and_are_listed() -> None:
    """Each of them stands in the diagnostic, as published."""
    markup = ["### Causes", "## **Timeline**", "| Timestamp | Note |", "| --: | :-- |", "---", "**Future actions**:"]
    replayed = replay_one(review_actions=[*markup, "Watch the nodes", "**Do** it"])
    assert replayed.incident is not None
    assert [action.text for action in replayed.incident.actions] == ["Watch the nodes", "**Do** it"]
    assert [(found.field, found.value) for found in replayed.diagnostics] == [("review_actions", markup)]


def test_more_actions_than_can_be_recorded_are_listed() -> None:
    """A hundred are recorded."""
    said = [f"Action {number}" for number in range(102)]
    replayed = replay_one(review_actions=said)
    assert replayed.incident is not None
    assert len(replayed.incident.actions) == 100
    assert [(found.field, found.value) for found in replayed.diagnostics] == [("review_actions", said[100:])]


@pytest.mark.parametrize("wrong", [None, 3, {"text": "x"}])
def test_an_action_that_is_no_text_is_left_out(wrong: object) -> None:
    """And listed, unless there is nothing."""
    replayed = replay_one(review_actions=[wrong, "Watch the nodes"])
    assert replayed.incident is not None
    assert len(replayed.incident.actions) == 1
    assert list(oddities(replayed)) == ([] if wrong is None else ["review_actions[0]"])


def test_a_restoration_that_is_not_published_is_not_recorded() -> None:
    """One without a credible time is, but undated."""
    assert recorded(key_events=key_events(repaired=None)).milestones.repaired is None
    assert recorded(key_events=key_events(repaired="2034-05-01T10:00")).milestones.repaired is None


def test_the_link_to_the_report_fits_on_one_line() -> None:
    """Whatever the log calls its source."""
    (replayed,) = replay(incident(), source="a\nb " + "c" * 300)
    assert replayed.incident is not None
    owed = replayed.incident.follow_up("report")
    assert owed is not None
    assert owed.link.startswith("a b ccc")
