"""Texts that are made fit to be recorded, and everything that is lost on the way is listed."""

from typing import Any

import pytest

from tests.incident_log.logs import incident, oddities, replay, replay_one


def test_an_incident_in_good_order_has_no_diagnostics() -> None:
    """Nothing odd is published, so nothing is listed."""
    assert replay_one().diagnostics == ()


def test_a_title_that_is_too_long_is_cut_and_listed_whole() -> None:
    """A title has 200 characters at most; the diagnostic keeps what was published."""
    title = "x" * 201
    replayed = replay_one(title=title)
    assert replayed.incident is not None
    assert replayed.incident.title == "x" * 200
    assert [(found.field, found.value) for found in replayed.diagnostics] == [("title", title)]


def test_a_title_of_two_lines_is_recorded_as_one() -> None:
    """The line break becomes a blank, and that is listed."""
    replayed = replay_one(title="Nodes\ngone")
    assert replayed.incident is not None
    assert replayed.incident.title == "Nodes gone"
    assert "one line" in oddities(replayed)["title"]


def test_a_missing_title_is_replaced_by_the_id() -> None:
    """There must be one; nothing was published, so nothing is listed."""
    replayed = replay_one(title=None)
    assert replayed.incident is not None
    assert replayed.incident.title == "Incident 2024-05-01-nodes-gone"
    assert replayed.diagnostics == ()


def test_texts_beyond_their_bounds_are_cut_and_listed() -> None:
    """Ten thousand characters are recorded of each text, the declaration's wording included."""
    long = "y" * 10_001
    replayed = replay_one(
        identified=long, impact=long, resolution=long, review_actions=[long], timeline=[{"at": None, "text": long}]
    )
    assert replayed.state == "reviewed"
    assert {"identified", "impact", "resolution", "review_actions[0]", "timeline[0].text"} <= oddities(replayed).keys()


def test_unprintable_characters_are_replaced_and_listed() -> None:
    """A text that turns the writing direction would lie to its reader."""
    replayed = replay_one(resolution="Added\u202e nodes", impact="one\r\ntwo", identified="already \ufffd")
    assert replayed.incident is not None
    assert replayed.incident.how == "Added\ufffd nodes"
    assert list(oddities(replayed)) == ["resolution"]


def test_a_text_of_nothing_but_blanks_counts_as_none() -> None:
    """It says nothing, and is recorded as nothing."""
    replayed = replay_one(resolution=" \n ")
    assert replayed.incident is not None
    assert replayed.incident.how == "The log does not say how."


@pytest.mark.parametrize("field", ["title", "identified", "impact", "resolution"])
@pytest.mark.parametrize("wrong", [7, True, ["a"], {"a": 1}])
def test_what_is_no_text_is_listed_and_not_recorded(field: str, wrong: object) -> None:
    """The incident is recorded all the same."""
    replayed = replay_one(**{field: wrong})
    assert replayed.state == "reviewed"
    assert [(found.field, found.value) for found in replayed.diagnostics] == [(field, wrong)]


@pytest.mark.parametrize("field", ["timeline", "review_actions", "key_events"])
@pytest.mark.parametrize("wrong", ["text", 7, {"at": None}])
def test_what_is_no_list_is_listed_and_not_recorded(field: str, wrong: object) -> None:
    """The incident is recorded all the same."""
    replayed = replay_one(**{field: wrong})
    assert replayed.state == "reviewed"
    assert "is no list" in oddities(replayed)[field]


def test_fields_that_the_format_does_not_have_are_listed_with_their_values() -> None:
    """On an incident, on a key event and on an entry of the timeline."""
    odd: dict[str, Any] = incident(context="Kops")
    odd["key_events"][0]["who"] = "Sam"
    odd["timeline"][1]["by"] = "Kim"
    (replayed,) = replay(odd)
    assert [(found.field, found.value) for found in replayed.diagnostics] == [
        ("context", "Kops"),
        ("key_events[0].who", "Sam"),
        ("timeline[1].by", "Kim"),
    ]
