"""Deadlines, receipts and events made for an older revision."""

from datetime import timedelta

import pytest
from attrs import evolve

from incident_fsm import Reason, Refusal, State, deadlines
from incident_fsm import events as e
from incident_fsm.testing import Story
from tests.core.stories import DEFAULT, backfilled, changed, minutes


def test_a_deadline_passes_only_if_it_stands_and_its_time_has_come() -> None:
    """Expect another name, another time and a moment too early to be refused; its very time will do."""
    story = Story()
    [decide] = deadlines.standing(story.incident, DEFAULT)
    said = {"deadline": "decide", "due_at": decide.due, "at": decide.due}
    assert story.ask(e.DeadlinePassed, **{**said, "deadline": "publish"}).codes == ("unknown_deadline",)
    later = {**said, "due_at": decide.due + timedelta(minutes=1)}
    assert story.ask(e.DeadlinePassed, **later).codes == ("unknown_deadline",)
    early = {**said, "at": decide.due - timedelta(seconds=1)}
    assert story.ask(e.DeadlinePassed, **early).codes == ("not_passed",)
    story.say(e.DeadlinePassed, **said)
    assert story.ask(e.DeadlinePassed, **said).codes == ("unknown_deadline",)


def test_a_reminder_is_blocked_where_no_deadline_stands() -> None:
    """Expect an option that is blocked, and the event to be refused, where nothing is due or all were reminded of."""
    quiet = Story(changed(DEFAULT, timeouts={"decide": None}))
    for story in (quiet, backfilled()):
        [option] = [one for one in story.lifecycle.options(story.incident) if one.event is e.DeadlinePassed]
        assert [reason.code for reason in option.blocked_by] == ["no_deadline"]
        assert story.ask(e.DeadlinePassed, deadline="decide", due_at=minutes(60)).codes == ("unknown_deadline",)
    [option] = [one for one in Story().lifecycle.options(Story().incident) if one.event is e.DeadlinePassed]
    assert not option.blocked_by


@pytest.mark.parametrize("kind", [e.CommandDone, e.CommandFailed])
@pytest.mark.parametrize(
    ("command_id", "own"),
    [
        ("INC-1:1:0", True),
        ("INC-1:4:7", True),
        ("INC-1:5:0", False),
        ("INC-1:0:0", False),
        ("INC-2:1:0", False),
        ("INC-1:1", False),
        ("nonsense", False),
        ("INC-1:" + "9" * 150 + ":0", False),
    ],
)
def test_a_receipt_is_for_a_command_of_this_incident(kind: type[e.Event], command_id: str, own: bool) -> None:  # noqa: FBT001  a table
    """Expect the incident's own id and a revision it has had."""
    story = Story().until(State.MANAGING)
    assert story.incident.revision == 4
    error = {"error": "timed out"} if kind is e.CommandFailed else {}
    event = story.make(kind, command_id=command_id, command="OpenThread", **error)
    answer = story.lifecycle.attempt(story.incident, event)
    assert (answer.codes if isinstance(answer, Refusal) else ()) == (() if own else ("foreign_command",))


def test_an_event_made_for_another_revision_is_stale_wherever_it_comes() -> None:
    """Expect "stale" to be said beside the other reasons, where the event is possible and where not."""
    story = Story().until(State.MANAGING)
    assert story.ask(e.NoteTaken, text="x", revision=3).codes == ("stale",)
    assert story.ask(e.NoteTaken, text="x", revision=5).codes == ("stale",)
    assert story.ask(e.RoleAssigned, role="x", person="y", revision=1).codes == ("stale", "unknown_role")
    assert story.ask(e.ManagementStarted, lead="lea", revision=3).codes == ("stale", "not_now")
    story.say(e.NoteTaken, text="x", revision=4)
    assert "made for revision 4, and the incident is at 5" in story.ask(e.NoteTaken, text="x", revision=4).sentence


def test_a_batch_is_made_for_the_incident_before_it() -> None:
    """Expect each event of a batch to be held against the revision at its beginning."""
    story = Story().until(State.MANAGING)
    notes = [evolve(story.make(e.NoteTaken, text="x"), revision=4) for _ in range(3)]
    answer = story.lifecycle.attempt_batch(story.incident, notes)
    assert not isinstance(answer, Refusal)
    assert [step.after.revision for step in answer] == [5, 6, 7]


# ---- what people read ----


def test_people_read_which_deadline_it_is_not() -> None:
    """Expect code, sentence, section and field, word for word, with the moments in UTC."""
    story = Story()
    [decide] = deadlines.standing(story.incident, DEFAULT)
    wrong = {"deadline": "publish", "due_at": decide.due, "at": decide.due}
    assert story.ask(e.DeadlinePassed, **wrong).reasons == (
        Reason(
            "unknown_deadline",
            "no deadline 'publish' of 2024-05-01 10:01 UTC stands that nobody was reminded of",
            "§2",
            "deadline",
        ),
    )
    early = {"deadline": "decide", "due_at": decide.due, "at": minutes(5)}
    assert story.ask(e.DeadlinePassed, **early).reasons == (
        Reason("not_passed", "'decide' is due at 2024-05-01 10:01 UTC, not before", "§2", "at"),
    )
    [option] = [one for one in backfilled().lifecycle.options(backfilled().incident) if one.event is e.DeadlinePassed]
    assert option.blocked_by == (Reason("no_deadline", "no deadline stands that nobody was reminded of", "§2"),)


def test_people_read_whose_receipt_it_is_not_and_which_revision_they_saw() -> None:
    """Expect the command's id and both revisions; neither has a section of the process behind it."""
    story = Story().until(State.MANAGING)
    assert story.ask(e.CommandDone, command_id="INC-2:1:0", command="OpenThread").reasons == (
        Reason("foreign_command", "'INC-2:1:0' is no command of this incident", "", "command_id"),
    )
    assert story.ask(e.NoteTaken, text="x", revision=3).reasons == (
        Reason("stale", "the event was made for revision 3, and the incident is at 4: look again", "", "revision"),
    )
