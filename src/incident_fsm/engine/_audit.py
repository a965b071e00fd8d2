"""What can be wrong with one incident in a store, whichever engine keeps it: pure, records in, faults out.

The hash chain covers the events. It does not cover the snapshot, which is only what the events lead to: whether they
still do is for `Desk` to say, which can replay them.
"""

from collections.abc import Callable, Iterator, Sequence

from incident_fsm.engine import (
    GENESIS,
    CommandRecord,
    CommandStatus,
    EventRecord,
    Fault,
    NewEvent,
    Snapshot,
    chain_digest,
)


def incident_faults(
    snapshot: Snapshot,
    events: Sequence[EventRecord],
    commands: Sequence[CommandRecord],
    kept: Callable[[str], bool],
) -> Iterator[Fault]:
    """Yield what contradicts itself in one incident. `kept` says whether a policy of some digest is in the store."""
    where = f"incident {snapshot.incident_id}"
    yield from _chain_faults(where, events)
    newest = events[-1].revision if events else 0
    if snapshot.revision != newest:
        yield Fault(where=where, problem=f"its snapshot is at revision {snapshot.revision}, its last event at {newest}")
    for digest in sorted({snapshot.policy, *(event.policy for event in events)}):
        if not kept(digest):
            yield Fault(where=where, problem=f"the policy {digest} that it was judged by is not kept")
    for command in commands:
        for problem in _command_problems(command, newest):
            yield Fault(where=f"command {command.command_id}", problem=problem)


def _chain_faults(where: str, events: Sequence[EventRecord]) -> Iterator[Fault]:
    """Follow the chain; after a break go on from what is stored, so that one break is one fault."""
    revision, previous = 0, GENESIS
    for event in events:
        here = f"{where}, revision {event.revision}"
        if event.revision != revision + 1:
            yield Fault(where=here, problem=f"follows on revision {revision}: what was between is missing")
        elif event.previous != previous:
            yield Fault(where=here, problem="is not chained to the event before it")
        if event.digest != _digest(event):
            yield Fault(where=here, problem="is not what was stored: its digest is another")
        revision, previous = event.revision, event.digest


def _digest(record: EventRecord) -> str:
    """Compute the digest of a stored event anew."""
    event = NewEvent(
        revision=record.revision,
        event_id=record.event_id,
        type=record.type,
        at=record.at,
        recorded_at=record.recorded_at,
        policy=record.policy,
        payload=record.payload,
    )
    return chain_digest(record.incident_id, record.previous, event)


def _command_problems(command: CommandRecord, newest: int) -> Iterator[str]:
    """Say what cannot be true of a command in an incident whose last event has the revision `newest`."""
    attempted = command.status is CommandStatus.ATTEMPTED
    if command.revision > newest:
        yield f"belongs to revision {command.revision}, but the last event has {newest}"
    if attempted != (command.lease_until is not None):
        yield "is attempted without a lease, so nobody can take it over" if attempted else "has a lease on nothing"
    if (command.attempts > 0) != (command.attempted_at is not None) or (attempted and not command.attempts):
        yield f"counts {command.attempts} attempts, the last at {command.attempted_at}"
    if command.receipt and command.status is not CommandStatus.DONE:
        yield f"has a receipt, but is {command.status.value}"
