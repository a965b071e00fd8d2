"""The port for adapters: who carries commands out, how they answer, and how third parties plug in.

An adapter does one kind of thing in one outside system. It answers in one of four ways, as a value: a `Receipt`,
`NotDone` (try again, maybe not before a time), `Rejected` (a person must look) or `Unknown` (it may have happened).
After a doubtful attempt it is asked to `find` the command's marker first. An exception that escapes an adapter counts
as `Unknown`, because nobody can tell how far it came; but an `AdapterError` says that nothing was sent.

An adapter may also offer more than the port asks for: to be checked beforehand (`Checkable`), to read the incident's
thread back (`ThreadReader`), or to need longer than others until a late request has landed (`Settling`).

A package offers an adapter by an entry point in the group `incident_fsm.adapters`: its name is the adapter's name, its
value a function `(AdapterSettings) -> Adapter`.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from attrs import field, frozen

from incident_fsm._incident import Incident
from incident_fsm._results import TimelineEntry
from incident_fsm.commands import Command
from incident_fsm.policy import Policy

ENTRY_POINT_GROUP = "incident_fsm.adapters"

TEMPLATES = "INCIDENT_TEMPLATES"
"""The variable that names a folder of templates of one's own, for the documents that adapters deliver."""


@frozen(kw_only=True)
class Receipt:
    """It is done. `reference` is the outside system's own id for the result, `link` where a person finds it."""

    reference: str = ""
    link: str = ""


@frozen(kw_only=True)
class NotDone:
    """It surely did not happen; try again later: not before `until` (UTC), or not for `wait`, if either is given.

    `wait` is what an outside system asked for (Retry-After). The runner waits at least as long, but an hour at most.
    """

    why: str
    until: datetime | None = None
    wait: timedelta | None = None


@frozen(kw_only=True)
class Rejected:
    """It did not happen and will not by itself: a person must look."""

    why: str


@frozen(kw_only=True)
class Unknown:
    """It may have happened. `find` is asked before it is tried again.

    `ask_person`: waiting will not help, as where `find` lacks the permission to look. The command goes to a person.
    `wait` is what an outside system asked for (Retry-After), as in `NotDone`.
    """

    why: str
    ask_person: bool = False
    wait: timedelta | None = None


@frozen(kw_only=True)
class Absent:
    """The marker is surely not there, so the command did not happen."""


Outcome = Receipt | NotDone | Rejected | Unknown
Finding = Receipt | Absent | Unknown


@frozen(kw_only=True)
class Context:
    """What an adapter may look at: the incident as it is now, its policy, and its timeline (read when asked for)."""

    incident: Incident
    policy: Policy
    timeline: Callable[[], Sequence[TimelineEntry]] = field(eq=False)


@runtime_checkable
class Adapter(Protocol):
    """Who carries out commands in one outside system.

    `name` appears in receipts. `live` says that real people see what it does: it is never given a drill's commands.
    """

    @property
    def name(self) -> str:
        """What this adapter is called in receipts, messages and settings."""
        ...

    @property
    def live(self) -> bool:
        """Whether people outside the exercise would see what it does."""
        ...

    def accepts(self, command: Command) -> bool:
        """Whether this adapter carries out such a command, for its kind, type and audience."""
        ...

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Carry the command out, once, without retrying by itself."""
        ...

    def find(self, command: Command, context: Context) -> Finding:
        """Look for what an earlier attempt may have left. What cannot tell answers `Unknown`, never `Absent`."""
        ...


@frozen(kw_only=True)
class Check:
    """One thing that was looked at beforehand: fine where `problem` is empty; `remedy` says what to do.

    Not `grave`: it may be meant so, and everything works.
    """

    what: str
    problem: str = ""
    remedy: str = ""
    grave: bool = True


@runtime_checkable
class Checkable(Protocol):
    """An adapter that can be checked without side effects, for `incident doctor`."""

    def check(self, policy: Policy) -> Iterable[Check]:
        """Look at credentials, ids, permissions. Reads only; nobody is told of anything."""
        ...


@frozen(kw_only=True)
class Message:
    """What a person said in the incident's thread. `reference` is the outside system's own id for it, for ever."""

    reference: str
    at: datetime
    by: str
    text: str
    edited_at: datetime | None = None


@runtime_checkable
class ThreadReader(Protocol):
    """An adapter that can read the incident's thread back, so that the timeline writes itself (§3.2)."""

    def messages(self, context: Context) -> Sequence[Message] | None:
        """Every message of a person that stands in the thread now, the oldest first; None where it cannot tell.

        What the adapter itself posted is left out. All of them or None: a message that is missing counts as deleted.
        """
        ...


@runtime_checkable
class Settling(Protocol):
    """An adapter whose outside system needs its own time until a doubtful request has landed for sure."""

    @property
    def settle(self) -> timedelta:
        """How long to wait after a doubtful attempt before looking for its marker: at most the length of a lease."""
        ...


@frozen(kw_only=True)
class AdapterSettings:
    """What an adapter's factory is given.

    `folder` belongs to this desk. `table` is the adapter's own table in `adapters.toml`, plain data without secrets.
    Secrets come from `environment` only, and are read when they are needed.
    """

    folder: Path
    table: Mapping[str, Any] = field(factory=dict)
    environment: Mapping[str, str] = field(default=os.environ, repr=False)

    @property
    def templates(self) -> Path | None:
        """The folder of templates of one's own, where the environment names one (see docs/templates.md)."""
        said = self.environment.get(TEMPLATES, "")
        return Path(said) if said else None


AdapterFactory = Callable[[AdapterSettings], Adapter]

__all__ = [
    "ENTRY_POINT_GROUP",
    "Absent",
    "Adapter",
    "AdapterFactory",
    "AdapterSettings",
    "Check",
    "Checkable",
    "Context",
    "Finding",
    "Message",
    "NotDone",
    "Outcome",
    "Receipt",
    "Rejected",
    "Settling",
    "ThreadReader",
    "TimelineEntry",
    "Unknown",
]
