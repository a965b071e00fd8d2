"""The board live: for this machine alone, read only, and for no name but its own."""

import http.client
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from incident_fsm import events as e
from incident_fsm.board import serve
from incident_fsm.desk import Desk
from incident_fsm.errors import JournalUnusable
from tests.board.wall import Clock, open_wall
from tests.documents import airflow

PAGES = ("/", "/index.html", "/metrics.html", f"/incident-{airflow.ID}.html", "/incident-INC-2025-01.html")


class Visitor:
    """Somebody who asks the board for pages."""

    def __init__(self, address: str) -> None:
        self.port = int(address.rstrip("/").rpartition(":")[2])
        self.headers: dict[str, str] = {}

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
        """Ask, and say what came back."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            self.headers = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, answer.read().decode()
        finally:
            connection.close()


@pytest.fixture
def visitor(folder: Path) -> Iterator[Visitor]:
    """Somebody who asks the board on that journal."""
    with serve(lambda: open_wall(folder)) as address:
        assert address.startswith("http://127.0.0.1:")
        yield Visitor(address)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_live_also_of_what_is_over(visitor: Visitor, path: str) -> None:
    """As HTML that nothing keeps, that no frame may show, and that no other site may take."""
    status, page = visitor.ask(path)
    assert status == 200
    assert 'data-refresh="10"' in page
    assert visitor.headers["content-type"] == "text/html; charset=utf-8"
    assert visitor.headers["cache-control"] == "no-store"
    assert visitor.headers["content-security-policy"] == "frame-ancestors 'none'"
    assert visitor.headers["x-content-type-options"] == "nosniff"
    assert visitor.headers["cross-origin-resource-policy"] == "same-origin"
    assert "server" not in visitor.headers
    assert visitor.ask(f"{path}?again=1")[0] == 200
    assert visitor.ask(path, "HEAD") == (200, "")


@pytest.mark.parametrize(
    "path",
    [
        "/../journal.sqlite3", "/journal.sqlite3", "//etc/passwd", "/%2e%2e/journal.sqlite3", "/incident-.html",
        "/incident-../x.html", "/incident-INC-9.html", "/incident-INC-2026-12.html", "/favicon.ico",
        "/incident-" + "A" * 65 + ".html", "/board.js",
    ],
)  # fmt: skip
def test_no_path_leads_anywhere_else(visitor: Visitor, path: str) -> None:
    """Not to a file, not to a restricted incident: all of them are answered alike."""
    status, page = visitor.ask(path)
    assert status == 404
    same = visitor.ask("/incident-INC-0.html")[1]
    assert page == same
    assert "No such page" in page


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost:1", "", "127.0.0.1.evil.example", "[::1]"])
def test_a_name_that_is_not_ours_is_refused(visitor: Visitor, host: str) -> None:
    """So a page elsewhere that bends its own name to this machine reads nothing (DNS rebinding)."""
    status, said = visitor.ask("/", Host=host)
    assert status == 421
    assert "Airflow" not in said


def test_our_own_names_are_answered(visitor: Visitor) -> None:
    """The address, and localhost, each with the port."""
    for name in ("127.0.0.1", "localhost", "LOCALHOST"):
        assert visitor.ask("/", Host=f"{name}:{visitor.port}")[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT"])
def test_nothing_but_reading_is_possible(visitor: Visitor, method: str) -> None:
    """Any other method is none that it knows."""
    assert visitor.ask("/", method)[0] == 501


def test_it_listens_on_loopback_alone(visitor: Visitor) -> None:
    """Another of this machine's addresses has nothing there."""
    with socket.socket() as other:
        assert other.connect_ex(("127.0.0.2", visitor.port)) != 0


def test_a_change_is_there_at_the_next_request(own: Path) -> None:
    """Every page is made anew."""
    with open_wall(own) as desk, serve(lambda: open_wall(own)) as address:
        assert isinstance(desk.now, Clock)
        visitor = Visitor(address)
        assert "INC-2026-08" in visitor.ask("/")[1]
        desk.step("INC-2026-08", e.CandidateDismissed(id="o", at=airflow.at(104), by="ada", override_reason="a test"))
        assert "INC-2026-08" not in visitor.ask("/")[1]
        assert "It is over" in visitor.ask("/incident-INC-2026-08.html")[1]


def test_restricted_incidents_are_there_where_they_were_asked_for(folder: Path) -> None:
    """As for the files."""
    with serve(lambda: open_wall(folder), restricted=True) as address:
        assert Visitor(address).ask("/incident-INC-2026-12.html")[0] == 200


def test_a_journal_that_cannot_be_read_is_said_and_the_board_goes_on() -> None:
    """One plain sentence without a place or a reason: those are for whoever started it."""

    def broken() -> Desk:
        raise JournalUnusable("/secret/place", "is locked", "wait")

    with serve(broken) as address:
        for _ in range(2):
            assert Visitor(address).ask("/") == (503, "503 The journal cannot be read\n")


def test_a_visitor_who_goes_away_is_no_fault(visitor: Visitor, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is printed, whatever they did before; and the next one is answered."""
    for said in (b"", b"GET / HTTP/1.1\r\nHost: 127", b"\x00\x01\x02\r\n\r\n", b"GET /\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", visitor.port)) as connection:
            connection.sendall(said)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    assert visitor.ask("/")[0] == 200
    assert capsys.readouterr().err == ""


def test_a_fault_of_ours_is_told_to_whoever_started_it(capsys: pytest.CaptureFixture[str]) -> None:
    """And the visitor gets no page; the next one is answered all the same."""

    def broken() -> Desk:
        raise RuntimeError("a fault of ours")

    with serve(broken) as address:
        for _ in range(2):
            with pytest.raises(http.client.RemoteDisconnected):
                Visitor(address).ask("/")
    assert capsys.readouterr().err.count("RuntimeError: a fault of ours") == 2


def test_a_port_that_is_taken_is_refused(visitor: Visitor, folder: Path) -> None:
    """With what the system says."""
    with (
        pytest.raises(OSError, match=re.compile("in use", re.IGNORECASE)),
        serve(lambda: open_wall(folder), visitor.port),
    ):
        raise AssertionError
