"""Tests of `incident_fsm.adapters._files`."""

import errno
from pathlib import Path

import pytest

from incident_fsm.adapters import _files as files


def test_files_are_written_with_their_modes_and_nothing_else_is_left(tmp_path: Path) -> None:
    """What is for few is open to its owner alone, from its first byte."""
    secret = files.NewFile(tmp_path / "secret", b"1", files.PRIVATE)
    files.write_all([secret, files.NewFile(tmp_path / "page", b"2")])
    assert {path.name for path in tmp_path.iterdir()} == {"secret", "page"}
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "page").stat().st_mode & 0o777 == 0o644
    assert files.read(tmp_path / "page") == b"2"


def test_a_file_that_cannot_be_staged_leaves_everything_as_it_was(tmp_path: Path) -> None:
    """The second folder is not there, so the first file is not touched either."""
    (tmp_path / "page").write_bytes(b"old")
    with pytest.raises(FileNotFoundError):
        files.write_all([files.NewFile(tmp_path / "page", b"new"), files.NewFile(tmp_path / "gone" / "entry", b"1")])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"page": b"old"}


def test_a_first_rename_that_fails_changes_nothing(tmp_path: Path) -> None:
    """A folder stands where the page belongs: nothing is written, and nothing is left lying about."""
    (tmp_path / "page").mkdir()
    with pytest.raises(OSError, match="page") as caught:
        files.write_all([files.NewFile(tmp_path / "page", b"1"), files.NewFile(tmp_path / "entry", b"2")])
    assert not isinstance(caught.value, files.HalfWritten)
    assert [path.name for path in tmp_path.iterdir()] == ["page"]


def test_a_later_rename_that_fails_says_that_it_is_half_done(tmp_path: Path) -> None:
    """Then nobody may believe that nothing happened."""
    (tmp_path / "entry").mkdir()
    with pytest.raises(files.HalfWritten) as caught:
        files.write_all([files.NewFile(tmp_path / "page", b"1"), files.NewFile(tmp_path / "entry", b"2")])
    assert caught.value.filename == str(tmp_path / "entry")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["entry", "page"]


def test_a_link_in_place_of_a_page_is_replaced_and_never_followed(tmp_path: Path) -> None:
    """What it points at stays as it was; to read through it is refused."""
    (tmp_path / "theirs").write_bytes(b"theirs")
    (tmp_path / "page").symlink_to(tmp_path / "theirs")
    with pytest.raises(OSError, match="page") as caught:
        files.read(tmp_path / "page")
    assert caught.value.errno == errno.ELOOP
    files.write_all([files.NewFile(tmp_path / "page", b"ours")])
    assert (tmp_path / "theirs").read_bytes() == b"theirs"
    assert not (tmp_path / "page").is_symlink()


def test_a_folder_of_ours_is_open_to_us_alone_and_may_be_there_already(tmp_path: Path) -> None:
    """Made with mode 0700; a second time changes nothing."""
    for _ in range(2):
        files.own_folder(tmp_path / "INC-1")
    assert (tmp_path / "INC-1").stat().st_mode & 0o777 == 0o700


def test_a_link_or_a_file_is_no_folder_of_ours(tmp_path: Path) -> None:
    """Neither a link to a folder, nor one to nothing, nor a file is taken for one."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    (tmp_path / "file").write_bytes(b"")
    for name, code in (("link", errno.ELOOP), ("dangling", errno.ELOOP), ("file", errno.ENOTDIR)):
        with pytest.raises(OSError, match=name) as caught:
            files.own_folder(tmp_path / name)
        assert caught.value.errno == code
    with pytest.raises(FileNotFoundError):
        files.check_folder(tmp_path / "nothing")
    assert files.read(tmp_path / "nothing") is None
