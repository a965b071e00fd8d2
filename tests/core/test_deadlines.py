"""What is due when: derived from the incident and the policy, never scheduled."""

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve

from incident_fsm import State, deadlines
from incident_fsm import events as e
from incident_fsm._calendar import Span
from incident_fsm.commands import PublishStatus
from incident_fsm.policy import Role, Timeouts
from incident_fsm.testing import Story
from tests.core.stories import CLOUD, DEFAULT, GDS, backfilled, changed, drill, minutes

HELP = {"third_party": "aws", "account": "prod", "summary": "nodes do not start"}


def standing(story: Story) -> list[tuple[str, datetime, str]]:
    """What stands, as name, time and who."""
    return [(one.name, one.due, one.who) for one in deadlines.standing(story.incident, story.policy)]


def names(story: Story) -> list[str]:
    """What stands, by name."""
    return [one.name for one in deadlines.standing(story.incident, story.policy)]


def test_a_candidate_is_decided_on_and_a_confirmed_incident_declared_before_long() -> None:
    """Expect an hour from the report, and another from the confirmation, for the team."""
    story = Story()
    assert standing(story) == [("decide", minutes(61), "analytical-platform")]
    story.until(State.CONFIRMED)
    assert standing(story) == [("decide", minutes(62), "analytical-platform")]


def test_a_declared_incident_owes_a_post_a_lead_and_the_promised_update() -> None:
    """Expect the earliest first: the post and the lead within a quarter of an hour, then the promise."""
    story = Story().until(State.DECLARED)
    team = "analytical-platform"
    assert standing(story) == [
        ("publish", minutes(18), team),
        ("role:lead", minutes(18), team),
        ("next_update", minutes(62), team),
    ]
    story.say(e.CommandDone, command_id=story.the(PublishStatus).id, command="PublishStatus")
    story.say(e.RoleAssigned, role="lead", person="lea")
    assert standing(story) == [("next_update", minutes(62), "lea")]


def test_every_required_role_is_owed_and_no_other() -> None:
    """Expect lead and scribe under the Cloud Platform's policy, if it said by when."""
    policy = changed(CLOUD, timeouts={"lead": Span(minutes=5)})
    assert {"role:lead", "role:scribe"} < set(names(Story(policy).until(State.DECLARED)))
    assert "role:communications" not in names(Story(policy).until(State.DECLARED))


def test_whoever_leads_is_reminded_while_it_is_managed() -> None:
    """Expect the lead, and a support case to be chased after four hours, counted anew from the last chase."""
    story = Story().until(State.MANAGING)
    story.say(e.SupportRequested, **HELP)
    assert ("support:case_1", minutes(5) + timedelta(hours=4), "lea") in standing(story)
    story.say(e.SupportChased, case="case_1", message="hello?")
    assert ("support:case_1", minutes(6) + timedelta(hours=4), "lea") in standing(story)
    [chase] = [one for one in deadlines.standing(story.incident, DEFAULT) if one.name == "support:case_1"]
    assert chase.text == "chase AWS about: nodes do not start"


def test_a_case_of_a_party_that_is_none_any_more_is_not_chased() -> None:
    """Expect no deadline without a party, nor of one that names no time."""
    story = Story().until(State.MANAGING)
    story.say(e.SupportRequested, **HELP)
    story.policy = evolve(DEFAULT, third_parties=(evolve(DEFAULT.third_parties[0], chase_after=None),))
    assert "support:case_1" not in names(story)
    story.policy = evolve(DEFAULT, third_parties=())
    assert "support:case_1" not in names(story)


def test_after_the_end_the_follow_ups_are_owed_and_the_all_clear_is_to_be_published() -> None:
    """Expect each open follow-up with its date, in the policy's words; what is done is owed no more."""
    story = Story().until(State.RESOLVED)
    assert names(story) == [
        "publish",
        "follow_up:permanent_fix",
        "follow_up:report",
        "follow_up:post_mortem",
        "follow_up:runbook",
    ]
    report = next(one for one in deadlines.standing(story.incident, DEFAULT) if one.name == "follow_up:report")
    assert report.text == "still owed: create an incident report, with the timeline from the notes"
    story.say(e.FollowUpDone, follow_up="report")
    story.say(e.FollowUpWaived, follow_up="runbook", reason="there is one")
    assert names(story) == ["publish", "follow_up:permanent_fix", "follow_up:post_mortem"]


def test_a_follow_up_without_a_rule_or_a_date_is_no_trouble() -> None:
    """Expect the key to stand in for words that the policy no longer has, and no deadline without a date."""
    story = Story().until(State.RESOLVED)
    story.policy = evolve(DEFAULT, follow_ups=DEFAULT.follow_ups[:1])
    texts = [one.text for one in deadlines.standing(story.incident, story.policy)]
    assert "still owed: report" in texts
    assert "follow_up:post_mortem" not in names(Story(CLOUD).until(State.RESOLVED))


@pytest.mark.parametrize("state", [State.REVIEWED, State.DISMISSED])
def test_nothing_is_due_after_the_end(state: State) -> None:
    """Expect no deadline in a final state."""
    assert names(Story().until(state)) == []


@pytest.mark.parametrize("state", [State.CANDIDATE, State.DECLARED, State.MANAGING, State.RESOLVED])
def test_what_is_recorded_afterwards_is_never_late(state: State) -> None:
    """Expect no deadline for a backfilled incident; a drill has the same as a live one."""
    assert names(backfilled().until(state)) == []
    assert names(drill().until(state)) == names(Story().until(state))


def test_where_the_policy_sets_no_time_nobody_is_reminded() -> None:
    """Expect only what the public was promised, and what has a date of its own."""
    story = Story(evolve(DEFAULT, timeouts=Timeouts()))
    assert names(story) == []
    assert names(story.until(State.MANAGING)) == ["next_update"]


def test_an_update_that_does_not_repeat_leaves_nothing_to_promise() -> None:
    """Expect no deadline for an update once P3's only one was given."""
    story = Story(GDS).until(State.CONFIRMED)
    story.say(e.IncidentDeclared, services=GDS.services[:1], impact="P3", message="x")
    assert "next_update" in names(story)
    story.say(e.StatusUpdated, message="y")
    assert "next_update" not in names(story)


def test_what_has_passed_is_due_until_somebody_was_reminded() -> None:
    """Expect the very moment to count, lateness to lose nothing, and a reminder to be enough; a new promise is new."""
    story = Story().until(State.MANAGING)
    promise = story.incident.next_update_at
    assert promise is not None

    def due(now: datetime) -> list[str]:
        return [one.name for one in deadlines.due(story.incident, DEFAULT, now)]

    assert due(minutes(17)) == []
    assert due(minutes(18)) == ["publish"]
    assert due(promise) == due(promise + timedelta(days=999)) == ["publish", "next_update"]
    story.say(e.DeadlinePassed, deadline="next_update", due_at=promise, at=promise)
    assert due(promise) == ["publish"]
    assert "next_update" in names(story)
    story.say(e.StatusUpdated, message="x", next_update_at=minutes(300), at=minutes(200))
    assert due(minutes(300)) == ["publish", "next_update"]


def test_the_policys_page_is_to_be_reviewed_by_the_end_of_its_day_and_by_no_incident() -> None:
    """Expect midnight in London, in summer an hour before that of UTC; no incident has it among its deadlines."""
    policy = evolve(DEFAULT, page=evolve(DEFAULT.page, next_review=date(2026, 6, 30)))
    page = deadlines.page_review(policy)
    assert page == deadlines.Deadline(
        "page_review", datetime(2026, 6, 30, 23, tzinfo=UTC), "#analytical-platform", "review the process page"
    )
    assert page.due.tzinfo is UTC
    for moment in (page.due - timedelta(seconds=1), page.due):
        assert policy.past_review(moment.astimezone(policy.calendar.zone).date()) == (moment >= page.due)
    assert page.name not in names(Story(policy).until(State.RESOLVED))


def test_people_read_what_is_due() -> None:
    """Expect a text for each deadline that says what to do, word for word."""
    story = Story()
    texts = {one.name: one.text for one in deadlines.standing(story.incident, DEFAULT)}
    assert texts == {"decide": "decide: confirm and declare the incident, or dismiss it"}
    story.until(State.DECLARED)
    texts = {one.name: one.text for one in deadlines.standing(story.incident, DEFAULT)}
    assert texts == {
        "next_update": "update the status page: the public was promised it",
        "publish": "the status post is not published yet",
        "role:lead": "nobody is Incident Lead yet",
    }


def test_a_restricted_incident_is_late_where_its_readers_are() -> None:
    """Expect the narrow channel in place of the team's, whatever is due, while nobody leads."""
    policy = changed(GDS, timeouts={"decide": Span(minutes=5), "lead": Span(minutes=5), "publish": Span(minutes=5)})
    story = Story(policy, security_breach=True)
    assert standing(story) == [("decide", minutes(6), "incident-restricted")]
    story.until(State.DECLARED)
    assert {who for _, _, who in standing(story)} == {"incident-restricted"}
    assert {who for _, _, who in standing(Story(policy).until(State.DECLARED))} == {"incident"}


def test_while_nobody_leads_the_team_is_reminded_of_whatever_is_due() -> None:
    """Expect the channel to stand in for the lead after the end, too: the follow-ups, and a case to be chased."""
    story = Story().until(State.MANAGING)
    story.say(e.SupportRequested, **HELP)
    story.until(State.RESOLVED)
    led = deadlines.standing(story.incident, DEFAULT)
    assert len(led) == 6
    assert {one.who for one in led} == {"lea"}
    leaderless = deadlines.standing(evolve(story.incident, roles=()), DEFAULT)
    assert [one.who for one in leaderless] == ["analytical-platform"] * 6


def test_what_is_due_at_one_moment_is_told_by_name() -> None:
    """Expect one order on every machine, whatever the order in the policy."""
    roles = (Role(key="lead", name="Lead", required=True), Role(key="aide", name="Aide", required=True))
    story = Story(evolve(DEFAULT, roles=roles)).until(State.DECLARED)
    assert [name for name in names(story) if name.startswith("role:")] == ["role:aide", "role:lead"]


@pytest.mark.parametrize("state", [State.DECLARED, State.MANAGING, State.RESOLVED])
def test_a_case_is_chased_as_long_as_the_incident_is_open(state: State) -> None:
    """Expect its deadline from the declaration to the review."""
    story = Story().until(State.DECLARED)
    story.say(e.SupportRequested, **HELP)
    assert "support:case_1" in names(story.until(state))
