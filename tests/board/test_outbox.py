"""How commands stand, in words, and which of that is trouble."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from attrs import evolve

from incident_fsm.adapters import Rejected
from incident_fsm.board import outbox
from incident_fsm.desk import Desk
from incident_fsm.engine import CommandRecord, CommandStatus
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock
from tests.board.wall import NOW
from tests.shell.world import Pen, Scripted

LONDON = ZoneInfo("Europe/London")


def records() -> tuple[FrozenClock, list[CommandRecord]]:
    """The status post, the thread, and a note that needs it, as they were asked for."""
    clock = FrozenClock()
    with Desk(MemoryEngine(), load_shipped(), now=clock) as desk:
        pen = Pen(clock)
        desk.step("INC-1", *pen.beginning(), pen.noted())
        return clock, list(desk.outbox("INC-1"))


def test_what_nobody_carries_out_is_trouble_after_a_while() -> None:
    """Two minutes; but a note waits for its thread as long as that is still to come."""
    clock, found = records()
    assert outbox.troubles(found, clock(), LONDON) == []
    later = clock() + timedelta(minutes=3)
    told = outbox.troubles(found, later, LONDON)
    assert [(each["word"], each["command"]) for each in told] == [
        ("UNDELIVERED", "PublishStatus"),
        ("UNDELIVERED", "OpenThread"),
    ]
    assert told[0]["text"] == "since 23 Nov 03:00: is a worker running?"
    assert [each["command"] for each in outbox.troubles(found[2:], later, LONDON)] == ["PostToThread"]


def test_the_worst_comes_first() -> None:
    """What is stuck, then what waits, then what nobody carries out."""
    clock, (post, thread, note) = records()
    now = clock() + timedelta(minutes=3)
    waits = evolve(thread, not_before=now + timedelta(minutes=2), in_doubt=True, error="lost")
    stuck = evolve(note, status=CommandStatus.FAILED, error="no such channel")
    told = outbox.troubles([post, waits, stuck], now, LONDON)
    assert [each["word"] for each in told] == ["STUCK", "WAITS", "UNDELIVERED"]
    assert told[0]["why"] == "no such channel"
    assert told[1]["text"] == "waits until 23 Nov 03:05 (in 2 min 00 s), then it is looked for first"


def test_who_is_at_it_is_no_trouble_until_the_lease_is_over() -> None:
    """Then whoever it was is gone, and nobody knows how far it came."""
    clock, (post, *_) = records()
    now = clock() + timedelta(minutes=3)
    tried = evolve(post, status=CommandStatus.ATTEMPTED, lease_until=now + timedelta(minutes=1))
    assert outbox.troubles([tried], now, LONDON) == []
    assert outbox.standing(tried, now, LONDON) == "running"
    gone = evolve(tried, lease_until=now - timedelta(minutes=1))
    assert outbox.standing(gone, now, LONDON) == "in doubt: whoever tried it is gone"
    assert [each["word"] for each in outbox.troubles([gone], now, LONDON)] == ["UNDELIVERED"]


def test_a_command_that_is_only_for_a_few_tells_no_more_than_its_type() -> None:
    """Neither why it failed nor what came of it."""
    clock = FrozenClock()
    with Desk(
        MemoryEngine(), load_shipped(), (Scripted(Rejected(why="the vault is at 3 Main Street")),), now=clock
    ) as d:
        pen = Pen(clock)
        d.step("INC-1", pen.reported(security_breach=True))
        d.deliver()
        [record] = d.outbox("INC-1")
        assert record.audience == "restricted"
        row = outbox.row(record, NOW, LONDON)
        assert (row["type"], row["why"], row["settled"]) == ("ReportSecurityBreach", "", False)
        d.by_hand(record.command_id, "jo", link="https://example.org/vault")
        [record] = d.outbox("INC-1")
        row = outbox.row(record, NOW, LONDON)
        assert (row["settled"], row["link"]["said"], row["by"]) == (True, "", "")


def test_what_a_person_did_by_hand_says_who() -> None:
    """With the link that they gave."""
    clock = FrozenClock()
    with Desk(MemoryEngine(), load_shipped(), now=clock) as desk:
        pen = Pen(clock)
        desk.step("INC-1", *pen.beginning())
        desk.by_hand("INC-1:3:0", "jo", link="https://example.org/1")
        row = outbox.row(desk.command("INC-1:3:0"), NOW, LONDON)
    assert (row["by"], row["link"]["leads"], row["standing"]) == ("jo", "https://example.org/1", "done")
