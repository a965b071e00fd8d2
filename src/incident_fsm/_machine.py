"""The one door to `transitions`: compiles the table into a `transitions.Machine`.

One machine serves every incident, because it holds no model: an incident is handed in, the answer handed out. Two
documented extension points make that possible. `event_cls` decides what triggering means: here, to look up the one
row for the incident's state. `transition_cls` decides what executing means: here, guard, evolve, emit. Extra keywords
of `add_transition` reach `transition_cls`, so each row carries its functions.

What is not used, and why: `queued` (answers before the guard ran), automatic transitions (walk around guards),
callbacks by name, and models (a snapshot is a value). The tests prove that a stock `transitions.Machine`, built from
the same rows, agrees with this one on every state, event and outcome of a guard.
"""

from collections.abc import Callable, Iterable
from typing import Any, cast

from transitions import Event as _Event
from transitions import Machine as _Machine
from transitions import Transition as _Transition

from incident_fsm._guards.upkeep import stale
from incident_fsm._incident import Incident, draft_of, seal
from incident_fsm._reactions.emission import Emission
from incident_fsm._results import Reason, Refusal, Step
from incident_fsm._states import State
from incident_fsm._table import Row
from incident_fsm._trusted import open_twin
from incident_fsm.events import Event
from incident_fsm.policy import Policy

Trigger = Callable[[Incident | None, Event, Policy, int | None], Step | Refusal]

UNREPORTED = "unreported"
"""What `transitions` is told an incident's state is before there is one: every transition there has a source."""


# Every answer is one of these; how they are made is a part of what a step costs, see `_trusted`.
_blank_step = open_twin(Step)
_blank_refusal = open_twin(Refusal)


class LeanTransition(_Transition):
    """A row of the table at work."""

    def __init__(self, source: str, dest: str, *_callbacks: object, row: Row) -> None:
        """Take the row; callbacks have no part in it."""
        super().__init__(source, dest)
        self.row = row

    def execute(  # type: ignore[override]  # a snapshot in and an answer out is the point of replacing it
        self, incident: Incident | None, event: Event, policy: Policy, base: int | None
    ) -> Step | Refusal:
        """Ask the guard; if it has no reason against it, build the next snapshot and the commands."""
        row = self.row
        reasons = row.guard(incident, event, policy)
        if event.revision is not None:
            reasons = (*_stale(incident, event.revision, base), *reasons)
        if reasons:
            return _refuse(incident, event, reasons)
        draft = draft_of(incident)
        row.evolve(draft, event, policy)
        draft.revision += 1
        if row.source is not row.target:
            draft.state = row.target
            draft.entered_at = event.at
        after = seal(draft)
        emission = Emission(incident, after, event, policy)
        row.emit(emission)
        step = _blank_step()
        step.before = incident
        step.event = event
        step.after = after
        step.commands = tuple(emission.commands)
        step.__class__ = Step
        return cast("Step", step)


class LeanEvent(_Event):
    """A trigger that takes a snapshot in and hands an answer out."""

    def __init__(self, name: str, machine: _Machine) -> None:
        """Keep the rows by state as well, to find one with a single look-up."""
        super().__init__(name, machine)
        self.by_state: dict[State | None, LeanTransition] = {}
        self._no_rows: dict[State | None, tuple[Reason]] = {}

    def add_transition(self, transition: _Transition) -> None:
        """File a row under its source."""
        super().add_transition(transition)
        lean = cast("LeanTransition", transition)
        self.by_state[lean.row.source] = lean

    def trigger(  # type: ignore[override]  # a snapshot in and an answer out is the point of replacing it
        self, incident: Incident | None, event: Event, policy: Policy, base: int | None
    ) -> Step | Refusal:
        """Answer with a step or a refusal. `base` is the revision that `event.revision` is held against."""
        state = None if incident is None else incident.state
        found = self.by_state.get(state)
        if found is not None:
            return found.execute(incident, event, policy, base)
        reasons: tuple[Reason, ...] = self._no_rows.get(state) or self.no_row(state)
        if event.revision is not None:
            reasons = (*_stale(incident, event.revision, base), *reasons)
        return _refuse(incident, event, reasons)

    def no_row(self, state: State | None) -> tuple[Reason]:
        """Say where the event would be possible; worded once per state."""
        reasons = self._no_rows[state] = (self._word_no_row(state),)
        return reasons

    def _word_no_row(self, state: State | None) -> Reason:
        """Word the reason."""
        places = [place.value for place in self.by_state if place is not None]
        if state is None:
            return Reason("not_reported", f"there is no incident yet; {self.name} needs one that is {_either(places)}")
        if not places:
            return Reason("already_reported", "an incident of this id exists already; give the new one its own id")
        return Reason("not_now", f"{self.name} is possible while {_either(places)}, not while {state.value}")


def _stale(incident: Incident | None, revision: int, base: int | None) -> tuple[Reason, ...]:
    """Say that an event was made for an older revision, whether or not it would be possible now."""
    return () if incident is None or revision == base else (stale(incident, revision),)


def _either(places: list[str]) -> str:
    """Join alternatives for people."""
    return " or ".join((", ".join(places[:-1]), places[-1])) if places[1:] else places[0]


def _refuse(incident: Incident | None, event: Event, reasons: tuple[Reason, ...]) -> Refusal:
    """Wrap reasons up as a refusal."""
    refusal = _blank_refusal()
    if incident is None:
        refusal.incident_id = getattr(event, "incident_id", "")
        refusal.state = None
    else:
        refusal.incident_id = incident.id
        refusal.state = incident.state
    refusal.event = event
    refusal.reasons = reasons
    refusal.__class__ = Refusal
    return cast("Refusal", refusal)


class LeanMachine(_Machine):
    """A `transitions.Machine` with our own idea of an event and of a transition."""

    event_cls = LeanEvent
    transition_cls = LeanTransition


def compile_table(rows: Iterable[Row]) -> LeanMachine:
    """Build the machine for a table."""
    states: list[Any] = [UNREPORTED, *(state.value for state in State)]
    machine = LeanMachine(model=None, states=states, initial=None, auto_transitions=False)
    for row in rows:
        source = UNREPORTED if row.source is None else row.source.value
        machine.add_transition(row.event.__name__, source, row.target.value, row=row)
    return machine


def triggers(machine: LeanMachine, events: Iterable[type[Event]]) -> dict[type[Event], Trigger]:
    """Bind the trigger of each event once."""
    return {event: cast("LeanEvent", machine.events[event.__name__]).trigger for event in events}
