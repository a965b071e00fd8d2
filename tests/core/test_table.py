"""The rows, and the check that refuses a table that contradicts itself."""

import inspect
from itertools import product
from typing import Any

import pytest
from attrs import evolve

from incident_fsm import State
from incident_fsm import events as e
from incident_fsm._guards import always, never_blocked
from incident_fsm._reactions import nothing_changes, nothing_to_do
from incident_fsm._table import ROWS, Row, checked, faults
from incident_fsm.errors import TableError


def test_the_table_contradicts_nothing() -> None:
    """Expect no fault, and the same rows back."""
    assert faults(ROWS) == ()
    assert checked(ROWS) is ROWS


def test_the_rows_run_down_the_page_in_the_order_of_the_process() -> None:
    """Expect the moves from state to state in the order of §1 to §6."""
    moves = [(row.source, row.target) for row in ROWS if row.source is not row.target]
    assert moves == [
        (None, State.CANDIDATE),
        (State.CANDIDATE, State.CONFIRMED),
        (State.CANDIDATE, State.DISMISSED),
        (State.CONFIRMED, State.DISMISSED),
        (State.CONFIRMED, State.DECLARED),
        (State.DECLARED, State.MANAGING),
        (State.MANAGING, State.RESOLVED),
        (State.RESOLVED, State.MANAGING),
        (State.RESOLVED, State.REVIEWED),
    ]


def test_every_guard_says_which_rule_it_is() -> None:
    """Expect a docstring on each function of a row: the guide is made from them."""
    for row in ROWS:
        for function in (row.guard, row.block, row.evolve, row.emit):
            assert inspect.getdoc(function)


def test_the_rows_of_an_event_share_their_functions() -> None:
    """Expect an event to be judged by the same rule wherever it is possible."""
    for one, other in product(ROWS, ROWS):
        if one.event is other.event:
            assert (one.guard, one.block, one.evolve, one.emit) == (other.guard, other.block, other.evolve, other.emit)


def test_a_cell_with_two_rows_is_a_fault() -> None:
    """Expect the event and the place to be named, the opening one too."""
    assert faults((*ROWS, ROWS[0])) == ("CandidateReported has two rows from nothing",)
    assert faults((*ROWS, evolve(ROWS[1], target=State.DECLARED))) == (
        "CandidateConfirmed has two rows from candidate",
    )


def test_a_final_state_that_does_more_than_receive_is_a_fault() -> None:
    """Expect any other event, and a receipt that leads elsewhere, to be named."""
    assert faults((*ROWS, Row(e.NoteTaken, State.REVIEWED, State.REVIEWED))) == (
        "NoteTaken is possible in the final state reviewed",
    )
    leaving = tuple(
        evolve(row, target=State.RESOLVED) if (row.event, row.source) == (e.CommandDone, State.REVIEWED) else row
        for row in ROWS
    )
    assert faults(leaving) == ("CommandDone is possible in the final state reviewed",)


def test_a_state_without_a_way_in_or_out_is_a_fault() -> None:
    """Expect both to be named, and everything that is wrong at once."""
    without_a_way_in = tuple(row for row in ROWS if row.target is not State.DISMISSED)
    assert faults(without_a_way_in) == ("the state dismissed cannot be reached",)
    without_a_way_out = tuple(row for row in ROWS if row.event is not e.IncidentReviewed)
    assert faults(without_a_way_out) == (
        "no final state can be reached from declared",
        "no final state can be reached from managing",
        "no final state can be reached from resolved",
        "the state reviewed cannot be reached",
    )
    assert len(faults(())) == len(State) * 2 - 2


def test_a_wrong_table_is_refused_with_every_fault() -> None:
    """Expect one error that lists them."""
    with pytest.raises(TableError, match="two rows") as caught:
        checked((*ROWS, ROWS[0], ROWS[0]))
    assert len(caught.value.faults) == 2


def test_a_row_is_a_value() -> None:
    """Expect nobody to change a row of the running machine."""
    with pytest.raises(AttributeError):
        ROWS[0].target = State.REVIEWED  # type: ignore[misc]


@pytest.mark.parametrize("name", ["guard", "block", "evolve", "emit"])
def test_what_a_row_does_is_named(name: str) -> None:
    """Expect each function by its name only: by their places, a guard and a block would be mixed up too easily."""
    functions: dict[str, Any] = {
        "guard": ROWS[0].guard,
        "block": ROWS[0].block,
        "evolve": ROWS[0].evolve,
        "emit": ROWS[0].emit,
    }
    before = [functions[other] for other in list(functions)[: list(functions).index(name)]]
    with pytest.raises(TypeError, match="positional"):
        Row(e.NoteTaken, State.CANDIDATE, State.CANDIDATE, *before, functions[name])  # type: ignore[call-arg]  # that is what is tested


def test_a_row_that_says_no_more_lets_everything_happen_and_does_nothing() -> None:
    """Expect the guard and the block that never refuse, and the reactions that do nothing."""
    row = Row(e.NoteTaken, State.CANDIDATE, State.CANDIDATE)
    assert (row.guard, row.block) == (always, never_blocked)
    assert (row.evolve, row.emit) == (nothing_changes, nothing_to_do)
