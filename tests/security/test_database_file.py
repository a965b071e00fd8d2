"""The journal's file: for its owner alone, never through a link, and with no trust in what its schema says."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.errors import JournalUnusable
from tests.engine.batches import INCIDENT, batch
from tests.engine.journals import opened, plain, write_three

THREAT = pytest.mark.threat("database file", rule="mode 0600, directory 0700, trusted_schema off, no link followed")


@contextmanager
def mask(said: int) -> Iterator[None]:
    """Have new files made with a mask for a while."""
    before = os.umask(said)
    try:
        yield
    finally:
        os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    """The mode of each file in a folder."""
    return {path.name: oct(stat.S_IMODE(path.lstat().st_mode)) for path in folder.iterdir()}


@THREAT
@pytest.mark.parametrize("said", [0o000, 0o022, 0o027])
def test_whatever_the_mask_only_the_owner_can_read(tmp_path: Path, said: int) -> None:
    """The file, its write-ahead log and its index are made with 0600, and the folder with 0700."""
    folder = tmp_path / "new"
    with mask(said), opened(folder / "journal.sqlite3") as engine:
        engine.commit(batch(1))
        assert modes(folder) == dict.fromkeys(
            ("journal.sqlite3", "journal.sqlite3-wal", "journal.sqlite3-shm"), "0o600"
        )
    assert oct(stat.S_IMODE(folder.stat().st_mode)) == "0o700"


@THREAT
def test_a_copy_that_is_opened_again_stays_as_private_as_its_file(tmp_path: Path) -> None:
    """What SQLite puts beside a file has the file's own mode, whatever the mask then is."""
    path = tmp_path / "journal.sqlite3"
    write_three(path)
    with mask(0), opened(path) as engine:
        engine.commit(batch(4))
        assert set(modes(tmp_path).values()) == {"0o600"}


@THREAT
@pytest.mark.parametrize("beside", ["", "-wal", "-shm", "-journal"])
def test_no_link_is_followed(tmp_path: Path, beside: str) -> None:
    """A link in place of the file, or of what SQLite puts beside it, leads nobody to write to another file."""
    folder, victim = tmp_path / "desk", tmp_path / "victim"
    folder.mkdir()
    victim.write_bytes(b"precious, and none of our business")
    path = folder / "journal.sqlite3"
    if beside:
        write_three(path)
    Path(f"{path}{beside}").symlink_to(victim)
    with suppress(JournalUnusable), opened(path) as engine:
        engine.commit(batch(4))
    assert victim.read_bytes() == b"precious, and none of our business"
    assert modes(tmp_path)["victim"] != "0o600", "not even its mode was touched"


@THREAT
def test_a_file_of_many_names_is_still_one_journal(tmp_path: Path) -> None:
    """A hard link is the file itself: the mode is its own, and what is beside it has the name that was opened."""
    path = tmp_path / "journal.sqlite3"
    write_three(path)
    (tmp_path / "other").hardlink_to(path)
    with opened(tmp_path / "other") as engine:
        assert len(list(engine.history(INCIDENT))) == 3
    assert modes(tmp_path)["other"] == "0o600"


@THREAT
@pytest.mark.parametrize(
    "schema",
    [
        "CREATE TRIGGER bad AFTER INSERT ON events BEGIN SELECT load_extension('/tmp/x'); END",
        "CREATE TRIGGER bad AFTER INSERT ON events BEGIN SELECT writefile('/tmp/x', 'x'); END",
        "CREATE TRIGGER bad AFTER INSERT ON events BEGIN SELECT fts3_tokenizer('simple'); END",
    ],
)
def test_a_schema_that_somebody_planted_gets_nothing_done(tmp_path: Path, schema: str) -> None:
    """A trigger with a function that does more than compute is an error of the file, and nothing is stored."""
    path = tmp_path / "journal.sqlite3"
    write_three(path)
    with plain(path) as connection:
        connection.execute(schema)
    with opened(path) as engine:
        with pytest.raises(JournalUnusable) as caught:
            engine.commit(batch(4))
        assert caught.value.remedy
        assert len(list(engine.history(INCIDENT))) == 3


@THREAT
def test_extensions_cannot_be_loaded(tmp_path: Path) -> None:
    """Not by a statement either: Python leaves that off, and nobody turns it on."""
    with opened(tmp_path / "journal.sqlite3") as engine:
        with pytest.raises(Exception, match="not authorized"):
            engine._connection.execute("SELECT load_extension('/tmp/x')")
        assert engine._connection.execute("PRAGMA trusted_schema").fetchone()[0] == 0


@THREAT
def test_what_is_no_ordinary_file_is_refused(tmp_path: Path) -> None:
    """A pipe, a device, a folder; and nobody waits for the pipe's other end."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for wrong in (tmp_path / "pipe", tmp_path / "folder", Path("/dev/null"), Path("/dev/zero")):
        with pytest.raises(JournalUnusable) as caught:
            SqliteEngine(wrong)
        assert caught.value.remedy == "name the file itself"
