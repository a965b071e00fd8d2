"""One line of the file: a record as JSON, and back. Strict, like everything that comes in."""

import json
from datetime import datetime
from typing import Any

from attrs import AttrsInstance, fields, frozen

from incident_fsm import codec
from incident_fsm.engine import CommandRecord, CommandStatus, EventRecord
from incident_fsm.errors import CodecError

FORMAT = "incident-fsm journal"
"""What the first line says of the file."""

VERSION = 1
"""The version that is written, and the only one that there is."""


@frozen
class Header:
    """The first line: what this is."""

    format: str
    version: int


@frozen
class KeptPolicy:
    """A policy that events of the following incidents were judged by, and its digest."""

    digest: str
    payload: str


@frozen
class Opening:
    """What stands before an incident: how many events and commands follow, and how many of these are still open."""

    incident_id: str
    events: int
    commands: int
    open: int


@frozen
class End:
    """The last line: how much there was, and the digest of every byte before this line."""

    policies: int
    incidents: int
    events: int
    commands: int
    open: int
    sha256: str


Record = Header | KeptPolicy | Opening | EventRecord | CommandRecord | End
"""What a line can hold."""

TAGS: dict[str, type[Record]] = {
    "journal": Header,
    "policy": KeptPolicy,
    "incident": Opening,
    "event": EventRecord,
    "command": CommandRecord,
    "end": End,
}
"""The word that each sort of line begins with."""

_TAG_OF = {kind: tag for tag, kind in TAGS.items()}
_NAMES: dict[type[AttrsInstance], tuple[str, ...]] = {
    kind: tuple(attribute.name for attribute in fields(kind)) for kind in TAGS.values()
}


def write(record: Record) -> bytes:
    """Write a record as a line: compact, fields in their order, every character as itself."""
    kind = type(record)
    data = {"record": _TAG_OF[kind], **{name: getattr(record, name) for name in _NAMES[kind]}}
    said = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain)
    return said.encode() + b"\n"


def _plain(value: datetime | CommandStatus) -> str:
    """Write what JSON does not know: a time as the chain digests it, a status by its name."""
    return value.isoformat() if isinstance(value, datetime) else str(value.value)


def read(said: str) -> Record:
    """Read a line, or raise `CodecError` with every fault."""
    data = codec.parse_json(said, "line")
    if not isinstance(data, dict):
        raise CodecError("line", [f"$: is {type(data).__name__}, not an object"])
    tag = data.pop("record", None)
    kind = TAGS.get(tag) if isinstance(tag, str) else None
    if kind is None:
        raise CodecError("line", [f"$.record: {tag!r:.60} is unknown; there are {', '.join(TAGS)}"])
    if kind is Header:
        _check_version(data)
    return codec.structure(data, kind, str(tag))


def _check_version(data: dict[str, Any]) -> None:
    """Refuse what another release wrote, before its fields are looked at: they may be others."""
    if data.get("format") != FORMAT:
        raise CodecError("journal", [f"$.format: {data.get('format')!r:.60} is not {FORMAT!r}"])
    version = data.get("version")
    if type(version) is not int or version != VERSION:
        raise CodecError("journal", [f"$.version: version {version!r:.20} is unknown; this release reads {VERSION}"])
