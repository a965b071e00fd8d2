"""Faults that these tests found, each as small as it can be shown. They stay, as a guard against their coming back."""

import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from incident_fsm import Fix
from incident_fsm import events as e
from incident_fsm._delivery import SETTLE
from incident_fsm.adapters import NotDone, Receipt, Rejected, Unknown
from incident_fsm.commands import CancelMeeting, PublishStatus, ScheduleMeeting
from incident_fsm.desk import Desk
from incident_fsm.engine import LEASE_SECONDS, Batch, CommandStatus, Query, Settlement, Snapshot
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.errors import JournalError, LeaseLost
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock
from tests.cli.terminal import BIN, Terminal
from tests.engine.journals import plain
from tests.reliability.amounts import DAMAGES
from tests.reliability.test_damage import content, examined, fill, flipped
from tests.shell.world import Pen, Scripted

POST = "INC-1:3:0"
Record = Callable[[str, object], None]


class World:
    """A desk with one managed incident."""

    def __init__(self, *answers: object, found: object = None) -> None:
        self.clock = FrozenClock()
        self.pen = Pen(self.clock)
        self.engine = MemoryEngine()
        self.adapter = Scripted(*answers, found=found)
        self.desk = Desk(self.engine, load_shipped(), [self.adapter], now=self.clock)

    def declared(self) -> Desk:
        """Declare it: its one command is the status post."""
        self.desk.step("INC-1", self.pen.reported(), self.pen.confirmed(), self.pen.declared())
        return self.desk


# ── A person's retry ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.fault(
    "F3",
    sees="an error that says that it is being tried, or another attempt that begins with a search",
    guaranteed="a person's retry never makes the runner forget a doubt",
)
def test_a_retry_of_what_is_being_attempted_forgets_no_doubt() -> None:
    """A worker died in the call, and a person is quicker than the lease: it is looked for before it is done again."""
    world = World(KeyboardInterrupt())
    desk = world.declared()
    with pytest.raises(KeyboardInterrupt):
        desk.deliver()
    try:
        desk.retry(POST, "sam")
    except JournalError:  # refused: while it may still be under way, nobody orders another attempt
        world.clock.pass_by(seconds=LEASE_SECONDS + 1)
    desk.deliver()
    assert [command.id for command in world.adapter.sought] == [POST]


@pytest.mark.fault(
    "F3",
    sees="another attempt, not before a late request can have landed",
    guaranteed="a person's retry does not cut the time short in which a late request lands",
)
def test_a_retry_of_what_is_in_doubt_waits_for_late_requests() -> None:
    """No answer a second ago, and a person orders another attempt: nobody looks before the settle time is over."""
    world = World(Unknown(why="no answer"))
    desk = world.declared()
    desk.deliver()
    world.clock.pass_by(seconds=1)
    with suppress(JournalError):  # refused would do as well: it will be tried anyway
        desk.retry(POST, "sam")
    desk.deliver()
    assert world.adapter.sought == []
    world.clock.pass_by(seconds=SETTLE.total_seconds())
    desk.deliver()
    assert [command.id for command in world.adapter.sought] == [POST]


@pytest.mark.fault(
    "F3",
    sees="`incident outbox` showing that it may have happened, and a retry that begins with a search",
    guaranteed="a command in doubt stays in doubt while no adapter accepts it",
)
def test_a_doubt_outlives_the_adapter_that_it_came_from() -> None:
    """No answer, and then a desk without that adapter: when it is back and a person orders a retry, it looks first."""
    world = World(Unknown(why="no answer"))
    desk = world.declared()
    desk.deliver()
    world.clock.pass_by(minutes=20)
    elsewhere = Desk(world.engine, load_shipped(), [], now=world.clock)
    elsewhere.deliver()
    record = desk.command(POST)
    assert record.status is CommandStatus.FAILED
    assert record.in_doubt
    world.clock.pass_by(minutes=20)
    desk.retry(POST, "sam")
    desk.deliver()
    assert [command.id for command in world.adapter.sought] == [POST]


@pytest.mark.parametrize("engine", ["memory", "sqlite"])
def test_a_person_who_was_overtaken_by_a_worker_does_not_take_the_command_away(engine: str, path: Path) -> None:
    """The engine itself: what was claimed between a person's look and their word is not made pending without doubt."""
    clock = FrozenClock()
    pen = Pen(clock)
    with closing(MemoryEngine() if engine == "memory" else SqliteEngine(path)) as store:
        desk = Desk(store, load_shipped(), [Scripted(KeyboardInterrupt())], now=clock)
        desk.step("INC-1", pen.reported(), pen.confirmed(), pen.declared())
        with pytest.raises(KeyboardInterrupt):
            desk.deliver()
        order = Settlement(command_id=POST, attempt=None, status=CommandStatus.PENDING)
        try:
            store.commit(Batch(incident_id="INC-1", expected=0, settlements=(order,)))
        except LeaseLost:
            assert desk.command(POST).status is CommandStatus.ATTEMPTED
        else:
            assert desk.command(POST).in_doubt


@pytest.mark.fault(
    "F3",
    sees="another attempt, that begins with a search when a late request can have landed",
    guaranteed="a doubt that arose between a person's look and their word stays",
)
@pytest.mark.parametrize("engine", ["memory", "sqlite"])
def test_a_doubt_that_arises_while_a_person_decides_stays(engine: str, path: Path) -> None:
    """They saw a command that nobody had tried; before their word arrives, a worker tried it and got no answer."""
    clock = FrozenClock()
    pen = Pen(clock)
    with closing(MemoryEngine() if engine == "memory" else SqliteEngine(path)) as store:
        desk = Desk(store, load_shipped(), [Scripted(Unknown(why="no answer"))], now=clock)
        desk.step("INC-1", pen.reported(), pen.confirmed(), pen.declared())
        desk.deliver()
        doubtful = desk.command(POST)
        assert doubtful.in_doubt
        order = Settlement(command_id=POST, attempt=None, status=CommandStatus.PENDING)
        with suppress(LeaseLost):
            store.commit(Batch(incident_id="INC-1", expected=0, settlements=(order,)))
        assert desk.command(POST).in_doubt
        assert desk.command(POST).not_before == doubtful.not_before


def test_a_retry_that_is_ordered_twice_says_nothing_strange() -> None:
    """Its answer was lost, so a person orders it again: no complaint about an event id that nobody gave."""
    world = World(Rejected(why="no rights"))
    desk = world.declared()
    desk.deliver()
    desk.retry(POST, "sam")
    world.clock.pass_by(seconds=5)
    with suppress(LeaseLost):  # "was settled or taken over meanwhile" is an answer too
        desk.retry(POST, "sam")
    desk.deliver()
    assert desk.command(POST).status is CommandStatus.DONE


@pytest.mark.fault(
    "F3",
    sees="a refusal to send what is out of date, visible in the outbox",
    guaranteed="invariant 5: an old word that is retried never becomes the public's last one",
)
def test_an_old_word_to_the_public_is_not_sent_after_a_newer_one() -> None:
    """An update failed, the all-clear went out, then somebody retries the update: the page must not fall back."""
    posted = Receipt(reference="POST1")
    world = World(posted, Rejected(why="too long"), posted)
    desk = world.declared()
    desk.deliver()
    promised = world.clock() + timedelta(hours=1)
    desk.step("INC-1", world.pen(e.StatusUpdated, message="Still at it.", next_update_at=promised))
    desk.deliver()
    desk.step("INC-1", world.pen.managed())
    desk.step("INC-1", world.pen(e.IncidentResolved, users_unaffected=True, fix=Fix.PERMANENT, how="By hand."))
    desk.deliver()
    [update] = desk.outbox("INC-1", CommandStatus.FAILED)
    desk.retry(update.command_id, "sam")
    desk.deliver()
    last = [command for command in world.adapter.done if isinstance(command, PublishStatus)][-1]
    assert last.all_clear, "the public is told that it is still going on"
    assert desk.command(update.command_id).status is not CommandStatus.DONE


def test_an_old_meeting_is_not_scheduled_after_it_was_called_off() -> None:
    """The same in the calendar: scheduling failed, reopening called it off, then somebody retries the scheduling."""
    world = World()
    desk = world.declared()
    desk.step("INC-1", world.pen.managed())
    desk.deliver()
    world.adapter.only = (ScheduleMeeting, CancelMeeting)
    world.adapter.answers = [Rejected(why="no rights")]
    desk.step("INC-1", world.pen(e.IncidentResolved, users_unaffected=True, fix=Fix.PERMANENT, how="By hand."))
    desk.deliver()
    promised = world.clock() + timedelta(hours=1)
    reopened = {"reason": "It is back.", "impact": "Minor", "message": "Again.", "next_update_at": promised}
    desk.step("INC-1", world.pen(e.IncidentReopened, **reopened))
    desk.deliver()
    called_off = [command for command in world.adapter.done if isinstance(command, CancelMeeting)]
    [meeting] = [record for record in desk.outbox("INC-1", CommandStatus.FAILED) if record.type == "ScheduleMeeting"]
    desk.retry(meeting.command_id, "sam")
    desk.deliver()
    scheduled = [command for command in world.adapter.done if isinstance(command, ScheduleMeeting)]
    assert not (called_off and scheduled), "a meeting that was called off is in the calendar"


# ── Reminders ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Overtaken(MemoryEngine):
    """An engine in which somebody else gets ahead once, after a listing of what is due was read."""

    meanwhile: Callable[[], object] | None = None

    def find(self, query: Query) -> Iterator[Snapshot]:
        """List, and let the other one go ahead."""
        found = list(super().find(query))
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return iter(found)


@pytest.mark.fault(
    "F10",
    sees="each reminder once, whoever sends it",
    guaranteed="two that remind at the same time disturb each other in nothing",
)
def test_two_that_remind_at_once_disturb_each_other_in_nothing() -> None:
    """Somebody reminded of the first incident a moment before: this one goes on with the second, without an error."""
    clock = FrozenClock()
    pen = Pen(clock)
    engine = Overtaken()
    desk = Desk(engine, load_shipped(), now=clock)
    for incident_id in ("INC-1", "INC-2"):
        desk.step(incident_id, *pen.beginning(incident_id))
    clock.pass_by(minutes=31)

    def other() -> None:
        clock.pass_by(seconds=1)
        for snapshot in list(engine.find(Query(limit=1))):
            Only(engine, snapshot.incident_id, desk, clock).remind()
        clock.pass_by(seconds=1)

    engine.meanwhile = other
    desk.remind()
    for incident_id in ("INC-1", "INC-2"):
        assert [entry for entry in desk.timeline(incident_id) if isinstance(entry.event, e.DeadlinePassed)]
    assert desk.remind() == ()


class Only:
    """A desk that reminds of one incident alone."""

    def __init__(self, engine: MemoryEngine, incident_id: str, desk: Desk, clock: FrozenClock) -> None:
        self.engine, self.incident_id, self.desk, self.clock = engine, incident_id, desk, clock

    def remind(self) -> None:
        """Remind as the desk would."""
        from incident_fsm import deadlines

        incident = self.desk.incident(self.incident_id)
        for deadline in deadlines.due(incident, self.desk.policy, self.clock()):
            said = f"deadline:{incident.id}:{deadline.name}:{deadline.due:%Y%m%dT%H%M%S.%fZ}"
            event = e.DeadlinePassed(id=said, at=self.clock(), by="clock", deadline=deadline.name, due_at=deadline.due)
            self.desk.handle(incident.id, event)


# ── Clocks ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.fault(
    "F11",
    sees="a command that goes out up to two hours late after the clock was set right",
    guaranteed="a clock that was a year ahead holds nothing up for a year",
)
@pytest.mark.parametrize("engine", ["memory", "sqlite"])
@pytest.mark.parametrize("answer", [KeyboardInterrupt(), NotDone(why="not now")], ids=["died", "put off"])
def test_a_clock_that_was_a_year_ahead_holds_nothing_up_for_a_year(engine: str, answer: object, path: Path) -> None:
    """A worker's lease, or a pause, that began in the wrong year: over within hours after the clock is right again."""
    clock = FrozenClock()
    pen = Pen(clock)
    adapter = Scripted(answer)
    with closing(MemoryEngine() if engine == "memory" else SqliteEngine(path)) as store:
        desk = Desk(store, load_shipped(), [adapter], now=clock)
        desk.step("INC-1", pen.reported(), pen.confirmed(), pen.declared())
        clock.pass_by(days=365)
        with suppress(KeyboardInterrupt):
            desk.deliver()
        clock.pass_by(days=-365)
        for _ in range(18):
            desk.deliver()
            clock.pass_by(minutes=10)
        assert desk.command(POST).status is CommandStatus.DONE


# ── Damage ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal that was closed in an orderly way."""
    path = tmp_path_factory.mktemp("closed") / "journal.sqlite3"
    fill(path)
    with plain(path) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return path


@pytest.mark.fault(
    "F13",
    sees="`incident verify` (or opening) names what is damaged; nothing is overwritten",
    guaranteed="flipped bits are found, or hit nothing that anybody reads: never silently another content",
)
def test_flipped_bits_are_found_or_hit_nothing(whole: Path, tmp_path: Path, record_property: Record) -> None:
    """One to three bits flipped anywhere in the file: found, or everything reads as it was written."""
    dice = random.Random(2)  # noqa: S311  dice, not secrets
    good = whole.read_bytes()
    with closing(SqliteEngine(whole)) as engine:
        written = content(engine)
    fates: Counter[str] = Counter()
    silent: list[str] = []
    for number in range(DAMAGES):
        path = tmp_path / f"{number}.sqlite3"
        spots = [dice.randrange(len(good) * 8) for _ in range(dice.randint(1, 3))]
        path.write_bytes(flipped(good, spots))
        fate, changed = examined(path, written)
        fates[fate] += 1
        silent += [f"bits {spots}: {what}" for what in changed]
        path.unlink()
    record_property("figures", f"{DAMAGES} with flipped bits: {dict(fates)}")
    assert not silent, "\n".join(silent)
    assert fates["found"] > 0.3 * DAMAGES


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE commands SET receipt = replace(receipt, 'ref-', 'rex-') WHERE receipt <> ''",
        "UPDATE commands SET lane = 'threads' WHERE lane = 'thread'",
        "UPDATE commands SET gives = '' WHERE gives <> ''",
        "UPDATE commands SET needs = '' WHERE needs <> ''",
        "UPDATE commands SET audience = 'public'",
        "UPDATE commands SET type = 'OpenThreat' WHERE type = 'OpenThread'",
        "UPDATE commands SET kind = 'drill'",
        "UPDATE incidents SET state = 'reviewed'",
        "UPDATE incidents SET kind = 'drill'",
        "UPDATE incidents SET opened_at = '2026-11-22T03:00:00.000000+00:00'",
        "UPDATE incidents SET next_deadline = NULL",
        "UPDATE policies SET payload = replace(payload, 'Minor', 'Miner')",
        "UPDATE policies SET payload = replace(payload, '15 minutes', '25 minutes')",
    ],
)
def test_what_a_replay_gives_is_compared_to_the_last_column(path: Path, statement: str) -> None:
    """Everything that follows from the journal is held against it: also what the outbox and the listing go by."""
    fill(path)
    with closing(SqliteEngine(path)) as engine:
        before = content(engine)
    with plain(path) as connection:
        connection.execute(statement)
    with closing(SqliteEngine(path)) as engine:
        assert content(engine) != before
        assert list(Desk(engine, load_shipped()).verify())


# ── Being asked to end ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.fault(
    "F19",
    sees="`incident deliver` ends by itself a moment after SIGTERM",
    guaranteed="the command line finishes the command that is under way, and begins no other",
)
def test_the_command_finishes_what_it_began_when_it_is_asked_to_end(tmp_path: Path) -> None:
    """SIGTERM while an adapter is at it: that command is settled, the others are left for the next call."""
    terminal = Terminal(tmp_path)
    terminal.reach("managing")
    offer_slow_adapter(tmp_path)
    command = [str(BIN / "incident"), "deliver", "--adapter", "slow"]
    with subprocess.Popen(
        command,
        env=terminal.surroundings(PYTHONPATH=str(tmp_path)),
        cwd=tmp_path,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        errors = process.communicate("go\n")[1]
    assert "Traceback" not in errors
    outbox = terminal.type("incident outbox --json").data
    assert [(record["status"], record["attempts"]) for record in outbox] == [("done", 1), ("pending", 0)], errors


SLOW = """
from incident_fsm.adapters import Absent, Receipt

class Slow:
    name, live = "slow", False

    def accepts(self, command):
        return True

    def deliver(self, command, context):
        print("started", flush=True)
        input()
        return Receipt(reference=command.id)

    def find(self, command, context):
        return Absent()
"""


def offer_slow_adapter(folder: Path) -> None:
    """Install a package that offers an adapter which waits in its call until it is told to go on."""
    (folder / "slow_adapter.py").write_text(SLOW, encoding="utf-8")
    information = folder / "slow_adapter-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: slow-adapter\nVersion: 1.0\n", encoding="utf-8")
    offer = "[incident_fsm.adapters]\nslow = slow_adapter:from_settings\n"
    (information / "entry_points.txt").write_text(offer, encoding="utf-8")
    with (folder / "slow_adapter.py").open("a", encoding="utf-8") as module:
        module.write("\n\ndef from_settings(settings):\n    return Slow()\n")
