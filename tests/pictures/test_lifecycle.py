"""The lifecycle as a picture: every move of the table, the present state, and the path that was taken."""

from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from incident_fsm import State, pictures
from incident_fsm import events as e
from incident_fsm._table import ROWS
from incident_fsm.pictures._places import BOX, places
from tests.documents import airflow
from tests.pictures.drawn import SVG, named, spoken, texts, tree

LONDON = ZoneInfo("Europe/London")


def course(told: airflow.Told) -> pictures.Course:
    """The course of an incident."""
    return pictures.Course(
        name="Incident INC-1", here=told.incident.state, moves=pictures.moves(told.timeline), zone=LONDON
    )


REOPENED = airflow.tell([*airflow.beginning(), *airflow.middle(), *airflow.reopening()[:2]])


def test_every_state_and_every_move_between_states_is_drawn() -> None:
    """As many arrows and boxes as the table has, each with its name."""
    root = tree(pictures.lifecycle())
    moves = [row for row in ROWS if row.source is not row.target]
    assert len(named(root, "path", "way")) == len(named(root, "path", "head")) == len(moves)
    assert sorted(texts(root)) == sorted([row.event.__name__ for row in moves] + [state.value for state in State])
    assert len(named(root, "rect", "inner")) == 2  # the final states


def test_no_two_boxes_lie_on_one_another_and_all_lie_within_the_picture() -> None:
    """Whatever the table looks like, the layout is worked out from it."""
    found = places([row for row in ROWS if row.source is not row.target])
    for one, other in combinations(found.values(), 2):
        assert abs(one.x - other.x) >= BOX[0] or abs(one.y - other.y) >= BOX[1]
    width, height = map(float, tree(pictures.lifecycle()).get("viewBox", "").split()[2:])
    assert all(place.x + BOX[0] <= width and place.bottom <= height for place in found.values())


def test_the_present_state_and_the_path_are_marked_in_words_and_by_the_stroke() -> None:
    """Never by the colour alone: "now" stands in one box, times beside the arrows taken, the rest is dashed."""
    root = tree(pictures.lifecycle(course(REOPENED)))
    shown = texts(root)
    assert "now, since 10:54" in shown
    assert "10 Jun 10:50, Ada Lovelace" in shown
    assert "passed, 10:50" in shown
    assert len(named(root, "rect", "box here")) == 1
    assert len(named(root, "path", "way taken")) == 6
    assert len(named(root, "path", "way ahead")) == 3
    assert {text for text in shown if text in {state.value for state in State}} == {state.value for state in State}


def test_a_move_that_was_made_more_than_once_says_how_often() -> None:
    """And when last."""
    told = airflow.tell([*airflow.beginning(), *airflow.middle(), *airflow.reopening()])
    assert any(text.startswith("2 times, last 10 Jun 11:00") for text in texts(tree(pictures.lifecycle(course(told)))))


def test_who_hears_the_picture_hears_the_path() -> None:
    """A title that says where it is, and a description with every move and its time."""
    title, description = spoken(tree(pictures.lifecycle(course(REOPENED))))
    assert title == "Incident INC-1 is managing"
    assert description.startswith("The path so far: candidate from 10 Jun 09:05; confirmed from 10 Jun 09:09;")
    assert "Its states: candidate, confirmed," in spoken(tree(pictures.lifecycle()))[1]


def test_a_state_can_be_marked_without_a_path() -> None:
    """As for a page that explains a state: no arrow is dashed then."""
    only = pictures.Course(name="An incident", here=State.DECLARED, moves=(), zone=LONDON)
    root = tree(pictures.lifecycle(only))
    assert "now" in texts(root)
    assert not named(root, "path", "way ahead")
    assert spoken(root)[1] == "The path that led there is not drawn."


def test_what_others_wrote_is_text_in_a_picture_and_no_longer_than_there_is_room() -> None:
    """A name of a hundred characters, with markup in it: shortened to look at, whole for who points at it."""
    who = "<script>alert(1)</script>&" * 3
    told = airflow.tell([e.CandidateReported(id="a", at=airflow.at(0), by=who, incident_id="INC-1", title="t")])
    picture = pictures.lifecycle(course(told))
    assert "<script" not in picture
    [said] = [text for text in texts(tree(picture)) if "alert" in text]
    assert said.endswith("…")
    assert len(said) <= 36
    assert any(title.text and title.text.endswith(who) for title in tree(picture).iter(f"{SVG}title"))


def test_wide_characters_take_the_room_of_two() -> None:
    """Of Chinese, half as many fit."""
    from incident_fsm.pictures._svg import fitted

    assert fitted("事件事件事件", 6) == "事件…"
    assert fitted("a\nb\x1b", 10) == "a b"


def test_a_file_of_its_own_brings_its_style_and_nothing_from_outside() -> None:
    """Colours for light and dark, paper below, no address but the name of SVG itself."""
    alone = pictures.standalone(pictures.lifecycle())
    assert "prefers-color-scheme: dark" in alone
    assert alone.count("http") == 1
    assert tree(alone).find(f"{SVG}rect") is not None


@pytest.mark.parametrize("events", [airflow.beginning()[:1], airflow.beginning(), [*airflow.whole().timeline]])
def test_moves_are_those_between_states(events: list[object]) -> None:
    """What happens within a state is none of them."""
    told = airflow.whole() if len(events) > 10 else airflow.tell(events)  # type: ignore[arg-type]  # events
    found = pictures.moves(told.timeline)
    assert [move.source for move in found[1:]] == [move.target for move in found[:-1]]
    assert found[-1].target is told.incident.state
