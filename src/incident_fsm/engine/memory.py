"""The engine for tests: everything that the SQLite engine promises but durability, in a few dictionaries.

Safe to use from several threads: one lock guards every call and is never held while a worker works.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from attrs import evolve

from incident_fsm.engine import (
    GENESIS,
    LEASE_SECONDS,
    LONGEST_WAIT,
    Batch,
    CommandRecord,
    CommandStatus,
    EventRecord,
    Fault,
    Query,
    Restoration,
    Settlement,
    Snapshot,
    Worker,
)
from incident_fsm.engine._audit import incident_faults
from incident_fsm.engine._rules import (
    chained,
    check_chained,
    check_restoration,
    checked,
    in_order,
    optional_utc,
    outbox,
    utc,
)
from incident_fsm.errors import EventIdReused, InvalidValue, JournalUnusable, LeaseLost, RevisionConflict

_OPEN = (CommandStatus.PENDING, CommandStatus.ATTEMPTED)
_CLOSED = (CommandStatus.DONE, CommandStatus.SKIPPED)


class MemoryEngine:
    """A journal with an outbox that is gone with the process. Passes the same behaviour suite as every engine."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed = False
        self._snapshots: dict[str, Snapshot] = {}
        self._events: dict[str, list[EventRecord]] = {}
        self._event_ids: dict[str, EventRecord] = {}
        # In the order they were stored, which within an incident is the order of revision and position.
        self._commands: dict[str, CommandRecord] = {}
        self._policies: dict[str, str] = {}

    @contextmanager
    def _using(self) -> Iterator[None]:
        """Hold the lock for one call; refuse a closed engine."""
        with self._lock:
            if self._closed:
                raise JournalUnusable("memory", "this journal was closed", "make another")
            yield

    def commit(self, batch: Batch) -> None:
        """Store a batch whole, or raise and store nothing: see `Engine.commit`."""
        batch = checked(batch)
        with self._using():
            if batch.events:
                self._check_new(batch)
            fresh = {record.command_id: record for record in outbox(batch)}
            for settlement in batch.settlements:
                present = fresh.get(settlement.command_id) or self._commands.get(settlement.command_id)
                fresh[settlement.command_id] = _settled(present, batch.incident_id, settlement)
            # Nothing can fail from here on, so what was refused above left nothing behind.
            history = self._events.get(batch.incident_id, [])
            records = chained(batch.incident_id, history[-1].digest if history else GENESIS, batch.events)
            if batch.snapshot is not None:
                self._snapshots[batch.incident_id] = batch.snapshot
                self._events[batch.incident_id] = [*history, *records]
            self._event_ids.update((record.event_id, record) for record in records)
            self._commands.update(fresh)

    def restore(self, stretches: Iterable[Restoration]) -> None:
        """Take stretches of history in, every record as it is, all or none: see `Engine.restore`."""
        with self._using():
            before = dict(self._snapshots), dict(self._events), dict(self._event_ids), dict(self._commands)
            try:
                for stretch in stretches:
                    self._restore(stretch)
            except BaseException:
                self._snapshots, self._events, self._event_ids, self._commands = before
                raise

    def _restore(self, stretch: Restoration) -> None:
        """Take one stretch of history in."""
        check_restoration(stretch)
        self._check_new(stretch)
        history = self._events.get(stretch.incident_id, [])
        check_chained(stretch.events, stretch.incident_id, history[-1].digest if history else GENESIS)
        self._snapshots[stretch.incident_id] = stretch.snapshot
        self._events[stretch.incident_id] = [*history, *stretch.events]
        self._event_ids.update((record.event_id, record) for record in stretch.events)
        self._commands.update((record.command_id, record) for record in in_order(stretch.commands))

    def _check_new(self, batch: Batch | Restoration) -> None:
        """Hold what a batch adds against what is there."""
        present = self._snapshots.get(batch.incident_id)
        found = 0 if present is None else present.revision
        if found != batch.expected:
            raise RevisionConflict(batch.incident_id, batch.expected, found)
        for event in batch.events:
            if event.event_id in self._event_ids:
                raise EventIdReused(event.event_id)
        for command in batch.commands:
            if command.command_id in self._commands:
                raise InvalidValue("NewCommand.command_id", f"{command.command_id!r} is taken", "derive it anew")

    def recorded(self, event_ids: Sequence[str]) -> tuple[EventRecord, ...]:
        """Return those of some events that are in the journal: see `Engine.recorded`."""
        with self._using():
            found = [self._event_ids[event_id] for event_id in set(event_ids) & self._event_ids.keys()]
        return tuple(sorted(found, key=lambda record: (record.incident_id, record.revision)))

    def load(self, incident_id: str) -> Snapshot | None:
        """Return the newest snapshot of an incident, or None."""
        with self._using():
            return self._snapshots.get(incident_id)

    def history(self, incident_id: str, after: int = 0) -> Iterator[EventRecord]:
        """Yield an incident's events in order, as they stand when the first is asked for."""
        with self._using():
            found = self._events.get(incident_id, [])
        yield from (record for record in found if record.revision > after)

    def find(self, query: Query) -> Iterator[Snapshot]:
        """Yield the incidents that a query asks for, as they stand when the first is asked for."""
        due = optional_utc(query.due_before, "Query.due_before")
        after = query.after and (utc(query.after[0], "Query.after"), query.after[1])
        with self._using():
            found = sorted(self._snapshots.values(), key=_place)
        wanted = [
            snapshot
            for snapshot in found
            if (not query.states or snapshot.state in query.states)
            and (not query.kinds or snapshot.kind in query.kinds)
            and (due is None or (snapshot.next_deadline is not None and snapshot.next_deadline < due))
            and (after is None or _place(snapshot) > after)
        ]
        yield from wanted if query.limit is None else wanted[: max(query.limit, 0)]

    def commands(
        self, incident_id: str | None = None, statuses: Sequence[CommandStatus] = ()
    ) -> Iterator[CommandRecord]:
        """Yield commands in order of incident, revision and position, as they stand when the first is asked for."""
        with self._using():
            found = list(self._commands.values())
        wanted = (
            record
            for record in found
            if incident_id in {None, record.incident_id} and (not statuses or record.status in statuses)
        )
        yield from sorted(wanted, key=lambda record: (record.incident_id, record.revision, record.position))

    def command(self, command_id: str) -> CommandRecord | None:
        """Return a command, or None."""
        with self._using():
            return self._commands.get(command_id)

    def keep_policy(self, digest: str, payload: str) -> None:
        """Keep a policy; keeping it again changes nothing."""
        with self._using():
            self._policies.setdefault(digest, payload)

    def policy(self, digest: str) -> str | None:
        """Return a policy that was kept, as JSON, or None."""
        with self._using():
            return self._policies.get(digest)

    def run(self, worker: Worker, now: Callable[[], datetime], stop: Callable[[], bool]) -> int:
        """Hand the commands that can run to a worker, each at most once a call: see `Engine.run`."""
        handed: set[str] = set()
        while not stop():
            record = self._claim(utc(now(), "now"), handed)
            if record is None:
                break
            handed.add(record.command_id)
            worker.work(record)
        return len(handed)

    def _claim(self, now: datetime, handed: set[str]) -> CommandRecord | None:
        """Lease the command that could run first and was not handed out yet in this run."""
        with self._using():
            ready = [record for record in self._runnable(now) if record.command_id not in handed]
            if not ready:
                return None
            # What never had to wait comes first; `min` keeps the stored order among equals.
            first = min(ready, key=lambda record: _ready_at(record) or datetime.min.replace(tzinfo=now.tzinfo))
            claimed = evolve(
                first,
                status=CommandStatus.ATTEMPTED,
                attempts=first.attempts + 1,
                attempted_at=now,
                lease_until=now + timedelta(seconds=LEASE_SECONDS),
                in_doubt=first.in_doubt or first.status is CommandStatus.ATTEMPTED,
            )
            self._commands[claimed.command_id] = claimed
            return claimed

    def _runnable(self, now: datetime) -> Iterator[CommandRecord]:
        """Yield the commands that are first in their lane, have what they need, and whose time has come."""
        given = {
            (record.incident_id, record.gives)
            for record in self._commands.values()
            if record.status is CommandStatus.DONE
        }
        coming = given | {
            (record.incident_id, record.gives) for record in self._commands.values() if record.status in _OPEN
        }
        taken: set[tuple[str, str]] = set()
        for record in self._commands.values():
            lane = (record.incident_id, record.lane)
            if record.status not in _OPEN or lane in taken:
                continue
            # What waits for something that a person must see to first holds nobody else up.
            if record.needs and (record.incident_id, record.needs) not in coming:
                continue
            taken.add(lane)
            ready_at = _ready_at(record)
            in_time = ready_at is None or ready_at <= now or ready_at > now + LONGEST_WAIT
            if in_time and (not record.needs or (record.incident_id, record.needs) in given):
                yield record

    def verify(self) -> Iterator[Fault]:
        """Yield what contradicts itself, incident by incident."""
        for snapshot in self.find(Query()):
            with self._using():
                events = self._events[snapshot.incident_id]
                mine = [record for record in self._commands.values() if record.incident_id == snapshot.incident_id]
                newest = self._snapshots[snapshot.incident_id]
                kept = set(self._policies)
            yield from incident_faults(newest, events, mine, kept.__contains__)

    def close(self) -> None:
        """Refuse every further call. Closing again changes nothing."""
        with self._lock:
            self._closed = True


def _place(snapshot: Snapshot) -> tuple[datetime, str]:
    """Where an incident stands in a listing."""
    return snapshot.opened_at, snapshot.incident_id


def _ready_at(record: CommandRecord) -> datetime | None:
    """From when on an open command may be claimed, or None where it never had to wait."""
    return record.lease_until or record.not_before


def _settled(record: CommandRecord | None, incident_id: str, settlement: Settlement) -> CommandRecord:
    """Apply a settlement, or raise `LeaseLost` where it no longer counts, or where there is no such command here."""
    if record is None or record.incident_id != incident_id:
        raise LeaseLost(settlement.command_id)
    holds = record.status is CommandStatus.ATTEMPTED and record.attempts == settlement.attempt
    overtaken = record.status is CommandStatus.ATTEMPTED and settlement.status is CommandStatus.PENDING
    by_person = record.status not in _CLOSED and not overtaken
    counts = by_person if settlement.attempt is None else holds
    if not counts:
        raise LeaseLost(settlement.command_id)
    # A doubt that arose after a person looked stays, with the time until which a late request may land.
    ordered = settlement.attempt is None and settlement.status is CommandStatus.PENDING
    doubt = ordered and record.in_doubt and not settlement.in_doubt
    return evolve(
        record,
        status=settlement.status,
        not_before=record.not_before if doubt else settlement.not_before,
        lease_until=None,
        in_doubt=settlement.in_doubt or doubt,
        error=settlement.error,
        receipt=settlement.receipt,
    )
