"""§5: the end, with the all-clear and what is owed from now on; and the reopening."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from attrs import evolve

from incident_fsm import (
    AffectedService,
    Audience,
    Fix,
    FollowUpState,
    Kind,
    RoleHolder,
    Stage,
    State,
    Strength,
    deadlines,
)
from incident_fsm import events as e
from incident_fsm._calendar import Calendar, Span
from incident_fsm.commands import (
    CancelMeeting,
    CreateIssue,
    CreateReport,
    PostToThread,
    PublishRunbook,
    PublishStatus,
    ScheduleMeeting,
)
from incident_fsm.testing import Story
from tests.core.stories import CLOUD, DEFAULT, GDS, backfilled, changed, drill, head, minutes

END: dict[str, Any] = {"users_unaffected": True, "fix": Fix.TEMPORARY, "how": "more nodes"}
AGAIN: dict[str, Any] = {
    "reason": "it is back",
    "impact": "Minor",
    "message": "Slow again.",
    "next_update_at": minutes(99),
}


def test_a_temporary_fix_asks_for_everything_of_5_and_6() -> None:
    """Expect the all-clear, a word in the thread, an issue, a report, a meeting and a runbook, in this order."""
    story = Story().until(State.RESOLVED)
    assert [type(command) for command in story.last] == [
        PublishStatus, PostToThread, CreateIssue, CreateReport, ScheduleMeeting, PublishRunbook,
    ]  # fmt: skip
    post = story.the(PublishStatus)
    assert (post.all_clear, post.stage, post.impact, post.opens) == (True, Stage.RESOLVED, "All Good", False)
    assert post.message == "The incident has been resolved, and all service is restored."
    assert post.next_update_at is None
    assert {service.state for service in post.services} == {"operational"}
    assert story.the(PostToThread).text == "Resolved (temporary fix): more nodes"
    issue = story.the(CreateIssue)
    assert issue.title == "Permanent fix: Airflow Autoscaling Incident"
    assert issue.body == (
        "Incident INC-1 was ended by a temporary fix.\n\nTemporary fix: more nodes\n\nServices: Cloud Platform"
    )
    runbook = story.the(PublishRunbook)
    assert (runbook.services, runbook.how) == (story.incident.services, "more nodes")


def test_the_end_is_kept() -> None:
    """Expect the milestone, how it was fixed, the impact all clear, and nothing promised any more."""
    incident = Story().until(State.RESOLVED).incident
    assert (incident.milestones.resolved, incident.fix, incident.how) == (minutes(5), Fix.TEMPORARY, "more nodes")
    assert (incident.impact, incident.next_update_at, incident.updates) == ("All Good", None, 2)
    assert incident.message == DEFAULT.status_page.all_clear_message
    assert [owed.key for owed in incident.follow_ups] == ["permanent_fix", "report", "post_mortem", "runbook"]
    assert all((owed.state, owed.link) == (FollowUpState.OPEN, "") for owed in incident.follow_ups)
    assert incident.follow_ups[1].due == minutes(5) + timedelta(days=7)
    assert incident.follow_ups[2].due == datetime(2024, 5, 15, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize("fix", [Fix.PERMANENT, Fix.FALSE_ALARM, Fix.DUPLICATE])
def test_another_end_owes_no_permanent_fix(fix: Fix) -> None:
    """Expect the rest alone."""
    story = Story().until(State.MANAGING)
    original = "INC-2" if fix is Fix.DUPLICATE else ""
    story.say(e.IncidentResolved, **{**END, "fix": fix, "duplicate_of": original, "message": "All is well."})
    assert [owed.key for owed in story.incident.follow_ups] == ["report", "post_mortem", "runbook"]
    assert not [command for command in story.last if isinstance(command, CreateIssue)]
    assert (story.incident.duplicate_of, story.the(PublishStatus).message) == (original, "All is well.")


def test_nothing_is_set_in_motion_for_a_may() -> None:
    """Expect the Cloud Platform's post-mortem to be owed, and no meeting to be made."""
    story = Story(CLOUD).until(State.RESOLVED)
    assert not [command for command in story.last if isinstance(command, ScheduleMeeting)]
    owed = story.incident.follow_up("post_mortem")
    assert owed is not None
    assert (owed.strength, owed.due) == (Strength.MAY, None)


@pytest.mark.parametrize(
    ("at", "calendar", "due", "starts"),
    [
        # Ten working days later, at ten o'clock where the policy names no hours (local time: summer).
        (minutes(5), None, "10 working days", datetime(2024, 5, 15, 9, 0, tzinfo=UTC)),
        # Where there are hours, when they begin.
        (
            minutes(5),
            {"opens": time(9, 30), "closes": time(17)},
            "10 working days",
            datetime(2024, 5, 15, 8, 30, tzinfo=UTC),
        ),
        # Three days later is a Saturday: on the working day before.
        (minutes(5), None, "3 days", datetime(2024, 5, 3, 9, 0, tzinfo=UTC)),
        # Never on the day of the incident, though that be later than it is due.
        (minutes(5), None, "1 hour", datetime(2024, 5, 2, 9, 0, tzinfo=UTC)),
        # Without a date, within five working days.
        (minutes(5), None, None, datetime(2024, 5, 8, 9, 0, tzinfo=UTC)),
        # A day off is no day to meet.
        (
            minutes(5),
            {"days_off": (date(2024, 5, 2), date(2024, 5, 3))},
            "4 days",
            datetime(2024, 5, 6, 9, 0, tzinfo=UTC),
        ),
    ],
)
def test_the_post_mortem_is_held_in_working_hours(
    at: datetime, calendar: dict[str, Any] | None, due: str | None, starts: datetime
) -> None:
    """Expect a morning of a working day, whenever the incident ended."""
    rules = tuple(
        evolve(rule, due=Span.parse(due) if due else None) if rule.key == "post_mortem" else rule
        for rule in DEFAULT.follow_ups
    )
    policy = changed(DEFAULT, follow_ups=rules, calendar=Calendar(timezone="Europe/London", **(calendar or {})))
    story = Story(policy).until(State.MANAGING)
    story.say(e.IncidentResolved, **END, at=at)
    meeting = story.the(ScheduleMeeting)
    assert meeting.starts_at == starts
    assert meeting.starts_at.tzinfo is UTC  # as the class would have made it: no local time that is equal
    assert policy.calendar.is_working_day(meeting.starts_at.date())


@pytest.mark.parametrize(
    ("due", "starts"),
    [
        ("10 working days", datetime(2024, 5, 15, 22, 0, tzinfo=UTC)),
        ("1 hour", datetime(2024, 5, 2, 22, 0, tzinfo=UTC)),
    ],
)
def test_a_morning_is_one_where_the_people_are(due: str, starts: datetime) -> None:
    """Expect ten o'clock in Auckland, counted from the day there: it is the second of May when the incident ends."""
    rules = tuple(
        evolve(rule, due=Span.parse(due)) if rule.key == "post_mortem" else rule for rule in DEFAULT.follow_ups
    )
    story = Story(changed(DEFAULT, follow_ups=rules, calendar=Calendar(timezone="Pacific/Auckland")))
    story.until(State.MANAGING).say(e.IncidentResolved, **END, at=datetime(2024, 5, 1, 13, 0, tzinfo=UTC))
    assert story.the(ScheduleMeeting).starts_at == starts


def test_those_who_played_a_part_are_invited_once() -> None:
    """Expect the role holders and the reporter, nobody twice, the lead as organiser, and a blameless agenda."""
    story = Story().until(State.DECLARED)
    story.say(e.ManagementStarted, lead="lea", roles=(RoleHolder(role="communications", person="ann"),))
    meeting = story.until(State.RESOLVED).the(ScheduleMeeting)
    assert (meeting.organiser, meeting.attendees, meeting.minutes) == ("lea", ("lea", "ann"), 60)
    assert meeting.title == "Blameless post-mortem: Airflow Autoscaling Incident"
    assert "need to be improved" in meeting.agenda


def test_what_is_recorded_afterwards_owes_its_follow_ups_without_a_date() -> None:
    """Expect an issue, a report and a runbook, but no all-clear, no post and no meeting."""
    story = backfilled().until(State.RESOLVED)
    assert [type(command) for command in story.last] == [CreateIssue, CreateReport, PublishRunbook]
    assert {owed.due for owed in story.incident.follow_ups} == {None}
    assert len(story.incident.follow_ups) == 4


def test_an_undated_end_sets_no_milestone() -> None:
    """Expect the rest of the end all the same."""
    story = backfilled().until(State.MANAGING)
    after = story.say(e.IncidentResolved, **END, undated="nobody knows").after
    assert (after.milestones.resolved, after.fix, after.state) == (None, Fix.TEMPORARY, State.RESOLVED)


def test_a_restricted_all_clear_is_the_policy_s_unless_one_was_cleared() -> None:
    """Expect the policy's own words to count as cleared: they say nothing about the incident."""
    for message, cleared in (("", True), ("The intruder is out.", True)):
        story = Story(GDS, security_breach=True).until(State.MANAGING)
        story.say(e.IncidentResolved, **END, message=message, cleared_for_public=bool(message))
        post = story.the(PublishStatus)
        assert (post.cleared, post.title) == (cleared, "Incident INC-1")
        assert post.message == (message or GDS.status_page.all_clear_message)


def test_a_drill_s_end_says_so_everywhere() -> None:
    """Expect DRILL in each text of each command."""
    story = drill().until(State.RESOLVED)
    texts = [
        getattr(one, name, "DRILL")
        for one in story.last
        for name in ("title", "message", "text", "body", "agenda", "how")
    ]
    assert all(text.startswith("DRILL") for text in texts)


# ---- reopening ----


def test_a_reopening_takes_the_end_back_and_tells_so() -> None:
    """Expect a post on the page, a word in the thread, and neither a repair nor an end in the record."""
    story = Story().until(State.MANAGING)
    story.say(e.ServiceRestored)
    story.say(e.IncidentResolved, **{**END, "fix": Fix.DUPLICATE, "duplicate_of": "INC-2"})
    story.say(e.IncidentReopened, **AGAIN)
    post = story.the(PublishStatus)
    assert (post.all_clear, post.stage, post.message, post.update) == (False, Stage.INVESTIGATING, "Slow again.", 3)
    assert story.the(PostToThread).text == "Reopened: it is back"
    incident = story.incident
    assert (incident.state, incident.fix, incident.how, incident.duplicate_of) == (State.MANAGING, None, "", "")
    assert (incident.milestones.repaired, incident.milestones.resolved) == (None, None)
    assert (incident.impact, incident.next_update_at) == ("Minor", minutes(99))
    assert incident.milestones.declared == minutes(3)
    assert incident.reminded == ()


def test_a_reopening_calls_off_the_meeting_that_is_still_to_come() -> None:
    """Expect it told to everybody who was invited, with the reason; the next end invites anew."""
    story = Story().until(State.RESOLVED)
    invited = story.the(ScheduleMeeting)
    story.say(e.IncidentReopened, **AGAIN)
    off = story.the(CancelMeeting)
    assert (off.title, off.organiser, off.attendees) == (invited.title, invited.organiser, invited.attendees)
    assert off.reason == "it is back"


def test_a_meeting_that_was_held_or_never_set_is_not_called_off() -> None:
    """Expect no word of it where the post-mortem is done or waived, is a may, or was recorded afterwards."""
    held = Story().until(State.RESOLVED)
    held.say(e.FollowUpDone, follow_up="post_mortem")
    waived = Story().until(State.RESOLVED)
    waived.say(e.FollowUpWaived, follow_up="post_mortem", reason="too small")
    for story in (held, waived, Story(CLOUD).until(State.RESOLVED), backfilled().until(State.RESOLVED)):
        bad = next(impact.name for impact in story.policy.impacts if not impact.all_clear)
        again = {**AGAIN, "impact": bad, **({"next_update_at": None} if story.incident.kind is Kind.BACKFILLED else {})}
        story.say(e.IncidentReopened, **again)
        assert not [command for command in story.last if isinstance(command, CancelMeeting)]


def test_a_second_end_arms_what_the_first_one_opened_and_opens_nothing_twice() -> None:
    """Expect every follow-up to be open again, with the link it had and a new date, and no second issue or report.

    The meeting alone is asked for again: reopening called it off, and the new invitation replaces the old one.
    """
    story = Story().until(State.RESOLVED)
    story.say(e.FollowUpDone, follow_up="permanent_fix", link="https://example.org/1")
    story.say(e.FollowUpWaived, follow_up="runbook", reason="there is one")
    story.say(e.IncidentReopened, **AGAIN)
    story.say(e.IncidentResolved, **{**END, "fix": Fix.PERMANENT})
    assert [type(command) for command in story.last] == [PublishStatus, PostToThread, ScheduleMeeting]
    assert {owed.state for owed in story.incident.follow_ups} == {FollowUpState.OPEN}
    fix, report, *_ = story.incident.follow_ups
    assert (fix.key, fix.link) == ("permanent_fix", "https://example.org/1")
    assert report.due == story.steps[-1].event.at + timedelta(days=7)


def test_two_permanent_fixes_owe_no_issue() -> None:
    """Expect none after the second end either: what else was owed before makes no temporary fix."""
    story = Story().until(State.MANAGING)
    for _ in range(2):
        story.say(e.IncidentResolved, **{**END, "fix": Fix.PERMANENT})
        assert [owed.key for owed in story.incident.follow_ups] == ["report", "post_mortem", "runbook"]
        story.say(e.IncidentReopened, **AGAIN)


def test_an_issue_is_created_where_only_the_second_fix_is_temporary() -> None:
    """Expect the issue with the second end: the first one owed none."""
    story = Story().until(State.MANAGING)
    story.say(e.IncidentResolved, **{**END, "fix": Fix.PERMANENT})
    story.say(e.IncidentReopened, **AGAIN)
    story.say(e.IncidentResolved, **END)
    assert story.the(CreateIssue).body.count("more nodes") == 1


@pytest.mark.parametrize(
    ("fix", "told"),
    [
        (Fix.PERMANENT, "Resolved (permanent fix): "),
        (Fix.TEMPORARY, "Resolved (temporary fix): "),
        (Fix.FALSE_ALARM, "Resolved (false alarm): "),
        (Fix.DUPLICATE, "Resolved (duplicate): "),
    ],
)
def test_the_thread_is_told_how_it_ended(fix: Fix, told: str) -> None:
    """Expect words that read well for each way in which an incident ends."""
    story = Story().until(State.MANAGING)
    story.say(e.IncidentResolved, **{**END, "fix": fix, "duplicate_of": "INC-9" if fix is Fix.DUPLICATE else ""})
    assert story.the(PostToThread).text == f"{told}more nodes"


# ---- each command in full ----


def test_the_end_asks_for_each_thing_in_full() -> None:
    """Expect every field of every command: numbered in their order, with what is due when, for those who may know."""
    story = Story().until(State.RESOLVED)
    title = "Airflow Autoscaling Incident"
    week, fortnight = minutes(5) + timedelta(days=7), datetime(2024, 5, 15, 9, 5, tzinfo=UTC)
    assert story.last == (
        PublishStatus(
            **head(story, 0, Audience.PUBLIC),
            opens=False,
            update=2,
            title=title,
            message="The incident has been resolved, and all service is restored.",
            stage=Stage.RESOLVED,
            impact="All Good",
            impact_description="Incident has been resolved, all service is restored",
            all_clear=True,
            services=(AffectedService(service="Cloud Platform", state="operational"),),
            next_update_at=None,
            notify_subscribers=True,
            cleared=True,
        ),
        PostToThread(
            **head(story, 1), channel="analytical-platform", text="Resolved (temporary fix): more nodes", author="ann"
        ),
        CreateIssue(
            **head(story, 2),
            title=f"Permanent fix: {title}",
            body="Incident INC-1 was ended by a temporary fix.\n\n"
            "Temporary fix: more nodes\n\nServices: Cloud Platform",
            due=week,
        ),
        CreateReport(**head(story, 3), title=title, due=week),
        ScheduleMeeting(
            **head(story, 4),
            title=f"Blameless post-mortem: {title}",
            starts_at=datetime(2024, 5, 15, 9, 0, tzinfo=UTC),
            minutes=60,
            organiser="lea",
            attendees=("lea", "ann"),
            agenda="Identify any processes that need to be improved. What happened, not who.",
        ),
        PublishRunbook(**head(story, 5), title=title, services=("Cloud Platform",), how="more nodes", due=fortnight),
    )


def test_a_reopening_asks_for_each_thing_in_full() -> None:
    """Expect the post, the word in the thread and the meeting called off, every field of each."""
    story = Story().until(State.RESOLVED)
    story.say(e.IncidentReopened, **AGAIN, cleared_for_public=True)
    assert story.last == (
        PublishStatus(
            **head(story, 0, Audience.PUBLIC),
            opens=False,
            update=3,
            title="Airflow Autoscaling Incident",
            message="Slow again.",
            stage=Stage.INVESTIGATING,
            impact="Minor",
            impact_description=DEFAULT.impacts[1].description,
            all_clear=False,
            services=(AffectedService(service="Cloud Platform", state="partial outage"),),
            next_update_at=minutes(99),
            notify_subscribers=True,
            cleared=True,
        ),
        PostToThread(**head(story, 1), channel="analytical-platform", text="Reopened: it is back", author="ann"),
        CancelMeeting(
            **head(story, 2),
            title="Blameless post-mortem: Airflow Autoscaling Incident",
            organiser="lea",
            attendees=("lea", "ann"),
            reason="it is back",
        ),
    )


def test_several_services_are_told_apart_in_the_issue() -> None:
    """Expect them joined for people."""
    story = Story().until(State.CONFIRMED)
    story.say(e.IncidentDeclared, **{**story.declaration(), "services": DEFAULT.services[:2]})
    issue = story.until(State.RESOLVED).the(CreateIssue)
    assert issue.body.endswith("\n\nServices: Cloud Platform, Modernisation Platform")


@pytest.mark.parametrize(("said", "cleared"), [({"message": "All is well."}, False), ({}, True)])
def test_words_of_one_s_own_are_public_only_if_they_were_cleared(said: dict[str, Any], cleared: bool) -> None:  # noqa: FBT001  a table
    """Expect the mark of the event for its own message, and the policy's own words to count as cleared."""
    story = Story().until(State.MANAGING)
    story.say(e.IncidentResolved, **END, **said)
    assert story.the(PublishStatus).cleared is cleared


def test_the_end_counts_as_told_to_the_public() -> None:
    """Expect the time, the count and the command of the all-clear, not yet published; nothing of it afterwards."""
    story = Story().until(State.MANAGING)
    story.say(e.CommandDone, command_id="INC-1:3:0", command="PublishStatus", reference="P-1")
    assert story.incident.status_published
    incident = story.until(State.RESOLVED).incident
    assert (incident.told_at, incident.updates, incident.status_published) == (minutes(6), 2, False)
    assert incident.status_command == story.the(PublishStatus).id
    late = backfilled().until(State.RESOLVED).incident
    assert (late.told_at, late.updates, late.status_command) == (None, 0, "")


def test_a_reopening_forgets_what_was_reminded_of() -> None:
    """Expect a reminder of before to count no more, since every deadline is armed again."""
    story = Story().until(State.RESOLVED)
    [report] = [one for one in deadlines.standing(story.incident, DEFAULT) if one.name == "follow_up:report"]
    story.say(e.DeadlinePassed, deadline=report.name, due_at=report.due, at=report.due)
    assert story.incident.reminded
    again = {**AGAIN, "next_update_at": report.due + timedelta(hours=1)}
    assert story.say(e.IncidentReopened, **again, at=report.due).after.reminded == ()
