"""The small values and the checks that events, commands and policies share."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import field, frozen
from hypothesis import example, given
from hypothesis import strategies as st

from incident_fsm import Answer, Assessment, Audience, Kind, Milestones
from incident_fsm import _values as v
from incident_fsm.errors import InvalidValue
from incident_fsm.testing.arbitrary import ZONES, computed_moments, moments


@frozen(kw_only=True)
class Checked:
    """A class with a field for each check."""

    name: str = field(default="n", validator=v.is_name)
    optional_name: str = field(default="", validator=v.is_optional_name)
    line: str = field(default="l", validator=v.is_line)
    optional_line: str = field(default="", validator=v.is_optional_line)
    text: str = field(default="t", validator=v.is_text)
    optional_text: str = field(default="", validator=v.is_optional_text)
    link: str = field(default="", validator=v.is_link)
    incident_id: str = field(default="i", validator=v.is_incident_id)
    optional_incident_id: str = field(default="", validator=v.is_optional_incident_id)
    event_id: str = field(default="e", validator=v.is_event_id)
    key: str = field(default="k", validator=v.is_key)
    optional_key: str = field(default="", validator=v.is_optional_key)
    count: int = field(default=0, validator=v.is_count)
    optional_count: int | None = field(default=None, validator=v.is_optional_count)
    number: int = field(default=0, validator=v.of(int))
    either: object = field(default="", validator=v.of((str, int)))
    optional: Answer | None = field(default=None, validator=v.of(Answer, optional=True))
    names: tuple[str, ...] = field(default=(), validator=v.each(v.is_name))
    moment: datetime = field(default=datetime(2024, 1, 1, tzinfo=UTC), converter=v.to_utc, validator=v.is_moment)
    optional_moment: datetime | None = field(default=None, converter=v.to_optional_utc, validator=v.is_optional_moment)
    time: datetime = field(default=datetime(2024, 1, 1, tzinfo=UTC), converter=v.to_utc, validator=v.is_time)
    optional_time: datetime | None = field(default=None, converter=v.to_optional_utc, validator=v.is_optional_time)
    day: date = field(default=date(2024, 1, 1), validator=v.is_date)
    optional_day: date | None = field(default=None, validator=v.is_optional_date)


def faulty(name: str, value: object) -> InvalidValue:
    """The error that a value meets in a field; it must name the field, and have a remedy."""
    said: dict[str, Any] = {name: value}
    with pytest.raises(InvalidValue) as caught:
        Checked(**said)
    assert caught.value.field == f"Checked.{name}"
    assert caught.value.remedy
    return caught.value


TEXTS = {
    "name": (100, False, False),
    "optional_name": (100, True, False),
    "line": (200, False, False),
    "optional_line": (200, True, False),
    "text": (10_000, False, True),
    "optional_text": (10_000, True, True),
    "link": (2_000, True, False),
}


@pytest.mark.parametrize(("name", "limit", "empty", "lines"), [(name, *rule) for name, rule in TEXTS.items()])
def test_a_text_keeps_to_its_bounds(name: str, limit: int, empty: bool, lines: bool) -> None:  # noqa: FBT001  a table
    """Expect exactly `limit` characters to pass, one more not, and emptiness and line breaks only where allowed."""
    longest: Any = {name: "🔥" * limit}
    assert getattr(Checked(**longest), name) == "🔥" * limit
    assert "characters" in faulty(name, "x" * (limit + 1)).problem
    assert "not text" in faulty(name, 5).problem
    assert "not text" in faulty(name, None).problem
    assert "not text" in faulty(name, b"x").problem
    nothing: Any = {name: ""}
    if empty:
        assert not getattr(Checked(**nothing), name)
    else:
        assert "is empty" in faulty(name, "").problem
    broken: Any = {name: "a\nb\tc"}
    if lines:
        Checked(**broken)
    else:
        assert "more than one line" in faulty(name, "a\nb").problem
        assert "more than one line" in faulty(name, "a\u2028b").problem
        assert "more than one line" in faulty(name, "a\tb").problem


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("blank", [" ", "\u00a0", " \n ", "\u3000"])
def test_a_blank_is_no_text_even_where_nothing_need_be_said(name: str, blank: str) -> None:
    """Expect a text to say something or be left out: a blank lead or title once passed for one."""
    assert "is empty" in faulty(name, blank).problem


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\r", "\x7f", "\x85", "\u202e", "\u2066", "\ud800", chr(0xDFFF)])
def test_a_text_holds_nothing_that_lies_to_its_reader(character: str) -> None:
    """Expect control characters, overrides of direction and half characters to be refused, and named safely."""
    problem = faulty("text", f"a{character}b").problem
    assert "unprintable" in problem
    assert character not in problem


IDS: dict[str, tuple[list[str], list[object]]] = {
    "incident_id": (["a", "2024-05-airflow", "x" * 64, "9"], ["", "-a", "a:b", "x" * 65, "a b", "é", "a\n", 5, None]),
    "optional_incident_id": (["", "a"], ["-", "a:b", None]),
    "event_id": (["a", "slack:C1/17.5", "a@b", "x" * 200], ["", ":a", "x" * 201, "a b", "a\n", None]),
    "key": (["a", "case_1", "x" * 40], ["", "A", "1a", "a-b", "x" * 41, "a\n", "ä", None]),
    "optional_key": (["", "a"], ["A", None]),
}


@pytest.mark.parametrize("name", IDS)
def test_an_identifier_follows_its_rule(name: str) -> None:
    """Expect the good ones to pass and the others to be refused, however long: the message stays short."""
    good, bad = IDS[name]
    for value in good:
        said: Any = {name: value}
        assert getattr(Checked(**said), name) == value
    for wrong in bad:
        assert "no identifier" in faulty(name, wrong).problem or "not an identifier" in faulty(name, wrong).problem
    assert len(str(faulty(name, "!" * 100_000))) < 400


def test_a_count_is_a_whole_number_that_json_can_carry() -> None:
    """Expect 0 to 2^53 - 1 and no bool, float, text or larger number, which another reader would round."""
    assert Checked(count=0, optional_count=None).count == 0
    assert Checked(count=2**53 - 1, optional_count=3).optional_count == 3
    for name in ("count", "optional_count"):
        for wrong in (-1, 2**53, True, 1.0, "1"):
            assert "not a count" in faulty(name, wrong).problem
    assert "not a count" in faulty("count", None).problem


def test_a_value_of_a_kind_is_of_that_very_kind() -> None:
    """Expect no bool for an int, no None unless optional, and the remedy to name every kind that would do."""
    Checked(number=5, optional=Answer(met=True), either="x")
    assert faulty("number", True).problem == "is bool"
    assert faulty("number", "5").remedy == "give int"
    assert faulty("optional", "yes").remedy == "give Answer"
    assert faulty("either", None).remedy == "give str or int"


def test_a_list_is_a_tuple_of_checked_items_and_of_bounded_length() -> None:
    """Expect lists and texts to be refused, each item to be checked, and 100 items at most."""
    assert len(Checked(names=("a",) * 100).names) == 100
    assert faulty("names", ["a"]).remedy == "give a tuple"
    assert faulty("names", "abc").remedy == "give a tuple"
    assert "101 items" in faulty("names", ("a",) * 101).problem
    assert "is empty" in faulty("names", ("a", "")).problem


# ---- times ----


@given(moments())
@example(datetime(2024, 10, 27, 1, 30, fold=1, tzinfo=ZoneInfo("Europe/London")))
def test_a_moment_is_carried_in_utc(moment: datetime) -> None:
    """Expect the same moment, in UTC, whichever zone it was said in: so it equals itself in the repeated hour too."""
    kept = Checked(moment=moment, optional_moment=moment).moment
    assert kept.tzinfo is UTC
    assert kept == moment.astimezone(UTC)


@pytest.mark.parametrize("name", ["moment", "optional_moment"])
def test_a_moment_has_a_zone_and_lies_within_this_century(name: str) -> None:
    """Expect other types, naive times and years outside 2000 to 2099 to be refused, counted in UTC."""
    assert "not a time" in faulty(name, "2024-01-01").problem
    assert "not a time" in faulty(name, date(2024, 1, 1)).problem
    assert "no time zone" in faulty(name, datetime(2024, 1, 1)).problem  # noqa: DTZ001  that is the point
    assert "year 1999" in faulty(name, datetime(1999, 12, 31, 23, 59, tzinfo=UTC)).problem
    assert "year 2100" in faulty(name, datetime(2100, 1, 1, tzinfo=UTC)).problem
    west = timezone(timedelta(hours=-5))
    assert "year 2100" in faulty(name, datetime(2099, 12, 31, 23, 0, tzinfo=west)).problem
    east = timezone(timedelta(hours=5))
    assert "year 1999" in faulty(name, datetime(2000, 1, 1, 1, 0, tzinfo=east)).problem
    for year in (1, 9999):
        for zone in ZONES:
            assert f"year {year}" in faulty(name, datetime(year, 12, 31, 23, 59, tzinfo=zone)).problem


def test_a_moment_is_required_where_it_is_not_optional() -> None:
    """Expect None to pass for optional times only."""
    Checked(optional_moment=None, optional_time=None, optional_day=None)
    faulty("moment", None)
    faulty("time", None)
    faulty("day", None)


@given(computed_moments())
def test_a_computed_time_may_lie_beyond_the_century(moment: datetime) -> None:
    """Expect promises counted from the last day of 2099 to be times all the same."""
    assert Checked(time=moment, optional_time=moment).time == moment.astimezone(UTC)


@pytest.mark.parametrize("name", ["time", "optional_time"])
def test_a_computed_time_has_a_zone_and_a_year_that_utc_can_reach(name: str) -> None:
    """Expect year 1 and year 9999 to be refused: such a deadline once could be said, but never written down."""
    assert "no time with a zone" in faulty(name, datetime(2024, 1, 1)).problem  # noqa: DTZ001  that is the point
    assert "no time with a zone" in faulty(name, "now").problem
    faulty(name, datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))))
    faulty(name, datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12))))


@pytest.mark.parametrize("name", ["day", "optional_day"])
def test_a_date_is_no_time_and_lies_within_this_century(name: str) -> None:
    """Expect a datetime, which Python counts as a date, to be refused, and other years as well."""
    said: Any = {name: date(2099, 12, 31)}
    Checked(**said)
    assert "without a time" in faulty(name, datetime(2024, 1, 1, tzinfo=UTC)).remedy
    faulty(name, "2024-01-01")
    assert "year 1999" in faulty(name, date(1999, 12, 31)).problem


# ---- audiences and values ----


def test_audiences_are_ordered_from_narrow_to_wide() -> None:
    """Expect restricted within team within public, each within itself, and never the other way."""
    narrow_to_wide = [Audience.RESTRICTED, Audience.TEAM, Audience.PUBLIC]
    for one, audience in enumerate(narrow_to_wide):
        for two, other in enumerate(narrow_to_wide):
            assert audience.within(other) is (one <= two)


def test_what_was_not_answered_is_no() -> None:
    """Expect four answers, each no without evidence, and no word in place of a yes."""
    nothing = Assessment()
    assert not any((nothing.unplanned.met, nothing.impacts_users.met, nothing.degrades_services.met))
    assert nothing.increases_risk == Answer(met=False)
    with pytest.raises(InvalidValue):
        Answer(met="yes")  # type: ignore[arg-type]
    with pytest.raises(InvalidValue):
        Answer(met=1)  # type: ignore[arg-type]


@given(st.sampled_from(ZONES), moments())
def test_equal_milestones_are_equal_in_every_zone(zone: Any, said: datetime) -> None:
    """Expect milestones to be compared by the moment, and hashed alike."""
    moment = said.astimezone(UTC)
    here, there = Milestones(fault=moment), Milestones(fault=moment.astimezone(zone))
    assert here == there
    assert hash(here) == hash(there)


def test_there_are_three_kinds_of_incident() -> None:
    """Expect live, backfilled and drill."""
    assert [kind.value for kind in Kind] == ["live", "backfilled", "drill"]
