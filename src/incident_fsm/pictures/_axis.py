"""A time axis: where a moment stands between the beginning and the end, and which moments are written below it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo

from attrs import frozen

_MARGIN = 2.0
"""So many percent are left free on either side."""

_MOST = 4
"""So many moments can be written side by side on a phone, with their dates."""

_STEPS = tuple(
    timedelta(minutes=minutes)
    for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 20160, 43200, 129600, 525600)
)


@frozen
class Axis:
    """From when until when, both in UTC, told in a zone. Never empty: a moment alone gets a minute."""

    start: datetime
    end: datetime
    zone: tzinfo

    @classmethod
    def over(cls, start: datetime, end: datetime, zone: tzinfo) -> "Axis":
        """Make an axis that holds both moments."""
        return cls(start.astimezone(UTC), max(end, start + timedelta(minutes=1)).astimezone(UTC), zone)

    @property
    def dated(self) -> bool:
        """Whether times on it need their dates."""
        return self.start.astimezone(self.zone).date() != self.end.astimezone(self.zone).date()

    def place(self, moment: datetime) -> float:
        """Where a moment stands, in percent of the width; what lies outside stands at the border."""
        share = (moment - self.start) / (self.end - self.start)
        return _MARGIN + (100 - 2 * _MARGIN) * min(1.0, max(0.0, share))

    def ticks(self) -> Iterator[datetime]:
        """Yield a few round moments, as clocks and calendars of the zone have them."""
        step = next((step for step in _STEPS if (self.end - self.start) / step <= _MOST), timedelta(days=3650))
        midnight = self.start.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        if step < timedelta(days=1):
            past = self.start - midnight.astimezone(UTC)
            tick = midnight.astimezone(UTC) + step * -(-past // step)
            while tick <= self.end:
                yield tick
                tick += step
            return
        local = midnight
        while (tick := local.astimezone(UTC)) <= self.end:  # within its zone, a day is added by the calendar
            if tick >= self.start:
                yield tick
            local += step
