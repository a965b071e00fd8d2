"""From the messages of a thread to the notes that the journal lacks (§3.2): each once, edits and deletions noticed.

An event's id derives from the message's own id, so reading a thread again adds nothing. Nothing that was noted is
changed or lost: an edit and a deletion are further notes.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from incident_fsm import _values as v
from incident_fsm._results import TimelineEntry
from incident_fsm.adapters import Message
from incident_fsm.events import NoteTaken

_PREFIX, _EDITED, _DELETED = "thread:", ":edited:", ":deleted"
_CORRECTED = "Corrected: "
_GONE = "Deleted from the thread: "


def note_id(reference: str) -> str:
    """The id of the event that notes a message of the thread."""
    return f"{_PREFIX}{reference}"


def missing(messages: Sequence[Message], timeline: Iterable[TimelineEntry], now: datetime) -> Iterator[NoteTaken]:
    """Yield the notes that the journal lacks, given all messages that stand in the thread now."""
    known: dict[str, list[NoteTaken]] = {}
    for entry in timeline:
        event = entry.event
        if isinstance(event, NoteTaken) and event.id.startswith(_PREFIX):
            known.setdefault(_reference(event.id), []).append(event)
    for message in messages:
        yield from _of_message(message, known.get(message.reference, []))
    there = {message.reference for message in messages}
    for reference, notes in known.items():
        if reference not in there and not notes[-1].id.endswith(_DELETED):
            gone = _text(_GONE + _said(notes[-1]))
            yield NoteTaken(id=note_id(reference) + _DELETED, at=now, by=notes[0].by, text=gone, from_thread=True)


def _of_message(message: Message, notes: Sequence[NoteTaken]) -> Iterator[NoteTaken]:
    """Yield the note of a message, or of its edit."""
    by = _name(message.by)
    if not notes:
        yield NoteTaken(id=note_id(message.reference), at=message.at, by=by, text=_text(message.text), from_thread=True)
        return
    edited = message.edited_at
    # By its time and by its text: who noted it first may have written the same words a little differently.
    if edited is None or edited <= notes[-1].at or _text(message.text) == _said(notes[-1]):
        return
    yield NoteTaken(
        id=f"{note_id(message.reference)}{_EDITED}{edited:%Y%m%dT%H%M%S.%fZ}",
        at=edited,
        by=by,
        text=_text(_CORRECTED + message.text),
        from_thread=True,
    )


def _reference(event_id: str) -> str:
    """Which message a note is about."""
    return event_id.removeprefix(_PREFIX).partition(_EDITED)[0].removesuffix(_DELETED)


def _said(note: NoteTaken) -> str:
    """What a message said, by its newest note."""
    return note.text.removeprefix(_CORRECTED)


def _text(said: str) -> str:
    """Make any text fit for a note: printable, not empty, and cut visibly where it is too long."""
    clean = v.UNPRINTABLE.sub(" ", said).strip() or "(no text)"
    return clean if len(clean) <= v.TEXT_MAX else f"{clean[: v.TEXT_MAX - 1]}…"


def _name(said: str) -> str:
    """Make any name fit for `by`."""
    clean = " ".join(v.UNPRINTABLE.sub(" ", said).split())[: v.NAME_MAX]
    return clean or "somebody"
