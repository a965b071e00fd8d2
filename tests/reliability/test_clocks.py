"""F11: a clock that stands still, goes back, or is a year ahead. The simulator has all of it too, by chance."""

from collections.abc import Callable

import pytest

from incident_fsm import events as e
from incident_fsm.adapters import NotDone, Unknown
from incident_fsm.desk import Desk
from incident_fsm.engine import CommandStatus
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock
from tests.shell.world import Pen, Scripted

fault = pytest.mark.fault(
    "F11",
    sees="deliveries and reminders early or late by the clock's error",
    guaranteed="none lost, none twice, no reminder before its time by the clock; the order never goes by a clock",
)


class World:
    """A managed incident, whose next update is promised in half an hour."""

    def __init__(self, *answers: object) -> None:
        self.clock = FrozenClock()
        self.pen = Pen(self.clock)
        self.adapter = Scripted(*answers)
        self.desk = Desk(MemoryEngine(), load_shipped(), [self.adapter], now=self.clock)
        self.desk.step("INC-1", *self.pen.beginning())

    def reminded(self) -> int:
        """How often somebody was reminded of the promised update so far."""
        events = [entry.event for entry in self.desk.timeline("INC-1")]
        return sum(isinstance(event, e.DeadlinePassed) and event.deadline == "next_update" for event in events)


@fault
def test_a_clock_that_stands_still_repeats_nothing() -> None:
    """What was put off stays so, what is in doubt is not looked for, and nobody goes round in circles."""
    world = World(NotDone(why="later"), Unknown(why="no answer"))
    assert len(world.desk.deliver()) == 2
    for _ in range(5):
        assert world.desk.deliver() == ()
        assert world.desk.remind() == ()
    assert world.adapter.sought == []


@fault
def test_a_clock_that_goes_back_reminds_nobody_again() -> None:
    """Reminded once, then an hour back, and through the same time once more: it stays at one."""
    world = World()
    world.clock.pass_by(minutes=31)
    world.desk.remind()
    assert world.reminded() == 1
    for minutes in (-60, 29, 31, 60):
        world.clock.pass_by(minutes=minutes)
        world.desk.remind()
        assert world.reminded() == 1


@fault
@pytest.mark.parametrize("there", [lambda clock: clock.pass_by(days=365), lambda clock: clock.pass_by(days=-365)])
def test_the_order_is_that_of_recording_whatever_the_clock_says(there: Callable[[FrozenClock], None]) -> None:
    """A year ahead or behind in between: revisions count on, lanes keep their order, the journal verifies."""
    world = World()
    world.desk.deliver()
    there(world.clock)
    world.desk.step("INC-1", world.pen.noted("in another year"))
    world.desk.deliver()
    world.clock.moment = FrozenClock().moment
    world.desk.step("INC-1", world.pen.noted("and back"))
    world.desk.deliver()
    assert [entry.revision for entry in world.desk.timeline("INC-1")] == list(range(1, 11))
    assert [command.id for command in world.adapter.done] == ["INC-1:3:0", "INC-1:4:0", "INC-1:7:0", "INC-1:9:0"]
    assert {record.status for record in world.desk.outbox()} == {CommandStatus.DONE}
    assert list(world.desk.verify()) == []
