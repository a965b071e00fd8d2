"""Every field of every event and policy is bounded; the table in docs/bounds.md says by what, and cannot drift."""

import typing
from datetime import UTC, date, datetime, time
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from attrs import Attribute, fields, has

from incident_fsm import _values as v
from incident_fsm.errors import InvalidValue
from incident_fsm.events import EVENTS
from incident_fsm.policy import Calendar, Policy, Span
from tests.security.hostile import tried

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "bounds.md"

_TEXTS = (40, 64, 100, 200, 2_000, 10_000)
"""The bounds that texts have, in characters."""

_ODD_TEXTS = {("Calendar", "timezone"): ("UTC", "a name of the time zone data")}
"""Texts that are held to more than a length: one that is accepted, and what they must be."""

_SHORTER = {("Calendar", "weekdays"): "7 whole numbers, each once", ("Span", "minutes"): "a year, 527,040",
            ("Span", "working_days"): "a year, 366"}  # fmt: skip
"""Bounds that a class sets by itself, below those of its fields."""

Row = tuple[str, str, str]


def classes() -> list[type[Any]]:
    """Every class that an event or a policy is made of, in the order in which they are met."""
    found: list[type[Any]] = []
    waiting: list[Any] = [*EVENTS, Policy]
    while waiting:
        kind = waiting.pop(0)
        if kind in found:
            continue
        found.append(kind)
        hints = typing.get_type_hints(kind)
        waiting += [part for one in fields(kind) for part in _parts(hints[one.name]) if has(part)]
    return found


def _parts(hint: Any) -> tuple[Any, ...]:
    """A type without "or nothing" and without "a tuple of"."""
    return tuple(one for one in typing.get_args(hint) or (hint,) if one not in {type(None), ...})


FIELDS = [(kind, attribute) for kind in classes() for attribute in fields(kind)]
IDS = [f"{kind.__name__}.{attribute.name}" for kind, attribute in FIELDS]


def accepts(attribute: "Attribute[Any]", value: object) -> bool:
    """Whether a field's validator lets a value pass; where it does not, it says which field and what to do."""
    check = attribute.validator
    assert check is not None
    _, error = tried(InvalidValue, lambda: check(object(), attribute, value))
    if error is None:
        return True
    assert error.field.endswith(f".{attribute.name}")
    assert error.problem
    assert error.remedy
    assert len(str(error)) < 400, "a refusal does not repeat what is too long"
    return False


def bound_of(kind: type[Any], attribute: "Attribute[Any]") -> str:
    """Find out what bounds a field, by trying: one more than the bound is refused. Fails where nothing does."""
    hint = typing.get_type_hints(kind)[attribute.name]
    (part, *_) = _parts(hint)
    if typing.get_origin(hint) is tuple:
        return _list_bound(kind, attribute, part)
    return _one_bound(kind, attribute, part)


def _one_bound(kind: type[Any], attribute: "Attribute[Any]", part: Any) -> str:
    """What bounds a field that holds one value."""
    if part is str:
        return _text_bound(kind, attribute, lambda text: text)
    assert not accepts(attribute, "x"), "only text may be text"
    assert not accepts(attribute, object())
    if part is bool or (isinstance(part, type) and issubclass(part, Enum)):
        return "yes or no" if part is bool else f"one of {len(part)} words"
    if part is int:
        assert accepts(attribute, v.COUNT_MAX)
        assert not accepts(attribute, v.COUNT_MAX + 1)
        assert not accepts(attribute, -1)
        assert not accepts(attribute, True)
        return f"0 to {v.COUNT_MAX:,}"
    if part in {datetime, date, time}:
        return _time_bound(attribute, part)
    assert has(part), f"nothing is known of {part}"
    return f"a `{part.__name__}`"


def _text_bound(kind: type[Any], attribute: "Attribute[Any]", wrap: Any) -> str:
    """How long a text may be; lone surrogates, controls and overrides are refused at any length."""
    for never in ("\ud800", "a\x00", "\u202e", "\x1b[2J"):
        assert not accepts(attribute, wrap(never))
    if (kind.__name__, attribute.name) in _ODD_TEXTS:
        fine, rule = _ODD_TEXTS[kind.__name__, attribute.name]
        assert accepts(attribute, wrap(fine))
        assert not accepts(attribute, wrap("x" * 101))
        return rule
    bounds = [n for n in _TEXTS if accepts(attribute, wrap("a" * n)) and not accepts(attribute, wrap("a" * (n + 1)))]
    assert len(bounds) == 1, "no bound, or not one of those that are documented"
    one_line = not accepts(attribute, wrap("a\nb"))
    return f"{bounds[0]:,} characters{', one line' if one_line and bounds[0] > v.NAME_MAX else ''}"


def _list_bound(kind: type[Any], attribute: "Attribute[Any]", part: Any) -> str:
    """How many items a list may hold, and what bounds each."""
    item = _example(part) if part is not str else "a"
    bounds = [
        n for n in (v.LIST_MAX, 1_000) if accepts(attribute, (item,) * n) and not accepts(attribute, (item,) * (n + 1))
    ]
    assert len(bounds) == 1, "no bound, or not one of those that are documented"
    most = bounds[0]
    assert not accepts(attribute, [item]), "a list could change afterwards"
    assert not accepts(attribute, (object(),))
    if part is str:
        return f"{most:,} × {_text_bound(kind, attribute, lambda text: (text,))}"
    return f"{most:,} × {f'a `{part.__name__}`' if has(part) else 'a date' if part is date else 'a count'}"


def _example(part: Any) -> Any:
    """Some value of a type, made without its own checks: only how many there are is looked at."""
    if part in {int, date}:
        return 1 if part is int else date(2024, 1, 1)
    return part.__new__(part)


def _time_bound(attribute: "Attribute[Any]", part: Any) -> str:
    """Between which years a time may lie, and that it has a zone."""
    if part is time:
        assert not accepts(attribute, time(9, 30, 1))
        assert not accepts(attribute, time(9, 30, tzinfo=UTC))
        return "a time of day, in whole minutes"
    if part is date:
        assert not accepts(attribute, datetime(2024, 1, 1, tzinfo=UTC))
        assert [accepts(attribute, date(year, 6, 1)) for year in (1999, 2000, 2099, 2100)] == [False, True, True, False]
        return "a date of 2000 to 2099"
    assert not accepts(attribute, datetime(2024, 1, 1))  # noqa: DTZ001  that is the point
    first, last = (2000, 2099) if not accepts(attribute, datetime(1999, 6, 1, tzinfo=UTC)) else (2, 9998)
    assert accepts(attribute, datetime(first, 6, 1, tzinfo=UTC))
    assert accepts(attribute, datetime(last, 6, 1, tzinfo=UTC))
    assert not accepts(attribute, datetime(first - 1, 6, 1, tzinfo=UTC))
    assert not accepts(attribute, datetime(last + 1, 6, 1, tzinfo=UTC))
    return f"a moment of {first} to {last}, with its zone"


def table() -> list[Row]:
    """Every field with its bound."""
    return [
        (
            kind.__name__,
            attribute.name,
            _SHORTER.get((kind.__name__, attribute.name)) or bound_of(kind, attribute),
        )
        for kind, attribute in FIELDS
    ]


def document() -> str:
    """docs/bounds.md as it should be: a table for each class."""
    parts = [_HEAD]
    rows = table()
    for kind in classes():
        mine = [f"| `{name}` | {bound} |" for owner, name, bound in rows if owner == kind.__name__]
        parts.append("\n".join([f"## {kind.__name__}", "", "| field | bound |", "|---|---|", *mine]))
    return "\n\n".join(parts) + "\n"


_HEAD = """# Bounds

Every field of every event and of a policy, with the most that it may hold; one more is refused, with the field and a
remedy. Found by trying, by `tests/security/test_bounds.py`, which also holds this page to it; to write it anew:
`python -m tests.security.test_bounds`.

In no text: control characters, bidirectional overrides and isolates, lone surrogates. Around them: JSON of 16 MiB,
without duplicate keys, NaN, Infinity and numbers of more than 18 digits; webhooks and TOML files of 256 KiB."""


@pytest.mark.threat("oversized input", rule="every text and every list of every event and policy is bounded")
@pytest.mark.parametrize(("kind", "attribute"), FIELDS, ids=IDS)
def test_no_field_is_unbounded(kind: type[Any], attribute: "Attribute[Any]") -> None:
    """Each has a validator, which accepts what is at the bound and refuses one more."""
    assert attribute.validator is not None
    assert bound_of(kind, attribute)


def test_the_bounds_that_a_class_sets_by_itself_hold() -> None:
    """A span is at most a year, a week has seven days."""
    assert Span(minutes=527_040).minutes == 527_040
    assert Span(working_days=366).working_days == 366
    for wrong in ({"minutes": 527_041}, {"working_days": 367}, {"minutes": 1, "working_days": 1}, {}):
        with pytest.raises(InvalidValue):
            Span(**wrong)
    assert Calendar(weekdays=(0, 1, 2, 3, 4, 5, 6)).weekdays
    for week in ((0, 0), (7,), (), tuple(range(8))):
        with pytest.raises(InvalidValue):
            Calendar(weekdays=week)


def test_every_class_that_can_be_sent_is_looked_at() -> None:
    """The walk above meets all of them: 21 events, and whatever they and a policy hold."""
    found = classes()
    assert set(EVENTS) <= set(found)
    assert {"Answer", "Assessment", "RoleHolder", "Action", "Calendar", "Span", "Impact"} <= {c.__name__ for c in found}


def test_the_page_about_bounds_says_what_is_so() -> None:
    """Written anew, it would be the same."""
    assert DOCUMENT.read_text("utf-8") == document()


if __name__ == "__main__":
    DOCUMENT.write_text(document(), "utf-8")
