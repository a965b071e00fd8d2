"""What is sent: one command as versioned JSON, the same bytes each time, with a signature that has the time in it."""

import json
from datetime import datetime
from typing import Any

from incident_fsm._incident import Incident
from incident_fsm.adapters.webhook import signing
from incident_fsm.codec import encode_command
from incident_fsm.commands import Command, needs

VERSION = 1


def body(command: Command, incident: Incident) -> bytes:
    """Write the body: `id` (keep it, and ignore it when it comes again), `type`, the `command` as `codec` writes it,
    and in `earlier` what came of the command that this one builds on: of the thread, for a word in the thread.
    """
    data = {
        "v": VERSION,
        "id": command.id,
        "type": type(command).__name__,
        "earlier": _earlier(command, incident),
        "command": json.loads(encode_command(command)),
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def headers(secret: str, command_id: str, signed: bytes, now: datetime) -> dict[str, str]:
    """Write the headers that say who sent it, and when. The answer is asked for as it is: no compression, no bombs."""
    timestamp = int(now.timestamp())
    return {
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "incident_fsm",
        signing.ID: command_id,
        signing.TIMESTAMP: str(timestamp),
        signing.SIGNATURE: signing.sign(secret, timestamp, signed),
    }


def _earlier(command: Command, incident: Incident) -> dict[str, Any] | None:
    """The receipt of what a command builds on, as far as it has come; None where it builds on nothing."""
    needed = needs(command)
    if not needed:
        return None
    case = incident.case(needed)
    found = case if case is not None else getattr(incident.references, needed, None)
    return None if found is None else {"reference": found.reference, "link": found.link}
