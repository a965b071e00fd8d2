"""A service on loopback that counts, and the adapter that speaks with it: what it was told twice, it has twice."""

import json
import time
from collections import Counter
from datetime import datetime
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request as Call
from urllib.request import urlopen

from incident_fsm.adapters import Absent, Context, Finding, Outcome, Receipt
from incident_fsm.commands import LANES, Command
from tests.services.fakes.server import FakeServer, Request, Response

_PATIENCE = 10.0


class CountingService(FakeServer):
    """Keeps every thing that it is told, in order, each with its marker and lane. It does nothing about repeats."""

    def __init__(self, slow: float = 0.002) -> None:
        super().__init__(datetime.now)
        self.slow = slow
        self.things: list[tuple[str, str]] = []

    def handle(self, request: Request) -> Response:
        """Store a thing, or say how many there are with a marker."""
        if request.method == "POST":
            time.sleep(self.slow)  # so that some die while they wait for the answer
            self.things.append((request.json["marker"], request.json["lane"]))
            return Response(status=201, data={})
        marker = request.query["marker"][0]
        return Response(data={"count": sum(found == marker for found, _ in self.things)})

    def counts(self) -> Counter[str]:
        """How often each marker is there."""
        return Counter(marker for marker, _ in self.things)


class Counting:
    """The adapter: posts a command with its id as the marker, and looks for it by that."""

    name = "counting"
    live = True

    def __init__(self, url: str) -> None:
        self.url = url

    def accepts(self, command: Command) -> bool:  # noqa: ARG002  the port's signature
        """Accept everything."""
        return True

    def deliver(self, command: Command, context: Context) -> Outcome:  # noqa: ARG002  the port's signature
        """Post it."""
        lane = f"{command.incident_id}/{LANES[type(command)]}"
        body = json.dumps({"marker": command.id, "lane": lane}).encode()
        self._call(Call(f"{self.url}/things", body, {"Content-Type": "application/json"}))  # noqa: S310  our own loopback
        return Receipt(reference=command.id)

    def find(self, command: Command, context: Context) -> Finding:  # noqa: ARG002  the port's signature
        """Look for it."""
        found = self._call(Call(f"{self.url}/things?marker={quote(command.id)}"))  # noqa: S310  our own loopback
        return Receipt(reference=command.id) if found["count"] else Absent()

    def _call(self, call: Call) -> dict[str, int]:
        try:
            with urlopen(call, timeout=_PATIENCE) as answer:  # noqa: S310  our own loopback
                said: dict[str, int] = json.load(answer)
                return said
        except HTTPError as error:
            error.close()
            raise
