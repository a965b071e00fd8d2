"""What is due when: invariant 12."""

from datetime import datetime

from incident_fsm import Kind, Lifecycle, Refusal, deadlines
from incident_fsm import commands as c
from incident_fsm import events as e
from incident_fsm._incident import Incident
from incident_fsm.deadlines import Deadline
from incident_fsm.testing.arbitrary import LAST
from incident_fsm.testing.invariants.sentences import InvariantBroken, at, demand
from incident_fsm.testing.walks import Walk


def nothing_is_due_after_the_end(walk: Walk) -> None:
    """Invariant 12, first part: no deadline stands at the end, nor ever for what was recorded afterwards."""
    incident = walk.incident
    standing = deadlines.standing(incident, walk.lifecycle.policy)
    names = [deadline.name for deadline in standing]
    over = incident.state.final or incident.kind is Kind.BACKFILLED
    demand(12, not (over and names), f"{incident.kind.value}, {incident.state.value}, and {names} are due")
    demand(12, len(set(names)) == len(names), f"a deadline stands twice: {names}")


def reopening_arms_again(walk: Walk) -> None:
    """Invariant 12, second part: after a reopening, whatever stands has not been reminded of."""
    for lifecycle, step in walk.history:
        if isinstance(step.event, e.IncidentReopened):
            standing = deadlines.standing(step.after, lifecycle.policy)
            open_ones = deadlines.unreminded(step.after, lifecycle.policy)
            demand(12, open_ones == standing, f"{at(step)}: {standing} stand, and only {open_ones} are not reminded of")


def being_late_loses_nothing(walk: Walk, now: datetime) -> None:
    """Invariant 12, third part: however late somebody looks, all that was due is found, and reminded of once."""
    incident, policy = walk.incident, walk.lifecycle.policy
    late = deadlines.due(incident, policy, now)
    wanted = {one for one in deadlines.unreminded(incident, policy) if one.due <= now}
    demand(12, set(late) == wanted, f"at {now} {wanted} are due, and {late} were found")
    for deadline in late:
        if deadline.due <= LAST:  # no event can be later
            incident = _reminded(walk.lifecycle, incident, deadline, walk.steps[0].event.at)


def _reminded(lifecycle: Lifecycle, incident: Incident, deadline: Deadline, opened: datetime) -> Incident:
    """Remind of a deadline, and hear that it is not reminded of again."""
    passed = e.DeadlinePassed(
        id=f"d-{deadline.name}", at=max(deadline.due, opened), by="clock", deadline=deadline.name, due_at=deadline.due
    )
    answer = lifecycle.attempt(incident, passed)
    if isinstance(answer, Refusal):
        raise InvariantBroken(12, f"{deadline.name} was due at {deadline.due}, and is lost: {answer.sentence}")
    told = [(command.deadline, command.due) for command in answer.commands if isinstance(command, c.Remind)]
    once = told == [(deadline.name, deadline.due)] and len(answer.commands) == 1
    demand(12, once, f"{deadline.name} passed, and this was asked for: {answer.commands}")
    again = lifecycle.attempt(answer.after, passed)
    demand(12, isinstance(again, Refusal), f"{deadline.name} was reminded of twice")
    return answer.after
