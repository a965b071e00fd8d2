"""`incident deliver --watch`: a worker that stays, tells what it does, and stops when it is told to."""

import io
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from rich.console import Console
from tests.cli.terminal import BIN, Terminal, seen_at
from tests.shell.world import Pen, Scripted

from incident_fsm._delivery import Delivery
from incident_fsm.adapters import NotDone, Outcome, Receipt, Rejected, Unknown
from incident_fsm.cli import _watch
from incident_fsm.codec import decode_command
from incident_fsm.desk import Desk
from incident_fsm.engine import CommandRecord, CommandStatus
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock
from incident_fsm.workers import Trouble

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


@contextmanager
def watching(terminal: Terminal, *options: str) -> Iterator["subprocess.Popen[str]"]:
    """A worker of its own, which is told to stop in the end."""
    with subprocess.Popen(
        [str(BIN / "incident"), "deliver", "--watch", *options],
        cwd=terminal.place,
        env=terminal.surroundings(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_delivers_what_comes_and_stops_in_good_order(managing: Terminal, number: signal.Signals) -> None:
    """A line for each command, also for one that comes later; exit code 0 on SIGTERM and Ctrl-C."""
    with watching(managing, "--json") as process:
        assert process.stdout is not None
        first = {json.loads(process.stdout.readline())["type"] for _ in range(2)}
        assert first == {"PublishStatus", "OpenThread"}
        managing.must("incident note INC-1 hello")
        assert json.loads(process.stdout.readline())["outcome"] == "Receipt"
        process.send_signal(number)
        _, errors = process.communicate(timeout=30)
        assert (process.returncode, errors) == (0, "")


def test_people_get_lines_too(managing: Terminal) -> None:
    """The same words as `incident deliver` prints."""
    with watching(managing, "--workers", "1") as process:
        assert process.stdout is not None
        assert "PublishStatus: done (by folder): file://" in process.stdout.readline()
        process.terminate()
        assert process.wait(timeout=30) == 0


def test_what_is_wrong_is_said_before_anything_starts(terminal: Terminal) -> None:
    """No journal, an unknown adapter, a dry run that would act: at once, with the usual exit codes."""
    assert terminal.type("incident deliver --watch").code == 5
    terminal.reach("managing")
    assert terminal.type("incident deliver --watch --adapter pigeon").code == 5
    assert terminal.type("incident deliver --watch --dry-run").code == 2
    assert terminal.type("incident deliver --watch --workers 0").code == 2


class World:
    """A desk with a clock and one adapter."""

    def __init__(self, *answers: object) -> None:
        self.clock = FrozenClock()
        self.desk = Desk(MemoryEngine(), load_shipped(), (Scripted(*answers),), now=self.clock)
        self.pen = Pen(self.clock)
        self.desk.step("INC-1", *self.pen.beginning())

    def record(self, command_id: str = "INC-1:3:0") -> CommandRecord:
        """The status post's place in the outbox."""
        return self.desk.command(command_id)


def test_every_standing_is_said_in_words() -> None:
    """Pending, after what, waiting until when and for what, running, stuck."""
    world = World(Unknown(why="the answer was lost"), Rejected(why="no such channel"))
    assert _watch.standing(world.record(), world.clock(), LONDON) == "pending"
    world.desk.step("INC-1", world.pen.noted())
    assert _watch.standing(world.record("INC-1:5:0"), world.clock(), LONDON) == "pending, after thread"
    world.desk.deliver()
    said = _watch.standing(world.record(), world.clock(), LONDON)
    assert said.startswith("waits until 03:00:30 GMT (")
    assert said.endswith("then its marker is looked for")
    assert _watch.standing(world.record("INC-1:4:0"), world.clock(), LONDON).startswith("stuck until a person")
    world.clock.pass_by(minutes=1)
    assert _watch.standing(world.record(), world.clock(), LONDON) == "pending"


def test_what_is_running_is_said_with_since_when() -> None:
    """A worker that is killed leaves it so until its lease is over."""
    world = World(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        world.desk.deliver()
    assert _watch.standing(world.record(), world.clock(), LONDON) == "running since 03:00:00, attempt 1"


def test_what_needs_a_person_comes_first() -> None:
    """Then what runs, what waits, and what is pending."""
    world = World(Unknown(why="lost"), Rejected(why="no such channel"))
    world.desk.step("INC-1", world.pen.noted())
    world.desk.deliver()
    unsettled = world.desk.outbox(None, CommandStatus.PENDING, CommandStatus.FAILED)
    rows = _watch.rows(unsettled, world.clock(), LONDON)
    assert [row[2].split(" ")[0] for row in rows] == ["stuck", "waits", "pending,"]  # after the thread
    assert rows[0][3] == "no such channel"


def test_the_picture_shows_them_all_and_no_text_breaks_it() -> None:
    """A table with a title, the newest happenings below it; what others wrote is only ever shown."""
    world = World(Unknown(why="\x1b[2J[bold]lost"), Rejected(why="no such channel"))
    world.desk.deliver()
    picture = _watch.view(world.desk, ["INC-1:2:0 PostToThread: done (by slack)"])
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(picture)
    shown = console.export_text()
    assert "not settled: 2" in shown
    assert "[bold]lost" in shown
    assert "\x1b" not in shown
    assert "INC-1:2:0 PostToThread: done (by slack)" in shown


def test_a_long_outbox_is_cut_and_says_so() -> None:
    """So many lines, then how many more there are and where to see them."""
    world = World()
    for number in range(40):
        world.desk.step("INC-1", world.pen.noted(f"note {number}"))
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(_watch.view(world.desk, ()))
    assert "and 17 more: incident outbox --waiting" in console.export_text()


def test_trouble_is_a_line_with_its_time() -> None:
    """And as data for scripts."""
    trouble = Trouble(NOW, "journal.sqlite3: is locked; wait")
    assert _watch.sentence(trouble) == "2026-11-23T03:00:00Z trouble: journal.sqlite3: is locked; wait"
    assert _watch.happened(trouble) == {"trouble": trouble.problem, "at": "2026-11-23T03:00:00Z"}


def test_a_delivery_is_told_without_its_texts() -> None:
    """They may be restricted: only ids, types and outcomes."""
    world = World(Rejected(why="no such page"))
    [delivery, *_] = world.desk.deliver()
    assert isinstance(delivery, Delivery)
    said = "INC-1:3:0 PublishStatus: refused: a person must look (by scripted): no such page"
    assert _watch.sentence(delivery) == said
    assert "Tasks are delayed" not in json.dumps(_watch.happened(delivery))


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Receipt(), "done (by slack)"),
        (Receipt(reference="r", link="https://example.org"), "done (by slack): https://example.org"),
        (NotDone(why="429"), "not done yet, and tried again (by slack): 429"),
        (Unknown(why="lost"), "in doubt (at slack): lost"),
    ],
)
def test_what_became_of_a_command_is_told_in_words(outcome: Outcome, said: str) -> None:
    """And with whom; whoever was too late to settle it is told that it does not count."""
    command = decode_command(World().record().payload)
    told = Delivery(command, "slack", outcome)
    assert _watch.sentence(told) == f"INC-1:3:0 PublishStatus: {said}"
    late = _watch.sentence(evolve(told, counted=False))
    assert "; it was settled meanwhile, so this does not count" in late
    assert _watch.happened(evolve(told, counted=False))["counted"] is False


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_at_a_terminal_it_is_a_live_picture(managing: Terminal) -> None:
    """What is stuck stands there, in words, until it is stopped."""
    import os
    import pty

    managing.block_delivery()
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [str(BIN / "incident"), "deliver", "--watch"],
        cwd=managing.place,
        env=managing.surroundings(TERM="xterm", COLUMNS="120", LINES="40"),
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    ) as process:
        os.close(follower)
        shown = seen_at(leader, lambda shown: b"stuck until" in shown)
        process.terminate()
        shown += seen_at(leader)
        assert process.wait(timeout=30) == 0
    os.close(leader)
    assert b"not settled: 2" in shown
    assert b"Traceback" not in shown
