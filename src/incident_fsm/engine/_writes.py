"""What the SQLite engine writes within a transaction of its own, and what it refuses there."""

import sqlite3
from datetime import datetime

from incident_fsm.engine import Batch, CommandStatus, Restoration, Settlement, Snapshot
from incident_fsm.engine import _statements as sql
from incident_fsm.engine._rows import command_rows, event_rows, optional_time_text, row_of, time_text
from incident_fsm.engine._rules import check_chained, in_order
from incident_fsm.errors import EventIdReused, InvalidValue, LeaseLost


def add(connection: sqlite3.Connection, batch: Batch, snapshot: Snapshot, previous: str) -> None:
    """Add what a batch brings, its events chained to `previous`.

    The unique indexes see to it that no id is there already; only where one objects is it asked which.
    """
    try:
        connection.execute(sql.KEEP_SNAPSHOT, row_of(snapshot))
        connection.executemany(sql.ADD_EVENT, event_rows(batch.incident_id, previous, batch.events))
        connection.executemany(sql.ADD_NEW_COMMAND, command_rows(batch.incident_id, in_order(batch.commands)))
    except sqlite3.IntegrityError:
        _refuse_repeats(connection, batch)
        raise


def add_back(connection: sqlite3.Connection, stretch: Restoration, previous: str) -> None:
    """Add a stretch of history as it is, if it is chained to `previous`."""
    _refuse_repeats(connection, stretch)
    check_chained(stretch.events, stretch.incident_id, previous)
    connection.execute(sql.KEEP_SNAPSHOT, row_of(stretch.snapshot))
    connection.executemany(sql.ADD_EVENT, [row_of(record) for record in stretch.events])
    connection.executemany(sql.ADD_COMMAND, [row_of(record) for record in in_order(stretch.commands)])


def _refuse_repeats(connection: sqlite3.Connection, batch: Batch | Restoration) -> None:
    """Say which id of a batch is in the journal already, apart from what the batch itself has added by now."""
    ask, place = connection.execute, (batch.incident_id, batch.expected)
    for event in batch.events:
        if ask(sql.REPEATED_EVENT, (event.event_id, *place)).fetchone():
            raise EventIdReused(event.event_id)
    for command in batch.commands:
        if ask(sql.REPEATED_COMMAND, (command.command_id, *place)).fetchone():
            raise InvalidValue("NewCommand.command_id", f"{command.command_id!r} is taken", "derive it anew")


def settle(connection: sqlite3.Connection, incident_id: str, settlement: Settlement) -> None:
    """Store a settlement, or raise `LeaseLost` where it no longer counts, or where there is no such command here."""
    ask = connection.execute
    head, place = (settlement.error, settlement.receipt), (settlement.command_id, incident_id)
    doubt, later = settlement.in_doubt, optional_time_text(settlement.not_before)
    if settlement.attempt is None and settlement.status is CommandStatus.PENDING:
        done = ask(sql.SETTLE_AGAIN, (*head, doubt, doubt, later, *place))
    elif settlement.attempt is None:
        done = ask(sql.SETTLE_DECIDED, (settlement.status.value, *head, doubt, later, *place))
    else:
        done = ask(sql.SETTLE_CLAIMED, (settlement.status.value, *head, doubt, later, *place, settlement.attempt))
    if done.rowcount != 1:
        raise LeaseLost(settlement.command_id)


def first(connection: sqlite3.Connection, statement: str, moment: datetime, handed: set[str]) -> int | None:
    """Find the first command that a statement gives and that was not handed out yet.

    As few are asked for as can answer: the module sqlite3 looks for one row more than it is asked for, and to find that
    there is none takes a look at every command that waits.
    """
    for limit in (1, len(handed) + 1):
        found = connection.execute(statement, (time_text(moment), limit)).fetchall()
        fresh = next((int(row["sequence"]) for row in found if row["command_id"] not in handed), None)
        if fresh is not None or len(found) < limit:
            return fresh
    return None
