"""`incident_fsm.adapters._settings`: an adapter's table becomes its settings, strictly, or every fault is told."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import field, frozen

from incident_fsm import _values as v
from incident_fsm.adapters import AdapterSettings
from incident_fsm.adapters._settings import read_settings
from incident_fsm.errors import AdapterError


@frozen(kw_only=True)
class Settings:
    """What an adapter may be told."""

    page: str = field(validator=v.is_name)
    retries: int = field(default=3, validator=v.is_count)
    channels: Mapping[str, str] = field(factory=dict)
    roles: tuple[str, ...] = field(default=(), validator=v.each(v.is_key))
    audience: v.Audience = field(default=v.Audience.TEAM, validator=v.of(v.Audience))


def settings_of(table: Mapping[str, Any]) -> Settings:
    """Read a table."""
    given = AdapterSettings(folder=Path(), table=table, environment={"TOKEN": "never shown"})
    return read_settings("chat", given, Settings)


def faults(table: Mapping[str, Any]) -> str:
    """What is wrong with a table."""
    with pytest.raises(AdapterError) as caught:
        settings_of(table)
    assert caught.value.name == "chat"
    assert caught.value.remedy == "mend [chat] in adapters.toml"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    return caught.value.problem


def test_a_table_becomes_settings_with_defaults_for_the_rest() -> None:
    """Lists become tuples and words members; what is left out keeps its default."""
    assert settings_of({"page": "P1"}) == Settings(page="P1")
    table = {"page": "P1", "retries": 0, "channels": {"a": "C1"}, "roles": ["lead"], "audience": "public"}
    assert settings_of(table) == Settings(
        page="P1", retries=0, channels={"a": "C1"}, roles=("lead",), audience=v.Audience.PUBLIC
    )


def test_the_table_itself_is_not_changed() -> None:
    """It may be read again."""
    table = {"page": "P1"}
    settings_of(table)
    assert table == {"page": "P1"}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "$.page: 'page' is missing; add it"),
        ({"page": "P1", "token": "s3cret"}, "unknown: 'token'; there are page, retries, channels, roles, audience"),
        ({"page": 5}, "$.page: 5 is int, not str"),
        ({"page": "P1", "retries": "3"}, "$.retries: '3' is str, not int"),
        ({"page": "P1", "retries": True}, "$.retries: True is bool, not int"),
        ({"page": "P1", "roles": "lead"}, "$.roles: 'lead' is str, not a list"),
        ({"page": "P1", "roles": ["Lead"]}, "'Lead' is not an identifier"),
        ({"page": "P1", "audience": "all"}, "'all' is unknown; there are restricted, team, public"),
        ({"page": "P1", "channels": {"a": 1}}, "1 is int, not str"),
        ({"page": " "}, "Settings.page: is empty; say something"),
    ],
)
def test_what_is_wrong_is_told_with_its_path(table: dict[str, Any], said: str) -> None:
    """Nothing is coerced; an unknown key is refused, so a secret that was put there is not accepted in silence."""
    problem = faults(table)
    assert said in problem
    assert "s3cret" not in problem
    assert "never shown" not in problem


def test_every_fault_is_told_at_once() -> None:
    """Nobody mends a file one fault at a time."""
    problem = faults({"page": 5, "retries": "3", "token": "x"})
    assert problem.startswith("has wrong settings: ")
    assert all(said in problem for said in ("$.page", "$.retries", "'token'"))
