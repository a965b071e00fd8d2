"""The invariants themselves: the sentences are the design's, and each check tells what it found."""

import re
from pathlib import Path

import pytest

from incident_fsm import State
from incident_fsm.testing import InvariantBroken, Story, Walk
from incident_fsm.testing.invariants import SENTENCES, public, records, states
from incident_fsm.testing.invariants.sentences import at, demand


def walk_of(story: Story) -> Walk:
    """A story as a walk."""
    return Walk(tuple((story.lifecycle, step) for step in story.steps), ())


def test_the_sentences_are_those_of_the_design(shared: Path) -> None:
    """Expect §3.3 of the design, word for word."""
    text = (shared / "design" / "design.md").read_text("utf-8").partition("### 3.3")[2].partition("\n---")[0]
    found = {
        int(number): " ".join(sentence.split())
        for number, sentence in re.findall(r"^(\d+)\. (.*?)(?=^\d+\. |\Z)", text, re.DOTALL | re.MULTILINE)
    }
    assert found == SENTENCES


def test_what_is_broken_is_told_with_its_number_its_sentence_and_what_was_found() -> None:
    """Expect all three, in words and as fields."""
    with pytest.raises(InvariantBroken) as broken:
        demand(6, [], "2 reports, and it was flagged")
    error = broken.value
    assert (error.number, error.found) == (6, "2 reports, and it was flagged")
    assert str(error) == (
        "invariant 6 is broken.\n"
        '  promised: "A security breach is reported exactly once, whichever path flagged it."\n'
        "  found: 2 reports, and it was flagged"
    )
    demand(6, [1], "never said")


def test_a_step_is_named_by_its_event_its_incident_and_where_it_led() -> None:
    """Expect what somebody needs to find it again."""
    story = Story().until(State.DECLARED)
    assert at(story.steps[-1]) == "after IncidentDeclared (INC-1 revision 3, declared)"


def test_a_check_can_be_made_of_one_walk() -> None:
    """Expect a story from report to review to pass the checks that look at a whole way."""
    walk = walk_of(Story(security_breach=True).until(State.REVIEWED))
    for check in (
        public.hears_once,
        public.breach_is_reported_once,
        public.nobody_hears_too_much,
        records.ids_say_where_they_come_from,
        records.commands_are_the_same_again,
        states.has_what_it_needs,
        states.nothing_is_owed_after_review,
    ):
        check(walk)
    records.replay_gives_the_incident(records.journal_of(walk), walk.incident)
