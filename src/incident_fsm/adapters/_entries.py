"""What the folder adapter has done, one small JSON file for each command, below `.commands` in an incident's folder.

A page is a function of the entries that belong to it, so its order and its completeness do not depend on when, or how
often, something was delivered. An entry is put in place after its page: while it is missing the command counts as not
done, and doing it again gives the same page.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import frozen

from incident_fsm.adapters import _files as files
from incident_fsm.codec import decode_command, encode_command, parse_json
from incident_fsm.commands import Command, parse_command_id
from incident_fsm.errors import CodecError

FOLDER = ".commands"

_VERSION = 1
_NAME = re.compile(r"([a-z_0-9-]+)-(\d{8,})-(\d{4,})\.json")


@frozen
class Entry:
    """One command that was carried out, and the digest of each file as it was written then."""

    command: Command
    digests: Mapping[str, str]


def digest(content: bytes) -> str:
    """The digest that tells whether a file is still as it was written."""
    return hashlib.sha256(content).hexdigest()


def path_of(command: Command, incident: Path, page: str) -> Path:
    """Where a command's entry is kept. Its name is made from numbers and the page, never from a text."""
    parsed = parse_command_id(command.id)
    if parsed is None:
        raise CodecError("command", [f"{command.id!r:.60} is no command id"])
    return incident / FOLDER / f"{page}-{parsed[1]:08}-{parsed[2]:04}.json"


def find(command: Command, incident: Path, page: str) -> Entry | None:
    """Read a command's entry; None where there is none."""
    path = path_of(command, incident, page)
    content = files.read(path)
    return None if content is None else _decode(content, path)


def of_page(incident: Path, page: str) -> Sequence[Entry]:
    """Read every entry of a page, in the order of the commands."""
    found: list[tuple[int, int, Path]] = []
    for path in (incident / FOLDER).iterdir():
        named = _NAME.fullmatch(path.name)
        if named is not None and named[1] == page:
            found.append((int(named[2]), int(named[3]), path))
    contents = [(path, files.read(path)) for _, _, path in sorted(found)]
    return [_decode(content, path) for path, content in contents if content is not None]


def encode(command: Command, written: Mapping[str, bytes]) -> bytes:
    """Write an entry."""
    digests = {name: digest(content) for name, content in written.items()}
    said = {"v": _VERSION, "command": json.loads(encode_command(command)), "files": digests}
    return (json.dumps(said, indent=1) + "\n").encode()


def _decode(content: bytes, path: Path) -> Entry:
    """Read an entry, or raise `CodecError` naming the file."""
    try:
        said = parse_json(content.decode(), "entry")
        command = decode_command(json.dumps(said["command"]))
        digests = {str(name): str(value) for name, value in said["files"].items()}
    except (CodecError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        raise CodecError(str(path), [f"{error}; restore the file, or move it away and retry"]) from error
    return Entry(command, digests)
