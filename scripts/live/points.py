"""What was assumed of an outside system, and what was seen of it."""

from collections.abc import Callable
from enum import Enum

from attrs import field, frozen


class Verdict(Enum):
    """What seeing it says about what was assumed."""

    HOLDS = "holds"
    BROKEN = "NOT SO"
    """Somebody must look at the adapter, or at the settings."""
    SEEN = "seen"
    """Measured; nothing depends on it."""
    OPEN = "open"
    """It could not be seen this time."""


@frozen
class Point:
    """One point: what was assumed, and what was seen."""

    assumed: str
    verdict: Verdict
    seen: str

    def __str__(self) -> str:
        """A point as it is printed, on two lines."""
        return f"  [{self.verdict.value:^6}] {self.assumed}\n           {self.seen}"


@frozen
class Report:
    """Every point so far. Each is told as soon as it is known, so that nothing is lost if the rest breaks off."""

    tell: Callable[[str], object]
    points: list[Point] = field(factory=list)

    def add(self, assumed: str, verdict: Verdict, seen: str) -> None:
        """Add a point."""
        point = Point(assumed, verdict, seen)
        self.points.append(point)
        self.tell(str(point))

    def judge(self, assumed: str, seen: str, *, holds: bool) -> None:
        """Add a point that either holds or does not."""
        self.add(assumed, Verdict.HOLDS if holds else Verdict.BROKEN, seen)

    def answered(self, assumed: str, answer: bool | None) -> None:  # noqa: FBT001  yes, no, or nobody there
        """Add a point that a person looked at."""
        if answer is None:
            self.add(assumed, Verdict.OPEN, "a person must look, and nobody was there: run it in a terminal")
        else:
            self.judge(assumed, "looked at by a person", holds=answer)

    def count(self, verdict: Verdict) -> int:
        """How many points came to a verdict."""
        return sum(point.verdict is verdict for point in self.points)
