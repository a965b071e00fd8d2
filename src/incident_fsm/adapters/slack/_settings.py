"""What `adapters.toml` may say about Slack. The token is not among it: that comes from the environment."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from attrs import Attribute, field, frozen

from incident_fsm.errors import InvalidValue

_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,30}")
_PERSON = re.compile(r"[UW][A-Z0-9]{2,30}")


def channel_name(said: str) -> str:
    """Fold a channel's name for comparing: "#Ext-AWS " is "ext-aws"."""
    return said.strip().removeprefix("#").lower()


def person_name(said: str) -> str:
    """Fold a person's name for comparing: case and spacing do not matter."""
    return " ".join(said.split()).casefold()


def _channels(table: Mapping[str, str]) -> Mapping[str, str]:
    """Fold the names of a table of channels."""
    return {channel_name(name): found for name, found in table.items()}


def _people(table: Mapping[str, str]) -> Mapping[str, str]:
    """Fold the names of a table of people."""
    return {person_name(name): found for name, found in table.items()}


def _ids(pattern: re.Pattern[str], example: str) -> Callable[[object, "Attribute[Any]", Mapping[str, str]], None]:
    """Make a validator for a table from names to ids."""

    def check(instance: object, attribute: "Attribute[Any]", table: Mapping[str, str]) -> None:
        where = f"{type(instance).__name__}.{attribute.name}"
        for name, found in table.items():
            if not name:
                raise InvalidValue(where, f"has an empty name for {found!r:.40}", "name what the id stands for")
            if not pattern.fullmatch(found):
                problem = f"{name!r:.60} has {found!r:.60}, which is no id of Slack's"
                raise InvalidValue(where, problem, f"use the id, like {example}: Slack shows it under the details")

    return check


@frozen(kw_only=True)
class Settings:
    """What may be said of a workspace; all of it may be left out.

    `channels`: from a channel's name in the policy to its id, where it shall not be looked up by its name. `people`:
    from a person's name, as incidents have it, to the id of their user: they are mentioned where they hold a role or
    are reminded. Nobody else ever is.
    """

    channels: Mapping[str, str] = field(factory=dict, converter=_channels, validator=_ids(_CHANNEL, "C024BE91L"))
    people: Mapping[str, str] = field(factory=dict, converter=_people, validator=_ids(_PERSON, "U024BE7LH"))

    def mention(self, person: str) -> str:
        """The mention of a person, ready for a message; empty for whoever is not in `people`."""
        found = self.people.get(person_name(person))
        return f"<@{found}>" if found else ""
