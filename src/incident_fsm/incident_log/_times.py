"""Published times: reading one, and finding those that cannot be right."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import combinations
from statistics import median
from zoneinfo import ZoneInfo

from attrs import frozen

from incident_fsm._guards.milestones import MILESTONES, order_faults
from incident_fsm._values import FIRST_YEAR, LAST_YEAR, Milestones

_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{1,2})[:.]([0-9]{2})(:[0-9]{2})?(?:\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_IN_TEXT = re.compile(r"([0-9]+)-([0-9]{1,2})-([0-9]{1,2})[T ]+([0-9]{1,2})[:.]?([0-9]{2})(?![0-9])")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9])")

FAR = timedelta(days=180)
"""No incident lasts that long: a time further away from the others is a mistyped year."""


@frozen(kw_only=True)
class Reading:
    """A published time. `shown`: local time, ISO 8601, as published; None where it cannot be read as one.

    `at` is the moment in UTC. `doubt` says why the time cannot be used (empty: it can). `remark` says what is odd about
    one that can. `missing`: the log says that it happened, and gives no time.
    """

    said: object
    shown: str | None = None
    at: datetime | None = None
    doubt: str = ""
    remark: str = ""
    missing: bool = False

    @property
    def credible(self) -> datetime | None:
        """The moment, if nothing speaks against it."""
        return None if self.doubt else self.at


def read_time(said: object, zone: ZoneInfo) -> Reading:
    """Read a local time like 2020-02-12T11:45. Seconds, an offset, a blank for the T and 9:29 for 09:29 will do."""
    if said is None:
        return Reading(said=said, doubt="no time is published", missing=True)
    found = _TIME.fullmatch(said.strip()) if isinstance(said, str) else None
    if found is None:
        return Reading(said=said, doubt="is no time like 2020-02-12T11:45")
    day, hour, minute, second, offset = found.groups(default="")
    if hour == "24":  # ISO 8601 used to allow it, and so do some versions of Python
        return Reading(said=said, doubt="no day has an hour 24: it may mean the day before or the day after")
    try:
        moment = datetime.fromisoformat(f"{day}T{hour.zfill(2)}:{minute}{second or ':00'}{offset}")
    except ValueError:
        return Reading(said=said, doubt="there is no such day, or no such time of day")
    return _in_zone(said, moment, zone)


def _in_zone(said: object, moment: datetime, zone: ZoneInfo) -> Reading:
    """Say which moment a local time is, if it is one."""
    local = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    if not (FIRST_YEAR <= moment.year <= LAST_YEAR and FIRST_YEAR <= local.astimezone(UTC).year <= LAST_YEAR):
        return Reading(said=said, shown=local_iso(moment), doubt=f"the year {moment.year} is far off")
    utc = local.astimezone(UTC)
    there = utc.astimezone(zone)
    if moment.tzinfo is None and there.replace(tzinfo=None) != moment:
        return Reading(said=said, shown=local_iso(moment), doubt="the clocks went forward and never showed that time")
    twice = moment.tzinfo is None and there.replace(fold=1).utcoffset() != there.utcoffset()
    remark = "the clocks went back and showed that time twice; it is read as the first of the two" if twice else ""
    return Reading(said=said, shown=local_iso(there), at=utc, remark=remark)


def local_iso(local: datetime) -> str:
    """Write a local time as the log does: without seconds where there are none, and without its zone."""
    return local.replace(tzinfo=None).isoformat(timespec="seconds" if local.second else "minutes")


def other_time_in(text: str, reading: Reading) -> str:
    """Give the time that a key event's text says, where no time in it is the one that the key event carries."""
    if reading.shown is None:
        return ""
    carried = [int(number) for number in re.findall(r"[0-9]+", str(reading.said))][:5]
    there = list(_IN_TEXT.finditer(text))
    agree = any([int(number) for number in found.groups()] == carried for found in there)
    return there[0][0] if there and not agree else ""


def date_of(incident_id: str, zone: ZoneInfo) -> datetime | None:
    """Give noon of the day that an incident's id begins with."""
    found = _DATE.match(incident_id)
    if found is None:
        return None
    noon = read_time(f"{found[1]}T12:00", zone)
    return noon.at


def middle_of(times: Iterable[datetime]) -> datetime | None:
    """Give the median of some moments. Between two that disagree it lies far from both, and that is meant."""
    seconds = [time.timestamp() for time in times]
    return datetime.fromtimestamp(median(seconds), UTC) if seconds else None


def far_from(anchor: datetime, at: datetime) -> str:
    """Say that a moment is too far from where the incident was, for people; empty where it is not."""
    days = abs(at - anchor).days
    return f"the year looks mistyped: that is {days} days from {anchor:%Y-%m-%d}" if days > FAR.days else ""


def out_of_order(times: Mapping[str, datetime], shown: Mapping[str, str]) -> dict[str, str]:
    """Say which milestones cannot be right, given those that can never be before one another, and why.

    The order is the lifecycle's own. In doubt are the fewest times without which the rest is in order; where several
    sets are equally small, all of them: one late "resolved" amid four that agree is alone, but of two that contradict
    each other nobody can tell which is right.
    """
    names = [name for name in MILESTONES if name in times]
    pairs = [
        (first, second)
        for first, second in combinations(names, 2)
        if order_faults(Milestones(**{first: times[first], second: times[second]}))
    ]
    enough = [
        chosen
        for size in range(len(names) + 1)
        for chosen in combinations(names, size)
        if all(first in chosen or second in chosen for first, second in pairs)
    ]
    fewest = len(enough[0])
    doubted = {name for chosen in enough if len(chosen) == fewest for name in chosen}
    return {
        name: "; ".join(
            f"{second} ({shown[second]}) is before {first} ({shown[first]})"
            for first, second in pairs
            if name in {first, second}
        )
        for name in names
        if name in doubted
    }
