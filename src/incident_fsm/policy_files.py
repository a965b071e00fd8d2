"""Policies as TOML files: load one, or one of those that ship.

A wrong file is refused with every fault at once, each with file, path and remedy.

One key is more than the policy itself holds: `public_holidays` in `[calendar]`, a place like "GB-ENG", adds that
place's public holidays to `days_off`.
"""

from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import Any

from attrs import fields

from incident_fsm._public_holidays import public_holidays
from incident_fsm._toml import read_toml
from incident_fsm.codec import structure
from incident_fsm.errors import CodecError, PolicyError
from incident_fsm.policy import Fault, Policy, contradictions, contradictions_among

DEFAULT = "analytical_platform"
"""The policy that is used when none is named."""

BYTES_MAX = 256 * 1024
"""No policy file is longer than this."""


def shipped() -> tuple[str, ...]:
    """Name the policies that ship with the library."""
    folder = resources.files("incident_fsm") / "policies"
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


def load_shipped(name: str = DEFAULT) -> Policy:
    """Load one of the policies that ship, by name."""
    if name not in shipped():
        raise PolicyError([f"{name!r:.60} is no policy that ships; there are {', '.join(shipped())}"])
    text = (resources.files("incident_fsm") / "policies" / f"{name}.toml").read_text("utf-8")
    return parse_policy(text, f"{name}.toml")


def load_policy(where: str | Path) -> Policy:
    """Load a policy from a TOML file, or one that ships by its name. Raises `PolicyError` with every fault."""
    path = Path(where)
    try:
        if not path.suffix and not path.exists():
            return load_shipped(str(where))
        with path.open("rb") as file:
            said = file.read(BYTES_MAX + 1)
    except (OSError, ValueError) as error:  # ValueError: a path that no file can have
        problem = getattr(error, "strerror", None) or error
        raise PolicyError([f"{path!s:.200}: {problem}; name a TOML file, or one of {', '.join(shipped())}"]) from None
    if len(said) > BYTES_MAX:
        raise PolicyError([f"{path}: longer than {BYTES_MAX} bytes; a policy is a page or two"])
    try:
        text = said.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PolicyError([f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8"]) from None
    return parse_policy(text, str(path))


def parse_policy(text: str, source: str = "policy") -> Policy:
    """Read a policy from TOML text; `source` names it in faults."""
    try:
        data = read_toml(text)
    except ValueError as error:
        raise PolicyError([f"{source}: {error}; mend the TOML"]) from None
    _add_holidays(data, source)
    try:
        policy = structure(data, Policy, "policy")
    except CodecError as error:
        found = contradictions_among(_readable(data))
        raise PolicyError([f"{source}: {fault}" for fault in (*error.faults, *map(_worded, found))]) from None
    if found := contradictions(policy):
        raise PolicyError([f"{source}: {_worded(fault)}" for fault in found])
    return policy


def _add_holidays(data: dict[str, Any], source: str) -> None:
    """Replace the name of a place by its public holidays, as days off. What is no calendar is left to be refused."""
    calendar = data.get("calendar")
    if not isinstance(calendar, dict) or not (place := calendar.pop("public_holidays", "")):
        return
    where = f"{source}: $.calendar.public_holidays"
    try:
        found = public_holidays(str(place))
    except LookupError as error:
        remedy = 'write a country and perhaps its part as in ISO 3166, like "GB-ENG" or "FR"'
        raise PolicyError([f"{where}: {error}; {remedy}"]) from None
    except ModuleNotFoundError:
        problem = "the library `holidays` is not installed; pip install 'incident-fsm[holidays]', or list days_off"
        raise PolicyError([f"{where}: {problem}"]) from None
    listed = calendar.get("days_off", [])
    if isinstance(listed, list):
        calendar["days_off"] = [*listed, *(day for day in found if day not in listed)]


def _worded(fault: Fault) -> str:
    """Word a fault: path, problem and remedy."""
    path, problem, remedy = fault
    return f"$.{path}: {problem}; {remedy}"


def _readable(data: dict[str, Any]) -> dict[str, Any]:
    """Those parts of a policy that can be read: what is wrong with one must not hide what is wrong with the others."""
    parts: dict[str, Any] = {}
    for attribute in fields(Policy):
        with suppress(CodecError):
            if attribute.name in data:
                parts[attribute.name] = structure(data[attribute.name], attribute.type or object, attribute.name)
    return parts
