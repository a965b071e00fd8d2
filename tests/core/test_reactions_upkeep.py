"""Corrections, reminders and receipts."""

import pytest

from incident_fsm import Kind, Reference, State, commands, deadlines
from incident_fsm import events as e
from incident_fsm._reactions.upkeep import _PLACES
from incident_fsm._values import References, Reminded
from incident_fsm.commands import CreateReport, OpenThread, PublishStatus, Remind
from incident_fsm.testing import Story
from tests.core.stories import DEFAULT, drill, head, minutes


def test_a_correction_replaces_what_was_recorded() -> None:
    """Expect title, services and milestones as they are now known, and no command."""
    story = Story().until(State.DECLARED)
    after = story.say(e.DetailsAmended, title="Slow", services=DEFAULT.services[1:3], fault_at=minutes(-9)).after
    assert (after.title, after.services, after.milestones.fault) == ("Slow", DEFAULT.services[1:3], minutes(-9))
    assert story.last == ()
    assert story.say(e.DetailsAmended, fault_at=minutes(-8)).after.title == "Slow"


def test_a_reminder_goes_to_who_should_see_to_it() -> None:
    """Expect the deadline, its time, the lead, and DRILL where it is one."""
    for story in (Story(), drill()):
        story.until(State.MANAGING)
        [promise] = [one for one in deadlines.standing(story.incident, DEFAULT) if one.name == "next_update"]
        story.say(e.DeadlinePassed, deadline="next_update", due_at=promise.due, at=promise.due)
        reminder = story.the(Remind)
        assert (reminder.deadline, reminder.due, reminder.who) == ("next_update", promise.due, "lea")
        mark = "DRILL: " if story.incident.kind is Kind.DRILL else ""
        assert reminder.text == f"{mark}update the status page: the public was promised it"


def test_a_renewed_promise_is_reminded_of_anew_in_place_of_the_old_one() -> None:
    """Expect one reminder to be remembered per deadline: the newest."""
    story = Story().until(State.MANAGING)
    for due in (story.incident.next_update_at, minutes(500)):
        assert due is not None
        story.say(e.StatusUpdated, at=minutes(5), message="x", next_update_at=due)
        story.say(e.DeadlinePassed, deadline="next_update", due_at=due, at=due)
    assert story.incident.reminded == (Reminded(deadline="next_update", due=minutes(500)),)
    publish = next(one for one in deadlines.standing(story.incident, DEFAULT) if one.name == "publish")
    story.say(e.DeadlinePassed, deadline="publish", due_at=publish.due, at=publish.due)
    assert [one.deadline for one in story.incident.reminded] == ["next_update", "publish"]


@pytest.mark.parametrize(("command", "place"), _PLACES.items())
def test_a_receipt_keeps_where_the_result_is_found(command: str, place: str) -> None:
    """Expect the reference and link in the place of that command, and the newest to win; of the one post, the first."""
    story = Story().until(State.MANAGING)
    receipt = {"command_id": "INC-1:1:9", "command": command}
    for number in (1, 2):
        story.say(e.CommandDone, **receipt, reference=f"R-{number}", link="https://example.org/1")
    kept = "R-1" if place == "status_post" else "R-2"
    assert getattr(story.incident.references, place) == Reference(reference=kept, link="https://example.org/1")
    assert story.last == ()


def test_an_update_that_was_done_by_hand_does_not_replace_the_post() -> None:
    """Expect the post's own reference to stay, since later updates go under it; a mere link gives way to it."""
    story = Story().until(State.DECLARED)
    link = {"command_id": "INC-1:3:0", "command": "PublishStatus", "by_hand": True, "link": "https://example.org/1"}
    story.say(e.CommandDone, **link)
    story.say(e.CommandDone, command_id="INC-1:4:0", command="PublishStatus", reference="P-1")
    story.say(e.CommandDone, **link)
    assert story.incident.references.status_post == Reference(reference="P-1")


def test_every_place_for_a_result_is_some_command_s() -> None:
    """Expect the names of commands, and each place of the incident to be used."""
    assert all(hasattr(commands, name) for name in _PLACES)
    assert set(_PLACES.values()) == {one.name for one in Story().incident.references.__attrs_attrs__}


def test_a_receipt_that_brings_nothing_leaves_what_is_known() -> None:
    """Expect the post's reference to stay when a later update comes back without one: it was lost once."""
    story = Story().until(State.DECLARED)
    story.say(e.CommandDone, command_id=story.the(PublishStatus).id, command="PublishStatus", reference="P-1")
    story.say(e.StatusUpdated, message="x", next_update_at=minutes(99))
    update = story.the(PublishStatus)
    story.say(e.CommandDone, command_id=update.id, command="PublishStatus")
    assert story.incident.references.status_post == Reference(reference="P-1")
    assert story.incident.status_published


def test_only_the_newest_post_counts_as_published() -> None:
    """Expect a late receipt of an older post not to settle the newer one."""
    story = Story().until(State.DECLARED)
    seen: list[bool] = []
    first = story.the(PublishStatus).id
    story.say(e.StatusUpdated, message="x", next_update_at=minutes(99))
    second = story.the(PublishStatus).id
    story.say(e.CommandDone, command_id=first, command="PublishStatus")
    seen.append(story.incident.status_published)
    story.say(e.CommandDone, command_id=second, command="PublishStatus")
    seen.append(story.incident.status_published)
    story.say(e.StatusUpdated, message="y", next_update_at=minutes(99))
    seen.append(story.incident.status_published)
    assert seen == [False, True, False]


def test_a_receipt_without_a_place_and_a_failure_change_nothing_but_the_revision() -> None:
    """Expect the same references, and no command."""
    story = Story().until(State.MANAGING)
    kept = story.incident.references
    story.say(e.CommandDone, command_id="INC-1:4:0", command="PostToThread", reference="T-1")
    thread = {"command_id": "INC-1:4:0", "command": OpenThread.__name__}
    story.say(e.CommandFailed, **thread, error="timed out")
    assert story.incident.references == kept
    assert story.last == ()


@pytest.mark.parametrize("state", [State.REVIEWED, State.DISMISSED])
def test_a_receipt_comes_home_after_the_end(state: State) -> None:
    """Expect its reference to be kept in a final state."""
    story = Story().until(state)
    story.say(e.CommandDone, command_id="INC-1:1:0", command=CreateReport.__name__, reference="R-1")
    assert story.incident.references.report == Reference(reference="R-1")
    assert story.incident.state is state


@pytest.mark.parametrize(
    ("command", "place"),
    [
        ("PublishStatus", "status_post"),
        ("OpenThread", "thread"),
        ("ReportSecurityBreach", "security_report"),
        ("RedirectReporter", "redirect"),
        ("CreateIssue", "permanent_fix"),
        ("CreateReport", "report"),
        ("PublishReport", "report"),
        ("ScheduleMeeting", "post_mortem"),
        ("PublishRunbook", "runbook"),
    ],
)
def test_each_command_s_result_has_its_place(command: str, place: str) -> None:
    """Expect the reference in that place and in no other."""
    story = Story().until(State.MANAGING)
    story.say(e.CommandDone, command_id="INC-1:1:9", command=command, reference="R-1")
    assert story.incident.references == References(**{place: Reference(reference="R-1")})


def test_a_reminder_is_asked_for_in_full() -> None:
    """Expect every field, and only the deadline that passed to be reminded of."""
    story = Story().until(State.MANAGING)
    publish = next(one for one in deadlines.standing(story.incident, DEFAULT) if one.name == "publish")
    story.say(e.DeadlinePassed, deadline="publish", due_at=publish.due, at=publish.due)
    assert story.last == (
        Remind(
            **head(story, 0),
            deadline="publish",
            due=minutes(18),
            who="lea",
            text="the status post is not published yet",
        ),
    )


def test_a_mere_link_is_a_result_too() -> None:
    """Expect a receipt with a link alone to be kept in its place, and on the very case that it is about."""
    story = Story().until(State.MANAGING)
    for _ in range(2):
        story.say(e.SupportRequested, third_party="aws", account="prod", summary="help")
    receipt = {"command_id": story.last[0].id, "command": "OpenSupportCase", "link": "https://example.org/1"}
    story.say(e.CommandDone, **receipt)
    assert [(one.reference, one.link) for one in story.incident.cases] == [("", ""), ("", "https://example.org/1")]
    story.say(e.CommandDone, command_id="INC-1:4:0", command="OpenThread", link="https://example.org/2")
    assert story.incident.references.thread == Reference(link="https://example.org/2")


def test_a_correction_leaves_what_it_does_not_name() -> None:
    """Expect services and title to stay where the event is silent."""
    story = Story().until(State.DECLARED)
    after = story.say(e.DetailsAmended, fault_at=minutes(-9)).after
    assert (after.title, after.services) == ("Airflow Autoscaling Incident", DEFAULT.services[:1])
