"""sismic as its documentation shows it: a statechart with guards and actions in Python, and an interpreter on it.

The statechart is made of sismic's model classes, as its documentation on statecharts in Python has it; guards and
actions are code in which the context and the event are known. Rows that stay in their state are internal transitions.
Each incident has an interpreter, which is given the event and then executes.
"""

from benchmarks.pure.contest import PLACES, UNREPORTED, Contestant, Subject, source_of
from sismic.interpreter import Interpreter
from sismic.model import BasicState, CompoundState, Statechart, Transition

from incident_fsm._table import ROWS
from incident_fsm.events import Event


def _statechart() -> Statechart:
    """The process as a statechart."""
    chart = Statechart("incident")
    chart.add_state(CompoundState("process", initial=UNREPORTED), parent=None)
    for place in PLACES:
        chart.add_state(BasicState(place), parent="process")
    for number, row in enumerate(ROWS):
        chart.add_transition(
            Transition(
                source=source_of(row),
                target=None if row.source is row.target else row.target.value,
                event=row.event.__name__,
                guard=f"subject.permits(rows[{number}], event.said)",
                action=f"subject.react(rows[{number}], event.said)",
            )
        )
    return chart


_STATECHART = _statechart()


class Handled(Subject):
    """An incident with its interpreter."""

    def __init__(self) -> None:
        super().__init__()
        self.interpreter = Interpreter(_STATECHART, initial_context={"subject": self, "rows": ROWS})
        self.interpreter.execute()

    def handle(self, event: Event) -> bool:
        """Queue the event and execute."""
        self.interpreter.queue(type(event).__name__, said=event)
        return any(step.transitions for step in self.interpreter.execute())


SISMIC = Contestant("sismic", "sismic", Handled)
