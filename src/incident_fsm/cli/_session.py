"""One call of the command: where the journal is, which policy holds, who speaks, and how the answer is printed."""

import signal
import sys
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from incident_fsm import errors
from incident_fsm._calendar import Span
from incident_fsm._stop_sign import StopSign
from incident_fsm._values import FIRST_YEAR, LAST_YEAR
from incident_fsm.policy import Policy

if TYPE_CHECKING:
    from incident_fsm._delivery import Delivery
    from incident_fsm.desk import Desk
    from incident_fsm.engine import EventRecord


@frozen(kw_only=True)
class Session:
    """What a verb was given beside its own arguments."""

    folder: Path
    policy_name: str
    by: str
    json: bool
    dry_run: bool
    adapters: tuple[str, ...]
    at: str = ""
    event_id: str = ""
    revision: int | None = None
    deliver: bool = True

    def policy(self) -> Policy:
        """Load the policy."""
        from incident_fsm.policy_files import load_policy  # noqa: PLC0415  costs cattrs

        return load_policy(self.policy_name)

    @contextmanager
    def desk(self, *, new: bool = False) -> "Iterator[Desk]":
        """Open the desk. Only what opens an incident may make a journal where there is none."""
        from incident_fsm.desk import JOURNAL, Desk  # noqa: PLC0415  costs cattrs and sqlite3

        journal = self.folder / JOURNAL
        if not new and not journal.exists():
            remedy = "report an incident first, or name its folder: --folder"
            raise errors.JournalUnusable(str(journal), "there is no journal", remedy)
        if self.dry_run and not journal.exists():
            from incident_fsm.engine.memory import MemoryEngine  # noqa: PLC0415  only here

            with Desk(MemoryEngine(), self.policy()) as desk:
                yield desk
            return
        with self.open_desk() as desk:
            yield desk

    def open_desk(self) -> "Desk":
        """Open a desk on the journal in the folder. A dry run has no adapters."""
        from incident_fsm.desk import Desk  # noqa: PLC0415  costs cattrs and sqlite3

        return Desk.in_folder(self.folder, self.policy(), () if self.dry_run else self.adapters)

    def head(self, desk: "Desk") -> dict[str, Any]:
        """The fields that every event carries. An event that is repeated by its id keeps its time, unless told."""
        repeated = self.recorded(desk)
        now = repeated.at if repeated else desk.now()
        return {
            "id": self.event_id or f"cli-{uuid.uuid4().hex}",
            "at": when("--at", self.at, desk.policy) or now,
            "by": self.by,
            "revision": self.revision,
        }

    def recorded(self, desk: "Desk") -> "EventRecord | None":
        """The event that the journal has under this call's event id, if any."""
        return next(iter(desk.engine.recorded([self.event_id])), None) if self.event_id else None

    def carry_out(self, desk: "Desk") -> "tuple[Sequence[Delivery], str]":
        """Deliver, if asked to. What was accepted stays so: trouble is returned, to be told, and not raised."""
        if not self.deliver:
            return (), ""
        try:
            return self.delivered(desk), ""
        except (errors.IncidentFsmError, OSError) as error:
            return (), str(error)

    def delivered(self, desk: "Desk") -> "Sequence[Delivery]":
        """Deliver; asked to end (SIGTERM), finish the command that is under way and begin no other.

        In JSON mode, what an adapter prints goes to standard error: the answer is one document.
        """
        with redirect_stdout(sys.stderr if self.json else sys.stdout), asked_to_end() as asked:
            return desk.deliver(asked.is_set)


@contextmanager
def asked_to_end() -> Iterator[StopSign]:
    """Hear SIGTERM, within the block, as a wish instead of as the end. Only the main thread hears signals."""
    asked = StopSign()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: asked.set())
    try:
        yield asked
    finally:
        signal.signal(signal.SIGTERM, before)


def when(option: str, said: str, policy: Policy) -> datetime | None:
    """Read a time: ISO, in the policy's time zone where it names none; None where nothing is said."""
    if not said:
        return None
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise errors.InvalidValue(option, f"{said!r:.60} is no time", "write it like 2026-11-23T03:05") from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise errors.InvalidValue(option, f"the year {moment.year} is far off", "check for a mistyped year")
    return moment if moment.utcoffset() is not None else moment.replace(tzinfo=policy.calendar.zone)


def promised(said: str, at: datetime, policy: Policy) -> datetime | None:
    """Read when the next update comes: a length of time from now, or a time."""
    if not said:
        return None
    try:
        span = Span.parse(said)
    except errors.InvalidValue:
        return when("--next-update", said, policy)
    return policy.calendar.add(at, span)
