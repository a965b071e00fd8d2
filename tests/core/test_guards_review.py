"""§6: whether what is owed is done or rightly waived, and the review complete."""

from datetime import date
from typing import Any

import pytest
from attrs import evolve

from incident_fsm import Action, Fix, FollowUpState, Reason, Refusal, State, Strength
from incident_fsm import events as e
from incident_fsm.commands import CreateIssue
from incident_fsm.testing import Story
from tests.core.stories import CLOUD, DEFAULT, GDS, backfilled, changed

LINK = "https://example.org/1"
REVIEW = {"lessons": ("watch the quota",)}


def blocks(story: Story) -> dict[str, list[str]]:
    """What blocks each option whatever the event says."""
    options = story.lifecycle.options(story.incident)
    return {one.event.__name__: [reason.code for reason in one.blocked_by] for one in options}


def settled(story: Story) -> Story:
    """Do whatever is owed."""
    for owed in story.incident.follow_ups:
        if owed.state is FollowUpState.OPEN:
            story.say(e.FollowUpDone, follow_up=owed.key, link=LINK)
    return story


def test_a_follow_up_is_settled_once() -> None:
    """Expect what is not owed, done or waived already to be refused, with what is owed."""
    story = Story().until(State.RESOLVED)
    assert story.ask(e.FollowUpDone, follow_up="party").codes == ("not_owed",)
    story.say(e.FollowUpDone, follow_up="report")
    story.say(e.FollowUpWaived, follow_up="runbook", reason="there is one")
    for kind in (e.FollowUpDone, e.FollowUpWaived):
        assert story.ask(kind, follow_up="report").codes == ("not_open",)
        assert story.ask(kind, follow_up="runbook").codes == ("not_open",)
    assert "'runbook' is waived already" in story.ask(e.FollowUpDone, follow_up="runbook").sentence


def test_the_issue_for_the_permanent_fix_is_shown() -> None:
    """Expect a link, said or brought back by the receipt: "done" alone is no issue (§5)."""
    story = Story().until(State.RESOLVED)
    issue = story.the(CreateIssue)
    receipt = {"command_id": issue.id, "command": "CreateIssue"}
    assert story.ask(e.FollowUpDone, follow_up="permanent_fix").codes == ("no_link",)
    story.say(e.CommandDone, **receipt, reference="42")
    assert story.ask(e.FollowUpDone, follow_up="permanent_fix").codes == ("no_link",)
    story.say(e.CommandDone, **receipt, reference="42", link=LINK)
    done = story.say(e.FollowUpDone, follow_up="permanent_fix").after.follow_up("permanent_fix")
    assert done is not None
    assert (done.state, done.link) == (FollowUpState.DONE, LINK)


@pytest.mark.parametrize(
    ("strength", "reason", "codes"),
    [
        (Strength.MUST, "please", ("must_be_done",)),
        (Strength.SHOULD, "", ("no_reason",)),
        (Strength.SHOULD, "there is one", ()),
        (Strength.MAY, "", ()),
    ],
)
def test_a_must_is_never_waived_and_a_should_only_with_a_reason(
    strength: Strength, reason: str, codes: tuple[str, ...]
) -> None:
    """Expect the policy's strength to decide."""
    rules = tuple(evolve(rule, strength=strength) if rule.key == "runbook" else rule for rule in DEFAULT.follow_ups)
    story = Story(evolve(DEFAULT, follow_ups=rules)).until(State.RESOLVED)
    answer = story.lifecycle.attempt(story.incident, story.make(e.FollowUpWaived, follow_up="runbook", reason=reason))
    assert (answer.codes if isinstance(answer, Refusal) else ()) == codes


def test_options_know_what_is_blocked() -> None:
    """Expect waiving to be blocked where only musts are left, and doing where nothing is, and reviewing until then."""
    story = Story(GDS).until(State.RESOLVED)
    assert blocks(story)["FollowUpDone"] == []
    assert blocks(story)["FollowUpWaived"] == []
    assert blocks(story)["IncidentReviewed"] == ["follow_up_open"] * 4
    story.say(e.FollowUpWaived, follow_up="runbook")
    assert blocks(story)["FollowUpWaived"] == ["must_be_done"] * 3
    settled(story)
    assert blocks(story)["FollowUpDone"] == blocks(story)["FollowUpWaived"] == ["nothing_owed"]
    assert blocks(story)["IncidentReviewed"] == []


def test_a_review_needs_everything_settled_and_says_what_is_not() -> None:
    """Expect one reason per open follow-up, with the event and the follow-up that would remove it."""
    story = Story(CLOUD).until(State.RESOLVED)
    refusal = story.ask(e.IncidentReviewed, **REVIEW)
    assert [reason.subject for reason in refusal.reasons] == ["report", "post_mortem", "runbook", "permanent_fix"]
    assert all(reason.satisfied_by is e.FollowUpDone for reason in refusal.reasons)
    assert "'post_mortem' may be done and is still open" in refusal.sentence


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        (REVIEW, ()),
        ({}, ("no_lesson",)),
        ({**REVIEW, "actions": (Action(text="alert", owner="ann", due=date(2026, 1, 1)),)}, ()),
        ({**REVIEW, "actions": (Action(text="alert", due=date(2026, 1, 1)),)}, ("action_without_owner",)),
        ({**REVIEW, "actions": (Action(text="alert", owner="ann"),)}, ("action_without_due",)),
        ({"actions": (Action(text="alert"),)}, ("no_lesson", "action_without_owner", "action_without_due")),
    ],
)
def test_a_review_has_lessons_and_each_action_an_owner_and_a_date(said: dict[str, Any], codes: tuple[str, ...]) -> None:
    """Expect every gap of the review at once; a backfilled one may name neither."""
    for story, expected in ((Story(), codes), (backfilled(), ())):
        settled(story.until(State.RESOLVED))
        answer = story.lifecycle.attempt(story.incident, story.make(e.IncidentReviewed, **said))
        assert (answer.codes if isinstance(answer, Refusal) else ()) == expected


def test_a_gap_in_an_action_is_named_by_its_place() -> None:
    """Expect the path of the very action."""
    story = settled(Story().until(State.RESOLVED))
    good = Action(text="alert", owner="ann", due=date(2026, 1, 1))
    [reason] = story.ask(e.IncidentReviewed, **REVIEW, actions=(good, evolve(good, owner=""))).reasons
    assert reason.field == "actions[1].owner"


def test_the_public_text_needs_a_public_that_may_know() -> None:
    """Expect it refused for a restricted incident and for one recorded afterwards, with the field and what to do."""
    narrow = changed(DEFAULT, security={"narrows_audience": True, "channel": "sec"})
    hidden = Story(narrow).until(State.RESOLVED)
    hidden.say(e.SecurityBreachFlagged)
    for story, code in ((hidden, "restricted"), (backfilled().until(State.RESOLVED), "never_public")):
        settled(story)
        [reason] = story.ask(e.IncidentReviewed, **REVIEW, public_text="We watch the quota.").reasons
        assert (reason.code, reason.field) == (code, "public_text")
        assert "leave the public text out" in reason.sentence


# ---- what people read ----


def test_people_read_what_is_owed_and_what_is_not() -> None:
    """Expect code, sentence, section, field, and the event and the follow-up that would help, word for word."""
    story = Story().until(State.RESOLVED)
    known = "permanent_fix, report, post_mortem, runbook"
    assert story.ask(e.FollowUpDone, follow_up="party").reasons == (
        Reason("not_owed", f"'party' is not owed here; there are {known}", "§6", "follow_up"),
    )
    assert story.ask(e.FollowUpDone, follow_up="permanent_fix").reasons == (
        Reason("no_link", "say where the issue for the permanent fix is", "§5", "link"),
    )
    assert story.ask(e.FollowUpWaived, follow_up="permanent_fix", reason="x").reasons == (
        Reason(
            "must_be_done",
            "'permanent_fix' must be done and cannot be waived",
            "§6",
            "follow_up",
            e.FollowUpDone,
            "permanent_fix",
        ),
    )
    assert story.ask(e.FollowUpWaived, follow_up="report").reasons == (
        Reason("no_reason", "'report' should be done; give a reason for waiving it", "§6", "reason"),
    )
    story.say(e.FollowUpDone, follow_up="report")
    assert story.ask(e.FollowUpDone, follow_up="report").reasons == (
        Reason("not_open", "'report' is done already", "§6", "follow_up"),
    )
    assert story.ask(e.IncidentReviewed, **REVIEW).reasons[0] == Reason(
        "follow_up_open", "'permanent_fix' must be done and is still open", "§6", "", e.FollowUpDone, "permanent_fix"
    )


def test_people_read_that_nothing_is_owed() -> None:
    """Expect the review to be named as what comes next, and "none" where a policy knows no follow-up."""
    story = settled(Story().until(State.RESOLVED))
    nothing = Reason("nothing_owed", "no follow-up is open", "§6", "", e.IncidentReviewed)
    options = {one.event: one.blocked_by for one in story.lifecycle.options(story.incident)}
    assert options[e.FollowUpDone] == options[e.FollowUpWaived] == (nothing,)


def test_people_read_what_a_review_lacks() -> None:
    """Expect each gap with the path of its field, and a long action cut short."""
    story = settled(Story().until(State.RESOLVED))
    long = "a" * 100
    refusal = story.ask(e.IncidentReviewed, actions=(Action(text=long),))
    shown = f"'{'a' * 79}"
    assert refusal.reasons == (
        Reason("no_lesson", "the review names no lesson", "§6", "lessons"),
        Reason("action_without_owner", f"nobody owns the action {shown}", "§6", "actions[0].owner"),
        Reason("action_without_due", f"the action {shown} has no due date", "§6", "actions[0].due"),
    )


def test_people_read_why_the_public_is_not_told() -> None:
    """Expect each reason in full, with the section and the field."""
    narrow = changed(DEFAULT, security={"narrows_audience": True, "channel": "sec"})
    hidden = settled(Story(narrow, security_breach=True).until(State.RESOLVED))
    assert hidden.ask(e.IncidentReviewed, **REVIEW, public_text="x").reasons == (
        Reason("restricted", "the incident is restricted: leave the public text out", "§6", "public_text"),
    )
    late = settled(backfilled().until(State.RESOLVED))
    assert late.ask(e.IncidentReviewed, **REVIEW, public_text="x").reasons == (
        Reason(
            "never_public",
            "it was recorded afterwards, so the public never had a post of it: leave the public text out",
            "§6",
            "public_text",
        ),
    )


def test_people_read_which_musts_are_in_the_way_of_waiving() -> None:
    """Expect one reason a must before the form is filled in, each with its own follow-up."""
    story = Story(GDS).until(State.RESOLVED)
    story.say(e.FollowUpWaived, follow_up="runbook")
    [option] = [one for one in story.lifecycle.options(story.incident) if one.event is e.FollowUpWaived]
    open_ones = [one.key for one in story.incident.follow_ups if one.state is FollowUpState.OPEN]
    assert option.blocked_by == tuple(
        Reason("must_be_done", f"'{key}' must be done and cannot be waived", "§6", "follow_up", e.FollowUpDone, key)
        for key in open_ones
    )


def test_people_read_that_there_is_no_follow_up_at_all() -> None:
    """Expect "none" after a permanent fix, under a policy that owes nothing else."""
    story = Story(evolve(DEFAULT, follow_ups=DEFAULT.follow_ups[:1])).until(State.MANAGING)
    story.say(e.IncidentResolved, users_unaffected=True, fix=Fix.PERMANENT, how="more nodes")
    assert story.ask(e.FollowUpDone, follow_up="report").reasons == (
        Reason("not_owed", "'report' is not owed here; there are none", "§6", "follow_up"),
    )
