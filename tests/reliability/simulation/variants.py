"""What is simulated: the library as it is, and copies of it that are broken on purpose.

A simulator that finds nothing shows nothing. Each broken copy makes one mistake that somebody could make, and the tests
ask for it to be found within a few seeds.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from attrs import evolve, frozen

from incident_fsm import codec
from incident_fsm._delivery import Deliverer, Delivery
from incident_fsm.adapters import Absent, Context, Finding
from incident_fsm.commands import Command
from incident_fsm.desk import Desk
from incident_fsm.engine import (
    LEASE_SECONDS,
    Batch,
    CommandRecord,
    CommandStatus,
    EventRecord,
    Settlement,
    Snapshot,
    Worker,
)
from incident_fsm.engine import _statements as sql
from incident_fsm.engine._rows import command_of, row_of, time_text
from incident_fsm.engine._rules import checked, outbox
from incident_fsm.events import CommandDone, Event
from tests.reliability.simulation.fate import Fate
from tests.reliability.simulation.outside import Unreliable
from tests.reliability.simulation.store import MortalEngine

MakeEngine = Callable[[Path, Fate, Callable[[], None], Callable[[], int]], MortalEngine]


@frozen
class Variant:
    """Which engine, desk and adapters a process is made from."""

    engine: MakeEngine = MortalEngine
    desk: type[Desk] = Desk
    adapter: type[Unreliable] = Unreliable


HONEST = Variant()
"""The library as it is."""


# ── Mistakes in the store ──────────────────────────────────────────────────────────────────────────────────────────


class EarlyWord(MortalEngine):
    """Acknowledges before it commits: what it was given is written when the next thing is asked of it."""

    kept: Batch | None = None

    def commit(self, batch: Batch) -> None:
        """Say yes at once."""
        self._write_back()
        self.kept = batch

    def load(self, incident_id: str) -> Snapshot | None:
        """Write back first, so that it is not noticed without a crash."""
        self._write_back()
        return super().load(incident_id)

    def recorded(self, event_ids: Sequence[str]) -> tuple[EventRecord, ...]:
        """Likewise."""
        self._write_back()
        return super().recorded(event_ids)

    def run(self, worker: Worker, now: Callable[[], datetime], stop: Callable[[], bool]) -> int:
        """Likewise."""
        self._write_back()
        return super().run(worker, now, stop)

    def _write_back(self) -> None:
        kept, self.kept = self.kept, None
        if kept is not None:
            super().commit(kept)


class TwoTransactions(MortalEngine):
    """Writes the journal in one transaction and the outbox in the next."""

    def commit(self, batch: Batch) -> None:
        """Write twice."""
        super().commit(evolve(batch, commands=()))
        if batch.commands:
            with self._writing() as connection:
                connection.executemany(sql.ADD_COMMAND, [row_of(record) for record in outbox(checked(batch))])


class Forgetful(MortalEngine):
    """Has no doubts about a command whose worker died."""

    def run(self, worker: Worker, now: Callable[[], datetime], stop: Callable[[], bool]) -> int:
        """Hand commands out as if nobody had tried them."""

        class Sure:
            def work(self, record: CommandRecord) -> None:
                worker.work(evolve(record, in_doubt=False))

        return super().run(Sure(), now, stop)


class Unfenced(MortalEngine):
    """Takes everybody's word on a command, also that of a worker whose lease ended.

    The simulator need not find this: whoever takes over looks first, so nothing is done twice. A test of its own does.
    """

    def commit(self, batch: Batch) -> None:
        """Settle whoever asks."""
        super().commit(evolve(batch, settlements=tuple(evolve(each, attempt=None) for each in batch.settlements)))


class TakenAway(MortalEngine):
    """Lets a person's retry take a command away from whoever is at it, and forget the doubt."""

    def commit(self, batch: Batch) -> None:
        """Make pending whatever a person wants tried again."""
        for each in batch.settlements:
            if each.attempt is None and each.status is CommandStatus.PENDING:
                with self._writing() as connection:
                    connection.execute(_TAKE_AWAY, (each.command_id,))
        super().commit(batch)


_TAKE_AWAY = """
UPDATE commands SET status = 'pending', lease_until = NULL, not_before = NULL, in_doubt = 0 WHERE command_id = ?
"""


class NoLanes(MortalEngine):
    """Hands out whatever is ready, in whatever order."""

    def _claim(self, now: datetime, handed: set[str]) -> CommandRecord | None:
        """Claim without a look at the lane."""
        lease = time_text(now + timedelta(seconds=LEASE_SECONDS))
        ready = "SELECT sequence, command_id FROM commands WHERE status IN ('pending', 'attempted') AND ready_at <= ?"
        with self._writing() as connection:
            with closing(connection.execute(ready + " ORDER BY sequence DESC", (time_text(now),))) as runnable:
                found = next((row["sequence"] for row in runnable if row["command_id"] not in handed), None)
            claimed = connection.execute(sql.CLAIM, (time_text(now), lease, found)).fetchall()
            return command_of(claimed[0]) if claimed else None


# ── Mistakes in the runner and in adapters ─────────────────────────────────────────────────────────────────────────


class DoneBeforeTheCall(Deliverer):
    """Stores the receipt first and calls afterwards."""

    def work(self, record: CommandRecord) -> None:
        """Settle, then call."""
        name = record.command_id
        event = CommandDone(
            id=f"done:{name}", at=self._desk.now(), by="hasty", command_id=name, command=record.type, reference=name
        )
        receipt = codec.encode_event(event)
        said = Settlement(command_id=name, attempt=record.attempts, status=CommandStatus.DONE, receipt=receipt)
        self._desk.settle(record.incident_id, event, said)
        super().work(record)


class HastyDesk(Desk):
    """A desk whose runner settles before it calls."""

    def deliver(self, stop: Callable[[], bool] = lambda: False) -> tuple[Delivery, ...]:
        """Carry out, hastily."""
        deliverer = DoneBeforeTheCall(self)
        self.engine.run(deliverer, self.now, stop)
        return tuple(deliverer.deliveries)


class NoRepeats(Desk):
    """A desk that has forgotten that the same event may be told twice."""

    def _repeated(self, incident_id: str, events: Sequence[Event]) -> bool:  # noqa: ARG002  the desk's own signature
        """Never."""
        return False


class Blithe(Unreliable):
    """An adapter that says "absent" where it cannot tell: the runner repeats without having looked."""

    def find(self, command: Command, context: Context) -> Finding:  # noqa: ARG002  the port's signature
        """Look nowhere."""
        return Absent()


BROKEN: dict[str, Variant] = {
    "acknowledges before it commits": Variant(engine=EarlyWord),
    "journal and outbox in two transactions": Variant(engine=TwoTransactions),
    "no doubt after a worker's death": Variant(engine=Forgetful),
    "a person's retry forgets a doubt": Variant(engine=TakenAway),
    "no order within a lane": Variant(engine=NoLanes),
    "done before the call": Variant(desk=HastyDesk),
    "no look for repeated events": Variant(desk=NoRepeats),
    "repeats without a search": Variant(adapter=Blithe),
}
"""Every broken copy that the simulator must find, by its mistake."""
