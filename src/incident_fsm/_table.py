"""The process as a table. Rules first, rows second.

Rules
=====
1.  Every row is written out: no wildcards, no nesting, no entry or exit actions.
2.  At most one row per event and source, so an event never has two outcomes to choose from.
3.  A row names, for its cell, the target, the *guard* (reasons why not), the *block* (the part of the guard that no
    event can help, for `options`), what *evolves*, and what is *emitted*, in that order of use.
4.  A row whose target is its source leaves the state, and since when it is entered, alone.
5.  Final states accept receipts and nothing else.
6.  What is not a row is refused. Nobody walks around the table: no `if incident.state is …` elsewhere.

Theory of operation
===================
The happy path runs down the page: candidate → confirmed → declared → managing → resolved → reviewed, each arrow one
section of the process. Two moves leave it: a candidate (or a confirmed event that turns out to be a duplicate) is
dismissed, and a resolved incident is reopened into managing. Everything else happens *within* a state: notes, roles,
status updates, support, corrections, follow-ups, reminders and receipts. So the state says which section of the
process we are in, and nothing more; what was done within it is in the incident's fields.

The table checks itself at import: states known, one row per cell, every state reachable, and from every state a final
one. A table that fails is a bug, and no incident is ever handled by it.
"""

from collections.abc import Iterable, Iterator

from attrs import field, frozen

from incident_fsm import _guards as g
from incident_fsm import _reactions as r
from incident_fsm._states import State
from incident_fsm.errors import TableError
from incident_fsm.events import (
    RECEIPTS,
    CandidateConfirmed,
    CandidateDismissed,
    CandidateReported,
    CommandDone,
    CommandFailed,
    DeadlinePassed,
    DetailsAmended,
    Event,
    FollowUpDone,
    FollowUpWaived,
    IncidentDeclared,
    IncidentReopened,
    IncidentResolved,
    IncidentReviewed,
    ManagementStarted,
    NoteTaken,
    RoleAssigned,
    SecurityBreachFlagged,
    ServiceRestored,
    StatusUpdated,
    SupportChased,
    SupportRequested,
)


@frozen
class Row:
    """One legal move: this event takes an incident from source to target. `source` None opens an incident."""

    event: type[Event]
    source: State | None
    target: State
    guard: g.Guard = field(default=g.always, kw_only=True)
    block: g.Block = field(default=g.never_blocked, kw_only=True)
    evolve: r.Evolve = field(default=r.nothing_changes, kw_only=True)
    emit: r.Emit = field(default=r.nothing_to_do, kw_only=True)


CANDIDATE, CONFIRMED, DECLARED, MANAGING, RESOLVED, REVIEWED, DISMISSED = State


def _within(event: type[Event], *states: State, guard: g.Guard = g.always, block: g.Block = g.never_blocked,
            evolve: r.Evolve = r.nothing_changes, emit: r.Emit = r.nothing_to_do) -> Iterator[Row]:  # fmt: skip
    """Write out the rows of an event that leaves the state as it is."""
    for state in states:
        yield Row(event, state, state, guard=guard, block=block, evolve=evolve, emit=emit)


# fmt: off
ROWS: tuple[Row, ...] = (
    # §1 Confirm that the event constitutes an incident
    Row(CandidateReported, None, CANDIDATE,
        guard=g.opens_in_order, evolve=r.evolve_reported, emit=r.emit_breach),
    Row(CandidateConfirmed, CANDIDATE, CONFIRMED,
        guard=g.meets_criteria, evolve=r.evolve_confirmed, emit=r.emit_breach),
    Row(CandidateDismissed, CANDIDATE, DISMISSED,
        guard=g.grounds_for_dismissal, evolve=r.evolve_dismissed, emit=r.emit_dismissed),
    Row(CandidateDismissed, CONFIRMED, DISMISSED,
        guard=g.grounds_for_dismissal, evolve=r.evolve_dismissed, emit=r.emit_dismissed),
    *_within(SecurityBreachFlagged, CANDIDATE, CONFIRMED, DECLARED, MANAGING, RESOLVED,
             guard=g.flagged_once, block=g.breach_not_flagged, evolve=r.evolve_flagged, emit=r.emit_breach),

    # §2 Declare the incident
    Row(IncidentDeclared, CONFIRMED, DECLARED,
        guard=g.declaration_complete, evolve=r.evolve_declared, emit=r.emit_status),

    # §3 Managing an incident
    Row(ManagementStarted, DECLARED, MANAGING,
        guard=g.lead_named, evolve=r.evolve_managing, emit=r.emit_thread),
    *_within(NoteTaken, CANDIDATE, CONFIRMED, DECLARED, MANAGING, RESOLVED,
             emit=r.emit_note),
    *_within(RoleAssigned, CONFIRMED, DECLARED, MANAGING, RESOLVED,
             guard=g.role_known, evolve=r.evolve_role, emit=r.emit_role),
    *_within(StatusUpdated, DECLARED, MANAGING,
             guard=g.update_complete, evolve=r.evolve_updated, emit=r.emit_status),

    # §4 Fix the problem
    *_within(ServiceRestored, DECLARED, MANAGING,
             guard=g.not_before_the_start, evolve=r.evolve_restored, emit=r.emit_restored),
    *_within(SupportRequested, DECLARED, MANAGING, RESOLVED,
             guard=g.support_possible, block=g.support_open, evolve=r.evolve_support, emit=r.emit_support),
    *_within(SupportChased, DECLARED, MANAGING, RESOLVED,
             guard=g.chase_possible, block=g.has_a_case, evolve=r.evolve_chased, emit=r.emit_chased),
    *_within(DetailsAmended, CANDIDATE, CONFIRMED, DECLARED, MANAGING, RESOLVED,
             guard=g.something_changes, evolve=r.evolve_amended),

    # §5 End the incident
    Row(IncidentResolved, MANAGING, RESOLVED,
        guard=g.over_for_users, evolve=r.evolve_resolved, emit=r.emit_resolved),
    Row(IncidentReopened, RESOLVED, MANAGING,
        guard=g.reopening_complete, evolve=r.evolve_reopened, emit=r.emit_reopened),

    # §6 Post-incident procedure
    *_within(FollowUpDone, RESOLVED,
             guard=g.done_is_shown, block=g.follow_up_open, evolve=r.evolve_done),
    *_within(FollowUpWaived, RESOLVED,
             guard=g.rightly_waived, block=g.follow_up_waivable, evolve=r.evolve_waived),
    Row(IncidentReviewed, RESOLVED, REVIEWED,
        guard=g.review_complete, block=g.nothing_owed, evolve=r.evolve_reviewed, emit=r.emit_reviewed),

    # Deadlines and receipts
    *_within(DeadlinePassed, CANDIDATE, CONFIRMED, DECLARED, MANAGING, RESOLVED,
             guard=g.deadline_passed, block=g.deadline_stands, evolve=r.evolve_deadline, emit=r.emit_reminder),
    *_within(CommandDone, CANDIDATE, CONFIRMED, DECLARED, MANAGING, RESOLVED, REVIEWED, DISMISSED,
             guard=g.own_command, evolve=r.evolve_receipt),
    *_within(CommandFailed, CANDIDATE, CONFIRMED, DECLARED, MANAGING, RESOLVED, REVIEWED, DISMISSED,
             guard=g.own_command),
)
# fmt: on


def faults(rows: Iterable[Row]) -> tuple[str, ...]:
    """List what contradicts the rules above."""
    rows = tuple(rows)
    return (*_cells_twice(rows), *_beyond_the_end(rows), *_dead_ends(rows))


def _cells_twice(rows: tuple[Row, ...]) -> Iterator[str]:
    """Yield each cell that has more than one row (rule 2)."""
    cells: set[tuple[type[Event], State | None]] = set()
    for row in rows:
        if (row.event, row.source) in cells:
            yield f"{row.event.__name__} has two rows from {row.source.value if row.source else 'nothing'}"
        cells.add((row.event, row.source))


def _beyond_the_end(rows: tuple[Row, ...]) -> Iterator[str]:
    """Yield each row that leaves a final state, or does more there than receive (rule 5)."""
    for row in rows:
        if row.source is not None and row.source.final and (row.event not in RECEIPTS or row.target is not row.source):
            yield f"{row.event.__name__} is possible in the final state {row.source.value}"


def _dead_ends(rows: tuple[Row, ...]) -> Iterator[str]:
    """Yield each state that cannot be reached, or from which no final state can."""
    reached = _closure({row.target for row in rows if row.source is None}, rows)
    for state in State:
        if state not in reached:
            yield f"the state {state.value} cannot be reached"
        if not any(end.final for end in _closure({state}, rows)):
            yield f"no final state can be reached from {state.value}"


def _closure(states: set[State], rows: tuple[Row, ...]) -> set[State]:
    """Follow the rows from some states as far as they go."""
    while more := {row.target for row in rows if row.source in states} - states:
        states = states | more
    return states


def checked(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Hand the rows back, or raise `TableError` with everything that is wrong with them."""
    if found := faults(rows):
        raise TableError(found)
    return rows


checked(ROWS)
