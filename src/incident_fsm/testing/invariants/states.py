"""Where an incident is, and what it has by then: invariants 3, 4 and 7."""

from collections.abc import Iterator
from contextlib import contextmanager

from incident_fsm import Assessment, Fix, FollowUpState, Incident, Lifecycle, Refusal, State, Step, Strength
from incident_fsm import events as e
from incident_fsm.commands import CreateIssue
from incident_fsm.errors import TransitionRefused
from incident_fsm.events import RECEIPTS, Event
from incident_fsm.testing.invariants.sentences import InvariantBroken, at, demand
from incident_fsm.testing.story import Story
from incident_fsm.testing.walks import Walk

UNTOLD = (State.CANDIDATE, State.CONFIRMED, State.DISMISSED)
"""The states in which the public was never told."""


def finals_accept_receipts(walk: Walk) -> None:
    """Invariant 3, first sentence, of what was accepted, and of a note that somebody might take after the end."""
    for step in walk.steps:
        if step.before is not None and step.before.state.final:
            demand(3, isinstance(step.event, RECEIPTS), f"{at(step)}: it was accepted in a final state")
            demand(3, not step.commands, f"{at(step)}: a receipt asked for {len(step.commands)} commands")
    incident, lifecycle = walk.incident, walk.lifecycle
    if incident.state.final:
        note = e.NoteTaken(id="after-the-end", at=incident.entered_at, by="ann", text="One more thing.")
        final_refuses(lifecycle, incident, note)


def final_refuses(lifecycle: Lifecycle, incident: Incident, event: Event) -> None:
    """Invariant 3, first sentence, of any event that meets an incident at its end."""
    if incident.state.final and not isinstance(event, RECEIPTS):
        refused = isinstance(lifecycle.attempt(incident, event), Refusal)
        demand(3, refused, f"{type(event).__name__} was accepted while {incident.state.value}, which is final")


def every_state_is_reachable(lifecycle: Lifecycle) -> None:
    """Invariant 3: there is a way into each state, under this very policy."""
    for state in State:
        with _no_way(f"{state.value} could not be reached"):
            Story(lifecycle).until(state)


def an_end_is_reachable(walk: Walk) -> None:
    """Invariant 3: whatever happened on the way, anybody can bring the incident to its end from where it is."""
    story = Story(walk.lifecycle, steps=walk.steps)
    with _no_way(f"from {walk.incident.state.value} no end could be reached"):
        if story.incident.state in UNTOLD:
            story.until(State.DISMISSED)
            return
        if story.incident.state is not State.REVIEWED and _may_be_out_of_order(story.incident):
            story.say(e.DetailsAmended, forget=("fault", "detected", "aware", "repaired"))
        story.until(State.REVIEWED)


@contextmanager
def _no_way(found: str) -> Iterator[None]:
    """Say that there is no way, where an event on it is refused; what is no refusal breaks invariant 1."""
    try:
        yield
    except TransitionRefused as refused:
        raise InvariantBroken(3, f"{found}: {refused}") from refused
    except Exception as error:
        raise InvariantBroken(1, f"{found}: {type(error).__name__}: {error}") from error


def _may_be_out_of_order(incident: Incident) -> bool:
    """Whether something is known of the turning points, which might stand in the way of an end at that time."""
    known = incident.milestones
    return any((known.fault, known.detected, known.aware, known.repaired))


def has_what_it_needs(walk: Walk) -> None:
    """Invariant 4: an assessment that meets the criteria; then services, impact and a message."""
    for step in walk.steps:
        after = step.after
        if after.state not in {State.CANDIDATE, State.DISMISSED}:
            demand(4, _meets(after.assessment), f"{at(step)}: the assessment is {after.assessment}")
        if after.state not in UNTOLD:
            told = f"services {after.services}, impact {after.impact!r}, message {after.message!r:.40}"
            demand(4, after.services and after.impact and after.message, f"{at(step)}: {told}")


def _meets(said: Assessment | None) -> bool:
    """The criteria of §1, told once more."""
    return said is not None and bool(
        said.unplanned.met and (said.impacts_users.met or said.degrades_services.met or said.increases_risk.met)
    )


def nothing_is_owed_after_review(walk: Walk) -> None:
    """Invariant 7: nothing open, no *must* waived, a *should* with a reason; and one issue for a temporary fix."""
    if walk.incident.state is State.REVIEWED:
        _settled(walk.incident)
    issues = [command for command in walk.commands if isinstance(command, CreateIssue)]
    temporary = any(_is_temporary(step) for step in walk.steps)
    found = f"{len(issues)} issues were asked for, {'after a' if temporary else 'without any'} temporary fix"
    demand(7, len(issues) == temporary, found)


def _settled(incident: Incident) -> None:
    """What must be true of the follow-ups of a reviewed incident."""
    for owed in incident.follow_ups:
        said = f"{owed.key} ({owed.strength.value}) is {owed.state.value}"
        done = owed.state is FollowUpState.DONE
        demand(7, owed.state is not FollowUpState.OPEN, said)
        demand(7, done or owed.strength is not Strength.MUST, said)
        demand(7, done or owed.strength is Strength.MAY or owed.reason, f"{said} without a reason")
    if incident.fix is Fix.TEMPORARY:
        issue = incident.follow_up("permanent_fix")
        demand(7, issue and issue.state is FollowUpState.DONE and issue.link, f"the permanent fix is {issue}")


def _is_temporary(step: Step) -> bool:
    """Whether a step resolved the incident with a temporary fix."""
    return isinstance(step.event, e.IncidentResolved) and step.event.fix is Fix.TEMPORARY
