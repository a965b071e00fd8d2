"""A desk in memory, and time until nothing is left to wait for."""

from datetime import timedelta

import pytest

from incident_fsm import Kind, State
from incident_fsm.adapters import Context, NotDone, Outcome, Receipt
from incident_fsm.adapters.recording import RecordingAdapter
from incident_fsm.commands import Command, CreateIssue, OpenThread, PublishStatus
from incident_fsm.engine import CommandStatus
from incident_fsm.testing import FrozenClock, Story, recording_desk, settle
from tests.core.stories import CLOUD, DEFAULT


@pytest.mark.parametrize("kind", Kind)
def test_what_a_desk_carries_out_is_recorded_and_nobody_is_told(kind: Kind) -> None:
    """Expect the commands of each kind of incident, a drill's too, in their order."""
    clock = FrozenClock()
    desk, done = recording_desk(clock=clock)
    desk.step("INC-1", *Story(kind=kind).until(State.MANAGING).events)
    settle(desk, clock)
    expected: list[type[Command]] = [] if kind is Kind.BACKFILLED else [PublishStatus, OpenThread]
    assert [type(command) for command in done.commands] == expected
    assert not done.live


def test_a_desk_has_the_policy_and_the_clock_that_it_was_given() -> None:
    """Expect those; and the default policy and a clock that stands still where none was given."""
    clock = FrozenClock()
    desk, _ = recording_desk(CLOUD, clock)
    assert (desk.policy, desk.now) == (CLOUD, clock)
    plain, _ = recording_desk()
    assert plain.policy == DEFAULT
    assert plain.now() == plain.now()


def test_an_adapter_of_ones_own_comes_first() -> None:
    """Expect it to get what it accepts, and the recording one the rest."""
    clock = FrozenClock()
    mine = RecordingAdapter(name="mine", only=(OpenThread,))
    desk, rest = recording_desk(None, clock, [mine])
    desk.step("INC-1", *Story().until(State.MANAGING).events)
    settle(desk, clock)
    assert [type(command) for command in mine.commands] == [OpenThread]
    assert [type(command) for command in rest.commands] == [PublishStatus]


def test_settling_waits_as_long_as_it_takes() -> None:
    """Expect a command that is put off twice to be done in the end, and the time to have passed."""
    clock = FrozenClock()
    busy = RecordingAdapter(name="busy", only=(OpenThread,), outcomes=[NotDone(why="busy")] * 2)
    desk, _ = recording_desk(None, clock, [busy])
    desk.step("INC-1", *Story().until(State.MANAGING).events)
    before = clock()
    settle(desk, clock)
    assert len(busy.commands) == 3
    assert clock() > before
    assert {record.status for record in desk.outbox()} == {CommandStatus.DONE}


class _NeverThere(RecordingAdapter):
    """Waits a little longer each time, and is asked as if for the first time."""

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Put it off; somebody orders another attempt whenever it is given up."""
        super().deliver(command, context)
        return NotDone(why="busy", wait=timedelta(minutes=1))


def test_what_does_not_settle_is_named() -> None:
    """Expect an error with the command and its last word, not a loop without end."""
    clock = FrozenClock()
    adapter = _NeverThere(name="never", only=(CreateIssue,))
    desk, _ = recording_desk(None, clock, [adapter])
    desk.step("INC-1", *Story().until(State.RESOLVED).events)
    settle(desk, clock)
    (record,) = [one for one in desk.outbox() if one.type == "CreateIssue"]
    assert record.status is CommandStatus.FAILED  # ten attempts, then a person
    assert len(adapter.commands) == 10
    assert isinstance(RecordingAdapter().receipt(adapter.commands[0]), Receipt)
