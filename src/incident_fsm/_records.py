"""Between the core's values and the engine's records."""

from datetime import datetime

from incident_fsm import codec, deadlines
from incident_fsm._incident import Incident
from incident_fsm._results import Step, TimelineEntry
from incident_fsm.commands import LANES, gives, needs
from incident_fsm.engine import EventRecord, NewCommand, NewEvent, Snapshot
from incident_fsm.policy import Policy


def new_event(step: Step, recorded_at: datetime, policy_digest: str) -> NewEvent:
    """Turn a step's event into what the engine stores."""
    return NewEvent(
        revision=step.after.revision,
        event_id=step.event.id,
        type=type(step.event).__name__,
        at=step.event.at,
        recorded_at=recorded_at,
        policy=policy_digest,
        payload=codec.encode_event(step.event),
    )


def snapshot(incident: Incident, policy: Policy, policy_digest: str) -> Snapshot:
    """Turn an incident into what the engine finds it by."""
    standing = deadlines.unreminded(incident, policy)
    return Snapshot(
        incident_id=incident.id,
        revision=incident.revision,
        state=incident.state.value,
        kind=incident.kind.value,
        opened_at=incident.opened_at,
        next_deadline=standing[0].due if standing else None,
        policy=policy_digest,
        payload=codec.encode_incident(incident),
    )


def new_command(step: Step, position: int) -> NewCommand:
    """Turn one of a step's commands into what the engine stores."""
    command = step.commands[position]
    return NewCommand(
        command_id=command.id,
        revision=step.after.revision,
        position=position,
        type=type(command).__name__,
        lane=LANES[type(command)],
        gives=gives(command),
        needs=needs(command),
        audience=command.audience.name.lower(),
        kind=command.kind.value,
        payload=codec.encode_command(command),
    )


def entry(record: EventRecord) -> TimelineEntry:
    """Turn a stored event into an entry of the timeline."""
    event = codec.decode_event(record.payload)
    return TimelineEntry(revision=record.revision, recorded_at=record.recorded_at, event=event)
