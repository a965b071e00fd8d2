"""Spans of time, and the calendar they are counted in."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from incident_fsm._calendar import WEEKDAYS, Calendar, Span
from incident_fsm.errors import InvalidValue
from incident_fsm.testing.arbitrary import moments
from incident_fsm.testing.policies import calendars, spans

LONDON = ZoneInfo("Europe/London")
WEEK = Calendar(timezone="Europe/London")
OFFICE = Calendar(timezone="Europe/London", opens=time(9), closes=time(17))
FRIDAY = datetime(2024, 5, 3, 15, 0, tzinfo=UTC)


# ---- spans ----


@pytest.mark.parametrize(
    ("said", "span", "written"),
    [
        ("1 minute", Span(minutes=1), "1 minute"),
        ("30 minutes", Span(minutes=30), "30 minutes"),
        ("30m", Span(minutes=30), "30 minutes"),
        ("15 min", Span(minutes=15), "15 minutes"),
        (" 2 Hours ", Span(minutes=120), "2 hours"),
        ("1h", Span(minutes=60), "1 hour"),
        ("90 minutes", Span(minutes=90), "90 minutes"),
        ("1 day", Span(minutes=1440), "1 day"),
        ("3d", Span(minutes=4320), "3 days"),
        ("36 hours", Span(minutes=2160), "36 hours"),
        ("1 working day", Span(working_days=1), "1 working day"),
        ("5 working days", Span(working_days=5), "5 working days"),
        ("366 days", Span(minutes=366 * 1440), "366 days"),
    ],
)
def test_a_span_is_read_and_written_in_words(said: str, span: Span, written: str) -> None:
    """Expect each spelling to be read, and the plainest to be written."""
    assert Span.parse(said) == span
    assert str(span) == written


@pytest.mark.parametrize(
    "said", ["", "5", "minutes", "-5 minutes", "1.5 hours", "5 weeks", "1000000 m", "5  minutes", "٣ minutes", "5 m\nx"]
)
def test_what_is_no_span_is_refused_with_an_example(said: str) -> None:
    """Expect a remedy that shows how it is said; digits of other scripts are not guessed at."""
    with pytest.raises(InvalidValue, match="say '30 minutes'"):
        Span.parse(said)


@given(spans())
@example(Span(minutes=100_001))
def test_every_span_is_read_as_it_is_written(span: Span) -> None:
    """Expect the same span back, the odd lengths of six digits too, which once could be written but not read."""
    assert Span.parse(str(span)) == span


def test_a_span_is_either_of_the_clock_or_of_working_days_and_no_longer_than_a_year() -> None:
    """Expect nothing, both, more than 366 days and numbers beyond all bounds to be refused."""
    for said in ({}, {"minutes": 1, "working_days": 1}, {"minutes": 366 * 1440 + 1}, {"working_days": 367},
                 {"minutes": -1}, {"minutes": 10**400}, {"working_days": True}):  # fmt: skip
        with pytest.raises(InvalidValue):
            Span(**said)


# ---- calendars ----


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"timezone": "Mars/Olympus"}, "no time zone"),
        ({"timezone": ""}, "is empty"),
        ({"timezone": "../etc/passwd"}, "no time zone"),
        ({"timezone": "Europe"}, "no time zone"),
        ({"timezone": 5}, "not text"),
        ({"weekdays": ()}, "no working week"),
        ({"weekdays": (7,)}, "no working week"),
        ({"weekdays": (1, 1)}, "no working week"),
        ({"weekdays": (-1,)}, "not a count"),
        ({"opens": time(9), "closes": time(9)}, "is not after"),
        ({"opens": time(17), "closes": time(9)}, "is not after"),
        ({"opens": "09:00"}, "is str"),
        ({"opens": time(9, 0, 30)}, "whole minutes"),
        ({"closes": time(9, 0, 0, 1)}, "whole minutes"),
        ({"closes": time(9, tzinfo=UTC)}, "whole minutes"),
        ({"days_off": (datetime(2024, 1, 1, tzinfo=UTC),)}, "is datetime"),
        ({"days_off": (date(1999, 1, 1),)}, "far off"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(fields: dict[str, object], problem: str) -> None:
    """Expect each fault to be found when the calendar is made, not when an incident is counted by it."""
    with pytest.raises(InvalidValue, match=problem):
        Calendar(**fields)  # type: ignore[arg-type]


def test_a_working_day_is_one_of_the_week_that_is_not_off() -> None:
    """Expect the weekdays by number from Monday, less the days off."""
    calendar = Calendar(weekdays=(0, 2), days_off=(date(2024, 5, 1),))
    working = [date(2024, 4, 29) + timedelta(days=day) for day in range(7)]
    assert [WEEKDAYS[day.weekday()] for day in working if calendar.is_working_day(day)] == ["monday"]


@pytest.mark.parametrize(
    ("at", "days", "expected"),
    [
        (FRIDAY, 1, datetime(2024, 5, 6, 15, 0, tzinfo=UTC)),
        (FRIDAY, 5, datetime(2024, 5, 10, 15, 0, tzinfo=UTC)),
        # From a day off, the first working day after it counts as the first.
        (datetime(2024, 5, 4, 12, 0, tzinfo=UTC), 1, datetime(2024, 5, 6, 12, 0, tzinfo=UTC)),
        # The clocks go forward in between: ten o'clock there stays ten o'clock.
        (datetime(2024, 3, 29, 10, 0, tzinfo=UTC), 1, datetime(2024, 4, 1, 9, 0, tzinfo=UTC)),
        # Local midnight is the day before in UTC.
        (datetime(2024, 5, 2, 23, 30, tzinfo=UTC), 1, datetime(2024, 5, 5, 23, 30, tzinfo=UTC)),
    ],
)
def test_working_days_keep_the_local_time_of_day(at: datetime, days: int, expected: datetime) -> None:
    """Expect the same time of day in London on the next days that the team works."""
    assert WEEK.add(at, Span(working_days=days)) == expected


def test_a_day_off_is_not_counted() -> None:
    """Expect the bank holiday on Monday to move the next working day to Tuesday."""
    calendar = Calendar(timezone="Europe/London", days_off=(date(2024, 5, 6),))
    assert calendar.add(FRIDAY, Span(working_days=1)) == datetime(2024, 5, 7, 15, 0, tzinfo=UTC)


def test_a_year_of_working_days_is_counted_out_even_where_one_day_a_week_is_worked() -> None:
    """Expect 366 Mondays: counting once stopped after three years, whatever was left."""
    mondays = Calendar(weekdays=(0,), days_off=(date(2024, 5, 6),))
    assert mondays.add(FRIDAY, Span(working_days=366)) == FRIDAY + timedelta(days=3 + 7 * 366)


@given(calendars(), moments(), st.integers(1, 60))
def test_between_a_moment_and_its_span_lie_that_many_working_days(calendar: Calendar, at: datetime, days: int) -> None:
    """Expect exactly the span's number of working days after the day begun on, the last of them the day it ends on."""
    end = calendar.add(at, Span(working_days=days))
    assert end.tzinfo is UTC
    first = at.astimezone(calendar.zone).date()
    local = end.astimezone(calendar.zone)
    passed = [first + timedelta(days=number + 1) for number in range((local.date() - first).days)]
    # Samoa left out a whole day in 2011: on such a day there is no local time to keep.
    if (calendar.timezone, date(2011, 12, 30)) in {(calendar.timezone, day) for day in (*passed, first)}:
        return
    assert sum(calendar.is_working_day(day) for day in passed) == days
    assert calendar.is_working_day(local.date())


@given(calendars(), moments(), st.integers(1, 366 * 1440))
def test_minutes_are_counted_by_the_clock(calendar: Calendar, at: datetime, minutes: int) -> None:
    """Expect clock time whatever the calendar says, in UTC."""
    end = calendar.add(at, Span(minutes=minutes))
    assert end.tzinfo is UTC
    assert end - at.astimezone(UTC) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (datetime(2024, 5, 3, 10, 0, tzinfo=LONDON), datetime(2024, 5, 3, 12, 0, tzinfo=LONDON), 2.0),
        (datetime(2024, 5, 3, 7, 0, tzinfo=LONDON), datetime(2024, 5, 3, 20, 0, tzinfo=LONDON), 8.0),
        (datetime(2024, 5, 3, 16, 0, tzinfo=LONDON), datetime(2024, 5, 6, 10, 0, tzinfo=LONDON), 2.0),
        (datetime(2024, 5, 3, 18, 0, tzinfo=LONDON), datetime(2024, 5, 5, 23, 0, tzinfo=LONDON), 0.0),
        (datetime(2024, 5, 3, 12, 0, tzinfo=LONDON), datetime(2024, 5, 3, 10, 0, tzinfo=LONDON), 0.0),
        (datetime(2024, 4, 29, 0, 0, tzinfo=LONDON), datetime(2024, 5, 6, 0, 0, tzinfo=LONDON), 40.0),
    ],
)
def test_support_time_counts_only_the_hours_of_support(start: datetime, end: datetime, hours: float) -> None:
    """Expect nine to five on weekdays, in London."""
    assert OFFICE.support_time(start, end) == timedelta(hours=hours)


def test_support_time_passes_over_a_change_of_the_clocks() -> None:
    """Expect two hours between 00:30 and 03:30 in the night when an hour is left out, and 23 in that whole day."""
    always = Calendar(timezone="Europe/London", weekdays=tuple(range(7)))
    night = datetime(2024, 3, 31, 0, 30, tzinfo=LONDON), datetime(2024, 3, 31, 3, 30, tzinfo=LONDON)
    assert always.support_time(*night) == timedelta(hours=2)
    day = datetime(2024, 3, 31, tzinfo=LONDON), datetime(2024, 4, 1, tzinfo=LONDON)
    assert always.support_time(*day) == timedelta(hours=23)


@given(calendars(), moments(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 6, 1, tzinfo=UTC)),
       st.timedeltas(timedelta(), timedelta(days=9)), st.timedeltas(timedelta(), timedelta(days=9)))  # fmt: skip
def test_support_time_adds_up(calendar: Calendar, start: datetime, one: timedelta, two: timedelta) -> None:
    """Expect two stretches to count as much as the whole, never more than the clock, and the same in every zone."""
    start = start.astimezone(UTC)
    middle, end = start + one, start + one + two
    whole = calendar.support_time(start, end)
    assert calendar.support_time(start, middle) + calendar.support_time(middle, end) == whole
    assert timedelta() <= whole <= end - start
    assert calendar.support_time(start.astimezone(LONDON), end.astimezone(LONDON)) == whole


@given(
    moments(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 6, 1, tzinfo=UTC)),
    st.timedeltas(timedelta(), timedelta(days=9)),
)
def test_who_always_works_supports_all_the_time(start: datetime, length: timedelta) -> None:
    """Expect the clock's time where every hour of every day is an hour of support, also when clocks change."""
    always = Calendar(timezone="Europe/London", weekdays=tuple(range(7)))
    assert always.support_time(start, start.astimezone(UTC) + length) == length
