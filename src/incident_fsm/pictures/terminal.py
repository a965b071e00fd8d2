"""Pictures for terminals, in lines of text: the milestones of an incident to scale, and the pace of a timeline."""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from incident_fsm._incident import Incident
from incident_fsm._results import TimelineEntry
from incident_fsm.pictures.chronicle import MILESTONES, known
from incident_fsm.pictures.words import moment, span

WIDTH = 60
"""So many columns a bar takes."""


def milestone_bar(incident: Incident, now: datetime, zone: tzinfo, width: int = WIDTH) -> tuple[str, ...]:
    """Draw the milestones to scale in one line, and say below which letter is when; nothing where none is known.

    What is open runs until now (`>`); `-` is trouble, `=` is after the repair, until the official end. Milestones that
    fall together give way to the later ones, so the letters below are the whole truth.
    """
    marks = sorted(known(incident.milestones), key=lambda mark: mark[1])
    if not marks:
        return ()
    start, last = marks[0][1], marks[-1][1]
    ended = incident.milestones.resolved
    end = last if ended or incident.state.final else max(now, last)
    line = ["-"] * width
    repaired = incident.milestones.repaired
    for column in range(width):
        if repaired is not None and column > _column(repaired, start, end, width):
            line[column] = "="
    if not (ended or incident.state.final):
        line[-1] = ">"
    for name, at in marks:
        line[_column(at, start, end, width)] = _letter(name)
    dated = start.astimezone(zone).date() != end.astimezone(zone).date()
    legend = ", ".join(
        f"{_letter(name)} {MILESTONES[name].lower()} {moment(at, zone, date=dated)}" for name, at in marks
    )
    return f"|{''.join(line)}| {span(end - start)}", legend


def pace(timeline: Sequence[TimelineEntry]) -> Iterator[str]:
    """Yield, for each entry, how long after the one before it happened: empty for the first, `-` for one set back."""
    before: datetime | None = None
    for at in (entry.event.at for entry in timeline):
        yield "" if before is None else f"{'-' if at < before else '+'}{span(at - before)}"
        before = at


def _column(at: datetime, start: datetime, end: datetime, width: int) -> int:
    """In which column a moment stands."""
    return 0 if end == start else round((width - 1) * ((at - start) / (end - start)))


_LETTERS = {"fault": "F", "detected": "D", "aware": "A", "declared": "!", "repaired": "R", "resolved": "E"}


def _letter(name: str) -> str:
    """The letter of a milestone. The declaration is "!", because detection has its letter; "E" is the end."""
    return _LETTERS[name]
