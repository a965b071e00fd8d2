"""F14 and F18: what older versions wrote opens, verifies, and leads to the same states; what is not ours is refused."""

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from incident_fsm.desk import JOURNAL, Desk
from incident_fsm.engine import CommandStatus
from incident_fsm.engine._schema import MIGRATIONS
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.errors import JournalUnusable
from incident_fsm.events import NoteTaken
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock
from tests.cli.terminal import Terminal
from tests.engine import test_file as files
from tests.reliability.golden import FOLDER, told
from tests.shell.world import Pen, Scripted

VERSIONS = sorted(FOLDER.glob("version-*.sqlite3"), key=lambda file: int(file.stem.partition("-")[2]))


@pytest.fixture(params=VERSIONS, ids=lambda file: file.stem)
def old(request: pytest.FixtureRequest, path: Path) -> tuple[Path, dict[str, object]]:
    """A copy of a journal that a released version wrote, and what is expected of it."""
    kept: Path = request.param
    shutil.copyfile(kept, path)
    expected: dict[str, object] = json.loads(kept.with_suffix(".json").read_text("utf-8"))
    return path, expected


def test_every_version_has_a_journal_in_the_tree() -> None:
    """From the first to the newest: a new version comes with its own (`python -m tests.reliability.golden`)."""
    assert [file.stem for file in VERSIONS] == [f"version-{number + 1}" for number in range(len(MIGRATIONS))]


@pytest.mark.fault(
    "F14",
    sees="nothing: the journal is brought to the newest version when it is opened",
    guaranteed="every released version opens, verifies, and goes on",
)
@pytest.mark.fault(
    "F18",
    sees="nothing",
    guaranteed="an old journal leads to the same states and command ids for ever",
)
def test_an_old_journal_leads_to_the_same_states_and_commands(old: tuple[Path, dict[str, object]]) -> None:
    """Opened, verified (each event replayed, each snapshot and command compared), and as it is written down."""
    path, expected = old
    with closing(SqliteEngine(path)) as engine:
        desk = Desk(engine, load_shipped())
        assert list(desk.verify()) == []
        assert told(engine) == expected


def test_an_old_journal_goes_on(old: tuple[Path, dict[str, object]]) -> None:
    """What waited is delivered, what is told is accepted, and the chain stays whole."""
    path, _ = old
    clock = FrozenClock()
    clock.pass_by(days=1)
    with closing(SqliteEngine(path)) as engine:
        desk = Desk(engine, load_shipped(), [Scripted()], now=clock)
        assert len(desk.deliver()) == 4
        desk.step("INC-2026-10", Pen(clock)(NoteTaken, id="later", text="It goes on."))
        desk.deliver()
        assert {record.status for record in desk.outbox("INC-2026-10")} == {CommandStatus.DONE}
        assert list(desk.verify()) == []


@pytest.mark.fault(
    "F14",
    sees="exit code 5 and a sentence that names the file, what it is, and what to do",
    guaranteed="a file that is not a journal, or a newer one, is refused with its bytes untouched",
)
@pytest.mark.parametrize(
    "write",
    [
        files.write_text,
        files.write_foreign,
        files.write_marked,
        files.write_versioned,
        files.write_newer,
        files.write_torn,
    ],
)
def test_what_is_not_ours_is_refused_by_every_door(tmp_path: Path, write: Callable[[Path], None]) -> None:
    """By the desk and by the command; not a byte is changed, and nothing appears beside it."""
    terminal = Terminal(tmp_path)
    terminal.folder.mkdir()
    path = terminal.folder / JOURNAL
    write(path)
    before = path.read_bytes(), path.stat().st_mtime_ns, sorted(terminal.folder.iterdir())
    with pytest.raises(JournalUnusable):
        Desk.in_folder(terminal.folder)
    for line in ("incident list", "incident note INC-1 hello", "incident deliver", "incident verify"):
        answer = terminal.type(line)
        assert answer.code == 5
        assert str(path) in answer.err
    assert (path.read_bytes(), path.stat().st_mtime_ns, sorted(terminal.folder.iterdir())) == before
