"""Reading a published time, and finding the ones that cannot be right."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_fsm.incident_log._times import _TIME, date_of, far_from, middle_of, other_time_in, out_of_order, read_time

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("said", "shown", "at"),
    [
        ("2020-02-12T11:45", "2020-02-12T11:45", datetime(2020, 2, 12, 11, 45, tzinfo=UTC)),
        ("2020-07-12T11:45", "2020-07-12T11:45", datetime(2020, 7, 12, 10, 45, tzinfo=UTC)),
        (" 2020-02-12 9:29 ", "2020-02-12T09:29", datetime(2020, 2, 12, 9, 29, tzinfo=UTC)),
        ("2020-02-12T11.45", "2020-02-12T11:45", datetime(2020, 2, 12, 11, 45, tzinfo=UTC)),
        ("2020-02-12T11:45:07", "2020-02-12T11:45:07", datetime(2020, 2, 12, 11, 45, 7, tzinfo=UTC)),
        ("2020-02-12T11:45:07.250", "2020-02-12T11:45:07", datetime(2020, 2, 12, 11, 45, 7, tzinfo=UTC)),
        ("2020-07-12T11:45Z", "2020-07-12T12:45", datetime(2020, 7, 12, 11, 45, tzinfo=UTC)),
        ("2020-07-12T11:45+05:30", "2020-07-12T07:15", datetime(2020, 7, 12, 6, 15, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_as_local_unless_it_says_otherwise(said: str, shown: str, at: datetime) -> None:
    """It is shown in local time, and known in UTC."""
    reading = read_time(said, LONDON)
    assert (reading.shown, reading.at, reading.credible, reading.doubt) == (shown, at, at, "")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (None, "no time is published"),
        ("", "is no time"),
        ("yesterday", "is no time"),
        ("2020-02-12", "is no time"),
        (1581507900, "is no time"),
        (["2020-02-12T11:45"], "is no time"),
        ("２０２０-02-12T11:45", "is no time"),
        ("2020-02-12T24:00", "no day has an hour 24"),
        ("2020-02-12T25:00", "there is no such day"),
        ("2020-02-30T11:45", "there is no such day"),
        ("2020-02-12T11:60", "there is no such day"),
        ("2020-02-12T11:45+99:00", "there is no such day"),
    ],
)
def test_what_is_no_time_is_not_read_as_one(said: object, words: str) -> None:
    """It cannot be shown as a time, and says why; what was published is kept. Nothing is bent into a time."""
    reading = read_time(said, LONDON)
    assert (reading.said, reading.shown, reading.credible) == (said, None, None)
    assert words in reading.doubt


@pytest.mark.parametrize("said", ["0001-01-01T00:00", "0023-02-01T10:30", "9999-12-31T23:59", "2000-01-01T00:30+01:00"])
def test_a_year_that_no_incident_can_have_is_shown_and_not_used(said: str) -> None:
    """Such times are shown as published; as moments they cannot be recorded."""
    reading = read_time(said, LONDON)
    assert (reading.shown, reading.credible) == (said[:16], None)
    assert "far off" in reading.doubt


def test_a_time_that_the_clocks_skipped_is_shown_and_not_used() -> None:
    """There was no 01:30 in London on 2024-03-31."""
    reading = read_time("2024-03-31T01:30", LONDON)
    assert (reading.shown, reading.credible) == ("2024-03-31T01:30", None)
    assert "never showed" in reading.doubt


def test_a_time_that_the_clocks_showed_twice_is_used_and_remarked_upon() -> None:
    """01:30 in London on 2024-10-27 is read as the first, in summer time; with an offset it is said which."""
    reading = read_time("2024-10-27T01:30", LONDON)
    assert reading.credible == datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
    assert "twice" in reading.remark
    assert read_time("2024-10-27T01:30+00:00", LONDON).remark == ""


@given(st.text() | st.from_regex(_TIME, fullmatch=True))
def test_any_text_is_a_credible_time_or_doubted_never_both(said: str) -> None:
    """Reading never fails: either there is a moment, or a reason against it."""
    reading = read_time(said, LONDON)
    assert (reading.credible is None) == bool(reading.doubt)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Resolved 2022-02-01 10:30", ""),
        ("Repaired: 2022-02-01 1030", ""),
        ("Resolved", ""),
        ("Resolved 2022-02-01 10:31", "2022-02-01 10:31"),
        ("First detected 22022-02-01 10:30", "22022-02-01 10:30"),
        ("Known since 2022-01-31 09:00, resolved 2022-02-01 10.30", ""),
    ],
)
def test_a_text_that_says_another_time_is_found(text: str, other: str) -> None:
    """It is enough that one time in the text is the right one."""
    assert other_time_in(text, read_time("2022-02-01T10:30", LONDON)) == other


def test_a_text_beside_no_time_contradicts_nothing() -> None:
    """There is nothing to hold it against."""
    assert other_time_in("Resolved 2022-02-01 10:30", read_time(None, LONDON)) == ""


def test_the_day_of_an_incident_is_the_one_its_id_begins_with() -> None:
    """Noon of that day; None for an id without one, or with a day that does not exist."""
    assert date_of("2020-02-12-nodes", LONDON) == datetime(2020, 2, 12, 12, tzinfo=UTC)
    assert [date_of(said, LONDON) for said in ("INC-7", "2020-02-30", "2020-02-123", "20200212")] == [None] * 4


def test_the_middle_of_two_times_that_disagree_is_far_from_both() -> None:
    """Where one year is mistyped, nobody can tell which; of three, the odd one is far from the middle."""
    first, second = datetime(2023, 1, 5, tzinfo=UTC), datetime(2022, 1, 5, tzinfo=UTC)
    middle = middle_of([first, second])
    assert middle is not None
    assert far_from(middle, first)
    assert far_from(middle, second)
    assert middle_of([first, second, first]) == first
    assert far_from(first, second) == "the year looks mistyped: that is 365 days from 2023-01-05"
    assert far_from(first, first) == ""
    assert middle_of([]) is None


def doubted(**hours: int) -> list[str]:
    """Name the milestones that cannot be right, given the hours they were at."""
    times = {name: datetime(2024, 5, 1, hour, tzinfo=UTC) for name, hour in hours.items()}
    return list(out_of_order(times, dict.fromkeys(times, "then")))


def test_times_in_order_are_not_doubted() -> None:
    """Declared after repaired or resolved is ordinary."""
    assert doubted(fault=1, detected=2, aware=2, declared=9, repaired=4, resolved=5) == []
    assert doubted() == []


def test_of_two_times_that_contradict_each_other_both_are_doubted() -> None:
    """Nobody can tell which is right."""
    assert doubted(detected=5, resolved=4) == ["detected", "resolved"]
    assert doubted(fault=5, declared=4) == ["fault", "declared"]
    assert doubted(aware=5, declared=6, resolved=4) == ["aware", "resolved"]


def test_one_time_against_several_that_agree_is_doubted_alone() -> None:
    """The fewest times are doubted without which the rest is in order."""
    assert doubted(detected=5, repaired=6, resolved=4) == ["resolved"]
    assert doubted(fault=9, detected=2, declared=3, repaired=4, resolved=5) == ["fault"]


def test_a_doubt_names_both_times() -> None:
    """As published, so that somebody can mend the log."""
    times = {"detected": datetime(2024, 5, 1, 5, tzinfo=UTC), "resolved": datetime(2024, 5, 1, 4, tzinfo=UTC)}
    why = out_of_order(times, {"detected": "05:00", "resolved": "04:00"})
    assert set(why.values()) == {"resolved (04:00) is before detected (05:00)"}
