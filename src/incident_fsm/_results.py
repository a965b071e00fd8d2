"""The answers of the machine: a step, or a refusal with its reasons; and what could be done next."""

# No `from __future__ import annotations` here: Hypothesis' `st.builds` must be
# able to resolve the annotations of attrs classes.

from datetime import datetime

from attrs import frozen

from incident_fsm._incident import Incident
from incident_fsm._states import State
from incident_fsm.commands import Command
from incident_fsm.events import Event


@frozen(weakref_slot=False)
class Reason:
    """Why something may not happen.

    `code` is for programs, `sentence` for people (it ends without a full stop), `field` names what to change in
    the event, `section` the part of the process behind it, `satisfied_by` the event that would remove the reason,
    and `subject` what that event is about (a follow-up, a role).
    """

    code: str
    sentence: str
    section: str = ""
    field: str = ""
    satisfied_by: type[Event] | None = None
    subject: str = ""


@frozen(weakref_slot=False)
class Step:
    """A yes: the incident before (None when it was opened), the event, the incident after, and what is to be done."""

    before: Incident | None
    event: Event
    after: Incident
    commands: tuple[Command, ...]


@frozen(weakref_slot=False)
class Refusal:
    """A no: nothing changed, and every reason why. Never empty."""

    incident_id: str
    state: State | None
    event: Event
    reasons: tuple[Reason, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the reasons, for programs."""
        return tuple(reason.code for reason in self.reasons)

    @property
    def sentence(self) -> str:
        """The whole refusal as one sentence for people."""
        where = "refused" if self.state is None else f"refused while {self.state.value}"
        return f"{type(self.event).__name__} {where}: " + "; ".join(reason.sentence for reason in self.reasons)


@frozen(weakref_slot=False)
class Option:
    """Something that the table allows next: the event, where it leads, and what blocks it whatever the event says."""

    event: type[Event]
    target: State
    blocked_by: tuple[Reason, ...]


@frozen(kw_only=True)
class TimelineEntry:
    """One accepted event as the journal tells it: with when it was recorded (UTC) and the revision it led to."""

    revision: int
    recorded_at: datetime
    event: Event
