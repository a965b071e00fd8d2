"""F12, F15, F16 and F19 as a caller meets them: full and read-only disks, locks, forks, closing, being asked to end.

`tests/engine/` tries the same at the engine; here it is the desk, the runner and the command.
"""

import resource
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from incident_fsm.adapters import Context, Outcome
from incident_fsm.commands import Command
from incident_fsm.desk import JOURNAL, Desk
from incident_fsm.engine import LEASE_SECONDS, CommandStatus
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.errors import JournalUnusable
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock
from tests.cli.terminal import BIN, Terminal
from tests.engine.journals import plain
from tests.engine.test_file import ordinary_user
from tests.engine.test_sqlite import held, in_a_child
from tests.reliability.counting import CountingService
from tests.reliability.processes import INCIDENT, beginning, deliver, forked, note
from tests.shell.world import Scripted

# ── F12: the disk ──────────────────────────────────────────────────────────────────────────────────────────────────

FILL = """
import resource, sys
from incident_fsm.desk import Desk
from incident_fsm.errors import JournalUnusable
from tests.reliability.processes import START, note

desk = Desk.in_folder(sys.argv[1], adapters=())
soft = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), soft[1]))
for number in range(10_000):
    try:
        desk.step("INC-1", note(f"note-{number}", START))
    except JournalUnusable as error:
        print("refused", error.problem, flush=True)
        break
    print(f"note-{number}", flush=True)
desk.incident("INC-1")
resource.setrlimit(resource.RLIMIT_FSIZE, soft)
desk.step("INC-1", note("after", START))
print("after", flush=True)
desk.close()
"""


@pytest.mark.fault(
    "F12",
    sees="an error that says so, with a remedy, before anything is acknowledged; works again when there is space",
    guaranteed="what was acknowledged is there, what was refused is not; reading goes on",
)
def test_a_disk_that_is_full_loses_nothing(tmp_path: Path, root: Path) -> None:
    """No file may grow further in the middle of it all: exactly what was acknowledged is in the journal."""
    with Desk.in_folder(tmp_path, adapters=()) as desk:
        desk.step(INCIDENT, *beginning(INCIDENT))
    # -B: with no room, Python would leave its own compiled modules cut off, and nobody could import them any more.
    command = [sys.executable, "-B", "-c", FILL, str(tmp_path), str(600_000)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    *acknowledged, refusal, after = run.stdout.splitlines()
    assert refusal.startswith("refused ")
    with Desk.in_folder(tmp_path, adapters=()) as desk:
        assert [entry.event.id for entry in desk.timeline(INCIDENT)][4:] == [*acknowledged, after]
        assert list(desk.verify()) == []


@pytest.mark.fault(
    "F12",
    sees="exit code 5 and one sentence; the same command works when there is space",
    guaranteed="no traceback, nothing half-written",
)
def test_the_command_says_that_the_disk_is_full(tmp_path: Path) -> None:
    """`incident note` with no room for a single page more: refused in words, and accepted afterwards."""
    terminal = Terminal(tmp_path)
    terminal.reach("managing")
    line = [str(BIN / "incident"), "note", "INC-1", "x" * 9_000, "--no-deliver"]
    run = subprocess.run(
        line,
        env=terminal.surroundings(PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, resource.RLIM_INFINITY)),
    )
    assert run.returncode == 5, run.stderr
    assert "Traceback" not in run.stderr
    assert JOURNAL in run.stderr
    assert terminal.revision() == 4
    terminal.must("incident note INC-1 'there is space again' --no-deliver", "incident verify")


@pytest.mark.fault(
    "F12",
    sees="an error that says so, with a remedy",
    guaranteed="nothing is written; works again when access is given",
)
def test_a_folder_that_may_not_be_written_to_is_said() -> None:
    """Who lacks the right is told before anything happens; the file is untouched, and works for who has it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with Desk.in_folder(folder, adapters=()) as desk:
            desk.step(INCIDENT, *beginning(INCIDENT))
        path = folder / JOURNAL
        before = path.read_bytes()
        path.chmod(0o444)
        folder.chmod(0o555)
        policy = load_shipped()
        with ordinary_user(), pytest.raises(JournalUnusable) as caught:
            Desk.in_folder(folder, policy, adapters=())
        assert caught.value.remedy == "get write access to the file and its folder"
        assert path.read_bytes() == before
        folder.chmod(0o700)
        path.chmod(0o600)
        with Desk.in_folder(folder, adapters=()) as desk:
            desk.step(INCIDENT, note("after", FrozenClock()()))


@pytest.mark.fault(
    "F12",
    sees="an error that says that the file was moved, deleted or replaced",
    guaranteed="nothing is acknowledged that would be lost with the old file",
)
def test_a_journal_that_is_deleted_under_a_desk_acknowledges_nothing(path: Path) -> None:
    """Neither an event nor a claim: no adapter is called for what could not be stored."""
    adapter = Scripted()
    with closing(SqliteEngine(path)) as engine:
        desk = Desk(engine, load_shipped(), [adapter], now=FrozenClock())
        desk.step(INCIDENT, *beginning(INCIDENT))
        aside = path.rename(path.with_name("aside"))
        for act in (lambda: desk.step(INCIDENT, note("lost", FrozenClock()())), desk.deliver):
            with pytest.raises(JournalUnusable, match="was moved, deleted or replaced"):
                act()
        assert adapter.done == []
        aside.rename(path)
        desk.step(INCIDENT, note("kept", FrozenClock()()))
        assert [entry.event.id for entry in desk.timeline(INCIDENT)][4:] == ["kept"]


# ── F15: locks ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.fault(
    "F15",
    sees="a short wait; after five seconds an error that says what to do; the next call is fine",
    guaranteed="nothing lost, nothing twice",
)
def test_a_lock_of_another_process_is_waited_for_then_told(path: Path) -> None:
    """The same event again after the lock is gone is accepted once; reading is possible all the time."""
    with closing(SqliteEngine(path, patience=0.1)) as engine:
        desk = Desk(engine, load_shipped(), now=FrozenClock())
        desk.step(INCIDENT, *beginning(INCIDENT))
        told = note("told", FrozenClock()())
        with held(path) as release:
            with pytest.raises(JournalUnusable, match="is locked: another process has been writing for too long"):
                desk.step(INCIDENT, told)
            assert desk.incident(INCIDENT).revision == 4
            release()
        assert not desk.step(INCIDENT, told).repeated
        assert desk.step(INCIDENT, told).repeated


@pytest.mark.fault(
    "F15",
    sees="nothing; the log beside the journal grows meanwhile",
    guaranteed="a reader that holds a snapshot for minutes blocks no writer; afterwards the log is cleared",
)
def test_a_reader_that_holds_a_snapshot_blocks_nobody_and_the_log_is_cleared_afterwards(path: Path) -> None:
    """The log outgrows its usual size while somebody reads, and starts from its beginning when they are gone."""
    log = path.with_name(path.name + "-wal")
    with closing(SqliteEngine(path)) as engine:
        desk = Desk(engine, load_shipped(), now=FrozenClock())
        desk.step(INCIDENT, *beginning(INCIDENT))
        with plain(path) as reader:
            reader.execute("BEGIN")
            assert reader.execute("SELECT count(*) FROM events").fetchone() == (4,)
            for number in range(400):
                desk.step(INCIDENT, note(f"note-{number}", FrozenClock()()))
            assert reader.execute("SELECT count(*) FROM events").fetchone() == (4,)
            grown = log.stat().st_size
            reader.execute("COMMIT")
        for number in range(400, 410):
            desk.step(INCIDENT, note(f"note-{number}", FrozenClock()()))
        assert grown > 1_000 * 4_096
        assert log.stat().st_size < grown * 1.05
        with plain(path) as other:
            busy, left, moved = other.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        assert (busy, left) == (0, moved)
        assert left * 4_096 < grown / 2
        assert desk.incident(INCIDENT).revision == 414


# ── F16: forks, threads, closing ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.fault(
    "F16",
    sees="in the forked child, an error that says to open the journal again there",
    guaranteed="the parent and its file come to no harm; a desk may be used from any thread",
)
def test_a_desk_is_refused_after_a_fork_and_usable_in_another_thread(path: Path) -> None:
    """Handling, delivering and closing in a child change nothing; in a thread they do what they always do."""
    adapter = Scripted()
    with closing(SqliteEngine(path)) as engine:
        desk = Desk(engine, load_shipped(), [adapter], now=FrozenClock())
        desk.step(INCIDENT, *beginning(INCIDENT))
        for act in (lambda: desk.step(INCIDENT, note("in-the-child", FrozenClock()())), desk.deliver):
            assert "was opened before this process was forked" in in_a_child(act)
        assert in_a_child(desk.close) == "None"
        thread = threading.Thread(target=desk.deliver)
        thread.start()
        thread.join()
        assert len(adapter.done) == 2
        assert list(desk.verify()) == []


class Closing(Scripted):
    """An adapter in whose call the desk is closed."""

    desk: Desk

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Do it, and close."""
        self.desk.close()
        return super().deliver(command, context)


@pytest.mark.fault(
    "F16",
    sees="an error that says that the journal was closed",
    guaranteed="what was under way is in doubt, looked for after its lease, and not done twice",
)
def test_closing_during_a_delivery_leaves_a_doubt_and_nothing_worse(path: Path) -> None:
    """The receipt cannot be stored; whoever opens the journal next looks for the marker first."""
    clock = FrozenClock()
    adapter = Closing()
    adapter.desk = Desk(SqliteEngine(path), load_shipped(), [adapter], now=clock)
    adapter.desk.step(INCIDENT, *beginning(INCIDENT))
    with pytest.raises(JournalUnusable, match="was closed"):
        adapter.desk.deliver()
    clock.pass_by(seconds=LEASE_SECONDS + 1)
    with closing(SqliteEngine(path)) as engine:
        finder = Scripted(found=None)
        Desk(engine, load_shipped(), [finder], now=clock).deliver()
        assert [command.id for command in finder.sought] == [adapter.done[0].id]


# ── F19: asked to end ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.fault(
    "F19",
    sees="the process ends when the command under way is settled",
    guaranteed="a worker that passes `stop` finishes what it began, begins nothing else, and leaves nothing in doubt",
)
def test_a_worker_that_is_asked_to_end_finishes_what_it_began(path: Path) -> None:
    """SIGTERM while the service is still at it: that command is done in one attempt, the next ones are untouched."""
    with CountingService(slow=0.5) as service, closing(SqliteEngine(path)) as engine:
        desk = Desk(engine, load_shipped(), now=FrozenClock())
        desk.step(INCIDENT, *beginning(INCIDENT), *[note(f"note-{number}", FrozenClock()()) for number in range(5)])
        arrived = threading.Event()
        service.watch = lambda _: arrived.set()
        worker = forked().Process(target=deliver, args=(path, service.url, time.time()))
        worker.start()
        assert arrived.wait(30)
        assert worker.pid is not None
        worker.terminate()
        worker.join(30)
        assert worker.exitcode == 0
        worker.close()
        statuses = [(record.status, record.attempts) for record in desk.outbox()]
        assert statuses == [(CommandStatus.DONE, 1)] + [(CommandStatus.PENDING, 0)] * (len(statuses) - 1)
        assert len(service.things) == 1
