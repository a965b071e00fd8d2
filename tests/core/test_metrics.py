"""Durations between milestones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_fsm import Milestones, metrics

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
TIMES = st.none() | st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001  st.datetimes wants them bare
MILESTONES = st.builds(
    Milestones, fault=TIMES, detected=TIMES, aware=TIMES, declared=TIMES, repaired=TIMES, resolved=TIMES
)


def known(**minutes: int) -> Milestones:
    """Milestones, each that many minutes after noon."""
    return Milestones(**{name: NOON + timedelta(minutes=after) for name, after in minutes.items()})


def test_repair_counts_from_the_declaration_if_that_was_before_the_team_was_aware() -> None:
    """Declared at 0, aware at 5, repaired at 20: twenty minutes."""
    assert metrics.time_to_repair(known(declared=0, aware=5, repaired=20)) == timedelta(minutes=20)


def test_repair_counts_from_when_the_team_became_aware_if_that_is_earlier() -> None:
    """Aware at 5, declared at 30, repaired at 40: thirty-five minutes."""
    assert metrics.time_to_repair(known(aware=5, declared=30, repaired=40)) == timedelta(minutes=35)


def test_the_detection_stands_for_the_awareness_only_where_that_is_unknown() -> None:
    """With both, the awareness counts; with the detection alone, the detection."""
    assert metrics.time_to_repair(known(detected=0, aware=10, repaired=40)) == timedelta(minutes=30)
    assert metrics.time_to_repair(known(detected=0, repaired=40)) == timedelta(minutes=40)


def test_an_incident_declared_after_its_repair_or_never_is_measured_all_the_same() -> None:
    """Repaired at 7; declared at 25 or not at all: seven minutes from the detection."""
    assert metrics.time_to_repair(known(detected=0, repaired=7, declared=25)) == timedelta(minutes=7)
    assert metrics.time_to_repair(known(detected=0, repaired=7)) == timedelta(minutes=7)


def test_repaired_the_same_minute_is_no_time_at_all() -> None:
    """Zero is a duration, and not an unknown one."""
    assert metrics.time_to_repair(known(declared=3, repaired=3)) == timedelta()


def test_resolving_counts_from_the_fault_then_the_detection_then_the_awareness() -> None:
    """Each stands in only for what is not known."""
    assert metrics.time_to_resolve(known(fault=0, detected=10, aware=20, resolved=60)) == timedelta(minutes=60)
    assert metrics.time_to_resolve(known(detected=10, aware=20, resolved=60)) == timedelta(minutes=50)
    assert metrics.time_to_resolve(known(aware=20, resolved=60)) == timedelta(minutes=40)


def test_resolving_does_not_count_from_the_declaration() -> None:
    """A declaration is no beginning: without one, the duration is unknown."""
    assert metrics.time_to_resolve(known(declared=0, resolved=60)) is None


def test_detecting_counts_from_the_fault() -> None:
    """Fault at 0: detected at 4, or aware at 6 where no detection is known."""
    assert metrics.time_to_detect(known(fault=0, detected=4, aware=6)) == timedelta(minutes=4)
    assert metrics.time_to_detect(known(fault=0, aware=6)) == timedelta(minutes=6)
    assert metrics.time_to_detect(known(detected=4)) is None


def test_declaring_counts_from_when_the_team_became_aware() -> None:
    """Aware at 6, declared at 16: ten minutes; declared before anybody noticed: no duration."""
    assert metrics.time_to_declare(known(fault=0, detected=4, aware=6, declared=16)) == timedelta(minutes=10)
    assert metrics.time_to_declare(known(detected=4, declared=0)) is None


@pytest.mark.parametrize("measure", [metrics.time_to_repair, metrics.time_to_resolve])
def test_what_would_be_negative_is_not_measured(measure: metrics.Measure) -> None:
    """Repaired and resolved before the beginning: None, never a negative duration."""
    assert measure(known(detected=10, declared=12, repaired=0, resolved=0)) is None


def test_nothing_known_gives_no_duration() -> None:
    """Without milestones all four are unknown."""
    measures = (metrics.time_to_detect, metrics.time_to_declare, metrics.time_to_repair, metrics.time_to_resolve)
    assert [measure(Milestones()) for measure in measures] == [None] * 4


def test_a_change_to_summer_time_takes_no_hour_away() -> None:
    """From 00:30 to 02:30 in London on 2024-03-31, one real hour passes; back in October it is three."""
    spring = Milestones(
        detected=datetime(2024, 3, 31, 0, 30, tzinfo=LONDON), repaired=datetime(2024, 3, 31, 2, 30, tzinfo=LONDON)
    )
    autumn = Milestones(
        detected=datetime(2024, 10, 27, 0, 30, tzinfo=LONDON), repaired=datetime(2024, 10, 27, 2, 30, tzinfo=LONDON)
    )
    assert metrics.time_to_repair(spring) == timedelta(hours=1)
    assert metrics.time_to_repair(autumn) == timedelta(hours=3)


@given(MILESTONES)
def test_durations_are_never_negative_and_are_their_intervals_lengths(milestones: Milestones) -> None:
    """Whatever the milestones: None or at least zero; and the interval to hand to a calendar is just as long."""
    for measure, interval in (
        (metrics.time_to_repair, metrics.repair_interval),
        (metrics.time_to_resolve, metrics.resolve_interval),
    ):
        length, span = measure(milestones), interval(milestones)
        assert length == (None if span is None else span[1] - span[0])
        assert length is None or length >= timedelta()
