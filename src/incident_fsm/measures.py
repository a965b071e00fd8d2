"""What an incident took, and what many took: times, and promises to the public kept and missed. Pure.

`metrics` measures between milestones; this adds what the timeline alone can tell (when somebody took the lead, when the
review was over, which updates came in time), by the wall clock and by support hours, and sums up by quarter, service or
impact. All times are UTC; a quarter is one of the policy's time zone.
"""

# No `from __future__ import annotations` here: Hypothesis' `st.builds` must be
# able to resolve the annotations of attrs classes.

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median

from attrs import frozen

from incident_fsm import events as e
from incident_fsm._calendar import Calendar
from incident_fsm._incident import Incident
from incident_fsm._reactions.publish import promised
from incident_fsm._results import TimelineEntry
from incident_fsm._values import Kind
from incident_fsm.metrics import Interval, between, declare_interval, detect_interval, repair_interval, resolve_interval
from incident_fsm.policy import Policy

MEASURES = ("detect", "declare", "respond", "repair", "resolve", "review")
"""What is measured, in the order of an incident. Respond: until somebody leads. Review: from the end to the review."""

EXPLAINED: Mapping[str, str] = {
    "detect": "from the fault until it was noticed",
    "declare": "from when the team became aware until it was declared",
    "respond": "from when the team became aware until somebody led",
    "repair": "from the declaration, or from when the team became aware, until users were served again",
    "resolve": "from the fault until the official end",
    "review": "from the official end until the review was over",
}
"""Each measure in words."""

ALL = "all"
"""The group that everything belongs to."""


@frozen(kw_only=True)
class Measured:
    """What one incident took. `intervals` holds those measures that are known.

    `impact` is the worst that the public was told, in the policy's order; `quarter` that of the declaration, or of the
    opening where it was never declared. A promised update is kept if the public heard again by then, and missed if not.
    """

    incident_id: str
    quarter: str
    services: tuple[str, ...]
    impact: str
    intervals: Mapping[str, Interval]
    promises_kept: int
    promises_missed: int

    def wall_clock(self, measure: str) -> timedelta | None:
        """How long a measure is; None where it is not known."""
        interval = self.intervals.get(measure)
        return None if interval is None else interval[1] - interval[0]

    def support_hours(self, measure: str, calendar: Calendar) -> timedelta | None:
        """How much of a measure falls into support hours; None where it is not known."""
        interval = self.intervals.get(measure)
        return None if interval is None else calendar.support_time(*interval)


@frozen(kw_only=True)
class Summary:
    """What a group of incidents took: of each measure how many are known, and the middle one by either clock."""

    group: str
    incidents: int
    known: Mapping[str, int]
    wall_clock: Mapping[str, timedelta]
    support_hours: Mapping[str, timedelta]
    promises_kept: int
    promises_missed: int


def measure(incident: Incident, timeline: Sequence[TimelineEntry], policy: Policy, now: datetime) -> Measured:
    """Measure one incident. `timeline` is all of it; `now` decides which promises that still stand are missed."""
    marks = incident.milestones
    events = [entry.event for entry in timeline]
    aware = min((mark for mark in (marks.declared, marks.aware or marks.detected) if mark is not None), default=None)
    found = {
        "detect": detect_interval(marks),
        "declare": declare_interval(marks),
        "respond": between(aware, _led_at(incident, events)),
        "repair": repair_interval(marks),
        "resolve": resolve_interval(marks),
        "review": between(marks.resolved, _reviewed_at(incident, events)),
    }
    kept, missed = _promises(incident, events, policy, now)
    return Measured(
        incident_id=incident.id,
        quarter=_quarter(marks.declared or marks.detected or incident.opened_at, policy),
        services=incident.services,
        impact=_worst(events, policy),
        intervals={name: interval for name, interval in found.items() if interval is not None},
        promises_kept=kept,
        promises_missed=missed,
    )


def summarise(
    measured: Iterable[Measured], calendar: Calendar, group: Callable[[Measured], Iterable[str]] = lambda _: (ALL,)
) -> tuple[Summary, ...]:
    """Sum up by group, the groups in order. An incident counts in each group that it belongs to (`GROUPINGS`)."""
    groups: dict[str, list[Measured]] = {}
    for one in measured:
        for name in group(one):
            groups.setdefault(name, []).append(one)
    return tuple(_summary(name, groups[name], calendar) for name in sorted(groups))


GROUPINGS: Mapping[str, Callable[[Measured], Iterable[str]]] = {
    ALL: lambda _: (ALL,),
    "quarter": lambda one: (one.quarter,),
    "service": lambda one: one.services or ("(none named)",),
    "impact": lambda one: (one.impact or "(never declared)",),
}
"""By what incidents can be summed up."""


def _summary(name: str, members: Sequence[Measured], calendar: Calendar) -> Summary:
    """Sum one group up."""
    wall = {key: [took for one in members if (took := one.wall_clock(key)) is not None] for key in MEASURES}
    support = {
        key: [took for one in members if (took := one.support_hours(key, calendar)) is not None] for key in MEASURES
    }
    return Summary(
        group=name,
        incidents=len(members),
        known={key: len(found) for key, found in wall.items()},
        wall_clock={key: _middle(found) for key, found in wall.items() if found},
        support_hours={key: _middle(found) for key, found in support.items() if found},
        promises_kept=sum(one.promises_kept for one in members),
        promises_missed=sum(one.promises_missed for one in members),
    )


def _middle(lengths: Iterable[timedelta]) -> timedelta:
    """The middle one of some lengths, or what lies between the middle two."""
    return timedelta(seconds=median(length.total_seconds() for length in lengths))


def _led_at(incident: Incident, events: Iterable[e.Event]) -> datetime | None:
    """When somebody first led it. What was recorded afterwards says only when that was written down."""
    if incident.kind is Kind.BACKFILLED:
        return None
    for event in events:
        if isinstance(event, e.ManagementStarted) and (event.lead or any(held.role == "lead" for held in event.roles)):
            return event.at
        if isinstance(event, e.RoleAssigned) and event.role == "lead":
            return event.at
    return None


def _reviewed_at(incident: Incident, events: Iterable[e.Event]) -> datetime | None:
    """When the review was over; of what was recorded afterwards nobody knows."""
    if incident.kind is Kind.BACKFILLED:
        return None
    return next((event.at for event in events if isinstance(event, e.IncidentReviewed)), None)


def _promises(incident: Incident, events: Iterable[e.Event], policy: Policy, now: datetime) -> tuple[int, int]:
    """Count the promised updates that came in time, and those that did not."""
    if incident.kind is Kind.BACKFILLED:
        return 0, 0
    kept = missed = 0
    promise: datetime | None = None
    for at, next_promise in _words(events, policy):
        if promise is not None:
            kept, missed = (kept + 1, missed) if at <= promise else (kept, missed + 1)
        promise = next_promise
    if promise is not None and not incident.state.final and now > promise:
        missed += 1
    return kept, missed


def _words(events: Iterable[e.Event], policy: Policy) -> Iterator[tuple[datetime, datetime | None]]:
    """Yield when the public was told something, and what it was promised then."""
    impact = ""
    for event in events:
        if isinstance(event, e.IncidentResolved):
            yield event.at, None
        elif isinstance(event, e.IncidentDeclared | e.StatusUpdated | e.IncidentReopened):
            impact = event.impact or impact
            yield event.at, promised(event, impact, policy)


def _worst(events: Iterable[e.Event], policy: Policy) -> str:
    """The worst impact that the public was told: the first of the policy's own order."""
    said = {
        event.impact for event in events if isinstance(event, e.IncidentDeclared | e.StatusUpdated | e.IncidentReopened)
    }
    known = [impact.name for impact in policy.impacts if impact.name in said]
    return known[0] if known else next(iter(sorted(filter(None, said))), "")


def _quarter(moment: datetime, policy: Policy) -> str:
    """The quarter of a year that a moment lies in."""
    local = moment.astimezone(policy.calendar.zone)
    return f"{local.year}-Q{(local.month + 2) // 3}"
