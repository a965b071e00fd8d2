"""§1: whether a candidate may be reported, confirmed, dismissed, flagged."""

from itertools import product
from typing import Any

import pytest

from incident_fsm import Answer, Assessment, Lifecycle, Reason, Refusal, State, Step
from incident_fsm import events as e
from incident_fsm.testing import Story
from incident_fsm.testing.story import MEETS, YES
from tests.core.stories import DEFAULT, GDS, minutes

CONFIRMED_ANYWAY = {"assessment": Assessment(unplanned=YES)}


def report(**known: Any) -> Step | Refusal:
    """The answer to a report."""
    event = e.CandidateReported(id="e", at=minutes(9), by="ann", incident_id="I-1", title="t", **known)
    return Lifecycle(DEFAULT).attempt(None, event)


def test_what_is_known_of_the_beginning_must_not_contradict_itself() -> None:
    """Expect a fault after its detection to be refused, and every such pair to be listed."""
    refusal = report(fault_at=minutes(5), detected_at=minutes(4), aware_at=minutes(3))
    assert isinstance(refusal, Refusal)
    assert refusal.codes == ("milestones_out_of_order",) * 2
    assert {reason.field for reason in refusal.reasons} == {"detected_at", "aware_at"}
    assert isinstance(report(fault_at=minutes(3), detected_at=minutes(4), aware_at=minutes(4)), Step)
    assert isinstance(report(), Step)


@pytest.mark.parametrize("said", list(product((True, False), repeat=4)), ids=str)
def test_an_incident_is_unplanned_and_has_at_least_one_effect(said: tuple[bool, bool, bool, bool]) -> None:
    """Expect §1 as a table of truth: unplanned, and users impacted, or services degraded, or the risk increased."""
    unplanned, users, services, risk = said
    answers = [Answer(met=met, evidence="seen" if met else "") for met in said]
    assessment = Assessment(
        unplanned=answers[0], impacts_users=answers[1], degrades_services=answers[2], increases_risk=answers[3]
    )
    story = Story()
    answer = story.lifecycle.attempt(story.incident, story.make(e.CandidateConfirmed, assessment=assessment))
    expected: tuple[str, ...] = () if unplanned else ("planned",)
    expected += () if users or services or risk else ("no_effect",)
    assert (answer.codes if isinstance(answer, Refusal) else ()) == expected


def test_every_yes_needs_its_evidence() -> None:
    """Expect each answer without evidence to be named with its field; a no needs none."""
    bare = Answer(met=True)
    everything = Assessment(unplanned=bare, impacts_users=bare, degrades_services=bare, increases_risk=bare)
    refusal = Story().ask(e.CandidateConfirmed, assessment=everything)
    assert refusal.codes == ("no_evidence",) * 4
    assert [reason.field for reason in refusal.reasons] == [
        f"assessment.{question}.evidence"
        for question in ("unplanned", "impacts_users", "degrades_services", "increases_risk")
    ]


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ({}, ("no_ground",)),
        ({"assessment": MEETS}, ("criteria_met",)),
        ({"assessment": Assessment()}, ()),
        ({"assessment": Assessment(unplanned=YES)}, ()),
        ({"assessment": Assessment(impacts_users=YES)}, ()),
        ({"duplicate_of": "INC-2"}, ()),
        ({"assessment": MEETS, "duplicate_of": "INC-2"}, ()),
        ({"override_reason": "the director says so"}, ()),
        ({"duplicate_of": "INC-1"}, ("own_duplicate",)),
        ({"override_reason": "x", "route": "nowhere"}, ("unknown_route",)),
        ({"duplicate_of": "INC-1", "route": "nowhere"}, ("own_duplicate", "unknown_route")),
        ({"override_reason": "x", "route": "github_ticket"}, ()),
    ],
)
def test_a_dismissal_needs_a_ground_and_a_known_route(said: dict[str, Any], codes: tuple[str, ...]) -> None:
    """Expect criteria that are not met, a named duplicate, or an override with a reason; and every reason at once."""
    story = Story()
    answer = story.lifecycle.attempt(story.incident, story.make(e.CandidateDismissed, **said))
    assert (answer.codes if isinstance(answer, Refusal) else ()) == codes


def test_a_confirmed_incident_is_not_dismissed_on_the_assessment_that_confirmed_it() -> None:
    """Expect the recorded assessment to count where the event brings none, and a new one to count instead."""
    story = Story().until(State.CONFIRMED)
    refusal = story.ask(e.CandidateDismissed)
    assert refusal.codes == ("criteria_met",)
    assert refusal.reasons[0].satisfied_by is e.CandidateConfirmed
    assert story.say(e.CandidateDismissed, assessment=Assessment()).after.state is State.DISMISSED


def test_a_security_issue_is_dismissed_by_the_security_route_only() -> None:
    """Expect any other route to be refused once a breach is flagged (§1)."""
    story = Story(security_breach=True)
    refusal = story.ask(e.CandidateDismissed, override_reason="not ours", route="support_issue")
    assert refusal.codes == ("not_the_security_route",)
    story.say(e.CandidateDismissed, override_reason="not ours", route="security")


def test_a_breach_is_flagged_once() -> None:
    """Expect the second flag to be refused, and to be known as blocked before anybody fills it in."""
    story = Story(GDS)
    story.say(e.SecurityBreachFlagged)
    assert story.ask(e.SecurityBreachFlagged, details="again").codes == ("already_flagged",)
    [option] = [one for one in story.lifecycle.options(story.incident) if one.event is e.SecurityBreachFlagged]
    assert [reason.code for reason in option.blocked_by] == ["already_flagged"]


@pytest.mark.parametrize(
    ("kind", "said", "reasons"),
    [
        (
            e.CandidateConfirmed,
            {"assessment": Assessment()},
            (
                Reason("planned", "the event was planned, and an incident is unplanned", "§1", "assessment.unplanned"),
                Reason(
                    "no_effect",
                    "it neither impacts users, nor degrades user-facing services, nor increases risk to production"
                    " services",
                    "§1",
                    "assessment",
                ),
            ),
        ),
        (
            e.CandidateConfirmed,
            {"assessment": Assessment(unplanned=YES, increases_risk=Answer(met=True))},
            (
                Reason(
                    "no_evidence",
                    "the answer to 'increases_risk' has no evidence",
                    "§1",
                    "assessment.increases_risk.evidence",
                ),
            ),
        ),
        (
            e.CandidateDismissed,
            {},
            (
                Reason(
                    "no_ground",
                    "nothing says why: answer the criteria, name the incident it duplicates, or override with a reason",
                    "§1",
                    "assessment",
                ),
            ),
        ),
        (
            e.CandidateDismissed,
            {"assessment": MEETS},
            (
                Reason(
                    "criteria_met",
                    "the criteria are met, so it is an incident; name the one it duplicates, or override with a reason",
                    "§1",
                    "assessment",
                    e.CandidateConfirmed,
                ),
            ),
        ),
        (
            e.CandidateDismissed,
            {"duplicate_of": "INC-1"},
            (Reason("own_duplicate", "an incident cannot duplicate itself", "§1", "duplicate_of"),),
        ),
        (
            e.CandidateDismissed,
            {"override_reason": "x", "route": "nowhere"},
            (
                Reason(
                    "unknown_route",
                    "'nowhere' is no redirect of the policy; there are support_issue, github_ticket, security",
                    "§1",
                    "route",
                ),
            ),
        ),
    ],
)
def test_people_read_why_it_is_not_confirmed_or_dismissed(
    kind: type[e.Event], said: dict[str, Any], reasons: tuple[Reason, ...]
) -> None:
    """Expect code, sentence, section, field and the event that would help, word for word."""
    assert Story().ask(kind, **said).reasons == reasons


def test_people_read_which_way_a_security_issue_goes_and_that_it_was_flagged() -> None:
    """Expect the policy's security route to be named, and the flag to be asked for no form."""
    story = Story(security_breach=True)
    refusal = story.ask(e.CandidateDismissed, override_reason="not ours", route="support_issue")
    assert refusal.reasons == (
        Reason("not_the_security_route", "a security issue goes by the route 'security'", "§1", "route"),
    )
    flagged = Reason("already_flagged", "the security breach was reported already", "§1")
    assert story.ask(e.SecurityBreachFlagged).reasons == (flagged,)


def test_a_dismissal_without_a_route_asks_nothing_of_it() -> None:
    """Expect a breach to be dismissed without naming a route: the security route is then the policy's choice."""
    story = Story(security_breach=True)
    assert story.say(e.CandidateDismissed, override_reason="not ours").after.state is State.DISMISSED
