"""A timeline as a picture: what is on it, where it stands, and that it reads the same on a phone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incident_fsm import Kind, pictures
from incident_fsm import events as e
from incident_fsm.events import EVENTS
from incident_fsm.pictures._axis import Axis
from incident_fsm.pictures.chronicle import LANES
from tests.documents import airflow
from tests.pictures.drawn import SVG, named, spoken, texts, tree

LONDON = ZoneInfo("Europe/London")
GOING_ON = airflow.tell([*airflow.beginning(), *airflow.middle()[:-1]])


def chronicle(told: airflow.Told, now: datetime) -> pictures.Chronicle:
    """What is drawn of an incident."""
    return pictures.chronicle(told.incident, told.timeline, told.policy, now)


def test_every_event_has_its_lane_but_that_something_was_carried_out() -> None:
    """So none is forgotten when the process grows."""
    drawn = [event for lane in LANES.values() for event in lane]
    assert len(drawn) == len(set(drawn))
    assert set(EVENTS) - set(drawn) == {e.CommandDone}


def test_an_open_incident_is_drawn_until_now_with_what_was_promised() -> None:
    """Milestones with their times, how long each impact was told, every lane with its count."""
    shown = texts(tree(pictures.timeline(chronicle(GOING_ON, airflow.at(102)), LONDON)))
    for said in (
        "Fault 08:40", "Detected 09:02", "Declared 09:12", "now 10:42", "Next word promised 10:40", "Impact: Major",
        "Impact: Minor", "The public was told (2)", "Reminders and failures (1)",
    ):  # fmt: skip
        assert said in shown, said


def test_how_long_an_impact_was_told_is_as_long_as_its_bar() -> None:
    """Major for 28 minutes; Minor since then, until now."""
    found = chronicle(GOING_ON, airflow.at(102)).stretches
    assert [(one.name, one.end - one.start) for one in found] == [
        ("Major", timedelta(minutes=28)),
        ("Minor", timedelta(minutes=62)),
    ]


def test_an_update_that_changes_no_impact_goes_on_with_the_bar() -> None:
    """One that names the same impact again, and one that names none."""
    update = airflow.middle()[2]
    said = [evolve(update, id=name, at=airflow.at(20), impact=impact) for name, impact in (("u1", "Major"), ("u2", ""))]  # type: ignore[call-arg]  # StatusUpdated
    told = airflow.tell([*airflow.beginning(), *said])
    assert [(one.name, one.start) for one in chronicle(told, airflow.at(30)).stretches] == [("Major", airflow.at(12))]


def test_reopening_leaves_a_gap_between_two_bars() -> None:
    """While it was resolved, the public was told that all is well."""
    told = airflow.tell([*airflow.beginning(), *airflow.middle(), *airflow.reopening()[:2]])
    minor = [one for one in chronicle(told, airflow.at(130)).stretches if one.name == "Minor"]
    assert [(one.start, one.end) for one in minor] == [
        (airflow.at(40), airflow.at(110)),
        (airflow.at(114), airflow.at(130)),
    ]
    root = tree(pictures.timeline(chronicle(told, airflow.at(130)), LONDON))
    assert len(named(root, "rect", "stretch lesser")) == 2


def test_after_the_end_only_the_first_hours_are_drawn_and_the_rest_is_counted() -> None:
    """The review took five days; the picture ends with the resolution and has no "now"."""
    told = airflow.airflow()
    found = chronicle(told, airflow.at(20_000))
    assert found.now is None
    assert (found.end, found.later) == (told.incident.milestones.resolved, 5)
    assert not [text for text in texts(tree(pictures.timeline(found, LONDON))) if text.startswith("now")]


def test_what_was_dismissed_or_recorded_afterwards_has_its_end_too() -> None:
    """A dismissal ends it; what is backfilled has no present."""
    dismissed = e.CandidateDismissed(id="d", at=airflow.at(9), by="ada", override_reason="a test")
    assert chronicle(airflow.tell([*airflow.beginning()[:1], dismissed]), airflow.at(99)).end == airflow.at(9)
    backfilled = airflow.tell(airflow.beginning(kind=Kind.BACKFILLED)[:1])
    assert chronicle(backfilled, airflow.at(99)).now is None


def test_everything_stands_within_the_picture_and_in_order() -> None:
    """Every percentage is one, and the marks of a lane go from left to right."""
    root = tree(pictures.timeline(chronicle(airflow.whole(), airflow.at(20_000)), LONDON))
    placed = [each.get(name, "") for each in root.iter() for name in ("x", "x1", "cx")]
    shares = [float(value[:-1]) for value in placed if value.endswith("%")]
    assert shares
    assert all(0 <= share <= 100 for share in shares)
    rings = [float(each.get("cx", "")[:-1]) for each in named(root, "circle", "mark open")]
    assert rings == sorted(rings)


def test_a_thousand_notes_in_a_minute_are_few_marks() -> None:
    """What falls together is drawn once; the count stays."""
    note = airflow.middle()[0]
    told = airflow.tell([*airflow.beginning(), *(evolve(note, id=f"n{number}") for number in range(1000))])
    picture = pictures.timeline(chronicle(told, airflow.at(50)), LONDON)
    assert "People and notes (1001)" in texts(tree(picture))
    assert len(picture) < 20_000


def test_who_points_at_a_mark_reads_what_it_was_and_nothing_of_it_is_markup() -> None:
    """The first words, with the time."""
    told = airflow.tell([*airflow.beginning(), *airflow.middle("<b>bold</b> & more")[:1]])
    picture = pictures.timeline(chronicle(told, airflow.at(50)), LONDON)
    titles = [title.text for title in tree(picture).iter(f"{SVG}title")]
    assert "09:18 Ada Lovelace noted: <b>bold</b> & more" in titles
    assert "<b>" not in picture


def test_who_hears_the_picture_hears_what_is_on_it() -> None:
    """Milestones, impacts with their lengths, and how much is in each lane."""
    title, description = spoken(tree(pictures.timeline(chronicle(GOING_ON, airflow.at(102)), LONDON)))
    assert title == f"Timeline of incident {airflow.ID}"
    assert "Declared 10 Jun 09:12; Next word promised 10 Jun 10:40; Major impact for 28 min;" in description


@given(
    start=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001  given its zone below
    length=st.timedeltas(timedelta(), timedelta(days=4000)),
    zone=st.sampled_from(("Europe/London", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia")),
)
def test_an_axis_has_a_few_round_moments_within_its_bounds(start: datetime, length: timedelta, zone: str) -> None:
    """At most five, in order, each at a whole minute of its zone; from half a day on, never in between hours."""
    begin = start.replace(tzinfo=UTC)
    axis = Axis.over(begin, begin + length, ZoneInfo(zone))
    ticks = list(axis.ticks())
    assert len(ticks) <= 5
    assert ticks == sorted(set(ticks))
    assert all(axis.start <= tick <= axis.end and not tick.second for tick in ticks)
    assert axis.place(axis.start) == pytest.approx(2)
    assert axis.place(axis.end) == pytest.approx(98)
    assert axis.place(axis.end + timedelta(days=1)) == pytest.approx(98)


def test_days_on_an_axis_begin_at_midnight_also_where_the_clocks_change() -> None:
    """In the week when summer time begins, every day is written at 00:00."""
    start = datetime(2026, 3, 27, 12, tzinfo=UTC)
    axis = Axis.over(start, start + timedelta(days=4), LONDON)
    assert [f"{tick.astimezone(LONDON):%d %H:%M}" for tick in axis.ticks()] == [
        "28 00:00", "29 00:00", "30 00:00", "31 00:00",
    ]  # fmt: skip
    assert axis.dated
