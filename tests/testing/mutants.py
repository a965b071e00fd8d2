"""Processes with something wrong: the package's own table with one row changed, or a lifecycle that misbehaves."""

from collections.abc import Callable, Iterable
from typing import Any

from attrs import evolve

from incident_fsm import Incident, Lifecycle, Option, Policy, Reason, Refusal, Step
from incident_fsm._machine import compile_table, triggers
from incident_fsm._table import ROWS, Row
from incident_fsm.events import EVENTS, Event


class Mutant:
    """A process by any table, faulty ones too: the package's machine is made from it without a check."""

    def __init__(self, policy: Policy, rows: Iterable[Row]) -> None:
        self._policy = policy
        self._rows = tuple(rows)
        present = {row.event for row in self._rows}
        machine = compile_table(self._rows)
        self._triggers = triggers(machine, [event for event in EVENTS if event in present])

    def attempt(self, incident: Incident | None, event: Event) -> Step | Refusal:
        """Answer as a lifecycle does; an event without any row is refused."""
        trigger = self._triggers.get(type(event))
        if trigger is None:
            return Refusal("", None, event, (Reason("not_now", "there is no such row"),))
        return trigger(incident, event, self._policy, None if incident is None else incident.revision)

    def options(self, incident: Incident) -> tuple[Option, ...]:
        """List as a lifecycle does."""
        return tuple(
            Option(row.event, row.target, row.block(incident, self._policy))
            for row in self._rows
            if row.source is incident.state
        )


def with_rows(policy: Policy, event: type[Event], **parts: Any) -> Mutant:
    """The process with every row of an event changed in some part."""
    return Mutant(policy, (evolve(row, **parts) if row.event is event else row for row in ROWS))


def without(policy: Policy, event: type[Event]) -> Mutant:
    """The process without the rows of an event."""
    return Mutant(policy, (row for row in ROWS if row.event is not event))


class Meddled:
    """A lifecycle of which somebody spoils the answers."""

    def __init__(self, policy: Policy, meddle: Callable[[Incident | None, Event, Step | Refusal], Any]) -> None:
        self._lifecycle = Lifecycle(policy)
        self._meddle = meddle

    def attempt(self, incident: Incident | None, event: Event) -> Any:
        """Answer, spoiled."""
        return self._meddle(incident, event, self._lifecycle.attempt(incident, event))

    def options(self, incident: Incident) -> tuple[Option, ...]:
        """List as the lifecycle does."""
        return self._lifecycle.options(incident)
