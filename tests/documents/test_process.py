"""Tests of `incident_fsm.documents.process`, held against the table that the machine runs on."""

from incident_fsm import events as e
from incident_fsm._states import State
from incident_fsm._table import ROWS
from incident_fsm.documents.process import DOING, MEANINGS, states_data, steps_data, unknown_usage


def test_every_state_and_everything_a_person_brings_has_words() -> None:
    """Deadlines and receipts are brought by programs; a new event without words would be missing in every guide."""
    assert set(MEANINGS) == set(State)
    assert set(DOING) == set(e.EVENTS) - {*e.RECEIPTS, e.DeadlinePassed}


def test_the_ways_out_of_a_state_are_those_of_the_table() -> None:
    """Each move is there, and no other."""
    told = {(state["name"], way["doing"], way["target"]) for state in states_data() for way in state["ways"]}
    assert told == {
        (row.source.value, DOING[row.event], row.target.value)
        for row in ROWS
        if row.source is not None and row.source is not row.target
    }
    assert [state["name"] for state in states_data() if state["final"]] == ["reviewed", "dismissed"]


def test_every_step_says_when_it_is_possible_and_where_it_leads() -> None:
    """From the table, too; without a command line, nothing is to be typed."""
    steps = {step["doing"]: step for step in steps_data(unknown_usage)}
    assert steps["Declare it"]["sources"] == ["confirmed"]
    assert steps["Declare it"]["targets"] == ["declared"]
    assert steps["Report what may be an incident"]["sources"] == []
    assert steps["Take a note"]["targets"] == []
    assert {step["usage"] for step in steps.values()} == {""}
