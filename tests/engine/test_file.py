"""What may become a journal, and what is refused untouched."""

import os
import sqlite3
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from incident_fsm.engine._file import _prepare, require_sqlite
from incident_fsm.engine._schema import APPLICATION_ID, MIGRATIONS
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.errors import JournalUnusable
from tests.engine.batches import (
    INCIDENT,
    POLICY,
    Clock,
    batch,
    claim,
    lanes,
    snapshot,
)
from tests.engine.journals import opened, plain, write_three

NOBODY = 65534


def test_a_new_journal_is_private(tmp_path: Path) -> None:
    """Only its owner can read the file, what SQLite puts beside it, and the folder that was made for it."""
    path = tmp_path / "new" / "journal.sqlite3"
    with opened(path) as engine:
        engine.commit(batch(1))
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert set(modes) == {"journal.sqlite3", "journal.sqlite3-wal", "journal.sqlite3-shm"}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_connection_has_the_settings_that_durability_needs(path: Path) -> None:
    """WAL, FULL, foreign keys, no trust in the schema, five seconds of patience; and the file says whose it is."""
    with opened(path) as engine:
        settings = {
            name: engine._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "busy_timeout")
        }
        assert settings == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "trusted_schema": 0,
            "busy_timeout": 5000,
        }
        assert engine._connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
        assert engine._connection.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
        tables = engine._connection.execute("SELECT name, strict FROM pragma_table_list WHERE name NOT LIKE 'sqlite_%'")
        assert {tuple(row) for row in tables} == {
            ("policies", 1),
            ("incidents", 1),
            ("events", 1),
            ("commands", 1),
        }


def test_everything_is_there_after_reopening(path: Path) -> None:
    """Incidents, events, commands with their claims, and policies outlive the engine."""
    clock = Clock()
    with opened(path) as engine:
        engine.keep_policy(POLICY, "{}")
        engine.commit(lanes("a", "b"))
        claim(engine, clock)
        before = engine.load(INCIDENT), list(engine.history(INCIDENT)), list(engine.commands())
    with opened(path) as engine:
        assert (engine.load(INCIDENT), list(engine.history(INCIDENT)), list(engine.commands())) == before
        assert engine.policy(POLICY) == "{}"
        engine.commit(batch(2))
        assert list(engine.verify()) == []


def test_a_path_may_hold_characters_that_mean_something_in_a_uri(tmp_path: Path) -> None:
    """Question marks, hashes, percent signs and spaces are a name like any other."""
    path = tmp_path / "a b?mode=memory#50%.db"
    with opened(path) as engine:
        engine.commit(batch(1))
    assert path.stat().st_size > 0


def test_a_relative_path_stays_where_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Changing the working folder after opening changes nothing."""
    monkeypatch.chdir(path.parent)
    with opened(Path(path.name)) as engine:
        monkeypatch.chdir("/")
        engine.commit(batch(1))
    assert path.exists()


def write_text(path: Path) -> None:
    """Make a text file."""
    path.write_text("Dear diary, " * 100, encoding="utf-8")


def write_foreign(path: Path) -> None:
    """Make another program's database, in WAL mode, without an application id."""
    with plain(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE theirs (a)")


def write_marked(path: Path) -> None:
    """Make a database that another program marked as its own, and left empty."""
    with plain(path) as connection:
        connection.execute("PRAGMA application_id = 42")


def write_versioned(path: Path) -> None:
    """Make a database without tables that has a version of another program's."""
    with plain(path) as connection:
        connection.execute("PRAGMA user_version = 1")


def write_newer(path: Path) -> None:
    """Make a journal of a version that does not exist yet."""
    write_three(path)
    with plain(path) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")


def write_torn(path: Path) -> None:
    """Make a journal, and lose all but its first page."""
    write_three(path)
    path.write_bytes(path.read_bytes()[:4096])


@pytest.mark.parametrize(
    ("write", "problem"),
    [
        (write_text, "is not a SQLite database"),
        (write_foreign, "is a database of another program"),
        (write_marked, "is a database of another program"),
        (write_versioned, "is a database of another program"),
        (write_newer, f"has version {len(MIGRATIONS) + 1}, and this program knows only those up to {len(MIGRATIONS)}"),
        (write_torn, "is damaged"),
    ],
)
def test_a_file_that_is_not_ours_is_refused_untouched(path: Path, write: Callable[[Path], None], problem: str) -> None:
    """Its bytes, its time of change and its folder are as they were; the message names the file and a remedy."""
    write(path)
    before = path.read_bytes(), path.stat().st_mtime_ns, sorted(path.parent.iterdir())
    with pytest.raises(JournalUnusable) as caught:
        SqliteEngine(path)
    assert (caught.value.where, caught.value.problem) == (str(path), problem)
    assert caught.value.remedy
    assert (path.read_bytes(), path.stat().st_mtime_ns, sorted(path.parent.iterdir())) == before


def test_a_link_is_refused_even_to_a_journal(path: Path) -> None:
    """Where a link leads can change; also one that leads nowhere makes no file there."""
    write_three(path)
    link, dangling = path.with_name("link"), path.with_name("dangling")
    link.symlink_to(path)
    dangling.symlink_to(path.with_name("nowhere"))
    for wrong in (link, dangling):
        with pytest.raises(JournalUnusable, match="is a link"):
            SqliteEngine(wrong)
    assert not path.with_name("nowhere").exists()


def test_a_folder_or_a_pipe_is_refused(tmp_path: Path) -> None:
    """Neither can be a journal, and nobody waits for a pipe's other end."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(JournalUnusable, match="is a folder"):
        SqliteEngine(tmp_path)
    with pytest.raises(JournalUnusable, match="is no ordinary file"):
        SqliteEngine(tmp_path / "pipe")
    assert [file.name for file in tmp_path.iterdir()] == ["pipe"]


def test_a_place_where_nothing_can_be_made_is_told(path: Path) -> None:
    """A file where the folder should be is the journal's problem, in the journal's words."""
    path.write_text("a file", encoding="utf-8")
    with pytest.raises(JournalUnusable, match="File exists"):
        SqliteEngine(path / "journal.sqlite3")


def test_an_empty_file_becomes_a_journal(path: Path) -> None:
    """So does what a crash left between creating the file and filling it."""
    path.touch()
    with opened(path) as engine:
        engine.commit(batch(1))
        assert engine.load(INCIDENT) == snapshot(1)


def test_a_sqlite_that_is_too_old_is_refused_by_name(path: Path) -> None:
    """The message says which version is needed and which there is."""
    require_sqlite(path, (3, 37, 0))
    with pytest.raises(JournalUnusable, match=r"needs SQLite 3\.37\.0, and this Python has 3\.36\.9"):
        require_sqlite(path, (3, 36, 9))


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Be somebody whom file modes hold back, as they do not hold back root."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(was)


def test_a_file_that_only_others_may_write_is_refused() -> None:
    """A reader who is not the owner learns what is missing; nothing is left open."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite3"
        write_three(path)
        path.chmod(0o444)
        path.parent.chmod(0o555)
        with ordinary_user(), pytest.raises(JournalUnusable) as caught:
            SqliteEngine(path)
        path.parent.chmod(0o755)
    assert caught.value.remedy == "get write access to the file and its folder"


def test_a_journal_that_becomes_read_only_still_reads(path: Path) -> None:
    """A commit is refused with a remedy; loading goes on."""
    with opened(path) as engine:
        engine.commit(batch(1))
        engine._connection.execute("PRAGMA query_only = ON")
        with pytest.raises(JournalUnusable, match="cannot be written to; get write access"):
            engine.commit(batch(2))
        assert engine.load(INCIDENT) == snapshot(1)


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_was_taken_away_acknowledges_nothing(path: Path, *, replaced: bool) -> None:
    """After deleting, or replacing by another file, a commit is an error: it would be lost with the old file."""
    with opened(path) as engine:
        engine.commit(batch(1))
        path.rename(path.with_name("moved"))
        if replaced:
            path.touch()
        with pytest.raises(JournalUnusable, match="was moved, deleted or replaced"):
            engine.commit(batch(2))
        path.with_name("moved").replace(path)
        engine.commit(batch(2))


def test_a_disk_without_write_ahead_log_is_refused(path: Path) -> None:
    """A file that stays in another journal mode (here: in memory) says so."""
    with (
        closing(sqlite3.connect(":memory:", isolation_level=None)) as connection,
        pytest.raises(JournalUnusable, match="its journal mode stays 'memory'"),
    ):
        _prepare(connection, path, 0)
