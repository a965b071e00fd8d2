"""Verifying a journal: the store itself, and that a replay of every incident gives its snapshot and its commands."""

from collections.abc import Callable, Iterator
from functools import cache

from incident_fsm import codec
from incident_fsm._incident import Incident
from incident_fsm._results import Refusal, Step
from incident_fsm.engine import Engine, EventRecord, Fault, Query, Snapshot
from incident_fsm.errors import CodecError
from incident_fsm.lifecycle import Lifecycle


def verify(engine: Engine) -> Iterator[Fault]:
    """Yield what contradicts itself; nothing is changed."""
    yield from engine.verify()
    lifecycle_of = cache(lambda digest: _lifecycle(engine, digest))
    for snapshot in engine.find(Query()):
        yield from _replay_faults(engine, snapshot, lifecycle_of)


def _lifecycle(engine: Engine, digest: str) -> Lifecycle:
    """Find the lifecycle of a policy that the journal kept; raise `CodecError` where it cannot be had."""
    kept = engine.policy(digest)
    if kept is None:
        raise CodecError(f"policy {digest:.12}", ["the journal does not have it"])
    return Lifecycle(codec.decode_policy(kept))


def _replay_faults(engine: Engine, snapshot: Snapshot, lifecycle_of: Callable[[str], Lifecycle]) -> Iterator[Fault]:
    """Replay one incident, each event under the policy it was judged by, and compare."""
    incident: Incident | None = None
    where = f"incident {snapshot.incident_id}"
    for record in engine.history(snapshot.incident_id):
        try:
            step = _refold(incident, record, lifecycle_of)
        except CodecError as error:
            yield Fault(where=where, problem=f"revision {record.revision}: {error}")
            return
        if isinstance(step, Refusal):
            yield Fault(where=where, problem=f"revision {record.revision} does not replay: {step.sentence}")
            return
        yield from _command_faults(engine, where, step)
        incident = step.after
    if incident is None or codec.encode_incident(incident) != snapshot.payload:
        yield Fault(where=where, problem="the snapshot is not what a replay of the journal gives")


def _refold(incident: Incident | None, record: EventRecord, lifecycle_of: Callable[[str], Lifecycle]) -> Step | Refusal:
    """Repeat one stored step."""
    return lifecycle_of(record.policy).refold(incident, codec.decode_event(record.payload))


def _command_faults(engine: Engine, where: str, step: Step) -> Iterator[Fault]:
    """Compare a step's commands with the outbox."""
    for command in step.commands:
        record = engine.command(command.id)
        if record is None:
            yield Fault(where=where, problem=f"the command {command.id} is missing in the outbox")
        elif record.payload != codec.encode_command(command):
            yield Fault(where=where, problem=f"the command {command.id} is not what a replay of the journal gives")
