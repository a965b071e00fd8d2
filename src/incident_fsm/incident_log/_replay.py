"""A whole log through the lifecycle: every event is attempted, and every refusal is listed."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from attrs import frozen

from incident_fsm import metrics
from incident_fsm._guards.milestones import MILESTONES
from incident_fsm._incident import Incident
from incident_fsm._results import Refusal
from incident_fsm._values import Milestones
from incident_fsm.events import NoteTaken
from incident_fsm.incident_log._findings import Diagnostic, Findings
from incident_fsm.incident_log._published import Published, read_id, read_incident
from incident_fsm.incident_log._reading import Log
from incident_fsm.incident_log._story import events_of
from incident_fsm.lifecycle import Lifecycle
from incident_fsm.metrics import Interval
from incident_fsm.policy import Calendar

_LENGTH = re.compile(r"\s*(?:([0-9]{1,4})\s*d)?\s*(?:([0-9]{1,5})\s*h)?\s*(?:([0-9]{1,6})\s*m)?")
_DAY = timedelta(days=1)


@frozen(kw_only=True)
class Replayed:
    """What became of a published incident.

    `shown`: its milestones as published, in local time. `incident`: as recorded; None where nothing could be. Durations
    are in whole minutes by the wall clock, None where a time they need is missing or contradictory. `notes`: how many
    entries of the timeline were recorded.
    """

    id: str
    incident: Incident | None
    shown: dict[str, str | None]
    minutes_to_repair: int | None
    minutes_to_resolve: int | None
    notes: int
    published: object
    diagnostics: tuple[Diagnostic, ...]

    @property
    def state(self) -> str | None:
        """The state that the incident got to; None where it could not even be opened."""
        return None if self.incident is None else self.incident.state.value

    def as_json(self) -> dict[str, Any]:
        """Give it as plain data. `milestones` holds what the log publishes under these names, `aware` stands apart."""
        owed = () if self.incident is None else self.incident.follow_ups
        return {
            "id": self.id,
            "state": self.state,
            "milestones": {name: self.shown.get(name) for name in MILESTONES if name != "aware"},
            "aware": self.shown.get("aware"),
            "time_to_repair_minutes": self.minutes_to_repair,
            "time_to_resolve_minutes": self.minutes_to_resolve,
            "notes": self.notes,
            "follow_ups": {
                each.key: {"state": each.state.value, "link": each.link, "reason": each.reason} for each in owed
            },
            "published": self.published,
            "diagnostics": [
                {"field": found.field, "value": found.value, "reason": found.reason} for found in self.diagnostics
            ],
        }


def replay_log(log: Log, lifecycle: Lifecycle) -> Iterator[Replayed]:
    """Take each incident of a log through the lifecycle, one after the other; none can stop the others."""
    taken: set[str] = set()
    for number, said in enumerate(log.incidents, start=1):
        findings = Findings()
        incident_id = read_id(said.get("id") if isinstance(said, dict) else None, number, taken, findings)
        if isinstance(said, dict):
            yield _replay(said, incident_id, log, lifecycle, findings)
        else:
            findings.add("", said, "is no object, and nothing of it could be read")
            yield Replayed(
                id=incident_id,
                incident=None,
                shown={},
                minutes_to_repair=None,
                minutes_to_resolve=None,
                notes=0,
                published=None,
                diagnostics=tuple(findings.diagnostics),
            )


def _replay(said: dict[str, object], incident_id: str, log: Log, lifecycle: Lifecycle, findings: Findings) -> Replayed:
    """Attempt every event of one incident."""
    policy = lifecycle.policy
    published = read_incident(said, incident_id, log.zone or policy.calendar.zone, findings)
    link = Findings().line("about.source", f"{log.source}#{incident_id}")
    incident: Incident | None = None
    notes = 0
    for event in events_of(published, link, policy, findings):
        answer = lifecycle.attempt(incident, event)
        if isinstance(answer, Refusal):
            findings.add(type(event).__name__, event.id, answer.sentence)
            continue
        incident = answer.after
        notes += isinstance(event, NoteTaken)
    milestones = Milestones() if incident is None else incident.milestones
    repair = _measured(published, _repair_needs(published), metrics.repair_interval(milestones))
    resolve = _measured(published, _resolve_needs(published), metrics.resolve_interval(milestones))
    durations = said.get("published")
    for name, interval in (("repair", repair), ("resolve", resolve)):
        _compare(name, durations, interval, policy.calendar, findings)
    return Replayed(
        id=incident_id,
        incident=incident,
        shown={name: reading.shown for name, reading in published.readings.items()},
        minutes_to_repair=_minutes(repair),
        minutes_to_resolve=_minutes(resolve),
        notes=notes,
        published=durations,
        diagnostics=tuple(findings.diagnostics),
    )


def _repair_needs(published: Published) -> tuple[str, ...]:
    """Name the milestones that the time to repair is made of, as far as they are published."""
    return ("declared", "aware" if "aware" in published.readings else "detected", "repaired")


def _resolve_needs(published: Published) -> tuple[str, ...]:
    """Name the milestones that the time to resolve is made of: from the fault, else from the detection."""
    starts = [
        name for name in ("fault", "detected", "aware") if published.credible(name) or published.contradictory(name)
    ]
    return (*starts[:1], "resolved")


def _measured(published: Published, needs: tuple[str, ...], interval: Interval | None) -> Interval | None:
    """Drop an interval that a contradictory time would have had a part in."""
    return None if any(published.contradictory(name) for name in needs) else interval


def _minutes(interval: Interval | None) -> int | None:
    """How long an interval is, in whole minutes by the wall clock."""
    return None if interval is None else (interval[1] - interval[0]) // timedelta(minutes=1)


def _compare(name: str, durations: object, interval: Interval | None, calendar: Calendar, findings: Findings) -> None:
    """List a published duration that is off by more than a day, by the wall clock as well as by support hours.

    Smaller differences are ordinary, and are no diagnostic: durations were worked out by hand, some of them from the
    declaration and some from the detection. But so large a one says that a key event's month or day may be mistyped.
    """
    said = durations.get(name) if isinstance(durations, dict) else None
    found = _LENGTH.match(said) if isinstance(said, str) else None
    if interval is None or found is None or not any(found.groups()):
        return
    days, hours, minutes = (int(number or 0) for number in found.groups())
    length = timedelta(days=days, hours=hours, minutes=minutes)
    shortest, longest = calendar.support_time(*interval), interval[1] - interval[0]
    if not shortest - _DAY <= length <= longest + _DAY:
        findings.add(f"published.{name}", said, f"is not what the key events say: {longest} by the wall clock, "
                     f"{shortest} of it support hours; a day or a month may be mistyped")  # fmt: skip
