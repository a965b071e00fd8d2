"""How the commands of the outbox stand, in words, and which of that is trouble.

What is trouble: a command that waits for a person, one that waits for its next attempt, and one that nobody carries
out. A command that is only for those who handle a security breach tells no more than its type and how it stands.
"""

from collections.abc import Container, Sequence
from datetime import datetime, timedelta, tzinfo

from incident_fsm.board.links import link
from incident_fsm.codec import decode_command, decode_event
from incident_fsm.documents import PlainData
from incident_fsm.engine import CommandRecord, CommandStatus
from incident_fsm.events import CommandDone
from incident_fsm.pictures.words import moment, span

PATIENCE = timedelta(minutes=2)
"""How long a command that could run may lie there until that is trouble: no worker seems to be there."""

UNSETTLED = (CommandStatus.PENDING, CommandStatus.ATTEMPTED, CommandStatus.FAILED)
"""What something is still to become of."""


_URGENCY = ("STUCK", "WAITS", "UNDELIVERED")


def troubles(records: Sequence[CommandRecord], now: datetime, zone: tzinfo) -> list[PlainData]:
    """List what is wrong with an incident's unsettled commands, the worst first: a word in capitals, what, and why."""
    to_come = {record.gives for record in records}
    found: list[PlainData] = []
    for record in records:
        told = {"command": record.type, "id": record.command_id, "why": why(record)}
        if record.status is CommandStatus.FAILED:
            found.append({**told, "word": "STUCK", "text": standing(record, now, zone)})
        elif _waits(record, now):
            found.append({**told, "word": "WAITS", "text": standing(record, now, zone)})
        elif not _held(record, now, to_come) and now - _asked_at(record) > PATIENCE:
            since = moment(_asked_at(record), zone, date=True)
            found.append({**told, "word": "UNDELIVERED", "text": f"since {since}: is a worker running?"})
    return sorted(found, key=lambda told: _URGENCY.index(told["word"]))


def standing(record: CommandRecord, now: datetime, zone: tzinfo) -> str:
    """How one command stands, in words."""
    if record.status is CommandStatus.FAILED:
        return "stuck until a person decides: retry, by-hand or skip"
    if record.status is CommandStatus.ATTEMPTED:
        return "running" if _held(record, now, ()) else "in doubt: whoever tried it is gone"
    if _waits(record, now) and record.not_before:
        doubt = ", then it is looked for first" if record.in_doubt else ""
        return f"waits until {moment(record.not_before, zone, date=True)} (in {span(record.not_before - now)}){doubt}"
    return f"pending, after {record.needs}" if _is_pending(record) and record.needs else record.status.value


def row(record: CommandRecord, now: datetime, zone: tzinfo) -> PlainData:
    """One line of the table of commands, with its receipt."""
    receipt = decode_event(record.receipt) if record.receipt else None
    done = receipt if isinstance(receipt, CommandDone) and not _is_restricted(record) else None
    return {
        "id": record.command_id,
        "type": record.type,
        "standing": standing(record, now, zone),
        "attempts": record.attempts,
        "why": why(record),
        "settled": record.status not in UNSETTLED,
        "reference": done.reference if done else "",
        "link": link(done.link) if done else link(""),
        "by": (done.by if done.by_hand else done.adapter) if done else "",
    }


def why(record: CommandRecord) -> str:
    """What went wrong, where that is anybody's business."""
    return "" if _is_restricted(record) else record.error


def by_incident(records: Sequence[CommandRecord]) -> dict[str, list[CommandRecord]]:
    """Sort commands by their incidents."""
    found: dict[str, list[CommandRecord]] = {}
    for record in records:
        found.setdefault(record.incident_id, []).append(record)
    return found


def _is_restricted(record: CommandRecord) -> bool:
    """Whether it is only for those who handle a security breach."""
    return record.audience == "restricted"


def _is_pending(record: CommandRecord) -> bool:
    """Whether nobody is at it."""
    return record.status is CommandStatus.PENDING


def _waits(record: CommandRecord, now: datetime) -> bool:
    """Whether its next attempt has a time that is still to come."""
    return _is_pending(record) and record.not_before is not None and record.not_before > now


def _held(record: CommandRecord, now: datetime, to_come: Container[str]) -> bool:
    """Whether somebody is at it, or it waits for the result of another that is still to come."""
    if _is_pending(record):
        return bool(record.needs) and record.needs in to_come
    return record.lease_until is not None and record.lease_until > now


def _asked_at(record: CommandRecord) -> datetime:
    """When it was asked for."""
    return decode_command(record.payload).requested_at
