"""§4: service restored, tickets logged and chased."""

from attrs import evolve

from incident_fsm import ChaseVia, State, SupportCase
from incident_fsm import events as e
from incident_fsm.commands import EscalateSupportCase, OpenSupportCase, PostToThread
from incident_fsm.testing import Story
from tests.core.stories import DEFAULT, backfilled, drill, head, minutes

HELP = {"third_party": "aws", "account": "prod", "summary": "nodes do not start"}


def test_a_restored_service_sets_the_milestone_and_is_said() -> None:
    """Expect "repaired" at the time of the event, and a post with how, if that is known."""
    story = Story().until(State.MANAGING)
    story.say(e.ServiceRestored)
    assert story.incident.milestones.repaired == minutes(5)
    assert story.the(PostToThread).text == "Service is restored"
    story.say(e.ServiceRestored, how="more nodes")
    assert story.incident.milestones.repaired == minutes(6)
    assert story.the(PostToThread).text == "Service is restored: more nodes"


def test_a_repair_whose_time_is_not_known_sets_no_milestone() -> None:
    """Expect the record of a backfilled incident to stay without it."""
    story = backfilled().until(State.MANAGING)
    after = story.say(e.ServiceRestored, undated="nobody knows").after
    assert after.milestones.repaired is None
    assert story.last == ()


def test_a_ticket_is_logged_in_the_account_affected() -> None:
    """Expect the case to be kept and asked for; the summary stands in where there are no details."""
    story = Story().until(State.MANAGING)
    story.say(e.SupportRequested, **HELP)
    opened = story.the(OpenSupportCase)
    assert (opened.case, opened.third_party, opened.account) == ("case_1", "aws", "prod")
    assert (opened.summary, opened.details) == ("nodes do not start", "nodes do not start")
    assert story.incident.cases == (SupportCase(
        key="case_1", third_party="aws", account="prod", summary="nodes do not start", requested_at=minutes(5),
        command_id=opened.id,
    ),)  # fmt: skip
    story.say(e.SupportRequested, **HELP, details="since nine")
    assert (story.the(OpenSupportCase).case, story.the(OpenSupportCase).details) == ("case_2", "since nine")


def test_a_case_is_chased_on_the_case_or_in_the_channel() -> None:
    """Expect the time of the chase on that case alone, #ext-aws for the channel, and the ticket's own reference."""
    story = Story().until(State.MANAGING)
    for _ in range(2):
        story.say(e.SupportRequested, **HELP)
    receipt = {"command_id": story.the(OpenSupportCase).id, "command": "OpenSupportCase"}
    story.say(e.CommandDone, **receipt, reference="C-77", link="https://example.org/77")
    story.say(e.SupportChased, case="case_2", message="hello?")
    chase = story.the(EscalateSupportCase)
    assert (chase.case, chase.via, chase.channel, chase.reference) == ("case_2", ChaseVia.CASE, "", "C-77")
    story.say(e.SupportChased, case="case_2", message="hello??", via=ChaseVia.CHANNEL)
    chase = story.the(EscalateSupportCase)
    assert (chase.via, chase.channel, chase.message, chase.account) == (ChaseVia.CHANNEL, "ext-aws", "hello??", "prod")
    assert [case.chased_at for case in story.incident.cases] == [None, story.steps[-1].event.at]


def test_a_chase_knows_its_party_by_the_policy_of_the_day() -> None:
    """Expect the channel that the policy names now."""
    story = Story().until(State.MANAGING)
    story.say(e.SupportRequested, **HELP)
    party = evolve(DEFAULT.third_parties[0], channel="elsewhere")
    story.policy = evolve(DEFAULT, third_parties=(party,))
    story.say(e.SupportChased, case="case_1", message="hello?", via=ChaseVia.CHANNEL)
    assert story.the(EscalateSupportCase).channel == "elsewhere"


def test_what_is_recorded_afterwards_asks_nobody_for_support() -> None:
    """Expect the case and the chase to be kept without a command."""
    story = backfilled().until(State.MANAGING)
    assert story.say(e.SupportRequested, **HELP).commands == ()
    assert story.incident.cases[0].command_id == ""
    assert story.say(e.SupportChased, case="case_1", message="hello?").commands == ()
    assert story.incident.cases[0].chased_at == minutes(6)


def test_a_drill_says_so_to_a_third_party() -> None:
    """Expect DRILL in summary, details and message."""
    story = drill().until(State.MANAGING)
    story.say(e.SupportRequested, **HELP)
    opened = story.the(OpenSupportCase)
    assert (opened.summary, opened.details) == ("DRILL: nodes do not start",) * 2
    story.say(e.SupportChased, case="case_1", message="hello?")
    assert story.the(EscalateSupportCase).message == "DRILL: hello?"


def test_a_ticket_and_a_chase_are_asked_for_in_full() -> None:
    """Expect every field of both, and of the word that service is back."""
    story = Story().until(State.MANAGING)
    story.say(e.SupportRequested, **HELP, details="since nine")
    assert list(story.last) == [
        OpenSupportCase(
            **head(story, 0),
            case="case_1",
            third_party="aws",
            account="prod",
            summary="nodes do not start",
            details="since nine",
        ),
    ]
    story.say(e.SupportChased, case="case_1", message="hello?", via=ChaseVia.CHANNEL)
    assert list(story.last) == [
        EscalateSupportCase(
            **head(story, 0),
            case="case_1",
            third_party="aws",
            account="prod",
            via=ChaseVia.CHANNEL,
            channel="ext-aws",
            message="hello?",
            reference="",
        ),
    ]
    story.say(e.ServiceRestored, how="more nodes")
    assert list(story.last) == [
        PostToThread(
            **head(story, 0),
            channel="analytical-platform",
            text="Service is restored: more nodes",
            author="ann",
        ),
    ]
