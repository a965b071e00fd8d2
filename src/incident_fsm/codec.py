"""The one door to `cattrs`: events, commands, incidents and policies as JSON, and back.

Tagged and versioned: `{"type": "NoteTaken", "v": 1, ...}` for events and commands, `{"v": 1, ...}` for an incident or
a policy. Strict: nothing is coerced, an unknown field or tag is a fault, a missing one too unless it has a default.
`CodecError.faults` names each path. Bounds, checked before anything is parsed: 16 MiB of text (`BYTES_MAX`); then no
duplicate keys, no NaN, no number of more than 18 digits.

Fields that hold their default are left out of events, so old readers can read what they know, and a new field with a
default does not change the digest of a policy that does not use it.

Two converters read, with the same rules. The quick one stops at the first fault and does not say where; what it does
not take is read again by the thorough one, which names every path. So what is sound, and that is nearly everything,
does not pay for telling what is wrong.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from enum import Enum
from functools import cache
from math import isfinite
from typing import Any, TypeVar, cast, get_args, get_origin

from attrs import fields
from cattrs import BaseConverter, Converter, transform_error
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from incident_fsm._calendar import WEEKDAYS, Calendar, Span
from incident_fsm._incident import Incident
from incident_fsm.commands import COMMANDS, Command
from incident_fsm.errors import CodecError, IncidentFsmError
from incident_fsm.events import EVENTS, Event
from incident_fsm.policy import Policy

VERSION = 1
"""The version that is written. Every version up to it can be read."""

BYTES_MAX = 16 * 1024 * 1024
"""No JSON text longer than this is looked at. The longest review that can be written takes some 10 MiB."""

_DIGITS_MAX = 18

_FAULTS_MAX, _FAULT_MAX, _EXTRA_MAX = 20, 900, 5
"""So many faults are named, each in so many characters."""

T = TypeVar("T")

_EVENT_TYPES: dict[str, type[Event]] = {event.__name__: event for event in EVENTS}
_COMMAND_TYPES: dict[str, type[Command]] = {command.__name__: command for command in COMMANDS}


def encode_event(event: Event) -> str:
    """Write an event as JSON."""
    return _dump({"type": type(event).__name__, "v": VERSION, **_writer(type(event))(event)})


def decode_event(said: str) -> Event:
    """Read an event, or raise `CodecError` with each path."""
    return _structure_tagged(said, "event", _EVENT_TYPES)


def encode_command(command: Command) -> str:
    """Write a command as JSON."""
    return _dump({"type": type(command).__name__, "v": VERSION, **_writer(type(command))(command)})


def decode_command(said: str) -> Command:
    """Read a command, or raise `CodecError` with each path."""
    return _structure_tagged(said, "command", _COMMAND_TYPES)


def encode_incident(incident: Incident) -> str:
    """Write an incident as JSON."""
    return _dump({"v": VERSION, **_writer(Incident)(incident)})


def decode_incident(said: str) -> Incident:
    """Read an incident, or raise `CodecError` with each path."""
    return _structure_versioned(said, "incident", Incident)


def encode_policy(policy: Policy) -> str:
    """Write a policy as JSON. The same policy is always the same text, so it can be digested."""
    return _dump({"v": VERSION, **_writer(Policy)(policy)})


def decode_policy(said: str) -> Policy:
    """Read a policy, or raise `CodecError` with each path. What its parts make wrong together is not looked at here."""
    return _structure_versioned(said, "policy", Policy)


def policy_digest(policy: Policy) -> str:
    """The content digest of a policy (SHA-256, hexadecimal): what a stored event names it by."""
    return hashlib.sha256(encode_policy(policy).encode()).hexdigest()


def as_data(value: object) -> dict[str, Any]:
    """Turn any of our values into plain JSON data, for scripts and templates. Nothing is left out."""
    return cast("dict[str, Any]", _whole_converter().unstructure(value))


def structure(data: object, kind: type[T], what: str) -> T:
    """Build one of our values from plain data, or raise `CodecError` with each path."""
    try:
        return cast("T", _reader(kind)(data, kind))
    except Exception:  # noqa: BLE001  whatever a validator raised: the thorough converter meets it again and says where
        return _structure_thoroughly(data, kind, what)


def _structure_thoroughly(data: object, kind: type[T], what: str) -> T:
    """As `structure`, slowly: every fault is found, and its path."""
    try:
        return _converter().structure(data, kind)
    except Exception as error:  # noqa: BLE001  cattrs wraps whatever a validator raised; each becomes a named fault
        raise CodecError(what, _faults(error, kind)) from None


def parse_json(said: str, what: str) -> Any:  # noqa: ANN401  JSON is what it is
    """Parse JSON text within the bounds, or raise `CodecError`."""
    # No character takes more than four bytes, so only a long text is measured.
    if len(said) > BYTES_MAX // 4 and len(said.encode(errors="surrogatepass")) > BYTES_MAX:
        raise CodecError(what, [f"$: more than {BYTES_MAX} bytes"])
    try:
        return _parse(said)
    except RecursionError:
        raise CodecError(what, ["$: nested too deep"]) from None
    except ValueError as error:
        raise CodecError(what, [f"$: {error}"]) from None


def _parse(said: str) -> Any:  # noqa: ANN401  JSON is what it is
    """Parse as `json.loads` does, with one decoder for all texts: it would make a new one for each."""
    if said.startswith("{"):
        found, end = _DECODER.raw_decode(said)
        if end == len(said):
            return found
    if said.startswith("\ufeff"):
        raise json.JSONDecodeError("Unexpected UTF-8 BOM (decode using utf-8-sig)", said, 0)
    return _DECODER.decode(said)


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that names a key twice: one of the two would be lost in silence."""
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise ValueError(f"the key {name!r:.60} is there twice")
            seen.add(name)
    return found


def _no_constants(said: str) -> None:
    """Refuse NaN and Infinity, which are not JSON."""
    raise ValueError(f"{said} is not JSON")


def _no_giants(said: str) -> int:
    """Refuse integers that no field of ours could mean."""
    if len(said) > _DIGITS_MAX:
        raise ValueError(f"a number of {len(said)} digits")
    return int(said)


_DECODER = json.JSONDecoder(object_pairs_hook=_no_twins, parse_constant=_no_constants, parse_int=_no_giants)

_dump: Callable[[dict[str, Any]], str] = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False
).encode
"""Write JSON: compact, in the order of the fields, every character as itself."""


def _structure_tagged(said: str, what: str, types: dict[str, type[T]]) -> T:
    """Read a value whose tag says its type."""
    data = _versioned(said, what)
    tag = data.pop("type", None)
    kind = types.get(tag) if isinstance(tag, str) else None
    if kind is None:
        raise CodecError(what, [f"$.type: {tag!r:.60} is unknown; there are {', '.join(types)}"])
    return structure(data, kind, f"{what} {tag}")


def _structure_versioned(said: str, what: str, kind: type[T]) -> T:
    """Read a value of a known type."""
    return structure(_versioned(said, what), kind, what)


def _versioned(said: str, what: str) -> dict[str, Any]:
    """Parse an object and take its version off."""
    data = parse_json(said, what)
    if not isinstance(data, dict):
        raise CodecError(what, [f"$: is {type(data).__name__}, not an object"])
    version = data.pop("v", None)
    if type(version) is not int or version != VERSION:
        raise CodecError(what, [f"$.v: version {version!r:.20} cannot be read here; this release reads {VERSION}"])
    return data


def _faults(error: Exception, kind: type) -> list[str]:
    """List what went wrong, each with its path."""

    def say(problem: BaseException, expected: type | None) -> str:
        if isinstance(problem, KeyError):
            return f"{problem.args[0]!r} is missing; add it"
        if isinstance(problem, IncidentFsmError):
            return str(problem)
        if type(problem).__name__ == "ForbiddenExtraKeysError":
            strangers = sorted(getattr(problem, "extra_fields", ()))
            extra = ", ".join(f"{name!r:.60}" for name in strangers[:_EXTRA_MAX])
            extra += f" and {len(strangers) - _EXTRA_MAX} more" if len(strangers) > _EXTRA_MAX else ""
            known = ", ".join(attribute.name for attribute in fields(getattr(problem, "cl", kind)) if attribute.init)
            return f"unknown: {extra}; there are {known}"
        del expected
        return str(problem)

    said = [fault.rpartition(" @ ") for fault in transform_error(error, format_exception=say)]
    faults = [_shortened(f"{path}: {problem}") for problem, _, path in said[:_FAULTS_MAX]]
    return [*faults, *([f"$: and {len(said) - _FAULTS_MAX} faults more"] if len(said) > _FAULTS_MAX else [])]


def _shortened(fault: str) -> str:
    """Keep a fault as long as a person reads: it may repeat what was sent, and that may be 16 MiB."""
    return fault if len(fault) <= _FAULT_MAX else f"{fault[:_FAULT_MAX]}…"


@cache
def _converter() -> Converter:
    """Build the converter that leaves defaults out and names every fault, once, when it is first needed."""
    return _build(omit_if_default=True)


@cache
def _quick_converter() -> Converter:
    """Build the converter that only says that there is a fault."""
    return _build(omit_if_default=True, thorough=False)


@cache
def _whole_converter() -> Converter:
    """Build the converter that leaves nothing out."""
    return _build(omit_if_default=False)


_READERS: dict[type, Callable[[object, object], object]] = {}
_WRITERS: dict[type, Callable[[object], dict[str, Any]]] = {}


def _reader(kind: type) -> Callable[[object, object], object]:
    """Fetch the quick hook that reads a type, once."""
    found = _READERS.get(kind)
    if found is None:
        found = _READERS[kind] = _quick_converter().get_structure_hook(kind)
    return found


def _writer(kind: type) -> Callable[[object], dict[str, Any]]:
    """Fetch the hook that writes a type, without what holds its default, once."""
    found = _WRITERS.get(kind)
    if found is None:
        found = _WRITERS[kind] = _converter().get_unstructure_hook(kind)
    return found


def _build(*, omit_if_default: bool, thorough: bool = True) -> Converter:
    """Build a converter with our rules."""
    converter = Converter(forbid_extra_keys=True, detailed_validation=thorough, omit_if_default=omit_if_default)
    for kind in (bool, int):
        converter.register_structure_hook(kind, _exactly(kind))
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook(str, _text)
    converter.register_structure_hook(
        datetime, lambda said, _: _read(said, _moment, "a time with a zone, like 2024-01-31T09:30:00Z")
    )
    converter.register_structure_hook(date, lambda said, _: _read(said, date.fromisoformat, "a date like 2024-01-31"))
    converter.register_structure_hook(time, lambda said, _: _read(said, time.fromisoformat, "a time of day like 09:30"))
    converter.register_unstructure_hook(datetime, _moment_text)
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_unstructure_hook(time, lambda clock: clock.isoformat("minutes"))
    converter.register_structure_hook_factory(_is_tuple, _tuple_hook)
    converter.register_structure_hook_factory(_is_enum, _member_hook)
    converter.register_unstructure_hook_factory(_is_enum, _member_name_hook)
    converter.register_structure_hook(Span, lambda said, _: _read(said, Span.parse, "a length of time like '2 hours'"))
    converter.register_unstructure_hook(Span, str)
    _spell_weekdays(converter, omit_if_default=omit_if_default)
    return converter


def _spell_weekdays(converter: Converter, *, omit_if_default: bool) -> None:
    """Spell the days of a calendar's week as words."""
    read = make_dict_structure_fn(Calendar, converter, _cattrs_forbid_extra_keys=True)
    write = make_dict_unstructure_fn(Calendar, converter, _cattrs_omit_if_default=omit_if_default)

    def read_calendar(data: Any, kind: type[Calendar]) -> Calendar:  # noqa: ANN401  whatever the file holds
        if isinstance(data, dict) and isinstance(data.get("weekdays"), list):
            data = {**data, "weekdays": [_day(word) for word in data["weekdays"]]}
        return read(data, kind)

    def write_calendar(calendar: Calendar) -> dict[str, Any]:
        data = write(calendar)
        if "weekdays" in data:
            data["weekdays"] = [WEEKDAYS[day] for day in calendar.weekdays]
        return data

    converter.register_structure_hook(Calendar, read_calendar)
    converter.register_unstructure_hook(Calendar, write_calendar)


def _day(word: object) -> int:
    """Read the name of a day."""
    if word not in WEEKDAYS:
        raise ValueError(f"{word!r:.40} is no day of the week; there are {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(str(word))


def _exactly(kind: type) -> Callable[[object, object], object]:
    """Make a hook that takes a value of one type as it is, and no other: cattrs would make 5 of "5"."""

    def check(said: object, _: object) -> object:
        if type(said) is not kind:
            raise ValueError(f"{said!r:.60} is {type(said).__name__}, not {kind.__name__}")
        return said

    return check


def _number(said: object, _: object) -> float:
    """Take a number as it is: a whole one will do, NaN and infinity will not."""
    if type(said) not in {int, float} or not isfinite(number := cast("float", said)):
        raise ValueError(f"{said!r:.60} is no number that can be used here")
    return float(number)


_exactly_str = _exactly(str)


def _text(said: object, kind: object) -> str:
    """Take a text as it is, unless it holds half a character: no store could keep that."""
    if type(said) is str and said.isascii():
        return said
    text = str(_exactly_str(said, kind))
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{text!r:.60} holds half a character (a lone surrogate)") from None
    return text


def _moment_text(moment: datetime) -> str:
    """Write a time in UTC."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return f"{utc.isoformat()[:-6]}Z"


def _moment(said: str) -> datetime:
    """Read a time with its zone, and carry it in UTC as every time of ours."""
    moment = datetime.fromisoformat(said)
    if moment.utcoffset() is None:
        raise ValueError("no zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # within a day of the first or last moment there is
        raise ValueError("outside of time") from None


def _read(said: object, parse: Callable[[str], T], form: str) -> T:
    """Parse a text, or say which form is expected. TOML brings dates and times that are parsed already."""
    if isinstance(said, date | time) and not isinstance(said, datetime):
        said = said.isoformat()
    if not isinstance(said, str):
        raise ValueError(f"{said!r:.60} is {type(said).__name__}, not {form}")  # noqa: TRY004  becomes a fault with a path
    try:
        return parse(said)
    except IncidentFsmError:
        raise
    except ValueError:
        raise ValueError(f"{said!r:.60} is not {form}") from None


def _is_tuple(kind: object) -> bool:
    """Whether a type is a tuple of something."""
    return get_origin(kind) is tuple


def _tuple_hook(kind: Any, converter: BaseConverter) -> Callable[[Any, Any], Any]:  # noqa: ANN401  a generic alias
    """Make a hook for tuples that takes lists only: cattrs would take a text for a list of letters."""
    items: Any = list.__class_getitem__(get_args(kind)[0])
    inner = converter.get_structure_hook(items)

    def read(said: object, _: object) -> object:
        if not isinstance(said, list):
            raise ValueError(f"{said!r:.60} is {type(said).__name__}, not a list")  # noqa: TRY004  a fault with a path
        return tuple(inner(said, items))

    return read


def _is_enum(kind: object) -> bool:
    """Whether a type is one of our enums."""
    return isinstance(kind, type) and issubclass(kind, Enum)


def _member_hook(kind: type[Enum]) -> Callable[[object, object], Enum]:
    """Make a hook that reads a member by its name in small letters, which for most is its value."""
    members = {member.name.lower(): member for member in kind}

    def read(said: object, _: object) -> Enum:
        member = members.get(said) if isinstance(said, str) else None
        if member is None:
            raise ValueError(f"{said!r:.60} is unknown; there are {', '.join(members)}")
        return member

    return read


def _member_name_hook(kind: type[Enum]) -> Callable[[Enum], str]:
    """Make a hook that writes a member by its name in small letters."""
    names = {member: member.name.lower() for member in kind}
    return names.__getitem__
