"""Drives one adapter through a whole incident with faults in its way, and says what became of every command.

The real desk, outbox and runner; a memory engine; a clock that jumps to wherever something waits for. Only the outside
system is a fake. `drive` orders faults for the requests of one command (the target): its first delivery, and whatever
follows from that, meet them in order; all other commands meet none. `check_adapter` is made of this; use `drive` itself
where a test wants to know more of one case.
"""

from collections.abc import Sequence
from datetime import timedelta
from enum import Enum

from attrs import frozen

from incident_fsm import Policy
from incident_fsm._delivery import SETTLE
from incident_fsm.adapters import Adapter, Context, Finding, Outcome, Settling
from incident_fsm.codec import decode_command
from incident_fsm.commands import Command
from incident_fsm.desk import Desk
from incident_fsm.engine import CommandRecord, CommandStatus
from incident_fsm.events import CandidateReported, Event
from incident_fsm.testing.clock import FrozenClock
from incident_fsm.testing.desks import recording_desk, settle
from incident_fsm.testing.faults import LATE, FakeWorld, Fault, World


class Death(Enum):
    """When the worker that carries the target out dies, so that somebody else must find out how far it came."""

    NEVER = "it lives"
    BEFORE = "the worker dies before the call"
    AFTER = "the worker dies after the call, before the receipt is stored"


class WorkerDied(BaseException):
    """A process was killed: nobody catches this, as nobody would be left to."""


class _Around:
    """An adapter with something around it; in all else as the adapter itself."""

    def __init__(self, inner: Adapter) -> None:
        self.name, self.live, self._inner = inner.name, inner.live, inner

    @property
    def settle(self) -> timedelta:
        """As long as the adapter itself says, if it does."""
        return self._inner.settle if isinstance(self._inner, Settling) else SETTLE

    def accepts(self, command: Command) -> bool:
        """As the adapter itself."""
        return self._inner.accepts(command)


class _Armed(_Around):
    """An adapter whose world is given faults, and whose worker dies, when the target is first delivered."""

    def __init__(self, inner: Adapter, world: World, target: str, faults: Sequence[Fault], death: Death) -> None:
        super().__init__(inner)
        self._world, self._target, self._faults, self._death = world, target, faults, death
        self.armed = False

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Deliver; with faults, if it is the target and the first time."""
        if command.id != self._target or self.armed:
            return self._inner.deliver(command, context)
        self.armed = True
        self._world.order(self._faults)
        if self._death is Death.BEFORE:
            raise WorkerDied
        outcome = self._inner.deliver(command, context)
        if self._death is Death.AFTER:
            raise WorkerDied
        return outcome

    def find(self, command: Command, context: Context) -> Finding:
        """Look, with what is left of the faults."""
        return self._inner.find(command, context)


class Unreliable(_Around):
    """An adapter whose calls meet the faults of a world, for one whose client cannot be replaced by a fake.

    `check_adapter(lambda disk: Unreliable(OurAdapter(disk.root), disk), FakeDisk)`: each `deliver` and `find` counts as
    one request. It is coarser than a fake client, as nothing breaks within a call.
    """

    def __init__(self, inner: Adapter, world: FakeWorld) -> None:
        super().__init__(inner)
        self._world = world

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Deliver, and lose the answer where the world says so."""
        return self._world.meet(lambda: self._inner.deliver(command, context))

    def find(self, command: Command, context: Context) -> Finding:
        """Look, likewise."""
        return self._world.meet(lambda: self._inner.find(command, context))


@frozen
class Settled:
    """What became of one command: how it stands in the outbox, and how many things it brought about outside."""

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


def drive(  # noqa: PLR0913  what is driven, through what, and with what in the way
    adapter: Adapter,
    world: World,
    clock: FrozenClock,
    *,
    events: Sequence[Event],
    target: str = "",
    faults: Sequence[Fault] = (),
    death: Death = Death.NEVER,
    policy: Policy | None = None,
) -> Driven:
    """Take an incident through all its events, delivering after each until nothing is left to wait for.

    `clock` must be the one that the world and the adapter read. `target` is the id of the command that meets the
    faults; `AssertionError` where it was never delivered. The recording adapter takes what this one leaves.
    """
    incident_id = beginning_of(events).incident_id
    world.order(())
    armed = _Armed(adapter, world, target, faults, death)
    desk, _ = recording_desk(policy, clock, (armed,))
    for event in events:
        clock.moment = max(clock.moment, event.at)
        desk.step(incident_id, event)
        _settle_though_workers_die(desk, clock)
    clock.pass_by(seconds=LATE.total_seconds())
    world.order(())
    if target and not armed.armed:
        raise AssertionError(f"{target} was never delivered, so no fault was ever in its way")
    mine = [(decode_command(record.payload), record) for record in desk.outbox()]
    accepted = [(command, record) for command, record in mine if adapter.accepts(command)]
    return Driven(desk, tuple(Settled(command, record, world.objects(command)) for command, record in accepted))


def _settle_though_workers_die(desk: Desk, clock: FrozenClock) -> None:
    """Settle, with another worker where one died."""
    try:
        settle(desk, clock)
    except WorkerDied:
        settle(desk, clock)


def beginning_of(events: Sequence[Event]) -> CandidateReported:
    """The event that opens the incident of a story; `TypeError` where there is none."""
    first = events[0] if events else None
    if not isinstance(first, CandidateReported):
        raise TypeError(f"a story begins with CandidateReported, not with {type(first).__name__}")
    return first


def broken_promises(driven: Driven) -> tuple[str, ...]:
    """Say what is wrong with an outcome: not exactly one object for a command, and no person who has it either.

    Nothing is wrong with a command that is done, with one object outside; nor with one that failed, or waits for one
    that did, with one object at most, if it says why.
    """
    return tuple(problem for one in driven.settled if (problem := _problem(one)))


def _problem(one: Settled) -> str:
    """What is wrong with one command; nothing where all is well."""
    said = f"{one.command.id} {type(one.command).__name__}"
    things = f"{one.objects} object{'' if one.objects == 1 else 's'} outside"
    record = one.record
    if record.status is CommandStatus.DONE:
        return "" if one.objects == 1 else f"{said}: expected exactly one object, as it counts as done; found {things}"
    waits = record.status is CommandStatus.PENDING and bool(record.needs)
    if not waits and record.status is not CommandStatus.FAILED:
        status = f"it is {record.status.value} ({record.error or 'no error'})"
        return f"{said}: expected it done, or in a person's hands; found that {status}, with {things}"
    if one.objects > 1:
        return f"{said}: expected one object at most, as a person has it; found {things}"
    if not waits and not record.error:
        return f"{said}: expected a word for the person who must look; found none"
    return ""


def check(driven: Driven) -> None:
    """Hold the outcome to the promise: exactly one object for each command, or it is visibly in a person's hands."""
    if problems := broken_promises(driven):
        raise AssertionError("\n".join(problems))
