"""Adapters and lines that are broken in odd places: nobody else is stopped, and no terminal is tricked."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from incident_fsm.adapters import NotDone, Rejected, Unknown
from incident_fsm.commands import PublishStatus
from incident_fsm.desk import Desk
from incident_fsm.engine import CommandStatus
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock
from tests.security.test_fuzz_cli import Typist, X
from tests.security.test_garbage_answers import anything, deliver, ends_with_a_person
from tests.shell.world import Pen, Scripted

THREAT = pytest.mark.threat("poison commands", rule="after enough tries a person is asked; other lanes go on")


class Wordless(Exception):
    """An error that cannot even say what it is."""

    def __str__(self) -> str:
        """Fail at that."""
        raise RuntimeError("no words")


ANSWERS: dict[str, Any] = {
    "a reason of nothing": anything(Rejected, why=None),
    "a reason of bytes": anything(NotDone, why=b"x"),
    "a time without a zone": anything(NotDone, why="x", until=datetime(2026, 11, 23)),  # noqa: DTZ001  that is it
    "a time in words": anything(NotDone, why="x", until="tomorrow"),
    "a wait in words": anything(Unknown, why="x", wait="5"),
    "an error without words": Wordless(),
}


@THREAT
@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_with_nonsense_in_it_ends_with_a_person_and_stops_nobody_else(answer: str) -> None:
    """`_delivery` believes the fields of an answer: scrubbing, cutting and subtracting them raises `TypeError`."""
    ends_with_a_person(ANSWERS[answer])


class Broken(Scripted):
    """An adapter of which one part fails, and the rest would work."""

    def __init__(self, part: str) -> None:
        super().__init__(Unknown(why="no answer"), only=[PublishStatus])
        self.part = part
        if part == "name":
            self.name = "two\nlines, and no name at all, " + "x" * 200

    def accepts(self, command: Any) -> bool:
        """Accept, or fail at that."""
        if self.part == "accepts":
            raise ValueError("cannot say")
        return super().accepts(command)

    @property
    def settle(self) -> timedelta:
        """Give the time, or fail at that."""
        if self.part == "settle":
            raise ValueError("cannot say")
        return timedelta(seconds=5)


@pytest.mark.threat("poison commands", rule="after enough tries a person is asked; other lanes are not affected")
@pytest.mark.parametrize("part", ["name", "settle"])
def test_an_adapter_that_is_broken_elsewhere_stops_nobody_else(part: str) -> None:
    """Its name, what it accepts, how long it takes: anybody's code, too."""
    desk = deliver(Broken(part))
    assert desk.command("INC-1:3:0").status in {CommandStatus.DONE, CommandStatus.FAILED}


@pytest.mark.threat("poison commands", rule="after enough tries a person is asked; other lanes are not affected")
def test_an_adapter_that_cannot_say_what_it_accepts_leaves_it_to_a_person() -> None:
    """It may have been the right one, so nobody else takes its commands in silence: each fails, and says why."""
    clock = FrozenClock()
    good = Scripted()
    desk = Desk(MemoryEngine(), load_shipped(), [Broken("accepts"), good], now=clock)
    desk.step("INC-1", *Pen(clock).beginning())
    desk.deliver()
    assert good.done == []
    failed = desk.outbox("INC-1", CommandStatus.FAILED)
    assert len(failed) == 2
    assert all("could not say whether it would: ValueError: cannot say" in record.error for record in failed)


@pytest.mark.threat("oversized input", rule="what is typed plays no tricks on the terminal that shows it")
@pytest.mark.parametrize("line", [("verify", X), (X,), ("list", "--state", X), ("note", "INC-1", "x", "--revision", X)])
def test_a_refusal_of_usage_plays_no_tricks_either(tmp_path: Path, line: tuple[str, ...]) -> None:
    """Our own messages are cleaned by `say`; Typer prints its own with whatever was typed, into build logs, too."""
    _, out, err = Typist(tmp_path).words(*(word.replace(X, "\x1b[2J\u202egnp.exe") for word in line))
    assert not set(out + err) & {"\x1b", "\u202e"}
