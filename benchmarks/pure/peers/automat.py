"""Automat as its tutorial shows it: a protocol of inputs, a core with the data, and a `TypeMachineBuilder`.

Automat has no guards, on purpose. Its tutorial has conditions decided before an input is given, so the guard is asked
first, and the input is given if it has no reason against it. The methods of the protocol are made in a loop, one for
each event, instead of being written out.
"""

from collections.abc import Callable
from types import new_class
from typing import Any, Protocol

from automat import NoTransition, TypeMachineBuilder
from benchmarks.pure.contest import PLACES, Contestant, Subject, source_of
from benchmarks.pure.story import POLICY

from incident_fsm._guards import Guard
from incident_fsm._table import ROWS, Row
from incident_fsm.events import EVENTS, Event


def _input(name: str) -> Callable[[Any, Event], None]:
    """An input: a method without a body, whose name and signature are what counts."""

    def told(self: Any, event: Event) -> None:  # noqa: ANN401  Automat implements it
        ...

    told.__name__ = told.__qualname__ = name
    return told


Inputs: Any = new_class(
    "Inputs", (Protocol,), exec_body=lambda body: body.update({one.__name__: _input(one.__name__) for one in EVENTS})
)
"""The protocol of the inputs."""


def _output(row: Row) -> Callable[[Any, Subject, Event], None]:
    """What happens along a row."""

    def react(_inputs: Any, core: Subject, event: Event) -> None:  # noqa: ANN401  of Automat's own making
        core.react(row, event)

    react.__name__ = f"react_{row.event.__name__}_{source_of(row)}"
    return react


def _built() -> Any:  # noqa: ANN401  a factory of Automat's own making
    """The machine's factory."""
    builder = TypeMachineBuilder(Inputs, Subject)
    places = {place: builder.state(place) for place in PLACES}
    for row in ROWS:
        upon = places[source_of(row)].upon(getattr(Inputs, row.event.__name__))
        (upon.loop() if row.source is row.target else upon.to(places[row.target.value]))(_output(row))
    return builder.build()


_MACHINE = _built()
_GUARDS: dict[type[Event], Guard] = {row.event: row.guard for row in ROWS}
"""The rows of an event share its guard."""


class Handled(Subject):
    """A core with its machine."""

    def __init__(self) -> None:
        super().__init__()
        self.inputs = _MACHINE(self)

    def handle(self, event: Event) -> bool:
        """Ask the guard, then give the input."""
        if _GUARDS[type(event)](self.incident, event, POLICY):
            return False
        try:
            getattr(self.inputs, type(event).__name__)(event)
        except NoTransition:
            return False
        return True


AUTOMAT = Contestant("Automat", "Automat", Handled)
