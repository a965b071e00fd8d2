"""Short words for lengths of time."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from incident_fsm.pictures import words
from tests.documents import airflow


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 min 00 s"), (65, "1 min 05 s"), (599, "9 min 59 s"), (600, "10 min"), (3599, "59 min"),
        (3600, "1 h 00 min"), (86_399, "23 h 59 min"), (86_400, "1 day 0 h"), (200_000, "2 days 7 h"),
    ],
)  # fmt: skip
def test_the_sooner_the_finer(seconds: int, said: str) -> None:
    """Seconds below ten minutes, hours with minutes below a day, days with hours from there on; either sign."""
    assert words.span(timedelta(seconds=seconds)) == words.span(-timedelta(seconds=seconds)) == said


def test_what_is_due_now_is_overdue() -> None:
    """Said in words."""
    now = airflow.at(0)
    assert words.countdown(now + timedelta(minutes=12), now) == "in 12 min"
    assert words.countdown(now, now) == "OVERDUE by 0 min 00 s"


def test_moments_have_their_date_where_it_matters() -> None:
    """In the zone that is asked for."""
    assert words.moment(airflow.at(0), ZoneInfo("Europe/London"), date=True) == "10 Jun 09:00"
    assert words.moment(airflow.at(0), ZoneInfo("Asia/Kolkata"), date=False) == "13:30"
    assert words.hours(timedelta(hours=26, minutes=4, seconds=40)) == "26 h 05 min"
