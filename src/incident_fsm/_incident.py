"""The incident: a frozen snapshot of all that is remembered, bounded in size. Its history lives in the journal.

How the next snapshot is built. `attrs.evolve` on this many fields costs most of a step: a frozen class sets each
field through `object.__setattr__`. So a step fills a `Draft`, a mutable class with exactly the same slots, and
`seal` turns that very object into an `Incident` by switching its class. That skips validation, which nothing needs:
events were validated when made, and reactions only combine what they carry. The tests hold it to `attrs.evolve`.
Assigning `__class__` needs equal slots, hence `weakref_slot=False` on both.
"""

# No `from __future__ import annotations` here: Hypothesis' `st.builds` must be
# able to resolve the annotations of attrs classes.

from collections.abc import Callable
from datetime import datetime
from typing import cast

from attrs import Factory, define, frozen

from incident_fsm._states import State
from incident_fsm._values import (
    Action,
    Assessment,
    Audience,
    Fix,
    FollowUp,
    Kind,
    Milestones,
    References,
    Reminded,
    RoleHolder,
    SupportCase,
)


@frozen(weakref_slot=False)
class Incident:
    """All that is remembered of an incident. Times are UTC.

    `revision` counts the events accepted so far; `entered_at` is when the present state was entered. `updates` counts
    the status posts asked for so far, `status_command` is the newest of them and `status_published` whether its receipt
    came back. `told_at` is when the public was last told, and `next_update_at` the promise made then. `has_thread`: the
    thread was asked for. `breach`: a security breach was reported. The policy is not here: the journal keeps, with each
    event, the policy it was judged by.
    """

    id: str
    kind: Kind
    state: State
    revision: int
    title: str
    summary: str
    reporter: str
    opened_at: datetime
    entered_at: datetime
    audience: Audience
    breach: bool
    assessment: Assessment | None
    services: tuple[str, ...]
    impact: str
    message: str
    next_update_at: datetime | None
    told_at: datetime | None
    updates: int
    status_command: str
    status_published: bool
    has_thread: bool
    roles: tuple[RoleHolder, ...]
    milestones: Milestones
    cases: tuple[SupportCase, ...]
    fix: Fix | None
    how: str
    duplicate_of: str
    follow_ups: tuple[FollowUp, ...]
    lessons: tuple[str, ...]
    actions: tuple[Action, ...]
    references: References
    reminded: tuple[Reminded, ...]

    @property
    def lead(self) -> str:
        """Who leads the incident; empty while nobody does."""
        return self.holder("lead")

    def holder(self, role: str) -> str:
        """Who holds a role; empty while nobody does."""
        return next((held.person for held in self.roles if held.role == role), "")

    def case(self, key: str) -> SupportCase | None:
        """Find a support case; None where there is none of that key."""
        return next((case for case in self.cases if case.key == key), None)

    def follow_up(self, key: str) -> FollowUp | None:
        """Find a follow-up; None where it is not owed."""
        return next((owed for owed in self.follow_ups if owed.key == key), None)


_NOT_YET = cast("datetime", None)
"""Times of a draft before its first reaction has set them; `seal` is only ever called after."""


@define(eq=False, weakref_slot=False)
class Draft:
    """An incident in the making: the same slots, open to change, never seen outside a step."""

    id: str = ""
    kind: Kind = Kind.LIVE
    state: State = State.CANDIDATE
    revision: int = 0
    title: str = ""
    summary: str = ""
    reporter: str = ""
    opened_at: datetime = _NOT_YET
    entered_at: datetime = _NOT_YET
    audience: Audience = Audience.PUBLIC
    breach: bool = False
    assessment: Assessment | None = None
    services: tuple[str, ...] = ()
    impact: str = ""
    message: str = ""
    next_update_at: datetime | None = None
    told_at: datetime | None = None
    updates: int = 0
    status_command: str = ""
    status_published: bool = False
    has_thread: bool = False
    roles: tuple[RoleHolder, ...] = ()
    milestones: Milestones = Factory(Milestones)
    cases: tuple[SupportCase, ...] = ()
    fix: Fix | None = None
    how: str = ""
    duplicate_of: str = ""
    follow_ups: tuple[FollowUp, ...] = ()
    lessons: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    references: References = Factory(References)
    reminded: tuple[Reminded, ...] = ()


def draft_of(incident: Incident | None) -> Draft:
    """Start the next snapshot from an incident, or from nothing."""
    if incident is None:
        return Draft()
    # Field by field, written out: half the time of any loop over the names, and a third of a step's. The tests hold
    # the list to the fields.
    draft = _empty_draft(Draft)
    draft.id = incident.id
    draft.kind = incident.kind
    draft.state = incident.state
    draft.revision = incident.revision
    draft.title = incident.title
    draft.summary = incident.summary
    draft.reporter = incident.reporter
    draft.opened_at = incident.opened_at
    draft.entered_at = incident.entered_at
    draft.audience = incident.audience
    draft.breach = incident.breach
    draft.assessment = incident.assessment
    draft.services = incident.services
    draft.impact = incident.impact
    draft.message = incident.message
    draft.next_update_at = incident.next_update_at
    draft.told_at = incident.told_at
    draft.updates = incident.updates
    draft.status_command = incident.status_command
    draft.status_published = incident.status_published
    draft.has_thread = incident.has_thread
    draft.roles = incident.roles
    draft.milestones = incident.milestones
    draft.cases = incident.cases
    draft.fix = incident.fix
    draft.how = incident.how
    draft.duplicate_of = incident.duplicate_of
    draft.follow_ups = incident.follow_ups
    draft.lessons = incident.lessons
    draft.actions = incident.actions
    draft.references = incident.references
    draft.reminded = incident.reminded
    return draft


_empty_draft = cast("Callable[[type[Draft]], Draft]", object.__new__)
"""A draft with no field set yet."""


def seal(draft: Draft) -> Incident:
    """Turn the draft itself into the incident. The draft must not be used afterwards: it is the incident now."""
    draft.__class__ = Incident  # type: ignore[assignment]  # same slots; see the module's docstring
    return cast("Incident", draft)
