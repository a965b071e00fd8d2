"""Tests of what an endpoint's answer to a command means, or that there is none."""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import urllib3

from incident_fsm.adapters import AdapterSettings, NotDone, Receipt, Rejected, Unknown
from incident_fsm.adapters.webhook import WebhookAdapter, from_settings
from incident_fsm.commands import PostToThread
from incident_fsm.testing import Fault, FrozenClock
from tests.adapters.deliveries import every_type
from tests.documents.airflow import at
from tests.services.fakes.endpoint import SECRET, Answering, FakeEndpoint, adapter_at, conforms
from tests.services.fakes.server import RETRY_AFTER, Response

POST = next(delivery for delivery in every_type() if isinstance(delivery.command, PostToThread))
COMMAND, CONTEXT = POST.command, POST.context


@pytest.fixture
def endpoint() -> Iterator[FakeEndpoint]:
    """An endpoint that does things once."""
    with FakeEndpoint(FrozenClock(at(0))) as fake:
        fake.watch = conforms
        yield fake
        assert fake.complaints == []


def answered(response: Response) -> Any:
    """What a command's answer comes to."""
    with Answering(response) as server:
        return adapter_at(server.url).deliver(COMMAND, CONTEXT)


@pytest.mark.parametrize(
    "response",
    [
        Response(status=200, text="thank you"),
        Response(status=202),
        Response(status=204),
        Response(status=200, data=["some", "list"]),
        Response(status=200, data={"other": 1}),
        Response(status=200, data={"reference": None, "link": ""}),
        Response(status=201, text="x" * 200_000),
    ],
)
def test_an_answer_without_a_receipt_has_the_commands_id_as_one(response: Response) -> None:
    """Every 2xx says that it is done."""
    assert answered(response) == Receipt(reference=COMMAND.id)


@pytest.mark.parametrize(
    "data",
    [
        {"reference": 7},
        {"reference": "x" * 201},
        {"reference": "two\nlines"},
        {"reference": "\x1b[31m"},
        {"link": "javascript:alert(1)"},
        {"link": "http://tasks.example.org/1"},
        {"link": "https://"},
        {"link": "https://[oops"},
        {"link": "https://example.org/a b"},
        {"link": f"https://example.org/{'x' * 2000}"},
    ],
)
def test_a_receipt_that_is_none_goes_to_a_person(data: Mapping[str, Any]) -> None:
    """It was done, so it is not done again; but the endpoint has a mistake that waiting does not mend."""
    unknown = answered(Response(status=200, data=data))
    assert isinstance(unknown, Unknown)
    assert unknown.ask_person
    assert "it was done, but its receipt is no use" in unknown.why


@pytest.mark.parametrize(
    "response",
    [
        Response(status=200, text='{"reference": ', headers={"Content-Type": "application/json"}),
        Response(status=200, text='{"reference": NaN}', headers={"Content-Type": "application/problem+json"}),
        Response(status=200, data={"reference": "x" * 70_000}),
        Response(status=302, headers={"Location": "/login"}),
        Response(status=500, text="oops"),
        Response(status=599),
        Response(status=408),
    ],
)
def test_an_answer_that_cannot_be_read_leaves_it_open(response: Response) -> None:
    """It may have been done."""
    unknown = answered(response)
    assert isinstance(unknown, Unknown)
    assert not unknown.ask_person


def test_an_answer_that_is_not_text_leaves_it_open() -> None:
    """Bytes that are no UTF-8, although it says that it is JSON."""

    class Latin(Response):
        """Half an é."""

        @property
        def content(self) -> bytes:
            return b'{"reference":"\xe9"}'

    assert "UTF-8" in answered(Latin(status=200)).why


def test_too_many_requests_are_waited_for() -> None:
    """As long as the endpoint asks."""
    with FakeEndpoint(FrozenClock(at(0))) as fake:
        fake.order([Fault.RATE_LIMITED])
        waits = adapter_at(fake.url).deliver(COMMAND, CONTEXT)
    assert isinstance(waits, NotDone)
    assert waits.wait is not None
    assert waits.wait.total_seconds() == RETRY_AFTER


@pytest.mark.parametrize(
    ("status", "remedy"),
    [(400, ""), (401, "WEBHOOK_SECRET"), (403, "WEBHOOK_SECRET"), (404, "`url`"), (405, "POST"), (422, "")],
)
def test_a_refusal_goes_to_a_person_with_the_endpoints_words(status: int, remedy: str) -> None:
    """And with what to do, where that is known."""
    rejected = answered(Response(status=status, text=f"no \x1b[31m{'x' * 500}"))
    assert isinstance(rejected, Rejected)
    assert rejected.why.startswith(f"{status} no [31mxxx")
    assert remedy in rejected.why
    assert len(rejected.why) < 300


@pytest.mark.parametrize("status", [301, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    """The settings say where commands go, and nobody else does. Nothing was done, so a person sets it right."""
    with FakeEndpoint(FrozenClock(at(0))) as elsewhere:
        rejected = answered(Response(status=status, headers={"Location": f"{elsewhere.url}/hook"}))
        assert (elsewhere.requests, elsewhere.done) == ([], [])
    assert isinstance(rejected, Rejected)
    assert f"moved to {elsewhere_of(rejected.why)}" in rejected.why


def elsewhere_of(why: str) -> str:
    """The address that an explanation names."""
    return next(word.strip(",") for word in why.split() if word.startswith("http://127.0.0.1"))


def test_a_wrong_secret_is_told_to_a_person(endpoint: FakeEndpoint) -> None:
    """The endpoint verifies with code of its own."""
    rejected = adapter_at(endpoint.url, "another one" * 5).deliver(COMMAND, CONTEXT)
    assert isinstance(rejected, Rejected)
    assert endpoint.done == []


def test_nobody_there_is_tried_again() -> None:
    """The connection is refused: nothing was sent. A name that nobody knows is the same."""
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    not_done = adapter_at(f"http://127.0.0.1:{port}").deliver(COMMAND, CONTEXT)
    assert isinstance(not_done, NotDone)
    assert "nothing was sent" in not_done.why


@pytest.mark.parametrize("said", [b"", b"HTTP/1.0 400 Bad request\r\n\r\n"])
def test_what_is_no_encrypted_server_got_nothing(said: bytes) -> None:
    """Broken in the middle of the handshake, or answered in the clear: the body never left."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(100)
                connection.sendall(said)

        thread = threading.Thread(target=serve)
        thread.start()
        not_done = adapter_at(f"https://127.0.0.1:{server.getsockname()[1]}").deliver(COMMAND, CONTEXT)
        thread.join()
    assert isinstance(not_done, NotDone)


def test_the_pool_that_ships_verifies_certificates() -> None:
    """Nothing is sent to a server whose certificate cannot be verified: this one has none at all."""
    adapter = from_settings(
        AdapterSettings(folder=Path(), table={"url": "https://127.0.0.1:1/"}, environment={"WEBHOOK_SECRET": SECRET})
    )
    assert isinstance(adapter, WebhookAdapter)
    pool = adapter._pool()
    assert pool is adapter._pool()
    https = pool.connection_from_url("https://hooks.example.org/")
    assert isinstance(https, urllib3.HTTPSConnectionPool)
    assert https.cert_reqs in {None, ssl.CERT_REQUIRED, "CERT_REQUIRED"}
    assert isinstance(adapter.deliver(COMMAND, CONTEXT), NotDone)
