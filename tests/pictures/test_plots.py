"""Metrics as bars: as long as the figure, with the figure in words beside it."""

from datetime import timedelta

from incident_fsm import pictures
from incident_fsm.measures import MEASURES, Summary
from tests.pictures.drawn import named, spoken, texts, tree


def quarter(name: str, hours: float, missed: int) -> Summary:
    """A quarter in which the middle repair took so long by the wall clock, and half of it by support hours."""
    known = {"repair": timedelta(hours=hours)} if hours else {}
    return Summary(
        group=name, incidents=4, known=dict.fromkeys(MEASURES, 0), wall_clock=known,
        support_hours={key: value / 2 for key, value in known.items()}, promises_kept=3, promises_missed=missed,
    )  # fmt: skip


FOUND = pictures.plots([quarter("2026-Q1", 2, 0), quarter("2026-Q2", 26.5, 2), quarter("<b>", 0, 0)])


def test_there_is_a_plot_for_each_of_the_four_questions() -> None:
    """How many, how long to repair and to resolve by either clock, and which promises were kept."""
    assert [plot.heading for plot in FOUND] == ["Incidents", "Time to repair", "Time to resolve", "Promised updates"]
    assert [(plot.solid, plot.hatched) for plot in FOUND][1:] == [
        ("by the wall clock", "by support hours"),
        ("by the wall clock", "by support hours"),
        ("missed", "kept"),
    ]


def test_a_bar_is_as_long_as_its_figure_which_stands_beside_it() -> None:
    """The longest takes all the room; nothing known is said and is no bar."""
    root = tree(FOUND[1].picture)
    bars = [float(bar.get("width", "")[:-1]) for bar in named(root, "rect", "bar")]
    assert bars == [7.55, 3.77, 100.0, 50.0, 0.0, 0.0]
    assert texts(root) == [
        "2026-Q1", "2 h 00 min", "1 h 00 min", "2026-Q2", "26 h 30 min", "13 h 15 min", "<b>", "not known", "not known",
    ]  # fmt: skip


def test_the_second_kind_of_bar_is_hatched_and_says_so_by_no_colour() -> None:
    """Its pattern is one of the picture itself."""
    root = tree(FOUND[3].picture)
    hatched = [bar for bar in named(root, "rect", "bar") if "full" not in bar.get("class", "")]
    [pattern] = [each.get("id") for each in root.iter() if each.tag.endswith("pattern")]
    assert {bar.get("fill") for bar in hatched} == {f"url(#{pattern})"}
    assert "3 kept" in texts(root)


def test_who_hears_a_plot_hears_its_figures() -> None:
    """Every group with what is said beside its bars; and no two pictures share an id."""
    assert spoken(tree(FOUND[0].picture)) == ("Incidents", "2026-Q1: 4; 2026-Q2: 4; <b>: 4.")
    ids = [each.get("id") for plot in FOUND for each in tree(plot.picture).iter() if each.get("id")]
    assert len(ids) == len(set(ids))


def test_no_group_at_all_is_an_empty_picture() -> None:
    """And no fault."""
    assert texts(tree(pictures.plots([])[0].picture)) == []
