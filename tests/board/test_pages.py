"""The pages of the board: what they say, what they keep to themselves, and that no text of others does anything."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from attrs import evolve

from incident_fsm import events as e
from incident_fsm.board import Board
from incident_fsm.board.links import link
from incident_fsm.desk import Desk
from incident_fsm.engine.memory import MemoryEngine
from tests.board.wall import MARKUP, NOW, SECRET, Clock, Troubled, narrow, retold, wall
from tests.documents import airflow


class Read(HTMLParser):
    """A page as a browser reads it: its words, tags, ids and links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._words: list[str] = []
        self._within: list[str] = []
        self.feed(page)
        self.text = re.sub(r"\s+", " ", " ".join(self._words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append((tag, dict(attrs)))
        if tag in {"style", "script"}:
            self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave a tag."""
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        """Keep what is shown."""
        if not self._within:
            self._words.append(data)

    def all(self, tag: str, attribute: str) -> list[str]:
        """Every value of an attribute of a tag."""
        return [attrs[attribute] or "" for name, attrs in self.tags if name == tag and attribute in attrs]


@pytest.fixture(scope="module")
def index(desk: Desk) -> Read:
    """The index."""
    return Read(Board(desk).index())


@pytest.fixture(scope="module")
def airflows(desk: Desk) -> Read:
    """The page of the incident with the most trouble."""
    return Read(Board(desk).incident(airflow.ID) or "")


def test_the_index_tells_of_every_open_incident_what_a_person_wants_at_three(index: Read) -> None:
    """Title, state, impact, lead, since when, the next update and its countdown; late and stuck in capitals."""
    for said in (
        "Airflow Autoscaling Incident", "managing", "Impact: Minor", "Ada Lovelace", "1 h 30 min",
        "10 June 2026, 10:40 BST", "OVERDUE by 3 min 00 s", "OVERDUE update the status page",
        "STUCK OpenSupportCase: stuck until a person decides: retry, by-hand or skip",
        "WAITS PostToThread: waits until 10 Jun 10:4", "(rate limited)", "nobody leads yet",
        "DRILL: Losing a region", "Drill: nothing here is real", "in 9 min 00 s",
        "Times are those of Europe/London", "As of 10 June 2026, 10:43 BST", "should have been reviewed by 12 February",
    ):  # fmt: skip
        assert said in re.sub(r" ([,)])", r"\1", index.text).replace("( ", "("), said


def test_the_index_counts_and_its_title_says_what_is_overdue(index: Read) -> None:
    """So that a tab among many tells."""
    assert "5 going on, 1 resolved with something still owed; 4 with something overdue; 2 with trouble" in re.sub(
        " ([,;])", r"\1", index.text
    )
    assert "(4 overdue) 5 open – Analytical Platform incidents" in index.text


def test_the_most_urgent_comes_first(index: Read) -> None:
    """Overdue and stuck, then overdue by impact, then what only goes on; and after all of it what is resolved."""
    cards = index.all("article", "aria-labelledby")
    assert cards == [f"card-INC-2026-{number}" for number in ("07", "10", "08", "11", "09", "13")]


def test_a_restricted_incident_is_counted_and_not_told(desk: Desk) -> None:
    """No page of the board names it, unless asked for: a board may hang on a wall."""
    for _, page in Board(desk).all():
        assert SECRET not in page
        assert "INC-2026-12" not in page
    assert Board(desk).incident("INC-2026-12") is None
    assert "1 restricted incident not shown here" in Board(desk).index()
    told = Board(desk, restricted=True)
    assert SECRET in told.index()
    assert "Restricted: only for those who handle security breaches." in (told.incident("INC-2026-12") or "")
    assert "not shown here" not in told.index()


def test_an_incidents_page_has_all_of_it(airflows: Read) -> None:
    """Pictures, deadlines, commands with receipts, roles, the case, where to look, and the timeline in words."""
    for said in (
        "Communications Lead", "Katherine Johnson", "Reported by", "The public's last word",
        "We know the cause and have added capacity by hand.", "chase AWS about: EKS node group",
        "Incident INC-2026-07 is managing", "Timeline of incident INC-2026-07", "INC-2026-07:6:0",
        "3 settled", "by troubled", "case_1", "account 123456789012", "last chased 10 June 2026, 10:05 BST",
        "Ada Lovelace asked AWS for support in account", "incident next INC-2026-07", "pending, after case_1",
    ):  # fmt: skip
        assert said in airflows.text, said
    assert airflows.all("time", "datetime").count("2026-06-10T09:40:00Z") >= 2


def test_follow_ups_have_their_strength_and_their_end(desk: Desk) -> None:
    """What is owed is due at a time; what is done or waived says so."""
    text = Read(Board(desk).incident("INC-2026-13") or "").text
    assert "create an issue to put a permanent fix in place (must)" in text
    assert "more came after the end" in text
    done = Read(Board(desk).incident("INC-2025-01") or "").text
    assert "waived: The runbook for EKS covers it." in done
    assert "https://example.org/42" in done
    assert "It is over" in done


def test_only_links_that_open_are_links(desk: Desk, airflows: Read) -> None:
    """A receipt with a script for an address is shown and leads nowhere."""
    leads = airflows.all("a", "href")
    assert "https://example.org/INC-2026-07:3:0" in leads
    assert "javascript:alert(3)" in airflows.text
    schemes = {lead.partition(":")[0] for _, page in Board(desk).all() for lead in Read(page).all("a", "href")}
    assert {scheme for scheme in schemes if "." not in scheme and scheme != "#main"} == {"https"}


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("https://example.org/a?b=c", True), ("FILE:///tmp/x", True), ("mailto:a@example.org", True),
        ("http://example.org", False), ("javascript:alert(1)", False), ("data:text/html,x", False), ("//x", False),
        (" javascript:alert(1)", False), ("", False),
    ],
)  # fmt: skip
def test_what_leads_where(address: str, *, leads: bool) -> None:
    """Three kinds of address; any other is text."""
    assert bool(link(address)["leads"]) is leads


def test_no_text_of_others_becomes_markup_anywhere(desk: Desk) -> None:
    """One script on each page, ours; no event handler, no image, no style on an element."""
    assert MARKUP not in Board(desk).index()
    for name, page in Board(desk, restricted=True).all():
        read = Read(page)
        tags = [tag for tag, _ in read.tags]
        assert (tags.count("script"), tags.count("img"), tags.count("b")) == (1, 0, 0), name
        attributes = {attribute for _, attrs in read.tags for attribute in attrs}
        assert not {attribute for attribute in attributes if attribute.startswith("on") or attribute == "style"}, name
        ids = [attrs["id"] for _, attrs in read.tags if "id" in attrs]
        assert len(ids) == len(set(ids)), name


def test_a_page_may_use_its_own_style_and_script_and_nothing_else(desk: Desk) -> None:
    """The policy of a file allows no connection at all; live, only back to where it came from."""
    file, live = (Read(Board(desk, refresh=each).index()) for each in (0, 10))
    [said] = [value for value in file.all("meta", "content") if "default-src" in value]
    assert said.startswith("default-src 'none'; script-src 'sha256-")
    assert "connect-src" not in said
    assert "unsafe" not in said
    assert any("connect-src 'self'" in value for value in live.all("meta", "content"))


def test_headings_go_down_step_by_step_and_every_table_is_named(desk: Desk) -> None:
    """One first heading; none left out on the way down; landmarks, a way past them, captions and scopes."""
    for name, page in Board(desk).all():
        read = Read(page)
        levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(later <= before + 1 for before, later in pairwise(levels)), name
        tags = [tag for tag, _ in read.tags]
        assert [tags.count(tag) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
        assert tags.count("table") == tags.count("caption")
        assert tags.count("th") == len(read.all("th", "scope"))
        assert read.all("a", "href")[0] == "#main"
        assert read.all("html", "lang") == ["en"]


def test_every_link_within_the_board_leads_to_a_page_that_is_there(pages: Path) -> None:
    """Of files, each is beside the other."""
    names = {page.name for page in pages.iterdir()}
    for page in pages.iterdir():
        within = [lead for lead in Read(page.read_text()).all("a", "href") if ":" not in lead and lead[0] != "#"]
        assert set(within) <= names


def test_metrics_are_plotted_by_quarter_and_stand_in_a_table_too(desk: Desk) -> None:
    """The newest quarters; a drill and a restricted incident do not count, and what is long ago is not read."""
    text = Read(Board(desk).metrics()).text
    for said in ("2025-Q3", "2026-Q2", "Time to repair", "by support hours", "nor do 1 restricted incident", "1 h 46"):
        assert said in text, said
    assert "2020" not in text
    counted = re.search(r"2026-Q2: (\d+)", text)
    told = re.search(r"2026-Q2: (\d+)", Read(Board(desk, restricted=True).metrics()).text)
    assert counted
    assert told
    assert int(told[1]) == int(counted[1]) + 1


def test_an_empty_desk_has_pages_too(tmp_path: Path) -> None:
    """Nothing goes on, nothing is to be measured."""
    with wall(tmp_path, empty=True) as desk:
        assert "Nothing is going on." in Board(desk).index()
        assert "There is no incident to measure." in Board(desk).metrics()
        assert "No such page" in Board(desk).missing()


def test_a_long_history_is_cut_and_says_so() -> None:
    """The newest five hundred entries and two hundred settled commands; how to see all of it."""
    note = airflow.middle()[0]
    notes = (evolve(note, id=f"n{number}", from_thread=number > 250) for number in range(600))  # type: ignore[call-arg]  # NoteTaken
    with Desk(MemoryEngine(), narrow(), (Troubled(),), now=Clock()) as desk:
        desk.step("INC-1", *retold(airflow.beginning(), "INC-1"), *notes)
        desk.deliver()
        read = Read(Board(desk).incident("INC-1") or "")
    assert re.search(r"The oldest \d+ entries are left out here: incident timeline INC-1", read.text)
    assert "253 settled, of which the newest 200 are shown" in read.text
    assert len([tag for tag, _ in read.tags if tag == "tr"]) < 210


def test_what_was_only_reported_or_recorded_afterwards_has_a_page(tmp_path: Path) -> None:
    """Nothing is due, nothing was asked for, and no impact is known."""
    from incident_fsm import Kind

    with wall(tmp_path, empty=True) as desk:
        assert isinstance(desk.now, Clock)
        [reported] = retold(airflow.beginning("Later", kind=Kind.BACKFILLED)[:1], "INC-1")
        desk.step("INC-1", reported)
        read = Read(Board(desk).incident("INC-1") or "")
        for said in ("Recorded afterwards", "Nothing is due.", "Everything that was asked for is settled."):
            assert said in read.text
        desk.step("INC-1", e.CandidateDismissed(id="d", at=airflow.at(9), by="ada", override_reason="a test"))
        assert "Nothing is going on." in Board(desk).index()
        desk.now.moment = NOW + timedelta(days=1)
        assert "As of 11 June 2026" in Read(Board(desk).index()).text


def test_roles_and_parties_that_the_policy_forgot_keep_their_keys(desk: Desk) -> None:
    """A policy may change while an incident goes on."""
    policy = desk.policy
    fewer = evolve(policy, roles=policy.roles[:1], third_parties=(), follow_ups=policy.follow_ups[:1])
    changed = Desk(desk.engine, fewer, now=desk.now)
    page = Read(Board(changed).incident(airflow.ID) or "").text
    assert "communications" in page
    assert "case_1 , aws" in page
    assert "runbook (should)" in Read(Board(changed).incident("INC-2026-13") or "").text
