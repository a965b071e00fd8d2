"""§3: whether somebody leads, and each role is one of the policy's."""

from attrs import evolve

from incident_fsm import Reason, RoleHolder, State
from incident_fsm import events as e
from incident_fsm.policy import Role
from incident_fsm.testing import Story
from tests.core.stories import CLOUD, DEFAULT, backfilled

SCRIBE = RoleHolder(role="scribe", person="sam")
LEAD = RoleHolder(role="lead", person="lea")


def test_somebody_leads() -> None:
    """Expect a lead to be asked for, with the event that names one; the field, a role or an earlier event will do."""
    story = Story().until(State.DECLARED)
    [reason] = story.ask(e.ManagementStarted).reasons
    assert (reason.code, reason.field, reason.satisfied_by, reason.subject) == (
        "role_unfilled", "lead", e.RoleAssigned, "lead",
    )  # fmt: skip
    for said in ({"lead": "lea"}, {"roles": (LEAD,)}):
        assert Story().until(State.DECLARED).say(e.ManagementStarted, **said).after.lead == "lea"
    story.say(e.RoleAssigned, role="lead", person="lou")
    assert story.say(e.ManagementStarted).after.lead == "lou"


def test_every_required_role_is_filled() -> None:
    """Expect both the lead and the scribe to be asked for, and the others not."""
    story = Story(CLOUD).until(State.DECLARED)
    refusal = story.ask(e.ManagementStarted)
    assert [(reason.code, reason.field, reason.subject) for reason in refusal.reasons] == [
        ("role_unfilled", "lead", "lead"),
        ("role_unfilled", "roles", "scribe"),
    ]
    assert story.say(e.ManagementStarted, lead="lea", roles=(SCRIBE,)).after.holder("scribe") == "sam"


def test_a_lead_is_required_even_where_the_policy_does_not_say_so() -> None:
    """Expect §3 to hold: somebody leads every incident."""
    policy = evolve(DEFAULT, roles=(Role(key="lead", name="Lead"),))
    assert Story(policy).until(State.DECLARED).ask(e.ManagementStarted).codes == ("role_unfilled",)


def test_what_is_recorded_afterwards_may_not_know_who_led() -> None:
    """Expect no role to be asked for."""
    assert backfilled(CLOUD).until(State.DECLARED).say(e.ManagementStarted).after.lead == ""


def test_a_role_that_the_policy_does_not_have_is_refused() -> None:
    """Expect the field of the very event to be named: `roles` of the one, `role` of the other."""
    story = Story().until(State.DECLARED)
    [reason] = story.ask(e.ManagementStarted, lead="lea", roles=(SCRIBE,)).reasons
    assert (reason.code, reason.field) == ("unknown_role", "roles")
    assert "lead, communications" in reason.sentence
    [reason] = story.ask(e.RoleAssigned, role="scribe", person="sam").reasons
    assert (reason.code, reason.field) == ("unknown_role", "role")


def test_an_incident_keeps_a_hundred_roles_though_its_policy_changes() -> None:
    """Expect the next role to be refused and not to break the step: a thread lists a hundred at most."""
    hundreds = [
        tuple(Role(key=f"{letter}_{number}", name="Role") for number in range(99)) for letter in ("first", "second")
    ]
    story = Story(evolve(DEFAULT, roles=(DEFAULT.roles[0], *hundreds[0]))).until(State.DECLARED)
    for role in hundreds[0]:
        story.say(e.RoleAssigned, role=role.key, person=role.key)
    story.policy = evolve(DEFAULT, roles=(DEFAULT.roles[0], *hundreds[1]))
    story.say(e.RoleAssigned, role="second_0", person="one more")
    assert len(story.incident.roles) == 100
    assert [(one.code, one.field) for one in story.ask(e.ManagementStarted, lead="lea").reasons] == [
        ("too_many_roles", "roles")
    ]
    assert story.ask(e.RoleAssigned, role="second_1", person="too many").codes == ("too_many_roles",)
    story.say(e.RoleAssigned, role="second_0", person="somebody else")


def test_a_hundred_people_and_the_reporter_are_invited() -> None:
    """Expect the meeting to be put into 101 calendars: it once broke the step that resolves the incident."""
    roles = tuple(Role(key=f"role_{number}", name="Role") for number in range(99))
    story = Story(evolve(DEFAULT, roles=(DEFAULT.roles[0], *roles))).until(State.DECLARED)
    holders = tuple(RoleHolder(role=role.key, person=f"p {role.key}") for role in roles)
    story.say(e.ManagementStarted, lead="lea", roles=holders)
    [meeting] = [one for one in story.until(State.RESOLVED).last if type(one).__name__ == "ScheduleMeeting"]
    assert len(meeting.attendees) == 101  # type: ignore[attr-defined]


def test_people_read_who_is_missing_and_which_role_there_is_not() -> None:
    """Expect code, sentence, section, field, and for a vacancy the event and the role that would fill it."""
    story = Story(CLOUD).until(State.DECLARED)
    vacant = story.ask(e.ManagementStarted).reasons
    assert [reason.sentence for reason in vacant] == [
        f"nobody is {role.name}" for role in CLOUD.roles if role.key in {"lead", "scribe"}
    ]
    assert vacant[1] == Reason("role_unfilled", vacant[1].sentence, "§3", "roles", e.RoleAssigned, "scribe")
    nobody = "'juggler' is no role of the policy; there are " + ", ".join(role.key for role in CLOUD.roles)
    assert story.ask(e.RoleAssigned, role="juggler", person="sam").reasons == (
        Reason("unknown_role", nobody, "§3", "role"),
    )


def test_people_read_how_many_roles_are_too_many() -> None:
    """Expect the number that would be held and the most that is kept, with the field of the very event."""
    first, second = (tuple(Role(key=f"{name}_{number}", name="Role") for number in range(99)) for name in ("a", "b"))
    story = Story(evolve(DEFAULT, roles=(DEFAULT.roles[0], *first))).until(State.DECLARED)
    story.say(e.ManagementStarted, lead="lea", roles=tuple(RoleHolder(role=one.key, person="p") for one in first))
    story.policy = evolve(DEFAULT, roles=(DEFAULT.roles[0], *second))
    sentence = "101 roles would be held; an incident keeps at most 100"
    assert story.ask(e.RoleAssigned, role="b_0", person="p").reasons == (
        Reason("too_many_roles", sentence, "§3", "role"),
    )
