"""§4: whether service may be restored, and a ticket be logged and chased."""

from typing import Any

import pytest
from attrs import evolve

from incident_fsm import ChaseVia, Kind, Reason, Refusal, State
from incident_fsm import events as e
from incident_fsm._guards.support import CASES_MAX
from incident_fsm.testing import Story
from tests.core.stories import DEFAULT, GDS, backfilled, changed, minutes

AWS = DEFAULT.third_parties[0]
HELP = {"third_party": "aws", "account": "prod", "summary": "help"}


def blocked(story: Story, kind: type[e.Event]) -> list[str]:
    """What blocks an event whatever it says."""
    return [
        reason.code for one in story.lifecycle.options(story.incident) if one.event is kind for reason in one.blocked_by
    ]


@pytest.mark.parametrize(
    ("at", "codes"),
    [(minutes(3), ("milestones_out_of_order",) * 2), (minutes(5), ("milestones_out_of_order",)), (minutes(6), ())],
)
def test_service_is_not_restored_before_it_failed(at: Any, codes: tuple[str, ...]) -> None:
    """Expect a time before the fault, or before it was noticed, to be refused; neither aware nor declared count."""
    known: dict[str, Any] = {"fault_at": minutes(4), "detected_at": minutes(6), "aware_at": minutes(8)}
    story = Story(**known).until(State.DECLARED)
    answer = story.lifecycle.attempt(story.incident, story.make(e.ServiceRestored, at=at))
    assert (answer.codes if isinstance(answer, Refusal) else ()) == codes


def test_only_what_is_recorded_afterwards_may_not_know_when_service_was_back() -> None:
    """Expect an undated repair to be refused for a live incident; a backfilled one sets no milestone."""
    assert Story().until(State.MANAGING).ask(e.ServiceRestored, undated="nobody knows").codes == ("undated",)
    step = backfilled().until(State.MANAGING).say(e.ServiceRestored, undated="nobody knows")
    assert step.after.milestones.repaired is None


def test_a_ticket_names_a_third_party_of_the_policy_and_the_account() -> None:
    """Expect both to be asked for; the account only where the policy requires it."""
    story = Story().until(State.MANAGING)
    assert story.ask(e.SupportRequested, third_party="gcp", summary="help").codes == ("unknown_third_party",)
    assert story.ask(e.SupportRequested, third_party="aws", summary="help").codes == ("no_account",)
    easy = Story(evolve(DEFAULT, third_parties=(evolve(AWS, account_required=False),))).until(State.MANAGING)
    easy.say(e.SupportRequested, third_party="aws", summary="help")


def test_where_the_policy_names_no_third_party_nobody_can_be_asked() -> None:
    """Expect the event to be blocked before it is filled in, and refused when it is."""
    story = Story(GDS).until(State.MANAGING)
    assert blocked(story, e.SupportRequested) == ["no_third_party"]
    assert story.ask(e.SupportRequested, **HELP).codes == ("no_third_party", "unknown_third_party")


def test_an_incident_has_a_bounded_number_of_cases() -> None:
    """Expect twenty, and then to be told to chase one of them, before and after the form is filled in."""
    story = Story().until(State.MANAGING)
    for _ in range(CASES_MAX):
        assert not blocked(story, e.SupportRequested)
        story.say(e.SupportRequested, **HELP)
    assert blocked(story, e.SupportRequested) == ["too_many_cases"]
    refusal = story.ask(e.SupportRequested, **HELP)
    assert refusal.codes == ("too_many_cases",)
    assert refusal.reasons[0].satisfied_by is e.SupportChased


def test_only_a_case_that_exists_can_be_chased() -> None:
    """Expect the event to be blocked without a case, and refused for another case than those there are."""
    story = Story().until(State.MANAGING)
    assert blocked(story, e.SupportChased) == ["no_case"]
    assert story.ask(e.SupportChased, case="case_1", message="hello?").codes == ("unknown_case",)
    story.say(e.SupportRequested, **HELP)
    assert blocked(story, e.SupportChased) == []
    refusal = story.ask(e.SupportChased, case="case_2", message="hello?")
    assert refusal.codes == ("unknown_case",)
    assert "there are case_1" in refusal.sentence


@pytest.mark.parametrize("via", ChaseVia)
@pytest.mark.parametrize("on_case", [True, False])
@pytest.mark.parametrize("channel", ["ext-aws", ""])
def test_a_case_is_chased_only_where_the_policy_says(via: ChaseVia, on_case: bool, channel: str) -> None:  # noqa: FBT001  a table
    """Expect on the case, or in the channel, as the third party allows; and neither once it is no party any more."""
    story = Story().until(State.MANAGING)
    story.say(e.SupportRequested, **HELP)
    if on_case or channel:
        story.policy = evolve(DEFAULT, third_parties=(evolve(AWS, chase_on_case=on_case, channel=channel),))
    else:
        story.policy = changed(DEFAULT, third_parties=())
    answer = story.lifecycle.attempt(story.incident, story.make(e.SupportChased, case="case_1", message="?", via=via))
    possible = on_case if via is ChaseVia.CASE else bool(channel)
    expected = "no_chase_on_case" if via is ChaseVia.CASE else "no_chase_channel"
    assert (answer.codes if isinstance(answer, Refusal) else ()) == (() if possible else (expected,))


def test_a_drill_asks_for_support_like_any_other() -> None:
    """Expect the same rules for an exercise."""
    assert Story(kind=Kind.DRILL).until(State.MANAGING).say(e.SupportRequested, **HELP).after.cases


# ---- what people read ----


def test_people_read_what_a_ticket_lacks() -> None:
    """Expect code, sentence, section and field, word for word."""
    story = Story().until(State.MANAGING)
    assert story.ask(e.SupportRequested, third_party="gcp", summary="help").reasons == (
        Reason("unknown_third_party", "'gcp' is no third party of the policy; there are aws", "§4", "third_party"),
    )
    two = Story(evolve(DEFAULT, third_parties=(AWS, evolve(AWS, key="vendor")))).until(State.MANAGING)
    [reason] = two.ask(e.SupportRequested, third_party="gcp", summary="help").reasons
    assert reason.sentence == "'gcp' is no third party of the policy; there are aws, vendor"
    assert story.ask(e.SupportRequested, third_party="aws", summary="help").reasons == (
        Reason("no_account", "AWS needs the account affected", "§4", "account"),
    )
    assert Story(GDS).until(State.MANAGING).ask(e.SupportRequested, **HELP).reasons == (
        Reason("no_third_party", "the policy names no third party", "§4"),
        Reason("unknown_third_party", "'aws' is no third party of the policy; there are none", "§4", "third_party"),
    )


def test_people_read_that_there_are_enough_cases() -> None:
    """Expect the number, and chasing to be named as what can be done instead."""
    story = Story().until(State.MANAGING)
    for _ in range(20):
        story.say(e.SupportRequested, **HELP)
    assert story.ask(e.SupportRequested, **HELP).reasons == (
        Reason("too_many_cases", "there are 20 support cases already; chase one of them", "§4", "", e.SupportChased),
    )


def test_people_read_why_a_case_is_not_chased() -> None:
    """Expect the cases that there are, and where the third party cannot be chased."""
    story = Story().until(State.MANAGING)
    [option] = [one for one in story.lifecycle.options(story.incident) if one.event is e.SupportChased]
    assert option.blocked_by == (Reason("no_case", "there is no support case yet", "§4", "", e.SupportRequested),)
    for _ in range(2):
        story.say(e.SupportRequested, **HELP)
    assert story.ask(e.SupportChased, case="case_9", message="?").reasons == (
        Reason("unknown_case", "'case_9' is no support case of this incident; there are case_1, case_2", "§4", "case"),
    )
    story.policy = changed(DEFAULT, third_parties=())
    chase = {"case": "case_1", "message": "?"}
    assert story.ask(e.SupportChased, **chase, via=ChaseVia.CASE).reasons == (
        Reason("no_chase_on_case", "'aws' cannot be chased on the case", "§4", "via"),
    )
    assert story.ask(e.SupportChased, **chase, via=ChaseVia.CHANNEL).reasons == (
        Reason("no_chase_channel", "'aws' has no channel to post in", "§4", "via"),
    )
