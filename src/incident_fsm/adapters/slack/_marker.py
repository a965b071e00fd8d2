"""The marker of a command: metadata of the message, which people do not see and every app of the workspace can read.

So there is nothing in it but ids, and a digest that tells a command from another journal's of the same id.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from incident_fsm.adapters import Absent, Context, Unknown
from incident_fsm.adapters.slack._api import Data, Me
from incident_fsm.codec import encode_command
from incident_fsm.commands import Command, parse_command_id

EVENT_TYPE = "incident_fsm_command"

SKEW = timedelta(minutes=10)
"""Slack's clock and ours may differ by this much."""

_DIGEST = 16


def marker(command: Command) -> dict[str, Any]:
    """The metadata of a command's message."""
    payload = {"command_id": command.id, "incident_id": command.incident_id, "digest": _digest(command)}
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def oldest(command: Command, context: Context) -> str:
    """From when on to look, as a `ts`: before the command was first attempted, by anybody's clock.

    The event's own time is what a person said, and may lie in the future by mistake; so the moment at which the journal
    recorded the event counts as well.
    """
    _, revision, _ = parse_command_id(command.id) or ("", 0, 0)
    recorded = [entry.recorded_at for entry in context.timeline() if entry.revision == revision]
    moment: datetime = min((command.requested_at, *recorded)) - SKEW
    return f"{moment.timestamp():.6f}"


def search(command: Command, messages: Iterable[Data], me: Me) -> str | Absent | Unknown:
    """Find the `ts` of a command's message among all messages of a place; the first, should there be several."""
    ours = [message for message in messages if me.said(message) and _payload(message).get("command_id") == command.id]
    if not ours:
        return Absent()
    first = min(ours, key=lambda message: str(message.get("ts")))
    if _payload(first).get("digest") != _digest(command):
        why = f"a message of the id {command.id} stands there with other content: it belongs to another journal"
        return Unknown(why=why, ask_person=True)
    return str(first.get("ts"))


def _payload(message: Data) -> Data:
    """What a message's metadata says, if it is ours."""
    metadata = message.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT_TYPE:
        return {}
    payload = metadata.get("event_payload")
    return payload if isinstance(payload, dict) else {}


def _digest(command: Command) -> str:
    """A digest of all that a command says."""
    return hashlib.sha256(encode_command(command).encode()).hexdigest()[:_DIGEST]
