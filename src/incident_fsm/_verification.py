"""Verifying a journal: the store itself, and that everything else in it is what a replay of its events gives.

The hash chain covers the events. What follows from them is held against a replay to the last column: each incident's
snapshot and what it is found by, each command and what the outbox goes by, each receipt, each policy. What only says
how far delivery has come (attempts, leases, pauses) follows from nothing, and cannot be verified.
"""

import hashlib
from collections.abc import Callable, Iterator
from functools import cache

from attrs import fields

from incident_fsm import _records as records
from incident_fsm import codec
from incident_fsm._incident import Incident
from incident_fsm._results import Refusal, Step
from incident_fsm._values import AfterFailure
from incident_fsm.engine import CommandRecord, CommandStatus, Engine, EventRecord, Fault, NewCommand, Query, Snapshot
from incident_fsm.errors import CodecError, JournalUnusable
from incident_fsm.events import CommandDone, CommandFailed, Event
from incident_fsm.lifecycle import Lifecycle


def verify(engine: Engine, at: Callable[[int], object] = lambda _: None) -> Iterator[Fault]:
    """Yield what contradicts itself; nothing is changed. What cannot be read is a fault too, and hides no other.

    `at` is told how many incidents were replayed so far.
    """
    yield from engine.verify()
    lifecycle_of = cache(lambda digest: _lifecycle(engine, digest))
    yield from _readable(lambda: _incidents(engine, lifecycle_of, at))


def _incidents(
    engine: Engine, lifecycle_of: Callable[[str], Lifecycle], at: Callable[[int], object]
) -> Iterator[Fault]:
    """Yield what is wrong with each incident."""
    for number, snapshot in enumerate(engine.find(Query())):
        at(number)
        yield from _readable(lambda found=snapshot: _Replay(engine, found, lifecycle_of).faults())  # type: ignore[misc]  # bound now


def _readable(look: Callable[[], Iterator[Fault]]) -> Iterator[Fault]:
    """Yield what a look finds, and that it could not go on where the store could not be read."""
    try:
        yield from look()
    except JournalUnusable as error:
        if error.__cause__ is None:  # closed, or forked: nothing was read
            raise
        yield Fault(where=error.where, problem=error.problem)


def _lifecycle(engine: Engine, digest: str) -> Lifecycle:
    """Find the lifecycle of a policy that the journal kept; raise `CodecError` where it cannot be had."""
    kept = engine.policy(digest)
    if kept is None:
        raise CodecError(f"policy {digest:.12}", ["the journal does not have it"])
    if hashlib.sha256(kept.encode()).hexdigest() != digest:
        raise CodecError(f"policy {digest:.12}", ["it is not what was stored: its digest is another"])
    return Lifecycle(codec.decode_policy(kept))


class _Replay:
    """One incident, replayed event by event, each under the policy it was judged by."""

    def __init__(self, engine: Engine, snapshot: Snapshot, lifecycle_of: Callable[[str], Lifecycle]) -> None:
        self._engine = engine
        self._snapshot = snapshot
        self._lifecycle_of = lifecycle_of
        self._where = f"incident {snapshot.incident_id}"
        self._settled: dict[str, list[tuple[Event, str]]] = {}
        self._commands: set[str] = set()

    def faults(self) -> Iterator[Fault]:
        """Yield where the store holds something else than the replay gives."""
        incident: Incident | None = None
        policy = ""
        for record in self._engine.history(self._snapshot.incident_id):
            try:
                event = codec.decode_event(record.payload)
                step = self._lifecycle_of(record.policy).refold(incident, event)
            except CodecError as error:
                yield self._fault(f"revision {record.revision}: {error}")
                return
            if isinstance(step, Refusal):
                yield self._fault(f"revision {record.revision} does not replay: {step.sentence}")
                return
            yield from self._step_faults(step, record)
            incident, policy = step.after, record.policy
        yield from self._snapshot_faults(incident, policy)
        yield from self._outbox_faults()

    def _fault(self, problem: str) -> Fault:
        """Say what is wrong with this incident."""
        return Fault(where=self._where, problem=problem)

    def _step_faults(self, step: Step, record: EventRecord) -> Iterator[Fault]:
        """Compare a stored event with its own columns, and its commands with the outbox."""
        event = step.event
        if (record.event_id, record.type, record.at) != (event.id, type(event).__name__, event.at):
            yield self._fault(f"revision {record.revision} is listed as another event than it is")
        if isinstance(event, CommandDone | CommandFailed):
            self._settled.setdefault(event.command_id, []).append((event, record.payload))
        for position, command in enumerate(step.commands):
            self._commands.add(command.id)
            stored = self._engine.command(command.id)
            if stored is None:
                yield self._fault(f"the command {command.id} is missing in the outbox")
            elif _as_new(stored) != records.new_command(step, position):
                yield self._fault(f"the command {command.id} is not what a replay of the journal gives")

    def _snapshot_faults(self, incident: Incident | None, policy: str) -> Iterator[Fault]:
        """Compare the snapshot, with all that the incident is found by."""
        found = self._snapshot
        if incident is None or found != records.snapshot(incident, self._lifecycle_of(policy).policy, policy):
            yield self._fault("the snapshot is not what a replay of the journal gives")

    def _outbox_faults(self) -> Iterator[Fault]:
        """Compare what became of each command with what the journal says of it."""
        for record in self._engine.commands(self._snapshot.incident_id):
            if record.command_id not in self._commands:
                yield self._fault(f"the command {record.command_id} is in the outbox, and nothing asked for it")
            elif not is_told(record, self._settled.get(record.command_id, [])):
                problem = f"the command {record.command_id} is {record.status.value} otherwise than the journal tells"
                yield self._fault(problem)


def _as_new(record: CommandRecord) -> NewCommand:
    """A stored command without what delivery added."""
    return NewCommand(**{one.name: getattr(record, one.name) for one in fields(NewCommand)})


def is_told(record: CommandRecord, told: list[tuple[Event, str]]) -> bool:
    """Whether the journal tells how a command was settled: with this very receipt, by this decision, or not at all."""
    match record.status:
        case CommandStatus.DONE:
            return any(isinstance(event, CommandDone) and payload == record.receipt for event, payload in told)
        case CommandStatus.SKIPPED:
            return any(isinstance(event, CommandFailed) and event.then is AfterFailure.SKIP for event, _ in told)
        case CommandStatus.FAILED:
            return any(isinstance(event, CommandFailed) and event.error == record.error for event, _ in told)
        case _:
            return True
