"""Tests of looking for a command whose answer was lost."""

from collections.abc import Iterator
from typing import Any

import pytest

from incident_fsm.adapters import Absent, Receipt, Unknown
from incident_fsm.commands import PostToThread
from incident_fsm.testing import FrozenClock
from tests.adapters.deliveries import every_type
from tests.documents.airflow import at
from tests.services.fakes.endpoint import Answering, FakeEndpoint, adapter_at, conforms
from tests.services.fakes.server import Response

POST = next(delivery for delivery in every_type() if isinstance(delivery.command, PostToThread))
COMMAND, CONTEXT = POST.command, POST.context


@pytest.fixture
def endpoint() -> Iterator[FakeEndpoint]:
    """An endpoint that does things once."""
    with FakeEndpoint(FrozenClock(at(0))) as fake:
        fake.watch = conforms
        yield fake
        assert fake.complaints == []


def looked_up(response: Response) -> Any:
    """What a lookup's answer comes to."""
    with Answering(response) as server:
        return adapter_at(server.url, lookup_url=f"{server.url}/seen").find(COMMAND, CONTEXT)


def test_an_endpoint_that_can_be_asked_says_what_it_has(endpoint: FakeEndpoint) -> None:
    """Nothing before; afterwards the same receipt that delivering gave. Other parameters of the address are kept."""
    adapter = adapter_at(endpoint.url, lookup_url=f"{endpoint.url}/seen")
    assert adapter.find(COMMAND, CONTEXT) == Absent()
    assert adapter.find(COMMAND, CONTEXT) != adapter.deliver(COMMAND, CONTEXT) == adapter.find(COMMAND, CONTEXT)
    endpoint.watch = lambda _: None
    tenant = adapter_at(endpoint.url, lookup_url=f"{endpoint.url}/seen?tenant=7")
    assert isinstance(tenant.find(COMMAND, CONTEXT), Receipt)
    assert endpoint.requests[-1].query == {"tenant": ["7"], "id": [COMMAND.id]}


@pytest.mark.parametrize(
    "response",
    [
        Response(status=404, text="<html>no such page</html>"),
        Response(status=404, data={"error": "no such route"}),
        Response(status=404, data={"id": "INC-8:1:0"}),
        Response(status=200, text="<html>welcome</html>"),
        Response(status=200, data={"reference": "task-7"}),
        Response(status=200, text="{", headers={"Content-Type": "application/json"}),
        Response(status=202, data={"id": COMMAND.id}),
        Response(status=500, data={"id": COMMAND.id}),
        Response(status=302, headers={"Location": "/login"}),
    ],
)
def test_an_answer_that_does_not_name_the_command_means_nothing(response: Response) -> None:
    """A proxy's 404 is no "absent", a page for everything no "found"."""
    unknown = looked_up(response)
    assert isinstance(unknown, Unknown)
    assert not unknown.ask_person


@pytest.mark.parametrize("status", [401, 403])
def test_where_looking_is_forbidden_a_person_is_asked(status: int) -> None:
    """Waiting will not help."""
    unknown = looked_up(Response(status=status, data={"id": COMMAND.id}))
    assert isinstance(unknown, Unknown)
    assert unknown.ask_person


def test_where_nobody_answers_a_lookup_it_stays_open() -> None:
    """And is asked again later: after as long as the endpoint says, if it says so."""
    lost = adapter_at("http://127.0.0.1:1", lookup_url="http://127.0.0.1:1/seen").find(COMMAND, CONTEXT)
    assert isinstance(lost, Unknown)
    assert not lost.ask_person
    busy = looked_up(Response(status=429, headers={"Retry-After": "9"}))
    assert busy.wait.total_seconds() == 9


def test_an_endpoint_that_cannot_be_asked_is_sent_it_again_only_if_it_promises_to_ignore_it() -> None:
    """Else a person is asked: they are told which two settings would spare them."""
    assert adapter_at("http://127.0.0.1:1", idempotent=True).find(COMMAND, CONTEXT) == Absent()
    unknown = adapter_at("http://127.0.0.1:1").find(COMMAND, CONTEXT)
    assert isinstance(unknown, Unknown)
    assert unknown.ask_person
    assert "lookup_url" in unknown.why
    assert "idempotent" in unknown.why
