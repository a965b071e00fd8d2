"""Makers that trust what they are given, held to the classes that trust nobody."""

import pickle
from datetime import datetime
from typing import Any

import pytest
from attrs import evolve, fields, has
from hypothesis import event, given, settings
from hypothesis import strategies as st

from incident_fsm import FollowUp, Milestones, State, Strength
from incident_fsm._reactions import making
from incident_fsm._trusted import changer, open_twin, trusted
from incident_fsm.commands import COMMANDS, PostToThread
from incident_fsm.testing import Story, Walk, policies, walks
from incident_fsm.testing.story import NINE
from tests.core.stories import minutes

PARTS: dict[str, Any] = {
    one.name: getattr(Story().until(State.RESOLVED).the(PostToThread), one.name) for one in fields(PostToThread)
}
OWED = FollowUp(key="report", strength=Strength.MUST)


def remade(value: Any) -> Any:
    """The same value, with it and everything in it made by the validating classes."""
    if isinstance(value, tuple):
        return tuple(remade(one) for one in value)
    if has(type(value)):
        return type(value)(**{one.name: remade(getattr(value, one.name)) for one in fields(type(value))})
    return value


@settings(max_examples=30)  # a walk is some twenty events, each with its commands and a whole incident
@given(walks(policy=policies(), longest=24, changing=True))
def test_what_a_step_makes_is_what_the_validating_classes_would_have_made(walk: Walk) -> None:
    """Expect each command, and each value in the incident, to be accepted by its class, equal and written alike.

    Written alike: a time that is not in UTC would be equal to what the class makes of it, and written otherwise.
    """
    for step in walk.steps:
        for made in (*step.commands, step.after):
            assert remade(made) == made
            assert repr(remade(made)) == repr(made)
            assert hash(remade(made)) == hash(made)
        for command in step.commands:
            event(type(command).__name__)


def test_every_command_has_a_maker_and_each_is_of_its_class() -> None:
    """Expect a maker under the name of each command, that makes that very class; a post is made by the emission."""
    for kind in set(COMMANDS) - {PostToThread}:
        made = getattr(making, kind.__name__)(**{one.name: None for one in fields(kind)})
        assert type(made) is kind


def test_what_is_made_is_a_value_like_any_other() -> None:
    """Expect it equal to one made by the class, frozen, without a dict, and the same after a pickle."""
    made = trusted(PostToThread)(**PARTS)
    assert made == PostToThread(**PARTS)
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301  our own pickle
    assert not hasattr(made, "__dict__")
    with pytest.raises(AttributeError):
        made.text = "changed"  # type: ignore[misc]


def test_a_blank_is_open_until_it_becomes_a_value() -> None:
    """Expect a field to be set, set anew and taken back, and the value to be as closed as any after that.

    Whoever meets a blank while looking for a mistake reads whose it is.
    """
    blank = open_twin(FollowUp)()
    assert issubclass(type(blank), FollowUp)
    assert type(blank).__name__ == "FollowUpTwin"
    assert not hasattr(blank, "key")
    for one in fields(FollowUp):
        setattr(blank, one.name, "first")
        setattr(blank, one.name, getattr(OWED, one.name))
    del blank.link
    assert not hasattr(blank, "link")
    blank.link = OWED.link
    blank.__class__ = FollowUp
    assert blank == OWED
    with pytest.raises(AttributeError):
        del blank.link


def test_a_maker_takes_every_field_and_no_other() -> None:
    """Expect an error for one that is missing or unknown, though nothing else is looked at."""
    make: Any = trusted(PostToThread)
    with pytest.raises(TypeError, match=r"^PostToThread needs author, text$"):
        make(**{name: part for name, part in PARTS.items() if name not in {"text", "author"}})
    with pytest.raises(AttributeError, match="colour"):
        make(**PARTS, colour="red")
    assert make(**{**PARTS, "text": 7}).text == 7


@given(st.dictionaries(st.sampled_from([one.name for one in fields(Milestones)]), st.none() | st.just(minutes(5))))
def test_a_change_is_what_evolve_would_have_made(changes: dict[str, datetime | None]) -> None:
    """Expect the very value that `attrs.evolve` gives, whichever fields are changed, and the old one as it was."""
    before = Milestones(fault=NINE, declared=minutes(1))
    after = changer(Milestones)(before, **changes)
    assert after == evolve(before, **changes)
    assert type(after) is Milestones
    assert before == Milestones(fault=NINE, declared=minutes(1))


def test_a_change_of_what_is_no_field_is_an_error() -> None:
    """Expect it to be named."""
    with pytest.raises(AttributeError, match="colour"):
        changer(FollowUp)(OWED, link="", colour="red")
