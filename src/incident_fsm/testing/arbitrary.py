"""Everything that can be said at all: texts, moments, and arbitrary events, commands and incidents.

Each value is well-formed, because its class made it, and for most incidents nonsense. Use these where a property must
hold whatever comes in: a codec, an adapter's texts, a guard that may never raise.
"""

import typing
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from attrs import Attribute, fields, has
from hypothesis import strategies as st

from incident_fsm import Incident
from incident_fsm import _values as v
from incident_fsm.commands import COMMANDS, Command
from incident_fsm.events import EVENTS, Event

T = TypeVar("T")

FIRST = datetime(2000, 1, 1, tzinfo=UTC)
LAST = datetime(2099, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
"""The first and the last moment that an event may carry."""

ZONES = (
    UTC,
    timezone(timedelta(hours=14)),
    timezone(timedelta(hours=-12)),
    timezone(timedelta(hours=5, minutes=45)),
    ZoneInfo("Europe/London"),
    ZoneInfo("America/St_Johns"),
    ZoneInfo("Pacific/Apia"),
)

# What no text of ours may hold is refused when an event is made; here are only texts that can be.
_PRINTABLE = st.characters(
    exclude_categories=("Cs", "Cc"),
    exclude_characters="\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
)
_ODD = (
    "x",
    "é" * 40,
    "\u200ba",
    "🔥" * 20,
    "{title}",
    "{reason}",
    "%s",
    "a:b:c",
    "'; DROP TABLE",
    "<b>&amp;",
    "\u200f\u05e9\u05dc\u05d5\u05dd",
    "x @ y",
)
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True)
_IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}", fullmatch=True)
_EVENT_IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:@/-]{0,199}", fullmatch=True)


def one_in(number: int) -> st.SearchStrategy[bool]:
    """Yes once in so many times; no where an example is made simpler."""
    return st.integers(1, number).map(lambda roll: roll == number)


def _texts(limit: int, *, empty: bool, lines: bool = False) -> st.SearchStrategy[str]:
    """Texts that say something, of at most `limit` characters; nothing at all where that is allowed."""
    alphabet = st.one_of(_PRINTABLE, st.just("\n")) if lines else _PRINTABLE
    some = st.text(alphabet, min_size=1, max_size=min(limit, 30)).filter(str.strip)
    longest = st.sampled_from(("x" * limit, "🔥" * limit, '"' * limit))
    # The longest are rare: hundreds of them would test the machine's memory, not the process.
    odd = st.sampled_from(tuple(text for text in _ODD if len(text) <= limit))
    rare = one_in(41).flatmap(lambda chosen: longest if chosen else odd)
    return st.one_of(st.just(""), some, rare) if empty else st.one_of(some, rare)


BY_VALIDATOR: dict[object, st.SearchStrategy[Any]] = {
    v.is_name: _texts(v.NAME_MAX, empty=False),
    v.is_optional_name: _texts(v.NAME_MAX, empty=True),
    v.is_line: _texts(v.LINE_MAX, empty=False),
    v.is_optional_line: _texts(v.LINE_MAX, empty=True),
    v.is_text: _texts(v.TEXT_MAX, empty=False, lines=True),
    v.is_optional_text: _texts(v.TEXT_MAX, empty=True, lines=True),
    v.is_link: _texts(v.LINK_MAX, empty=True),
    v.is_incident_id: _IDS,
    v.is_optional_incident_id: st.just("") | _IDS,
    v.is_event_id: _EVENT_IDS,
    v.is_key: KEYS | st.sampled_from(("lead", "aws", "case_1", "report", "permanent_fix", "declared")),
    v.is_optional_key: st.just("") | KEYS | st.just("security"),
    v.is_count: st.integers(0, 9) | st.integers(0, v.COUNT_MAX),
    v.is_optional_count: st.none() | st.integers(0, 9) | st.integers(0, v.COUNT_MAX),
}


def moments(first: datetime = FIRST, last: datetime = LAST) -> st.SearchStrategy[datetime]:
    """Moments that an event may carry, in many zones; often at the very edges, and where clocks change."""
    edges = [first, last, *(moment for moment in _EDGES if first <= moment <= last)]
    inside = st.datetimes(first.replace(tzinfo=None), last.replace(tzinfo=None)).map(
        lambda said: said.replace(tzinfo=UTC)
    )
    return st.builds(_in_zone, st.sampled_from(edges) | inside, st.sampled_from(ZONES))


_EDGES = (
    datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC),
    datetime(2024, 3, 31, 0, 59, 59, tzinfo=UTC),
    datetime(2024, 3, 31, 1, 0, tzinfo=UTC),
    datetime(2024, 10, 27, 0, 30, tzinfo=UTC),
    datetime(2024, 10, 27, 1, 30, tzinfo=UTC),
    datetime(2024, 12, 31, 23, 59, tzinfo=UTC),
    datetime(2099, 12, 31, 9, 0, tzinfo=UTC),
)


def _in_zone(moment: datetime, zone: Any) -> datetime:
    """Say the same moment in a zone, unless that zone's year would be another than an event may carry."""
    there = moment.astimezone(zone)
    return there if FIRST.year <= there.year <= LAST.year else moment


def computed_moments() -> st.SearchStrategy[datetime]:
    """Moments that are computed, not said: they may lie beyond the years of events."""
    first, last = FIRST.replace(year=2, tzinfo=None), LAST.replace(year=9998, tzinfo=None)
    return st.datetimes(first, last).map(lambda said: said.replace(tzinfo=UTC)) | moments()


_BY_SORT_OF_TIME: dict[object, Callable[[], st.SearchStrategy[Any]]] = {
    v.is_moment: moments,
    v.is_optional_moment: lambda: st.none() | moments(),
    v.is_time: computed_moments,
    v.is_optional_time: lambda: st.none() | computed_moments(),
}


_VALUES: dict[type, st.SearchStrategy[Any]] = {}


def values(kind: type[T]) -> st.SearchStrategy[T]:
    """Every value of one of our attrs classes: whatever its validators let through. Made once a class."""
    if kind not in _VALUES:
        _VALUES[kind] = _values(kind)
    return _VALUES[kind]


def _values(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Make the strategy for a class from those of its fields."""
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{attribute.name: _of(attribute, hints[attribute.name]) for attribute in fields(kind)})


def _of(attribute: "Attribute[Any]", hint: Any) -> st.SearchStrategy[Any]:
    """Every value that a field may hold: by the validator of a text or count, else by its type."""
    validator: object = attribute.validator
    if validator in _BY_SORT_OF_TIME:
        return _BY_SORT_OF_TIME[validator]()
    return BY_VALIDATOR[validator] if validator in BY_VALIDATOR else _typed(hint, attribute)


def _typed(hint: Any, attribute: "Attribute[Any]") -> st.SearchStrategy[Any]:
    """Every value of a type."""
    arguments = typing.get_args(hint)
    if type(None) in arguments:
        return st.none() | _typed(next(one for one in arguments if one is not type(None)), attribute)
    if typing.get_origin(hint) is tuple:
        return st.lists(_typed(arguments[0], attribute), max_size=3).map(tuple)
    if hint is str:
        keys = attribute.name == "forget"
        return BY_VALIDATOR[v.is_key] if keys else BY_VALIDATOR[v.is_name]
    if hint in _BY_TYPE:
        return _BY_TYPE[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    if not has(hint):
        raise TypeError(f"there is no strategy for {hint}, the type of {attribute.name}")
    return values(hint)


_BY_TYPE: dict[object, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(0, v.COUNT_MAX),
    datetime: moments().map(
        lambda moment: moment.astimezone(UTC)
    ),  # nobody converts these: they are in UTC by contract
    date: st.dates(date(2000, 1, 1), date(2099, 12, 31)),
}


def events_of(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Arbitrary events of one kind: well-formed, and for most incidents nonsense."""
    return values(kind)


def arbitrary_events() -> st.SearchStrategy[Event]:
    """Arbitrary events of every kind."""
    return st.sampled_from(EVENTS).flatmap(events_of)


def arbitrary_commands() -> st.SearchStrategy[Command]:
    """Arbitrary commands of every kind, most of which no incident would ask for."""
    return st.sampled_from(COMMANDS).flatmap(values)


def arbitrary_incidents() -> st.SearchStrategy[Incident]:
    """Incidents of any content, most of which no history leads to."""
    return values(Incident)
