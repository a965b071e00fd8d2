"""How the lifecycle answers: invariants 1, 2 and the second half of 11."""

import copy

from attrs import evolve, fields

from incident_fsm import Incident, Lifecycle, Refusal, Step
from incident_fsm._table import ROWS
from incident_fsm.events import Event
from incident_fsm.testing.invariants.sentences import InvariantBroken, at, demand
from incident_fsm.testing.walks import Walk

_ROW = {(row.event, row.source): row for row in ROWS}


def total_and_pure(lifecycle: Lifecycle, incident: Incident | None, event: Event) -> Step | Refusal:
    """Invariant 1: ask the lifecycle, and again with copies; give its answer."""
    name = type(event).__name__
    kept = copy.deepcopy((incident, event))
    try:
        answer: object = lifecycle.attempt(incident, event)
    except Exception as error:
        raise InvariantBroken(1, f"{name} raised {type(error).__name__}: {error}") from error
    if not isinstance(answer, Step | Refusal):
        raise InvariantBroken(1, f"{name} was answered with a {type(answer).__name__}")
    demand(1, (incident, event) == kept, f"{name} modified what it was given")
    again = lifecycle.attempt(*kept)
    demand(1, again == answer, f"{name} was answered differently the second time: {answer!r:.200}, then {again!r:.200}")
    return answer


def options_agree(lifecycle: Lifecycle, incident: Incident, event: Event) -> None:
    """Invariant 1, of what can be asked before an event is filled in.

    What is blocked for any event is refused for every one, and what the table does not allow is no option.
    """
    options = {option.event: option for option in lifecycle.options(incident)}
    rows = {row.event for row in ROWS if row.source is incident.state}
    demand(1, set(options) == rows, f"the options while {incident.state.value} are not those of the table")
    answer = lifecycle.attempt(incident, event)
    option = options.get(type(event))
    name = type(event).__name__
    if option is None or option.blocked_by:
        demand(1, isinstance(answer, Refusal), f"{name} was accepted, though `options` said that it is blocked")
    elif isinstance(answer, Step):
        demand(1, answer.after.state is option.target, f"{name} led elsewhere than `options` said")


def nothing_blocked_was_accepted(walk: Walk) -> None:
    """Invariant 1, of a whole way: no event was accepted that was blocked before."""
    for lifecycle, step in walk.history[1:]:
        if step.before is not None:
            options_agree(lifecycle, step.before, evolve(step.event, revision=None))


def refusals_say_why(walk: Walk) -> None:
    """Invariant 2, first half: each refusal has its reasons, in words, and is the same when it is asked for again."""
    for before, lifecycle, refusal in walk.refusals:
        name = type(refusal.event).__name__
        demand(2, refusal.reasons, f"{name} was refused without a reason")
        for reason in refusal.reasons:
            worded = reason.code and reason.sentence and not reason.sentence.endswith(".")
            demand(2, worded, f"{name} was refused with a reason that is no sentence for people: {reason!r}")
        if before is not None:
            here = (refusal.incident_id, refusal.state) == (before.id, before.state)
            demand(2, here, f"{name} was refused for another incident, or in another state, than it was told of")
        demand(2, lifecycle.attempt(before, refusal.event) == refusal, f"{name} was refused, and something changed")


def reasons_name_fields(answer: Step | Refusal) -> None:
    """Invariant 2, of what a reason points at: a field of the event, or of the event that would satisfy it."""
    if isinstance(answer, Step):
        return
    names = {attribute.name for attribute in fields(type(answer.event))}
    for reason in answer.reasons:
        # Milestones may be wrong in the record: they are corrected by the event that satisfies.
        at_fault = {attribute.name for attribute in fields(reason.satisfied_by)} if reason.satisfied_by else names
        root = reason.field.partition(".")[0].partition("[")[0]
        demand(2, not root or root in names | at_fault, f"{type(answer.event).__name__} has no field {reason.field!r}")


def steps_follow_rows(walk: Walk) -> None:
    """Invariant 2, second half: one revision after the other, each along a row of the table."""
    before: Incident | None = None
    for revision, step in enumerate(walk.steps, start=1):
        after, source = step.after, None if before is None else before.state
        demand(2, after.revision == revision, f"{at(step)}: revision {after.revision} follows {revision - 1}")
        row = _ROW.get((type(step.event), source))
        demand(2, row is not None and row.target is after.state, f"{at(step)}: there is no such row in the table")
        demand(2, step.before == before, f"{at(step)}: the step did not begin where the one before had ended")
        moved = before is None or after.state is not before.state
        entered = step.event.at if moved or before is None else before.entered_at
        demand(2, after.entered_at == entered, f"{at(step)}: entered at {after.entered_at}, not at {entered}")
        before = after


def stale_is_refused(lifecycle: Lifecycle, incident: Incident | None, event: Event, revision: int) -> None:
    """Invariant 11, second half: an event that was made for another revision than the incident's is refused as stale.

    The other reasons, if there are any, are told as well.
    """
    answer = lifecycle.attempt(incident, evolve(event, revision=revision))
    plain = lifecycle.attempt(incident, evolve(event, revision=None))
    name = type(event).__name__
    if incident is None or incident.revision == revision:
        demand(11, type(answer) is type(plain), f"{name} was made for this very revision, and answered differently")
        return
    now = f"{name} was made for revision {revision}, the incident is at {incident.revision}"
    if isinstance(answer, Step):
        raise InvariantBroken(11, f"{now}, and it was accepted")
    demand(2, answer.reasons, f"{now}, and it was refused without a reason")
    rest = plain.codes if isinstance(plain, Refusal) else ()
    demand(11, answer.codes == ("stale", *rest), f"{now}; expected {('stale', *rest)}, and it said {answer.codes}")
