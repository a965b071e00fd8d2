"""A file to be imported, line by line: numbered, bounded, digested on the way."""

import hashlib
from collections.abc import Callable
from typing import BinaryIO, NoReturn

from incident_fsm import codec
from incident_fsm.errors import CodecError
from incident_fsm.transfer._faults import EXPORT_AGAIN, TransferRefused
from incident_fsm.transfer._form import Record, read

LINE_MAX = codec.BYTES_MAX
"""No line is longer than this many bytes."""

_TELL_EVERY = 1000
"""How many lines are read between two words about how far it is."""

CUT_SHORT = "the file was cut short: it ends before its last line"

NOT_ONE = "name the file that `incident export` wrote"
"""What helps against a file that is another's."""


class Source:
    """A file, by the name that people know it by. `tell` hears now and then how many bytes were read so far."""

    def __init__(self, file: BinaryIO, name: str, tell: Callable[[int], None] = lambda _: None) -> None:
        self.name = name
        self.number: int = 0
        """The number of the line that was read last."""
        self.weight: int = 0
        """How many bytes it has."""
        self._file = file
        self._tell = tell
        self._bytes = 0
        self._digest = hashlib.sha256()
        self._before = self._digest.copy()

    @property
    def digest_before(self) -> str:
        """The digest of every line but the one that was read last."""
        return self._before.hexdigest()

    def rewind(self) -> None:
        """Begin anew."""
        self._file.seek(0)
        self.number = self._bytes = 0
        self._digest = hashlib.sha256()

    def line(self) -> bytes:
        """Read the next line; nothing at the end of the file."""
        try:
            said = self._file.readline(LINE_MAX + 1)
        except OSError as error:  # said here, or an engine that reads through us would take it for its own trouble
            self.refuse(f"cannot be read any further ({error.strerror})", "check the disk, then try again")
        if not said:
            return said
        self.number += 1
        self.weight = len(said)
        self._bytes += self.weight
        if self.weight > LINE_MAX:
            self.refuse(f"is longer than {LINE_MAX} bytes", NOT_ONE)
        self._before = self._digest.copy()
        self._digest.update(said)
        if self.number % _TELL_EVERY == 0:
            self._tell(self._bytes)
        return said

    def record(self) -> Record:
        """Read what the next line holds; there must be one."""
        said = self.line()
        if not said:
            self.number += 1  # the line that is missing
        if not said.endswith(b"\n"):
            self.refuse(CUT_SHORT, EXPORT_AGAIN)
        try:
            return read(said.decode())
        except UnicodeDecodeError as error:
            self.refuse(f"is not UTF-8 at byte {error.start}", self._remedy())
        except CodecError as error:
            newer = any(fault.startswith("$.version:") for fault in error.faults)
            self.refuse(
                f"cannot be read: {'; '.join(error.faults)}", "upgrade incident-fsm" if newer else self._remedy()
            )

    def _remedy(self) -> str:
        """What to do about a line that cannot be read: if it is the first, the file is hardly one of ours."""
        return EXPORT_AGAIN if self.number > 1 else NOT_ONE

    def refuse(self, problem: str, remedy: str) -> NoReturn:
        """Say what is wrong with the line that was read last."""
        raise TransferRefused(self.name, self.number, problem, remedy)

    def refuse_open(self, count: int, incident_id: str = "") -> NoReturn:
        """Say that commands are still open, and what that would mean."""
        whose = f"incident {incident_id:.64} has " if incident_id else "it has "
        noun = "a command that is" if count == 1 else f"{count} commands that are"
        raise TransferRefused(
            self.name,
            self.number if incident_id else None,
            f"{whose}{noun} still open, and two places would carry them out",
            "deliver or settle them where it was exported (incident outbox --waiting) and export again; "
            "or --hold imports them as failed, for a person to decide",
        )
