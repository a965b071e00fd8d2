"""Files that are either all there or not touched: staged beside their place, then renamed into it.

Everything that takes room or time happens before the first rename, so a full or read-only disk leaves what was there.
A crash can leave a hidden `.….tmp` file behind, never half a page. No symbolic link is followed below the folder that
the user named: a link there was made by somebody else, to have us write elsewhere.
"""

import errno
import os
import stat
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from attrs import frozen

PRIVATE, ORDINARY = 0o600, 0o644
"""Modes of files: for those who handle a security breach, and for anybody who may enter the folder."""

_OWN_FOLDER = 0o700


class HalfWritten(OSError):
    """Some files are in their place and some are not. Doing the same again completes them."""


@frozen
class NewFile:
    """A file to be written."""

    path: Path
    content: bytes
    mode: int = ORDINARY


def own_folder(path: Path) -> None:
    """Make sure of a folder of ours, open to us alone. Its parent must be there. Refuses a link, and anything else."""
    with suppress(FileExistsError):
        path.mkdir(mode=_OWN_FOLDER)
    check_folder(path)


def check_folder(path: Path) -> None:
    """Refuse what is not a folder itself: `FileNotFoundError` where there is nothing."""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        raise OSError(errno.ELOOP, "is a symbolic link, and those are not followed here", str(path))
    if not stat.S_ISDIR(mode):
        raise NotADirectoryError(errno.ENOTDIR, "is in the way: it is no folder", str(path))


def read(path: Path) -> bytes | None:
    """Read a file; None where there is none. A link is refused."""
    try:
        with open(path, "rb", opener=_open_itself) as file:
            return file.read()
    except FileNotFoundError:
        return None


def _open_itself(path: str, flags: int) -> int:
    """Open a file, and not what a link in its place points at."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))


def write_all(files: Sequence[NewFile]) -> None:
    """Write files, all or none; the last one only once the others are in place.

    Raises `OSError` where nothing was changed, and `HalfWritten` where a rename failed after another had succeeded.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for file in files:
            staged.append((_stage(file), file.path))  # noqa: PERF401  what is staged must be known if the next one fails
        _rename(staged)
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)


def _stage(file: NewFile) -> Path:
    """Write a file beside its place, down to the disk."""
    # mkstemp opens with O_EXCL and O_NOFOLLOW, and mode 0600 until all of it is there.
    opened, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=file.path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(opened, "wb") as stream:
            stream.write(file.content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(file.mode)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _rename(staged: Sequence[tuple[Path, Path]]) -> None:
    """Put the staged files in place, and the folders' knowledge of them onto the disk."""
    for number, (temporary, path) in enumerate(staged):
        try:
            temporary.replace(path)
        except OSError as error:
            if number:
                raise HalfWritten(error.errno, error.strerror, str(path)) from error
            raise
    try:
        for folder in dict.fromkeys(path.parent for _, path in staged):
            _sync(folder)
    except OSError as error:
        raise HalfWritten(error.errno, error.strerror, error.filename) from error


def _sync(folder: Path) -> None:
    """Make renames in a folder survive a power cut, where the system lets a folder be opened (Windows does not)."""
    if os.name == "nt":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
