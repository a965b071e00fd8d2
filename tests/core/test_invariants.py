"""The thirteen invariants of the design (§3.3), each as a property that quotes its sentence.

Each is held against walks: incidents as they can really come about, live, backfilled and drills, under every policy
that ships and many that do not. Where the invariant speaks of every event, arbitrary nonsense is tried as well.
"""

import copy
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from attrs import evolve, fields, has
from hypothesis import event as note
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incident_fsm import (
    Audience,
    Fix,
    FollowUpState,
    Incident,
    Kind,
    Lifecycle,
    Refusal,
    Stage,
    State,
    Step,
    Strength,
    codec,
    deadlines,
    replay,
)
from incident_fsm import commands as c
from incident_fsm import events as e
from incident_fsm._table import ROWS
from incident_fsm.events import EVENTS, RECEIPTS, Event
from tests.core.stories import DEFAULT, GDS, Story, changed, minutes
from tests.strategies import Situation, Walk, arbitrary_events, likely_events, lives, policies, walks

ROWS_BY_CELL = {(row.event, row.source): row for row in ROWS}
ANY_POLICY = policies()
WALKS = settings(max_examples=60)  # a walk is some thirty events: sixty of them say as much as a thousand examples
UNTOLD = (State.CANDIDATE, State.CONFIRMED, State.DISMISSED)
OVER = (State.RESOLVED, State.REVIEWED)


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
    kept = copy.deepcopy(met)
    first = lifecycle.attempt(incident, event)
    assert isinstance(first, Step | Refusal)
    assert (lifecycle, incident, event) == kept
    again = Lifecycle(copy.deepcopy(lifecycle.policy)).attempt(copy.deepcopy(incident), copy.deepcopy(event))
    assert again == first
    note(type(first).__name__)


@WALKS
@given(walks(policy=ANY_POLICY, longest=12), arbitrary_events())
def test_1_options_are_total_and_agree_with_the_guards(walk: Walk, event: Event) -> None:
    """Invariant 1.

    "`attempt` is total …": and so is what can be asked before an event is filled in; what is blocked for any event
    is refused for every one, and what the table does not allow is no option.
    """
    options = {option.event: option for option in walk.lifecycle.options(walk.incident)}
    answer = walk.lifecycle.attempt(walk.incident, event)
    option = options.get(type(event))
    assert set(options) == {row.event for row in ROWS if row.source is walk.incident.state}
    if option is None or option.blocked_by:
        assert isinstance(answer, Refusal)
    elif isinstance(answer, Step):
        assert answer.after.state is option.target


@WALKS
@given(walks(policy=ANY_POLICY, longest=20))
def test_1_what_is_blocked_is_refused_even_when_it_is_well_filled_in(walk: Walk) -> None:
    """Invariant 1.

    "`attempt` is total …": a block speaks for every event; none that was accepted was blocked before.
    """
    for lifecycle, step in walk.history[1:]:
        assert step.before is not None
        [option] = [one for one in lifecycle.options(step.before) if one.event is type(step.event)]
        assert not option.blocked_by


# ---- 2 ----


@WALKS
@given(walks(policy=ANY_POLICY))
def test_2_a_refusal_says_why_and_a_step_goes_along_a_row(walk: Walk) -> None:
    """Invariant 2.

    "A refusal has at least one reason and changes nothing. A step grows the revision by exactly one, along a row of
    the table."
    """
    for before, lifecycle, refusal in whole(walk).refusals:
        assert refusal.reasons
        assert all(reason.code and reason.sentence and not reason.sentence.endswith(".") for reason in refusal.reasons)
        assert (refusal.incident_id, refusal.state) == (before.id, before.state) if before else True
        assert lifecycle.attempt(before, refusal.event) == refusal
    for revision, step in enumerate(walk.steps, start=1):
        source = None if step.before is None else step.before.state
        assert step.after.revision == revision
        assert step.after.state is ROWS_BY_CELL[type(step.event), source].target
        assert step.after.entered_at == (step.event.at if step.after.state is not source else step.before.entered_at)  # type: ignore[union-attr]
        assert step.before is None or step.before == walk.steps[revision - 2].after


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
    answer = lifecycle.attempt(incident, event)
    if isinstance(answer, Refusal):
        names = {attribute.name for attribute in fields(type(event))}
        for reason in answer.reasons:
            at_fault = {attribute.name for attribute in fields(reason.satisfied_by)} if reason.satisfied_by else names
            root = reason.field.partition(".")[0].partition("[")[0]
            assert not root or root in names | at_fault, (type(event).__name__, reason)


# ---- 3 ----


@WALKS
@given(walks(policy=ANY_POLICY), arbitrary_events())
def test_3_final_states_accept_only_receipts(walk: Walk, event: Event) -> None:
    """Invariant 3.

    "Final states accept only receipts. Every state is reachable, and from every state a final one is."
    """
    ended = walk.incident.state.final
    if ended and type(event) not in RECEIPTS:
        assert isinstance(walk.lifecycle.attempt(walk.incident, event), Refusal)
    for step in walk.steps:
        if step.before is not None and step.before.state.final:
            assert isinstance(step.event, RECEIPTS)
            assert not step.commands
    # From everywhere an end can be reached, whatever happened on the way.
    assert _ended(walk).state.final


def _ended(walk: Walk) -> Incident:
    """Bring an incident to an end, as anybody could from where it is."""
    story = Story.__new__(Story)
    story.lifecycle, story.steps, story._number = walk.lifecycle, list(walk.steps), 10_000
    if story.incident.state in {State.CANDIDATE, State.CONFIRMED, State.DISMISSED}:
        return story.until(State.DISMISSED).incident
    if story.incident.state is not State.REVIEWED and _out_of_order(story):
        story.say(e.DetailsAmended, forget=("fault", "detected", "aware", "repaired"))
    return story.until(State.REVIEWED).incident


def _out_of_order(story: Story) -> bool:
    """Whether something is known of the turning points, which might stand in the way of an end at that time."""
    known = story.incident.milestones
    return any((known.fault, known.detected, known.aware, known.repaired))


# ---- 4 ----


@WALKS
@given(walks(policy=ANY_POLICY))
def test_4_what_is_past_a_state_has_what_it_needs(walk: Walk) -> None:
    """Invariant 4.

    "Past `candidate`, the recorded assessment meets the criteria. Past `declared`, services and impact are set."
    """
    for step in whole(walk).steps:
        after = step.after
        if after.state not in {State.CANDIDATE, State.DISMISSED}:
            said = after.assessment
            assert said is not None
            assert said.unplanned.met
            assert said.impacts_users.met or said.degrades_services.met or said.increases_risk.met
        if after.state not in UNTOLD:
            assert after.services
            assert after.impact
            assert after.message


# ---- 5 ----


@WALKS
@given(walks(policy=ANY_POLICY, kinds=(Kind.LIVE, Kind.DRILL)))
def test_5_the_public_hears_of_it_once_each_time(walk: Walk) -> None:
    """Invariant 5.

    "The public hears of a live incident exactly once per declaration, update, resolution and reopening: the last
    word is the all-clear if and only if the state is resolved or reviewed."
    """
    telling = (e.IncidentDeclared, e.StatusUpdated, e.IncidentResolved, e.IncidentReopened)
    words: list[c.PublishStatus] = []
    for step in whole(walk).steps:
        said = [command for command in step.commands if isinstance(command, c.PublishStatus)]
        assert len(said) == isinstance(step.event, telling)
        words += said
        assert bool(words) == (step.after.state not in UNTOLD)
        if words:
            clear = step.after.state in OVER
            assert words[-1].all_clear is clear
            assert (words[-1].stage is Stage.RESOLVED) is clear
            assert words[-1].id == step.after.status_command
    assert [word.update for word in words] == list(range(1, len(words) + 1))
    assert [word.opens for word in words] == [True] * bool(words) + [False] * (len(words) - 1)
    assert walk.incident.updates == len(words)


# ---- 6 ----


@WALKS
@given(walks(policy=ANY_POLICY, changing=True))
def test_6_a_breach_is_reported_exactly_once(walk: Walk) -> None:
    """Invariant 6.

    "A security breach is reported exactly once, whichever path flagged it."
    """
    reports = [command for command in whole(walk).commands if isinstance(command, c.ReportSecurityBreach)]
    flagged = any(
        isinstance(step.event, e.SecurityBreachFlagged) or getattr(step.event, "security_breach", False)
        for step in walk.steps
    )
    assert len(reports) == flagged == walk.incident.breach
    assert all(report.audience is Audience.RESTRICTED for report in reports)


# ---- 7 ----


@WALKS
@given(lives(policy=ANY_POLICY))
def test_7_reviewed_means_that_nothing_is_owed(walk: Walk) -> None:
    """Invariant 7.

    "`reviewed` implies every *must* follow-up is done; a temporary fix has its permanent-fix issue."
    """
    incident = whole(walk).incident
    for owed in incident.follow_ups:
        assert owed.state is not FollowUpState.OPEN
        assert owed.state is FollowUpState.DONE or owed.strength is not Strength.MUST
        assert owed.state is FollowUpState.DONE or owed.strength is Strength.MAY or owed.reason
    if incident.fix is Fix.TEMPORARY:
        issue = incident.follow_up("permanent_fix")
        assert issue is not None
        assert issue.state is FollowUpState.DONE
        assert issue.link
    issues = [command for command in walk.commands if isinstance(command, c.CreateIssue)]
    temporary = [step for step in walk.steps if getattr(step.event, "fix", None) is Fix.TEMPORARY]
    assert len(issues) == bool(temporary)


# ---- 8 ----


@WALKS
@given(walks(policy=ANY_POLICY))
def test_8_command_ids_say_where_they_come_from(walk: Walk) -> None:
    """Invariant 8.

    "Command ids derive from incident id, revision and position only: unique, and equal on every replay."
    """
    for step in whole(walk).steps:
        for position, command in enumerate(step.commands):
            assert command.id == f"{step.after.id}:{step.after.revision}:{position}"
            assert c.parse_command_id(command.id) == (step.after.id, step.after.revision, position)
            assert command.incident_id == step.after.id
            assert command.kind is step.after.kind
            assert command.requested_at == step.event.at
    ids = [command.id for command in walk.commands]
    assert len(set(ids)) == len(ids)
    incident: Incident | None = None
    for lifecycle, step in walk.history:
        answer = lifecycle.attempt(incident, evolve(step.event, revision=None))
        assert isinstance(answer, Step)
        assert answer.commands == step.commands
        incident = answer.after


# ---- 9 ----


@WALKS
@given(walks(policy=ANY_POLICY, changing=True))
def test_9_a_replay_gives_the_incident_and_everything_can_be_written_down(walk: Walk) -> None:
    """Invariant 9.

    "`replay(journal) == incident`; decode(encode(x)) == x, for every event, command, incident and policy."
    """
    incident = whole(walk).incident
    stored = [(codec.decode_event(codec.encode_event(step.event)), life) for life, step in walk.history]
    assert replay(stored) == incident
    assert codec.decode_incident(codec.encode_incident(incident)) == incident
    for command in walk.commands:
        assert codec.decode_command(codec.encode_command(command)) == command
    assert codec.decode_policy(codec.encode_policy(walk.lifecycle.policy)) == walk.lifecycle.policy


# ---- 10 ----


@WALKS
@given(walks(policy=ANY_POLICY))
def test_10_no_command_is_wider_than_its_incident(walk: Walk) -> None:
    """Invariant 10.

    "No command is wider than its incident's audience; a drill emits nothing a live adapter accepts; a backfilled
    incident emits nothing public."

    A status post is public by its nature, so a restricted incident's carries cleared wording only, and no title.
    """
    for step in whole(walk).steps:
        restricted = step.after.audience is Audience.RESTRICTED
        for command in step.commands:
            assert command.kind is walk.steps[0].after.kind
            if isinstance(command, c.PublishStatus):
                assert command.audience is Audience.PUBLIC
                assert command.cleared or not restricted
                assert not restricted or command.title.endswith(f"Incident {step.after.id}")
                continue
            assert command.audience.within(step.after.audience)
            # What was learned is public where its wording was written for the public, and nothing else ever is.
            assert (command.audience is Audience.PUBLIC) is isinstance(command, c.PublishPostMortem)
            assert not restricted or not isinstance(command, c.PublishPostMortem)
    if walk.incident.kind is Kind.BACKFILLED:
        loud = (
            c.PublishStatus,
            c.PublishPostMortem,
            c.OpenThread,
            c.PostToThread,
            c.RedirectReporter,
            c.Remind,
            c.OpenSupportCase,
            c.ScheduleMeeting,
            c.CancelMeeting,
        )
        assert not [command for command in walk.commands if isinstance(command, loud)]
        assert not walk.incident.has_thread


SAID = {
    c.ReportSecurityBreach: ("title", "details"),
    c.RedirectReporter: ("title", "reason"),
    c.PublishStatus: ("title", "message"),
    c.OpenThread: ("title", "text"),
    c.PostToThread: ("text",),
    c.OpenSupportCase: ("summary", "details"),
    c.EscalateSupportCase: ("message",),
    c.CreateIssue: ("title", "body"),
    c.CreateReport: ("title",),
    c.ScheduleMeeting: ("title", "agenda"),
    c.CancelMeeting: ("title", "reason"),
    c.PublishRunbook: ("title", "how"),
    c.PublishReport: ("title",),
    c.PublishPostMortem: ("text",),
    c.Remind: ("text",),
}
"""Which fields of a command are texts for people to read, as against names, keys, places and times."""


@WALKS
@given(walks(policy=ANY_POLICY, kinds=(Kind.DRILL,)))
def test_10_every_text_of_a_drill_says_so(walk: Walk) -> None:
    """Invariant 10.

    "… a drill emits nothing a live adapter accepts …": each command's kind says drill, and so does each text.
    """
    for command in whole(walk).commands:
        assert command.kind is Kind.DRILL
        for name in SAID[type(command)]:
            text = getattr(command, name)
            assert text.startswith("DRILL: ") or not text


@WALKS
@given(walks(policy=ANY_POLICY, kinds=(Kind.LIVE, Kind.BACKFILLED)))
def test_10_nothing_else_says_drill(walk: Walk) -> None:
    """Invariant 10.

    "… a drill emits …": nobody takes what is real for an exercise.
    """
    for command in walk.commands:
        assert not any(getattr(command, name).startswith("DRILL") for name in SAID[type(command)])


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
    lifecycle, incident, event = met
    answer = lifecycle.attempt(incident, evolve(event, revision=revision))
    plain = lifecycle.attempt(incident, evolve(event, revision=None))
    if incident is None or incident.revision == revision:
        assert type(answer) is type(plain)
    else:
        assert isinstance(answer, Refusal)
        assert answer.codes[0] == "stale"
        assert answer.codes[1:] == (plain.codes if isinstance(plain, Refusal) else ())


# ---- 12 ----


@WALKS
@given(walks(policy=ANY_POLICY), st.timedeltas(timedelta(), timedelta(days=4000)))
def test_12_nothing_is_due_after_the_end_and_nothing_due_is_lost(walk: Walk, later: timedelta) -> None:
    """Invariant 12.

    "No deadline is due after the end; reopening re-arms; being late never loses one."
    """
    incident, policy = whole(walk).incident, walk.lifecycle.policy
    standing = deadlines.standing(incident, policy)
    if incident.state.final or incident.kind is Kind.BACKFILLED:
        assert not standing
    assert len({deadline.name for deadline in standing}) == len(standing)
    # However late somebody looks, all that was due by then is still found, until they were reminded.
    now = walk.steps[-1].event.at + later
    late = deadlines.due(incident, policy, now)
    assert set(late) == {one for one in deadlines.unreminded(incident, policy) if one.due <= now}
    for deadline in late:
        if deadline.due.year > 2099:
            continue  # no event can be that late
        passed = e.DeadlinePassed(
            id=f"d-{deadline.name}", at=max(deadline.due, walk.steps[0].event.at), by="clock",
            deadline=deadline.name, due_at=deadline.due,
        )  # fmt: skip
        step = walk.lifecycle.step(incident, passed)
        [command] = step.commands
        assert isinstance(command, c.Remind)
        assert (command.deadline, command.due) == (deadline.name, deadline.due)
        assert isinstance(walk.lifecycle.attempt(step.after, passed), Refusal)
        incident = step.after


@WALKS
@given(walks(policy=ANY_POLICY))
def test_12_reopening_arms_every_deadline_again(walk: Walk) -> None:
    """Invariant 12.

    "… reopening re-arms …": after it, whatever stands has not been reminded of.
    """
    for lifecycle, step in walk.history:
        if isinstance(step.event, e.IncidentReopened):
            note("reopened")
            standing = deadlines.standing(step.after, lifecycle.policy)
            assert deadlines.unreminded(step.after, lifecycle.policy) == standing


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
    assert Counter(map(type, _objects(few))) == Counter(map(type, _objects(many)))
    assert abs(len(codec.encode_incident(many)) - len(codec.encode_incident(few))) < 20


@WALKS
@given(walks(policy=ANY_POLICY, longest=40))
def test_13_what_can_be_many_is_bounded(walk: Walk) -> None:
    """Invariant 13.

    "… the size of an incident …": each list in it has a bound that no event can pass.
    """
    incident, policy = walk.incident, walk.lifecycle.policy
    assert len(incident.roles) <= len(policy.roles)
    assert len(incident.cases) <= 20
    assert len(incident.follow_ups) <= len(policy.follow_ups)
    assert len(incident.reminded) <= 1 + 1 + 1 + len(policy.roles) + len(incident.cases) + len(policy.follow_ups)


def _objects(value: object) -> Iterator[object]:
    """Every object that a value is made of."""
    yield value
    inner: Any = ()
    if isinstance(value, tuple):
        inner = value
    elif has(type(value)):
        inner = [getattr(value, attribute.name) for attribute in fields(cast("type[Any]", type(value)))]
    for one in inner:
        yield from _objects(one)


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
    for value in _objects(walk.incident):
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
