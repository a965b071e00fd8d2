"""Drives one adapter through a whole incident with faults in its way, and says what became of every command.

The real desk, outbox and runner; a memory engine; a clock that jumps to wherever something waits for. Only the service
is a fake. `drive` orders faults for the requests of one command (the one under test): its first delivery and whatever
follows from it meet them in order; all other commands meet none.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Protocol

from attrs import evolve, frozen

from incident_fsm import Kind, Policy
from incident_fsm import events as e
from incident_fsm.adapters import Adapter, Context, Finding, Outcome
from incident_fsm.adapters.recording import RecordingAdapter
from incident_fsm.codec import decode_command
from incident_fsm.commands import Command
from incident_fsm.desk import Desk
from incident_fsm.engine import CommandRecord, CommandStatus
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.policy_files import load_shipped
from tests.documents.airflow import ID, at, beginning, ending, middle, reopening
from tests.services.fakes.server import Fault

_ROUNDS = 60
"""Nothing takes more rounds of waiting than this to be settled one way or the other."""


class Service(Protocol):
    """A fake, as the driver sees it."""

    def order(self, faults: Iterable[Fault]) -> None:
        """Let the next requests meet these faults."""

    def objects(self, command: Command) -> int:
        """How many things exist in the service that this command brought about (by its marker or its content)."""


class Clock:
    """The time, which moves when told to."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.moment


class Armed:
    """An adapter whose service is given faults when the command under test is first delivered."""

    def __init__(self, inner: Adapter, service: Service, target: str, faults: Sequence[Fault]) -> None:
        self.name, self.live = inner.name, inner.live
        self.inner, self.service, self.target, self.faults = inner, service, target, faults
        self.armed = False

    @property
    def settle(self) -> timedelta:
        """As long as the adapter itself says, if it does."""
        settle: timedelta = getattr(self.inner, "settle", timedelta(seconds=30))
        return settle

    def accepts(self, command: Command) -> bool:
        """As the adapter itself."""
        return self.inner.accepts(command)

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Deliver, with faults if it is the one."""
        if command.id == self.target and not self.armed:
            self.armed = True
            self.service.order(self.faults)
        return self.inner.deliver(command, context)

    def find(self, command: Command, context: Context) -> Finding:
        """Look, with what is left of the faults."""
        return self.inner.find(command, context)


@frozen
class Settled:
    """What became of one command."""

    command: Command
    record: CommandRecord
    objects: int


@frozen
class Driven:
    """What became of a whole incident."""

    desk: Desk
    settled: tuple[Settled, ...]

    def of(self, command_id: str) -> Settled:
        """What became of one command."""
        return next(one for one in self.settled if one.command.id == command_id)


@cache
def story(kind: Kind = Kind.LIVE) -> tuple[e.Event, ...]:
    """One incident with every command that is not about a dismissal."""
    *settled, reviewed = ending()[1:]
    told_public = evolve(reviewed, public_text="We now alert on queued tasks.")  # type: ignore[call-arg]  # IncidentReviewed
    return (*beginning(kind=kind, breach=True), *middle(cleared=True), *reopening(), *settled, told_public)


@cache
def dismissal() -> tuple[e.Event, ...]:
    """One candidate that is no incident."""
    why, route = "A test cluster.", "github_ticket"
    no = e.CandidateDismissed(id="d1", at=at(9), by="Ada Lovelace", override_reason=why, route=route)
    return (*beginning()[:1], no)


def drive(  # noqa: PLR0913  what is driven, through what, and with what in the way
    adapter: Adapter,
    service: Service,
    clock: Clock,
    *,
    target: str = "",
    faults: Sequence[Fault] = (),
    events: Sequence[e.Event] | None = None,
    policy: Policy | None = None,
) -> Driven:
    """Take an incident through all its events, delivering after each until nothing is left to wait for."""
    service.order(())
    armed = Armed(adapter, service, target, faults)
    rest = RecordingAdapter(name="rest")
    desk = Desk(MemoryEngine(), policy or load_shipped(), (armed, rest), now=clock)
    for event in story() if events is None else events:
        clock.moment = max(clock.moment, event.at)
        desk.step(ID, event)
        settle(desk, clock)
    service.order(())
    assert not target or armed.armed, f"{target} was never delivered, so no fault was ever in its way"
    mine = [(decode_command(record.payload), record) for record in desk.outbox()]
    accepted = [(command, record) for command, record in mine if adapter.accepts(command)]
    return Driven(desk, tuple(Settled(command, record, service.objects(command)) for command, record in accepted))


def settle(desk: Desk, clock: Clock) -> None:
    """Deliver, and let time pass, until every command is done or in a person's hands."""
    for _ in range(_ROUNDS):
        desk.deliver()
        waiting = desk.outbox(None, CommandStatus.PENDING, CommandStatus.ATTEMPTED)
        moments = [record.lease_until or record.not_before for record in waiting]
        later = [moment for moment in moments if moment is not None and moment > clock.moment]
        if not later:
            return  # what is pending without a time waits for something that a person must see to
        clock.moment = min(later)
    raise AssertionError(f"still not settled after {_ROUNDS} rounds: {desk.outbox(None, CommandStatus.PENDING)}")


def check(driven: Driven) -> None:
    """Hold the outcome to the promise: exactly one object for each command, or it is visibly in a person's hands."""
    for one in driven.settled:
        where = f"{one.command.id} {type(one.command).__name__}: {one.record.status.value} {one.record.error}"
        if one.record.status is CommandStatus.DONE:
            assert one.objects == 1, f"{where}: {one.objects} objects"
        else:
            waits = one.record.status is CommandStatus.PENDING and bool(one.record.needs)
            assert waits or one.record.status is CommandStatus.FAILED, where
            assert one.objects <= 1, f"{where}: {one.objects} objects"
            assert waits or one.record.error, f"{where}: and no word why"


def targets(
    adapter: Adapter, events: Sequence[e.Event] | None = None, policy: Policy | None = None
) -> tuple[Command, ...]:
    """Every command of a story that an adapter accepts, with the ids that they have when nothing goes wrong.

    Receipts are events too, so ids are only right if what came before was delivered: the story is driven, by somebody
    else.
    """
    recording = RecordingAdapter(name="recording")
    driven = drive(recording, _Nobody(), Clock(at(0)), events=events, policy=policy)
    return tuple(one.command for one in driven.settled if adapter.accepts(one.command))


class _Nobody:
    """A service that keeps nothing."""

    def order(self, faults: Iterable[Fault]) -> None:
        """Let nothing go wrong."""

    def objects(self, command: Command) -> int:  # noqa: ARG002  the driver's signature
        """One of everything."""
        return 1
