"""§5: whether it is over for users."""

from typing import Any

import pytest

from incident_fsm import Fix, Kind, Reason, Refusal, State
from incident_fsm import events as e
from incident_fsm.testing import Story
from tests.core.stories import GDS, backfilled, minutes

END = {"users_unaffected": True, "fix": Fix.PERMANENT, "how": "more nodes"}


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ({}, ()),
        ({"fix": Fix.FALSE_ALARM}, ()),
        ({"fix": Fix.TEMPORARY, "message": "all is well"}, ()),
        ({"users_unaffected": False}, ("users_affected",)),
        ({"fix": Fix.DUPLICATE}, ("no_original",)),
        ({"fix": Fix.DUPLICATE, "duplicate_of": "INC-2"}, ()),
        ({"fix": Fix.DUPLICATE, "duplicate_of": "INC-1"}, ("own_duplicate",)),
        ({"at": minutes(-20)}, ("milestones_out_of_order",) * 2),
        ({"undated": "nobody knows"}, ("undated",)),
        (
            {"users_unaffected": False, "fix": Fix.DUPLICATE, "undated": "x"},
            ("users_affected", "no_original", "undated"),
        ),
    ],
)
def test_an_incident_is_over_once_users_no_longer_face_it(said: dict[str, Any], codes: tuple[str, ...]) -> None:
    """Expect §5's question to be asked, the original of a duplicate, and times that can have happened."""
    story = Story(fault_at=minutes(-9), detected_at=minutes(-8)).until(State.MANAGING)
    answer = story.lifecycle.attempt(story.incident, story.make(e.IncidentResolved, **{**END, **said}))
    assert (answer.codes if isinstance(answer, Refusal) else ()) == codes


def test_an_end_shows_what_was_wrong_before() -> None:
    """Expect a fault that lies after the declaration to be found at the end, with the event that corrects it."""
    story = Story().until(State.CONFIRMED)
    story.say(e.DetailsAmended, fault_at=minutes(30))
    story.until(State.MANAGING)
    refusal = story.ask(e.IncidentResolved, **END, at=minutes(40))
    assert [(reason.subject, reason.satisfied_by) for reason in refusal.reasons] == [("declared", e.DetailsAmended)]
    story.say(e.DetailsAmended, forget=("fault",))
    story.say(e.IncidentResolved, **END)


def test_what_is_recorded_afterwards_may_not_know_when_it_ended() -> None:
    """Expect no milestone to be set, and none to be compared."""
    story = backfilled().until(State.MANAGING)
    assert story.say(e.IncidentResolved, **END, undated="nobody knows").after.milestones.resolved is None
    late = Story(kind=Kind.BACKFILLED, fault_at=minutes(-9)).until(State.MANAGING)
    assert late.say(e.IncidentResolved, **END, undated="nobody knows", at=minutes(-20)).after.state is State.RESOLVED


def test_the_policy_s_own_words_need_not_be_cleared_and_one_s_own_do() -> None:
    """Expect a restricted incident to end without a message, or with one that somebody cleared."""
    story = Story(GDS, security_breach=True).until(State.MANAGING)
    assert story.ask(e.IncidentResolved, **END, message="The intruder is out.").codes == ("not_cleared",)
    for said in ({}, {"message": "All is well.", "cleared_for_public": True}):
        answer = story.lifecycle.attempt(story.incident, story.make(e.IncidentResolved, **END, **said))
        assert not isinstance(answer, Refusal)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (
            {"users_unaffected": False},
            Reason("users_affected", "users are still facing issues", "§5", "users_unaffected", e.StatusUpdated),
        ),
        ({"fix": Fix.DUPLICATE}, Reason("no_original", "say which incident it duplicates", "§5", "duplicate_of")),
        (
            {"fix": Fix.DUPLICATE, "duplicate_of": "INC-1"},
            Reason("own_duplicate", "an incident cannot duplicate itself", "§5", "duplicate_of"),
        ),
    ],
)
def test_people_read_why_it_is_not_over(said: dict[str, Any], reason: Reason) -> None:
    """Expect code, sentence, section, field and the event that would help, word for word."""
    assert Story().until(State.MANAGING).ask(e.IncidentResolved, **{**END, **said}).reasons == (reason,)


@pytest.mark.parametrize(("milestone", "at"), [("fault", -9), ("detected", -8), ("aware", -7), ("repaired", 6)])
def test_an_end_is_held_against_every_milestone_that_is_known(milestone: str, at: int) -> None:
    """Expect an end before any one of them to be refused, with both moments."""
    known: dict[str, Any] = {} if milestone == "repaired" else {f"{milestone}_at": minutes(at)}
    story = Story(**known).until(State.MANAGING)
    if milestone == "repaired":
        story.say(e.ServiceRestored, at=minutes(at))
    [reason] = story.ask(e.IncidentResolved, **END, at=minutes(at - 1)).reasons
    assert reason.code == "milestones_out_of_order"
    assert f"is before {milestone} (" in reason.sentence
