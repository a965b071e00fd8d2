"""An endpoint as a user would write one, from what the adapter's documentation says: no code of ours is in it, but for
`adapter_at`, which makes the adapter for it.

It verifies the signature, does each command once by its id, and answers with a receipt. `GET /seen?id=…` says whether a
command arrived.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import urllib3

from incident_fsm.adapters.webhook import Settings, WebhookAdapter
from incident_fsm.commands import Command
from incident_fsm.testing import FrozenClock
from tests.documents.airflow import at
from tests.services.fakes.server import PATIENCE, FakeServer, Request, Response

SECRET = "correct horse battery staple, said the ☃"  # noqa: S105  a test's; a real one may hold anything, too
WINDOW = 300


class FakeEndpoint(FakeServer):
    """Keeps what it was told, by id. `again`: it does a command anew each time, as one that makes no promise would."""

    def __init__(self, now: Callable[[], datetime], *, again: bool = False) -> None:
        super().__init__(now)
        self.again = again
        self.done: list[dict[str, Any]] = []
        """What was done, in order."""

    def count(self, command: Command) -> int:
        """How often a command was done."""
        return sum(told["id"] == command.id for told in self.done)

    def handle(self, request: Request) -> Response:
        """Do what is asked."""
        match request.method, request.path:
            case "POST", "/hook":
                return self._told(request)
            case "GET", "/seen":
                return self._asked(request)
            case "HEAD", "/hook":
                return Response(status=405)
            case _:
                return Response(status=404, text="nothing here")

    def _told(self, request: Request) -> Response:
        """Take a command."""
        if not self._genuine(request, request.body):
            return Response(status=401, data={"error": "signature"})
        told = request.json
        if self.again or all(earlier["id"] != told["id"] for earlier in self.done):
            self.done.append(told)
        return Response(status=201, data=self._receipt(told["id"]))

    def _asked(self, request: Request) -> Response:
        """Say whether a command arrived."""
        (wanted,) = request.query["id"]
        if not self._genuine(request, wanted.encode()):
            return Response(status=401, data={"error": "signature"})
        if any(told["id"] == wanted for told in self.done):
            return Response(status=200, data=self._receipt(wanted))
        return Response(status=404, data={"id": wanted})

    def _receipt(self, command_id: str) -> dict[str, str]:
        """Where the first of its kind is found."""
        number = next(place for place, told in enumerate(self.done, 1) if told["id"] == command_id)
        return {"id": command_id, "reference": f"task-{number}", "link": f"https://tasks.example.org/{number}"}

    def _genuine(self, request: Request, signed: bytes) -> bool:
        """Verify a signature, as the documentation says."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        stamp = headers["x-incident-fsm-timestamp"]
        text = b"v1:" + stamp.encode() + b":" + signed
        wanted = "v1=" + hmac.digest(SECRET.encode(), text, hashlib.sha256).hex()
        fresh = abs(int(stamp) - self.now().timestamp()) <= WINDOW
        return fresh and hmac.compare_digest(wanted.encode(), headers["x-incident-fsm-signature"].encode())


def conforms(request: Request) -> None:
    """Hold a request to what the adapter's documentation promises."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    if request.method == "HEAD":
        return
    assert headers["accept-encoding"] == "identity"
    assert headers["x-incident-fsm-timestamp"].isdigit()
    if request.method == "GET":
        assert list(request.query) == ["id"]
        assert request.query["id"] == [headers["x-incident-fsm-id"]]
        return
    assert headers["content-type"] == "application/json"
    assert int(headers["content-length"]) == len(request.body)
    assert "transfer-encoding" not in headers
    told = request.json
    assert set(told) == {"v", "id", "type", "earlier", "command"}
    assert told["v"] == 1
    assert told["id"] == told["command"]["id"] == headers["x-incident-fsm-id"]
    assert told["type"] == told["command"]["type"]
    assert told["earlier"] is None or set(told["earlier"]) == {"reference", "link"}
    assert json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() == request.body


class Answering(FakeServer):
    """Answers everything with one response."""

    def __init__(self, response: Response) -> None:
        super().__init__(FrozenClock(at(0)))
        self.response = response

    def handle(self, _request: Request) -> Response:
        """Answer."""
        return self.response


def adapter_at(url: str, secret: str = SECRET, **more: Any) -> WebhookAdapter:
    """An adapter that does not wait long."""
    said = Settings(**{"url": f"{url}/hook", **more})
    return WebhookAdapter(urllib3.PoolManager, said, lambda: secret, now=FrozenClock(at(0)), timeout=PATIENCE)
