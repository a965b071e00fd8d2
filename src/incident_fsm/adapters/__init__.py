"""The port for adapters: who carries commands out, how they answer, and how third parties plug in.

An adapter does one kind of thing in one outside system. It answers in one of four ways, as a value: a `Receipt`,
`NotDone` (try again, maybe not before a time), `Rejected` (a person must look) or `Unknown` (it may have happened).
After a doubtful attempt it is asked to `find` the command's marker first. An exception that escapes an adapter counts
as `Unknown`, because nobody can tell how far it came.

A package offers an adapter by an entry point in the group `incident_fsm.adapters`: its name is the adapter's name, its
value a function `(AdapterSettings) -> Adapter`.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from attrs import field, frozen

from incident_fsm._incident import Incident
from incident_fsm._results import TimelineEntry
from incident_fsm.commands import Command
from incident_fsm.policy import Policy

ENTRY_POINT_GROUP = "incident_fsm.adapters"


@frozen(kw_only=True)
class Receipt:
    """It is done. `reference` is the outside system's own id for the result, `link` where a person finds it."""

    reference: str = ""
    link: str = ""


@frozen(kw_only=True)
class NotDone:
    """It surely did not happen; try again later, not before `until` (UTC) if that is given."""

    why: str
    until: datetime | None = None


@frozen(kw_only=True)
class Rejected:
    """It did not happen and will not by itself: a person must look."""

    why: str


@frozen(kw_only=True)
class Unknown:
    """It may have happened. `find` is asked before it is tried again."""

    why: str


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

    @property
    def live(self) -> bool:
        """Whether people outside the exercise would see what it does."""

    def accepts(self, command: Command) -> bool:
        """Whether this adapter carries out such a command, for its kind, type and audience."""

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Carry the command out, once, without retrying by itself."""

    def find(self, command: Command, context: Context) -> Finding:
        """Look for what an earlier attempt may have left. What cannot tell answers `Unknown`, never `Absent`."""


@frozen(kw_only=True)
class AdapterSettings:
    """What an adapter's factory is given: the folder that belongs to this desk. Secrets come from the environment."""

    folder: Path


AdapterFactory = Callable[[AdapterSettings], Adapter]

__all__ = [
    "ENTRY_POINT_GROUP",
    "Absent",
    "Adapter",
    "AdapterFactory",
    "AdapterSettings",
    "Context",
    "Finding",
    "NotDone",
    "Outcome",
    "Receipt",
    "Rejected",
    "TimelineEntry",
    "Unknown",
]
