"""`incident_fsm._delivery`: what each answer of an adapter means for the outbox."""

from datetime import timedelta
from typing import Any

import pytest
from tests.shell.world import Pen, Scripted

from incident_fsm import Kind
from incident_fsm._backoff import FIRST, OBEYED
from incident_fsm._delivery import ATTEMPTS_MAX, HELD_BACK, SETTLE
from incident_fsm.adapters import Absent, NotDone, Receipt, Rejected, Unknown
from incident_fsm.commands import OpenThread, PublishStatus, ReportSecurityBreach
from incident_fsm.desk import Desk
from incident_fsm.engine import LEASE_SECONDS, CommandRecord, CommandStatus
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.errors import AdapterError
from incident_fsm.events import CommandDone, CommandFailed, SecurityBreachFlagged
from incident_fsm.policy_files import DEFAULT, load_shipped
from incident_fsm.testing import FrozenClock


class World:
    """A desk with one declared incident, whose one command (the status post) is about to be delivered."""

    def __init__(
        self, *adapters: Scripted, kind: Kind = Kind.LIVE, policy: str = DEFAULT, declare: dict[str, Any] | None = None
    ) -> None:
        self.clock = FrozenClock()
        self.pen = Pen(self.clock)
        self.engine = MemoryEngine()
        self.desk = Desk(self.engine, load_shipped(policy), adapters, now=self.clock)
        form = {
            "services": self.desk.policy.services[:1],
            "impact": self.desk.policy.impacts[1].name,
            **(declare or {}),
        }
        batch = self.pen.reported(kind=kind), self.pen.confirmed(), self.pen.declared(**form)
        self.desk.step("INC-1", *batch)

    @property
    def record(self) -> CommandRecord:
        """The status post's place in the outbox."""
        return self.desk.command("INC-1:3:0")


def test_a_receipt_settles_a_command() -> None:
    """Done, with the receipt stored and handed back to the incident."""
    adapter = Scripted(Receipt(reference="POST1", link="https://status.example.org/POST1"))
    world = World(adapter)
    [delivery] = world.desk.deliver()
    assert delivery.outcome == Receipt(reference="POST1", link="https://status.example.org/POST1")
    assert (delivery.adapter, delivery.counted) == ("scripted", True)
    assert world.record.status is CommandStatus.DONE
    assert "POST1" in world.record.receipt
    receipt = world.desk.timeline("INC-1")[-1].event
    assert isinstance(receipt, CommandDone)
    assert (receipt.by, receipt.reference, receipt.by_hand) == ("scripted", "POST1", False)


def test_an_adapter_sees_the_incident_as_it_is_now_and_its_timeline() -> None:
    """What happened after the command was emitted is there too."""
    adapter = Scripted()
    world = World(adapter)
    world.desk.step("INC-1", world.pen.noted("later"))
    world.desk.deliver()
    [context] = adapter.contexts
    assert context.incident.revision == 4
    assert [entry.revision for entry in context.timeline()][:4] == [1, 2, 3, 4]
    assert context.policy == load_shipped()


@pytest.mark.fault(
    "F4",
    sees="the command waiting, and until when",
    guaranteed="waits at least as long as asked, or a growing pause, with jitter; other lanes go on",
)
def test_what_was_not_done_waits_for_its_time() -> None:
    """At least as long as the adapter says, else a growing pause; the reason is visible meanwhile."""
    later = FrozenClock().moment + timedelta(minutes=40)
    busy = NotDone(why="busy", wait=timedelta(seconds=7))
    world = World(Scripted(NotDone(why="slow down"), NotDone(why="later", until=later), busy))
    world.desk.deliver()
    assert (world.record.status, world.record.error) == (CommandStatus.PENDING, "slow down")
    assert FIRST <= waits(world) <= FIRST * 2
    assert world.desk.deliver() == ()
    world.clock.moment += waits(world)
    world.desk.deliver()
    assert timedelta(minutes=39) < waits(world) < timedelta(minutes=55)
    world.clock.moment += waits(world)
    world.desk.deliver()
    assert timedelta(seconds=7) <= waits(world) < timedelta(seconds=10)
    world.clock.moment += waits(world)
    assert len(world.desk.deliver()) == 1
    assert world.record.status is CommandStatus.DONE


def waits(world: World) -> timedelta:
    """How long the command of a world still waits."""
    assert world.record.not_before is not None
    return world.record.not_before - world.clock()


@pytest.mark.fault(
    "F4",
    sees="the command waiting for an hour and a little",
    guaranteed="an absurd Retry-After is capped at an hour, one in the past counts as none",
)
def test_nobody_is_taken_at_their_word_for_longer_than_an_hour() -> None:
    """A Retry-After of thirty years is obeyed for an hour; one in the past is like none."""
    absurd = NotDone(why="later", wait=timedelta(days=10_000))
    world = World(Scripted(absurd, NotDone(why="earlier", until=FrozenClock().moment - timedelta(days=1))))
    world.desk.deliver()
    assert OBEYED <= waits(world) <= OBEYED * 1.3
    world.clock.moment += waits(world)
    world.desk.deliver()
    assert timedelta() < waits(world) < timedelta(minutes=2)


def test_an_adapter_that_is_not_set_up_says_so_at_once() -> None:
    """Nothing was sent, so it is rejected; but an earlier attempt in doubt stays in doubt, and a person is asked."""
    missing = AdapterError("scripted", "needs TOKEN, which is not set", "set it in the environment")
    world = World(Scripted(missing))
    world.desk.deliver()
    assert (world.record.status, world.record.in_doubt) == (CommandStatus.FAILED, False)
    assert "TOKEN" in world.record.error
    doubtful = World(Scripted(Unknown(why="no answer"), found=missing))
    doubtful.desk.deliver()
    doubtful.clock.moment += SETTLE
    doubtful.desk.deliver()
    assert (doubtful.record.status, doubtful.record.in_doubt) == (CommandStatus.FAILED, True)


def test_a_search_that_can_never_tell_asks_a_person_at_once() -> None:
    """A missing permission does not mend itself: the command is in a person's hands, and says that it is in doubt."""
    world = World(Scripted(Unknown(why="no answer"), found=Unknown(why="may not read", ask_person=True)))
    world.desk.deliver()
    world.clock.moment += SETTLE
    world.desk.deliver()
    assert (world.record.status, world.record.in_doubt) == (CommandStatus.FAILED, True)
    assert "only a person can tell" in world.record.error


@pytest.mark.fault(
    "F6",
    sees="the command as failed at once, with the reason and a remedy",
    guaranteed="what was refused is not tried again by itself; its lane is free, and an event says so",
)
def test_what_was_rejected_waits_for_a_person() -> None:
    """Failed, kept and visible, and an event says so."""
    world = World(Scripted(Rejected(why="no such page")))
    world.desk.deliver()
    assert (world.record.status, world.record.error) == (CommandStatus.FAILED, "no such page")
    failed = world.desk.timeline("INC-1")[-1].event
    assert isinstance(failed, CommandFailed)
    assert failed.error == "no such page"
    world.clock.pass_by(days=1)
    assert world.desk.deliver() == ()


@pytest.mark.parametrize("answer", [Unknown(why="no answer"), TimeoutError("no answer"), None, "ok", Absent()])
def test_what_may_have_happened_is_looked_for_before_it_is_done_again(answer: object) -> None:
    """An unknown outcome, an escaping exception and a nonsense answer alike: settle, find, and only then repeat."""
    adapter = Scripted(answer)
    world = World(adapter)
    world.desk.deliver()
    assert (world.record.status, world.record.in_doubt) == (CommandStatus.PENDING, True)
    assert world.record.not_before == world.clock() + SETTLE
    assert world.record.error
    world.clock.pass_by(seconds=30)
    world.desk.deliver()
    assert len(adapter.sought) == 1
    assert len(adapter.done) == 1
    assert world.record.status is CommandStatus.DONE


def test_what_is_found_is_not_done_again() -> None:
    """The lost answer: the marker is there, so its receipt counts, and there is one post."""
    adapter = Scripted(Unknown(why="the connection broke"), found=Receipt(reference="POST1"))
    world = World(adapter)
    world.desk.deliver()
    world.clock.pass_by(seconds=30)
    world.desk.deliver()
    assert adapter.done == []
    assert world.record.status is CommandStatus.DONE
    assert "POST1" in world.record.receipt


@pytest.mark.parametrize(
    "found",
    [Unknown(why="no right to read"), PermissionError("no right to read"), Rejected(why="?"), NotDone(why="?")],
)
def test_a_search_that_cannot_tell_never_means_absent(found: object) -> None:
    """Without an answer it is not repeated; after enough tries a person is asked, and the doubt is kept."""
    adapter = Scripted(Unknown(why="the connection broke"), found=found)
    world = World(adapter)
    for _ in range(ATTEMPTS_MAX):
        world.desk.deliver()
        world.clock.pass_by(minutes=20)
    assert adapter.done == []
    assert (world.record.status, world.record.in_doubt) == (CommandStatus.FAILED, True)
    assert f"given up after {ATTEMPTS_MAX} attempts" in world.record.error
    world.desk.retry("INC-1:3:0", "sam")
    assert world.record.in_doubt


def test_a_worker_that_died_leaves_a_doubt() -> None:
    """Attempted without receipt: once the lease is over, the marker is looked for first."""
    adapter = Scripted(KeyboardInterrupt())
    world = World(adapter)
    with pytest.raises(KeyboardInterrupt):
        world.desk.deliver()
    assert world.desk.outbox("INC-1", CommandStatus.ATTEMPTED) == (world.record,)
    assert world.desk.deliver() == ()
    world.clock.pass_by(seconds=LEASE_SECONDS + 1)
    world.desk.deliver()
    assert len(adapter.sought) == 1
    assert world.record.status is CommandStatus.DONE


def test_a_command_that_nobody_accepts_waits_for_a_person() -> None:
    """The error names who there is."""
    world = World(Scripted(only=[OpenThread]))
    [delivery] = world.desk.deliver()
    assert delivery.adapter == ""
    assert world.record.error == "no adapter accepts PublishStatus; there are: scripted"


def test_the_first_adapter_that_accepts_a_command_does_it() -> None:
    """So a special adapter goes before the general one."""
    special, general = Scripted(only=[PublishStatus]), Scripted()
    world = World(special, general)
    world.desk.step("INC-1", world.pen.managed())
    world.desk.deliver()
    assert [type(command) for command in special.done] == [PublishStatus]
    assert [type(command) for command in general.done] == [OpenThread]


def test_a_drill_never_reaches_a_live_adapter() -> None:
    """Even if that adapter would accept it; the next one that is not live does it, and without one a person is told."""
    live, local = Scripted(live=True), Scripted()
    world = World(live, local, kind=Kind.DRILL)
    world.desk.deliver()
    assert live.done == []
    assert len(local.done) == 1
    alone = World(Scripted(live=True), kind=Kind.DRILL)
    alone.desk.deliver()
    assert "as a drill's must not reach a live one" in alone.record.error


@pytest.mark.parametrize("receipt", [Receipt(reference="x" * 10_000), Receipt(link="two\nlines"), Receipt(reference=5)])  # type: ignore[arg-type]  # nonsense on purpose
def test_a_receipt_that_is_no_use_is_left_to_a_person(receipt: Receipt) -> None:
    """It was done, so it must not be done again; what came back cannot be stored."""
    world = World(Scripted(receipt))
    world.desk.deliver()
    assert (world.record.status, world.record.in_doubt) == (CommandStatus.FAILED, True)
    assert "it was done, but its receipt is no use" in world.record.error


def test_errors_are_stored_printable_and_short() -> None:
    """Whatever an adapter says, it cannot play tricks on the terminal that shows the outbox."""
    world = World(Scripted(Rejected(why="\x1b[2J" + "long " * 1000)))
    world.desk.deliver()
    assert world.record.error.isprintable()
    assert len(world.record.error) <= 500
    silent = World(Scripted(Rejected(why="\n")))
    silent.desk.deliver()
    assert silent.record.error == "no reason was given"


def test_a_word_that_comes_too_late_does_not_count() -> None:
    """A person settled the command while the adapter was at it: the adapter's receipt changes nothing."""
    world = World()

    class Slow(Scripted):
        """While it works, somebody does it by hand."""

        def deliver(self, _command: object, _context: object) -> Receipt:
            """Be overtaken."""
            world.desk.by_hand("INC-1:3:0", "sam", link="https://by.hand")
            return Receipt(reference="late")

    world.desk.adapters = (Slow(),)
    [delivery] = world.desk.deliver()
    assert not delivery.counted
    assert "by.hand" in world.record.receipt
    reference = world.desk.incident("INC-1").references.status_post
    assert reference is not None
    assert reference.link == "https://by.hand"


def test_a_broken_lane_holds_up_no_other() -> None:
    """The thread fails; the status page goes on, and only what needs the thread waits."""
    world = World(Scripted(Rejected(why="no rights"), only=[OpenThread]), Scripted())
    world.desk.step("INC-1", world.pen.managed())
    world.desk.step("INC-1", world.pen.noted())
    world.desk.deliver()
    by_type = {record.type: record.status for record in world.desk.outbox("INC-1")}
    assert by_type == {
        "PublishStatus": CommandStatus.DONE,
        "OpenThread": CommandStatus.FAILED,
        "PostToThread": CommandStatus.PENDING,
    }
    world.desk.by_hand("INC-1:4:0", "sam", link="https://thread")
    world.desk.deliver()
    assert world.desk.command("INC-1:5:0").status is CommandStatus.DONE


def test_what_was_written_before_an_incident_was_restricted_is_held_back() -> None:
    """The breach was flagged while the status post still waited: nobody cleared its wording, so a person must look."""
    world = World(Scripted(), policy="gds")
    world.desk.step("INC-1", world.pen(SecurityBreachFlagged, details="a key leaked"))
    deliveries = {type(delivery.command): delivery.outcome for delivery in world.desk.deliver()}
    assert deliveries[PublishStatus] == Rejected(why=HELD_BACK)
    assert isinstance(deliveries[ReportSecurityBreach], Receipt)
    assert world.record.status is CommandStatus.FAILED


def test_cleared_wording_of_a_restricted_incident_is_published() -> None:
    """Somebody cleared it for the public, so the page may say it."""
    world = World(Scripted(), policy="gds", declare={"cleared_for_public": True})
    world.desk.step("INC-1", world.pen(SecurityBreachFlagged, details="a key leaked"))
    assert {type(delivery.outcome) for delivery in world.desk.deliver()} == {Receipt}


def test_a_command_that_takes_its_workers_with_it_is_left_to_a_person() -> None:
    """Expect ten attempts at a command that kills whoever carries it out, then a person, and no more before a retry."""
    adapter = Scripted(*[SystemExit(9)] * (ATTEMPTS_MAX + 1))
    world = World(adapter)
    for _ in range(ATTEMPTS_MAX):
        with pytest.raises(SystemExit):
            world.desk.deliver()
        world.clock.pass_by(seconds=LEASE_SECONDS + 1)
    assert world.record.attempts == ATTEMPTS_MAX
    world.desk.deliver()
    given_up = world.record
    assert (given_up.status, given_up.in_doubt) == (CommandStatus.FAILED, True)
    assert f"given up after {ATTEMPTS_MAX} attempts" in given_up.error
    assert len(adapter.answers) == 1
    world.desk.retry("INC-1:3:0", by="sam")
    world.clock.pass_by(hours=1)
    with pytest.raises(SystemExit):
        world.desk.deliver()
    world.clock.pass_by(seconds=LEASE_SECONDS + 1)
    world.desk.deliver()
    assert [world.record.status] == [CommandStatus.FAILED]
    world.desk.retry("INC-1:3:0", by="sam")
    world.clock.pass_by(hours=1)
    world.desk.deliver()
    assert [world.record.status] == [CommandStatus.DONE]


class Unhurried(Scripted):
    """An adapter whose outside system takes its time."""

    settle = timedelta(seconds=LEASE_SECONDS)


def test_an_adapter_may_take_no_longer_to_settle_than_a_lease_lasts() -> None:
    """Expect a desk to refuse one whose marker a second worker would look for too early, and to say what to do."""
    Desk(MemoryEngine(), load_shipped(), [Unhurried()])
    slower = Unhurried()
    slower.settle = timedelta(seconds=LEASE_SECONDS + 1)
    with pytest.raises(
        AdapterError, match=f"waits {LEASE_SECONDS + 1} seconds .*; let it wait at most {LEASE_SECONDS}"
    ):
        Desk(MemoryEngine(), load_shipped(), [slower])
