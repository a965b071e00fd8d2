"""The board as files: every page written whole, and pages that no longer belong to it taken away.

A page of an incident that is over, or was restricted since, would go on telling how it once stood. So a page of ours
that is not written anew is removed; a file that is not ours, by its mark, is left alone.
"""

from pathlib import Path

from attrs import frozen

from incident_fsm.adapters._files import ORDINARY, PRIVATE, NewFile, check_folder, own_folder, write_all
from incident_fsm.board.links import page_of
from incident_fsm.board.pages import Board

MARK = b'<meta name="generator" content="incident_fsm board">'
"""What a page of ours has in its head."""

_HEAD = 4096


@frozen
class Written:
    """What was done: the files written, the index last, and those removed."""

    pages: tuple[Path, ...]
    removed: tuple[Path, ...]


def write(board: Board, folder: Path) -> Written:
    """Write every page into a folder, which is made if need be; all pages or none. Raises `OSError` where it cannot.

    Pages with restricted incidents can be read by their owner alone.
    """
    pages, removed = planned(board, folder)
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        own_folder(folder)
    check_folder(folder)
    write_all(pages)
    for old in removed:
        old.unlink(missing_ok=True)
    return Written(tuple(page.path for page in pages), removed)


def planned(board: Board, folder: Path) -> tuple[list[NewFile], tuple[Path, ...]]:
    """Say what would be written and what removed, and change nothing."""
    mode = PRIVATE if board.restricted else ORDINARY
    pages = [NewFile(folder / name, text.encode(), mode) for name, text in board.all()]
    names = {page.path.name for page in pages}
    old = sorted(folder.glob(page_of("*"))) if folder.is_dir() else []
    return pages, tuple(path for path in old if path.name not in names and _is_ours(path))


def _is_ours(path: Path) -> bool:
    """Whether a file is a page of a board."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return MARK in file.read(_HEAD)
