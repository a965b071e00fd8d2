"""`incident_fsm.adapters._http`: what an HTTP status means for a command, and how long an answer asks to wait."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_fsm.adapters import NotDone, Rejected, Unknown
from incident_fsm.adapters._http import refusal, retry_after

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("status", [status.value for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST])
def test_every_status_that_is_no_success_means_one_thing(status: int) -> None:
    """Too many requests: it surely did not happen, later. Another 4xx: a person must look. The rest: it may have."""
    outcome = refusal(status, "why", {"Retry-After": "7"}, NOW)
    if status == 429:
        assert outcome == NotDone(why="429 why", wait=timedelta(seconds=7))
    elif 400 <= status < 500 and status not in {408, 425}:
        assert outcome == Rejected(why=f"{status} why")
    else:
        assert outcome == Unknown(why=f"{status} why")


@pytest.mark.parametrize("status", [0, 100, 199, 204, 301, 302, 307, 399, 500, 599, 600, 999])
def test_what_is_no_refusal_cannot_tell(status: int) -> None:
    """A redirect, a status that nobody knows: whether it happened is not known, so it is looked for."""
    assert refusal(status, "why", {}) == Unknown(why=f"{status} why")


@pytest.mark.parametrize(("status", "said"), [(503, "503 Service Unavailable"), (599, "599")])
def test_where_nothing_was_said_the_status_is_put_into_words(status: int, said: str) -> None:
    """A bare number tells nobody much; one that nobody knows stays one."""
    assert refusal(status, "", {}) == Unknown(why=said)


def test_a_rate_limit_without_a_time_leaves_the_pause_to_the_runner() -> None:
    """It has its own."""
    assert refusal(429, "slow down", {}) == NotDone(why="429 slow down", wait=None)


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("7", timedelta(seconds=7)),
        (" 7 ", timedelta(seconds=7)),
        ("0", timedelta()),
        ("1.5", timedelta(seconds=1.5)),
        ("-5", timedelta()),
        ("3600", HOUR),
        ("1000000000", HOUR),
        ("1e400", HOUR),
        ("inf", HOUR),
        ("9" * 5_000, HOUR),
        ("-inf", None),
        ("nan", None),
        ("-1e300", None),
        ("soon", None),
        ("", None),
        ("  ", None),
        ("Mon, 23 Nov 2026 03:00:30 GMT", timedelta(seconds=30)),
        ("Mon, 23 Nov 2026 04:00:30 +0100", timedelta(seconds=30)),
        ("Mon, 23 Nov 2026 03:00:30", timedelta(seconds=30)),
        ("Mon, 23 Nov 2026 03:00:30 -0000", timedelta(seconds=30)),
        ("Mon, 23 Nov 2026 02:00:00 GMT", timedelta()),
        ("Tue, 23 Nov 2027 03:00:00 GMT", HOUR),
        ("Mon, 99 Nov 2026 03:00:00 GMT", None),
        ("Mon, 23 Nov 2026 03:00:00 +9999", None),
    ],
)
def test_a_wait_is_read_in_every_form_it_comes_in(said: str, wait: timedelta | None) -> None:
    """Seconds or an HTTP date, at least nothing and an hour at most; nonsense is as if nothing were said."""
    assert retry_after({"Retry-After": said}, NOW) == wait


@pytest.mark.parametrize("name", ["Retry-After", "retry-after", "RETRY-AFTER"])
def test_a_header_is_found_however_it_is_spelt(name: str) -> None:
    """Clients fold names, or do not."""
    assert retry_after({name: "7", "Other": "9"}, NOW) == timedelta(seconds=7)


def test_where_nothing_is_said_nothing_is_known() -> None:
    """The runner's own pause counts then."""
    assert retry_after({}, NOW) is None


def test_a_date_is_counted_from_the_answers_own_clock_where_no_other_is_given() -> None:
    """Two clocks that disagree do no harm."""
    headers = {"retry-after": "Mon, 23 Nov 2020 03:00:30 GMT", "date": "Mon, 23 Nov 2020 03:00:00 GMT"}
    assert retry_after(headers) == timedelta(seconds=30)
    assert retry_after({**headers, "date": "nonsense"}) == timedelta()
    assert retry_after({"retry-after": headers["retry-after"]}) == timedelta()


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_the_headers_say_it_is_a_wait_or_none(said: str, date: str) -> None:
    """They are anybody's. For numbers that no date has, see `tests/security/test_defects.py`."""
    wait = retry_after({"Retry-After": said, "Date": date}, NOW)
    assert wait is None or timedelta() <= wait <= HOUR
