"""One incident as it was published: read, and every oddity listed."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from attrs import frozen

from incident_fsm._guards.milestones import MILESTONES
from incident_fsm._values import FIRST_YEAR
from incident_fsm.incident_log._findings import Findings
from incident_fsm.incident_log._key_events import in_order, list_doubts, list_missing, near, read_key_events
from incident_fsm.incident_log._times import Reading, date_of, middle_of, read_time

_KEYS = frozenset(
    {
        "id",
        "title",
        "key_events",
        "published",
        "identified",
        "impact",
        "timeline",
        "resolution",
        "review_actions",
    }
)
_ENTRY_KEYS = frozenset({"at", "text"})
_ID_MAX = 64


@frozen(kw_only=True)
class Note:
    """An entry of the timeline. `at`: None where it has no time that could be right."""

    text: str
    at: datetime | None


@frozen(kw_only=True)
class Published:
    """What can be recorded of a published incident. `began` is when its record begins: a time for what has none."""

    id: str
    title: str
    identified: str
    impact: str
    resolution: str
    review_actions: tuple[str, ...]
    readings: dict[str, Reading]
    not_declared: str
    notes: tuple[Note, ...]
    began: datetime

    def credible(self, milestone: str) -> datetime | None:
        """When a milestone was, if that is published and nothing speaks against it."""
        reading = self.readings.get(milestone)
        return None if reading is None else reading.credible

    def contradictory(self, milestone: str) -> bool:
        """Whether a milestone's time is published, and cannot be right."""
        reading = self.readings.get(milestone)
        return reading is not None and bool(reading.doubt) and not reading.missing

    def undated(self, milestone: str) -> str:
        """Why a milestone's time cannot be recorded; empty where it can."""
        reading = self.readings.get(milestone)
        return "the time is not published" if reading is None else reading.doubt


def read_incident(said: dict[str, object], incident_id: str, zone: ZoneInfo, findings: Findings) -> Published:
    """Read one published incident. `incident_id` is the identifier it is recorded by."""
    findings.unknown_keys("", said, _KEYS)
    readings, not_declared = read_key_events(said.get("key_events"), zone, findings)
    texts, times = _timeline(said.get("timeline"), zone, findings)
    anchor = date_of(str(said.get("id")), zone) or middle_of(
        reading.credible for reading in (*readings.values(), *times) if reading.credible
    )
    if anchor is not None:
        readings = {name: near(reading, anchor) for name, reading in readings.items()}
        times = [near(reading, anchor) for reading in times]
    readings = in_order(readings)
    list_doubts(readings, findings)
    list_missing(readings, not_declared, findings)
    notes = tuple(Note(text=text, at=reading.credible) for text, reading in zip(texts, times, strict=True))
    _list_entries(times, readings, findings)
    began = _began(readings, notes) or anchor
    if began is None:
        began = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
        findings.add("key_events", said.get("key_events"), "no usable time at all: everything is recorded undated")
    return Published(
        id=incident_id,
        title=findings.line("title", said.get("title")) or f"Incident {incident_id}",
        identified=findings.text("identified", said.get("identified")),
        impact=findings.text("impact", said.get("impact")),
        resolution=findings.text("resolution", said.get("resolution")),
        review_actions=_actions(said.get("review_actions"), findings),
        readings=readings,
        not_declared=not_declared,
        notes=notes,
        began=began,
    )


def read_id(said: object, number: int, taken: set[str], findings: Findings) -> str:
    """Give the identifier that an incident is recorded by: its own, made fit for one, and told from the others'."""
    plain = said if isinstance(said, str) else str(said) if isinstance(said, int) else ""
    fit = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:_ID_MAX].rstrip("-") or f"incident-{number}"
    if plain and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}", plain):
        fit = plain
    chosen, again = fit, 1
    while chosen in taken:
        again += 1
        chosen = f"{fit[: _ID_MAX - len(str(again)) - 1]}-{again}"
    taken.add(chosen)
    if chosen != said:
        why = "is there already" if chosen != fit else "is no identifier" if said is not None else "is missing"
        findings.add("id", said, f"{why}; the incident is recorded as {chosen}")
    return chosen


def _timeline(said: object, zone: ZoneInfo, findings: Findings) -> tuple[list[str], list[Reading]]:
    """Read the texts and the times of the timeline's entries. Each entry counts, whatever it looks like."""
    texts: list[str] = []
    times: list[Reading] = []
    for number, entry in enumerate(findings.items("timeline", said)):
        path = f"timeline[{number}]"
        fields = entry if isinstance(entry, dict) else {"text": entry}
        findings.unknown_keys(f"{path}.", fields, _ENTRY_KEYS)
        text = fields.get("text")
        if not isinstance(text, str) or not text.strip():
            findings.add(f"{path}.text", text, "says nothing that could be read; it is a note all the same")
            text = "(no text)" if text is None or text == "" else json.dumps(text)
        texts.append(findings.text(f"{path}.text", text) or "(no text)")
        times.append(read_time(fields.get("at"), zone))
    return texts, times


def _list_entries(times: list[Reading], readings: dict[str, Reading], findings: Findings) -> None:
    """List each entry of the timeline that has no usable time, or comes too early, too late or out of order."""
    known = [reading.credible for reading in readings.values() if reading.credible]
    resolved = readings["resolved"].credible if "resolved" in readings else None
    previous: datetime | None = None
    rules: tuple[tuple[str, Callable[[datetime], bool]], ...] = (
        ("is before the entry above it", lambda at: previous is not None and at < previous),
        ("is before the incident began", lambda at: bool(known) and at < min(known)),
        ("is after the incident was resolved", lambda at: resolved is not None and at > resolved),
    )
    for number, reading in enumerate(times):
        at = reading.credible
        odd = [why for why, holds in rules if holds(at)] if at is not None else [reading.doubt]
        previous = at or previous
        for why in filter(None, (*odd, reading.remark)):
            findings.add(f"timeline[{number}].at", reading.said, why)


def _began(readings: dict[str, Reading], notes: tuple[Note, ...]) -> datetime | None:
    """When the record begins: when somebody first noticed, or else the first time that is known."""
    for name in ("detected", "aware", *MILESTONES):
        if name in readings and (found := readings[name].credible):
            return found
    return next((note.at for note in notes if note.at), None)


def _actions(said: object, findings: Findings) -> tuple[str, ...]:
    """Read the review's actions."""
    return tuple(
        text
        for number, entry in enumerate(findings.items("review_actions", said))
        if (text := findings.text(f"review_actions[{number}]", entry))
    )
