"""How long it took: durations between milestones, by the wall clock. Pure, and the one place that says from when.

Source: "About this incident log" of the Cloud Platform team (ministryofjustice/cloud-platform, MIT, `source/incidents/
index.html.md.erb`). *Time to repair* runs from the declaration, or from when the team became aware of the fault if that
is earlier, until service is fully restored. *Time to resolve* runs from when the fault occurred until future failures
are prevented as well. That team's newer reports publish "First detected" where the older ones said "Team aware", so
the detection stands for the awareness where no other is known, and for the fault likewise.

By the wall clock means real elapsed time: milestones are moments in UTC, so a change to summer time neither adds nor
takes an hour. For support hours, hand an interval to the policy's calendar:
`policy.calendar.support_time(*interval)`.

A duration is None where a milestone it needs is unknown, or would make it negative: what contradicts itself is not
measured.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from incident_fsm._values import Milestones

Interval = tuple[datetime, datetime]
"""From when until when, in UTC."""

Measure = Callable[[Milestones], timedelta | None]
"""What every `time_to_…` is."""


def time_to_detect(milestones: Milestones) -> timedelta | None:
    """From the fault until it was first noticed, or until the team was aware where that is all that is known."""
    return _length(detect_interval(milestones))


def time_to_declare(milestones: Milestones) -> timedelta | None:
    """From when the team became aware until the incident was declared, also where that was after the repair."""
    return _length(declare_interval(milestones))


def time_to_repair(milestones: Milestones) -> timedelta | None:
    """From the declaration, or from when the team became aware if that is earlier, until users were served again."""
    return _length(repair_interval(milestones))


def time_to_resolve(milestones: Milestones) -> timedelta | None:
    """From the fault until the official end; from the detection where the fault's time is not known."""
    return _length(resolve_interval(milestones))


def detect_interval(milestones: Milestones) -> Interval | None:
    """From when until when `time_to_detect` counts."""
    return between(milestones.fault, milestones.detected or milestones.aware)


def declare_interval(milestones: Milestones) -> Interval | None:
    """From when until when `time_to_declare` counts."""
    return between(_aware(milestones), milestones.declared)


def repair_interval(milestones: Milestones) -> Interval | None:
    """From when until when `time_to_repair` counts. None where either end is unknown, or they are the wrong way round.

    An incident that was declared after its repair, or never, counts from when the team became aware.
    """
    starts = [start for start in (milestones.declared, _aware(milestones)) if start is not None]
    return between(min(starts, default=None), milestones.repaired)


def resolve_interval(milestones: Milestones) -> Interval | None:
    """From when until when `time_to_resolve` counts. None where either end is unknown, or they are the wrong way
    round.
    """
    return between(milestones.fault or milestones.detected or milestones.aware, milestones.resolved)


def _aware(milestones: Milestones) -> datetime | None:
    """When the team became aware: as recorded, or else when the fault was first noticed."""
    return milestones.aware or milestones.detected


def between(start: datetime | None, end: datetime | None) -> Interval | None:
    """Pair two moments that are known and in order; None where they are not."""
    return None if start is None or end is None or end < start else (start, end)


def _length(interval: Interval | None) -> timedelta | None:
    """How long an interval is."""
    return None if interval is None else interval[1] - interval[0]
