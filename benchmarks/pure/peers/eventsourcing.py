"""eventsourcing as its tutorial shows it: an aggregate whose `@event` method changes it, with the check before it.

The library has no transitions, so an aggregate looks its row up in a dict, asks the guard and, if it has no reason
against it, calls the decorated method, which makes the domain event and applies it. What is pending is collected after
each event, as saving does; nothing is stored here.
"""

from benchmarks.pure.contest import Contestant, Subject
from eventsourcing.domain import Aggregate, event

from incident_fsm import Incident, State
from incident_fsm._table import ROWS, Row
from incident_fsm.commands import Command
from incident_fsm.events import Event

_TABLE: dict[tuple[type[Event], State | None], Row] = {(row.event, row.source): row for row in ROWS}


class Told(Aggregate):
    """An incident as an aggregate."""

    @event("Begun")
    def __init__(self) -> None:
        self.subject = Subject()

    def tell(self, said: Event) -> bool:
        """Decide on an event."""
        before = self.subject.incident
        row = _TABLE.get((type(said), None if before is None else before.state))
        if row is None or not self.subject.permits(row, said):
            return False
        self.accept(said)
        return True

    @event("Accepted")
    def accept(self, said: Event) -> None:
        """Apply an event that was decided on."""
        before = self.subject.incident
        self.subject.react(_TABLE[type(said), None if before is None else before.state], said)


class Handled:
    """An aggregate, and what saving it would take."""

    def __init__(self) -> None:
        self.aggregate = Told()
        self.subject: Subject = self.aggregate.subject
        self.aggregate.collect_events()

    @property
    def incident(self) -> Incident | None:
        """The present snapshot."""
        return self.subject.incident

    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands of the last event."""
        return self.subject.commands

    def handle(self, said: Event) -> bool:
        """Tell the aggregate, and collect what is to be stored."""
        accepted = bool(self.aggregate.tell(said))
        self.aggregate.collect_events()
        return accepted


EVENTSOURCING = Contestant("eventsourcing", "eventsourcing", Handled)
