"""§6: follow-ups are settled, and the report is published."""

from datetime import date

from incident_fsm import Action, Audience, FollowUpState, State
from incident_fsm import events as e
from incident_fsm.commands import CreateReport, PostToThread, PublishPostMortem, PublishReport
from incident_fsm.testing import Story
from tests.core.stories import backfilled, drill, head

LINK = "https://example.org/1"
REVIEW = {
    "lessons": ("watch the quota", "page earlier"),
    "actions": (Action(text="alert", owner="ann", due=date(2026, 1, 1)),),
}


def test_what_is_done_keeps_the_link_that_shows_it() -> None:
    """Expect the link of the event, else that of the receipt, else what was known; and the others to stay open."""
    story = Story().until(State.RESOLVED)
    report = story.the(CreateReport)
    story.say(e.CommandDone, command_id=report.id, command="CreateReport", link="https://example.org/receipt")
    done = story.say(e.FollowUpDone, follow_up="report").after
    assert [(one.key, one.state, one.link) for one in done.follow_ups if one.state is not FollowUpState.OPEN] == [
        ("report", FollowUpState.DONE, "https://example.org/receipt")
    ]
    done = story.say(e.FollowUpDone, follow_up="runbook", link=LINK).after
    assert [one.link for one in done.follow_ups] == ["", "https://example.org/receipt", "", LINK]
    assert story.last == ()


def test_what_is_done_again_after_a_reopening_keeps_its_link() -> None:
    """Expect the link from before where nobody gives a new one."""
    story = Story().until(State.RESOLVED)
    story.say(e.FollowUpDone, follow_up="runbook", link=LINK)
    story.say(
        e.IncidentReopened,
        reason="again",
        impact="Minor",
        message="x",
        next_update_at=story.declaration()["next_update_at"],
    )
    story.until(State.RESOLVED)
    done = story.say(e.FollowUpDone, follow_up="runbook").after.follow_up("runbook")
    assert done is not None
    assert (done.state, done.link) == (FollowUpState.DONE, LINK)


def test_what_is_waived_keeps_why() -> None:
    """Expect the reason on that follow-up alone."""
    story = Story().until(State.RESOLVED)
    after = story.say(e.FollowUpWaived, follow_up="runbook", reason="there is one").after
    assert [(one.state.value, one.reason) for one in after.follow_ups] == [
        ("open", ""), ("open", ""), ("open", ""), ("waived", "there is one"),
    ]  # fmt: skip


def test_a_review_is_published_with_its_lessons_and_actions() -> None:
    """Expect a last word in the thread, the report, and both kept in the incident."""
    story = Story().until(State.RESOLVED)
    for owed in story.incident.follow_ups:
        story.say(e.FollowUpDone, follow_up=owed.key, link=LINK)
    story.say(e.IncidentReviewed, **REVIEW)
    report = story.the(PublishReport)
    assert (report.title, report.lessons, report.actions) == (
        "Airflow Autoscaling Incident", REVIEW["lessons"], REVIEW["actions"],
    )  # fmt: skip
    assert story.the(PostToThread).text == "Reviewed: every follow-up is settled"
    assert (story.incident.lessons, story.incident.actions) == (REVIEW["lessons"], REVIEW["actions"])


def test_what_was_recorded_afterwards_is_published_without_a_word_in_a_thread() -> None:
    """Expect the report alone."""
    assert [type(command) for command in backfilled().until(State.REVIEWED).last] == [PublishReport]


def test_a_drill_s_report_says_so() -> None:
    """Expect DRILL in its title."""
    assert drill().until(State.REVIEWED).the(PublishReport).title.startswith("DRILL: ")


def test_the_public_is_told_what_was_learned_only_where_somebody_wrote_it() -> None:
    """Expect the very text, for the public; a drill's says so; and without a text nothing."""
    for story, told in ((Story(), "We watch the quota."), (drill(), "DRILL: We watch the quota.")):
        story.until(State.RESOLVED)
        for owed in story.incident.follow_ups:
            story.say(e.FollowUpDone, follow_up=owed.key, link=LINK)
        story.say(e.IncidentReviewed, **REVIEW, public_text="We watch the quota.")
        said = story.the(PublishPostMortem)
        assert (said.text, said.audience) == (told, Audience.PUBLIC)
    assert not [one for one in Story().until(State.REVIEWED).last if isinstance(one, PublishPostMortem)]


def test_a_review_asks_for_each_thing_in_full() -> None:
    """Expect every field: the last word in the thread, the report, and what the public is told."""
    story = Story().until(State.RESOLVED)
    for owed in story.incident.follow_ups:
        story.say(e.FollowUpDone, follow_up=owed.key, link=LINK)
    story.say(e.IncidentReviewed, **REVIEW, public_text="We watch the quota.")
    assert story.last == (
        PostToThread(
            **head(story, 0),
            channel="analytical-platform",
            text="Reviewed: every follow-up is settled",
            author="ann",
        ),
        PublishReport(
            **head(story, 1),
            title="Airflow Autoscaling Incident",
            lessons=story.incident.lessons,
            actions=story.incident.actions,
        ),
        PublishPostMortem(**head(story, 2, Audience.PUBLIC), text="We watch the quota."),
    )
