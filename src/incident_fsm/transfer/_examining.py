"""Looking a file through before anything is written: whether it is whole, and may be taken in."""

from collections import deque

from incident_fsm.errors import CodecError
from incident_fsm.transfer._checking import Read, checked
from incident_fsm.transfer._faults import EXPORT_AGAIN
from incident_fsm.transfer._form import End, Header, Opening, read
from incident_fsm.transfer._source import CUT_SHORT, NOT_ONE, Source

# How these lines begin in every file that was exported. What was written otherwise is still read, later and strictly.
_OPENING = b'{"record":"incident",'
_END = b'{"record":"end",'


def examine(source: Source, *, hold: bool = False) -> None:
    """Look a file through, and rewind it. Costs a reading, and tells of most that can be wrong before it is too late.

    Raises `TransferRefused` where it was cut short or is not what was exported, with the number of the first line that
    is wrong; and where commands in it are still open, unless they are to be held (see `import_journal`). Only for files
    that can be read twice.
    """
    source.rewind()
    if not isinstance(source.record(), Header):
        source.refuse("is not how an exported journal begins", NOT_ONE)
    last, still_open, ended = b"", 0, False
    while said := source.line():
        last, ended = said, ended or said.startswith(_END)
        if said.startswith(_OPENING):
            still_open += _open_in(said)
    if not ended:
        source.number += last.endswith(b"\n") or not last
        source.refuse(CUT_SHORT, EXPORT_AGAIN)
    if _digest_in(last) != source.digest_before:
        _tell_the_fault(source)
    source.rewind()
    if still_open and not hold:
        source.refuse_open(still_open)


def _open_in(said: bytes) -> int:
    """How many commands of an incident are still open; what cannot be read is told of later, with its line."""
    try:
        opening = read(said.decode(errors="replace"))
    except CodecError:
        return 0
    return opening.open if isinstance(opening, Opening) else 0


def _digest_in(last: bytes) -> str:
    """The digest that the last line names; empty where it names none."""
    if not last.endswith(b"\n"):
        return ""
    try:
        end = read(last.decode(errors="replace"))
    except CodecError:
        return ""
    return end.sha256 if isinstance(end, End) else ""


def _tell_the_fault(source: Source) -> None:
    """Read a file that is not what was exported until the line that is wrong: at its last line at the latest."""
    source.rewind()
    for piece in checked(source, hold=True):
        if isinstance(piece, Read):
            deque(piece.events, maxlen=0)
