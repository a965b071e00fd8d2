"""What must be true at the end, held against a record of what was told, acknowledged and done."""

from collections import Counter
from collections.abc import Iterator

from incident_fsm import Incident, Kind, Refusal, State
from incident_fsm import events as e
from incident_fsm.codec import decode_command, decode_event
from incident_fsm.commands import PublishStatus
from incident_fsm.desk import Desk
from incident_fsm.engine import CommandRecord, CommandStatus, EventRecord, Query
from tests.reliability.simulation.outside import Outside, Thing
from tests.reliability.simulation.people import People

DONE, FAILED, PENDING, SKIPPED = (
    CommandStatus.DONE,
    CommandStatus.FAILED,
    CommandStatus.PENDING,
    CommandStatus.SKIPPED,
)
_OVER = {State.RESOLVED, State.REVIEWED}


class Oracle:
    """Judges one run after it was drained."""

    def __init__(self, desk: Desk, people: People, outside: Outside) -> None:
        self.desk = desk
        self.people = people
        self.outside = outside
        ids = [snapshot.incident_id for snapshot in desk.engine.find(Query())]
        self.journal = {incident_id: list(desk.engine.history(incident_id)) for incident_id in ids}
        self.outbox = {incident_id: desk.outbox(incident_id) for incident_id in ids}
        self.events = {record.event_id: decode_event(record.payload) for record in self._records()}

    def faults(self) -> Iterator[str]:
        """Yield everything that is not as it was promised."""
        yield from (f"verify: {fault.where}: {fault.problem}" for fault in self.desk.verify())
        yield from self._event_faults()
        yield from self._clock_faults()
        for incident_id, records in self.outbox.items():
            incident = self.desk.incident(incident_id)
            yield from self._outbox_faults(incident_id)
            yield from (fault for record in records for fault in self._command_faults(record))
            yield from self._lane_faults(records)
            yield from self._public_faults(incident, records)

    def _records(self) -> Iterator[EventRecord]:
        for records in self.journal.values():
            yield from records

    def _event_faults(self) -> Iterator[str]:
        """No acknowledged event is lost, no refused or invented one is there, each once and unchanged, no gaps."""
        seen = Counter(record.event_id for record in self._records())
        yield from (f"event {event_id} is lost" for event_id in sorted(self.people.acknowledged - set(seen)))
        refused = self.people.refused - self.people.acknowledged
        yield from (f"event {event_id} was refused and is there" for event_id in sorted(refused & set(seen)))
        yield from (f"event {event_id} is there {count} times" for event_id, count in seen.items() if count != 1)
        for incident_id, records in self.journal.items():
            if [record.revision for record in records] != list(range(1, len(records) + 1)):
                yield f"incident {incident_id} has gaps"
        for record in self._records():
            told = self.people.told.get(record.event_id)
            own = record.event_id.startswith(("done:", "failed:", "retry:", "skip:", "deadline:"))
            if told != record.payload and not (told is None and own):
                yield f"event {record.event_id} is not what anybody told"

    def _clock_faults(self) -> Iterator[str]:
        """No reminder before its time, by the clock of the machine as it was then."""
        for event in self.events.values():
            if isinstance(event, e.DeadlinePassed) and event.at < event.due_at:
                yield f"{event.id} came before its time"

    def _outbox_faults(self, incident_id: str) -> Iterator[str]:
        """The outbox holds what the journal gives rise to, no less (`verify` sees to that) and no more."""
        incident: Incident | None = None
        expected: set[str] = set()
        for record in self.journal[incident_id]:
            step = self.desk.lifecycle.refold(incident, self.events[record.event_id])
            if isinstance(step, Refusal):
                yield f"{record.event_id} does not replay"
                return
            expected |= {command.id for command in step.commands}
            incident = step.after
        found = {record.command_id for record in self.outbox[incident_id]}
        yield from (f"command {command_id} came from nowhere" for command_id in sorted(found - expected))
        yield from (f"command {command_id} is lost" for command_id in sorted(expected - found))

    def _command_faults(self, record: CommandRecord) -> Iterator[str]:
        """Each command is done with one thing outside, or given up by a person, or visibly in a person's hands."""
        count = len(self._things(record))
        name = f"command {record.command_id} ({record.type}, {record.lane}, {record.status.value}, {record.error!r})"
        if count > 1:
            yield f"{name} was done {count} times"
        if record.status is DONE:
            done = self.events.get(f"done:{record.command_id}")
            by_hand = isinstance(done, e.CommandDone) and done.by_hand
            if done is None:
                yield f"{name} has no receipt in the journal"
            if count == 0 and not by_hand:
                yield f"{name} was never done"
        elif record.status is FAILED:
            if not record.error or not self._failures(record):
                yield f"{name} failed and nobody is told"
        elif record.status is SKIPPED:
            if f"skip:{record.command_id}" not in self.events:
                yield f"{name} was skipped by nobody"
        elif not self._held_back(record):
            yield f"{name} is forgotten"

    def _things(self, record: CommandRecord) -> list[Thing]:
        return [thing for thing in self.outside.things if thing.command.id == record.command_id]

    def _failures(self, record: CommandRecord) -> list[e.Event]:
        said = (event for event in self.events.values() if isinstance(event, e.CommandFailed))
        return [event for event in said if event.command_id == record.command_id]

    def _held_back(self, record: CommandRecord) -> bool:
        """Whether a command waits for the result of another that a person must see to."""
        givers = [other for other in self.outbox[record.incident_id] if other.gives and other.gives == record.needs]
        return record.status is PENDING and bool(givers) and all(giver.status in {FAILED, SKIPPED} for giver in givers)

    def _lane_faults(self, records: tuple[CommandRecord, ...]) -> Iterator[str]:
        """Within a lane, things came to be in the order of their commands, but for those that a person dealt with."""
        smooth = [record for record in records if record.status is DONE and not self._failures(record)]
        order = {record.command_id: index for index, record in enumerate(smooth)}
        newest: dict[str, tuple[int, str]] = {}
        for thing in self.outside.things:
            index = order.get(thing.command.id)
            if index is None:
                continue
            lane = smooth[index].lane
            before, other = newest.get(lane, (-1, ""))
            if index < before:
                yield f"lane {lane}: {thing.command.id} came after {other}"
            newest[lane] = max((before, other), (index, thing.command.id))

    def _public_faults(self, incident: Incident, records: tuple[CommandRecord, ...]) -> Iterator[str]:
        """Invariant 5: the last word that the public has is the all-clear if and only if it is over."""
        posts = [decode_command(record.payload) for record in records if record.type == PublishStatus.__name__]
        if not posts or incident.kind is not Kind.LIVE:
            return
        if posts[-1].all_clear != (incident.state in _OVER):  # type: ignore[attr-defined]  # they are status posts
            yield f"incident {incident.id} is {incident.state.value}, and its last post says otherwise"
        status = {record.command_id: record for record in records}
        if any(status[post.id].status is not DONE for post in posts):
            return
        told = [thing for thing in self.outside.things if thing.command.id in {post.id for post in posts}]
        if told and told[-1].command.id != posts[-1].id and not self._by_hand(posts[-1].id):
            yield f"incident {incident.id}: the public's last word is {told[-1].command.id}, not {posts[-1].id}"

    def _by_hand(self, command_id: str) -> bool:
        done = self.events.get(f"done:{command_id}")
        return isinstance(done, e.CommandDone) and done.by_hand
