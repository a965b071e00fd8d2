"""What stands in `adapters.toml` for mail. No secret is among it."""

import re
from collections.abc import Mapping
from enum import Enum
from ipaddress import ip_address
from typing import Any

from attrs import Attribute, field, frozen

from incident_fsm import _values as v
from incident_fsm.errors import InvalidValue

_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
)
_HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*\.?")
_HOST_MAX = 253
_LOCAL_MAX = 64
_ADDRESS_MAX = 254
_PORT_MAX = 65_535


class Security(Enum):
    """How the way to the server is encrypted."""

    STARTTLS = "starttls"
    """In the clear until the server was asked to encrypt (RFC 3207); a server that does not offer it is refused."""
    TLS = "tls"
    """Encrypted from the first byte (RFC 8314)."""
    NONE = "none"
    """Not at all: for a relay on this machine. Neither a password nor a security report goes that way to another."""


_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}
"""Where a server listens, unless the settings say otherwise."""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself, by its name or address alone: nothing is looked up."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_address(said: str) -> bool:
    """Whether a text is an address that any server takes: no name, no brackets, ASCII (RFC 5322 §3.4.1, a dot-atom)."""
    local, _, _ = said.rpartition("@")
    return _ADDRESS.fullmatch(said) is not None and len(local) <= _LOCAL_MAX and len(said) <= _ADDRESS_MAX


def _is_address(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Refuse what is no address."""
    if not isinstance(value, str) or not is_address(value):
        where = f"{type(instance).__name__}.{attribute.name}"
        raise InvalidValue(where, f"{value!r:.120} is no mail address", "write it as ada@example.org, without a name")


def _is_host(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Refuse what is neither a host's name nor its address."""
    if isinstance(value, str) and len(value) <= _HOST_MAX and (_HOST.fullmatch(value) or _is_ip(value)):
        return
    where = f"{type(instance).__name__}.{attribute.name}"
    raise InvalidValue(where, f"{value!r:.120} is no host", "name the mail server, like smtp.example.org")


def _is_ip(said: str) -> bool:
    """Whether a text is an IP address."""
    try:
        ip_address(said)
    except ValueError:
        return False
    return True


def _is_port(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Refuse what is no port."""
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _PORT_MAX):
        where = f"{type(instance).__name__}.{attribute.name}"
        raise InvalidValue(where, f"{value!r:.60} is no port", f"give a number from 1 to {_PORT_MAX}")


def _are_people(instance: object, attribute: "Attribute[Any]", value: Mapping[str, str]) -> None:
    """Refuse a name that is none (it may span no lines, for one), and what is no address."""
    for name, address in value.items():
        v.is_name(instance, attribute, name)
        _is_address(instance, attribute, address)


@frozen(kw_only=True)
class Settings:
    """The table `[email]` of `adapters.toml`.

    `host`, `port` (by default 587 for "starttls", 465 for "tls", 25 for "none") and `security` say where the server is.
    `sender` is the address that mail comes from. `people` gives the address of each person, by the name that they have
    in incidents. `security_team` are those who are told of a breach (§1); where nobody is, mail tells of none.
    `meetings`: whether invitations are sent.
    """

    host: str = field(validator=_is_host)
    sender: str = field(validator=_is_address)
    port: int | None = field(default=None, validator=_is_port)
    security: Security = field(default=Security.STARTTLS, validator=v.of(Security))
    people: Mapping[str, str] = field(factory=dict, validator=_are_people)
    security_team: tuple[str, ...] = field(default=(), validator=v.each(_is_address))
    meetings: bool = field(default=True, validator=v.of(bool))

    def __attrs_post_init__(self) -> None:
        """Refuse to send reports of breaches in the clear."""
        if self.security_team and not self.private:
            raise InvalidValue(
                "Settings.security",
                f'"none" would send reports of breaches to {self.host} in the clear',
                'set security = "starttls" or "tls", or leave security_team out',
            )

    @property
    def private(self) -> bool:
        """Whether nobody on the way to the server can read along."""
        return self.security is not Security.NONE or is_loopback(self.host)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of the server."""
        return self.host, self.port or _PORTS[self.security]

    @property
    def domain(self) -> str:
        """The domain of the sender, which is the organisation's own."""
        return self.sender.rpartition("@")[2].lower()

    def address_of(self, person: str) -> str:
        """The address of a person; empty where none is known.

        A name that is an address itself is believed only within the sender's own domain: names come from whoever
        reports an incident, and nobody outside shall be written to because somebody typed their address.
        """
        known = self.people.get(person, "")
        if known or not is_address(person):
            return known
        return person if person.rpartition("@")[2].lower() == self.domain else ""
