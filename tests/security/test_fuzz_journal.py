"""The door for files: whatever stands where the journal should be, it is opened or refused, and left as it was."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incident_fsm.adapters import Absent, Receipt, Rejected
from incident_fsm.adapters.folder import FolderAdapter
from incident_fsm.desk import Desk
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.errors import IncidentFsmError, JournalUnusable
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock
from tests.adapters.deliveries import every_type
from tests.engine.journals import plain
from tests.security.hostile import tried
from tests.shell.world import Pen, Scripted


def told(path: Path) -> Path:
    """Make a journal with an incident and its commands, some of them delivered, all of it in one file."""
    clock = FrozenClock()
    pen = Pen(clock)
    with Desk(SqliteEngine(path), load_shipped(), [Scripted()], now=clock) as desk:
        desk.step("INC-1", *pen.beginning())
        desk.deliver()
        desk.step("INC-1", pen.noted("something to be said"))
    with plain(path) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a journal that is whole."""
    return told(tmp_path_factory.mktemp("whole") / "journal.sqlite3").read_bytes()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where files are put."""
    return tmp_path_factory.mktemp("place") / "journal.sqlite3"


def put(place: Path, content: bytes) -> None:
    """Put a file there, and nothing beside it."""
    for beside in ("", "-wal", "-shm", "-journal"):
        Path(f"{place}{beside}").unlink(missing_ok=True)
    place.write_bytes(content)


SHARED = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.threat("deserialisation", rule="a file that is not ours is refused and left as it was")
@SHARED
@given(
    said=st.binary(min_size=2, max_size=300),  # to SQLite a file of one byte is an empty one
    head=st.sampled_from((b"", b"SQLite format 3\x00")),
    tail=st.sampled_from((b"", bytes(4096))),
)
def test_a_file_of_any_bytes_is_refused_untouched(place: Path, said: bytes, head: bytes, tail: bytes) -> None:
    """Garbage, also behind SQLite's own first words: a problem and a remedy, and not a byte is changed."""
    content = head + said + tail
    put(place, content)
    with pytest.raises(JournalUnusable) as caught:
        SqliteEngine(place)
    assert caught.value.problem
    assert caught.value.remedy
    assert place.read_bytes() == content
    assert [path.name for path in place.parent.iterdir()] == [place.name]


@pytest.mark.threat("database file", rule="what a damaged file makes of a call is a documented error, or an answer")
@SHARED
@given(
    at=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=4),
    size=st.floats(0.2, 1) | st.just(1.0),
)
def test_a_journal_with_changed_bytes_is_refused_or_read(
    place: Path, whole: bytes, at: list[tuple[float, int]], size: float
) -> None:
    """Never another error than ours, whichever call meets the damage."""
    content = bytearray(whole)
    for where, value in at:
        content[int(where * len(content))] = value
    put(place, bytes(content[: int(size * len(content))]))
    clock = FrozenClock()
    engine, error = tried(JournalUnusable, lambda: SqliteEngine(place))
    if engine is None:
        assert error is not None
        assert error.remedy
        return
    pen = Pen(clock)
    with Desk(engine, load_shipped(), [Scripted()], now=clock) as desk:
        calls: tuple[Callable[[], object], ...] = (
            lambda: list(engine.verify()),
            lambda: list(desk.find()),
            lambda: desk.timeline("INC-1"),
            desk.outbox,
            desk.remind,
            desk.deliver,
            lambda: desk.handle("INC-1", pen.noted()),
        )
        for call in calls:
            with suppress(IncidentFsmError):
                call()


# ---- the folder ----

_NAMES = st.text(
    st.characters(categories=("L", "N", "P", "S", "Zs", "Cc"), include_characters="./\\-~:"), min_size=1, max_size=70
)


@pytest.mark.threat("path traversal in file adapters", rule="names from [A-Za-z0-9-]{1,64} ids, never from titles")
@settings(max_examples=60)
@given(index=st.integers(0, 14), incident_id=_NAMES, title=_NAMES)
def test_a_command_of_any_id_and_title_stays_in_its_folder(
    tmp_path_factory: pytest.TempPathFactory, index: int, incident_id: str, title: str
) -> None:
    """Either one folder of that very name, with files whose names no text had a part in; or nothing at all."""
    delivery = every_type()[index]
    place = tmp_path_factory.mktemp("out")
    hostile = evolve(delivery.command, incident_id=incident_id, id=f"{incident_id}:3:0")
    if hasattr(hostile, "title"):
        hostile = evolve(hostile, title=title)  # type: ignore[call-arg]  # most have one
    adapter = FolderAdapter(place / "root")
    outcome = adapter.deliver(hostile, delivery.context)
    assert {path.name for path in place.iterdir()} <= {"root"}
    if isinstance(outcome, Receipt):
        assert [path.name for path in (place / "root").iterdir()] == [incident_id]
        names = {path.name for path in (place / "root" / incident_id).iterdir()}
        assert names <= PAGES
    else:
        assert isinstance(outcome, Rejected)
        assert adapter.find(hostile, delivery.context) == Absent()


PAGES = {
    ".commands", "status-page.html", "thread.md", "support-case_1.md", "permanent-fix-issue.md", "incident-report.md",
    "incident-report.html", "runbook.md", "post-mortem.ics", "post-mortem.txt", "redirect.md", "reminders.md",
    "security-report.md",
}  # fmt: skip
"""Every name there is."""
