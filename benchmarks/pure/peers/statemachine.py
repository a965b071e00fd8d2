"""python-statemachine as its documentation shows it: a class made of a definition, with `cond` and `on` callbacks.

`create_machine_class_from_definition` is its documented way of making a class of data. Callbacks take what they name:
here the machine's model and our event. Rows that stay in their state are internal. Each incident has a machine, whose
model is the incident.
"""

from collections.abc import Callable
from typing import Any

from benchmarks.pure.contest import PLACES, UNREPORTED, Contestant, Subject, source_of
from statemachine.exceptions import TransitionNotAllowed
from statemachine.io import create_machine_class_from_definition

from incident_fsm._table import ROWS, Row
from incident_fsm.events import Event


def _cond(row: Row) -> Callable[[Any, Event], bool]:
    """The condition of a row."""

    def permits(model: Any, said: Event) -> bool:  # noqa: ANN401  the machine's model
        return bool(model.subject.permits(row, said))

    return permits


def _on(row: Row) -> Callable[[Any, Event], None]:
    """The action of a row."""

    def react(model: Any, said: Event) -> None:  # noqa: ANN401  the machine's model
        model.subject.react(row, said)

    return react


def _definition() -> dict[str, Any]:
    """The process as data."""
    states: dict[str, Any] = {place: {"initial": place == UNREPORTED, "on": {}} for place in PLACES}
    for row in ROWS:
        states[source_of(row)]["on"][row.event.__name__] = [
            {"target": row.target.value, "internal": row.source is row.target, "cond": _cond(row), "on": _on(row)}
        ]
    return states


_Machine: Any = create_machine_class_from_definition(
    "IncidentMachine", states=_definition(), allow_event_without_transition=False, catch_errors_as_events=False
)


class Model:
    """What the machine keeps its state in."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.state: str | None = None


class Handled(Subject):
    """An incident with its machine."""

    def __init__(self) -> None:
        super().__init__()
        self.machine = _Machine(model=Model(self))

    def handle(self, event: Event) -> bool:
        """Send the event."""
        try:
            self.machine.send(type(event).__name__, said=event)
        except TransitionNotAllowed:
            return False
        return True


STATEMACHINE = Contestant("python-statemachine", "python-statemachine", Handled)
