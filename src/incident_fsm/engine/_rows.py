"""Records to rows and back: a field has the column of its name, and times, flags and statuses a form of their own."""

import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeVar

from attrs import AttrsInstance, fields

from incident_fsm.engine import CommandRecord, CommandStatus, EventRecord, Snapshot

Plain = str | int | None
"""What a column holds."""

_Record = TypeVar("_Record", EventRecord, Snapshot, CommandRecord)


def _moment(text: str | None) -> datetime | None:
    """Read a moment, or nothing."""
    return None if text is None else datetime.fromisoformat(text)


_READ: Mapping[str, Callable[[Any], object]] = {
    **dict.fromkeys(("at", "recorded_at", "opened_at", "next_deadline"), _moment),
    **dict.fromkeys(("attempted_at", "not_before", "lease_until"), _moment),
    "in_doubt": bool,
    "status": CommandStatus,
}


def time_text(moment: datetime) -> str:
    """Write a moment as UTC text of fixed width, which sorts as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def row_of(record: AttrsInstance) -> dict[str, Plain]:
    """Make a row of a record: one named value for each field."""
    return {attribute.name: _plain(getattr(record, attribute.name)) for attribute in fields(type(record))}


def event_of(row: sqlite3.Row) -> EventRecord:
    """Make an event of its row."""
    return _record(EventRecord, row)


def snapshot_of(row: sqlite3.Row) -> Snapshot:
    """Make a snapshot of its row."""
    return _record(Snapshot, row)


def command_of(row: sqlite3.Row) -> CommandRecord:
    """Make a command of its row."""
    return _record(CommandRecord, row)


def _record(kind: type[_Record], row: sqlite3.Row) -> _Record:
    """Make a record of its row; a value that cannot be read is an error of the database."""
    names = [attribute.name for attribute in fields(kind)]
    try:
        values: dict[str, Any] = {name: _READ[name](row[name]) if name in _READ else row[name] for name in names}
    except (ValueError, TypeError) as error:
        raise sqlite3.DataError(f"{kind.__name__}: {error}") from error
    return kind(**values)


def _plain(value: datetime | Enum | Plain) -> Plain:
    """Write one value as a column holds it."""
    if isinstance(value, datetime):
        return time_text(value)
    return str(value.value) if isinstance(value, Enum) else value
