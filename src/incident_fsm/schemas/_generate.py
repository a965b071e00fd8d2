"""Making the schemas from the attrs classes: types, enums, what is required, and the bounds of their validators."""

import json
import typing
from collections.abc import Sequence
from datetime import date, datetime, time
from enum import Enum
from inspect import getdoc
from types import NoneType
from typing import Any

from attrs import NOTHING, Attribute, AttrsInstance, fields, has

from incident_fsm import codec
from incident_fsm._calendar import WEEKDAYS, Calendar, Span
from incident_fsm._incident import Incident
from incident_fsm.commands import COMMANDS
from incident_fsm.events import EVENTS
from incident_fsm.policy import Policy
from incident_fsm.schemas._bounds import CLOCK, DATE, TIME, Schema, bounds, list_bounds, name_of, spelled

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_COMMENT = (
    "Generated from the classes of incident_fsm; it describes what incident_fsm writes. Every time is in UTC. A field"
    " that holds its default is left out. What takes two fields to see is checked by incident_fsm when a value is read."
)

_PLAIN: dict[object, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    datetime: TIME,
    date: DATE,
    time: CLOCK,
    Span: spelled("[1-9][0-9]{0,5} (minute|hour|day|working day)s?"),
}
"""What types are in JSON, where no validator says more."""

_SPELLED: dict[tuple[type, str], Schema] = {
    (Calendar, "weekdays"): {
        "type": "array",
        "items": {"enum": list(WEEKDAYS)},
        "minItems": 1,
        "maxItems": len(WEEKDAYS),
        "uniqueItems": True,
    }
}
"""Fields that the codec spells in a way of its own."""


def generated(name: str) -> str:
    """Make a schema, as the text of its file."""
    match name:
        case "event":
            made = _Schemas().of_any(EVENTS, "What comes in: a fact, in the past tense.")
        case "command":
            made = _Schemas().of_any(COMMANDS, "What goes out: something to be done in the outside world.")
        case "incident":
            made = _Schemas().of_one(Incident)
        case _:
            made = _Schemas().of_one(Policy)
    whole = {"$schema": DIALECT, "$id": f"urn:incident-fsm:{name}:{codec.VERSION}", "title": name, "$comment": _COMMENT}
    return json.dumps({**whole, **made}, indent=2) + "\n"


class _Schemas:
    """Makes one schema, and keeps the parts of it that are named."""

    def __init__(self) -> None:
        self._parts: dict[str, Schema] = {}

    def of_any(self, kinds: Sequence[type[AttrsInstance]], description: str) -> Schema:
        """Make the schema of a value of any of some kinds, told apart by their tag."""
        for kind in kinds:
            self._parts[kind.__name__] = {}  # they come first, in the order of the process
        for kind in kinds:
            tag: Schema = {"type": {"const": kind.__name__}, **_VERSION}
            self._parts[kind.__name__] = self._object(kind, tag)
        refs = [_ref(kind.__name__) for kind in kinds]
        return {"description": description, "oneOf": refs, "$defs": self._parts}

    def of_one(self, kind: type[AttrsInstance]) -> Schema:
        """Make the schema of a value of one kind."""
        return {**self._object(kind, _VERSION), "$defs": self._parts}

    def _object(self, kind: type[AttrsInstance], before: Schema) -> Schema:
        """Make the schema of a class: nothing but its fields, and all of those that have no default."""
        hints = typing.get_type_hints(kind)
        own = {one.name: self._field(kind, one, hints[one.name]) for one in fields(kind)}
        return {
            "description": (getdoc(kind) or kind.__name__).partition("\n")[0],
            "type": "object",
            "properties": {**before, **own},
            "required": [*before, *(one.name for one in fields(kind) if one.default is NOTHING)],
            "additionalProperties": False,
        }

    def _field(self, kind: type, attribute: "Attribute[Any]", hint: Any) -> Schema:  # noqa: ANN401  a type
        """Make the schema of a field, with what it holds if it is left out."""
        found = _SPELLED.get((kind, attribute.name)) or self._value(hint, attribute.validator)
        default = attribute.default
        if default is NOTHING:
            return found
        if isinstance(default, Enum):
            return {**found, "default": default.name.lower()}
        if default is None or isinstance(default, bool | str):
            return {**found, "default": default}
        return {**found, "default": []} if default == () else found

    def _value(self, hint: Any, validator: Any) -> Schema:  # noqa: ANN401  a type, and what attrs keeps
        """Make the schema of a value of a type that a validator holds to its bounds."""
        arguments = typing.get_args(hint)
        if NoneType in arguments:
            inner = next(one for one in arguments if one is not NoneType)
            return {"anyOf": [self._value(inner, validator), {"type": "null"}]}
        if typing.get_origin(hint) is tuple:
            found, items = list_bounds(validator)
            return {"type": "array", **found, "items": self._value(arguments[0], items)}
        if hint in _PLAIN:
            return self._bounded(hint, validator)
        return self._named(hint)

    def _bounded(self, hint: Any, validator: Any) -> Schema:  # noqa: ANN401  likewise
        """Make the schema of a plain value; one that has a name is written down once."""
        found = {**_PLAIN[hint], **bounds(validator)}
        name = name_of(validator)
        if not name:
            return found
        self._parts[name] = found
        return _ref(name)

    def _named(self, hint: Any) -> Schema:  # noqa: ANN401  likewise
        """Make the schema of a class or an enum of ours, once."""
        name = hint.__name__
        if name not in self._parts:
            self._parts[name] = {}
            self._parts[name] = (
                self._object(hint, {}) if has(hint) else {"enum": [member.name.lower() for member in hint]}
            )
        return _ref(name)


_VERSION: Schema = {"v": {"const": codec.VERSION}}


def _ref(name: str) -> Schema:
    """Point at a part."""
    return {"$ref": f"#/$defs/{name}"}
