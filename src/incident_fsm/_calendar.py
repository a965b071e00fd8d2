"""Spans of time and the calendar they are counted in: minutes by the clock, or working days by the policy's.

The calendar turns "once after 2 working days" into a moment, and a stretch of time into support hours.
Time zones come from the system's zone data (or the `tzdata` package); nothing else is read.
"""

# No `from __future__ import annotations` here: Hypothesis' `st.builds` must be
# able to resolve the annotations of attrs classes.

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from attrs import Attribute, field, frozen

from incident_fsm import _values as v
from incident_fsm.errors import InvalidValue

_SPAN = re.compile(r"([0-9]{1,6}) ?(minutes?|min|m|hours?|h|working days?|days?|d)")
_MINUTES = {"m": 1, "h": 60, "d": 24 * 60}
SPAN_RULE = "say '30 minutes', '2 hours', '3 days' or '5 working days'"
_LONGEST_DAYS = 366

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@frozen(kw_only=True)
class Span:
    """A length of time: either minutes by the clock or whole working days. At most a year."""

    minutes: int = field(default=0, validator=v.is_count)
    working_days: int = field(default=0, validator=v.is_count)

    def __attrs_post_init__(self) -> None:
        """Refuse a span of nothing, of both, or beyond a year."""
        if bool(self.minutes) == bool(self.working_days):
            raise InvalidValue("Span", "is neither minutes nor working days, or both", SPAN_RULE)
        if self.minutes > _LONGEST_DAYS * _MINUTES["d"] or self.working_days > _LONGEST_DAYS:
            raise InvalidValue("Span", "is longer than a year", SPAN_RULE)

    @classmethod
    def parse(cls, said: str) -> "Span":
        """Read "30 minutes", "2 hours", "3 days" (of 24 hours) or "5 working days"."""
        found = _SPAN.fullmatch(said.strip().lower())
        if found is None:
            raise InvalidValue("Span", f"{said!r:.60} is no length of time", SPAN_RULE)
        number, unit = int(found[1]), found[2]
        if unit.startswith("w"):
            return cls(working_days=number)
        return cls(minutes=number * _MINUTES[unit[0]])

    def __str__(self) -> str:
        """Write it as `parse` reads it."""
        amount, unit = next(pair for pair in self._units() if pair[0])
        return f"{amount} {unit}{'s' if amount != 1 else ''}"

    def _units(self) -> tuple[tuple[int, str], ...]:
        """Give the amount in each unit that says it exactly; 0 in the others."""
        days = 0 if self.minutes % _MINUTES["d"] else self.minutes // _MINUTES["d"]
        hours = 0 if self.minutes % 60 else self.minutes // 60
        return ((self.working_days, "working day"), (days, "day"), (hours, "hour"), (self.minutes, "minute"))


def _is_zone(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Refuse the name of a zone that is not in the zone data."""
    v.is_name(instance, attribute, value)
    try:
        _zone(str(value))
    except (KeyError, ValueError, OSError):
        raise InvalidValue("Calendar.timezone", f"{value!r} is no time zone", "use a name like Europe/London") from None


def _is_clock(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Refuse what is not a time of day in whole minutes; the zone is the calendar's."""
    v.of(time)(instance, attribute, value)
    if isinstance(value, time) and (value.tzinfo is not None or value.second or value.microsecond):
        raise InvalidValue(f"Calendar.{attribute.name}", f"{value} is not in whole minutes", "say it like 09:30")


@lru_cache(maxsize=16)
def _zone(name: str) -> ZoneInfo:
    """Look a zone up once."""
    return ZoneInfo(name)


@frozen(kw_only=True)
class Calendar:
    """When the team works: zone, days of the week (0 = Monday), hours, and the days off by date."""

    timezone: str = field(default="UTC", validator=_is_zone)
    weekdays: tuple[int, ...] = field(default=(0, 1, 2, 3, 4), validator=v.each(v.is_count))
    opens: time = field(default=time(0, 0), validator=_is_clock)
    closes: time = field(default=time(0, 0), validator=_is_clock)
    days_off: tuple[date, ...] = field(default=(), validator=v.each(v.is_date, limit=1000))

    def __attrs_post_init__(self) -> None:
        """Refuse a week without a working day, and hours that end before they begin (00:00 closes at midnight)."""
        if not self.weekdays or max(self.weekdays) >= len(WEEKDAYS) or len(set(self.weekdays)) < len(self.weekdays):
            raise InvalidValue("Calendar.weekdays", f"{self.weekdays} is no working week", "name one to seven days")
        if self.closes != time(0, 0) and self.closes <= self.opens:
            raise InvalidValue("Calendar.closes", f"{self.closes} is not after {self.opens}", "close after opening")

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that people here read times in."""
        return _zone(self.timezone)

    def is_working_day(self, day: date) -> bool:
        """Whether the team works on that date."""
        return day.weekday() in self.weekdays and day not in self.days_off

    def add(self, at: datetime, span: Span) -> datetime:
        """The moment (UTC) that lies a span after another. Working days keep the local time of day.

        A working day is over at the same local time on the next day that the team works; from a day off
        the first working day after it counts as the first.
        """
        if span.minutes:
            return at.astimezone(UTC) + timedelta(minutes=span.minutes)
        local = at.astimezone(self.zone)
        day, left = local.date(), span.working_days
        # This ends: a week has a working day, and the days off are a bounded list.
        while left:
            day += timedelta(days=1)
            left -= self.is_working_day(day)
        return datetime.combine(day, local.timetz()).astimezone(UTC)

    def support_time(self, start: datetime, end: datetime) -> timedelta:
        """How much of a stretch falls into support hours; zero where it ends before it starts."""
        total = timedelta()
        start, end = start.astimezone(UTC), end.astimezone(UTC)  # within one zone, Python would count by the wall clock
        day, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        while day <= last:
            if self.is_working_day(day):
                opens = datetime.combine(day, self.opens, self.zone)
                closing = day + timedelta(days=1) if self.closes == time(0, 0) else day
                closes = datetime.combine(closing, self.closes, self.zone)
                total += max(timedelta(), min(end, closes.astimezone(UTC)) - max(start, opens.astimezone(UTC)))
            day += timedelta(days=1)
        return total
