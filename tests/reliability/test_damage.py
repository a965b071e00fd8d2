"""F13: torn logs and flipped bits. What opens is what was written, up to some event; or the damage is told.

More of it: `DAMAGES=2000`.
"""

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from attrs import fields, has

from incident_fsm.adapters import Rejected
from incident_fsm.desk import Desk
from incident_fsm.engine import Query
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.errors import IncidentFsmError
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock
from tests.cli.terminal import Terminal
from tests.engine.journals import plain
from tests.reliability.amounts import DAMAGES
from tests.shell.world import Pen, Scripted

Record = Callable[[str, object], None]


def fill(path: Path, *, copied_to: Path | None = None) -> None:
    """Write a journal with two incidents; copy it with its log before it is closed, as a power cut would leave it."""
    clock = FrozenClock()
    pen = Pen(clock)
    with closing(SqliteEngine(path)) as engine:
        desk = Desk(engine, load_shipped(), [Scripted(Rejected(why="no rights"))], now=clock)
        for incident_id in ("INC-1", "INC-2"):
            desk.step(incident_id, *pen.beginning(incident_id))
            desk.deliver()
            for number in range(6):
                desk.step(incident_id, pen.noted(f"note {number}"))
            desk.deliver()
        if copied_to is not None:
            for file in path.parent.glob(f"{path.name}*"):
                if not file.name.endswith("-shm"):
                    shutil.copy(file, copied_to / file.name)


def content(engine: SqliteEngine) -> dict[str, list[object]]:
    """Everything that a journal says."""
    shown = list(engine.find(Query()))
    return {
        "snapshots": [*shown],
        "events": [record for each in shown for record in engine.history(each.incident_id)],
        "commands": [*engine.commands()],
        "policies": [engine.policy(digest) for digest in sorted({each.policy for each in shown})],
    }


@pytest.fixture(scope="module")
def torn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a journal as a power cut leaves it: the log is full, and nothing was cleared up."""
    folder = tmp_path_factory.mktemp("torn")
    fill(tmp_path_factory.mktemp("whole") / "journal.sqlite3", copied_to=folder)
    return folder


@pytest.mark.fault(
    "F13",
    sees="nothing: what was being written when the power failed is not there, all before it is",
    guaranteed="a torn log opens as an exact prefix of what was written, and verifies",
)
def test_a_torn_log_is_a_prefix(torn: Path, tmp_path: Path, record_property: Record) -> None:
    """Cut at any byte, or garbage from any byte on: the first so many events of each incident, and a whole chain."""
    dice = random.Random(13)  # noqa: S311  dice, not secrets
    log = (torn / "journal.sqlite3-wal").read_bytes()
    with closing(SqliteEngine(copied(torn, tmp_path / "all"))) as engine:
        written = {shown.incident_id: list(engine.history(shown.incident_id)) for shown in engine.find(Query())}
    lengths: Counter[int] = Counter()
    for number in range(DAMAGES):
        path = copied(torn, tmp_path / str(number))
        cut = dice.randrange(len(log))
        garbage = dice.randbytes(len(log) - cut) if number % 2 else b""
        path.with_name(path.name + "-wal").write_bytes(log[:cut] + garbage)
        with closing(SqliteEngine(path)) as engine:
            found = {shown.incident_id: list(engine.history(shown.incident_id)) for shown in engine.find(Query())}
            for incident_id, records in found.items():
                assert records == written[incident_id][: len(records)]
            assert list(Desk(engine, load_shipped()).verify()) == []
            lengths[sum(map(len, found.values()))] += 1
        shutil.rmtree(path.parent)
    assert len(lengths) > min(DAMAGES, 10) / 2, "every cut gave the same"
    record_property("figures", f"{DAMAGES} torn logs: {len(lengths)} different lengths, each an exact prefix")


def copied(folder: Path, to: Path) -> Path:
    """Copy a journal with its log."""
    shutil.copytree(folder, to)
    return to / "journal.sqlite3"


def flipped(content: bytes, spots: list[int]) -> bytes:
    """Flip some bits."""
    damaged = bytearray(content)
    for spot in spots:
        damaged[spot // 8] ^= 1 << spot % 8
    return bytes(damaged)


def examined(path: Path, written: dict[str, list[object]]) -> tuple[str, list[str]]:
    """Open a damaged journal: what became of it, and what reads otherwise without anything being told."""
    before = path.read_bytes()
    try:
        with closing(SqliteEngine(path)) as engine:
            told = list(Desk(engine, load_shipped()).verify())
            if told:
                return "found", []
            changed = list(differences(written, content(engine)))
            return ("silent", changed) if changed else ("hit nothing", [])
    except IncidentFsmError:
        # Whoever is refused at the door leaves the file alone.
        assert path.read_bytes() == before or path.read_bytes()[100:] == before[100:]
        return "refused", []


_BOOKKEEPING = {"attempts", "attempted_at", "not_before", "lease_until", "in_doubt", "error"}
"""What the runner notes of its attempts follows from nothing that is kept, so a flip in it is found only by luck."""


def differences(written: dict[str, list[object]], found: dict[str, list[object]]) -> Iterator[str]:
    """Say what reads otherwise than it was written, the runner's own notes aside."""
    for kind, records in written.items():
        if len(records) != len(found[kind]):
            yield f"{kind}: {len(found[kind])} instead of {len(records)}"
        for old, new in zip(records, found[kind], strict=False):
            if differing := _differing(old, new):
                yield f"{kind}: {differing}"


def _differing(old: Any, new: Any) -> str:
    """Name the fields that differ; empty where none does."""
    if not has(type(old)):
        return "" if old == new else f"{old!r:.60} -> {new!r:.60}"
    names = [field.name for field in fields(type(old)) if field.name not in _BOOKKEEPING]
    changed = [name for name in names if getattr(old, name) != getattr(new, name)]
    return ", ".join(f"{name}: {getattr(old, name)!r:.60} -> {getattr(new, name)!r:.60}" for name in changed)


@pytest.mark.fault(
    "F13",
    sees="exit code 1, and a line that names the page or the incident",
    guaranteed="`incident verify` finds a corrupted page and overwrites nothing",
)
def test_a_corrupted_page_is_named_by_verify(tmp_path: Path) -> None:
    """The page that holds the events is overwritten with garbage: told, and the file stays byte for byte as it is."""
    terminal = Terminal(tmp_path)
    terminal.reach("managing")
    path = terminal.folder / "journal.sqlite3"
    with plain(path) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'events'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    damaged = bytearray(path.read_bytes())
    damaged[(page - 1) * size : page * size] = random.Random(1).randbytes(size)  # noqa: S311  dice, not secrets
    path.write_bytes(damaged)
    answer = terminal.type("incident verify")
    assert answer.code in {1, 5}
    assert "damaged" in answer.out + answer.err or "malformed" in answer.out + answer.err or "page" in answer.out
    assert path.read_bytes() == bytes(damaged)
