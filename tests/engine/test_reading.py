"""A journal that is opened to be read alone."""

from contextlib import closing
from pathlib import Path

import pytest

from incident_fsm.engine import Query
from incident_fsm.engine._schema import APPLICATION_ID, MIGRATIONS, require_newest
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.errors import JournalUnusable
from tests.engine.batches import INCIDENT, POLICY, Clock, batch
from tests.engine.journals import opened, plain, write_three


def test_everything_is_read_and_the_file_stays_as_it_is(path: Path) -> None:
    """Expect what was committed, the very same bytes afterwards, and no other file left behind."""
    write_three(path)
    before = path.read_bytes()
    with closing(SqliteEngine(path, read_only=True)) as engine:
        assert [one.revision for one in engine.find(Query())] == [3]
        assert [one.revision for one in engine.history(INCIDENT)] == [1, 2, 3]
        assert engine.policy(POLICY) == "{}"
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_what_another_writes_meanwhile_is_read_too(path: Path) -> None:
    """Expect a reader to see commits that come after it, as every engine does."""
    write_three(path)
    with closing(SqliteEngine(path, read_only=True)) as engine, opened(path) as writer:
        writer.commit(batch(4))
        assert [one.revision for one in engine.find(Query())] == [4]


def test_nothing_is_written(path: Path, clock: Clock) -> None:
    """Expect every call that would change the journal to be refused."""
    write_three(path)
    before = path.read_bytes()
    with closing(SqliteEngine(path, read_only=True)) as engine:
        for change in (
            lambda: engine.commit(batch(4)),
            lambda: engine.keep_policy("another", "{}"),
            lambda: engine.run(Nobody(), clock, lambda: False),
        ):
            with pytest.raises(JournalUnusable, match="cannot be written to"):
                change()
    assert path.read_bytes() == before


class Nobody:
    """A worker that must not be given anything."""

    def work(self, record: object) -> None:
        """Fail."""
        raise AssertionError(record)


def test_what_is_not_there_is_not_made(path: Path) -> None:
    """Expect no file and no folder."""
    wrong = path.parent / "nowhere" / "journal.sqlite3"
    with pytest.raises(JournalUnusable, match="there is no journal"):
        SqliteEngine(wrong, read_only=True)
    assert not wrong.parent.exists()


def test_what_is_no_journal_or_an_older_one_is_refused_as_it_is(path: Path) -> None:
    """Expect a folder, a link, another program's file, an empty file and an older version each to be named."""
    write_three(path)
    link, empty = path.with_name("link"), path.with_name("empty")
    link.symlink_to(path)
    empty.touch()
    for wrong, problem in ((path.parent, "is a folder"), (link, "is a link"), (empty, "has version 0")):
        with pytest.raises(JournalUnusable, match=problem):
            SqliteEngine(wrong, read_only=True)
    assert empty.stat().st_size == 0
    with plain(path) as connection:
        require_newest(connection, str(path))
        now = len(MIGRATIONS)
        with pytest.raises(JournalUnusable, match=f"has version {now}, and reading needs version {now + 1}"):
            require_newest(connection, str(path), newest=now + 1)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID + 1:d}")
    with pytest.raises(JournalUnusable, match="another program"):
        SqliteEngine(path, read_only=True)
