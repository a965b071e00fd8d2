"""Time an accepted and a refused step beside its yardsticks, interleaved in one run. Ratios are what counts.

Yardsticks: a hand-written dict table with the same guards, effects and snapshot construction (the least that any
machine must do), and plain use of `transitions` (a model per incident, conditions and callbacks, `attrs.evolve`).
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import attrs
from transitions import Machine

from incident_fsm import Answer, Assessment, Incident, Lifecycle, Reason, Refusal, State, Step
from incident_fsm import events as e
from incident_fsm._incident import draft_of, seal
from incident_fsm._reactions.emission import Emission
from incident_fsm._table import ROWS, Row
from incident_fsm.policy_files import load_shipped

ROUNDS, CALLS = 31, 400
AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

LIFECYCLE = Lifecycle(load_shipped())
POLICY = LIFECYCLE.policy
_NOT_HERE = (Reason("not_now", "not here"),)
_TABLE = {(row.event, row.source): row for row in ROWS}


def managing() -> Incident:
    """An incident that is being managed."""
    yes = Answer(met=True, evidence="an alert")
    head: dict[str, Any] = {"at": AT, "by": "sam"}
    batch = [
        e.CandidateReported(id="1", incident_id="INC-1", title="Airflow Autoscaling Incident", **head),
        e.CandidateConfirmed(id="2", assessment=Assessment(unplanned=yes, impacts_users=yes), **head),
        e.IncidentDeclared(
            id="3",
            services=(POLICY.services[0],),
            impact="Minor",
            message="Delays.",
            next_update_at=AT.replace(hour=4),
            **head,
        ),
        e.ManagementStarted(id="4", lead="jo", **head),
    ]
    return LIFECYCLE.replay(batch)


INCIDENT = managing()
NOTE = e.NoteTaken(id="5", at=AT, by="sam", text="We look into it.")
NO_ROW = e.ManagementStarted(id="6", at=AT, by="sam", lead="jo")
GUARDED = e.RoleAssigned(id="7", at=AT, by="sam", role="bass", person="jo")


def by_dict(incident: Incident, event: e.Event) -> Step | Refusal:
    """The hand-written dict table."""
    row = _TABLE.get((type(event), incident.state))
    if row is None:
        return Refusal(incident.id, incident.state, event, _NOT_HERE)
    reasons = row.guard(incident, event, POLICY)
    if reasons:
        return Refusal(incident.id, incident.state, event, reasons)
    draft = draft_of(incident)
    row.evolve(draft, event, POLICY)
    draft.revision += 1
    if row.source is not row.target:
        draft.state, draft.entered_at = row.target, event.at
    after = seal(draft)
    emission = Emission(incident, after, event, POLICY)
    row.emit(emission)
    return Step(incident, event, after, tuple(emission.commands))


class Model:
    """An incident as `transitions` is plainly used: an object with a state that changes."""

    def __init__(self, incident: Incident) -> None:
        self.state = incident.state.value
        self.incident = incident
        self.commands: tuple[object, ...] = ()

    def permitted(self, row: Row, event: e.Event) -> bool:
        """Ask the guard."""
        return not row.guard(self.incident, event, POLICY)

    def react(self, row: Row, event: e.Event) -> None:
        """Build the next snapshot by `attrs.evolve`, and the commands."""
        draft = draft_of(self.incident)
        row.evolve(draft, event, POLICY)
        after = attrs.evolve(self.incident, revision=self.incident.revision + 1, roles=draft.roles, cases=draft.cases)
        emission = Emission(self.incident, after, event, POLICY)
        row.emit(emission)
        self.incident, self.commands = after, tuple(emission.commands)


def plain_transitions() -> Callable[[Incident, e.Event], Model]:
    """Plain use: a machine with a model that lives as long as its incident."""
    model = Model(INCIDENT)
    machine = Machine(model=model, states=[state.value for state in State], initial=INCIDENT.state.value)
    for row in ROWS:
        if row.source is not None:
            machine.add_transition(
                row.event.__name__, row.source.value, row.target.value,
                conditions=lambda event, row=row: model.permitted(row, event),
                after=lambda event, row=row: model.react(row, event),
            )  # fmt: skip

    def step(incident: Incident, event: e.Event) -> Model:
        model.incident, model.state = incident, incident.state.value
        getattr(model, type(event).__name__)(event)
        return model

    return step


def shared_stock_machine() -> Callable[[Incident, e.Event], Model]:
    """The stock machine, shared, with a small throw-away model."""
    machine = Machine(
        model=None, states=[s.value for s in State], initial=None, auto_transitions=False, send_event=True
    )
    for row in ROWS:
        if row.source is not None:
            machine.add_transition(
                row.event.__name__, row.source.value, row.target.value,
                conditions=lambda data, row=row: data.model.permitted(row, data.args[0]),
                after=lambda data, row=row: data.model.react(row, data.args[0]),
            )  # fmt: skip

    def step(incident: Incident, event: e.Event) -> Model:
        model = Model(incident)
        machine.events[type(event).__name__].trigger(model, event)
        return model

    return step


def interleaved(contestants: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Median microseconds a call, taking turns so that noise hits all alike."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, call in contestants.items():
            began = time.perf_counter()
            for _ in range(CALLS):
                call()
            times[name].append((time.perf_counter() - began) / CALLS * 1e6)
    return {name: statistics.median(taken) for name, taken in times.items()}


def main() -> int:
    """Measure, and print a table (or JSON)."""
    stock, plain = shared_stock_machine(), plain_transitions()
    taken = interleaved({
        "accepted: Lifecycle.attempt": lambda: LIFECYCLE.attempt(INCIDENT, NOTE),
        "accepted: dict table": lambda: by_dict(INCIDENT, NOTE),
        "accepted: stock machine, shared": lambda: stock(INCIDENT, NOTE),
        "accepted: plain transitions": lambda: plain(INCIDENT, NOTE),
        "refused, no row: Lifecycle.attempt": lambda: LIFECYCLE.attempt(INCIDENT, NO_ROW),
        "refused, no row: dict table": lambda: by_dict(INCIDENT, NO_ROW),
        "refused, guard: Lifecycle.attempt": lambda: LIFECYCLE.attempt(INCIDENT, GUARDED),
        "refused, guard: dict table": lambda: by_dict(INCIDENT, GUARDED),
    })  # fmt: skip
    ratios = {name: time_ / taken[f"{name.split(':')[0]}: dict table"] for name, time_ in taken.items()}
    if "--json" in sys.argv[1:]:
        print(json.dumps({"transitions": version("transitions"), "microseconds": taken, "ratio_to_dict_table": ratios}))
        return 0
    print(f"transitions {version('transitions')}, medians of {ROUNDS} interleaved rounds of {CALLS} calls")
    for name, time_ in taken.items():
        print(f"{name:38} {time_:8.2f} us   {ratios[name]:6.2f} x the dict table")
    return 0


if __name__ == "__main__":
    sys.exit(main())
