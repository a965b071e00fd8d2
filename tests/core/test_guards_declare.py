"""§2: whether the form of the status page is complete, for declaring, updating and reopening."""

from typing import Any

import pytest
from attrs import evolve

from incident_fsm import Fix, Kind, Reason, Refusal, Stage, State
from incident_fsm import events as e
from incident_fsm.policy import Declaration
from incident_fsm.testing import Story
from tests.core.stories import CLOUD, DEFAULT, GDS, backfilled, changed, minutes

SERVICE = DEFAULT.services[0]
GOOD = {"services": (SERVICE,), "impact": "Major", "message": "It is down.", "next_update_at": minutes(60)}


def codes(story: Story, kind: type[e.Event], **said: Any) -> tuple[str, ...]:
    """Why not, in codes; nothing where it is accepted."""
    answer = story.lifecycle.attempt(story.incident, story.make(kind, **said))
    return answer.codes if isinstance(answer, Refusal) else ()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, ()),
        ({"services": DEFAULT.services}, ()),
        ({"services": ()}, ("no_service",)),
        ({"services": ("Email",)}, ("unknown_service",)),
        ({"services": ("Email", "Fax")}, ("unknown_service", "unknown_service")),
        ({"services": (SERVICE, SERVICE)}, ("service_twice",)),
        ({"impact": "Huge"}, ("unknown_impact",)),
        ({"impact": "major"}, ("unknown_impact",)),
        ({"impact": "All Good"}, ("all_clear",)),
        ({"next_update_at": None}, ("no_next_update",)),
        ({"next_update_at": minutes(0)}, ("update_in_the_past",)),
        ({"undated": "nobody knows"}, ("undated",)),
        (
            {"services": (), "impact": "Huge", "next_update_at": minutes(0)},
            ("no_service", "unknown_impact", "update_in_the_past"),
        ),
        # Of an impact that is none nobody can say when the next update is due.
        ({"impact": "Huge", "next_update_at": None}, ("unknown_impact",)),
        ({"impact": "All Good", "next_update_at": None}, ("all_clear",)),
    ],
)
def test_a_declaration_fills_in_the_whole_form(said: dict[str, Any], expected: tuple[str, ...]) -> None:
    """Expect every fault of the form at once: services, impact, time till next update."""
    assert codes(Story().until(State.CONFIRMED), e.IncidentDeclared, **{**GOOD, **said}) == expected


def test_the_next_update_comes_after_this_one() -> None:
    """Expect the very moment of the event to be too early."""
    story = Story().until(State.CONFIRMED)
    event = story.make(e.IncidentDeclared, **GOOD)
    answer = story.lifecycle.attempt(story.incident, evolve(event, next_update_at=event.at))
    assert isinstance(answer, Refusal)
    assert answer.codes == ("update_in_the_past",)


def test_an_impact_with_a_cadence_needs_no_promise() -> None:
    """Expect P1 to say by itself when the next update comes, and a promise to be possible all the same."""
    form = {"services": GDS.services[:1], "impact": "P1", "message": "Down."}
    assert not codes(Story(GDS).until(State.CONFIRMED), e.IncidentDeclared, **form)
    assert not codes(Story(GDS).until(State.CONFIRMED), e.IncidentDeclared, **form, next_update_at=minutes(9))


def test_what_is_recorded_afterwards_promises_nothing_and_may_be_undated() -> None:
    """Expect neither a next update nor a time of declaration to be asked for; a promise in the past is still wrong."""
    story = backfilled().until(State.CONFIRMED)
    assert not codes(story, e.IncidentDeclared, **{**GOOD, "next_update_at": None, "undated": "never declared"})
    assert codes(story, e.IncidentDeclared, **{**GOOD, "next_update_at": minutes(0)}) == ("update_in_the_past",)


@pytest.mark.parametrize("kind", [Kind.LIVE, Kind.DRILL, Kind.BACKFILLED])
def test_a_restricted_incident_needs_words_that_were_cleared(kind: Kind) -> None:
    """Expect a declaration, an update, a resolution and a reopening to be refused until somebody cleared the words.

    What is recorded afterwards tells nobody, so nothing needs to be cleared.
    """
    expected = () if kind is Kind.BACKFILLED else ("not_cleared",)
    story = Story(GDS, kind=kind, security_breach=True).until(State.CONFIRMED)
    form = {"impact": "P1", "message": "Down."}
    assert codes(story, e.IncidentDeclared, **form, services=GDS.services[:1]) == expected
    story.until(State.MANAGING)
    assert codes(story, e.StatusUpdated, message="Still down.") == expected
    assert not codes(story, e.StatusUpdated, message="Still down.", cleared_for_public=True)
    end = {"users_unaffected": True, "fix": Fix.PERMANENT, "how": "patched"}
    assert codes(story, e.IncidentResolved, **end, message="The intruder is out.") == expected
    assert not codes(story, e.IncidentResolved, **end, message="All well.", cleared_for_public=True)
    assert not codes(story, e.IncidentResolved, **end), "the policy's own all-clear gives nothing away"
    story.until(State.RESOLVED)
    assert codes(story, e.IncidentReopened, reason="again", **form) == expected
    assert not codes(story, e.IncidentReopened, reason="again", cleared_for_public=True, **form)


# ---- the wording ----

FORM = "I am declaring an incident because {reason}. The impact is that {impact}."


@pytest.mark.parametrize(
    ("wording", "message", "follows"),
    [
        (FORM, "I am declaring an incident because it broke. The impact is that users wait.", True),
        (FORM, "  I am declaring an incident because it broke. The impact is that users wait.\n", True),
        (FORM, "I am declaring an incident because a. b. The impact is that c. d.", True),
        (FORM, "I am declaring an incident because . The impact is that users wait.", False),
        (FORM, "I am declaring an incident because it broke. The impact is that .", False),
        (FORM, "I am declaring an incident because it broke. The impact is that  .", False),
        (FORM, "I am declaring an incident because . The impact is that a. The impact is that b.", False),
        (FORM, "I am declaring an incident because a. The impact is that b. The impact is that c.", True),
        (FORM, "I am declaring an incident because it broke. The impact is that", False),
        (FORM, "I am declaring an incident because it broke.", False),
        (FORM, "It broke. The impact is that users wait.", False),
        (FORM, "I am declaring an incident because it broke. The impact is that users wait", False),
        (FORM, FORM.replace("{", "").replace("}", ""), True),
        ("{reason}: {impact}", "it broke: users wait", True),
        ("{reason}: {impact}", ": users wait", False),
        ("{reason}: {impact}", "it broke:", False),
        ("{impact}, because {reason}", "users wait, because it broke", True),
        ("Impact: {impact}. Reason: {reason}", "Impact: users wait. Reason: it broke", True),
        ("", "whatever", True),
    ],
)
def test_a_declaration_follows_the_wording_that_the_policy_fixes(wording: str, message: str, follows: bool) -> None:  # noqa: FBT001  a table
    """Expect the fixed words to be there in their order, with something in each slot."""
    policy = evolve(DEFAULT, declaration=Declaration(wording=wording))
    story = Story(policy).until(State.CONFIRMED)
    found = codes(story, e.IncidentDeclared, **{**GOOD, "message": message})
    assert found == (() if follows else ("wording",))


def test_the_fixed_wording_is_quoted_so_that_its_full_stop_is_its_own() -> None:
    """Expect a reason that ends without a full stop, as every reason does, though the form has one."""
    policy = evolve(DEFAULT, declaration=Declaration(wording=FORM))
    refusal = Story(policy).until(State.CONFIRMED).ask(e.IncidentDeclared, **GOOD)
    assert refusal.reasons[0].sentence == f'the message does not follow the fixed form: "{FORM}"'


def test_updates_and_reopenings_are_worded_freely() -> None:
    """Expect the fixed wording to be asked of the declaration alone."""
    story = Story(CLOUD).until(State.MANAGING)
    assert not codes(story, e.StatusUpdated, message="we are on it")
    story.until(State.RESOLVED)
    assert not codes(story, e.IncidentReopened, reason="again", impact="Incident", message="it is back")


# ---- updates and reopenings ----


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, ()),
        ({"services": DEFAULT.services[1:3], "impact": "Minor"}, ()),
        ({"services": ("Email",)}, ("unknown_service",)),
        ({"impact": "All Good"}, ("all_clear",)),
        ({"impact": "Huge"}, ("unknown_impact",)),
        ({"next_update_at": None}, ("no_next_update",)),
        ({"next_update_at": minutes(0)}, ("update_in_the_past",)),
        ({"stage": Stage.DETECTED}, ()),
        ({"stage": Stage.RESOLVED}, ("all_clear",)),
    ],
)
def test_an_update_is_held_to_the_same_form(said: dict[str, Any], expected: tuple[str, ...]) -> None:
    """Expect what is left empty to stay, the rest to be checked, and never the word that it is over."""
    for state in (State.DECLARED, State.MANAGING):
        story = Story().until(state)
        form = {"message": "We are on it.", "next_update_at": minutes(90)}
        assert codes(story, e.StatusUpdated, **{**form, **said}) == expected


def test_an_update_under_a_new_policy_names_services_of_that_policy() -> None:
    """Expect what stayed as it was to be checked too: the page no longer has that service, or that impact."""
    story = Story().until(State.DECLARED)
    story.policy = changed(GDS, security={"narrows_audience": False})
    assert codes(story, e.StatusUpdated, message="We are on it.") == ("unknown_service", "unknown_impact")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, ()),
        ({"impact": "All Good"}, ("all_clear",)),
        ({"impact": "Huge"}, ("unknown_impact",)),
        ({"next_update_at": None}, ("no_next_update",)),
        ({"next_update_at": minutes(1)}, ("update_in_the_past",)),
    ],
)
def test_a_reopening_tells_the_public_as_a_declaration_does(said: dict[str, Any], expected: tuple[str, ...]) -> None:
    """Expect impact and promise to be checked."""
    story = Story().until(State.RESOLVED)
    form = {"reason": "again", "impact": "Minor", "message": "It is back.", "next_update_at": minutes(90)}
    assert codes(story, e.IncidentReopened, **{**form, **said}) == expected


# ---- what people read ----


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"services": ()}, Reason("no_service", "no impacted service is chosen", "§2", "services")),
        (
            {"services": ("Email",)},
            Reason(
                "unknown_service",
                "'Email' is no service of the policy; there are Cloud Platform, Modernisation Platform, "
                "Analytical Platform Ingestion, Analytical Platform Storage, Analytical Platform Compute, "
                "Analytical Platform Networking, Analytical Platform Identity",
                "§2",
                "services",
            ),
        ),
        ({"services": (SERVICE, SERVICE)}, Reason("service_twice", "a service is chosen twice", "§2", "services")),
        (
            {"impact": "Huge"},
            Reason(
                "unknown_impact", "'Huge' is no impact of the policy; there are Major, Minor, All Good", "§2", "impact"
            ),
        ),
        (
            {"impact": "All Good"},
            Reason(
                "all_clear",
                "'All Good' says that all service is restored; resolve the incident instead",
                "§2",
                "impact",
                e.IncidentResolved,
            ),
        ),
        (
            {"next_update_at": minutes(0)},
            Reason("update_in_the_past", "the next update is not after this one", "§2", "next_update_at"),
        ),
        (
            {"next_update_at": None},
            Reason(
                "no_next_update",
                "say when the next update comes, for example in "
                "15 minutes, 30 minutes, 1 hour, 2 hours, 4 hours, 1 day",
                "§2",
                "next_update_at",
            ),
        ),
        (
            {"undated": "nobody knows"},
            Reason("undated", "only a backfilled incident may leave a time unknown", "§6", "undated"),
        ),
    ],
)
def test_people_read_what_the_form_lacks(said: dict[str, Any], reason: Reason) -> None:
    """Expect code, sentence, section, field and the event that would help, word for word."""
    assert Story().until(State.CONFIRMED).ask(e.IncidentDeclared, **{**GOOD, **said}).reasons == (reason,)


def test_people_read_the_form_that_the_policy_fixes() -> None:
    """Expect the whole form in the sentence, to be filled in from there."""
    story = Story(evolve(DEFAULT, declaration=Declaration(wording=FORM))).until(State.CONFIRMED)
    sentence = f'the message does not follow the fixed form: "{FORM}"'
    assert story.ask(e.IncidentDeclared, **GOOD).reasons == (Reason("wording", sentence, "§2", "message"),)


def test_people_read_that_an_update_ends_nothing_and_that_words_are_to_be_cleared() -> None:
    """Expect the field of each, and the event that does end it."""
    story = Story().until(State.MANAGING)
    form = {"message": "We are on it.", "next_update_at": minutes(90)}
    assert story.ask(e.StatusUpdated, **form, stage=Stage.RESOLVED).reasons == (
        Reason(
            "all_clear",
            "an update cannot say that it is resolved; resolve the incident instead",
            "§5",
            "stage",
            e.IncidentResolved,
        ),
    )
    restricted = Story(GDS, security_breach=True).until(State.MANAGING)
    assert restricted.ask(e.StatusUpdated, message="We are on it.").reasons == (
        Reason(
            "not_cleared",
            "the incident is restricted, and the wording is not cleared for the public",
            "§1",
            "cleared_for_public",
        ),
    )
