"""Times and lengths of time in words. English, whatever the machine's locale; the zone is always said."""

from datetime import UTC, date, datetime, time, timedelta

from incident_fsm._calendar import Calendar

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


def hours(calendar: Calendar) -> str:
    """When a team works, for example "Monday to Friday, 10:00 to 17:00 (Europe/London)"."""
    days = sorted(calendar.weekdays)
    run = days == list(range(days[0], days[-1] + 1))
    if len(days) == len(DAYS):
        week = "every day"
    elif run and len(days) > 1:
        week = f"{DAYS[days[0]]} to {DAYS[days[-1]]}"
    else:
        week = ", ".join(DAYS[number] for number in days)
    day_long = "at any hour"
    if calendar.opens != calendar.closes:
        closes = "midnight" if calendar.closes == time(0, 0) else f"{calendar.closes:%H:%M}"
        day_long = f"{calendar.opens:%H:%M} to {closes}"
    off = ", but for the days off that the policy lists" if calendar.days_off else ""
    return f"{week}, {day_long} ({calendar.timezone}){off}"
