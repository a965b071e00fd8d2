"""The board as files: whole or not at all, and no page that tells of what is no more."""

from pathlib import Path

import pytest

from incident_fsm import events as e
from incident_fsm.board import Board, write
from incident_fsm.board.files import planned
from tests.board.wall import Clock, open_wall
from tests.documents import airflow


def test_the_index_is_written_last_and_every_page_is_there(own: Path) -> None:
    """A page for each open incident that may be shown, the metrics, the index; folders are made."""
    with open_wall(own) as desk:
        done = write(Board(desk), own / "a" / "board")
    assert [page.name for page in done.pages][-2:] == ["metrics.html", "index.html"]
    assert {page.name for page in (own / "a" / "board").iterdir()} == {page.name for page in done.pages}
    assert len(done.pages) == 8


def test_the_page_of_what_is_over_is_taken_away_and_nothing_else_is(own: Path) -> None:
    """A file of somebody else's keeps its place, whatever its name; a link is left alone."""
    folder = own / "board"
    with open_wall(own) as desk:
        assert isinstance(desk.now, Clock)
        write(Board(desk), folder)
        theirs = folder / "incident-notes.html"
        theirs.write_text("<h1>mine</h1>")
        (folder / "incident-link.html").symlink_to(folder / "incident-INC-2026-08.html")
        (folder / "incident-folder.html").mkdir()
        desk.step(
            "INC-2026-08", e.CandidateDismissed(id="over", at=airflow.at(104), by="ada", override_reason="a test")
        )
        assert planned(Board(desk), folder)[1] == (folder / "incident-INC-2026-08.html",)
        assert (folder / "incident-INC-2026-08.html").exists()
        done = write(Board(desk), folder)
    assert done.removed == (folder / "incident-INC-2026-08.html",)
    assert not (folder / "incident-INC-2026-08.html").exists()
    assert theirs.read_text() == "<h1>mine</h1>"


def test_pages_that_tell_of_restricted_incidents_are_their_owners_alone(own: Path) -> None:
    """And without them, whoever may enter the folder may read."""
    with open_wall(own) as desk:
        [told, *_] = write(Board(desk, restricted=True), own / "secret").pages
        [open_one, *_] = write(Board(desk), own / "open").pages
        assert (told.stat().st_mode & 0o777, open_one.stat().st_mode & 0o777) == (0o600, 0o644)
        again = write(Board(desk), own / "secret")
        assert own / "secret" / "incident-INC-2026-12.html" in again.removed


def test_where_nothing_can_be_written_nothing_is(own: Path) -> None:
    """A file in the way of the folder, or a folder in the way of a page."""
    with open_wall(own) as desk:
        (own / "file").write_text("in the way")
        with pytest.raises(OSError, match="in the way"):
            write(Board(desk), own / "file")
        folder = own / "board"
        (folder / "incident-INC-2026-13.html").mkdir(parents=True)
        with pytest.raises(OSError, match=r"incident-INC-2026-13\.html"):
            write(Board(desk), folder)
        assert [each.name for each in folder.iterdir()] == ["incident-INC-2026-13.html"]
