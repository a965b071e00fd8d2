"""Tests of `incident_fsm.adapters._entries`."""

import json
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given

from incident_fsm.adapters import _entries as entries
from incident_fsm.commands import Command
from incident_fsm.errors import CodecError
from incident_fsm.testing import arbitrary_commands
from tests.documents.airflow import ID, airflow

FIRST = airflow().commands[0]


def stored(folder: Path, command: Command, page: str = "page") -> Path:
    """An entry on the disk."""
    path = entries.path_of(command, folder, page)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(entries.encode(command, {"page.md": b"text"}))
    return path


@given(arbitrary_commands())
def test_every_command_comes_back_from_its_entry(command: Command) -> None:
    """With the digest of each file that was written for it."""
    entry = entries._decode(entries.encode(command, {"page.md": b"text"}), Path("entry"))
    assert entry.command == command
    assert entry.digests == {"page.md": entries.digest(b"text")}


def test_an_entry_is_found_by_its_command_and_nothing_else(tmp_path: Path) -> None:
    """Another position, revision or page is another entry."""
    path = stored(tmp_path, FIRST)
    assert path.name == "page-00000003-0000.json"
    found = entries.find(FIRST, tmp_path, "page")
    assert found is not None
    assert found.command == FIRST
    assert entries.find(FIRST, tmp_path, "other") is None
    assert entries.find(evolve(FIRST, id=f"{ID}:3:1"), tmp_path, "page") is None


def test_the_entries_of_a_page_come_in_the_order_of_their_commands(tmp_path: Path) -> None:
    """By number and not by letter, however long the incident; those of other pages, and litter, are not among them."""
    ids = [f"{ID}:{revision}:{position}" for revision, position in ((2, 0), (10, 0), (10, 2), (123456789, 0))]
    for said in (ids[3], ids[1], ids[0], ids[2]):
        stored(tmp_path, evolve(FIRST, id=said))
    stored(tmp_path, FIRST, "page-2")
    stored(tmp_path, FIRST, "pages")
    (tmp_path / entries.FOLDER / ".abc.tmp").write_bytes(b"half")
    (tmp_path / entries.FOLDER / "notes.txt").write_bytes(b"litter")
    assert [entry.command.id for entry in entries.of_page(tmp_path, "page")] == ids


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"[]", b"{}", b'{"command": 1, "files": {}}', b'{"command": {"type": "X"}, "files": {}}', b"null"],
)
def test_a_damaged_entry_is_named(tmp_path: Path, content: bytes) -> None:
    """Which file, and what to do: nobody guesses what was in it."""
    path = stored(tmp_path, FIRST)
    path.write_bytes(content)
    with pytest.raises(CodecError) as caught:
        entries.find(FIRST, tmp_path, "page")
    assert str(path) in str(caught.value)
    assert "move it away and retry" in str(caught.value)


def test_an_entry_whose_files_are_no_mapping_is_damaged(tmp_path: Path) -> None:
    """Its command alone is not enough."""
    path = stored(tmp_path, FIRST)
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"files": ["page.md"]}), "utf-8")
    with pytest.raises(CodecError):
        entries.find(FIRST, tmp_path, "page")


def test_a_command_without_a_proper_id_has_no_entry(tmp_path: Path) -> None:
    """No name is made from what is not an id."""
    with pytest.raises(CodecError, match="no command id"):
        entries.path_of(evolve(FIRST, id="../../etc/passwd"), tmp_path, "page")
