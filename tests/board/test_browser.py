"""The pages in a real browser: nothing complains, nothing is fetched, everybody can use them, on a phone too."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from incident_fsm import events as e
from incident_fsm.board import Board, serve, write
from incident_fsm.pictures.words import countdown, span
from tests.board.wall import NOW, Clock, open_wall
from tests.documents import airflow

NAMES = (
    "index.html", "metrics.html", f"incident-{airflow.ID}.html", "incident-INC-2026-08.html",
    "incident-INC-2026-09.html", "incident-INC-2026-10.html", "incident-INC-2026-11.html", "incident-INC-2026-13.html",
)  # fmt: skip
Scheme = Literal["light", "dark"]
PHONE, DESKTOP = (360, 740), (1280, 900)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def shown(  # noqa: PLR0913  what a visitor has: size, colours, time, scripts
    browser: Browser,
    address: str,
    *,
    size: tuple[int, int] = DESKTOP,
    scheme: Scheme = "light",
    now: datetime = NOW,
    scripts: bool = True,
    ticking: bool = False,
) -> Iterator[Page]:
    """A page in a browser of its own, at a time. When it is left, it must have complained of nothing.

    `ticking`: its timers run only as far as `page.clock` is told to; otherwise only the time of day stands still.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, java_script_enabled=scripts
    )
    said: list[str] = []
    asked: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    if ticking:
        page.clock.install(time=now - timedelta(hours=1))  # it runs until it is paused, which must not be in its past
        page.clock.pause_at(now)
    else:
        page.clock.set_fixed_time(now)
    page.goto(address)
    try:
        yield page
        origin = address if address.startswith("file:") else address[: address.index("/", 8)]
        assert [url for url in asked if not url.startswith(origin)] == []
        assert said == []
    finally:
        context.close()


def axe(page: Page) -> list[str]:
    """What the accessibility check finds wrong with a page."""
    source = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    options = json.dumps({"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]})
    found: dict[str, Any] = page.evaluate(f"{source}; axe.run(document, {options})")
    assert len(found["passes"]) > 20, "the check did not look"
    return [f"{each['id']}: {node['html']}" for each in found["violations"] for node in each["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_complains_of_nothing_fetches_nothing_and_is_accessible(
    browser: Browser, pages: Path, name: str, size: tuple[int, int], scheme: Scheme
) -> None:
    """No console message, no request but for the page itself, no violation, and nothing to scroll sideways."""
    with shown(browser, (pages / name).as_uri(), size=size, scheme=scheme) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        for details in page.locator("summary").all():
            details.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert axe(page) == []


def test_light_and_dark_differ_and_so_do_the_pictures(browser: Browser, pages: Path) -> None:
    """The paper and the ink of a picture are those of the page."""
    colours = []
    for scheme in ("light", "dark"):
        with shown(browser, (pages / f"incident-{airflow.ID}.html").as_uri(), scheme=scheme) as page:
            asked = "getComputedStyle(document.querySelector({!r})).{}"
            paper = page.evaluate(asked.format("body", "backgroundColor"))
            assert page.evaluate(asked.format(".picture .box", "fill")) == paper
            colours.append((paper, page.evaluate(asked.format(".picture text", "fill"))))
    assert colours == [("rgb(255, 255, 255)", "rgb(11, 12, 12)"), ("rgb(18, 20, 21)", "rgb(243, 242, 241)")]


def test_a_keyboard_comes_everywhere_and_sees_where_it_is(browser: Browser, pages: Path) -> None:
    """The first stop leads past the navigation; each stop has an outline."""
    with shown(browser, (pages / "index.html").as_uri()) as page:
        stops = []
        for _ in range(10):  # past the last, the keyboard leaves the page
            page.keyboard.press("Tab")
            stops.append(page.evaluate("document.activeElement.textContent.trim().split(/\\s+/).join(' ')"))
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") not in {"none", ""}
        assert stops[:4] == ["Skip to the content", "Open incidents", "How long things take", "Pause"]
        assert stops[4].startswith(airflow.ID)
        page.keyboard.press("Shift+Tab")
        page.goto(page.url)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("location.hash") == "#main"


def test_a_file_counts_down_and_never_claims_what_it_cannot_know(browser: Browser, pages: Path) -> None:
    """What was overdue is; what passes later may have been renewed; and the page says how old it is."""
    with shown(browser, (pages / "index.html").as_uri(), ticking=True) as page:
        assert "OVERDUE by 3 min" in page.inner_text("#card-INC-2026-07 ~ dl .countdown")
        coming = page.locator("[aria-labelledby='card-INC-2026-10'] .countdown")
        assert coming.inner_text().startswith(("in 8 min 5", "in 9 min"))
        assert page.inner_text("#age").endswith("it does not change by itself.")
        page.clock.run_for("15:00")
        assert coming.inner_text().startswith("passed 6 min 0")
        assert coming.inner_text().endswith("ago, unless it was renewed since this page was made")
        assert page.inner_text("#age").startswith("This page is 15 min old: what happened since is not in it. As of")


def test_pausing_stops_what_moves(browser: Browser, pages: Path) -> None:
    """And the same button lets it go on."""
    with shown(browser, (pages / "index.html").as_uri(), ticking=True) as page:
        coming = page.locator("[aria-labelledby='card-INC-2026-10'] .countdown")
        page.get_by_role("button", name="Pause").click()
        before = coming.inner_text()
        page.clock.run_for("00:30")
        assert coming.inner_text() == before
        page.get_by_role("button", name="Go on").click()
        assert coming.inner_text() != before


def test_without_scripts_the_page_says_all_the_same(browser: Browser, pages: Path) -> None:
    """With the time it was made, and no button that would do nothing."""
    with shown(browser, (pages / "index.html").as_uri(), scripts=False) as page:
        assert "OVERDUE by 3 min 00 s" in page.inner_text("main")
        assert "As of 10 June 2026, 10:43 BST" in page.inner_text("header")
        assert not page.get_by_role("button").is_visible()


def test_the_script_and_the_pages_say_lengths_alike(browser: Browser, pages: Path) -> None:
    """For every kind of length, to the second."""
    lengths = (1, 59, 60, 599, 600, 3599, 3600, 5025, 86_399, 86_400, 90_061, 400_000)
    for seconds in lengths:
        with shown(browser, (pages / "index.html").as_uri(), now=NOW + timedelta(seconds=seconds)) as page:
            late = page.inner_text("[aria-labelledby='card-INC-2026-07'] .countdown")
            assert late == countdown(NOW - timedelta(minutes=3), NOW + timedelta(seconds=seconds))
            if seconds > 120:
                assert page.inner_text("#age").startswith(f"This page is {span(timedelta(seconds=seconds))} old")


def test_live_a_change_comes_by_itself_and_who_was_somewhere_stays_there(browser: Browser, own: Path) -> None:
    """Focus and what was unfolded are kept, and what changed is said to who hears the page."""
    with (
        open_wall(own) as desk,
        serve(lambda: open_wall(own)) as address,
        shown(browser, f"{address}incident-{airflow.ID}.html", ticking=True) as page,
    ):
        page.locator("summary").click()
        page.locator("summary").focus()
        desk.step(airflow.ID, e.NoteTaken(id="new", at=airflow.at(104), by="Ada Lovelace", text="It is the quota."))
        assert "It is the quota." not in page.inner_text("main")
        page.clock.run_for("00:11")
        page.get_by_text("It is the quota.", exact=True).wait_for()
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
        assert page.evaluate("document.getElementById('settled').open") is True
        page.goto(address)
        desk.step("INC-2026-08", e.CandidateDismissed(id="o", at=airflow.at(104), by="ada", override_reason="no"))
        page.clock.run_for("00:11")
        page.locator("#news", has_text="4 going on").wait_for(state="attached")
        assert "INC-2026-08" not in page.inner_text("main")
        page.clock.resume()
        assert axe(page) == []


def test_live_a_board_that_does_not_answer_is_said(browser: Browser, own: Path) -> None:
    """In words and at once, with how old what is shown is; and when it answers again, that is said too."""
    with serve(lambda: open_wall(own)) as address:
        context = browser.new_context()
        page = context.new_page()
        page.clock.install(time=datetime(2030, 1, 1, tzinfo=UTC))  # the clock of the board counts, not this one
        page.goto(address)
        page.clock.run_for("00:01")
        assert page.locator("[aria-labelledby='card-INC-2026-10'] .countdown").inner_text().startswith("in 8 min 5")
        context.set_offline(True)
        page.clock.run_for("00:11")
        page.locator("#news", has_text="The board does not answer.").wait_for(state="attached")
        page.clock.run_for("00:02")
        assert "No answer from the board for" in page.inner_text("#age")
        context.set_offline(False)
        page.clock.run_for("00:11")
        page.locator("#news", has_text="The board answers again.").wait_for(state="attached")
        assert page.inner_text("#age").startswith("As of")
        context.close()


def test_pictures_in_a_file_of_their_own_follow_light_and_dark(browser: Browser, tmp_path: Path) -> None:
    """As for a README."""
    from incident_fsm import pictures

    place = tmp_path / "lifecycle.svg"
    place.write_text(pictures.standalone(pictures.lifecycle()))
    papers: dict[Scheme, str] = {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 20, 21)"}
    for scheme, paper in papers.items():
        with shown(browser, place.as_uri(), scheme=scheme) as page:
            assert page.evaluate("getComputedStyle(document.querySelector('.paper')).fill") == paper


def test_restricted_pages_are_as_good(browser: Browser, own: Path) -> None:
    """With their notice."""
    with open_wall(own) as desk:
        assert isinstance(desk.now, Clock)
        write(Board(desk, restricted=True), own / "board")
    with shown(browser, (own / "board" / "incident-INC-2026-12.html").as_uri(), size=PHONE) as page:
        assert axe(page) == []
        assert page.get_by_text("Restricted: only for those").is_visible()
