"""One difference, as a value: what it is about, how it was, how it is now."""

# No `from __future__ import annotations` here: Hypothesis' `st.builds` must be
# able to resolve the annotations of attrs classes.

from datetime import date, datetime, time
from enum import Enum

from attrs import evolve, frozen

from incident_fsm._calendar import Span
from incident_fsm._values import Strength


@frozen
class Verdict:
    """Whether something may happen: the sentences of the reasons why not; none = yes."""

    reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Say it to people."""
        return f"refused: {'; '.join(self.reasons)}" if self.reasons else "possible"


Value = str | bool | int | Span | Strength | Verdict | date | datetime | time | tuple["Value", ...] | None
"""What can differ. None: it is not there."""


class Group(Enum):
    """What a difference bears on."""

    TRANSITIONS = "transitions"
    """What is allowed, refused or required."""
    OBLIGATIONS = "obligations"
    """What is owed after the end."""
    DEADLINES = "deadlines"
    """When something is due, and the calendar it is counted in."""
    TEXTS = "texts"
    """What people read, and where. Changes nothing about what may happen."""
    POLICY = "policy"
    """The policy and its page: no incident is treated otherwise for it."""


class Direction(Enum):
    """Which way a difference goes."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


@frozen(kw_only=True)
class Change:
    """A difference. `path` names the field for programs, `what` says it for people; None: it is not there.

    `yes` and `no` are the words for a truth value.
    """

    group: Group
    path: str
    what: str
    before: Value
    after: Value
    yes: str = "yes"
    no: str = "no"

    @property
    def direction(self) -> Direction:
        """Whether something came, went, or is another than it was."""
        if self.before is None:
            return Direction.NEW
        return Direction.GONE if self.after is None else Direction.CHANGED

    @property
    def mirrored(self) -> "Change":
        """The same difference, seen from the other side."""
        return evolve(self, before=self.after, after=self.before)
