"""The shell around the core: opens incidents, handles events, delivers commands, reminds, reads back, verifies.

    with Desk.in_folder("incidents") as desk:
        desk.handle("INC-1", CandidateReported(incident_id="INC-1", ...))
        desk.deliver()

A desk decides with the pure `Lifecycle`, stores with an `Engine`, and acts through `Adapter`s. It is the one place that
reads the clock. No adapter's outcome can block a transition: events and commands become durable together first, and the
commands are carried out afterwards. Use one desk per process or thread; several on one journal get along.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from attrs import frozen

from incident_fsm import _records as records
from incident_fsm import codec, deadlines
from incident_fsm._delivery import Deliverer, Delivery, check_settle_times, landed
from incident_fsm._incident import Incident
from incident_fsm._results import Option, Refusal, Step, TimelineEntry
from incident_fsm._states import State
from incident_fsm._thread_notes import missing
from incident_fsm._values import AfterFailure, Kind
from incident_fsm._verification import verify
from incident_fsm.adapters import Adapter, AdapterSettings, Context, Message, ThreadReader
from incident_fsm.commands import Command
from incident_fsm.engine import (
    Batch,
    CommandRecord,
    CommandStatus,
    Engine,
    Fault,
    Query,
    Settlement,
    Snapshot,
)
from incident_fsm.errors import (
    EventIdReused,
    LeaseLost,
    RevisionConflict,
    TransitionRefused,
    UnknownCommand,
    UnknownIncident,
)
from incident_fsm.events import CandidateReported, CommandDone, CommandFailed, DeadlinePassed, Event
from incident_fsm.lifecycle import Lifecycle
from incident_fsm.policy import Policy

JOURNAL = "journal.sqlite3"
"""The journal's file name in a desk's folder."""

KNOWN_MAX = 64
"""So many incidents a desk need not read anew while nothing happens to them."""

_TRIES = 100
"""How often a decision is made anew because somebody else was faster. Each loss means that somebody else got on."""


@frozen
class Handled:
    """A yes: the incident as it is now, the steps that led there, and whether the journal had the events already."""

    incident: Incident
    steps: tuple[Step, ...]
    repeated: bool = False

    @property
    def commands(self) -> tuple[Command, ...]:
        """Everything that these steps ask to be done."""
        return tuple(command for step in self.steps for command in step.commands)


def _utc_now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


class Desk:
    """Where incidents are handled: one policy, one engine, some adapters, and a clock."""

    def __init__(
        self,
        engine: Engine,
        policy: Policy,
        adapters: Sequence[Adapter] = (),
        *,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        """Set the desk up. The first adapter that accepts a command carries it out.

        Raises `AdapterError` for one that needs longer than a lease until a doubtful request has landed.
        """
        check_settle_times(adapters)
        self.engine = engine
        self.lifecycle: Lifecycle = Lifecycle(policy)
        self.adapters: tuple[Adapter, ...] = tuple(adapters)
        self.now = now
        self._policy_json = codec.encode_policy(policy)
        self._digest = codec.policy_digest(policy)
        self._policy_kept = False
        self._one_policy = False
        self._known: dict[str, tuple[str, Incident]] = {}

    @classmethod
    def in_folder(
        cls,
        folder: str | Path,
        policy: Policy | None = None,
        adapters: Sequence[str] = ("folder",),
        *,
        now: Callable[[], datetime] = _utc_now,
    ) -> Self:
        """Set a desk up with the embedded defaults: an SQLite journal in a folder, and adapters by their names.

        Their settings are read from `adapters.toml` in that folder, if it is there.
        """
        from incident_fsm.adapters.registry import SETTINGS, load_adapters, read_tables  # noqa: PLC0415  costs imports
        from incident_fsm.engine.sqlite import SqliteEngine  # noqa: PLC0415  likewise
        from incident_fsm.policy_files import load_shipped  # noqa: PLC0415  likewise

        place = Path(folder)
        loaded = load_adapters(adapters, AdapterSettings(folder=place), tables=read_tables(place / SETTINGS))
        return cls(SqliteEngine(place / JOURNAL), policy or load_shipped(), loaded, now=now)

    def __enter__(self) -> Self:
        """Use the desk in a `with` block."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Close the engine."""
        self.close()

    def close(self) -> None:
        """Let go of the journal."""
        self.engine.close()

    @property
    def policy(self) -> Policy:
        """The policy that new events are judged by."""
        return self.lifecycle.policy

    # ── Events in ──────────────────────────────────────────────────────────────────────────────────────────────────

    def handle(self, incident_id: str, *events: Event) -> Handled | Refusal:
        """Handle one event, or several as a batch: all or nothing. Durable, with their commands, when this returns.

        The same event (by its id) again changes nothing and answers `Handled(repeated=True)`. Raises `EventIdReused`
        where an id comes with another content, or a batch repeats only partly, and `UnknownIncident` where nothing
        opened the incident. When somebody else was faster, the decision is made anew on what is true then.
        """
        if not events:
            raise ValueError("there is no event to handle; give at least one")
        return self._handle(incident_id, events, ())

    def step(self, incident_id: str, *events: Event) -> Handled:
        """As `handle`, for callers who expect a yes: raises `TransitionRefused` on a no."""
        answer = self.handle(incident_id, *events)
        if isinstance(answer, Refusal):
            raise TransitionRefused(answer)
        return answer

    def open(self, event: CandidateReported) -> Handled | Refusal:
        """Open an incident."""
        return self.handle(event.incident_id, event)

    def _handle(self, incident_id: str, events: Sequence[Event], settle: Sequence[Settlement]) -> Handled | Refusal:
        """Decide and store; anew as long as somebody else is faster.

        What is known is decided on first, without a look at the journal: a commit is refused where the incident has
        moved on or has the event already. Only a yes counts then; every no is asked of the journal.
        """
        _, known = self._known.get(incident_id, ("", None))
        if known is not None:
            with suppress(RevisionConflict, EventIdReused):
                answer = self.lifecycle.attempt_batch(known, events)
                if not isinstance(answer, Refusal):
                    self._store(incident_id, known, answer, settle)
                    return Handled(answer[-1].after, answer)
        return self._handle_anew(incident_id, events, settle)

    def _handle_anew(
        self, incident_id: str, events: Sequence[Event], settle: Sequence[Settlement]
    ) -> Handled | Refusal:
        """Decide on what the journal says, and store; anew as long as somebody else is faster."""
        conflict: RevisionConflict | None = None
        for _ in range(_TRIES):
            if self._repeated(incident_id, events):
                return Handled(self.incident(incident_id), (), repeated=True)
            before = self._load(incident_id)
            if before is None and not isinstance(events[0], CandidateReported):
                raise UnknownIncident(incident_id)
            answer = self.lifecycle.attempt_batch(before, events)
            if isinstance(answer, Refusal):
                return answer
            try:
                self._store(incident_id, before, answer, settle)
            except RevisionConflict as error:
                conflict = error
                continue
            return Handled(answer[-1].after, answer)
        raise conflict or RevisionConflict(incident_id, 0, 0)

    def _repeated(self, incident_id: str, events: Sequence[Event]) -> bool:
        """Whether the journal has exactly these events already; raise where it has only some, or others."""
        known = {record.event_id: record for record in self.engine.recorded([event.id for event in events])}
        for event in events:
            record = known.get(event.id)
            same = record is None or (record.incident_id, record.payload) == (incident_id, codec.encode_event(event))
            if not same or (record is None and known):
                raise EventIdReused(event.id if record is not None else next(iter(known)))
        return bool(known)

    def _store(
        self, incident_id: str, before: Incident | None, steps: Sequence[Step], settle: Sequence[Settlement]
    ) -> None:
        """Make steps durable, with the policy they were judged by."""
        if not self._policy_kept:
            self.engine.keep_policy(self._digest, self._policy_json)
            self._policy_kept = True
        recorded_at = self.now()
        snapshot = records.snapshot(steps[-1].after, self.policy, self._digest)
        self.engine.commit(
            Batch(
                incident_id=incident_id,
                expected=0 if before is None else before.revision,
                events=tuple(records.new_event(step, recorded_at, self._digest) for step in steps),
                snapshot=snapshot,
                commands=tuple(
                    records.new_command(step, position) for step in steps for position in range(len(step.commands))
                ),
                settlements=tuple(settle),
            )
        )
        self._remember(snapshot.payload, steps[-1].after)

    # ── Commands out ───────────────────────────────────────────────────────────────────────────────────────────────

    def deliver(self, stop: Callable[[], bool] = lambda: False) -> tuple[Delivery, ...]:
        """Carry out every command that can run now, in order within its lane; tell what became of each."""
        deliverer = Deliverer(self)
        self.engine.run(deliverer, self.now, stop)
        return tuple(deliverer.deliveries)

    def settle(self, incident_id: str, event: CommandDone | CommandFailed | None, settlement: Settlement) -> bool:
        """Store what became of a command, with its receipt as an event; False where its word no longer counts."""
        try:
            if event is None:
                self.engine.commit(Batch(incident_id=incident_id, expected=0, settlements=(settlement,)))
                return True
            answer = self._handle(incident_id, (event,), (settlement,))
        except (LeaseLost, EventIdReused):
            return False
        if isinstance(answer, Refusal):  # a receipt for a command of this very incident is always accepted
            raise TransitionRefused(answer)
        return not answer.repeated

    def retry(self, command_id: str, by: str) -> Handled:
        """A person orders another attempt at a command that failed, or that waits.

        In doubt, its marker is looked for first, and not before a late request has landed. Ordering it twice is
        ordering it once. Raises `LeaseLost` where it is settled, or somebody is at it this very moment.
        """
        record = self._unsettled(command_id)
        if record.status is CommandStatus.ATTEMPTED:
            raise LeaseLost(command_id)
        order = f"retry:{command_id}:{record.attempts}"
        if self.engine.recorded([order]):
            return Handled(self.incident(record.incident_id), (), repeated=True)
        event = self._verdict(record, by, order, "another attempt was ordered", AfterFailure.RETRY)
        return self._decide(record, event, CommandStatus.PENDING, landed(record, self.adapters))

    def by_hand(self, command_id: str, by: str, link: str = "", reference: str = "") -> Handled:
        """A person did what a command asks for; `link` shows it."""
        record = self._unsettled(command_id)
        event = CommandDone(
            id=f"done:{command_id}",
            at=self.now(),
            by=by,
            command_id=command_id,
            command=record.type,
            reference=reference,
            link=link,
            by_hand=True,
        )
        return self._decide(record, event, CommandStatus.DONE)

    def skip(self, command_id: str, by: str, reason: str) -> Handled:
        """A person gives a command up, with a reason. What needs its result keeps waiting until it is settled too."""
        record = self._unsettled(command_id)
        event = self._verdict(record, by, f"skip:{command_id}", reason, AfterFailure.SKIP)
        return self._decide(record, event, CommandStatus.SKIPPED)

    def _unsettled(self, command_id: str) -> CommandRecord:
        """Read a command that a person decides about; what is done or skipped is beyond that."""
        record = self.command(command_id)
        if record.status in {CommandStatus.DONE, CommandStatus.SKIPPED}:
            raise LeaseLost(command_id)
        return record

    def _verdict(self, record: CommandRecord, by: str, event_id: str, why: str, then: AfterFailure) -> CommandFailed:
        """Word a person's decision on a command as an event."""
        command_id = record.command_id
        return CommandFailed(
            id=event_id, at=self.now(), by=by, command_id=command_id, command=record.type, error=why, then=then
        )

    def _decide(
        self,
        record: CommandRecord,
        event: CommandDone | CommandFailed,
        status: CommandStatus,
        not_before: datetime | None = None,
    ) -> Handled:
        """Store a person's decision on a command."""
        receipt = codec.encode_event(event) if status is CommandStatus.DONE else ""
        settlement = Settlement(
            command_id=record.command_id,
            attempt=None,
            status=status,
            not_before=not_before,
            in_doubt=record.in_doubt and status is CommandStatus.PENDING,
            receipt=receipt,
        )
        answer = self._handle(record.incident_id, (event,), (settlement,))
        if isinstance(answer, Refusal):
            raise TransitionRefused(answer)
        return answer

    # ── Deadlines ──────────────────────────────────────────────────────────────────────────────────────────────────

    def remind(self) -> tuple[Handled, ...]:
        """Turn every deadline that has passed into a reminder, once per promise."""
        now = self.now()
        reminded: list[Handled] = []
        for snapshot in self._may_be_due(now):
            incident = codec.decode_incident(snapshot.payload)
            for deadline in deadlines.due(incident, self.policy, now):
                event = DeadlinePassed(
                    id=f"deadline:{incident.id}:{deadline.name}:{deadline.due:%Y%m%dT%H%M%S.%fZ}",
                    at=now,
                    by="clock",
                    deadline=deadline.name,
                    due_at=deadline.due,
                )
                try:
                    answer = self.handle(incident.id, event)
                except EventIdReused:  # somebody else reminded of it a moment earlier
                    continue
                if isinstance(answer, Handled) and not answer.repeated:
                    reminded.append(answer)
        return tuple(reminded)

    def _may_be_due(self, now: datetime) -> tuple[Snapshot, ...]:
        """Read what the index says is due, and each open incident that was last judged by another policy.

        For the index knows the deadlines of the policy of that time. Once there is none of another, it says all.
        """
        found = {snapshot.incident_id: snapshot for snapshot in self.engine.find(Query(due_before=now))}
        if not self._one_policy:
            query = Query(states=tuple(state.value for state in State if not state.final))
            others = {each.incident_id: each for each in self.engine.find(query) if each.policy != self._digest}
            self._one_policy = not others
            found |= others
        return tuple(found.values())

    # ── The thread ─────────────────────────────────────────────────────────────────────────────────────────────────

    def read_thread(self, incident_id: str) -> tuple[Handled, ...]:
        """Note what people said in the incident's thread since, so that the timeline writes itself (§3.2).

        Each message once; an edit and a deletion are noted too, and nothing that was noted is lost. Nothing is done
        where there is no thread, the incident is over, or no adapter can tell what stands in it.
        """
        incident = self.incident(incident_id)
        if not incident.has_thread or incident.state.final:
            return ()
        context = Context(incident=incident, policy=self.policy, timeline=lambda: self.timeline(incident_id))
        messages = self._messages(context)
        if messages is None:
            return ()
        noted: list[Handled] = []
        for note in missing(messages, context.timeline(), self.now()):
            try:
                answer = self.handle(incident_id, note)
            except EventIdReused:  # a bot that heard the same message was faster
                continue
            if isinstance(answer, Handled) and not answer.repeated:
                noted.append(answer)
        return tuple(noted)

    def read_threads(self) -> tuple[Handled, ...]:
        """Read the thread of every incident that has one and is not over."""
        threads = [incident.id for incident in self.find(State.MANAGING, State.RESOLVED) if incident.has_thread]
        return tuple(noted for incident_id in threads for noted in self.read_thread(incident_id))

    def _messages(self, context: Context) -> Sequence[Message] | None:
        """What stands in the thread, by the first adapter that can tell. A drill's is never in a live one's."""
        for adapter in self.adapters:
            if isinstance(adapter, ThreadReader) and not (adapter.live and context.incident.kind is Kind.DRILL):
                messages = adapter.messages(context)
                if messages is not None:
                    return messages
        return None

    # ── Reading back ───────────────────────────────────────────────────────────────────────────────────────────────

    def incident(self, incident_id: str) -> Incident:
        """Read an incident as it is now. Costs the same whatever the length of its history."""
        found = self._load(incident_id)
        if found is None:
            raise UnknownIncident(incident_id)
        return found

    def find(self, *states: State, limit: int | None = None) -> Iterator[Incident]:
        """Read the incidents in some states (all, where none is named), the oldest first."""
        query = Query(states=tuple(state.value for state in states), limit=limit)
        return (codec.decode_incident(snapshot.payload) for snapshot in self.engine.find(query))

    def timeline(self, incident_id: str) -> tuple[TimelineEntry, ...]:
        """Read everything that was accepted, in the order in which it was recorded."""
        entries = tuple(records.entry(record) for record in self.engine.history(incident_id))
        if not entries:
            raise UnknownIncident(incident_id)
        return entries

    def options(self, incident_id: str) -> tuple[Option, ...]:
        """Read what can be done next with an incident, and what blocks it."""
        return self.lifecycle.options(self.incident(incident_id))

    def outbox(self, incident_id: str | None = None, *statuses: CommandStatus) -> tuple[CommandRecord, ...]:
        """Read the commands of one incident, or of all, in some statuses or in every one."""
        return tuple(self.engine.commands(incident_id, statuses))

    def command(self, command_id: str) -> CommandRecord:
        """Read one command of the outbox."""
        record = self.engine.command(command_id)
        if record is None:
            raise UnknownCommand(command_id)
        return record

    def _load(self, incident_id: str) -> Incident | None:
        """Read a snapshot. Where its text is the one that is known, so is the incident."""
        snapshot = self.engine.load(incident_id)
        if snapshot is None:
            return None
        payload, incident = self._known.get(incident_id, ("", None))
        if incident is None or payload != snapshot.payload:
            incident = codec.decode_incident(snapshot.payload)
            self._remember(snapshot.payload, incident)
        return incident

    def _remember(self, payload: str, incident: Incident) -> None:
        """Know an incident by its text. It is the journal that says which text is the newest, whoever wrote it."""
        if len(self._known) >= KNOWN_MAX:
            self._known.clear()
        self._known[incident.id] = payload, incident

    # ── Verifying ──────────────────────────────────────────────────────────────────────────────────────────────────

    def verify(self, at: Callable[[int], object] = lambda _: None) -> Iterator[Fault]:
        """Yield what contradicts itself: the store, its hash chain, and what a replay of the journal does not give.

        `at` is told how many incidents were replayed so far.
        """
        return verify(self.engine, at)
