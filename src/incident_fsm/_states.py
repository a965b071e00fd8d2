"""Where an incident can be: the seven states of the process, one sentence each."""

from enum import Enum
from typing import TYPE_CHECKING


class State(Enum):
    """Where an incident is. The word "status" is kept for the public status page."""

    CANDIDATE = "candidate"
    """Somebody reported an event that may constitute an incident (§1)."""

    CONFIRMED = "confirmed"
    """The event meets the criteria: we are confident that we have an incident (§1)."""

    DECLARED = "declared"
    """The incident is official: it began with the update of the external status page (§2)."""

    MANAGING = "managing"
    """Somebody leads, and all communication is kept in a single thread (§3, §4)."""

    RESOLVED = "resolved"
    """The user is no longer facing issues; the post-incident procedure is under way (§5, §6)."""

    REVIEWED = "reviewed"
    """Report, post-mortem and runbook are settled: nothing is owed any more (§6). Final."""

    DISMISSED = "dismissed"
    """The event does not constitute an incident, and the reporter was sent elsewhere (§1). Final."""

    # Members are singletons, so identity is equality. Saying so keeps every
    # table look-up in C, where Enum's own __hash__ is a Python call per step.
    if TYPE_CHECKING:

        def __hash__(self) -> int:
            """By identity."""
            ...
    else:
        __hash__ = object.__hash__

    @property
    def final(self) -> bool:
        """Whether nothing but receipts can still arrive."""
        return self in FINAL


FINAL = frozenset({State.REVIEWED, State.DISMISSED})
"""The states in which an incident ends."""

PUBLIC = frozenset({State.DECLARED, State.MANAGING})
"""The states in which the public has been told of trouble that is not over."""
