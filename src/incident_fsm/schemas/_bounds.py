r"""What a validator demands, in the words of JSON Schema.

The bounds are read off the validators themselves, never written down a second time. The makers in `_values` keep theirs
in closures, so that is where they are found; a validator that is not known here is an error and not a gap.

Patterns are kept to what every dialect of regular expressions understands: no look-around, no `\uXXXX` (characters
stand in them as themselves), and what is forbidden is said by `not`, as in some languages `$` matches before the end.
"""

from collections.abc import Callable, Mapping
from inspect import getclosurevars
from typing import Any

from incident_fsm import _values as v

Schema = dict[str, Any]
"""A JSON Schema, or a part of one."""

_LINE_ENDS = "\t\n\u2028\u2029"
_BLANKS = "\t\n \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"

# Lone surrogates cannot stand in JSON that is valid UTF-8, so there is nothing to forbid.
_UNPRINTABLE = v.UNPRINTABLE.pattern.strip("[]").replace("\ud800-\udfff", "")

_SAYS_SOMETHING = {"pattern": f"[^{_BLANKS}]"}
_DAY = "(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"
_CENTURY = f"{v.FIRST_YEAR // 100}[0-9]{{2}}"


def spelled(pattern: str, **more: Any) -> Schema:  # noqa: ANN401  whatever else a schema can say
    """A text that matches a pattern from its beginning to its end."""
    return {"type": "string", "pattern": f"^{pattern}$", "not": {"pattern": "\n"}, **more}


MOMENT = spelled(f"{_CENTURY}-{_DAY}T{_CLOCK}:[0-5][0-9](\\.[0-9]{{6}})?Z", format="date-time")
"""A time from 2000 to 2099, in UTC."""

TIME = spelled(f"[0-9]{{4}}-{_DAY}T{_CLOCK}:[0-5][0-9](\\.[0-9]{{6}})?Z", format="date-time")
"""A time that was computed, in UTC."""

DATE = spelled(f"{_CENTURY}-{_DAY}", format="date")
"""A calendar date."""

CLOCK = spelled(_CLOCK)
"""A time of day."""


def _text(limit: int, *, empty: bool, lines: bool) -> Schema:
    """Text: bounded, printable, of one line or of several; and if it says nothing, it is empty."""
    bad = f"[{_UNPRINTABLE}]" if lines else f"[{_UNPRINTABLE}{_LINE_ENDS}]"
    found: Schema = {"type": "string", "maxLength": limit, "not": {"pattern": bad}}
    return {**found, "anyOf": [{"const": ""}, _SAYS_SOMETHING]} if empty else {**found, **_SAYS_SOMETHING}


def _matching(pattern: Any, *, empty: bool, **_: object) -> Schema:  # noqa: ANN401  a compiled pattern
    """An identifier."""
    return spelled(f"({pattern.pattern})?" if empty else f"({pattern.pattern})")


_MAKERS: Mapping[str, Callable[..., Schema]] = {
    "_text.<locals>.check": _text,
    "_matching.<locals>.check": _matching,
    "of.<locals>.check": lambda **_: {},  # the type says it
}

_COUNT: Schema = {"minimum": 0, "maximum": v.COUNT_MAX}

_KNOWN: Mapping[str, Schema] = {
    "is_count": _COUNT,
    "is_optional_count": _COUNT,
    "is_moment": MOMENT,
    "is_optional_moment": MOMENT,
    "is_time": TIME,
    "is_optional_time": TIME,
    "is_date": DATE,
    "is_optional_date": DATE,
    "_is_clock": CLOCK,
    "_is_zone": _text(v.NAME_MAX, empty=False, lines=False),
}


def bounds(validator: Any) -> Schema:  # noqa: ANN401  whatever attrs keeps
    """What a validator of one value demands; nothing where there is none."""
    if validator is None:
        return {}
    name = validator.__qualname__
    if name in _KNOWN:
        return _KNOWN[name]
    if name not in _MAKERS:
        raise TypeError(f"no schema is known for the validator {name}: add it to {__name__}")
    return _MAKERS[name](**getclosurevars(validator).nonlocals)


def list_bounds(validator: Any) -> tuple[Schema, Any]:  # noqa: ANN401  whatever attrs keeps
    """What a validator of a tuple demands of it, and the validator of its items."""
    if validator is None:
        return {}, None
    kept = getclosurevars(validator).nonlocals
    if validator.__qualname__ == "_some.<locals>.check_some":
        found, items = list_bounds(kept["each"])
        return {"minItems": 1, **found}, items
    return {"maxItems": kept["limit"]}, kept["check_one"]


def name_of(validator: object) -> str:
    """The name that a validator of text has in `_values`, without its `is_`; empty where it has none there."""
    named = (name for name, value in vars(v).items() if value is validator and name.startswith("is_"))
    return next(named, "").removeprefix("is_")
