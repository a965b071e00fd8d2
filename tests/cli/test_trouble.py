"""When something is not as it should be: one clear message, an exit code, and nothing happens."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cli.terminal import Terminal

from incident_fsm import errors, policy_files
from incident_fsm.cli import _trouble
from incident_fsm.cli._answers import hand_over
from incident_fsm.cli._session import Session
from incident_fsm.desk import Desk
from incident_fsm.engine import Worker
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.events import CandidateReported

BAD = [
    ("incident note INC-9 hello", 4, "no incident 'INC-9'"),
    ("incident skip INC-9:1:0 --reason x", 4, "no command 'INC-9:1:0'"),
    ("incident retry nonsense", 4, "no command 'nonsense'"),
    ("incident show INC-9", 4, "no incident 'INC-9'"),
    ("incident outbox INC-9", 4, "no incident 'INC-9'"),
    ("incident nonsense", 2, "No such command"),
    ("incident note INC-1", 2, "Missing argument"),
    ("incident resolve INC-1 --fix permanent --how x", 2, "--users-unaffected"),
    ("incident note INC-1 hello --at yesterday", 2, "--at: 'yesterday' is no time"),
    ("incident note INC-1 hello --at 1026-11-23T03:00", 2, "--at: the year 1026 is far off"),
    ("incident update INC-1 --message x --at 9999-12-31T23:59 --next-update 1h", 2, "far off"),
    ("incident amend INC-1 --fault-at soon", 2, "--fault-at: 'soon' is no time"),
    ("incident note INC-1 ' '", 2, "is empty"),
    ("incident note INC-1 hello --event-id 'a b'", 2, "is not an identifier"),
    ("incident note INC-1 hello --revision -1", 2, "is not a count"),
    ("incident note INC-1 hello --by ' '", 2, "is empty"),
    ("incident update INC-1 --message x --next-update soon", 2, "--next-update: 'soon' is no time"),
    ("incident update INC-1 --message x --next-update '900 days'", 2, "is no time"),
    ("incident update INC-1 --message x --next-update 2020-01-01T00:00", 3, "not after this one"),
    ("incident manage INC-1 --lead jo --role scribe", 2, "names nobody"),
    ("incident review INC-1 --action 'do it'", 2, "lacks owner or date"),
    ("incident review INC-1 --action 'do it; sam; soon'", 2, "is no date"),
    ("incident resolve INC-1 --fix magic --how x --users-unaffected", 2, "magic"),
    ("incident report x --kind dream", 2, "use live, backfilled or drill"),
    ("incident report x --id ../x", 2, "is not an identifier"),
    ("incident report '\x1b[2J' --id INC-2", 2, "unprintable character"),
    ("incident list --policy nope.toml", 2, "No such file"),
    ("incident list --adapter nobody", 5, "nobody"),
    ("incident list --folder elsewhere", 5, "there is no journal"),
    ("incident diagram --grid --mark managing", 2, "choose"),
    ("incident diagram INC-1 --mark managing", 2, "leave --grid and --mark out"),
    ("incident policy check nope", 2, "is no policy that ships"),
    ("incident by-hand INC-1:3:0 --link 'two\nlines'", 2, "more than one line"),
]
"""What is typed, the exit code, and a part of what is said."""


def test_bad_input_is_one_clear_message_and_an_exit_code(managing: Terminal) -> None:
    """What, where and what to do; never a traceback; and nothing happens."""
    before = managing.type("incident timeline INC-1").out
    for line, code, says in BAD:
        answer = managing.type(line)
        assert (answer.code, answer.out) == (code, ""), (line, answer)
        assert says in answer.err, (line, answer)
        assert "\x1b" not in answer.err
    assert managing.type("incident timeline INC-1").out == before


def test_a_script_gets_a_document_and_the_same_exit_code(managing: Terminal) -> None:
    """Which error, what is said to people, and every fault where there are several."""
    answer = managing.type("incident show INC-9 --json")
    assert answer.data == {
        "error": "UnknownIncident",
        "message": "no incident 'INC-9' in this journal; `incident list --all` shows those there are",
        "faults": [],
        "exit_code": 4,
    }
    assert managing.type("incident list --json --policy nope").data["faults"]


def test_a_folder_that_holds_another_file_is_refused(terminal: Terminal) -> None:
    """The journal is not ours: exit code 5, and it is left as it was."""
    terminal.folder.mkdir()
    journal = terminal.folder / "journal.sqlite3"
    journal.write_text("a shopping list, and a long one, so that it is no empty file")
    answer = terminal.type("incident report Slow")
    assert answer.code == 5
    assert str(journal) in answer.err
    assert journal.read_text().startswith("a shopping list")


@pytest.mark.parametrize("folder", ["/dev/null", "/dev/null/x"])
def test_a_folder_that_cannot_be_is_said_in_a_line(terminal: Terminal, folder: str) -> None:
    """Exit code 5, with the place and what to do."""
    answer = terminal.type(f"incident report Slow --folder {folder}")
    assert answer.code == 5
    assert folder in answer.err
    assert answer.err.count("\n") == 1


def test_a_broken_journal_is_found(managing: Terminal) -> None:
    """Somebody changed a payload in the file: exit code 1, and where."""
    with closing(sqlite3.connect(managing.folder / "journal.sqlite3")) as journal, journal:
        journal.execute("UPDATE events SET payload = replace(payload, 'Airflow', 'Sunny') WHERE revision = 1")
    answer = managing.type("incident verify")
    assert answer.code == 1
    assert "INC-1" in answer.out
    assert managing.type("incident verify --json").data["faults"][0].keys() == {"where", "problem"}


def test_a_snapshot_that_cannot_be_read_is_the_journals_fault(managing: Terminal) -> None:
    """Exit code 5: nothing that was typed is wrong."""
    with closing(sqlite3.connect(managing.folder / "journal.sqlite3")) as journal, journal:
        journal.execute("UPDATE incidents SET payload = '{}'")
    assert managing.type("incident show INC-1").code == 5


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (PermissionError(13, "Permission denied", "/x/y"), 5, "incident: /x/y: permission denied; see that"),
        (OSError("gone"), 5, "incident: the system: gone; see that"),
        (errors.RevisionConflict("INC-1", 1, 2), 5, "is at revision 2, not 1"),
        (errors.LeaseLost("INC-1:1:0"), 3, "incident outbox"),
        (errors.EventIdReused("e-1"), 2, "give the new event its own id"),
        (errors.CodecError("event", ["$: no"]), 5, "cannot read event"),
        (errors.AdapterError("x", "is no adapter", "install it"), 5, "install it"),
        (errors.PolicyError(["a", "b"]), 2, "2 faults in the policy:\na\nb"),
    ],
)
def test_each_error_has_its_exit_code(
    capsys: pytest.CaptureFixture[str], error: Exception, code: int, says: str
) -> None:
    """And is told on standard error."""
    assert _trouble.explain(error, as_json=False) == code
    told = capsys.readouterr()
    assert says in told.err
    assert told.out == ""


class Stumbling(MemoryEngine):
    """An engine whose disk is full when it comes to delivering."""

    def run(self, worker: Worker, now: Callable[[], datetime], stop: Callable[[], bool]) -> int:  # noqa: ARG002  the port's signature
        """Stumble."""
        raise errors.JournalUnusable("the disk", "is full", "make room")


@pytest.mark.parametrize("as_json", [False, True])
def test_what_was_accepted_is_said_so_though_delivering_stops(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, *, as_json: bool
) -> None:
    """Nobody is to think that it was not recorded, and to type it again: exit code 6, with the state."""
    session = Session(
        folder=tmp_path, policy_name="analytical_platform", by="sam", json=as_json, dry_run=False, adapters=()
    )
    event = CandidateReported(
        id="e-1",
        at=datetime(2026, 11, 23, 3, tzinfo=UTC),
        by="sam",
        incident_id="INC-1",
        title="x",
        security_breach=True,
    )
    with Desk(Stumbling(), policy_files.load_shipped()) as desk:
        assert hand_over(session, desk, "INC-1", event) == _trouble.UNDELIVERED
    told = capsys.readouterr()
    assert "candidate" in told.out
    assert "accepted, but delivering stopped: the disk: is full" in told.err


def test_a_call_that_is_interrupted_leaves_quietly(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 130."""

    def interrupted() -> int:
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as leaving:
        _trouble.leave(interrupted)
    assert leaving.value.code == _trouble.INTERRUPTED
    assert capsys.readouterr() == ("", "")


def test_running_a_line_returns_its_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    """For whoever calls it from a program."""
    assert _trouble.run(["diagram"]) == 0
    assert capsys.readouterr().out.startswith("stateDiagram-v2")
    assert _trouble.run(["nonsense"]) == 2


def test_without_its_extra_the_command_says_what_to_install() -> None:
    """A library's user who has no Typer gets a sentence and exit code 5, not a traceback."""
    absent = "import sys; sys.modules['typer'] = None; sys.argv = ['incident', 'list']"
    script = f"{absent}; from incident_fsm.cli import main; main()"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert (run.returncode, run.stdout) == (5, "")
    assert "pip install 'incident-fsm[cli]'" in run.stderr
    assert "Traceback" not in run.stderr
