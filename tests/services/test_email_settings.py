"""Tests of the settings of `incident_fsm.adapters.email`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from incident_fsm.adapters import Adapter, AdapterSettings, Checkable
from incident_fsm.adapters.email import EmailAdapter, Security, Settings, from_settings
from incident_fsm.errors import AdapterError, InvalidValue
from tests.services.fakes.mail import PEOPLE


def made(table: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Adapter:
    """An adapter from a table of `adapters.toml`."""
    return from_settings(AdapterSettings(folder=Path(), table=table, environment=environment or {}))


TABLE = {"host": "smtp.example.org", "sender": "incidents@example.org"}


def test_the_table_of_the_documentation_makes_an_adapter() -> None:
    """Without a call, and without a secret."""
    adapter = made(
        {
            **TABLE,
            "security_team": ["security@example.org"],
            "people": {**PEOPLE, "Miles": "o'brien@example.org"},
            "security": "tls",
        }
    )
    assert isinstance(adapter, EmailAdapter)
    assert isinstance(adapter, Checkable)
    assert (adapter.name, adapter.live) == ("email", True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sender": "Ada <ada@example.org>"}, "no mail address"),
        ({"sender": "ada@example.org\nBcc: eve@example.com"}, "no mail address"),
        ({"sender": f"{'a' * 65}@example.org"}, "no mail address"),
        ({"host": "smtp.example.org/x"}, "no host"),
        ({"host": "a" * 64}, "no host"),
        ({"port": 0}, "no port"),
        ({"port": True}, "port"),
        ({"port": "587"}, "port"),
        ({"security": "ssl"}, "starttls, tls, none"),
        ({"people": {"Ada": "ada"}}, "no mail address"),
        ({"people": {"Ada\nBcc: x": "ada@example.org"}}, "more than one line|unprintable"),
        ({"people": ["ada@example.org"]}, "people"),
        ({"security_team": "ada@example.org"}, "not a list"),
        ({"password": "hunter2"}, "unknown: 'password'"),
        ({"security": "none", "security_team": ["ada@example.org"]}, "in the clear"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_name(wrong: Mapping[str, Any], said: str) -> None:
    """At once, before anything is called, and a secret that was put there by mistake is not repeated."""
    with pytest.raises(AdapterError, match=said) as caught:
        made({**TABLE, **wrong})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "private"),
    [("localhost", True), ("127.0.0.2", True), ("::1", True), ("10.0.0.1", False), ("localhost.example.org", False)],
)
def test_only_this_machine_itself_is_private_without_encryption(host: str, private: bool) -> None:  # noqa: FBT001  a table
    """By its name or address; a name that only begins like it is another's."""
    plain = Settings(host=host, sender="a@example.org", security=Security.NONE)
    assert plain.private is private
    assert evolve(plain, security=Security.TLS).private


def test_a_report_of_a_breach_is_never_sent_in_the_clear() -> None:
    """Settings that would do it cannot be made."""
    with pytest.raises(InvalidValue, match="in the clear"):
        Settings(host="10.0.0.1", sender="a@example.org", security=Security.NONE, security_team=("b@example.org",))


def test_each_way_of_encrypting_has_its_usual_port() -> None:
    """And any other can be said."""
    ports = {way: Settings(host="smtp.example.org", sender="a@b.org", security=way).address[1] for way in Security}
    assert ports == {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}
    assert Settings(host="x", sender="a@b.org", port=2525).address == ("x", 2525)
