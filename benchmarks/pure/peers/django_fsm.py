"""django-fsm-2 as its README shows it: a model with an `FSMField`, and a method for each event under `@transition`.

Its conditions take the model and nothing else, so the model keeps the event while it is handled. Rows that stay in
their state have no target, which leaves the field alone. Nothing is saved: this is about the machine. The methods are
made in a loop, one for each event, instead of being written out.
"""

from collections.abc import Callable
from typing import Any

import django
from django.conf import settings

if not settings.configured:
    settings.configure()
    django.setup()

from benchmarks.pure.contest import UNREPORTED, Contestant, Subject, source_of
from django.db import models
from django_fsm import FSMField, TransitionNotAllowed, transition

from incident_fsm._table import ROWS, Row
from incident_fsm.events import EVENTS, Event


def _method(rows: list[Row]) -> Any:  # noqa: ANN401  a method under Django FSM's decorator
    """The method of an event, whose rows differ in their source alone."""
    by_state = {source_of(row): row for row in rows}

    def allowed(model: "Ticket") -> bool:
        return bool(model.subject.permits(by_state[model.state], model.event))

    def told(model: "Ticket", event: Event) -> None:
        model.subject.react(by_state[model.state], event)

    told.__name__ = rows[0].event.__name__
    target = None if rows[0].source is rows[0].target else rows[0].target.value
    decorate: Callable[[Any], Any] = transition(
        field=_STATE, source=list(by_state), target=target, conditions=[allowed]
    )
    return decorate(told)


_STATE = FSMField(default=UNREPORTED)


class _Kept(models.Model):
    """What every model of the incident has."""

    state = _STATE

    class Meta:
        """Belongs to no application; no table of its own."""

        app_label = "bench"
        abstract = True


Ticket: Any = type(
    "Ticket",
    (_Kept,),
    {
        "__module__": __name__,
        "Meta": type("Meta", (), {"app_label": "bench"}),
        **{kind.__name__: _method([row for row in ROWS if row.event is kind]) for kind in EVENTS},
    },
)
"""The model."""


class Handled(Subject):
    """An incident beside its model."""

    def __init__(self) -> None:
        super().__init__()
        self.ticket = Ticket()
        self.ticket.subject = self

    def handle(self, event: Event) -> bool:
        """Call the method that is named as the event."""
        ticket = self.ticket
        ticket.event = event
        try:
            getattr(ticket, type(event).__name__)(event)
        except TransitionNotAllowed:
            return False
        return True


DJANGO_FSM = Contestant("django-fsm-2", "django-fsm-2", Handled)
