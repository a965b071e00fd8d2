"""Marks that say which command made something: the last line of an issue's, a file's or a report's text.

Nobody else's text can forge one: what others wrote is escaped, so that it holds no "<", and it never comes last.
A file's mark carries a digest of all that stands before it: that tells a draft that nobody touched from one that a
person worked on.
"""

import hashlib
import re
from enum import Enum

from attrs import frozen

from incident_fsm.commands import Command, parse_command_id

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
_SIGNED = re.compile(r"<!-- incident-fsm: (?P<command>[A-Za-z0-9/:-]+) sha256:(?P<digest>[0-9a-f]{64}) -->")


class Place(Enum):
    """Where a command's mark stands in a text."""

    LAST = "the last line"
    """Where we put it."""
    ELSEWHERE = "another line"
    """Somebody wrote after it, or copied it: only a person can tell."""
    NOWHERE = "none"


@frozen
class Signature:
    """The last line of a file: which command it names, and whether all before it is as it was written."""

    command: str
    intact: bool


def can_mark(command: Command) -> bool:
    """Whether a command's ids are what they should be. They were checked when made; what names paths is again."""
    parsed = parse_command_id(command.id)
    return parsed is not None and parsed[0] == command.incident_id and _ID.fullmatch(command.incident_id) is not None


def mark(text: str, command: Command) -> str:
    """Put the mark under a text."""
    return f"{text.rstrip()}\n\n{_line(command)}"


def place(text: str, command: Command) -> Place:
    """Find a command's mark."""
    lines = [line.strip() for line in text.strip().split("\n")]
    if lines[-1] == _line(command):
        return Place.LAST
    return Place.ELSEWHERE if _line(command) in lines else Place.NOWHERE


def sign(text: str, command: Command) -> str:
    """Put the mark and the digest under the text of a file."""
    body = f"{text.rstrip()}\n\n"
    return f"{body}<!-- incident-fsm: {_names(command)} sha256:{_digest(body)} -->\n"


def signature(text: str) -> Signature | None:
    """Read the mark under the text of a file; None where there is none."""
    body, newline, last = text.rstrip().rpartition("\n")
    found = _SIGNED.fullmatch(last)
    return found and Signature(found["command"], found["digest"] == _digest(body + newline))


def names(signed: Signature | None, command: Command) -> bool:
    """Whether a signature is that of a command."""
    return signed is not None and signed.command == _names(command)


def _line(command: Command) -> str:
    """The mark of an issue or a report."""
    return f"<!-- incident-fsm: {_names(command)} -->"


def _names(command: Command) -> str:
    """How a mark names a command: after its incident, which is what people search for."""
    return f"{command.incident_id}/{command.id}"


def _digest(text: str) -> str:
    """What tells one text from another."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
