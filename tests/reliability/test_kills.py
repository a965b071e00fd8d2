"""Real processes on one real file, killed with SIGKILL while they write, deliver and wait for answers.

More kills: `KILLS=1000`.
"""

import random
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from incident_fsm.desk import JOURNAL, Desk
from incident_fsm.engine import CommandStatus
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.policy_files import load_shipped
from tests.cli.terminal import BIN
from tests.reliability.amounts import KILLS
from tests.reliability.counting import Counting, CountingService
from tests.reliability.processes import START, beginning, clock, deliver, forked, write

INCIDENTS = ("INC-1", "INC-2", "INC-3")
Record = Callable[[str, object], None]


class Machine:
    """A machine on which two writers and two workers run, are killed, and are started anew."""

    def __init__(self, path: Path, url: str) -> None:
        self.path = path
        self.url = url
        self.began = time.time()
        self.words: list[Path] = []
        self.context = forked()
        self.running: list[ForkServerProcess] = []

    def start(self, *, writer: bool) -> None:
        """Start a process."""
        if writer:
            self.words.append(self.path.parent / f"writer-{len(self.words)}")
            arguments = (self.path, self.words[-1], INCIDENTS, self.began, 0.05)
            process = self.context.Process(target=write, args=arguments, name="writer")
        else:
            process = self.context.Process(target=deliver, args=(self.path, self.url, self.began), name="worker")
        process.start()
        self.running.append(process)

    def kill(self, process: ForkServerProcess) -> bool:
        """Kill a process; whether it was alive until then."""
        alive = process.is_alive()
        process.kill()
        process.join()
        process.close()
        self.running.remove(process)
        return alive

    def acknowledged(self) -> set[str]:
        """Every event that some writer was told is accepted."""
        # A word without the end of its line was being written when its writer died: it does not count.
        return {word for file in self.words if file.exists() for word in file.read_text("ascii").split("\n")[:-1]}


@pytest.mark.fault(
    "F2",
    sees="nothing; the next process goes on",
    guaranteed="no acknowledged event lost, no gap, nothing done twice or left out, order within each lane",
)
def test_processes_may_be_killed_at_any_moment(path: Path, record_property: Record) -> None:
    """Writers and workers die by SIGKILL again and again; what was acknowledged is there, and done once each."""
    dice = random.Random(4711)  # noqa: S311  dice, not secrets
    with CountingService() as service, closing(SqliteEngine(path, patience=30.0)) as engine:
        for incident_id in INCIDENTS:
            Desk(engine, load_shipped(), now=lambda: START).step(incident_id, *beginning(incident_id))
        machine = Machine(path, service.url)
        for writer in (True, True, False, False):
            machine.start(writer=writer)
        killed = {"writer": 0, "worker": 0}
        while sum(killed.values()) < KILLS:
            time.sleep(0.03 + dice.random() * 0.12)
            victim = dice.choice(machine.running)
            name = victim.name
            killed[name] += machine.kill(victim)
            machine.start(writer=name == "writer")
        for process in list(machine.running):
            machine.kill(process)
        time.sleep(0.1)  # what was on its way from the last worker arrives
        figures = judged(engine, service, machine)
    record_property("figures", f"{sum(killed.values())} kills ({killed}), {figures}")


def judged(engine: SqliteEngine, service: CountingService, machine: Machine) -> str:
    """Drain what is left and hold everything against what was acknowledged and what the service counted."""
    acknowledged = machine.acknowledged()
    found = {record.event_id for incident_id in INCIDENTS for record in engine.history(incident_id)}
    assert acknowledged <= found
    assert acknowledged, "no writer got anything in"
    now = clock(machine.began)
    desk = Desk(engine, load_shipped(), [Counting(service.url)], now=lambda: now() + timedelta(hours=1))
    before = len(service.things)
    assert before, "no worker got anything out"
    desk.deliver()
    assert list(desk.verify()) == []
    outbox = desk.outbox()
    assert {record.status for record in outbox} == {CommandStatus.DONE}
    assert service.counts() == {record.command_id: 1 for record in outbox}
    order = {record.command_id: index for index, record in enumerate(outbox)}
    for lane in {lane for _, lane in service.things}:
        places = [order[marker] for marker, found_lane in service.things if found_lane == lane]
        assert places == sorted(places), f"the order of {lane}"
    doubts = sum(record.attempts > 1 for record in outbox)
    return f"{len(acknowledged)} acknowledged, {len(outbox)} commands, {doubts} of them taken over, 0 lost, 0 twice"


@pytest.mark.fault(
    "F2",
    sees="no answer from the command that was killed; told again with the same `--event-id`, it is accepted once",
    guaranteed="the same for the command line with the files that it writes",
)
def test_the_command_may_be_killed_at_any_moment(tmp_path: Path, record_property: Record) -> None:
    """`incident note` dies again and again; told again with the same event id, each note is there once, posted once."""
    dice = random.Random(42)  # noqa: S311  dice, not secrets
    folder = tmp_path / "incidents"
    with Desk.in_folder(folder, adapters=()) as desk:
        desk.step("INC-1", *beginning("INC-1"))
    killed = 0
    names = [f"note-{number}" for number in range(max(4, KILLS // 10))]
    for name in names:
        killed += killed_while(note_taken(folder, name), dice.uniform(0.2, 0.7))
    for name in names:
        with note_taken(folder, name) as process:
            said = process.communicate()[1]
        assert process.returncode in {0, 6}, said  # 6: accepted, and something is still held by one that was killed
    with Desk.in_folder(folder, now=lambda: datetime.now(UTC) + timedelta(days=1)) as desk:
        desk.deliver()
        assert list(desk.verify()) == []
        assert {record.status for record in desk.outbox()} == {CommandStatus.DONE}
        texts = [getattr(entry.event, "text", "") for entry in desk.timeline("INC-1")]
    thread = (folder / "INC-1" / "thread.md").read_text("utf-8")
    for name in names:
        assert texts.count(f"said in {name}.") == 1
        assert thread.count(f"said in {name}.") == 1
    record_property("figures", f"{killed} commands killed, {len(names)} notes, each once")


def note_taken(folder: Path, name: str) -> subprocess.Popen[str]:
    """Start the command that takes a note."""
    command = [str(BIN / "incident"), "note", "INC-1", f"said in {name}.", "--event-id", name, "--folder", str(folder)]
    return subprocess.Popen(
        [*command, "--by", "sam"], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
    )


def killed_while(process: subprocess.Popen[str], seconds: float) -> bool:
    """Let a process run for a while, then kill it; whether it was still at it."""
    with process:
        time.sleep(seconds)
        alive = process.poll() is None
        process.kill()
        process.communicate()
    return alive


def test_a_copy_is_taken_for_the_journal_only_where_it_lies(tmp_path: Path) -> None:
    """The file that a killed process leaves, with its log beside it, is whole: it can be copied with its log."""
    source = tmp_path / JOURNAL
    with Desk.in_folder(tmp_path, adapters=()) as desk:
        desk.step("INC-1", *beginning("INC-1"))
        copied = tmp_path / "copy"
        copied.mkdir()
        for file in tmp_path.glob(f"{source.name}*"):
            shutil.copy(file, copied / file.name)
    with Desk.in_folder(copied, adapters=()) as desk:
        assert list(desk.verify()) == []
        assert desk.incident("INC-1").revision == 4
