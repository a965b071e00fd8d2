"""The page of figures: it is what the last bench left, and a missed goal cannot hide."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import performance_page as performance

FORM = {"figure", "ours", "other", "unit", "ratio", "goal", "sense", "note"}


def row(**parts: Any) -> dict[str, Any]:
    """A row that meets its goal, save for what is said."""
    given = {"figure": "step ÷ table", "ours": 1.0, "other": 1.0, "unit": "µs", "ratio": 1.0, "goal": 1.25}
    return {**given, "sense": "at most", "note": "", **parts}


def half(*rows: dict[str, Any]) -> dict[str, Any]:
    """What a half of the bench leaves."""
    return {"versions": {"attrs": "26.1"}, "machine": {"taken": "2026-11-27", "processors": 2}, "rows": list(rows)}


def test_the_page_is_what_the_last_bench_left(root: Path) -> None:
    """Expect page and pictures to be, to the letter, what the script makes of the committed figures."""
    made = performance.files(performance.halves())
    assert performance.PAGE in made
    for path, text in made.items():
        assert (root / path).read_text("utf-8") == text, f"{path} has drifted; run scripts/performance_page.py"


def test_every_half_leaves_rows_of_one_form() -> None:
    """Expect each figure with its goal or none, and a ratio that is the quotient of its two amounts."""
    for name, left in performance.halves().items():
        assert {"versions", "machine", "rows"} <= set(left), name
        for one in left["rows"]:
            assert set(one) == FORM, one
            assert one["sense"] in {"at most", "at least"}
            if one["ours"] is not None and one["other"] is not None:
                assert one["ratio"] == pytest.approx(one["ours"] / one["other"], rel=0.01), one["figure"]  # rounded


@pytest.mark.parametrize(
    ("parts", "met"),
    [
        ({"ratio": 1.25}, True),
        ({"ratio": 1.26}, False),
        ({"ratio": 1.8, "goal": 1.8, "sense": "at least"}, True),
        ({"ratio": 1.7, "goal": 1.8, "sense": "at least"}, False),
        ({"goal": None}, None),
    ],
)
def test_a_goal_is_met_up_to_its_very_figure(parts: dict[str, Any], met: bool | None) -> None:  # noqa: FBT001  the answer expected
    """Expect the goal itself to be good enough, and no answer where there is no goal."""
    assert performance.met(row(**parts)) is met


def test_a_missed_goal_stands_at_the_top_with_its_reason() -> None:
    """Expect how many are met, and each that is not with its figure, its goal and why."""
    said = performance.page(
        {"pure": half(row(), row(figure="import", ratio=4.0, goal=1.5, note="attrs compiles"), row(goal=None))},
        drawn=False,
    )
    assert "1 of 2 goals are met. Missed:\n\n- import: 4.00 (at most 1.5). Attrs compiles.\n" in said
    assert "| import | 1 µs | 1 µs | 4.00 | ≤ 1.5 | **missed** | attrs compiles |" in said
    assert "Taken on 2026-11-27, 2 processors." in said


def test_the_pictures_say_in_words_what_they_show(root: Path) -> None:
    """Expect each to be a picture with a title and every figure in its description, and nothing named from outside."""
    for path in (performance.PEERS, performance.GOALS):
        picture = ET.fromstring((root / path).read_text("utf-8"))  # noqa: S314  our own picture
        spoken = {child.tag.rpartition("}")[2]: child.text for child in picture}
        assert spoken["title"]
        bars = [one.text for one in picture.iter() if one.get("class") == "figure"]
        assert bars
        assert all(str(bar) in str(spoken["desc"]) for bar in bars)
        assert "prefers-color-scheme: dark" in (root / path).read_text("utf-8")
