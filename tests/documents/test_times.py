"""Tests of `incident_fsm.documents.times`."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from incident_fsm._calendar import Calendar
from incident_fsm.documents import times

LONDON = ZoneInfo("Europe/London")


def test_a_time_says_its_day_its_minute_and_its_zone() -> None:
    """In London the same time of day is GMT in winter and BST in summer."""
    winter, summer = datetime(2024, 11, 12, 9, 5, tzinfo=LONDON), datetime(2024, 6, 1, 9, 5, tzinfo=LONDON)
    assert times.when(winter) == "12 November 2024, 09:05 GMT"
    assert times.when(summer) == "1 June 2024, 09:05 BST"
    assert times.clock(summer) == "09:05 BST"
    assert times.machine(summer) == "2024-06-01T08:05:00Z"


def test_a_day_may_be_said_with_its_weekday() -> None:
    """The day of the process page's last review was a Tuesday."""
    assert times.day(date(2024, 11, 12)) == "12 November 2024"
    assert times.weekday(date(2024, 11, 12)) == "Tuesday 12 November 2024"


def test_the_repeated_hour_of_autumn_is_told_apart() -> None:
    """01:30 comes twice when summer time ends; the zone says which of the two it was."""
    first, second = (datetime(2024, 10, 27, hour, 30, tzinfo=UTC).astimezone(LONDON) for hour in (0, 1))
    assert [times.clock(first), times.clock(second)] == ["01:30 BST", "01:30 GMT"]


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=1, minutes=46), "1 hour 46 minutes"),
        (timedelta(days=2, hours=2), "2 days 2 hours"),
        (timedelta(days=1, hours=1, minutes=1, seconds=1), "1 day 1 hour 1 minute"),
    ],
)
def test_a_length_of_time_is_said_in_words(span: timedelta, said: str) -> None:
    """Units of nothing and seconds are left out."""
    assert times.length(span) == said


@pytest.mark.parametrize(
    ("calendar", "said"),
    [
        (Calendar(), "Monday to Friday, at any hour (UTC)"),
        (
            Calendar(timezone="Europe/London", opens=time(10), closes=time(17)),
            "Monday to Friday, 10:00 to 17:00 (Europe/London)",
        ),
        (Calendar(weekdays=(0, 1, 2, 3, 4, 5, 6), opens=time(6)), "every day, 06:00 to midnight (UTC)"),
        (Calendar(weekdays=(4, 0)), "Monday, Friday, at any hour (UTC)"),
        (Calendar(weekdays=(2,)), "Wednesday, at any hour (UTC)"),
        (
            Calendar(days_off=(date(2026, 12, 25),)),
            "Monday to Friday, at any hour (UTC), but for the days off that the policy lists",
        ),
    ],
)
def test_the_hours_of_a_team_are_said_as_people_say_them(calendar: Calendar, said: str) -> None:
    """Days in a row as a span, and midnight as a word."""
    assert times.hours(calendar) == said
