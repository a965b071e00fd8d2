"""What every engine does to a batch before it stores it: check it, carry its times in UTC, chain its events.

What is refused here is a mistake in the calling program, so it is an `InvalidValue` and never a matter of who came
first. What depends on the store (revisions, repeats, leases) is each engine's own.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from attrs import evolve

from incident_fsm.engine import (
    Batch,
    CommandRecord,
    CommandStatus,
    EventRecord,
    NewCommand,
    NewEvent,
    Restoration,
    chain_digest,
)
from incident_fsm.errors import EventIdReused, InvalidValue

_Command = TypeVar("_Command", NewCommand, CommandRecord)


def utc(moment: datetime, field: str) -> datetime:
    """Carry an aware moment in UTC; refuse a naive one, which would be taken for the machine's own time."""
    if moment.utcoffset() is None:
        raise InvalidValue(field, "has no time zone", "give an aware time, such as datetime.now(UTC)")
    return moment.astimezone(UTC)


def optional_utc(moment: datetime | None, field: str) -> datetime | None:
    """Carry an aware moment in UTC, or nothing."""
    return None if moment is None else utc(moment, field)


def checked(batch: Batch) -> Batch:
    """Return a batch with every time in UTC; refuse one that contradicts itself."""
    _check_events(batch)
    _check_commands(batch)
    if any(settlement.status is CommandStatus.ATTEMPTED for settlement in batch.settlements):
        # Only a claim attempts, since only a claim gives a lease: without one nobody could ever take over.
        raise InvalidValue("Settlement.status", "is `attempted`", "settle as pending, done, failed or skipped")
    return _in_utc(batch)


def chained(incident_id: str, previous: str, events: tuple[NewEvent, ...]) -> tuple[EventRecord, ...]:
    """Make the records of events (with times in UTC), each chained to the one before it."""
    records: list[EventRecord] = []
    for event in events:
        digest = chain_digest(incident_id, previous, event)
        records.append(
            EventRecord(
                incident_id=incident_id,
                revision=event.revision,
                event_id=event.event_id,
                type=event.type,
                at=event.at,
                recorded_at=event.recorded_at,
                policy=event.policy,
                payload=event.payload,
                previous=previous,
                digest=digest,
            )
        )
        previous = digest
    return tuple(records)


def outbox(batch: Batch) -> tuple[CommandRecord, ...]:
    """Make the records of a batch's commands, in order of revision and position, none of them tried yet."""
    return tuple(
        CommandRecord(
            incident_id=batch.incident_id,
            command_id=command.command_id,
            revision=command.revision,
            position=command.position,
            type=command.type,
            lane=command.lane,
            gives=command.gives,
            needs=command.needs,
            audience=command.audience,
            kind=command.kind,
            payload=command.payload,
            status=CommandStatus.PENDING,
            attempts=0,
            attempted_at=None,
            not_before=None,
            lease_until=None,
            in_doubt=False,
            error="",
            receipt="",
        )
        for command in in_order(batch.commands)
    )


def check_restoration(stretch: Restoration) -> None:
    """Refuse a stretch of history that contradicts itself, whatever it follows on."""
    _check_events(stretch)
    _check_commands(stretch)
    utc(stretch.snapshot.opened_at, "Snapshot.opened_at")
    optional_utc(stretch.snapshot.next_deadline, "Snapshot.next_deadline")
    for command in stretch.commands:
        if command.incident_id != stretch.incident_id:
            raise InvalidValue(command.command_id, "is another incident's", "restore it with its own incident")
        check_closed(command)


def check_chained(events: tuple[EventRecord, ...], incident_id: str, previous: str) -> None:
    """Refuse stored events that are not chained to one another, the first to `previous`; or are not what was stored."""
    for record in events:
        if record.incident_id != incident_id or record.previous != previous:
            raise InvalidValue(
                f"revision {record.revision}", "is not chained to the event before it", "give what was stored"
            )
        if record.digest != chain_digest(incident_id, previous, _as_new(record)):
            raise InvalidValue(
                f"revision {record.revision}", "is not what was stored: its digest is another", "give what was stored"
            )
        previous = record.digest


def check_closed(command: CommandRecord) -> None:
    """Refuse a stored command that is still open, or that contradicts itself."""
    if command.status in {CommandStatus.PENDING, CommandStatus.ATTEMPTED}:
        raise InvalidValue(command.command_id, f"is {command.status.value}", "deliver or settle it where it was stored")
    if command.lease_until is not None:
        raise InvalidValue(command.command_id, "has a lease on nothing", "give what was stored")
    if (command.attempts > 0) != (command.attempted_at is not None) or command.attempts < 0:
        problem = f"counts {command.attempts} attempts, the last at {command.attempted_at}"
        raise InvalidValue(command.command_id, problem, "give what was stored")
    if command.receipt and command.status is not CommandStatus.DONE:
        raise InvalidValue(command.command_id, f"has a receipt, but is {command.status.value}", "give what was stored")
    optional_utc(command.attempted_at, "CommandRecord.attempted_at")
    optional_utc(command.not_before, "CommandRecord.not_before")


def in_order(commands: Sequence[_Command]) -> list[_Command]:
    """Sort commands as an outbox keeps them: by revision, then position."""
    return sorted(commands, key=lambda command: (command.revision, command.position))


def _as_new(record: EventRecord) -> NewEvent:
    """Take the chain off a stored event, its times in UTC as they were when it was digested."""
    return NewEvent(
        revision=record.revision,
        event_id=record.event_id,
        type=record.type,
        at=utc(record.at, "EventRecord.at"),
        recorded_at=utc(record.recorded_at, "EventRecord.recorded_at"),
        policy=record.policy,
        payload=record.payload,
    )


def _check_events(batch: Batch | Restoration) -> None:
    """Hold the revisions, the snapshot and the event ids of a batch against one another."""
    found = [event.revision for event in batch.events]
    wanted = [batch.expected + 1 + index for index in range(len(found))]
    if found != wanted:
        raise InvalidValue("Batch.events", f"have the revisions {found}, not {wanted}", "count on from `expected`")
    newest = (batch.incident_id, found[-1]) if found else None
    shown = None if batch.snapshot is None else (batch.snapshot.incident_id, batch.snapshot.revision)
    if shown != newest:
        raise InvalidValue("Batch.snapshot", f"shows {shown}, not {newest}", "give what the last event led to, if any")
    seen: set[str] = set()
    for event in batch.events:
        if event.event_id in seen:
            raise EventIdReused(event.event_id)
        seen.add(event.event_id)


def _check_commands(batch: Batch | Restoration) -> None:
    """Hold the commands of a batch against its events and against one another."""
    revisions = {event.revision for event in batch.events}
    commands: tuple[NewCommand | CommandRecord, ...] = batch.commands
    if stray := [command.command_id for command in commands if command.revision not in revisions]:
        raise InvalidValue("Batch.commands", f"{stray} belong to no event here", "store them with their event")
    ids = {command.command_id for command in commands}
    places = {(command.revision, command.position) for command in commands}
    if min(len(ids), len(places)) < len(commands):
        raise InvalidValue("Batch.commands", "share an id or a position", "give each its own")


def _in_utc(batch: Batch) -> Batch:
    """Carry every time of a batch in UTC, so that the same moment is the same text and the same digest."""
    if all(moment is None or moment.tzinfo is UTC for moment in _times(batch)):
        return batch  # as nearly every batch is: the desk's own
    snapshot = batch.snapshot and evolve(
        batch.snapshot,
        opened_at=utc(batch.snapshot.opened_at, "Snapshot.opened_at"),
        next_deadline=optional_utc(batch.snapshot.next_deadline, "Snapshot.next_deadline"),
    )
    return evolve(
        batch,
        snapshot=snapshot,
        events=tuple(
            evolve(event, at=utc(event.at, "NewEvent.at"), recorded_at=utc(event.recorded_at, "NewEvent.recorded_at"))
            for event in batch.events
        ),
        settlements=tuple(
            evolve(settlement, not_before=optional_utc(settlement.not_before, "Settlement.not_before"))
            for settlement in batch.settlements
        ),
    )


def _times(batch: Batch) -> Iterator[datetime | None]:
    """Yield every time of a batch."""
    if batch.snapshot is not None:
        yield batch.snapshot.opened_at
        yield batch.snapshot.next_deadline
    for event in batch.events:
        yield event.at
        yield event.recorded_at
    for settlement in batch.settlements:
        yield settlement.not_before
