"""The error tree."""

import pickle

import pytest

from incident_fsm import Lifecycle, Refusal, errors
from incident_fsm.events import NoteTaken
from tests.core.stories import DEFAULT, minutes

REFUSAL = Lifecycle(DEFAULT).attempt(None, NoteTaken(id="e", at=minutes(0), by="ann", text="x"))
assert isinstance(REFUSAL, Refusal)

ALL: list[tuple[errors.IncidentFsmError, str]] = [
    (errors.InvalidValue("Event.at", "is text", "give a time"), "Event.at: is text; give a time"),
    (errors.TransitionRefused(REFUSAL), "NoteTaken refused: there is no incident yet"),
    (errors.TableError(["two rows", "dead end"]), "the transition table is wrong: two rows; dead end"),
    (errors.PolicyError(["a: b; c"]), "1 fault in the policy:\na: b; c"),
    (errors.PolicyError(["a", "b"]), "2 faults in the policy:\na\nb"),
    (errors.CodecError("event", ["$.at: no"]), "cannot read event: $.at: no"),
    (errors.AdapterError("slack", "is not installed", "install it"), "adapter 'slack' is not installed; install it"),
    (errors.AdapterError("fax", "is unknown", "use mail"), "adapter 'fax' is unknown; use mail"),
    (errors.UnknownIncident("I-1"), "no incident 'I-1'"),
    (errors.UnknownCommand("I-1:1:0"), "no command 'I-1:1:0' in this outbox"),
    (errors.RevisionConflict("I-1", 3, 4), "incident 'I-1' is at revision 4, not 3; load it again and retry"),
    (errors.EventIdReused("e-1"), "event id 'e-1' was used before"),
    (errors.LeaseLost("I-1:1:0"), "command 'I-1:1:0' was settled or taken over"),
    (errors.JournalUnusable("x.db", "is no journal", "name another"), "x.db: is no journal; name another"),
]


@pytest.mark.parametrize(("error", "beginning"), ALL, ids=lambda one: type(one).__name__)
def test_every_error_has_one_root_and_says_what_to_do(error: errors.IncidentFsmError, beginning: str) -> None:
    """Expect each to be caught by the root, and its message to begin as it is documented."""
    assert isinstance(error, errors.IncidentFsmError)
    assert str(error).startswith(beginning)


def test_the_tree_in_the_docstring_names_every_error() -> None:
    """Expect the drawing to hold each class of the module."""
    names = [name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert errors.__doc__ is not None
    assert all(name in errors.__doc__ for name in names)


def test_an_invalid_value_is_a_value_error_with_its_parts() -> None:
    """Expect the field, the problem and the remedy apart, for programs."""
    error = errors.InvalidValue("Event.at", "is text", "give a time")
    assert isinstance(error, ValueError)
    assert (error.field, error.problem, error.remedy) == ("Event.at", "is text", "give a time")


def test_every_error_is_among_those_tried_here() -> None:
    """Expect an example of each class that is not only a branch of the tree."""
    branches = {errors.IncidentFsmError, errors.JournalError}
    kinds = {one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)}
    assert kinds - branches == {type(error) for error, _ in ALL}


def test_faults_are_kept_as_tuples() -> None:
    """Expect what was handed over as a list to be kept so that nobody changes it."""
    faults = ["a", "b"]
    table, policy, codec = errors.TableError(faults), errors.PolicyError(faults), errors.CodecError("x", faults)
    faults.append("c")
    assert table.faults == policy.faults == codec.faults == ("a", "b")


@pytest.mark.parametrize("error", [error for error, _ in ALL], ids=lambda one: type(one).__name__)
def test_an_error_survives_the_way_from_another_process(error: errors.IncidentFsmError) -> None:
    """Expect the same fields and message after pickling: a worker's error is raised where the work was asked for.

    Half of them once came back with a message within a message, or not at all.
    """
    back = pickle.loads(pickle.dumps(error))  # noqa: S301  our own pickle
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert vars(back) == vars(error)
