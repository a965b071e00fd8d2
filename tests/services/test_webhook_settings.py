"""Tests of the webhook's settings, its secret, and what can be looked at beforehand."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import urllib3
from attrs import evolve

from incident_fsm import Audience, Kind
from incident_fsm.adapters import AdapterSettings, Checkable
from incident_fsm.adapters.webhook import Settings, WebhookAdapter, from_settings
from incident_fsm.commands import PostToThread, ReportSecurityBreach
from incident_fsm.errors import AdapterError, InvalidValue
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import Fault, FrozenClock, drive
from tests.adapters.deliveries import every_type
from tests.documents.airflow import at
from tests.services.driving import story
from tests.services.fakes.endpoint import SECRET, Answering, FakeEndpoint, adapter_at, conforms
from tests.services.fakes.server import PATIENCE, Response

POST = next(delivery for delivery in every_type() if isinstance(delivery.command, PostToThread))
COMMAND, CONTEXT = POST.command, POST.context


@pytest.fixture
def endpoint() -> Iterator[FakeEndpoint]:
    """An endpoint that does things once."""
    with FakeEndpoint(FrozenClock(at(0))) as fake:
        fake.watch = conforms
        yield fake
        assert fake.complaints == []


def test_the_settings_say_which_commands_go_there() -> None:
    """All, or those that are named; a restricted one only where that is said, and a drill's never."""
    every = [delivery.command for delivery in every_type()]
    assert [type(one) for one in every if adapter_at("https://x").accepts(one)] == [
        type(one) for one in every if one.audience is not Audience.RESTRICTED
    ]
    assert all(adapter_at("https://x", restricted=True).accepts(one) for one in every)
    named = adapter_at("https://x", commands=("Remind", "ReportSecurityBreach"))
    assert [type(one).__name__ for one in every if named.accepts(one)] == ["Remind"]
    assert not any(adapter_at("https://x", restricted=True).accepts(evolve(one, kind=Kind.DRILL)) for one in every)
    assert any(isinstance(one, ReportSecurityBreach) for one in every)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "http://hooks.example.org/"}, "not encrypted"),
        ({"url": "http://127.0.0.1.example.org/"}, "not encrypted"),
        ({"url": "ftp://hooks.example.org/"}, "no web address"),
        ({"url": "https:///x"}, "no web address"),
        ({"url": "hooks.example.org"}, "no web address"),
        ({"url": ""}, "no web address"),
        ({"url": "https://robot:hunter2@hooks.example.org/"}, "name or a password"),
        ({"url": "https://robot@hooks.example.org/"}, "name or a password"),
        ({"url": "https://hooks.example.org/#x"}, "fragment"),
        ({"url": "https://hooks.example.org:99999/"}, "cannot be read"),
        ({"url": "https://[oops/"}, "cannot be read"),
        ({"url": "https://hooks.example.org/a b"}, "no address holds"),
        ({"url": "https://hooks.example.org/\r\nX: 1"}, "unprintable|more than one line"),
        ({"url": "https://höoks.example.org/"}, "no address holds"),
        ({"lookup_url": "http://hooks.example.org/"}, "not encrypted"),
        ({"commands": ["PublishStatuses"]}, "is no command; use any of ReportSecurityBreach"),
        ({"commands": "Remind"}, "not a list"),
        ({"secret": "hunter2"}, "unknown: 'secret'"),
        ({"idempotent": "yes"}, "not bool"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_name(wrong: Mapping[str, Any], said: str) -> None:
    """At once; a secret that was put there by mistake is not repeated."""
    table = {"url": "https://hooks.example.org/", **wrong}
    with pytest.raises(AdapterError, match=said) as caught:
        from_settings(AdapterSettings(folder=Path(), table=table, environment={}))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["http://localhost:8000/x", "http://127.0.0.1/x", "http://[::1]:80/", "https://a.b/?c=d"]
)
def test_this_machine_itself_may_be_called_without_encryption(url: str) -> None:
    """For trying it out."""
    assert Settings(url=url).url == url


def test_a_setting_in_python_is_held_to_the_same() -> None:
    """The value cannot be made."""
    with pytest.raises(InvalidValue, match="not encrypted"):
        Settings(url="http://10.0.0.1/")


def test_a_missing_secret_shows_before_anything_is_sent() -> None:
    """The adapter can be made all the same, and its check says what to do."""
    table = {"url": "http://127.0.0.1:1/", "lookup_url": "http://127.0.0.1:1/"}
    adapter = from_settings(AdapterSettings(folder=Path(), table=table, environment={}))
    assert isinstance(adapter, Checkable)
    assert (adapter.name, adapter.live) == ("webhook", True)
    with pytest.raises(AdapterError, match="needs WEBHOOK_SECRET, which is not set"):
        adapter.deliver(COMMAND, CONTEXT)
    secret, reached = adapter.check(load_shipped())
    assert secret.problem == "needs WEBHOOK_SECRET, which is not set"
    assert "openssl rand -hex 32" in secret.remedy
    assert reached.problem.startswith("no answer: NewConnectionError")


def test_the_secret_is_in_no_repr_error_or_journal() -> None:
    """Told or not, whatever is stored or shown; it does not even leave the machine."""
    clock = FrozenClock(at(0))
    with FakeEndpoint(clock) as fake:
        settings = Settings(url=f"{fake.url}/hook", restricted=True, idempotent=True)
        adapter = WebhookAdapter(urllib3.PoolManager, settings, lambda: SECRET, now=clock, timeout=PATIENCE)
        driven = drive(adapter, fake, clock, target="INC-2026-07:1:0", faults=[Fault.FORBIDDEN], events=story())
        assert SECRET not in repr([(one.record, one.command) for one in driven.settled])
        assert SECRET not in repr((adapter, vars(adapter), adapter.check(load_shipped()), fake.requests))


def problems(adapter: WebhookAdapter) -> list[str]:
    """What a check finds wrong."""
    found = [one for one in adapter.check(load_shipped()) if one.problem]
    assert all(one.remedy for one in found)
    return [one.problem for one in found]


def test_a_check_posts_nothing(endpoint: FakeEndpoint) -> None:
    """It asks for headers, and for an id of no command. An endpoint that only knows POST is fine."""
    assert problems(adapter_at(endpoint.url, lookup_url=f"{endpoint.url}/seen")) == []
    assert [(one.method, one.path) for one in endpoint.requests] == [("HEAD", "/hook"), ("GET", "/seen")]
    assert endpoint.done == []


def test_a_check_says_what_follows_a_lost_answer(endpoint: FakeEndpoint) -> None:
    """So that nobody learns it in the night."""
    said = [adapter_at(endpoint.url, idempotent=way).check(load_shipped()) for way in (True, False)]
    assert [tuple(checks)[-1].what for checks in said] == [
        "after a lost answer: it is sent again, as idempotent = true",
        "after a lost answer: a person is asked",
    ]


def test_a_check_says_what_is_not_as_it_should_be(endpoint: FakeEndpoint) -> None:
    """A short secret, an endpoint that moved or fails, a lookup that means nothing or knows everything."""
    assert problems(adapter_at(endpoint.url, "short")) == ["is shorter than 32 characters"]
    (said,) = problems(adapter_at(endpoint.url, "wrong" * 9, lookup_url=f"{endpoint.url}/seen"))
    assert "the lookup was refused: 401" in said
    for status, problem in ((308, "redirects to 'https://new.example.org/'"), (503, "answers 503")):
        with Answering(Response(status=status, headers={"Location": "https://new.example.org/"})) as server:
            assert problems(adapter_at(server.url)) == [problem]
    with Answering(Response(data={"id": "incident-fsm-check:0:0"})) as server:
        (said,) = problems(adapter_at(server.url, lookup_url=f"{server.url}/seen"))
        assert "which no command is called" in said
