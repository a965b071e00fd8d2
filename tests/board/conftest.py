"""The desk of `wall.py`, made once for the tests that only look at it, and a browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from incident_fsm.board import Board, write
from incident_fsm.desk import JOURNAL, Desk
from tests.board.wall import open_wall, wall

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--disable-gpu", "--disable-quic", "--disable-sync", "--no-first-run")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the desk's journal. Nothing may be told to it."""
    place = tmp_path_factory.mktemp("wall")
    wall(place).close()
    return place


@pytest.fixture
def own(folder: Path, tmp_path: Path) -> Path:
    """A folder with a journal like it, for this test alone."""
    shutil.copy(folder / JOURNAL, tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def desk(folder: Path) -> Iterator[Desk]:
    """The desk, to look at."""
    with open_wall(folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def pages(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its pages as files; restricted incidents are not told."""
    folder = tmp_path_factory.mktemp("pages") / "board"
    write(Board(desk), folder)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser without a window; without one, the test is skipped."""
    found = next((place for place in map(shutil.which, CHROMIUM) if place), None)
    if found is None:
        pytest.skip("there is no Chromium here: install the package `chromium` (Debian) to test the pages in a browser")
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        except Error as error:
            pytest.skip(f"Chromium does not start here: {error.message:.200}")
        yield started
        started.close()
