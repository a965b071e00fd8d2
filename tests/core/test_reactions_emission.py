"""The rules that hold for every command, which live in one place each."""

from itertools import combinations_with_replacement
from typing import Any

import pytest
from attrs import evolve

from incident_fsm import Audience, Kind, State
from incident_fsm._reactions import nothing_changes, nothing_to_do
from incident_fsm._reactions.emission import Emission, narrowed
from incident_fsm.commands import PostToThread
from incident_fsm.testing import Story
from tests.core.stories import DEFAULT, GDS, drill, head, minutes


def emission(story: Story) -> Emission:
    """An emission of a story's last step, with no command yet."""
    step = story.steps[-1]
    return Emission(step.before, step.after, step.event, story.policy)


def test_a_command_is_numbered_by_its_step_and_its_place() -> None:
    """Expect incident, revision and position, and the time of the event."""
    story = Story().until(State.MANAGING)
    made = emission(story)
    assert made.head()["id"] == "INC-1:4:0"
    made.commands.append(story.last[0])
    assert made.head()["id"] == "INC-1:4:1"
    assert made.head()["requested_at"] == story.steps[-1].event.at


@pytest.mark.parametrize("asked", Audience)
def test_no_head_is_wider_than_the_incident(asked: Audience) -> None:
    """Expect the narrower of the two."""
    assert emission(Story(GDS)).head(asked)["audience"] is asked
    assert emission(Story(GDS, security_breach=True)).head(asked)["audience"] is Audience.RESTRICTED


def test_of_two_audiences_the_narrower_one_is_told() -> None:
    """Expect it whichever of the two is the incident's, for every pair, and the same for two that are the same."""
    incident = Story(GDS).incident
    narrow_to_wide = (Audience.RESTRICTED, Audience.TEAM, Audience.PUBLIC)
    for narrower, wider in combinations_with_replacement(narrow_to_wide, 2):
        assert narrowed(narrower, evolve(incident, audience=wider)) is narrower
        assert narrowed(wider, evolve(incident, audience=narrower)) is narrower


def test_every_text_of_a_drill_says_so_and_no_other() -> None:
    """Expect the mark in front of what is said, and nothing in front of nothing."""
    assert emission(drill()).say("it is down") == "DRILL: it is down"
    assert not emission(drill()).say("")
    assert emission(Story()).say("it is down") == "it is down"


def test_an_incident_is_talked_about_where_its_readers_are() -> None:
    """Expect the team's channel, and the narrow one once the incident is restricted."""
    assert emission(Story(GDS)).channel == "incident"
    assert emission(Story(GDS, security_breach=True)).channel == "incident-restricted"


@pytest.mark.parametrize(
    ("kind", "state", "posts"),
    [
        (Kind.LIVE, State.DECLARED, 0),
        (Kind.LIVE, State.MANAGING, 1),
        (Kind.DRILL, State.MANAGING, 1),
        (Kind.BACKFILLED, State.MANAGING, 0),
    ],
)
def test_a_post_needs_a_thread(kind: Kind, state: State, posts: int) -> None:
    """Expect nothing to be posted before the thread is opened, nor for what is recorded afterwards."""
    made = emission(Story(kind=kind).until(state))
    made.post("hello")
    assert len(made.commands) == posts
    assert made.tells is (kind is not Kind.BACKFILLED)


def test_some_events_change_nothing_and_ask_for_nothing() -> None:
    """Expect both to do nothing at all."""
    made = emission(Story())
    nothing_changes(None, object(), DEFAULT)  # type: ignore[arg-type]
    nothing_to_do(made)
    assert made.commands == []


def test_a_head_names_its_incident_and_its_kind() -> None:
    """Expect every field of it, for the team unless it is asked for others."""
    story = drill().until(State.MANAGING)
    assert emission(story).head() == {
        "id": "INC-1:4:0",
        "incident_id": "INC-1",
        "kind": Kind.DRILL,
        "audience": Audience.TEAM,
        "requested_at": minutes(4),
    }


def test_a_post_is_said_in_the_channel_by_whoever_sent_the_event() -> None:
    """Expect text, author, channel and a head of its own; a drill's says so."""
    story = drill().until(State.MANAGING)
    made = emission(story)
    made.post("hello")
    made.post("again")
    said: dict[str, Any] = {"channel": "analytical-platform", "author": "ann"}
    assert made.commands == [
        PostToThread(**head(story, 0), text="DRILL: hello", **said),
        PostToThread(**head(story, 1), text="DRILL: again", **said),
    ]
