"""The port between `Desk` and whatever stores and delivers: one Protocol, a few records, versioned JSON.

Nothing above this port knows of tables, leases or threads, and nothing below it knows the process. Four rules keep
engines interchangeable: receipts are events; deadlines are derived, so no timer is ever cancelled; a lane is (incident,
lane name), in order within it and independent of the others; only JSON text crosses the port.

Engines: `incident_fsm.engine.sqlite` (the default) and `incident_fsm.engine.memory` (for tests). Both pass the one
behaviour suite in `tests/engine/`.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from attrs import field, frozen

LEASE_SECONDS = 300
"""How long a worker may take for one command before somebody else may take it over."""

LONGEST_WAIT = timedelta(hours=2)
"""No command waits longer, and no lease lasts so long. What lies farther ahead was written by a clock that was wrong,
and holds nothing up once the clock is right."""

GENESIS = "0" * 64
"""What the first event of an incident is chained to."""


class CommandStatus(Enum):
    """Where a command of the outbox is."""

    PENDING = "pending"
    """To be done, not before `not_before` if that is set."""
    ATTEMPTED = "attempted"
    """Somebody is doing it, or died over it: after `lease_until` it is in doubt and may be claimed again."""
    DONE = "done"
    """Its receipt is stored."""
    FAILED = "failed"
    """It waits for a person: retry, by hand or skip."""
    SKIPPED = "skipped"
    """A person gave it up."""


@frozen(kw_only=True)
class NewEvent:
    """An accepted event on its way into the journal: `payload` JSON, `policy` the digest of what it was judged by."""

    revision: int
    event_id: str
    type: str
    at: datetime
    recorded_at: datetime
    policy: str
    payload: str


@frozen(kw_only=True)
class EventRecord:
    """An event in the journal. `digest` chains it to the one before it (`previous`)."""

    incident_id: str
    revision: int
    event_id: str
    type: str
    at: datetime
    recorded_at: datetime
    policy: str
    payload: str
    previous: str
    digest: str


@frozen(kw_only=True)
class Snapshot:
    """The newest state of an incident, with what it is found by. `payload` is the incident as JSON."""

    incident_id: str
    revision: int
    state: str
    kind: str
    opened_at: datetime
    next_deadline: datetime | None
    policy: str
    payload: str


@frozen(kw_only=True)
class NewCommand:
    """A command on its way into the outbox. `gives` and `needs` name what it brings about and what it waits for."""

    command_id: str
    revision: int
    position: int
    type: str
    lane: str
    gives: str
    needs: str
    audience: str
    kind: str
    payload: str


@frozen(kw_only=True)
class CommandRecord:
    """A command in the outbox. `attempts` counts the claims so far and fences off late settlements.

    `in_doubt`: an earlier attempt may have happened, so look for its marker before doing it again.
    """

    incident_id: str
    command_id: str
    revision: int
    position: int
    type: str
    lane: str
    gives: str
    needs: str
    audience: str
    kind: str
    payload: str
    status: CommandStatus
    attempts: int
    attempted_at: datetime | None
    not_before: datetime | None
    lease_until: datetime | None
    in_doubt: bool
    error: str
    receipt: str


@frozen(kw_only=True)
class Settlement:
    """What becomes of a command. `attempt` is the claim it answers (None: a person's decision, which always counts).

    `receipt` is JSON (empty unless done), `error` a sentence (empty unless something went wrong).
    """

    command_id: str
    attempt: int | None
    status: CommandStatus
    not_before: datetime | None = None
    in_doubt: bool = False
    error: str = ""
    receipt: str = ""


@frozen(kw_only=True)
class Batch:
    """Everything that becomes durable together, or not at all.

    `expected` is the revision that the events were decided on (0: the incident is new). Without events, `snapshot` is
    None, only settlements are stored, and `expected` is not looked at: nothing was decided on it.
    """

    incident_id: str
    expected: int
    events: tuple[NewEvent, ...] = ()
    snapshot: Snapshot | None = None
    commands: tuple[NewCommand, ...] = ()
    settlements: tuple[Settlement, ...] = ()


@frozen(kw_only=True)
class Restoration:
    """A stretch of an incident's history that goes back into a journal as it was: records, not news.

    `expected` is the revision that it follows on (0: the incident is new here), `snapshot` what its last event led to.
    """

    incident_id: str
    expected: int
    events: tuple[EventRecord, ...]
    snapshot: Snapshot
    commands: tuple[CommandRecord, ...] = ()


@frozen(kw_only=True)
class Query:
    """Which incidents to find; empty fields ask for all. Sorted by `opened_at`, then id; `after` continues a list."""

    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    due_before: datetime | None = None
    limit: int | None = None
    after: tuple[datetime, str] | None = field(default=None)


@frozen(kw_only=True)
class Fault:
    """Something in the store that contradicts itself: where, and what."""

    where: str
    problem: str


class Worker(Protocol):
    """Who carries commands out for an engine."""

    def work(self, record: CommandRecord) -> None:
        """Carry one claimed command out and settle it through `Engine.commit`."""
        ...


class Engine(Protocol):
    """A journal with an outbox."""

    def commit(self, batch: Batch) -> None:
        """Make a batch durable, whole, before returning.

        Raises `RevisionConflict` where the incident is not at `batch.expected`, `EventIdReused` where an event id is in
        the journal already (the caller looks repeats up first, with `recorded`), `LeaseLost` where a settlement's
        attempt is not the present one or its command is not this incident's, `InvalidValue` where the batch
        contradicts itself (a mistake in the program), `JournalUnusable` where the store fails. A conflict is told
        before a reused id, and that before a lost lease. Nothing is stored then.
        """
        ...

    def restore(self, stretches: Iterable[Restoration]) -> None:
        """Make stretches of history durable, every record as it is, all of them or none, before returning.

        They are taken one by one, and other writers wait meanwhile: what yields them must not call the engine.
        Raises `RevisionConflict` and `EventIdReused` as `commit` does, and `InvalidValue` where a stretch contradicts
        itself or what it follows on: a broken chain, a command of no event here, or one that is still open, since then
        two places would deliver it. Policies are kept first, with `keep_policy`.
        """
        ...

    def recorded(self, event_ids: Sequence[str]) -> tuple[EventRecord, ...]:
        """Return those of some events that are in the journal, in order of incident and revision."""
        ...

    def load(self, incident_id: str) -> Snapshot | None:
        """Return the newest snapshot of an incident, or None. Costs the same whatever the length of the history."""
        ...

    def history(self, incident_id: str, after: int = 0) -> Iterator[EventRecord]:
        """Yield an incident's events in order, from the revision after `after` on."""
        ...

    def find(self, query: Query) -> Iterator[Snapshot]:
        """Yield the incidents that a query asks for."""
        ...

    def commands(
        self, incident_id: str | None = None, statuses: Sequence[CommandStatus] = ()
    ) -> Iterator[CommandRecord]:
        """Yield commands in order of incident, revision and position."""
        ...

    def command(self, command_id: str) -> CommandRecord | None:
        """Return a command, or None."""
        ...

    def keep_policy(self, digest: str, payload: str) -> None:
        """Keep a policy that events are about to be judged by. Keeping it again changes nothing."""
        ...

    def policy(self, digest: str) -> str | None:
        """Return a policy that was kept, as JSON, or None."""
        ...

    def run(self, worker: Worker, now: Callable[[], datetime], stop: Callable[[], bool]) -> int:
        """Hand the commands that can run to a worker, until none is left or `stop` says so; return how many.

        A command can run when it is pending and not before its time, or attempted with its lease run out (a time more
        than `LONGEST_WAIT` ahead counts as past: a clock was wrong); when no
        earlier command of its lane is pending or attempted (one that waits for the result of a command that failed or
        was skipped does not count: it holds back nobody else); and when what it needs was given, by a command of its
        incident that is done. Each is marked attempted, durably, before the worker sees it, and handed out at most once
        by one call. What the worker raises comes through, and its command stays attempted until its lease ends.
        """
        ...

    def verify(self) -> Iterator[Fault]:
        """Yield what is wrong with the store itself: the file, the hash chain, gaps in the revisions."""
        ...

    def close(self) -> None:
        """Let go of the store. Further calls raise `JournalUnusable`."""
        ...


def chain_digest(incident_id: str, previous: str, event: NewEvent) -> str:
    """The digest that chains an event to the one before it: SHA-256 over everything stored with it."""
    parts: list[object] = [
        previous,
        incident_id,
        event.revision,
        event.event_id,
        event.type,
        event.at.isoformat(),
        event.recorded_at.isoformat(),
        event.policy,
        event.payload,
    ]
    return hashlib.sha256(_chained_json(parts).encode()).hexdigest()


_chained_json: Callable[[list[object]], str] = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
