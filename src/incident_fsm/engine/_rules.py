"""What every engine does to a batch before it stores it: check it, carry its times in UTC, chain its events.

What is refused here is a mistake in the calling program, so it is an `InvalidValue` and never a matter of who came
first. What depends on the store (revisions, repeats, leases) is each engine's own.
"""

from datetime import UTC, datetime

from attrs import asdict, evolve

from incident_fsm.engine import Batch, CommandRecord, CommandStatus, EventRecord, NewEvent, chain_digest
from incident_fsm.errors import EventIdReused, InvalidValue


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
        records.append(EventRecord(incident_id=incident_id, previous=previous, digest=digest, **asdict(event)))
        previous = digest
    return tuple(records)


def outbox(batch: Batch) -> tuple[CommandRecord, ...]:
    """Make the records of a batch's commands, in order of revision and position, none of them tried yet."""
    return tuple(
        CommandRecord(
            incident_id=batch.incident_id,
            status=CommandStatus.PENDING,
            attempts=0,
            attempted_at=None,
            not_before=None,
            lease_until=None,
            in_doubt=False,
            error="",
            receipt="",
            **asdict(command),
        )
        for command in sorted(batch.commands, key=lambda command: (command.revision, command.position))
    )


def _check_events(batch: Batch) -> None:
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


def _check_commands(batch: Batch) -> None:
    """Hold the commands of a batch against its events and against one another."""
    revisions = {event.revision for event in batch.events}
    if stray := [command.command_id for command in batch.commands if command.revision not in revisions]:
        raise InvalidValue("Batch.commands", f"{stray} belong to no event here", "store them with their event")
    ids = {command.command_id for command in batch.commands}
    places = {(command.revision, command.position) for command in batch.commands}
    if min(len(ids), len(places)) < len(batch.commands):
        raise InvalidValue("Batch.commands", "share an id or a position", "give each its own")


def _in_utc(batch: Batch) -> Batch:
    """Carry every time of a batch in UTC, so that the same moment is the same text and the same digest."""
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
