"""Tests of `incident_fsm.adapters.webhook`: what is sent, and which commands are."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3
from attrs import evolve

from incident_fsm.adapters import Receipt, Rejected
from incident_fsm.adapters.webhook import Settings, WebhookAdapter
from incident_fsm.adapters.webhook._payload import body
from incident_fsm.codec import decode_command
from incident_fsm.commands import COMMANDS, EscalateSupportCase, PostToThread
from incident_fsm.testing import FrozenClock, drive
from tests.adapters.deliveries import every_type
from tests.documents.airflow import at
from tests.services.driving import story
from tests.services.fakes.endpoint import SECRET, FakeEndpoint, adapter_at, conforms
from tests.services.fakes.server import PATIENCE

DELIVERIES = {type(delivery.command): delivery for delivery in every_type()}
COMMAND, CONTEXT = DELIVERIES[PostToThread].command, DELIVERIES[PostToThread].context


@pytest.fixture
def endpoint() -> Iterator[FakeEndpoint]:
    """An endpoint that does things once."""
    with FakeEndpoint(FrozenClock(at(0))) as fake:
        fake.watch = conforms
        yield fake
        assert fake.complaints == []


@pytest.mark.parametrize("kind", COMMANDS)
def test_every_command_arrives_whole(endpoint: FakeEndpoint, kind: type) -> None:
    """What arrives can be read back as the very command, and names its id and type outside of it too."""
    delivery = DELIVERIES[kind]
    receipt = adapter_at(endpoint.url).deliver(delivery.command, delivery.context)
    assert receipt == Receipt(reference="task-1", link="https://tasks.example.org/1")
    (told,) = endpoint.done
    assert decode_command(json.dumps(told["command"])) == delivery.command
    assert (told["v"], told["id"], told["type"]) == (1, delivery.command.id, kind.__name__)


def test_what_a_command_builds_on_comes_with_it() -> None:
    """A word in the thread brings the thread's receipt, a chase its case's; what builds on nothing brings none."""
    clock = FrozenClock(at(0))
    with FakeEndpoint(clock) as fake:
        adapter = WebhookAdapter(
            urllib3.PoolManager,
            Settings(url=f"{fake.url}/hook", restricted=True),
            lambda: SECRET,
            now=clock,
            timeout=PATIENCE,
        )
        drive(adapter, fake, clock, events=story())
        first = {told["type"]: told for told in reversed(fake.done)}
        number = {told["type"]: place for place, told in reversed(list(enumerate(fake.done, 1)))}
    assert first["PostToThread"]["earlier"]["reference"] == f"task-{number['OpenThread']}"
    assert first["EscalateSupportCase"]["earlier"]["reference"] == f"task-{number['OpenSupportCase']}"
    assert first["PublishReport"]["earlier"]["reference"] == f"task-{number['CreateReport']}"
    # The incident has one post: what opened it stays its reference, whatever updates brought back.
    assert first["PublishPostMortem"]["earlier"]["reference"] == f"task-{number['PublishStatus']}"
    assert first["OpenThread"]["earlier"] is None


def test_what_has_not_come_yet_is_left_out() -> None:
    """A case that nobody knows any more is no reason to send nothing."""
    chase: Any = DELIVERIES[EscalateSupportCase].command
    sent = json.loads(body(evolve(chase, case="case_99"), CONTEXT.incident))
    assert sent["earlier"] is None


def test_the_same_command_is_the_same_body_at_any_time(endpoint: FakeEndpoint) -> None:
    """Only the signature has the time in it; the second time is ignored by its id, and gets the same receipt."""
    adapter = adapter_at(endpoint.url)
    assert adapter.deliver(COMMAND, CONTEXT) == adapter.deliver(COMMAND, CONTEXT)
    first, second = endpoint.requests
    assert first.body == second.body
    assert len(endpoint.done) == 1


def test_a_command_whose_id_is_none_is_refused() -> None:
    """It would stand in a header."""
    rejected = adapter_at("http://127.0.0.1:1").deliver(evolve(COMMAND, id="x\r\nX-Evil: 1"), CONTEXT)
    assert isinstance(rejected, Rejected)
