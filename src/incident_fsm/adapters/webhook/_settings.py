"""What stands in `adapters.toml` for the webhook. No secret is among it."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from attrs import Attribute, field, frozen

from incident_fsm import _values as v
from incident_fsm.commands import COMMANDS
from incident_fsm.errors import InvalidValue

_TYPES = tuple(command.__name__ for command in COMMANDS)


def _fault(said: str) -> str:
    """What is wrong with an address that commands shall be sent to; empty where nothing is."""
    if not said.isascii() or not said.isprintable() or " " in said:
        return "holds what no address holds; encode it"
    try:
        parts = urlsplit(said)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError as error:
        return f"cannot be read: {error}"
    if not host or parts.scheme not in {"http", "https"}:
        return "is no web address; write it as https://…"
    if parts.scheme == "http" and not _is_loopback(host):
        return "is not encrypted; use https:// (http:// only reaches this machine itself)"
    return _extras(parts)


def _extras(parts: SplitResult) -> str:
    """What an address may hold elsewhere, but not here."""
    if parts.username is not None or parts.password is not None:
        return "holds a name or a password; secrets come from the environment"
    return "ends with a #fragment, which is never sent; leave it out" if parts.fragment else ""


def _is_loopback(host: str) -> bool:
    """Whether a host is this machine itself, by its name or address alone: nothing is looked up."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_url(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Refuse what is no address that commands may be sent to. A password in it is not repeated."""
    v.is_link(instance, attribute, value)
    if problem := _fault(str(value)):
        what, _, remedy = problem.partition("; ")
        raise InvalidValue(f"{type(instance).__name__}.{attribute.name}", what, remedy)


def _is_optional_url(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """As `_is_url`, or nothing."""
    if value != "":
        _is_url(instance, attribute, value)


def _is_type(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Refuse what is no type of command."""
    if value not in _TYPES:
        where = f"{type(instance).__name__}.{attribute.name}"
        raise InvalidValue(where, f"{value!r:.60} is no command", f"use any of {', '.join(_TYPES)}")


@frozen(kw_only=True)
class Settings:
    """The table `[webhook]` of `adapters.toml`.

    `url`: where commands are posted: https, or http to this machine itself. `commands`: which types of them; where
    none is named, all. `restricted`: whether only those who handle security breaches can read what arrives there; if
    not, no restricted command is sent. After a lost answer, `lookup_url` is asked whether the command arrived; without
    one, `idempotent` says that the endpoint ignores an `id` that it has seen, so that it can be sent again. With
    neither, a person is asked.
    """

    url: str = field(validator=_is_url)
    commands: tuple[str, ...] = field(default=(), validator=v.each(_is_type))
    restricted: bool = field(default=False, validator=v.of(bool))
    lookup_url: str = field(default="", validator=_is_optional_url)
    idempotent: bool = field(default=False, validator=v.of(bool))
