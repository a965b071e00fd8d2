"""A small world for the shell's tests: a clock that moves when told, events without fuss, and a scripted adapter."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, TypeVar

from incident_fsm import NO, Answer, Assessment, Kind
from incident_fsm import events as e
from incident_fsm.adapters import Absent, Context, Finding, Outcome, Receipt
from incident_fsm.commands import Command
from incident_fsm.testing import FrozenClock

START = FrozenClock().moment
SERVICE = "Analytical Platform Compute"

E = TypeVar("E", bound=e.Event)


class Pen:
    """Writes events: ids count up, the time is the clock's, and Sam says it."""

    def __init__(self, clock: FrozenClock) -> None:
        self.clock = clock
        self.count = 0

    def __call__(self, event: type[E], **fields: Any) -> E:
        """Write an event."""
        self.count += 1
        return event(**{"id": f"event-{self.count}", "at": self.clock(), "by": "sam", **fields})

    def reported(self, incident_id: str = "INC-1", **fields: Any) -> e.CandidateReported:
        """Report "Airflow Autoscaling Incident"."""
        return self(e.CandidateReported, incident_id=incident_id, title="Airflow Autoscaling Incident", **fields)

    def confirmed(self) -> e.CandidateConfirmed:
        """Confirm that the criteria are met."""
        yes = Answer(met=True, evidence="an alert")
        return self(e.CandidateConfirmed, assessment=Assessment(unplanned=yes, impacts_users=yes, degrades_services=NO))

    def declared(self, **fields: Any) -> e.IncidentDeclared:
        """Declare with minor impact and an update in half an hour."""
        promise = self.clock() + timedelta(minutes=30)
        given = {"services": (SERVICE,), "impact": "Minor", "message": "Tasks are delayed.", "next_update_at": promise}
        return self(e.IncidentDeclared, **{**given, **fields})

    def managed(self) -> e.ManagementStarted:
        """Let Jo take the lead."""
        return self(e.ManagementStarted, lead="jo")

    def noted(self, text: str = "We look into it.") -> e.NoteTaken:
        """Take a note."""
        return self(e.NoteTaken, text=text)

    def beginning(self, incident_id: str = "INC-1", kind: Kind = Kind.LIVE) -> tuple[e.Event, ...]:
        """Report, confirm, declare and manage, as one batch."""
        return self.reported(incident_id, kind=kind), self.confirmed(), self.declared(), self.managed()


class Scripted:
    """An adapter that answers what it is told to, in order, and a receipt when it was told nothing more.

    An exception among the answers is raised instead.
    """

    def __init__(
        self, *answers: object, found: object = None, live: bool = False, only: Iterable[type[Command]] = ()
    ) -> None:
        self.name = "scripted"
        self.live = live
        self.answers = list(answers)
        self.found = Absent() if found is None else found
        self.only = tuple(only)
        self.done: list[Command] = []
        self.sought: list[Command] = []
        self.contexts: list[Context] = []

    def accepts(self, command: Command) -> bool:
        """Accept everything, or only what it was told to."""
        return not self.only or isinstance(command, self.only)

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Answer the next thing."""
        self.contexts.append(context)
        answer = (
            self.answers.pop(0)
            if self.answers
            else Receipt(reference=f"ref-{command.id}", link="https://example.org/1")
        )
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, Receipt):
            self.done.append(command)
        return answer  # type: ignore[return-value]  # some tests answer nonsense on purpose

    def find(self, command: Command, context: Context) -> Finding:
        """Answer what it was told to find."""
        self.contexts.append(context)
        self.sought.append(command)
        if isinstance(self.found, BaseException):
            raise self.found
        return self.found  # type: ignore[return-value]  # some tests answer nonsense on purpose
