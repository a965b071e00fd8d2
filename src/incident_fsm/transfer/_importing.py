"""Taking a file in: what is there already is held against it, what is new is stored in batches of bounded size.

An incident is stored whole or not at all, with many others in one transaction or, if it alone is more than a batch,
piece by piece in a transaction of its own (other writers wait for that one). So an import that was interrupted leaves a
journal as valid as before; done again, it skips what it finds stored and goes on.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from attrs import define, frozen

from incident_fsm import _records as records
from incident_fsm.engine import Engine, Restoration
from incident_fsm.errors import EventIdReused, RevisionConflict
from incident_fsm.transfer._checking import checked
from incident_fsm.transfer._comparing import SORT_IT_OUT, is_there
from incident_fsm.transfer._faults import TransferRefused
from incident_fsm.transfer._folding import Folded
from incident_fsm.transfer._form import KeptPolicy
from incident_fsm.transfer._holding import Hold, held
from incident_fsm.transfer._source import Source

BATCH_BYTES = 4 * 1024 * 1024
"""How many bytes of the file become durable at once: some thousand events and their commands."""


@define
class Imported:
    """What came of an import: incidents, events and commands that were stored now, and incidents that were there.

    `held`: how many of the commands were still open, and wait for a person now; each brought an event more.
    """

    incidents: int = 0
    skipped: int = 0
    events: int = 0
    commands: int = 0
    held: int = 0


def import_journal(
    engine: Engine,
    source: Source,
    *,
    hold: Hold | None = None,
    check_only: bool = False,
    batch: int = BATCH_BYTES,
) -> Imported:
    """Take a file in, and say what came of it. Raises `TransferRefused` where a line is wrong, or contradicts what is
    stored; the incidents before it may be stored then.

    Incidents that are stored already, and equal, are skipped; another history, a longer or a shorter one is refused.
    Commands that are still open are refused, as two places would carry them out; with `hold` they are stored as failed,
    for a person to retry, do by hand or skip. `check_only` stores nothing.
    """
    result = Imported()
    intake = _Intake(engine, source, result, batch, check_only=check_only)
    for piece in checked(source, hold=hold is not None):
        if isinstance(piece, KeptPolicy):
            intake.keep(piece)
        elif is_there(engine, source, piece):
            result.skipped += 1
        else:
            result.incidents += 1
            result.held += piece.opening.open
            intake.take(piece.events if hold is None else held(piece.events, hold))
    intake.flush()
    return result


@frozen
class _Stretch:
    """What is to be restored of one incident, and in which line each event stands, to be told if its id is taken."""

    restoration: Restoration
    lines: dict[str, int]
    weight: int


class _Intake:
    """Collects what is new and hands it to the engine, in batches of about `limit` bytes of the file."""

    def __init__(self, engine: Engine, source: Source, result: Imported, limit: int, *, check_only: bool) -> None:
        self._engine = engine
        self._source = source
        self._result = result
        self._limit = limit
        self._check_only = check_only
        self._policies: list[KeptPolicy] = []
        self._stretches: list[_Stretch] = []
        self._weight = 0
        self._lines: dict[str, int] = {}

    def keep(self, policy: KeptPolicy) -> None:
        """Take a policy in."""
        self._policies.append(policy)

    def take(self, events: Iterator[Folded]) -> None:
        """Take an incident in: with others, or by itself if it is that long."""
        stretches = self._cut(events)
        first = next(stretches)
        second = next(stretches, None)
        if second is not None:
            self.flush()
            self._store(chain((first, second), stretches))
            return
        self._stretches.append(first)
        self._weight += first.weight
        if self._weight >= self._limit:
            self.flush()

    def flush(self) -> None:
        """Store what was collected."""
        if self._stretches:
            stretches, self._stretches, self._weight = self._stretches, [], 0
            self._store(stretches)

    def _cut(self, events: Iterator[Folded]) -> Iterator[_Stretch]:
        """Cut the events of an incident into stretches of bounded size; most incidents are one."""
        pieces: list[Folded] = []
        weight = 0
        for piece in events:
            if weight >= self._limit:
                yield self._stretch(pieces, weight)
                pieces, weight = [], 0
            pieces.append(piece)
            weight += piece.weight
        yield self._stretch(pieces, weight)

    def _stretch(self, pieces: list[Folded], weight: int) -> _Stretch:
        """Make a stretch of events that follow on one another."""
        first, last = pieces[0], pieces[-1]
        commands = tuple(command for piece in pieces for command in piece.commands)
        self._result.events += len(pieces)
        self._result.commands += len(commands)
        restoration = Restoration(
            incident_id=first.event.incident_id,
            expected=first.event.revision - 1,
            events=tuple(piece.event for piece in pieces),
            snapshot=records.snapshot(last.incident, last.lifecycle.policy, last.event.policy),
            commands=commands,
        )
        return _Stretch(restoration, {piece.event.event_id: piece.line for piece in pieces}, weight)

    def _store(self, stretches: Iterable[_Stretch]) -> None:
        """Store some stretches, all of them or nothing; or only see that nothing stands in their way."""
        if self._check_only:
            for stretch in stretches:
                for record in self._engine.recorded(tuple(stretch.lines)):
                    self._refuse_reused(record.event_id, stretch.lines)
            return
        for policy in self._policies:
            self._engine.keep_policy(policy.digest, policy.payload)
        self._policies = []
        try:
            self._engine.restore(map(self._noted, stretches))
        except EventIdReused as error:
            self._refuse_reused(error.event_id, self._lines)
        except RevisionConflict as error:
            problem = f"incident {error.incident_id} was written to while it was being imported"
            raise TransferRefused(self._source.name, None, problem, "run the import again") from error

    def _noted(self, stretch: _Stretch) -> Restoration:
        """Hand a stretch over, and note which it is."""
        self._lines = stretch.lines
        return stretch.restoration

    def _refuse_reused(self, event_id: str, lines: dict[str, int]) -> None:
        """Say that an event's id is taken."""
        problem = f"the event id {event_id!r} is another event's already"
        raise TransferRefused(self._source.name, lines.get(event_id), problem, SORT_IT_OUT)
