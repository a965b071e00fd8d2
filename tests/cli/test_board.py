"""`incident board` and `incident watch`: looking on, as pages, live, and at a terminal."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

import pytest
from rich.console import Console
from tests.cli.terminal import BIN, WAY, Terminal, seen_at
from tests.shell.world import Pen

from incident_fsm.cli import _lookout
from incident_fsm.desk import Desk
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock


@contextmanager
def staying(terminal: Terminal, line: str) -> Iterator["subprocess.Popen[str]"]:
    """A command that stays, and is told to stop in the end."""
    with subprocess.Popen(
        [str(BIN / "incident"), *line.split()],
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


def first_line(process: "subprocess.Popen[str]") -> str:
    """What it says first."""
    assert process.stdout is not None
    return process.stdout.readline()


def test_the_board_is_written_and_one_is_told_where_to_begin(managing: Terminal) -> None:
    """Into `board`, or where one says; scripts get every page."""
    assert managing.type("incident board").out == "3 page(s) written; begin with board/index.html\n"
    assert "Airflow Autoscaling Incident" in (managing.place / "board" / "index.html").read_text()
    data = managing.type("incident board --out elsewhere --json").data
    assert data["index"] == "elsewhere/index.html"
    assert [(managing.place / page).exists() for page in data["pages"]] == [True, True, True]


def test_a_dry_run_says_what_would_be_written(managing: Terminal) -> None:
    """And what would be removed, once an incident is over."""
    assert "would be written" in managing.type("incident board --dry-run").out
    managing.must("incident board", "incident resolve INC-1 --fix false_alarm --how x --users-unaffected")
    managing.must("incident report Other --id INC-2", "incident board", "incident dismiss INC-2 --criteria-not-met")
    assert "1 would be removed" in managing.type("incident board --dry-run").out
    assert managing.type("incident board --dry-run --json").data["removed"] == ["board/incident-INC-2.html"]
    assert "1 removed, of incidents that are over" in managing.type("incident board").out


def test_what_does_not_go_together_is_refused(managing: Terminal) -> None:
    """With what to leave out; nothing is written."""
    assert managing.type("incident board --serve --out x").code == 2
    assert managing.type("incident board --port 8000").code == 2
    assert managing.type("incident board --serve --port 70000").code == 2
    (managing.place / "board").write_text("in the way")
    answer = managing.type("incident board")
    assert (answer.code, answer.out) == (5, "")
    assert "board" in answer.err


def test_looking_needs_no_adapter(managing: Terminal) -> None:
    """An adapter that is not there, or lacks its settings, does not keep anybody from looking."""
    managing.must("incident board --adapter pigeon", "incident watch --once --adapter pigeon")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_is_served_until_it_is_told_to_stop(managing: Terminal, number: signal.Signals) -> None:
    """The address first, then pages, in good order to the end."""
    with staying(managing, "board --serve --port 0 --json") as process:
        address = json.loads(first_line(process))["address"]
        with urlopen(address, timeout=30) as answer:  # noqa: S310  our own, on loopback
            assert b"Airflow Autoscaling Incident" in answer.read()
        process.send_signal(number)
        assert (process.wait(timeout=30), process.communicate()[1]) == (0, "")


def test_people_are_told_the_address_and_a_port_that_is_taken_is_refused(managing: Terminal) -> None:
    """With what to do about it."""
    with staying(managing, "board --serve --port 0") as process:
        said = first_line(process)
        assert said.startswith("http://127.0.0.1:")
        assert "for this machine alone" in said
        port = said.split("/")[2].rpartition(":")[2]
        answer = managing.type(f"incident board --serve --port {port}")
        assert answer.code == 2
        assert f"--port: {port} cannot be had" in answer.err
        assert "0 for any that is free" in answer.err
        process.terminate()
        assert process.wait(timeout=30) == 0


def test_without_a_journal_nothing_is_served_or_watched(terminal: Terminal) -> None:
    """As everywhere: what is wrong is said at once."""
    assert terminal.type("incident board --serve").code == 5
    assert terminal.type("incident watch").code == 5


def test_once_is_a_table_or_a_document(managing: Terminal) -> None:
    """How it stands, what is wrong in capitals, and when the next update comes."""
    out = managing.type("incident watch --once").out
    assert "1 open incident(s)" in out.splitlines()[0]
    assert "INC-1     managing  Minor   jo" in out
    [shown] = managing.type("incident watch --once --json").data["incidents"]
    assert (shown["id"], shown["state"], shown["lead"], shown["overdue"]) == ("INC-1", "managing", "jo", [])
    assert shown["next_update_at"].endswith("Z")
    managing.must("incident resolve INC-1 --fix false_alarm --how x --users-unaffected")
    assert managing.type("incident watch --once --json").data["incidents"][0]["next_update_at"] == ""


def test_with_nothing_open_it_says_so(terminal: Terminal) -> None:
    """And prints no empty table."""
    terminal.reach("dismissed")
    assert terminal.type("incident watch --once").out.splitlines()[0].endswith("0 open incident(s)")
    assert len(terminal.type("incident watch --once").out.splitlines()) == 1


def test_without_a_terminal_it_tells_each_change_once(managing: Terminal) -> None:
    """A document on a line of its own, until it is told to stop."""
    with staying(managing, "watch --json") as process:
        assert [one["id"] for one in json.loads(first_line(process))["incidents"]] == ["INC-1"]
        managing.must("incident report Other --id INC-2")
        assert {one["id"] for one in json.loads(first_line(process))["incidents"]} == {"INC-1", "INC-2"}
        managing.must("incident note INC-1 'nothing that is seen from afar'", "incident role INC-1 lead kim")
        told = json.loads(first_line(process))["incidents"]
        assert [one["lead"] for one in told if one["id"] == "INC-1"] == ["kim"]
        process.terminate()
        assert (process.wait(timeout=30), process.communicate()[1]) == (0, "")


def test_people_without_a_terminal_get_the_table_anew(managing: Terminal) -> None:
    """As in a log."""
    with staying(managing, "watch") as process:
        assert "1 open incident(s)" in first_line(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0


class World:
    """A desk with a clock, nothing delivered."""

    def __init__(self) -> None:
        self.clock = FrozenClock()
        self.desk = Desk(MemoryEngine(), load_shipped(), now=self.clock)
        self.pen = Pen(self.clock)

    def drawn(self, *, restricted: bool = False) -> str:
        """The live view, as text."""
        console = Console(width=160, record=True, file=io.StringIO())
        console.print(_lookout.view(self.desk, restricted=restricted))
        return console.export_text()


def test_the_live_view_counts_down_and_names_what_is_wrong() -> None:
    """In words, not by the colour alone."""
    world = World()
    world.desk.step("INC-1", *world.pen.beginning())
    assert "in 30 min" in world.drawn()
    world.clock.pass_by(minutes=31)
    shown = world.drawn()
    assert "OVERDUE by 1 min 00 s" in shown
    assert "OVERDUE publish" in shown
    assert "next_update" in shown
    assert "UNDELIVERED" in shown
    assert "managing 31 min" in shown


def test_nothing_that_ticks_makes_the_list_new() -> None:
    """A second later the answer is the same, so a log does not grow."""
    world = World()
    world.desk.step("INC-1", *world.pen.beginning())
    before = _lookout.look(world.desk, restricted=False)
    world.clock.pass_by(seconds=1)
    assert _lookout.look(world.desk, restricted=False) == before


def test_a_long_list_is_cut_and_says_so() -> None:
    """So many lines, then how many more there are and where to see them; no text plays tricks."""
    world = World()
    for number in range(33):
        world.desk.step(f"INC-{number}", world.pen.reported(f"INC-{number}"))
    shown = world.drawn()
    assert "33 open incident(s)" in shown
    assert "and 3 more: incident list" in shown


def test_restricted_incidents_are_counted(terminal: Terminal) -> None:
    """And shown where they are asked for."""
    terminal.environment["INCIDENT_POLICY"] = "gds"
    terminal.must(f"{WAY['candidate'][0]} --breach --no-deliver")
    assert "0 open incident(s), 1 restricted not shown (--restricted)" in terminal.type("incident watch --once").out
    assert terminal.type("incident watch --once --json").data["restricted"] == 1
    assert "INC-1" in terminal.type("incident watch --once --restricted").out
    assert "INC-1" not in terminal.type("incident board --json").out
    assert "incident-INC-1.html" in terminal.type("incident board --json --restricted").out


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_at_a_terminal_it_is_a_live_picture(managing: Terminal) -> None:
    """It stands there until it is stopped."""
    import pty

    leader, follower = pty.openpty()
    with subprocess.Popen(
        [str(BIN / "incident"), "watch"],
        cwd=managing.place,
        env=managing.surroundings(TERM="xterm", COLUMNS="140", LINES="40"),
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    ) as process:
        os.close(follower)
        shown = seen_at(leader, lambda shown: shown.count(b"Ctrl-C stops") > 1)
        process.terminate()
        shown += seen_at(leader)
        assert process.wait(timeout=30) == 0
    os.close(leader)
    assert b"1 open incident(s)" in shown
    assert b"Traceback" not in shown
