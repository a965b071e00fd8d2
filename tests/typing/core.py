"""What type checkers know of the core. Nothing here runs: mypy and pyright read it in `make check`.

`assert_type` says what a caller's type checker sees, `assert_never` that a match is whole. A line with a type-ignore
must be an error: both checkers complain of one that is not needed.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=error

from datetime import datetime
from typing import assert_never, assert_type

from incident_fsm import (
    Answer,
    Assessment,
    Incident,
    Kind,
    Lifecycle,
    Option,
    Policy,
    Reason,
    Refusal,
    State,
    Step,
    commands,
    deadlines,
    events,
    replay,
)
from incident_fsm.commands import AnyCommand, Command
from incident_fsm.events import AnyEvent, CandidateReported, Event
from incident_fsm.policy_diff import Change, Direction, Group, incident_changes, policy_changes
from incident_fsm.policy_files import load_policy, load_shipped, parse_policy, shipped


def a_lifecycle_answers_with_a_step_or_a_refusal(policy: Policy, incident: Incident, event: Event) -> Step:
    """Expect the two answers and no third one."""
    lifecycle = Lifecycle(policy)
    answer = assert_type(lifecycle.attempt(incident, event), Step | Refusal)
    assert_type(lifecycle.attempt(None, event), Step | Refusal)
    assert_type(lifecycle.attempt_batch(None, [event]), tuple[Step, ...] | Refusal)
    match answer:
        case Step():
            assert_type(answer.before, Incident | None)
            assert_type(answer.after, Incident)
            assert_type(answer.commands, tuple[Command, ...])
            return answer
        case Refusal():
            assert_type(answer.reasons, tuple[Reason, ...])
            assert_type(answer.codes, tuple[str, ...])
            assert_type(answer.state, State | None)
            return lifecycle.step(incident, event)
        case _:
            assert_never(answer)


def the_other_ways_in_are_typed(lifecycle: Lifecycle, incident: Incident, reported: CandidateReported) -> None:
    """Expect what each gives back."""
    assert_type(lifecycle.policy, Policy)
    assert_type(lifecycle.open(reported), Step)
    assert_type(lifecycle.step(incident, reported), Step)
    assert_type(lifecycle.options(incident), tuple[Option, ...])
    assert_type([option.event for option in lifecycle.options(incident)], list[type[Event]])
    assert_type(lifecycle.replay([reported]), Incident)
    assert_type(replay([(reported, lifecycle)]), Incident)
    assert_type(deadlines.standing(incident, lifecycle.policy), tuple[deadlines.Deadline, ...])
    assert_type(incident.state, State)
    assert_type(incident.kind, Kind)
    assert_type(incident.next_update_at, datetime | None)
    assert_type({incident.state: incident.revision}, dict[State, int])


def a_wrong_call_is_an_error(lifecycle: Lifecycle, incident: Incident, event: Event, now: datetime) -> None:
    """Expect each to be refused by both checkers before anything runs."""
    Lifecycle("gds")  # type: ignore[arg-type]  # a policy, not its name
    lifecycle.attempt(event, incident)  # type: ignore[arg-type]  # the other way round
    lifecycle.attempt(incident)  # type: ignore[call-arg]  # without an event
    lifecycle.step(None, event)  # type: ignore[arg-type]  # only `attempt` opens, and `open`
    lifecycle.open(event)  # type: ignore[arg-type]  # any event does not open
    lifecycle.policy = load_shipped()  # type: ignore[misc]  # frozen
    incident.title = "another"  # type: ignore[misc]  # frozen
    CandidateReported("e-1", now, "ann")  # type: ignore[call-arg]  # by keyword only
    CandidateReported(id="e-1", at=now, by="ann", incident_id="INC-1")  # type: ignore[call-arg]  # without a title
    events.CandidateConfirmed(id="e-1", at=now, by="ann", assessment=True)  # type: ignore[arg-type]  # an assessment
    Assessment(unplanned=Answer(met="yes"))  # type: ignore[arg-type]  # a truth value
    lifecycle.attempt(incident, event).after  # type: ignore[union-attr]  # noqa: B018  a refusal has none


def policies_are_loaded(where: str) -> None:
    """Expect a policy from each door."""
    assert_type(load_policy(where), Policy)
    assert_type(load_shipped(), Policy)
    assert_type(parse_policy("…"), Policy)
    assert_type(shipped(), tuple[str, ...])
    load_policy(load_shipped())  # type: ignore[arg-type]  # it is loaded already


def policies_are_compared(old: Policy, new: Policy, incident: Incident, now: datetime) -> str:
    """Expect differences of known groups and directions."""
    [change, *_] = assert_type(policy_changes(old, new), tuple[Change, ...])
    assert_type(incident_changes(incident, Lifecycle(old), Lifecycle(new), now), tuple[Change, ...])
    incident_changes(incident, old, new, now)  # type: ignore[arg-type]  # lifecycles, not policies
    match change.direction:
        case Direction.NEW | Direction.GONE | Direction.CHANGED:
            pass
        case _:
            assert_never(change.direction)
    match change.group:
        case Group.TRANSITIONS | Group.OBLIGATIONS | Group.DEADLINES:
            return "it bears on what happens"
        case Group.TEXTS | Group.POLICY:
            return "it does not"
        case _:
            assert_never(change.group)


def every_state_is_known(state: State) -> bool:
    """Expect a match over the states to be whole."""
    match state:
        case State.CANDIDATE | State.CONFIRMED | State.DECLARED | State.MANAGING | State.RESOLVED:
            return True
        case State.REVIEWED | State.DISMISSED:
            return False
        case _:
            assert_never(state)


def every_event_is_known(event: AnyEvent) -> str:  # noqa: PLR0911  one for each section
    """Expect a match over the events to be whole."""
    match event:
        case events.CandidateReported() | events.CandidateConfirmed() | events.CandidateDismissed():
            return "§1"
        case events.IncidentDeclared() | events.StatusUpdated():
            return "§2"
        case events.ManagementStarted() | events.NoteTaken() | events.RoleAssigned() | events.DetailsAmended():
            return "§3"
        case events.ServiceRestored() | events.SupportRequested() | events.SupportChased():
            return "§4"
        case events.IncidentResolved() | events.IncidentReopened() | events.SecurityBreachFlagged():
            return "§5"
        case events.FollowUpDone() | events.FollowUpWaived() | events.IncidentReviewed():
            return "§6"
        case events.DeadlinePassed() | events.CommandDone() | events.CommandFailed():
            return ""
        case _:
            assert_never(event)


def an_event_that_is_forgotten_is_an_error(event: AnyEvent) -> None:
    """Expect a match that is not whole to be refused."""
    match event:
        case events.CandidateReported():
            pass
        case _:
            assert_never(event)  # type: ignore[arg-type]  # there are 20 more


def every_command_is_known(command: AnyCommand) -> str:  # noqa: PLR0911  one for each lane
    """Expect a match over the commands to be whole."""
    match command:
        case commands.ReportSecurityBreach() | commands.RedirectReporter():
            return "routes"
        case commands.PublishStatus() | commands.PublishPostMortem():
            return "the status page"
        case commands.OpenThread() | commands.PostToThread():
            return "the thread"
        case commands.OpenSupportCase() | commands.EscalateSupportCase():
            return "third parties"
        case commands.CreateIssue() | commands.CreateReport() | commands.PublishReport() | commands.PublishRunbook():
            return "documents"
        case commands.ScheduleMeeting() | commands.CancelMeeting():
            return "calendars"
        case commands.Remind():
            return "reminders"
        case _:
            assert_never(command)
