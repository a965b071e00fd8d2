"""Runs `scripts/live_smoke.py` in process, with a fake in the place of the real service, and somebody who answers."""

import io
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from attrs import define, field, frozen

from live.smoke import Vendor
from live_smoke import World, main
from tests.documents.airflow import at


class Person(io.StringIO):
    """Whoever sits at the terminal. With `answers` = None, nobody does."""

    def __init__(self, answers: Iterable[str] | None) -> None:
        super().__init__("".join(f"{answer}\n" for answer in answers or ()))
        self.there = answers is not None

    def isatty(self) -> bool:
        """Whether somebody is there."""
        return self.there


@define
class Time:
    """A clock that moves by pauses, and a little with every look."""

    moment: datetime = field(factory=lambda: at(0))
    paused: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Tell the time."""
        self.moment += timedelta(milliseconds=10)
        return self.moment

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        self.moment += timedelta(seconds=seconds)
        self.paused += timedelta(seconds=seconds)


@frozen
class Ran:
    """What a run came to."""

    code: int
    text: str

    def verdict(self, assumed: str) -> str:
        """The verdict on the first point whose assumption holds these words."""
        return self._point(assumed)[0].strip()

    def seen(self, assumed: str) -> str:
        """What was seen of that point."""
        return self._point(assumed)[1]

    def _point(self, assumed: str) -> tuple[str, str]:
        """The first point whose assumption holds these words."""
        found = re.search(rf"\[(.{{6}})\] .*{re.escape(assumed)}.*\n +(.*)", self.text)
        assert found, f"{assumed!r} is not in {self.text}"
        return found[1], found[2]


def run(  # noqa: PLR0913  what is run, with what, and who is there
    vendor: Vendor,
    folder: Path,
    settings: str,
    *arguments: str,
    environment: Mapping[str, str],
    time: Time,
    answers: Iterable[str] | None = None,
    pause: Callable[[float], object] | None = None,
) -> Ran:
    """Run it with settings in a folder."""
    file = folder / "adapters.toml"
    file.write_text(settings, "utf-8")
    written = io.StringIO()
    world = World(
        environment=environment,
        vendors=(vendor,),
        reading=Person(answers),
        writing=written,
        now=time,
        pause=pause or time.pause,
    )
    code = main([vendor.name, "--settings", str(file), *arguments], world)
    return Ran(code, written.getvalue())
