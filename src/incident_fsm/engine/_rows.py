"""Records to rows and back: a field has the column of its name, and times, flags and statuses a form of their own.

How each kind of record is taken apart and put together is worked out once, since a step stores several.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, TypeVar

from attrs import fields

from incident_fsm.engine import (
    CommandRecord,
    CommandStatus,
    EventRecord,
    NewCommand,
    NewEvent,
    Snapshot,
    chain_digest,
)

Plain = str | int | None
"""What a column holds."""

_Record = TypeVar("_Record", EventRecord, Snapshot, CommandRecord)
_Stored = TypeVar("_Stored", EventRecord, Snapshot, CommandRecord, NewEvent, NewCommand)


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
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat(timespec="microseconds")


def optional_time_text(moment: datetime | None) -> str | None:
    """As `time_text`, or nothing."""
    return None if moment is None else time_text(moment)


def _status_text(status: CommandStatus) -> str:
    """Write a status."""
    return status.value


_WRITE: Mapping[str, Callable[[Any], Plain]] = {
    **dict.fromkeys(("at", "recorded_at", "opened_at"), time_text),
    **dict.fromkeys(("next_deadline", "attempted_at", "not_before", "lease_until"), optional_time_text),
    "status": _status_text,
}


def _row_maker(kind: type[_Stored]) -> Callable[[_Stored], tuple[Plain, ...]]:
    """Work out how to make a row of a kind of record."""
    names = [attribute.name for attribute in fields(kind)]
    values_of: Callable[[_Stored], tuple[Plain, ...]] = attrgetter(*names)
    written = [(place, _WRITE[name]) for place, name in enumerate(names) if name in _WRITE]

    def row_of(record: _Stored) -> tuple[Plain, ...]:
        if not written:
            return values_of(record)
        row = list(values_of(record))
        for place, write in written:
            row[place] = write(row[place])
        return tuple(row)

    return row_of


def _record_maker(kind: type[_Record]) -> Callable[[sqlite3.Row], _Record]:
    """Work out how to make a record of its row; a value that cannot be read is an error of the database."""
    plain = [attribute.name for attribute in fields(kind) if attribute.name not in _READ]
    read = [(attribute.name, _READ[attribute.name]) for attribute in fields(kind) if attribute.name in _READ]

    def record_of(row: sqlite3.Row) -> _Record:
        values: dict[str, Any] = {name: row[name] for name in plain}
        try:
            for name, make in read:
                values[name] = make(row[name])
        except (ValueError, TypeError) as error:
            raise sqlite3.DataError(f"{kind.__name__}: {error}") from error
        return kind(**values)

    return record_of


event_of = _record_maker(EventRecord)
snapshot_of = _record_maker(Snapshot)
command_of = _record_maker(CommandRecord)

_ROW_MAKERS: Mapping[type, Callable[[Any], tuple[Plain, ...]]] = {
    EventRecord: _row_maker(EventRecord),
    Snapshot: _row_maker(Snapshot),
    CommandRecord: _row_maker(CommandRecord),
}


def event_rows(incident_id: str, previous: str, events: Iterable[NewEvent]) -> Iterator[tuple[Plain, ...]]:
    """Make the rows of new events (with times in UTC), each chained to the one before it: those of their records."""
    for event in events:
        digest = chain_digest(incident_id, previous, event)
        yield incident_id, *_event_row(event), previous, digest
        previous = digest


def command_rows(incident_id: str, commands: Iterable[NewCommand]) -> Iterator[tuple[Plain, ...]]:
    """Make the rows of new commands, as far as they say anything that is not the same for every new one."""
    for command in commands:
        yield incident_id, *_command_row(command)


_event_row = _row_maker(NewEvent)
_command_row = _row_maker(NewCommand)


def row_of(record: EventRecord | Snapshot | CommandRecord) -> tuple[Plain, ...]:
    """Make a row of a record: one value for each field, in their order."""
    return _ROW_MAKERS[type(record)](record)
