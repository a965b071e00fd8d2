"""Commands that were still open where they were exported: taken in as failed, so that a person decides.

Were they taken in as they are, two places would carry them out. That they wait for a person is a fact like any other,
so it becomes an event (`CommandFailed`) behind the incident's own, and the timeline tells it.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import chain

from attrs import evolve, frozen

from incident_fsm import _records as records
from incident_fsm._values import AfterFailure
from incident_fsm.engine import CommandRecord, CommandStatus, EventRecord
from incident_fsm.engine._rules import chained
from incident_fsm.events import CommandFailed
from incident_fsm.transfer._folding import OPEN, Folded

_ERROR_MAX = 500


@frozen
class Hold:
    """Who takes open commands in as failed, and the clock that says when."""

    by: str
    now: Callable[[], datetime]


def as_held(record: CommandRecord) -> CommandRecord:
    """What is stored of a command: itself, but one that is open waits for a person.

    What was attempted may have happened, so it stays in doubt: a retry looks for its marker first.
    """
    if record.status not in OPEN:
        return record
    return evolve(
        record,
        status=CommandStatus.FAILED,
        not_before=None,
        lease_until=None,
        in_doubt=record.in_doubt or record.status is CommandStatus.ATTEMPTED,
        error=_why(record),
    )


def _why(record: CommandRecord) -> str:
    """Say why it waits, with what was known of it; printable, and no longer than a person reads."""
    known = "".join(character if character.isprintable() else " " for character in record.error[:_ERROR_MAX]).strip()
    return f"imported while open: {known}" if known else "imported while open"


def held(events: Iterator[Folded], hold: Hold) -> Iterator[Folded]:
    """Yield an incident's events with its open commands as failed, then one event for each of these."""
    waiting: list[CommandRecord] = []
    last = first = next(events)  # there is one, or the incident would have been refused
    for last in chain((first,), events):
        yield evolve(last, commands=tuple(map(as_held, last.commands)))
        waiting += (as_held(command) for command in last.commands if command.status in OPEN)
    for command in waiting:
        last = _told(last, command, hold)
        yield last


def _told(last: Folded, command: CommandRecord, hold: Hold) -> Folded:
    """Tell as an event that a command waits."""
    event = CommandFailed(
        id=held_id(command, last.event.revision + 1),
        at=hold.now(),
        by=hold.by,
        command_id=command.command_id,
        command=command.type,
        error=command.error,
        then=AfterFailure.WAIT,
    )
    step = last.lifecycle.step(last.incident, event)
    new = records.new_event(step, event.at, last.event.policy)
    (record,) = chained(last.event.incident_id, last.event.digest, (new,))
    return Folded(last.line, len(record.payload), record, (), step.after, last.lifecycle)


def held_id(command: CommandRecord, revision: int) -> str:
    """The id of the event that tells that a command waits: the same in every import of the same file."""
    return f"held:{command.command_id}:{revision}"


def are_held(events: Sequence[EventRecord], waiting: Sequence[CommandRecord]) -> bool:
    """Whether stored events tell of these commands, in order, and nothing else."""
    return [event.event_id for event in events] == [
        held_id(command, event.revision) for command, event in zip(waiting, events, strict=False)
    ] and len(events) == len(waiting)
