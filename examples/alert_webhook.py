"""Alerts become candidates: an ASGI service that hears the webhooks of Alertmanager and PagerDuty.

python examples/alert_webhook.py                   watch it work, on loopback and without an account
python examples/alert_webhook.py --serve FOLDER    hear alerts on port 8080, with the journal in FOLDER

Alertmanager sends its webhook to /alertmanager, with one of ALERTMANAGER_TOKENS as its `authorization` credentials.
PagerDuty sends its webhook (version 3) to /pagerduty, signed with one of PAGERDUTY_WEBHOOK_SECRETS. Both variables hold
one secret or, while they are exchanged, several with blanks between; where one is not set, that sender is refused.
Nothing is delivered here: that is what `incident deliver` is for.
"""

import argparse
import hashlib
import hmac
import json
import os
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import urllib3
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from incident_fsm import Policy, Refusal
from incident_fsm.alerts import BYTES_MAX, Heard, read_alertmanager, read_pagerduty
from incident_fsm.alerts.signatures import bears_token, signed_by_pagerduty
from incident_fsm.desk import Desk
from incident_fsm.errors import CodecError, EventIdReused, JournalError, UnknownIncident
from incident_fsm.policy_files import load_shipped

READERS = {"alertmanager": read_alertmanager, "pagerduty": read_pagerduty}


def application(folder: Path, policy: Policy, environment: Mapping[str, str] = os.environ) -> Starlette:
    """Make the service. It answers 200 for whatever need not be sent again, and 5xx only where it should be."""

    async def hear(request: Request) -> JSONResponse:
        vendor, body = request.path_params["vendor"], await body_of(request)
        if vendor not in READERS:
            return JSONResponse({"error": f"there are {', '.join(READERS)}"}, 404)
        if request.headers.get("content-encoding", "identity") != "identity":
            return JSONResponse({"error": "send it as it is: what is packed is not unpacked here"}, 415)
        if body is None:
            return JSONResponse({"error": f"at most {BYTES_MAX} bytes are read"}, 413)
        if not trusted(vendor, body, request.headers, environment):
            return JSONResponse({"error": "who are you?"}, 401)
        return await run_in_threadpool(answer, folder, policy, vendor, body)

    return Starlette(routes=[Route("/{vendor}", hear, methods=["POST"])])


async def body_of(request: Request) -> bytes | None:
    """Read the body as it came; None where it is too long, without having kept more than may be."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BYTES_MAX:
            return None
    return body


def trusted(vendor: str, body: bytes, headers: Mapping[str, str], environment: Mapping[str, str]) -> bool:
    """Whether the sender shows that it knows one of our secrets."""
    if vendor == "pagerduty":
        secrets = environment.get("PAGERDUTY_WEBHOOK_SECRETS", "").split()
        return signed_by_pagerduty(body, headers.get("x-pagerduty-signature"), secrets)
    return bears_token(headers.get("authorization"), environment.get("ALERTMANAGER_TOKENS", "").split())


def answer(folder: Path, policy: Policy, vendor: str, body: bytes) -> JSONResponse:
    """Read what a sender says, and hand it to a desk of this thread's own."""
    try:
        heard = READERS[vendor](body)
    except CodecError as error:
        return JSONResponse({"faults": error.faults}, 422)
    try:
        with Desk.in_folder(folder, policy, adapters=()) as desk:
            told = [{"incident": one.incident_id, "answer": hand_over(desk, one)} for one in heard]
    except JournalError as error:  # nothing is lost: the sender comes again
        return JSONResponse({"error": str(error)}, 503, {"Retry-After": "30"})
    return JSONResponse({"incidents": told})


def hand_over(desk: Desk, heard: Heard) -> str:
    """Hand one event over. None of these answers would change if the alert came again, so all of them are fine."""
    try:
        said = desk.handle(heard.incident_id, heard.event)
    except EventIdReused:
        return "known, in other words: the first report stands"
    except UnknownIncident:
        return "let pass: nobody reported it here"
    if isinstance(said, Refusal):
        return said.sentence
    return "known" if said.repeated else "recorded"


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """Serve on loopback, on any free port, for as long as the `with` block lasts."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="none"))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def demonstrate(folder: Path) -> None:
    """Send an incident as PagerDuty would: signed, once more, changed on the way, and resolved."""
    data = {"id": "PGR0VU2", "title": "Airflow cannot scale", "html_url": "https://example.pagerduty.com/incidents/1"}
    event = {"id": "01BRB6ZP", "event_type": "incident.triggered", "occurred_at": "2026-11-23T03:02:00Z", "data": data}
    over = event | {"id": "01BRB7AA", "event_type": "incident.resolved", "occurred_at": "2026-11-23T04:10:00Z"}
    first, last = (json.dumps({"event": said}).encode() for said in (event, over))
    changed = first.replace(b"Airflow", b"Nothing")
    app = application(folder, load_shipped(), {"PAGERDUTY_WEBHOOK_SECRETS": "only-shown-here"})
    with served(app) as url, urllib3.PoolManager(retries=False) as http:
        for said, signed, sent in (
            ("triggered", first, first),
            ("once more", first, first),
            ("tampered", first, changed),
            ("resolved", last, last),
        ):
            signature = hmac.new(b"only-shown-here", signed, hashlib.sha256).hexdigest()
            headers = {"X-PagerDuty-Signature": f"v1={signature}"}
            response = http.request("POST", f"{url}/pagerduty", body=sent, headers=headers)
            print(f"{said}: {response.status} {response.data.decode()}")
    with Desk.in_folder(folder, adapters=()) as desk:
        print(*(f"{entry.event.at:%H:%M} {entry.event.id}" for entry in desk.timeline("PD-PGR0VU2")), sep="\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve, or show how it works."""
    parser = argparse.ArgumentParser(description="Turn alerts into candidates.")
    parser.add_argument("--serve", metavar="FOLDER", type=Path, help="hear alerts, with the journal in this folder")
    chosen = parser.parse_args(arguments)
    if chosen.serve:
        uvicorn.run(application(chosen.serve, load_shipped()), port=8080)
        return 0
    with TemporaryDirectory() as folder:
        demonstrate(Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
