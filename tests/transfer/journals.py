"""Journals to be transferred, and files to be spoilt: without fuss."""

import hashlib
import io
import json
from datetime import datetime
from typing import Any, Self

from attrs import evolve

from incident_fsm import Refusal
from incident_fsm import events as e
from incident_fsm.adapters import NotDone, Receipt, Rejected, Unknown
from incident_fsm.desk import Desk, Handled
from incident_fsm.engine import GENESIS, CommandStatus, Engine, NewEvent, Query, chain_digest
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock, Walk
from incident_fsm.transfer import Hold, Imported, Source, examine, export_lines, import_journal
from tests.shell.world import START, Pen, Scripted

NAME = "journal.jsonl"
ANSWERS = (
    Receipt(reference="r-1", link="https://example.org/1"),
    Rejected(why="no such channel"),
    Unknown(why="timed out – ☃", ask_person=True),
    NotDone(why="busy"),
)
"""What an adapter can say."""


def desk_on(engine: Engine, *answers: object, clock: FrozenClock | None = None) -> Desk:
    """A desk with an adapter that answers so, then always with a receipt."""
    return Desk(engine, load_shipped(), [Scripted(*answers)], now=clock or FrozenClock())


def exported(engine: Engine, incident_id: str | None = None) -> bytes:
    """Write a journal out."""
    return b"".join(export_lines(engine, incident_id))


def source_of(said: bytes) -> Source:
    """A file that holds this."""
    return Source(io.BytesIO(said), NAME)


def imported(engine: Engine, said: bytes, **how: Any) -> Imported:
    """Take a file in, as the command does."""
    source = source_of(said)
    examine(source, hold="hold" in how)
    return import_journal(engine, source, **how)


HOLD = Hold("sam", lambda: START)


def everything(engine: Engine) -> tuple[object, ...]:
    """All that an engine shows."""
    found = list(engine.find(Query()))
    return found, [list(engine.history(one.incident_id)) for one in found], list(engine.commands())


def fill(engine: Engine) -> None:
    """Put two incidents into a journal: one managed, with something done, failed and skipped; one a breach."""
    clock = FrozenClock()
    pen = Pen(clock)
    desk = desk_on(engine, ANSWERS[0], ANSWERS[2], clock=clock)
    desk.step("INC-2", *pen.beginning("INC-2"))
    desk.deliver()
    clock.pass_by(minutes=3)
    desk.step("INC-2", pen.noted('say "so" \\ – ☃\nand more'), pen(e.SecurityBreachFlagged, details="a key"))
    desk.deliver()
    clock.pass_by(minutes=3)
    desk.step("INC-1", pen.reported("INC-1", security_breach=True))
    desk.deliver()
    settle(desk, "skip")


def settle(desk: Desk, *how: str) -> None:
    """Have a person decide on every command that waits, each in the next way: by_hand, skip, or leave if it failed."""
    waiting = desk.outbox(None, CommandStatus.PENDING, CommandStatus.ATTEMPTED, CommandStatus.FAILED)
    for number, record in enumerate(waiting):
        match how[number % len(how)]:
            case "leave" if record.status is CommandStatus.FAILED:
                pass
            case "skip":
                desk.skip(record.command_id, "sam", "said on the phone")
            case _:
                desk.by_hand(record.command_id, "sam", "https://example.org/2")


def walk_through(engine: Engine, walk: Walk, number: int, answers: list[object]) -> None:
    """Take a walk again with a desk, under the policies of the walk, and have its commands carried out on the way."""
    incident_id = f"INC-{number}"
    clock = FrozenClock()
    for lifecycle, step in walk.history:
        desk = Desk(engine, lifecycle.policy, [Scripted(*answers)], now=clock)
        event = evolve(step.event, id=f"{incident_id}/{step.event.id}"[:200], revision=None)
        if isinstance(event, e.CandidateReported):
            event = evolve(event, incident_id=incident_id)
        assert isinstance(desk.handle(incident_id, event), Handled | Refusal)
        desk.deliver()
        clock.pass_by(minutes=1)


class File:
    """A file that was exported, line by line, to be spoilt and put together again."""

    def __init__(self, said: bytes) -> None:
        self.lines: list[dict[str, Any]] = [json.loads(line) for line in said.splitlines()]

    def find(self, record: str, nth: int = 0) -> int:
        """The number of the nth line of a sort, from 1 as people count."""
        return [number for number, line in enumerate(self.lines, 1) if line["record"] == record][nth]

    def change(self, number: int, **fields: Any) -> Self:
        """Change some fields of a line."""
        self.lines[number - 1].update(fields)
        return self

    def drop(self, number: int) -> Self:
        """Leave a line out."""
        del self.lines[number - 1]
        return self

    def insert(self, number: int, line: dict[str, Any]) -> Self:
        """Put a line in, to be the one of that number."""
        self.lines.insert(number - 1, line)
        return self

    def rechained(self) -> Self:
        """Chain all events anew, as somebody would who knows how."""
        previous: dict[str, str] = {}
        for line in self.lines:
            if line["record"] == "event":
                said = {
                    name: line[name] for name in line if name not in {"record", "incident_id", "previous", "digest"}
                }
                moments = {name: datetime.fromisoformat(line[name]) for name in ("at", "recorded_at")}
                before = previous.get(line["incident_id"], GENESIS)
                digest = chain_digest(line["incident_id"], before, NewEvent(**{**said, **moments}))
                line.update(previous=before, digest=digest)
                previous[line["incident_id"]] = digest
        return self

    def recounted(self) -> Self:
        """Count anew what the last line counts."""
        kinds = [line["record"] for line in self.lines]
        count = {f"{kind[:-1]}ies" if kind == "policy" else f"{kind}s": kinds.count(kind) for kind in KINDS}
        self.lines[-1].update(count)
        return self

    def said(self) -> bytes:
        """Put it together, with the digest that it should have."""
        lines = [json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for line in self.lines]
        if self.lines[-1]["record"] == "end":
            digest = hashlib.sha256(b"".join(lines[:-1])).hexdigest()
            end = {**self.lines[-1], "sha256": digest}
            lines[-1] = json.dumps(end, separators=(",", ":")).encode() + b"\n"
        return b"".join(lines)


KINDS = ("policy", "incident", "event", "command")
