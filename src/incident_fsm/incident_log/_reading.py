"""The file: JSON that holds a log, or `CodecError` with what to mend in it."""

import json
import math
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from attrs import frozen

from incident_fsm.codec import BYTES_MAX
from incident_fsm.errors import CodecError, InvalidValue
from incident_fsm.policy import Calendar

_DEEPEST = 30
_TOO_DEEP = "is nested too deeply; a log is a list of incidents, and each holds text and lists of text"


@frozen(kw_only=True)
class Log:
    """A log whose incidents are still as they were published. `zone`: None where the log does not say which."""

    name: str
    source: str
    zone: ZoneInfo | None
    incidents: tuple[object, ...]


def read_log(where: str | Path) -> Log:
    """Read a log from a file. Raises `CodecError`, which names the file, the field and the remedy."""
    path = Path(where)
    try:
        with path.open("rb") as file:
            said = file.read(BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or error
        raise CodecError(f"the incident log {path}", [f"{problem}; name a file that can be read"]) from None
    if len(said) > BYTES_MAX:
        raise CodecError(f"the incident log {path}", [f"is longer than {BYTES_MAX} bytes; split it"])
    try:
        text = said.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CodecError(
            f"the incident log {path}", [f"is not UTF-8 at byte {error.start}; save it as UTF-8"]
        ) from None
    return parse_log(text, str(path))


def parse_log(text: str, name: str = "log") -> Log:
    """Read a log from JSON text; `name` is used in faults. Raises `CodecError`."""
    try:
        data = json.loads(text, object_pairs_hook=_no_key_twice, parse_float=_finite, parse_constant=_finite)
    except RecursionError:
        raise _unreadable(name, _TOO_DEEP) from None
    except InvalidValue as error:
        raise _unreadable(name, str(error)) from None
    except ValueError as error:
        raise _unreadable(name, f"is no JSON: {error}; mend it there") from None
    if _deeper(data, _DEEPEST):
        raise _unreadable(name, _TOO_DEEP)
    if not isinstance(data, dict):
        raise _unreadable(name, f'is {_kind(data)}, not an object; write {{"about": {{...}}, "incidents": [...]}}')
    if not isinstance(data.get("incidents"), list):
        found = _kind(data["incidents"]) if "incidents" in data else "missing"
        raise _unreadable(name, f"incidents: is {found}; give a list of incidents")
    about = data.get("about")
    if not isinstance(about, dict | None):
        raise _unreadable(name, f"about: is {_kind(about)}; give an object with timezone and source, or leave it out")
    about = about or {}
    source = about.get("source")
    return Log(
        name=name,
        source=source if isinstance(source, str) and source.strip() else Path(name).name,
        zone=_zone(name, about.get("timezone")),
        incidents=tuple(data["incidents"]),
    )


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object, and refuse one that holds a key twice: JSON would drop the first in silence."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise InvalidValue(key[:60], "stands twice in one object, and one of the two would be lost", "keep one")
        found[key] = value
    return found


def _finite(said: str) -> float:
    """Read a number, and refuse what JSON has no number for: it could not be written again."""
    found = float(said)
    if not math.isfinite(found):
        raise ValueError(f"{said[:20]} is no number in JSON")
    return found


def _deeper(said: object, levels: int) -> bool:
    """Whether a value is nested deeper than some levels."""
    within = said.values() if isinstance(said, dict) else said if isinstance(said, list) else ()
    return not levels or any(_deeper(value, levels - 1) for value in within)


def _zone(name: str, said: object) -> ZoneInfo | None:
    """Look up the time zone of a log. An unknown one is refused: every time in the log would be a guess."""
    if said is None:
        return None
    if not isinstance(said, str):
        raise _unreadable(name, f"about.timezone: is {_kind(said)}; use a name like Europe/London, or leave it out")
    try:
        return Calendar(timezone=said).zone
    except InvalidValue as error:
        raise _unreadable(name, f"about.timezone: {error.problem}; use a name like Europe/London") from None


def _unreadable(name: str, fault: str) -> CodecError:
    """Say what is wrong with a log as a whole."""
    return CodecError(f"the incident log {name}", [fault])


def _kind(said: object) -> str:
    """Name a kind of JSON value for people."""
    kinds = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return kinds.get(type(said), "a number")
