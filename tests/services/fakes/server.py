"""What the fakes of HTTP services share: a server on loopback, faults in the order they were ordered, late landings.

A fake answers one request at a time, in `handle`, and keeps what it stored. Faults are ordered beforehand: each request
takes the next one, and what comes after the last meets none.
"""

import json
import threading
import time
from abc import abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from attrs import field, frozen

from incident_fsm.testing import Fault
from incident_fsm.testing.faults import Faulty

PATIENCE = 0.3
"""How long, in seconds, the clients of these tests wait for an answer."""

RETRY_AFTER = 7
"""How long, in seconds, a rate limit asks to wait."""


@frozen(kw_only=True)
class Request:
    """What a client sent."""

    method: str
    path: str
    query: Mapping[str, list[str]] = field(factory=dict)
    headers: Mapping[str, str] = field(factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body) if self.body else None


@frozen(kw_only=True)
class Response:
    """What is answered. `data` is sent as JSON, unless `text` is given."""

    status: int = 200
    data: Any = None
    text: str | None = None
    headers: Mapping[str, str] = field(factory=dict)

    @property
    def content(self) -> bytes:
        """The body as bytes."""
        if self.text is not None:
            return self.text.encode()
        return b"" if self.data is None else json.dumps(self.data).encode()


class FakeServer(Faulty):
    """A fake service on loopback. A subclass keeps the objects and answers in `handle`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.requests: list[Request] = []
        """Every request that was handled, late ones when they land."""
        self.watch: Callable[[Request], object] = lambda _: None
        """Sees every request that arrives: a check against the vendor's own document, say."""
        self.complaints: list[str] = []
        """What `watch` found wrong."""
        self._server: ThreadingHTTPServer | None = None

    # ── What a subclass says ───────────────────────────────────────────────────────────────────────────────────────

    @abstractmethod
    def handle(self, request: Request) -> Response:
        """Do what is asked, as the vendor would."""
        raise NotImplementedError

    def forbid(self, request: Request) -> Response:  # noqa: ARG002  for subclasses
        """Say, in the vendor's own way, that a permission is missing."""
        return Response(status=403, data={"message": "Forbidden"})

    def limit(self, request: Request) -> Response:  # noqa: ARG002  for subclasses
        """Say, in the vendor's own way, that there were too many requests."""
        return Response(status=429, data={"message": "rate limited"}, headers={"Retry-After": str(RETRY_AFTER)})

    # ── What a test does ───────────────────────────────────────────────────────────────────────────────────────────

    def answer(self, request: Request) -> Response:
        """Answer one request without any fault, as in process."""
        with self.lock:
            self.land()
            return self._handle(request)

    def _handle(self, request: Request) -> Response:
        """Keep a request, and do what it asks."""
        self.requests.append(request)
        return self.handle(request)

    @property
    def url(self) -> str:
        """Where it listens."""
        if self._server is None:
            raise RuntimeError("the fake does not listen; use it in a `with` block")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        """Listen on loopback, on any free port."""
        fake = self

        class Handler(_Handler):
            service: FakeServer = fake

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    # ── How a request is met ───────────────────────────────────────────────────────────────────────────────────────

    def meet(self, request: Request) -> tuple[Response | None, Fault]:  # noqa: PLR0911  a return for each fault
        """Give a request its fault: the response (None: the connection breaks), and which fault it was."""
        with self.lock:
            self.land()
            try:
                self.watch(request)
            except Exception as error:  # noqa: BLE001  any complaint is kept for the test to look at
                self.complaints.append(f"{request.method} {request.path}: {type(error).__name__}: {error}")
            fault = self.next_fault()
            match fault:
                case Fault.UNREACHED:
                    return None, fault
                case Fault.LATE:
                    self.postpone(lambda: self._handle(request))
                    return None, fault
                case Fault.UNAVAILABLE:
                    return Response(status=503, text="<html>try again</html>"), fault
                case Fault.RATE_LIMITED:
                    return self.limit(request), fault
                case Fault.FORBIDDEN:
                    return self.forbid(request), fault
            response = self._handle(request)
            if fault is Fault.BROKEN:
                return Response(status=502, text="<html>Bad gateway</html>"), fault
            return (None if fault is Fault.DROPPED else response), fault


class _Handler(BaseHTTPRequestHandler):
    """One connection: HTTP/1.0, so that no client keeps it for the next request."""

    service: FakeServer

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=parts.path,
            query=parse_qs(parts.query, keep_blank_values=True),
            headers=dict(self.headers.items()),
            body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )
        response, fault = self.service.meet(request)
        if fault is Fault.SLOW:
            time.sleep(PATIENCE * 2)
        if response is None:
            self.close_connection = True
            return
        try:
            self._send(response, response.content, half=fault is Fault.HALF)
        except OSError:  # the client has given up: that is what some faults are about
            self.close_connection = True

    def _send(self, response: Response, content: bytes, *, half: bool) -> None:
        self.send_response(response.status)
        kind = "text/html" if response.text is not None else "application/json"
        for name, value in {"Content-Type": kind, **response.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content[: len(content) // 2] if half else content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _serve  # noqa: N815  what the standard library calls

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the standard library's signature
        """Say nothing."""
