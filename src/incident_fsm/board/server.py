"""The board, live, for this machine alone: an HTTP server on 127.0.0.1 that reads and never writes.

Pages are made anew for each request, in a desk of its own. No path is ever a file's, so none leads anywhere else. A
page elsewhere could bend its own name to 127.0.0.1 (DNS rebinding) and read what is here: so only requests whose Host
is ours are answered. Browsers let no page elsewhere read the answers otherwise.
"""

import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, cast

from incident_fsm import errors
from incident_fsm.board.links import page_of
from incident_fsm.board.pages import INDEX, METRICS, Board
from incident_fsm.desk import Desk

LOOPBACK = "127.0.0.1"
REFRESH = 10
"""So many seconds after it was shown, a live page asks for itself again."""

_INCIDENT = re.compile("/" + re.escape(page_of("@")).replace("@", r"([A-Za-z0-9][A-Za-z0-9-]{0,63})"))
_PATIENCE = 10
"""So many seconds a client may take to say what it wants."""

_PULSE = 0.05
"""So many seconds it may take until the end is noticed."""

_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What every answer says. What a page may do, it says itself."""


@contextmanager
def serve(open_desk: Callable[[], Desk], port: int = 0, *, restricted: bool = False) -> Iterator[str]:
    """Serve the board for as long as the block lasts, and give its address. Port 0: any that is free.

    Raises `OSError` where the port cannot be had.
    """
    with _Server(port) as server:
        server.open_desk, server.restricted = open_desk, restricted
        thread = threading.Thread(target=server.serve_forever, args=(_PULSE,), name="board")
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    """Knows what its requests need."""

    daemon_threads = True
    open_desk: Callable[[], Desk]
    restricted: bool

    def __init__(self, port: int) -> None:
        """Listen on loopback alone."""
        super().__init__((LOOPBACK, port), _Request)

    @property
    def hosts(self) -> set[str]:
        """The names that a request for us may go by."""
        names = {LOOPBACK, "localhost"}
        return {f"{name}:{self.server_port}" for name in names} | (names if self.server_port == _PLAIN_PORT else set())

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  as in the standard library
        """Tell of a fault, but not of a browser that went away."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


_PLAIN_PORT = 80


class _Request(BaseHTTPRequestHandler):
    """One request."""

    timeout = _PATIENCE
    error_content_type = "text/plain; charset=utf-8"
    error_message_format = "%(code)d %(message)s\n"

    @property
    def _ours(self) -> _Server:
        """The server, which is always one of ours: nobody else makes these requests."""
        return cast("_Server", self.server)

    def do_GET(self) -> None:
        """Answer with a page."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answer with what a page would say of itself."""
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        """Make the page that is asked for and send it."""
        if self.headers.get("Host", "").lower() not in self._ours.hosts:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST, "This is not the host that was asked for")
            return
        try:
            status, page = self._page()
        except (errors.IncidentFsmError, OSError) as error:
            self.send_error(HTTPStatus.SERVICE_UNAVAILABLE, "The journal cannot be read", str(error))
            return
        body = page.encode()
        self.send_response_only(status)
        for name, value in {**_HEADERS, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _page(self) -> tuple[HTTPStatus, str]:
        """Make the page that is asked for."""
        path = self.path.partition("?")[0]
        with self._ours.open_desk() as desk:
            board = Board(desk, restricted=self._ours.restricted, refresh=REFRESH)
            named = _INCIDENT.fullmatch(path)
            make = self._made.get(path)
            page = board.incident(named[1]) if named else make(board) if make else None
            return (HTTPStatus.NOT_FOUND, board.missing()) if page is None else (HTTPStatus.OK, page)

    _made: ClassVar[dict[str, Callable[[Board], str]]] = {
        "/": Board.index,
        f"/{INDEX}": Board.index,
        f"/{METRICS}": Board.metrics,
    }

    def version_string(self) -> str:
        """Tell no versions."""
        return "board"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401  as in the standard library
        """Keep no log: who looks at the board is nobody's business."""
