"""`incident export`, `import` and `schema`: typed, with the file as it is on the disk and what people are told."""

import io
import json
import re
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.cli.terminal import Terminal

from incident_fsm.cli import _transfer
from incident_fsm.cli._progress import progress
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.schemas import NAMES


@pytest.fixture
def done(terminal: Terminal) -> Terminal:
    """A terminal with an incident that is managed, and nothing to be carried out."""
    terminal.reach("managing")
    terminal.must("incident deliver")
    terminal.environment["INCIDENT_DELIVER"] = "0"
    return terminal


def file(terminal: Terminal, name: str = "journal.jsonl") -> Path:
    """The file that is written to."""
    return terminal.place / name


# ---- export ----


def test_an_export_is_a_new_file_for_you_alone(done: Terminal) -> None:
    """Mode 0600 whatever the umask says; it is told, with what is in it. No other file is left."""
    before = set(done.place.iterdir())
    answer = done.type("incident export --out journal.jsonl")
    assert (answer.code, answer.err) == (0, "")
    first, second = answer.out.splitlines()
    size = file(done).stat().st_size
    assert first == f"journal.jsonl: 1 incident, 6 events, 2 commands; {size:,} bytes"
    assert second == "  only you may read the file (mode 0600): it holds everything that was said"
    assert stat.S_IMODE(file(done).stat().st_mode) == 0o600
    assert set(done.place.iterdir()) - before == {file(done)}


def test_an_export_goes_to_standard_output_where_no_file_is_named(done: Terminal) -> None:
    """The same lines, and nothing else in between."""
    done.must("incident export --out journal.jsonl")
    answer = done.type("incident export")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == file(done).read_text("utf-8")


def test_one_incident_can_be_exported(done: Terminal) -> None:
    """By its id; one that is not there is told, and no file is made."""
    done.must("incident report Other --id INC-2")
    answer = done.type("incident export INC-2 -o journal.jsonl")
    assert answer.out.startswith("journal.jsonl: 1 incident, 1 event, 0 commands; ")
    missing = done.type("incident export INC-9 -o nine.jsonl")
    assert (missing.code, missing.out) == (4, "")
    assert not file(done, "nine.jsonl").exists()


def test_a_file_that_is_there_is_never_written_over(done: Terminal) -> None:
    """It might be the journal itself; a link that leads nowhere is something, too."""
    for name in ("incidents/journal.sqlite3", "link"):
        if name == "link":
            file(done, name).symlink_to("nowhere")
        answer = done.type(f"incident export --out {name}")
        assert answer.code == 2
        assert f"--out: {name} is there already; name another file, or remove it first" in answer.err
    assert done.type("incident verify").code == 0


def test_a_place_that_is_not_there_is_told(done: Terminal) -> None:
    """With the name of the place, and what to do."""
    answer = done.type("incident export --out nowhere/journal.jsonl")
    assert (answer.code, answer.out) == (5, "")
    assert "nowhere" in answer.err


def test_what_is_open_and_what_is_restricted_is_told(terminal: Terminal) -> None:
    """On standard output beside the file's name; on standard error where the file itself goes to standard output."""
    terminal.must(
        "incident report Breach --id INC-1 --breach --no-deliver --policy cloud_platform",
        "incident report Other --id INC-2 --no-deliver",
    )
    policy = (Path(__file__).parents[2] / "src/incident_fsm/policies/analytical_platform.toml").read_text("utf-8")
    narrow = policy.replace("narrows_audience = false", 'narrows_audience = true\nchannel = "narrow"')
    file(terminal, "narrow.toml").write_text(narrow, "utf-8")
    terminal.must("incident report Secret --id INC-3 --breach --no-deliver --policy narrow.toml")
    answer = terminal.type("incident export --out journal.jsonl")
    assert "  1 of them restricted: keep the file to those who may know" in answer.out
    assert "  2 commands in it still open: importing is refused, as two places would carry them out;" in answer.out
    assert "(incident outbox --waiting)" in answer.out
    piped = terminal.type("incident export INC-3")
    assert piped.code == 0
    assert all(json.loads(line) for line in piped.out.splitlines())
    assert "  it is restricted: keep the file to those who may know" in piped.err
    assert "  1 command in it still open: importing is refused" in piped.err


def test_an_export_in_json_tells_what_was_written(done: Terminal) -> None:
    """It needs a file then: two documents on one output would be none."""
    told = done.type("incident export --out journal.jsonl --json").data
    assert told["written"] is True
    assert told["bytes"] == file(done).stat().st_size
    assert json.loads(file(done).read_text("utf-8").splitlines()[-1])["sha256"] == told["sha256"]
    answer = done.type("incident export --json")
    assert answer.code == 2
    assert "say where with --out FILE" in answer.err


def test_a_dry_run_of_an_export_writes_nothing(done: Terminal) -> None:
    """It says what would be written, with a file or without one."""
    for line in ("incident export --dry-run", "incident export --out journal.jsonl --dry-run"):
        answer = done.type(line)
        assert (answer.code, answer.err) == (0, "")
        assert answer.out.startswith("it would be 1 incident, 6 events, 2 commands; ")
    assert not file(done).exists()


# ---- import ----


def test_an_export_is_imported_into_a_new_folder(done: Terminal) -> None:
    """Everything is there: the same timeline, the same outbox, the same export."""
    done.must("incident export --out journal.jsonl")
    answer = done.type("incident import journal.jsonl --folder new")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == "imported: 1 incident; 6 events, 2 commands\n"
    for line in ("timeline INC-1 --json", "show INC-1 --json", "outbox --json", "export"):
        assert done.type(f"incident {line} --folder new").out == done.type(f"incident {line}").out
    assert done.type("incident verify --folder new").code == 0


def test_an_import_can_be_run_again(done: Terminal) -> None:
    """What is there is skipped."""
    done.must("incident export --out journal.jsonl")
    answer = done.type("incident import journal.jsonl")
    assert answer.out.splitlines() == [
        "imported: 0 incidents; 0 events, 0 commands", "  1 incident there already, and equal: skipped",
    ]  # fmt: skip
    told = done.type("incident import journal.jsonl --json").data
    assert (told["file"], told["stored"], told["incidents"], told["skipped"]) == ("journal.jsonl", True, 0, 1)


def test_an_import_is_read_from_a_pipe(done: Terminal) -> None:
    """`incident export | incident import -` in another folder."""
    from contextlib import chdir

    from typer.testing import CliRunner

    from incident_fsm.cli.app import app

    said = done.type("incident export").out.encode()
    with chdir(done.place):
        run = CliRunner().invoke(app, ["import", "-", "--folder", "new"], input=said, catch_exceptions=False)
        assert (run.exit_code, run.stdout) == (0, "imported: 1 incident; 6 events, 2 commands\n")
        cut = CliRunner().invoke(app, ["import", "-", "--folder", "cut"], input=said[:-9], catch_exceptions=False)
    assert cut.exit_code == 2
    assert "incident: -, line 12: the file was cut short" in cut.stderr
    assert done.type("incident verify --folder cut").code == 0


def test_a_broken_file_is_refused_with_its_line_and_no_folder_is_made(done: Terminal) -> None:
    """The chain is broken at the second event."""
    done.must("incident export --out journal.jsonl")
    said = file(done).read_text("utf-8").replace("12 users", "13 users", 1)
    file(done, "broken.jsonl").write_text(said, "utf-8")
    answer = done.type("incident import broken.jsonl --folder new")
    assert (answer.code, answer.out) == (2, "")
    assert "broken.jsonl, line 5: incident INC-1: revision 2 is not what was stored" in answer.err
    assert not file(done, "new").exists()
    missing = done.type("incident import missing.jsonl --folder new")
    assert missing.code == 5
    assert "missing.jsonl: no such file" in missing.err


def test_a_dry_run_of_an_import_stores_nothing(done: Terminal) -> None:
    """Into a new folder, which is not made, and into the present one."""
    done.must("incident export --out journal.jsonl")
    answer = done.type("incident import journal.jsonl --folder new --dry-run")
    assert answer.out == "would be imported: 1 incident; 6 events, 2 commands\n"
    assert not file(done, "new").exists()
    assert done.type("incident import journal.jsonl --dry-run --json").data["skipped"] == 1


def test_open_commands_are_refused_unless_held(terminal: Terminal) -> None:
    """Then they wait for a person, and the timeline says since when and by whom."""
    terminal.reach("managing")
    terminal.must("incident export --out journal.jsonl")
    refused = terminal.type("incident import journal.jsonl --folder new")
    assert refused.code == 2
    assert "journal.jsonl: it has 2 commands that are still open, and two places would carry them out" in refused.err
    assert not file(terminal, "new").exists()
    held = terminal.type("incident import journal.jsonl --folder new --hold --by kim")
    assert held.code == 0
    assert "  2 commands that nobody carried out: retry, by-hand or skip each" in held.out
    waiting = terminal.type("incident outbox --waiting --folder new --json").data
    assert [(each["status"], each["error"]) for each in waiting] == [("failed", "imported while open")] * 2
    assert terminal.type("incident verify --folder new").code == 0
    retried = terminal.type("incident retry INC-1:3:0 --folder new")
    assert retried.code == 0


# ---- schema ----


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_is_printed(terminal: Terminal, name: str) -> None:
    """As JSON, whether asked for or not; nothing is needed for it."""
    answer = terminal.type(f"incident schema {name}")
    assert (answer.code, answer.err) == (0, "")
    assert answer.data["title"] == name
    assert terminal.type(f"incident schema {name} --json").out == answer.out
    assert not terminal.folder.exists()


def test_a_schema_of_something_else_is_bad_usage(terminal: Terminal) -> None:
    """With those there are."""
    answer = terminal.type("incident schema moon")
    assert answer.code == 2
    assert "policy" in answer.err


# ---- progress ----


class Screen(io.StringIO):
    """A terminal that keeps what is drawn on it."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def drawn(**how: Any) -> str:
    """What a bar draws on a terminal's standard error, while it goes to half."""
    screen, before = Screen(), sys.stderr
    sys.stderr = screen
    try:
        with progress("importing", **how) as at:
            at(512)
            at(512)  # it is said for each of many lines
    finally:
        sys.stderr = before
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.getvalue())


def test_a_bar_is_drawn_at_a_terminal() -> None:
    """With what is done of how much, as a number or in bytes; without an end, with what is done."""
    assert "importing" in drawn(total=lambda: 1024)
    assert "50%" in drawn(total=lambda: 1024)
    assert "512/1024" in drawn(total=lambda: 1024)
    assert "0.5/1.0 kB" in drawn(total=lambda: 1024, in_bytes=True)
    assert "512/?" in drawn()


def test_what_is_to_be_exported_is_counted_for_the_bar() -> None:
    """All incidents, or the one that was named."""
    engine = MemoryEngine()
    assert _transfer._how_many(engine, None) == 0
    assert _transfer._how_many(engine, "INC-1") == 1


def test_nothing_is_drawn_or_counted_where_no_terminal_is(capsys: pytest.CaptureFixture[str]) -> None:
    """What is piped stays as it is, and counting may cost."""

    def dear() -> int:
        raise AssertionError("counted")

    with progress("importing", dear) as at:
        at(5)
    assert capsys.readouterr() == ("", "")
