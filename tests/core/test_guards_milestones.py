"""The order that milestones cannot break."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_fsm import Milestones
from incident_fsm._guards.milestones import MILESTONES, minute, order_faults
from incident_fsm.events import DetailsAmended
from tests.core.stories import minutes

IMPOSSIBLE = [
    ("fault", "detected"), ("fault", "aware"), ("fault", "declared"), ("fault", "repaired"), ("fault", "resolved"),
    ("detected", "repaired"), ("detected", "resolved"), ("aware", "resolved"), ("repaired", "resolved"),
]  # fmt: skip
POSSIBLE = [
    ("detected", "aware"), ("detected", "declared"), ("aware", "declared"), ("aware", "repaired"),
    ("declared", "repaired"), ("declared", "resolved"),
]  # fmt: skip


def test_every_pair_of_milestones_was_thought_of() -> None:
    """Expect the fifteen pairs to be either impossible the other way round, or possible in both orders."""
    pairs = {(one, two) for number, one in enumerate(MILESTONES) for two in MILESTONES[number + 1 :]}
    assert set(IMPOSSIBLE) | set(POSSIBLE) == pairs
    assert not set(IMPOSSIBLE) & set(POSSIBLE)


@pytest.mark.parametrize(("first", "second"), IMPOSSIBLE)
def test_what_cannot_come_first_is_named_with_how_to_correct_it(first: str, second: str) -> None:
    """Expect one reason that names both, the field to change, and the event that corrects it; the same time is fine."""
    [reason] = order_faults(Milestones(**{first: minutes(5), second: minutes(4)}))
    assert reason.code == "milestones_out_of_order"
    assert reason.sentence == f"{second} (2024-05-01 09:04 UTC) is before {first} (2024-05-01 09:05 UTC)"
    assert (reason.section, reason.field) == ("§6", f"{second}_at")
    assert (reason.satisfied_by, reason.subject) == (DetailsAmended, second)
    assert order_faults(Milestones(**{first: minutes(5), second: minutes(5)})) == ()


@pytest.mark.parametrize(("first", "second"), POSSIBLE)
def test_reality_allows_the_rest(first: str, second: str) -> None:
    """Expect no reason: six of 39 published incidents were declared after they were repaired."""
    assert order_faults(Milestones(**{first: minutes(5), second: minutes(4)})) == ()


@given(st.fixed_dictionaries({name: st.none() | st.integers(0, 4) for name in MILESTONES}))
def test_every_pair_that_is_out_of_order_is_listed(known: dict[str, int | None]) -> None:
    """Expect as many reasons as there are impossible pairs."""
    milestones = Milestones(**{name: None if at is None else minutes(at) for name, at in known.items()})
    wrong = [
        (first, second)
        for first, second in IMPOSSIBLE
        if (one := known[first]) is not None and (two := known[second]) is not None and two < one
    ]
    assert [reason.subject for reason in order_faults(milestones)] == [second for _, second in wrong]


def test_a_moment_is_written_for_people() -> None:
    """Expect the minute and the zone."""
    assert minute(datetime(2024, 5, 1, 9, 4, 59, tzinfo=UTC) + timedelta(days=1)) == "2024-05-02 09:04 UTC"
