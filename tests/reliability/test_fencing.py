"""F7, F8, F9: a late worker's word, poison, and events that are told twice."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_fsm._delivery import ATTEMPTS_MAX
from incident_fsm.adapters import Context, Outcome, Receipt, Rejected
from incident_fsm.commands import LANES, Command, OpenSupportCase
from incident_fsm.desk import Desk
from incident_fsm.engine import LEASE_SECONDS, CommandRecord, CommandStatus, Engine
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.errors import EventIdReused
from incident_fsm.events import NoteTaken, SupportRequested
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock
from tests.reliability.simulation.fate import Fate
from tests.reliability.simulation.variants import Unfenced
from tests.shell.world import Pen, Scripted

POST = "INC-1:3:0"


class Stalled(Scripted):
    """An adapter whose process stands still in its first call, long enough for somebody else to take over."""

    def __init__(self, meanwhile: Callable[[], object], *answers: object) -> None:
        super().__init__(*answers)
        self.meanwhile: Callable[[], object] | None = meanwhile

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Do it, stand still, and answer late."""
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return super().deliver(command, context)


def overtaken(make: Callable[[], Engine], late: object) -> tuple[bool, CommandRecord, CommandRecord, int]:
    """Let B take over a command that A stalls over and settle it; then A answers.

    Returns whether A's word counted, the command before and after it, and how far the journal went by it.
    """
    clock = FrozenClock()
    pen = Pen(clock)
    first, second = make(), make()
    with closing(first), closing(second):
        desk_b = Desk(second, load_shipped(), [Scripted(Rejected(why="no rights"), found=None)], now=clock)
        seen: list[tuple[CommandRecord, int]] = []

        def take_over() -> None:
            clock.pass_by(seconds=LEASE_SECONDS + 1)
            desk_b.deliver()
            seen.append((desk_b.command(POST), desk_b.incident("INC-1").revision))

        desk_a = Desk(first, load_shipped(), [Stalled(take_over, late)], now=clock)
        desk_a.step("INC-1", pen.reported(), pen.confirmed(), pen.declared())
        [delivery] = desk_a.deliver()
        record, revision = seen[0]
        return delivery.counted, record, desk_a.command(POST), desk_a.incident("INC-1").revision - revision


@pytest.mark.fault(
    "F9",
    sees="a delivery told as not counted",
    guaranteed="a worker that comes back after its lease changes nothing; receipts may come in any order",
)
@pytest.mark.parametrize("late", [Receipt(reference="late"), Rejected(why="late"), TimeoutError("late")])
def test_a_worker_that_comes_back_too_late_changes_nothing(path: Path, late: object) -> None:
    """Two workers: whatever the one that stalled answers, the outbox and the journal stay as the other left them."""
    counted, before, after, steps = overtaken(lambda: SqliteEngine(path), late)
    assert (counted, steps) == (False, 0)
    assert after == before
    assert after.status is CommandStatus.FAILED


def test_the_test_above_finds_a_store_without_a_fence(path: Path) -> None:
    """The same with an engine that takes everybody's word: the late one counts."""
    counted, _, after, steps = overtaken(
        lambda: Unfenced(path, Fate(0, ()), lambda: None, lambda: 0), Receipt(reference="late")
    )
    assert (counted, steps) == (True, 1)
    assert after.status is CommandStatus.DONE


class Poisonous(Scripted):
    """An adapter that one kind of command makes raise, every time."""

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Raise, or do it."""
        if isinstance(command, OpenSupportCase):
            raise RecursionError("poison")
        return super().deliver(command, context)


@pytest.mark.fault(
    "F7",
    sees="the command as failed, with the reason, after its last attempt",
    guaranteed="everything else goes on; after a bounded number of attempts a person is asked, and the lane is free",
)
def test_a_command_that_always_fails_holds_up_nobody_for_ever() -> None:
    """Ten attempts, then it is in a person's hands; other lanes went on at once, its own lane afterwards."""
    clock = FrozenClock()
    pen = Pen(clock)
    adapter = Poisonous()
    desk = Desk(MemoryEngine(), load_shipped(), [adapter], now=clock)
    desk.step("INC-1", *pen.beginning())
    desk.step("INC-1", pen(SupportRequested, third_party="aws", account="1", summary="help"))
    desk.deliver()
    assert [LANES[type(command)] for command in adapter.done] == ["status_page", "thread"]
    for _ in range(ATTEMPTS_MAX * 3):
        desk.deliver()
        clock.pass_by(hours=1)
    [poison] = desk.outbox("INC-1", CommandStatus.FAILED)
    assert (poison.type, poison.attempts, poison.in_doubt) == ("OpenSupportCase", ATTEMPTS_MAX, True)
    assert "RecursionError: poison" in poison.error
    desk.step("INC-1", pen(SupportRequested, third_party="aws", account="2", summary="help"))
    desk.deliver()
    assert desk.outbox("INC-1")[-1].attempts == 1


@pytest.mark.fault(
    "F8",
    sees="`repeated`, or an error where an id comes with another content",
    guaranteed="the same event is applied once, for ever; another content under its id is an error, never silence",
)
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["a", "a", "a", "b"]), st.booleans()), max_size=25))
def test_an_event_is_applied_once_however_often_it_is_told(tellings: list[tuple[int, str, bool]]) -> None:
    """In any order, alone or together with others, after any time: the first telling counts."""
    clock = FrozenClock()
    pen = Pen(clock)
    desk = Desk(MemoryEngine(), load_shipped(), now=clock)
    desk.step("INC-1", *pen.beginning())
    told: dict[str, str] = {}
    for number, text, twice in tellings:
        event_id = f"note-{number}"
        event = NoteTaken(id=event_id, at=clock.moment, by="sam", text=text)
        for _ in range(1 + twice):
            if told.setdefault(event_id, text) == text:
                known = event_id in {entry.event.id for entry in desk.timeline("INC-1")}
                answer = desk.step("INC-1", event)
                assert answer.repeated == known
            else:
                with pytest.raises(EventIdReused):
                    desk.handle("INC-1", event)
    entries = desk.timeline("INC-1")[4:]
    assert {entry.event.id: getattr(entry.event, "text", "") for entry in entries} == told
    assert len(entries) == len(told)
    assert list(desk.verify()) == []
