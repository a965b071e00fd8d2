"""Tests of the token, the settings and the way an adapter for PagerDuty is made."""

import logging
import pickle
from functools import partial
from pathlib import Path

import httpx2
import pytest
from attrs import frozen

from incident_fsm._secrets import Secret
from incident_fsm.adapters import AdapterSettings, NotDone, Rejected
from incident_fsm.adapters.pagerduty import PagerDutyAdapter, Region, Settings, from_settings
from incident_fsm.adapters.pagerduty._wire import Client, make_client
from incident_fsm.adapters.registry import load_adapters
from incident_fsm.codec import encode_event
from incident_fsm.engine import CommandStatus
from incident_fsm.errors import AdapterError
from incident_fsm.testing import Fault, FrozenClock, drive
from tests.documents.airflow import ID, at
from tests.services.driving import story
from tests.services.fakes.pagerduty import ENVIRONMENT, PAGE_NAME, TOKEN, FakePagerDuty, Loopback, client_of
from tests.services.test_pagerduty import OPENS, UNKNOWN_POST
from tests.services.test_pagerduty_wire import Canned, asked, canned, says

SETTINGS = Settings(page=PAGE_NAME)


@pytest.mark.parametrize("token", [f"{TOKEN}\n", f"Token {TOKEN}", f"{TOKEN}é"])
def test_a_token_that_cannot_be_one_is_refused_before_anything_is_sent(token: str) -> None:
    """The HTTP library would quote it in its error."""
    transport = Canned(says(200, "{}"))
    secret = Secret("pagerduty", "PAGERDUTY_TOKEN", {"PAGERDUTY_TOKEN": token})
    with make_client(secret, Region.US, transport=transport) as client, pytest.raises(AdapterError) as caught:
        PagerDutyAdapter(lambda: client, SETTINGS).deliver(OPENS, UNKNOWN_POST)
    assert "needs PAGERDUTY_TOKEN as one word" in str(caught.value)
    assert TOKEN not in str(caught.value)
    assert transport.requests == []


def test_a_new_token_counts_at_once() -> None:
    """It is read for each request, so that it can be changed while a worker runs."""
    environment = dict(ENVIRONMENT)
    with FakePagerDuty(FrozenClock(at(0))) as fake, client_of(fake, environment) as client:
        adapter = PagerDutyAdapter(lambda: client, SETTINGS)
        environment["PAGERDUTY_TOKEN"] = "another"  # noqa: S105  as good as any
        outcome = adapter.deliver(OPENS, UNKNOWN_POST)
        assert isinstance(outcome, Rejected)
        assert "401" in outcome.why
        environment["PAGERDUTY_TOKEN"] = TOKEN
        assert adapter.deliver(OPENS, UNKNOWN_POST) != outcome


def _itself(client: Client) -> Client:
    """A client as it is."""
    return client


def test_the_token_shows_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    """Not in what is printed of the adapter, nor in its errors, the journal, the outbox or a log."""
    caplog.set_level(logging.DEBUG)
    shown: list[object] = []
    for fault in Fault:
        clock = FrozenClock(at(0))
        with FakePagerDuty(clock) as fake, client_of(fake) as client:
            adapter = PagerDutyAdapter(partial(_itself, client), SETTINGS)
            driven = drive(adapter, fake, clock, target=f"{ID}:4:0", faults=[fault, Fault.BROKEN], events=story())
            shown += [repr(adapter), vars(adapter), repr(client), vars(client.auth_method), client.trunc_key]
            shown += [record.error for record in driven.desk.outbox()]
            shown += [encode_event(entry.event) for entry in driven.desk.timeline(ID)]
    assert TOKEN not in repr(shown)
    assert TOKEN not in caplog.text
    assert TOKEN[-4:] not in repr(shown)


def test_nothing_is_asked_and_no_token_needed_before_the_first_delivery() -> None:
    """A missing token then says so, with nothing sent."""
    adapter = from_settings(AdapterSettings(folder=Path(), table={"page": "x", "region": "eu"}, environment={}))
    for ask in (adapter.deliver, adapter.find):
        with pytest.raises(AdapterError, match="needs PAGERDUTY_TOKEN, which is not set; set it in the environment"):
            ask(OPENS, UNKNOWN_POST)


def test_a_missing_token_leaves_a_command_to_a_person() -> None:
    """Visibly, with the reason."""
    clock = FrozenClock(at(0))
    with FakePagerDuty(clock) as fake, client_of(fake, {}) as client:
        driven = drive(PagerDutyAdapter(lambda: client, SETTINGS), fake, clock, events=story())
        first = driven.settled[0].record
        assert first.status is CommandStatus.FAILED
        assert "PAGERDUTY_TOKEN" in first.error
        assert fake.requests == []


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({}, "'page' is missing"),
        ({"page": ""}, "page: is empty"),
        ({"page": "x", "region": "mars"}, "'mars' is unknown; there are us, eu"),
        ({"page": "x", "token": TOKEN}, "unknown: 'token'"),
        ({"page": "x", "services": {"a": 7}}, "7 is int, not str"),
        ({"page": "x", "slack_subscription": "yes"}, "'yes' is str, not bool"),
    ],
)
def test_wrong_settings_are_refused_at_once(table: dict[str, object], problem: str) -> None:
    """With the place and what is wrong there; never with what looks like a secret."""
    with pytest.raises(AdapterError) as caught:
        from_settings(AdapterSettings(folder=Path(), table=table, environment={}))
    assert problem in str(caught.value)
    assert TOKEN not in str(caught.value)
    assert "mend [pagerduty] in adapters.toml" in str(caught.value)


def test_it_is_found_by_its_name() -> None:
    """By the entry point `pagerduty`."""
    settings = AdapterSettings(folder=Path(), environment={})
    (adapter,) = load_adapters(["pagerduty"], settings, tables={"pagerduty": {"page": "x"}})
    assert isinstance(adapter, PagerDutyAdapter)


@frozen
class Place:
    """A region and its host."""

    region: Region
    host: str


@pytest.mark.parametrize(
    "place", [Place(Region.US, "api.pagerduty.com"), Place(Region.EU, "api.eu.pagerduty.com")], ids=lambda one: one.host
)
def test_a_region_has_its_own_host(place: Place) -> None:
    """Requests go nowhere else, over https, and give up after ten seconds."""
    with FakePagerDuty(FrozenClock(at(0))) as fake:
        transport = Loopback(fake)
        secret = Secret("pagerduty", "PAGERDUTY_TOKEN", ENVIRONMENT)
        with make_client(secret, place.region, transport=transport) as client:
            assert client.timeout == 10
            assert client.url == f"https://{place.host}"
            PagerDutyAdapter(lambda: client, SETTINGS).deliver(OPENS, UNKNOWN_POST)
        assert set(transport.hosts) == {place.host}


def test_a_client_s_secret_cannot_be_taken_out_of_the_process() -> None:
    """Nor does the client hold it."""
    with canned(says(200)) as client, pytest.raises(TypeError):
        pickle.dumps(client.auth_method)


def test_nobody_listening_is_no_doubt() -> None:
    """A connection that is refused has sent nothing."""
    with FakePagerDuty(FrozenClock(at(0))) as fake:
        client = client_of(fake)
        gone = fake.url

    def elsewhere(request: httpx2.Request) -> httpx2.Response:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=int(gone.rpartition(":")[2]))
        with httpx2.HTTPTransport() as transport:
            return transport.handle_request(request)

    client.close()
    assert isinstance(asked(elsewhere).delivering, NotDone)
