"""The error tree. An expected "no" is a value (`Refusal`); these are for the rest.

    IncidentFsmError
    ├── InvalidValue        a field of an event, command or value is wrong     (also ValueError)
    ├── TransitionRefused   `step` met a refusal; `.refusal` holds the reasons
    ├── TableError          the transition table contradicts itself: a bug here
    ├── PolicyError         a policy file is wrong; `.faults` lists every fault
    ├── CodecError          stored or received JSON cannot be read; `.faults` names the paths
    ├── AdapterError        no adapter of that name can be had
    └── JournalError        the journal cannot do what was asked
        ├── UnknownIncident     no incident of that id
        ├── UnknownCommand      no command of that id
        ├── RevisionConflict    somebody else was faster; load again and retry
        ├── EventIdReused       the same event id with another content
        ├── LeaseLost           a delivery came back after its command was given to somebody else
        └── JournalUnusable     not our file, a newer version, locked, read-only, full

Every error has fields for programs and a message that says what, where and what to do.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from incident_fsm._results import Refusal


class IncidentFsmError(Exception):
    """The root of everything that this library raises on purpose."""

    def __reduce__(self) -> tuple[object, ...]:
        """Survive pickling with every field, as an error raised in another process must."""
        return _raised_elsewhere, (type(self), self.args, dict(vars(self)))


def _raised_elsewhere(kind: type[IncidentFsmError], args: tuple[object, ...], fields: dict[str, object]) -> Exception:
    """Make an error as it was, without wording it anew."""
    error = kind.__new__(kind, *args)
    vars(error).update(fields)
    return error


class InvalidValue(IncidentFsmError, ValueError):
    """A field holds what it may not: `field` names it, `problem` says why, `remedy` what to do."""

    def __init__(self, field: str, problem: str, remedy: str) -> None:
        self.field = field
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{field}: {problem}; {remedy}")


class TransitionRefused(IncidentFsmError):
    """`Lifecycle.step` was refused: `refusal` is the same value that `attempt` would have returned."""

    def __init__(self, refusal: "Refusal") -> None:
        self.refusal = refusal
        super().__init__(refusal.sentence)


class TableError(IncidentFsmError):
    """The transition table is not one: `faults` lists every contradiction. Raised at import, never later."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults: tuple[str, ...] = tuple(faults)
        super().__init__("the transition table is wrong: " + "; ".join(self.faults))


class PolicyError(IncidentFsmError):
    """A policy was refused: `faults` lists every fault at once, each with file, path and remedy."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults: tuple[str, ...] = tuple(faults)
        count = len(self.faults)
        super().__init__(f"{count} fault{'s' if count != 1 else ''} in the policy:\n" + "\n".join(self.faults))


class CodecError(IncidentFsmError):
    """JSON that is not one of ours: `faults` lists each path with what is wrong there."""

    def __init__(self, what: str, faults: Sequence[str]) -> None:
        self.what = what
        self.faults: tuple[str, ...] = tuple(faults)
        super().__init__(f"cannot read {what}: " + "; ".join(self.faults))


class AdapterError(IncidentFsmError):
    """An adapter cannot be had: `name` is what was asked for, `problem` says why not, `remedy` what to do."""

    def __init__(self, name: str, problem: str, remedy: str) -> None:
        self.name = name
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"adapter {name!r:.60} {problem}; {remedy}")


class JournalError(IncidentFsmError):
    """The journal cannot do what was asked; nothing was half-written."""


class UnknownIncident(JournalError):
    """No incident of this id is in the journal."""

    def __init__(self, incident_id: str) -> None:
        self.incident_id = incident_id
        super().__init__(f"no incident {incident_id!r} in this journal; `incident list --all` shows those there are")


class UnknownCommand(JournalError):
    """No command of this id is in the outbox."""

    def __init__(self, command_id: str) -> None:
        self.command_id = command_id
        super().__init__(f"no command {command_id!r} in this outbox; `incident outbox` shows those there are")


class RevisionConflict(JournalError):
    """Another writer got there first: load the incident again, and decide again."""

    def __init__(self, incident_id: str, expected: int, found: int) -> None:
        self.incident_id = incident_id
        self.expected = expected
        self.found = found
        super().__init__(f"incident {incident_id!r} is at revision {found}, not {expected}; load it again and retry")


class EventIdReused(JournalError):
    """An event id came again with another content: one of the two would have been lost in silence."""

    def __init__(self, event_id: str) -> None:
        self.event_id = event_id
        super().__init__(f"event id {event_id!r} was used before with another content; give the new event its own id")


class LeaseLost(JournalError):
    """A delivery finished after its command was settled, or given to somebody else: its word no longer counts."""

    def __init__(self, command_id: str) -> None:
        self.command_id = command_id
        super().__init__(
            f"command {command_id!r} was settled or taken over meanwhile; `incident outbox` shows its state"
        )


class JournalUnusable(JournalError):
    """The store itself is at fault: not ours, too new, locked, read-only or full. `remedy` says what to do."""

    def __init__(self, where: str, problem: str, remedy: str) -> None:
        self.where = where
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{where}: {problem}; {remedy}")
