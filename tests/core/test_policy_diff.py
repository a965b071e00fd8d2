"""What differs between two policies, field by field, and how an open incident would be treated otherwise."""

import re
import typing
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, time, timedelta
from typing import Any

import pytest
from attrs import Attribute, evolve, fields, frozen, has
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from incident_fsm import Lifecycle, Policy, Refusal, State, Step, Strength, events
from incident_fsm import testing as ours
from incident_fsm._calendar import Span
from incident_fsm.errors import InvalidValue
from incident_fsm.policy import Cadence, Declaration, Role, ThirdParty, contradictions
from incident_fsm.policy_diff import (
    Direction,
    Group,
    Verdict,
    incident_changes,
    policy_changes,
)
from incident_fsm.policy_diff._words import WORDS
from incident_fsm.testing import Story
from incident_fsm.testing.story import NINE
from tests.core.stories import CLOUD, DEFAULT, GDS, backfilled, changed, minutes

# ---- policies, field by field ----


def parts_of(kind: type) -> Iterator[type]:
    """The classes that a policy is made of, itself included, by the types of their fields."""
    yield kind
    for hint in typing.get_type_hints(kind).values():
        for inner in (hint, *typing.get_args(hint)):
            if isinstance(inner, type) and has(inner):
                yield from parts_of(inner)


PARTS = tuple(dict.fromkeys(parts_of(Policy)))
FIELDS = {(part, attribute.name) for part in PARTS for attribute in fields(part)}
"""Every field of a policy and of its parts. A new one is here as soon as it is written."""

FULL = changed(
    DEFAULT,
    page={"source": "https://example.org/page"},
    impacts=tuple(evolve(one, update=Cadence(within=Span(minutes=60))) for one in DEFAULT.impacts),
    calendar={"days_off": (date(2024, 5, 6), date(2024, 5, 27)), "opens": time(9), "closes": time(17)},
    declaration={"wording": "Because {reason}, {impact}"},
    third_parties=(*DEFAULT.third_parties, ThirdParty(key="gcp", name="GCP", how="ask")),
)
"""A policy in which every part is there, and every list has several items."""


@frozen
class Variant:
    """A policy with one field of one part decided otherwise."""

    part: type
    field: str
    path: str
    policy: Policy


def variants_of(value: Any, path: str = "") -> Iterator[tuple[type, str, str, Any]]:
    """Yield a value again and again, each time with another of its fields decided otherwise, however deep it lies."""
    if isinstance(value, tuple):
        for number, item in enumerate(value):
            for part, field, where, other in variants_of(item, path):
                yield part, field, where, (*value[:number], other, *value[number + 1 :])
    elif has(type(value)):
        for attribute in fields(type(value)):
            held = getattr(value, attribute.name)
            where = f"{path}.{attribute.name}".removeprefix(".")
            for other in others(held, attribute):
                with suppress(InvalidValue):  # a week without a working day, a length of nothing
                    yield type(value), attribute.name, where, evolve(value, **{attribute.name: other})
            for part, field, deeper, other in variants_of(held, where):
                yield part, field, deeper, evolve(value, **{attribute.name: other})


def others(held: Any, attribute: "Attribute[Any]") -> list[Any]:
    """Other values for a field, by the sort of value that it holds."""
    left_out = [attribute.default] if attribute.default in ("", None) and held else []
    found: list[Any] = []
    match held:
        case bool():
            found = [not held]
        case int():
            found = [held + 1]
        case "Europe/London":
            found = ["Asia/Kathmandu"]
        case str():
            found = [f"{held}x" if held else "https://example.org"]
        case Strength():
            found = [one for one in Strength if one is not held]
        case time():
            found = [held.replace(minute=30)]
        case date():
            found = [held + timedelta(days=1)]
        case tuple() if held:
            found = [held[1:], held[::-1], (*held, held[0])]
    return found + left_out


VARIANTS = [Variant(*found) for found in variants_of(FULL)]
"""The full policy with each field of each of its parts decided otherwise, one after the other."""


def test_every_field_of_a_policy_is_decided_otherwise_here() -> None:
    """Expect a variant for each field of each part: the completeness of what follows rests on it."""
    whole = {(part, name) for part, name in FIELDS if has(typing.get_type_hints(part)[name])}
    assert {(one.part, one.field) for one in VARIANTS} == FIELDS - whole
    assert {Policy, Cadence, Span, ThirdParty, Declaration} <= set(PARTS)
    assert len(FIELDS) > 60


def test_every_field_has_its_words_and_no_other() -> None:
    """Expect the table of words to name each field of each part; a length of time is read as a whole."""
    named = {(part, field) for part, words in WORDS.items() for field in words}
    assert named == {(part, field) for part, field in FIELDS if part is not Span}


@pytest.mark.parametrize("variant", VARIANTS, ids=[f"{one.part.__name__}.{one.field}" for one in VARIANTS])
def test_a_field_that_is_decided_otherwise_is_told(variant: Variant) -> None:
    """Expect differences that lie in that field and nowhere else, from both sides, each with two values."""
    found = policy_changes(FULL, variant.policy)
    assert found
    assert variant.policy != FULL
    assert all(change.before != change.after for change in found)
    assert {change.mirrored for change in found} == set(policy_changes(variant.policy, FULL))
    way = variant.path.removesuffix(".minutes").removesuffix(".working_days")
    renamed = way.removesuffix(".key").removesuffix(".name")
    for change in found:
        plain = re.sub(r"\[[^]]*\]", "", change.path)
        assert plain.startswith((way, renamed)) or plain in DERIVED


DERIVED = {"redirects.first", "impacts.update.left_out"}
"""What follows from several fields together."""


@settings(max_examples=50)
@given(old=ours.policies(), new=ours.policies())
def test_differences_are_told_exactly_of_policies_that_differ_and_the_way_back_is_the_mirror(
    old: Policy, new: Policy
) -> None:
    """Expect none between equal policies and some between all others; from the other side, each with its values
    swapped; and none twice.
    """
    assert not policy_changes(old, old)
    there, back = policy_changes(old, new), policy_changes(new, old)
    assert bool(there) == (old != new)
    assert {change.mirrored for change in there} == set(back)
    assert len(set(there)) == len(there) == len(back)


HARMLESS = [
    one
    for one in VARIANTS
    if one.part is not Span and WORDS[one.part][one.field].group in {Group.TEXTS, Group.POLICY}
    if one.field not in {"status_page", "thread", "page"} and not contradictions(one.policy)
]
"""What is called a text, decided otherwise: it is said that this changes nothing about what may happen, and when."""


@settings(max_examples=40)
@given(variant=st.sampled_from(HARMLESS), walk=ours.walks(policy=st.just(FULL)))
def test_what_is_called_a_text_changes_nothing_about_what_may_happen(variant: Variant, walk: ours.Walk) -> None:
    """Expect every event that was accepted to be accepted, and every refused one refused for the same reasons, with the
    same incident but for the wording of the all-clear.
    """
    lifecycle = Lifecycle(variant.policy)
    for step in walk.steps:
        answer = lifecycle.refold(step.before, step.event)
        assert isinstance(answer, Step)
        assert evolve(answer.after, message="") == evolve(step.after, message="")
        assert [type(one) for one in answer.commands] == [type(one) for one in step.commands]
    for incident, old, refusal in walk.refusals:
        before, after = (one.refold(incident, refusal.event) for one in (old, lifecycle))
        assert isinstance(before, Refusal) == isinstance(after, Refusal)
        assert not isinstance(before, Refusal) or not isinstance(after, Refusal) or before.codes == after.codes


ROLES = {one.key: one for one in DEFAULT.roles}
AWS = DEFAULT.third_parties[0]
TOLD: list[tuple[dict[str, Any], list[tuple[Group, str, Any, Any]]]] = [
    ({"services": (*DEFAULT.services, "Airflow")}, [(Group.TRANSITIONS, "services[Airflow]", None, "Airflow")]),
    (
        {"services": (DEFAULT.services[1], DEFAULT.services[0], *DEFAULT.services[2:])},
        [(Group.TEXTS, "services.order", DEFAULT.services,
          (DEFAULT.services[1], DEFAULT.services[0], *DEFAULT.services[2:]))],
    ),
    (
        {"roles": (*DEFAULT.roles, Role(key="scribe", name="Scribe", required=True))},
        [
            (Group.TRANSITIONS, "roles[scribe].key", None, "scribe"),
            (Group.TEXTS, "roles[scribe].name", None, "Scribe"),
            (Group.TRANSITIONS, "roles[scribe].required", None, True),
        ],
    ),
    (
        {"roles": (evolve(ROLES["lead"], required=False), ROLES["communications"])},
        [(Group.DEADLINES, "roles[lead].required", True, False)],
    ),
    (
        {"third_parties": (evolve(AWS, chase_after=None, channel=""),)},
        [
            (Group.TRANSITIONS, "third_parties[aws].channel", "ext-aws", None),
            (Group.DEADLINES, "third_parties[aws].chase_after", Span(minutes=240), None),
        ],
    ),
    (
        {"impacts": (evolve(DEFAULT.impacts[0], update=Cadence(within=Span(minutes=60))), *DEFAULT.impacts[1:])},
        [
            (Group.DEADLINES, "impacts[Major].update.within", None, Span(minutes=60)),
            (Group.TRANSITIONS, "impacts[Major].update.left_out", False, True),
        ],
    ),
    (
        {"redirects": (DEFAULT.redirects[1], DEFAULT.redirects[0], DEFAULT.redirects[2])},
        [
            (Group.TEXTS, "redirects.order", ("support_issue", "github_ticket", "security"),
             ("github_ticket", "support_issue", "security")),
            (Group.TRANSITIONS, "redirects.first", "support_issue", "github_ticket"),
        ],
    ),
    ({"calendar": {"weekdays": (0, 1, 2, 3, 4, 5)}},
     [(Group.DEADLINES, "calendar.weekdays[saturday]", None, "saturday")]),
    ({"timeouts": {"lead": None}}, [(Group.DEADLINES, "timeouts.lead", Span(minutes=15), None)]),
    ({"security": {"narrows_audience": True, "channel": "few"}}, [
        (Group.TRANSITIONS, "security.narrows_audience", False, True),
        (Group.TEXTS, "security.channel", None, "few"),
    ]),
    ({"page": {"notes": ("once", "once")}}, [
        *((Group.POLICY, f"page.notes[{note}]", note, None) for note in DEFAULT.page.notes),
        (Group.POLICY, "page.notes[once]", None, "once"),
        (Group.POLICY, "page.notes[once #2]", None, "once"),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "told"), TOLD)
def test_each_sort_of_difference_is_told_by_what_it_bears_on(parts: dict[str, Any], told: list[Any]) -> None:
    """Expect exactly these differences, each with its path and both values; an empty text says nothing."""
    found = policy_changes(DEFAULT, changed(DEFAULT, **parts))
    assert [(one.group, one.path, one.before, one.after) for one in found] == told


def test_a_difference_says_what_it_is_about() -> None:
    """Expect the section of the process and the name of the part, and words instead of yes and no."""
    found = {one.path: one for one in policy_changes(DEFAULT, CLOUD)}
    scribe, gone = found["roles[scribe].required"], found["services[Analytical Platform Compute]"]
    assert (scribe.what, scribe.yes, scribe.no) == (
        "role (§3) 'scribe'",
        "has to be filled before management starts",
        "may stay open",
    )
    assert (scribe.direction, gone.direction, found["thread.channel"].direction) == (
        Direction.NEW,
        Direction.GONE,
        Direction.CHANGED,
    )
    assert found["roles[scribe].name"].what == "role (§3) 'scribe', name"


# ---- open incidents ----


def otherwise_treated(story: Story, new: Policy) -> dict[str, tuple[Any, Any]]:
    """How the incident of a story would be treated under another policy than that of the story, by path."""
    found = incident_changes(story.incident, story.lifecycle, Lifecycle(new), minutes(100))
    assert len({one.path for one in found}) == len(found)
    return {one.path: (one.before, one.after) for one in found}


POSSIBLE = Verdict()


def refused(sentence: str) -> Verdict:
    """A refusal with one reason."""
    return Verdict((sentence,))


def test_a_verdict_reads_as_a_sentence() -> None:
    """Expect what people read."""
    assert str(POSSIBLE) == "possible"
    assert str(Verdict(("this", "that"))) == "refused: this; that"


def test_a_candidate_meets_the_newer_rules_ahead_of_it() -> None:
    """Expect its deadline to move, the form and the role that lie ahead, and what it will owe; nothing else."""
    new = changed(
        DEFAULT,
        timeouts={"decide": Span(minutes=15)},
        declaration={"wording": "{reason}: {impact}"},
        roles=(*DEFAULT.roles, Role(key="scribe", name="Scribe", required=True)),
        follow_ups=(*DEFAULT.follow_ups[:2], evolve(DEFAULT.follow_ups[2], strength=Strength.MUST, due=None)),
        redirects=DEFAULT.redirects[1:],
        thread={"channel": "elsewhere"},
    )
    opened = Story().incident.entered_at
    assert otherwise_treated(Story(), new) == {
        "manage.roles[scribe]": (False, True),
        "dismiss.route": ("support_issue", "github_ticket"),
        "declare.message": (None, "{reason}: {impact}"),
        "owes[post_mortem]": (Strength.SHOULD, Strength.MUST),
        "owes[post_mortem].due": (Span(working_days=10), None),
        "owes[runbook]": (Strength.SHOULD, None),
        "deadlines[decide]": (opened + timedelta(hours=1), opened + timedelta(minutes=15)),
        "channel": ("analytical-platform", "elsewhere"),
    }


def test_what_an_incident_holds_and_the_newer_policy_does_not_know_is_refused() -> None:
    """Expect its service, impact, role and case to be told, each with the reason that the machine will give."""
    story = Story(channel_story := DEFAULT).until(State.MANAGING)
    assert channel_story.third_party("aws")
    story.say(events.RoleAssigned, role="communications", person="al")
    story.say(events.SupportRequested, third_party="aws", account="1", summary="help")
    new = changed(
        DEFAULT, services=DEFAULT.services[1:], impacts=GDS.impacts, roles=DEFAULT.roles[:1], third_parties=()
    )
    found = otherwise_treated(story, new)
    service = DEFAULT.services[0]
    chased = found.pop("deadlines[support:case_1]")
    assert found == {
        "options.SupportRequested": (POSSIBLE, refused("the policy names no third party")),
        f"update.services[{service}]": (POSSIBLE, refused(f"{service!r} is no service of the policy")),
        "update.impact": (POSSIBLE, refused("'Major' is no impact of the policy")),
        "update.next_update_at": (refused("say when the next update comes"), POSSIBLE),
        "roles[communications]": (POSSIBLE, refused("'communications' is no role of the policy")),
        "cases[case_1].case": (POSSIBLE, refused("'aws' cannot be chased on the case")),
        "cases[case_1].channel": (POSSIBLE, refused("'aws' has no channel to post in")),
    }
    assert chased == (story.incident.cases[0].requested_at + timedelta(hours=4), None)


def test_a_promise_that_was_made_stays_and_the_next_one_follows_the_newer_cadence() -> None:
    """Expect the standing promise not to move, and an update without a time to promise as the newer policy says."""
    update = Cadence(within=Span(minutes=30))
    new = changed(GDS, impacts=(evolve(GDS.impacts[0], update=update), *GDS.impacts[1:]))
    assert otherwise_treated(Story(GDS).until(State.DECLARED), new) == {
        "update.cadence": (Span(minutes=60), Span(minutes=30))
    }
    once = changed(GDS, impacts=(evolve(GDS.impacts[0], update=evolve(update, repeats=False)), *GDS.impacts[1:]))
    assert otherwise_treated(Story(GDS).until(State.DECLARED), once) == {"update.cadence": (Span(minutes=60), None)}


def test_what_a_resolved_incident_owes_stays_whatever_the_newer_policy_asks_for() -> None:
    """Expect no difference where the policies differ in the follow-ups alone: they were opened with the resolution."""
    new = changed(
        DEFAULT, follow_ups=tuple(evolve(one, strength=Strength.MUST, due=None) for one in DEFAULT.follow_ups)
    )
    story = Story().until(State.RESOLVED)
    assert otherwise_treated(story, new) == {}
    story.policy = new
    assert story.ask(events.FollowUpWaived, follow_up="permanent_fix", reason="no").codes == ("must_be_done",)
    story.say(events.FollowUpWaived, follow_up="report", reason="a should is still waived")


def test_a_restricted_incident_goes_on_in_the_channel_of_those_who_may_know() -> None:
    """Expect the narrow channels to be compared, not the team's, and none to be told as gone."""
    story = Story(GDS, security_breach=True)
    new = changed(GDS, security={"narrows_audience": False, "channel": ""}, thread={"channel": "elsewhere"})
    assert otherwise_treated(story, new) == {"channel": ("incident-restricted", None)}


def test_a_thread_that_is_open_stays_where_it_is() -> None:
    """Expect other words where there is a thread: its posts are for a channel that it does not stand in."""
    new = changed(DEFAULT, thread={"channel": "elsewhere"})
    for state, word in ((State.DECLARED, "reminders go"), (State.MANAGING, "stays where it is")):
        [found] = incident_changes(Story().until(state).incident, Lifecycle(DEFAULT), Lifecycle(new), NINE)
        assert found.path == "channel"
        assert word in found.what


def test_a_renewed_promise_says_that_it_was_reminded_of_before() -> None:
    """Expect the words to say so: it will be reminded of once more, as a promise that moved is a new one."""
    story = Story()
    due = story.incident.entered_at + timedelta(hours=1)
    story.say(events.DeadlinePassed, deadline="decide", due_at=due, at=due)
    new = changed(DEFAULT, timeouts={"decide": Span(minutes=90)})
    [found] = incident_changes(story.incident, story.lifecycle, Lifecycle(new), due)
    assert found.what == "to be decided by, reminded of before"


def test_a_backfilled_incident_has_neither_deadlines_nor_channels() -> None:
    """Expect only what it will owe, without dates: it promises nothing and tells nobody."""
    assert otherwise_treated(backfilled(CLOUD), changed(CLOUD, timeouts={"decide": Span(minutes=5)})) == {}
    story = backfilled(CLOUD).until(State.DECLARED)
    assert otherwise_treated(story, evolve(GDS, services=CLOUD.services, impacts=CLOUD.impacts)) == {
        "options.SupportRequested": (POSSIBLE, refused("the policy names no third party")),
        "owes[post_mortem]": (Strength.MAY, Strength.MUST),
        "owes[runbook]": (Strength.SHOULD, Strength.MAY),
    }


@pytest.mark.parametrize("state", [State.REVIEWED, State.DISMISSED])
def test_an_incident_that_is_over_is_treated_as_ever(state: State) -> None:
    """Expect nothing, however much the policies differ."""
    assert otherwise_treated(Story().until(state), GDS) == {}


@settings(max_examples=20)
@given(pair=ours.incidents(policy=ours.policies()), new=ours.policies())
def test_the_way_back_is_the_mirror_for_an_incident_too(pair: tuple[Lifecycle, Any], new: Policy) -> None:
    """Expect the same differences from the other side, and none between a policy and itself."""
    old, incident = pair
    there = incident_changes(incident, old, Lifecycle(new), NINE)
    back = incident_changes(incident, Lifecycle(new), old, NINE)
    assert {one.mirrored for one in there} == set(back)
    assert not incident_changes(incident, old, old, NINE)


BRINGS_NOTHING_NEW = (
    events.StatusUpdated,
    events.RoleAssigned,
    events.SupportChased,
    events.IncidentResolved,
    events.FollowUpDone,
    events.FollowUpWaived,
    events.IncidentReviewed,
    events.DeadlinePassed,
    events.NoteTaken,
    events.ServiceRestored,
    events.SecurityBreachFlagged,
)
"""Events that may speak of nothing but what the incident holds already."""


@settings(max_examples=40)
@given(
    data=st.data(),
    variant=st.sampled_from([one for one in VARIANTS if not contradictions(one.policy)]),
    pair=ours.incidents(policy=st.just(FULL)),
)
def test_an_event_that_is_answered_otherwise_is_told(
    data: st.DataObject, variant: Variant, pair: tuple[Lifecycle, Any]
) -> None:
    """Expect a difference of the incident wherever a policy that differs in one field answers otherwise to an event
    that speaks of what the incident holds: in whether it may happen, in what is owed, in what is promised.
    """
    old, incident = pair
    new = Lifecycle(variant.policy)
    allowed = {option.event for option in old.options(incident)} & set(BRINGS_NOTHING_NEW)
    assume(allowed)
    now = max(incident.entered_at, NINE)
    kind = data.draw(st.sampled_from(sorted(allowed, key=lambda one: one.__name__)))
    event = data.draw(ours.likely_events(ours.Situation(incident, old.policy, now, 1), kind))
    if isinstance(event, events.StatusUpdated):
        event = evolve(event, services=(), impact="", next_update_at=None)
    assume(not isinstance(event, events.RoleAssigned) or incident.holder(event.role))
    if _answer(old, incident, event) != _answer(new, incident, event):
        assert incident_changes(incident, old, new, now)


def _answer(lifecycle: Lifecycle, incident: Any, event: events.Event) -> tuple[Any, ...]:
    """What of an answer bears on what may happen next."""
    answer = lifecycle.refold(incident, event)
    if isinstance(answer, Refusal):
        return (answer.codes,)
    return answer.after.state, answer.after.follow_ups, answer.after.next_update_at
