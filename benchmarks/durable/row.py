"""A row of the table that this half of the bench fills."""

from typing import Literal, TypedDict

DISK, MEMORY = "on the disk", "in memory (tmpfs)"
"""Where the file was. In memory nothing waits for a disk, so what our own code costs is seen."""


class Row(TypedDict):
    """One figure, ours beside the other's, in the unit; the goal is for the ratio. Without a goal it is shown only."""

    figure: str
    ours: float | None
    other: float | None
    unit: str
    ratio: float
    goal: float | None
    sense: Literal["at most", "at least"]
    note: str


def at_most(figure: str, ours: float, other: float, goal: float | None, note: str) -> Row:
    """Microseconds that we take over those that the other takes."""
    return _row(figure, ours, other, {"unit": "µs", "sense": "at most"}, goal, note)


def at_least(figure: str, ours: float, other: float, goal: float | None, note: str) -> Row:
    """What we do in a second over what the other does."""
    return _row(figure, ours, other, {"unit": "1/s", "sense": "at least"}, goal, note)


class _Kind(TypedDict):
    """What is measured, and whether more or less of it is better."""

    unit: str
    sense: Literal["at most", "at least"]


def _row(figure: str, ours: float, other: float, kind: _Kind, goal: float | None, note: str) -> Row:  # noqa: PLR0913, PLR0917  a row has as many columns
    """Make a row, with numbers that are short to read."""
    return {
        "figure": figure,
        "ours": round(ours, 1),
        "other": round(other, 1),
        "ratio": round(ours / other, 3),
        "goal": goal,
        "note": note,
        **kind,
    }


def shown(row: Row) -> str:
    """A row as a line of the terminal."""
    if row["goal"] is None:
        judged = ""
    else:
        met = row["ratio"] <= row["goal"] if row["sense"] == "at most" else row["ratio"] >= row["goal"]
        judged = f"{row['sense']} {row['goal']:g}: {'met' if met else 'MISSED'}"
    return (
        f"{row['figure']:76} {row['ours']:10,.1f} {row['other']:10,.1f} {row['unit']:4} {row['ratio']:8.2f}  {judged}"
    )
