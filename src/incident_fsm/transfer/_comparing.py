"""Holding an incident of a file against what this journal has of it. What is stored is never changed."""

from typing import NoReturn

from attrs import fields

from incident_fsm.engine import CommandRecord, Engine, EventRecord
from incident_fsm.transfer._checking import Read
from incident_fsm.transfer._faults import TransferRefused
from incident_fsm.transfer._folding import OPEN, Folded
from incident_fsm.transfer._holding import are_held, as_held
from incident_fsm.transfer._source import Source

SORT_IT_OUT = "compare the two with `incident timeline`; import into another folder (--folder) to have both"
"""What helps where two journals contradict each other."""


def is_there(engine: Engine, source: Source, read: Read) -> bool:
    """Whether an incident is stored already, as it is in the file; then its events were taken from the file.

    Raises `TransferRefused` where another history is stored, a longer or a shorter one.
    """
    opening = read.opening
    stored = engine.load(opening.incident_id)
    if stored is None:
        return False
    length = opening.events + opening.open  # each command that is held brought an event
    if stored.revision != length:
        told = f"is at revision {stored.revision} in this journal, and the file leads to {length}"
        source.refuse(f"incident {opening.incident_id} {told}", SORT_IT_OUT)
    comparison = _Comparison(engine, source, opening.incident_id)
    for folded in read.events:
        comparison.compare(folded)
    comparison.finish()
    return True


class _Comparison:
    """Goes through what is stored of an incident, side by side with the file."""

    def __init__(self, engine: Engine, source: Source, incident_id: str) -> None:
        self._engine = engine
        self._source = source
        self._incident_id = incident_id
        self._history = engine.history(incident_id)
        self._waiting: list[CommandRecord] = []

    def compare(self, folded: Folded) -> None:
        """Refuse an event that is not the one stored, or whose commands are not."""
        wanted = folded.event
        stored = next(self._history, None)
        if stored != wanted:
            self._refuse(folded.line, f"revision {wanted.revision} is another event here{_difference(stored, wanted)}")
        for command in folded.commands:
            found = self._engine.command(command.command_id)
            if found != as_held(command):
                difference = _difference_of(found, as_held(command))
                self._refuse(folded.line, f"the command {command.command_id} is not the same here{difference}")
            if command.status in OPEN:
                self._waiting.append(command)

    def finish(self) -> None:
        """Refuse a history that goes on otherwise than by telling of the commands that were held."""
        if not are_held(tuple(self._history), self._waiting):
            self._refuse(self._source.number, "its history goes on otherwise in this journal")

    def _refuse(self, line: int, problem: str) -> NoReturn:
        """Say what differs."""
        raise TransferRefused(self._source.name, line, f"incident {self._incident_id}: {problem}", SORT_IT_OUT)


def _difference(stored: EventRecord | None, wanted: EventRecord) -> str:
    """Say what the event that is stored differs in. No payload is shown: it may be restricted."""
    if stored is None:
        return ": it is missing"
    if stored.event_id != wanted.event_id:
        return f": {stored.type} {stored.event_id!r}, and in the file {wanted.type} {wanted.event_id!r}"
    names = [one.name for one in fields(EventRecord) if getattr(stored, one.name) != getattr(wanted, one.name)]
    return f", by {', '.join(names)}"


def _difference_of(stored: CommandRecord | None, wanted: CommandRecord) -> str:
    """Say what became of a command here and there."""
    if stored is None:
        return ": it is missing"
    if stored.status is not wanted.status:
        return f": {stored.status.value}, and in the file {wanted.status.value}"
    names = [one.name for one in fields(CommandRecord) if getattr(stored, one.name) != getattr(wanted, one.name)]
    return f", by {', '.join(names)}"
