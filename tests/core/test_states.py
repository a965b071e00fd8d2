"""The seven states."""

import pickle

from incident_fsm import State
from incident_fsm._states import FINAL, PUBLIC


def test_there_are_the_seven_states_of_the_process_in_its_order() -> None:
    """Expect the states of design §3.1, by name, in the order in which an incident passes them."""
    names = ["candidate", "confirmed", "declared", "managing", "resolved", "reviewed", "dismissed"]
    assert [state.value for state in State] == names
    assert [state.name.lower() for state in State] == names


def test_reviewed_and_dismissed_are_final_and_no_other_state_is() -> None:
    """Expect exactly two ends."""
    assert {state for state in State if state.final} == FINAL == {State.REVIEWED, State.DISMISSED}


def test_the_public_knows_of_trouble_while_declared_or_managing() -> None:
    """Expect the two states in which the last public word is of trouble."""
    assert {State.DECLARED, State.MANAGING} == PUBLIC


def test_a_state_hashes_by_identity_and_stays_itself_when_pickled() -> None:
    """Expect the very member back: equality is identity, which the quick hash relies on."""
    for state in State:
        assert pickle.loads(pickle.dumps(state)) is state  # noqa: S301  our own pickle
        assert hash(state) == object.__hash__(state)
        assert {state: 1}[State(state.value)] == 1
