"""Times and lengths of time in words. English, whatever the machine's locale; the zone is always said."""

from datetime import UTC, date, datetime, timedelta

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day(moment: date) -> str:
    """For example "12 November 2024"."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def weekday(moment: date) -> str:
    """For example "Tuesday 12 November 2024"."""
    return f"{DAYS[moment.weekday()]} {day(moment)}"


def clock(moment: datetime) -> str:
    """For example "09:15 GMT"."""
    return f"{moment:%H:%M} {moment.tzname() or ''}".rstrip()


def when(moment: datetime) -> str:
    """For example "12 November 2024, 09:15 GMT"."""
    return f"{day(moment)}, {clock(moment)}"


def machine(moment: datetime) -> str:
    """The moment for programs, in UTC: 2024-11-12T09:15:00Z."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def length(span: timedelta) -> str:
    """For example "1 day 2 hours 5 minutes"; seconds are left out."""
    minutes, days = span.seconds // 60 % 60, span.days
    amounts = ((days, "day"), (span.seconds // 3600, "hour"), (minutes, "minute"))
    said = [f"{amount} {unit}{'s' if amount != 1 else ''}" for amount, unit in amounts if amount]
    return " ".join(said) or "less than a minute"
