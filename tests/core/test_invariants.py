"""The thirteen invariants of the design (§3.3), each as a property that quotes its sentence.

Each is held against walks: incidents as they can really come about, live, backfilled and drills, under every policy
that ships and many that do not. Where the invariant speaks of every event, arbitrary nonsense is tried as well.
"""

import copy
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import event as note
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incident_fsm import (
    Fix,
    Incident,
    Kind,
    Lifecycle,
    Policy,
    Refusal,
    State,
    Step,
    codec,
    deadlines,
)
from incident_fsm import events as e
from incident_fsm.events import EVENTS, Event
from incident_fsm.testing import (
    Situation,
    Story,
    Walk,
    arbitrary_events,
    likely_events,
    lives,
    policies,
    recording_desk,
    walks,
)
from incident_fsm.testing.invariants import asking, public, records, states, time
from incident_fsm.testing.invariants.records import parts
from tests.core.stories import DEFAULT, GDS, changed, minutes

ANY_POLICY = policies()
WALKS = settings(max_examples=60)  # a walk is some thirty events: sixty of them say as much as a thousand examples


def whole(walk: Walk) -> Walk:
    """Note where a walk ended, for Hypothesis' statistics."""
    note(f"ended {walk.incident.state.value}")
    note(f"kind {walk.incident.kind.value}")
    return walk


@st.composite
def encounters(draw: st.DrawFn) -> tuple[Lifecycle, Incident | None, Event]:
    """Draw any incident, or none, and any event, likely or nonsense, to meet it."""
    walk = draw(walks(policy=ANY_POLICY, longest=16, changing=True))
    incident = draw(st.sampled_from((walk.incident, walk.incident, walk.incident, None)))
    lifecycle = Lifecycle(draw(ANY_POLICY)) if draw(st.integers(0, 4)) == 4 else walk.lifecycle
    if draw(st.booleans()):
        return lifecycle, incident, draw(arbitrary_events())
    now = Situation(incident, lifecycle.policy, datetime(2024, 6, 1, tzinfo=UTC), 99, walk.commands[-5:])
    kinds = (e.CandidateReported,) if incident is None else EVENTS
    return lifecycle, incident, draw(likely_events(now, draw(st.sampled_from(kinds))))


# ---- 1 ----


@WALKS
@given(encounters())
@example((Lifecycle(DEFAULT), Story().until(State.RESOLVED).incident, e.FollowUpDone(
    id="e", at=minutes(0), by="ann", follow_up="declared")))  # fmt: skip
def test_1_attempt_is_total_and_pure(met: tuple[Lifecycle, Incident | None, Event]) -> None:
    """Invariant 1.

    "`attempt` is total: a step or a refusal, never another exception; inputs are not modified; same inputs, same
    answer."
    """
    lifecycle, incident, event = met
    kept = copy.deepcopy(lifecycle)
    first = asking.total_and_pure(lifecycle, incident, event)
    assert lifecycle == kept
    assert Lifecycle(copy.deepcopy(lifecycle.policy)).attempt(incident, event) == first
    note(type(first).__name__)


@WALKS
@given(walks(policy=ANY_POLICY, longest=12), arbitrary_events())
def test_1_options_are_total_and_agree_with_the_guards(walk: Walk, event: Event) -> None:
    """Invariant 1.

    "`attempt` is total …": and so is what can be asked before an event is filled in; what is blocked for any event
    is refused for every one, and what the table does not allow is no option.
    """
    asking.options_agree(walk.lifecycle, walk.incident, event)


@WALKS
@given(walks(policy=ANY_POLICY, longest=20))
def test_1_what_is_blocked_is_refused_even_when_it_is_well_filled_in(walk: Walk) -> None:
    """Invariant 1.

    "`attempt` is total …": a block speaks for every event; none that was accepted was blocked before.
    """
    asking.nothing_blocked_was_accepted(walk)


# ---- 2 ----


@WALKS
@given(walks(policy=ANY_POLICY))
def test_2_a_refusal_says_why_and_a_step_goes_along_a_row(walk: Walk) -> None:
    """Invariant 2.

    "A refusal has at least one reason and changes nothing. A step grows the revision by exactly one, along a row of
    the table."
    """
    asking.refusals_say_why(whole(walk))
    asking.steps_follow_rows(walk)


@WALKS
@given(walks(policy=ANY_POLICY, longest=16), st.lists(arbitrary_events(), max_size=3))
def test_2_a_batch_is_all_its_steps_or_none(walk: Walk, more: list[Event]) -> None:
    """Invariant 2.

    "A refusal … changes nothing": in a batch too. It is the first refusal, or the steps one by one.
    """
    told = [evolve(step.event, revision=None) for step in walk.steps] + [evolve(event, revision=None) for event in more]
    lifecycle = walk.lifecycle
    one_by_one: list[Step] = []
    refusal: Refusal | None = None
    incident: Incident | None = None
    for event in told:
        answer = lifecycle.attempt(incident, event)
        if isinstance(answer, Refusal):
            refusal = answer
            break
        one_by_one.append(answer)
        incident = answer.after
    assert lifecycle.attempt_batch(None, told) == (refusal or tuple(one_by_one))


@WALKS
@given(encounters())
def test_2_a_reason_names_a_field_that_the_event_has(met: tuple[Lifecycle, Incident | None, Event]) -> None:
    """Invariant 2.

    "A refusal has at least one reason …": one that names a field of the event which could be changed.

    Milestones are the exception: they may be wrong in the record, and are corrected by the event that satisfies.
    """
    lifecycle, incident, event = met
    asking.reasons_name_fields(lifecycle.attempt(incident, event))


# ---- 3 ----


@WALKS
@given(walks(policy=ANY_POLICY), arbitrary_events())
def test_3_final_states_accept_only_receipts(walk: Walk, event: Event) -> None:
    """Invariant 3.

    "Final states accept only receipts. Every state is reachable, and from every state a final one is."
    """
    states.final_refuses(walk.lifecycle, walk.incident, event)
    states.finals_accept_receipts(walk)
    states.an_end_is_reachable(walk)


@WALKS
@given(ANY_POLICY)
def test_3_every_state_is_reachable_under_every_policy(policy: Policy) -> None:
    """Invariant 3.

    "… Every state is reachable …": whatever an organisation decides.
    """
    states.every_state_is_reachable(Lifecycle(policy))


# ---- 4 ----


@WALKS
@given(walks(policy=ANY_POLICY))
def test_4_what_is_past_a_state_has_what_it_needs(walk: Walk) -> None:
    """Invariant 4.

    "Past `candidate`, the recorded assessment meets the criteria. Past `declared`, services and impact are set."
    """
    states.has_what_it_needs(whole(walk))


# ---- 5 ----


@WALKS
@given(walks(policy=ANY_POLICY, kinds=(Kind.LIVE, Kind.DRILL)))
def test_5_the_public_hears_of_it_once_each_time(walk: Walk) -> None:
    """Invariant 5.

    "The public hears of a live incident exactly once per declaration, update, resolution and reopening: the last
    word is the all-clear if and only if the state is resolved or reviewed."
    """
    public.hears_once(whole(walk))


# ---- 6 ----


@WALKS
@given(walks(policy=ANY_POLICY, changing=True))
def test_6_a_breach_is_reported_exactly_once(walk: Walk) -> None:
    """Invariant 6.

    "A security breach is reported exactly once, whichever path flagged it."
    """
    public.breach_is_reported_once(whole(walk))


# ---- 7 ----


@WALKS
@given(lives(policy=ANY_POLICY))
def test_7_reviewed_means_that_nothing_is_owed(walk: Walk) -> None:
    """Invariant 7.

    "`reviewed` implies every *must* follow-up is done; a temporary fix has its permanent-fix issue."
    """
    assert walk.incident.state is State.REVIEWED
    states.nothing_is_owed_after_review(whole(walk))


# ---- 8 ----


@WALKS
@given(walks(policy=ANY_POLICY))
def test_8_command_ids_say_where_they_come_from(walk: Walk) -> None:
    """Invariant 8.

    "Command ids derive from incident id, revision and position only: unique, and equal on every replay."
    """
    records.ids_say_where_they_come_from(whole(walk))
    records.commands_are_the_same_again(walk)


# ---- 9 ----


@WALKS
@given(walks(policy=ANY_POLICY, changing=True))
def test_9_a_replay_gives_the_incident_and_everything_can_be_written_down(walk: Walk) -> None:
    """Invariant 9.

    "`replay(journal) == incident`; decode(encode(x)) == x, for every event, command, incident and policy."
    """
    records.replay_gives_the_incident(records.journal_of(walk), whole(walk).incident)
    records.steps_can_be_written_down(walk)
    records.policy_can_be_written_down(walk.lifecycle.policy)


# ---- 10 ----


@WALKS
@given(walks(policy=ANY_POLICY))
def test_10_no_command_is_wider_than_its_incident(walk: Walk) -> None:
    """Invariant 10.

    "No command is wider than its incident's audience; a drill emits nothing a live adapter accepts; a backfilled
    incident emits nothing public."

    A status post is public by its nature, so a restricted incident's carries cleared wording only, and no title.
    """
    public.nobody_hears_too_much(whole(walk))


@WALKS
@given(walks(policy=ANY_POLICY, kinds=(Kind.DRILL,)))
def test_10_every_text_of_a_drill_says_so(walk: Walk) -> None:
    """Invariant 10.

    "… a drill emits nothing a live adapter accepts …": each command's kind says drill, and so does each text.
    """
    assert walk.incident.kind is Kind.DRILL
    public.nobody_hears_too_much(walk)


@WALKS
@given(walks(policy=ANY_POLICY, kinds=(Kind.BACKFILLED,)))
def test_10_what_is_recorded_afterwards_is_told_to_nobody(walk: Walk) -> None:
    """Invariant 10.

    "… a backfilled incident emits nothing public."
    """
    assert walk.incident.kind is Kind.BACKFILLED
    public.nobody_hears_too_much(walk)


# ---- 11 ----


@WALKS
@given(encounters(), st.integers(0, 40))
def test_11_an_event_made_for_another_revision_is_stale(
    met: tuple[Lifecycle, Incident | None, Event], revision: int
) -> None:
    """Invariant 11.

    "The same event id twice is one step. An event made for an older revision is refused as stale."

    Only the second sentence is the core's business. The first needs to know every event so far, which the journal
    does.
    """
    asking.stale_is_refused(*met, revision)


@WALKS
@given(walks(policy=ANY_POLICY, longest=12))
def test_11_the_same_event_twice_is_one_step(walk: Walk) -> None:
    """Invariant 11.

    "The same event id twice is one step …": the journal knows every event so far, and the core does not.
    """
    desk, _ = recording_desk(walk.lifecycle.policy)
    for number, step in enumerate(walk.steps):
        event = evolve(step.event, id=f"e-{number}", revision=None)  # nonsense may bear an id that came before
        records.the_same_again_is_one_step(desk, walk.incident.id, event)


# ---- 12 ----


@WALKS
@given(walks(policy=ANY_POLICY), st.timedeltas(timedelta(), timedelta(days=4000)))
def test_12_nothing_is_due_after_the_end_and_nothing_due_is_lost(walk: Walk, later: timedelta) -> None:
    """Invariant 12.

    "No deadline is due after the end; reopening re-arms; being late never loses one."
    """
    time.nothing_is_due_after_the_end(whole(walk))
    time.being_late_loses_nothing(walk, walk.steps[-1].event.at + later)


@WALKS
@given(walks(policy=ANY_POLICY))
def test_12_reopening_arms_every_deadline_again(walk: Walk) -> None:
    """Invariant 12.

    "… reopening re-arms …": after it, whatever stands has not been reminded of.
    """
    time.reopening_arms_again(walk)


def test_12_what_was_reminded_of_before_a_reopening_is_reminded_of_again() -> None:
    """Invariant 12.

    "… reopening re-arms …": even where the second end is dated to the very moment of the first.
    """
    story = Story().until(State.RESOLVED)
    end = story.incident.entered_at
    [report] = [one for one in deadlines.standing(story.incident, DEFAULT) if one.name == "follow_up:report"]
    story.say(e.DeadlinePassed, deadline=report.name, due_at=report.due, at=report.due)
    promise = {"impact": "Minor", "message": "again", "next_update_at": minutes(900)}
    story.say(e.IncidentReopened, reason="it is back", **promise)
    story.say(e.IncidentResolved, at=end, users_unaffected=True, fix=Fix.PERMANENT, how="more nodes")
    assert report in deadlines.unreminded(story.incident, DEFAULT)


# ---- 13 ----

_LOOPS = ("NoteTaken", "StatusUpdated", "RoleAssigned", "DetailsAmended", "CommandDone", "SupportChased", "Reopened")


def _looped(what: str, rounds: int) -> Incident:
    """An incident after so many rounds of the same."""
    story = Story().until(State.DECLARED)
    story.say(e.SupportRequested, third_party="aws", account="prod", summary="help")
    story.until(State.MANAGING)
    at = minutes(100)  # one time for all: the same digits, so that sizes can be compared
    for number in range(rounds):
        even = bool(number % 2)
        match what:
            case "NoteTaken":
                story.say(e.NoteTaken, at=at, text=f"note {number:09}")
            case "StatusUpdated":
                story.say(e.StatusUpdated, at=at, message=f"update {number:09}", next_update_at=minutes(200))
            case "RoleAssigned":
                role = ("lead", "communications")[even]
                story.say(e.RoleAssigned, at=at, role=role, person=f"person {number:09}")
            case "DetailsAmended":
                story.say(e.DetailsAmended, at=at, title=f"title {number:09}", fault_at=minutes(0))
            case "CommandDone":
                opened = {"command_id": "INC-1:3:0", "command": "PublishStatus"}
                story.say(e.CommandDone, at=at, reference=f"ref {number:09}", **opened)
            case "SupportChased":
                story.say(e.SupportChased, at=at, case="case_1", message=f"hello? {number:09}")
            case _:
                story.say(e.IncidentResolved, at=at, users_unaffected=True, fix=Fix.TEMPORARY, how="more nodes")
                promise = {"impact": "Minor", "message": "again", "next_update_at": minutes(200)}
                story.say(e.IncidentReopened, at=at, reason="it is back", **promise)
    return story.incident


@pytest.mark.parametrize("what", _LOOPS)
def test_13_an_incident_does_not_grow_with_its_timeline(what: str) -> None:
    """Invariant 13.

    "The cost of a step, and the size of an incident, do not grow with its timeline."

    Measured by what there is, not by time: after 10 and after 1,000 rounds the incident is made of as many objects,
    and is as long when written, but for the digits of its counters.
    """
    few, many = _looped(what, 10), _looped(what, 1000)
    assert many.revision > few.revision + 900
    assert Counter(map(type, parts(few))) == Counter(map(type, parts(many)))
    assert abs(len(codec.encode_incident(many)) - len(codec.encode_incident(few))) < 20


@WALKS
@given(walks(policy=ANY_POLICY, longest=40))
def test_13_what_can_be_many_is_bounded(walk: Walk) -> None:
    """Invariant 13.

    "… the size of an incident …": each list in it has a bound that no event can pass.
    """
    records.size_does_not_grow(walk)


# ---- what the invariants rest on ----


@WALKS
@given(walks(policy=ANY_POLICY))
def test_a_resolution_leaves_milestones_that_can_have_happened(walk: Walk) -> None:
    """Expect what §3.2 says of `IncidentResolved`: milestones in order."""
    for step in walk.steps:
        if isinstance(step.event, e.IncidentResolved | e.DetailsAmended):
            known = step.after.milestones
            for earlier, later in (("fault", "detected"), ("fault", "repaired"), ("detected", "repaired"),
                                   ("repaired", "resolved"), ("aware", "resolved"), ("fault", "resolved")):  # fmt: skip
                first, second = getattr(known, earlier), getattr(known, later)
                assert first is None or second is None or first <= second


@WALKS
@given(walks(policy=ANY_POLICY))
def test_every_time_of_an_incident_is_in_utc(walk: Walk) -> None:
    """Design §5.3: events say times in any zone; an incident holds each in UTC, so that equal moments are equal."""
    for value in parts(walk.incident):
        if isinstance(value, datetime):
            assert value.tzinfo is UTC


def test_a_restricted_incident_is_reminded_of_where_those_are_who_may_know() -> None:
    """Invariant 10.

    "No command is wider than its incident's audience": nor does a reminder go to the team's open channel.
    """
    story = Story(GDS, security_breach=True)
    [decide] = deadlines.standing(story.incident, GDS)
    assert decide.who == "incident-restricted"
    open_policy = changed(GDS, security={"narrows_audience": False})
    [decide] = deadlines.standing(Story(open_policy, security_breach=True).incident, open_policy)
    assert decide.who == "incident"
