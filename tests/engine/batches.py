"""What the engines' tests are made from: batches without fuss, a clock that moves when told, and workers."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import evolve

from incident_fsm.engine import (
    Batch,
    CommandRecord,
    CommandStatus,
    Engine,
    NewCommand,
    NewEvent,
    Query,
    Settlement,
    Snapshot,
)

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
INCIDENT = "INC-1"
POLICY = "policy-1"
DONE, FAILED, PENDING, SKIPPED, ATTEMPTED = (
    CommandStatus.DONE,
    CommandStatus.FAILED,
    CommandStatus.PENDING,
    CommandStatus.SKIPPED,
    CommandStatus.ATTEMPTED,
)


def minutes(count: float) -> datetime:
    """Tell the moment so many minutes after the start."""
    return START + timedelta(minutes=count)


def new_event(revision: int, incident_id: str = INCIDENT, **changes: Any) -> NewEvent:
    """Write the event that leads to a revision."""
    event = NewEvent(
        revision=revision,
        event_id=f"{incident_id}/{revision}",
        type="NoteTaken",
        at=minutes(revision),
        recorded_at=minutes(revision + 1),
        policy=POLICY,
        payload=f'{{"text": "note {revision} – ☃"}}',
    )
    return evolve(event, **changes)


def snapshot(revision: int, incident_id: str = INCIDENT, **changes: Any) -> Snapshot:
    """Write what an incident is at a revision."""
    shown = Snapshot(
        incident_id=incident_id,
        revision=revision,
        state="managing",
        kind="live",
        opened_at=START,
        next_deadline=None,
        policy=POLICY,
        payload=f'{{"revision": {revision}}}',
    )
    return evolve(shown, **changes)


def new_command(revision: int, position: int = 0, incident_id: str = INCIDENT, **changes: Any) -> NewCommand:
    """Write a command of a revision; it runs in the lane "thread" unless another is named."""
    command = NewCommand(
        command_id=f"{incident_id}:{revision}:{position}",
        revision=revision,
        position=position,
        type="PostToThread",
        lane="thread",
        gives="",
        needs="",
        audience="internal",
        kind="live",
        payload=f'{{"position": {position}}}',
    )
    return evolve(command, **changes)


def batch(
    revision: int = 1,
    incident_id: str = INCIDENT,
    commands: Sequence[NewCommand] = (),
    settlements: Sequence[Settlement] = (),
    **changes: Any,
) -> Batch:
    """Write a batch of one event that leads to a revision; `changes` are the snapshot's."""
    return Batch(
        incident_id=incident_id,
        expected=revision - 1,
        events=(new_event(revision, incident_id),),
        snapshot=snapshot(revision, incident_id, **changes),
        commands=tuple(commands),
        settlements=tuple(settlements),
    )


def lanes(*names: str, incident_id: str = INCIDENT) -> Batch:
    """Write a first batch with one command for each lane named."""
    return batch(1, incident_id, [new_command(1, at, incident_id, lane=name) for at, name in enumerate(names)])


def settled(record: CommandRecord, status: CommandStatus = DONE, **changes: Any) -> Batch:
    """Write a worker's answer to the claim that it was given."""
    settlement = Settlement(command_id=record.command_id, attempt=record.attempts, status=status)
    return Batch(incident_id=record.incident_id, expected=0, settlements=(evolve(settlement, **changes),))


def decided(command_id: str, status: CommandStatus, incident_id: str = INCIDENT, **changes: Any) -> Batch:
    """Write a person's decision about a command."""
    settlement = Settlement(command_id=command_id, attempt=None, status=status)
    return Batch(incident_id=incident_id, expected=0, settlements=(evolve(settlement, **changes),))


class Clock:
    """The time, which moves when told to."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.moment

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.moment += timedelta(seconds=seconds)


class Hand:
    """A worker that notes what it was given, and answers with `answer`: a status to settle with, or None to vanish."""

    def __init__(self, engine: Engine, answer: CommandStatus | None = DONE, **changes: Any) -> None:
        self.engine = engine
        self.answer = answer
        self.changes = changes
        self.given: list[CommandRecord] = []

    @property
    def ids(self) -> list[str]:
        """The ids of the commands that it was given, in order."""
        return [record.command_id for record in self.given]

    def work(self, record: CommandRecord) -> None:
        """Settle a command as told."""
        self.given.append(record)
        if self.answer is not None:
            self.engine.commit(settled(record, self.answer, **self.changes))


def never() -> bool:
    """Do not stop."""
    return False


def after(count: int) -> Callable[[], bool]:
    """Stop when asked for the time after `count`."""
    answers: Iterator[bool] = iter([False] * count)
    return lambda: next(answers, True)


def claim(engine: Engine, clock: Callable[[], datetime], count: int = 1) -> list[CommandRecord]:
    """Claim some commands and leave them at that, as a worker that dies does."""
    hand = Hand(engine, None)
    engine.run(hand, clock, after(count))
    return hand.given


def stored(engine: Engine) -> tuple[object, ...]:
    """Read everything that an engine shows of its incidents, to compare it later."""
    found = list(engine.find(Query()))
    histories = [list(engine.history(shown.incident_id)) for shown in found]
    return found, histories, list(engine.commands())


def command(engine: Engine, command_id: str = "INC-1:1:0") -> CommandRecord:
    """Read a command that must be there."""
    found = engine.command(command_id)
    assert found is not None
    return found
