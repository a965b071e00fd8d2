"""What comes in: facts, in the past tense, subject first. This module is the reference for callers.

Every event carries `id` (chosen by the caller: the same id again is the same event), `at` (when it happened;
any time zone, kept in UTC), `by` (who says so) and, where it was made for a certain revision of the incident
(a button, say), that `revision`: if the incident has moved on since, the event is refused as stale.
"""

# No `from __future__ import annotations` here: Hypothesis' `st.builds` must be
# able to resolve the annotations of attrs classes.

from datetime import datetime

from attrs import field, frozen

from incident_fsm import _values as v
from incident_fsm._values import Action, AfterFailure, Assessment, ChaseVia, Fix, Kind, RoleHolder, Stage


@frozen(kw_only=True)
class Event:
    """What every event carries. Not an event by itself."""

    id: str = field(validator=v.is_event_id)
    at: datetime = field(converter=v.to_utc, validator=v.is_moment)
    by: str = field(validator=v.is_name)
    revision: int | None = field(default=None, validator=v.is_optional_count)


@frozen(kw_only=True)
class CandidateReported(Event):
    """Somebody reports an event that may constitute an incident (§1). Opens the incident.

    `fault_at`, `detected_at` and `aware_at` say what is known of the beginning; they may come later by
    `DetailsAmended`. A `security_breach` is reported by the security route at once.
    """

    incident_id: str = field(validator=v.is_incident_id)
    title: str = field(validator=v.is_line)
    summary: str = field(default="", validator=v.is_optional_text)
    kind: Kind = field(default=Kind.LIVE, validator=v.of(Kind))
    security_breach: bool = field(default=False, validator=v.of(bool))
    fault_at: datetime | None = field(default=None, converter=v.to_optional_utc, validator=v.is_optional_moment)
    detected_at: datetime | None = field(default=None, converter=v.to_optional_utc, validator=v.is_optional_moment)
    aware_at: datetime | None = field(default=None, converter=v.to_optional_utc, validator=v.is_optional_moment)


@frozen(kw_only=True)
class CandidateConfirmed(Event):
    """The event was held against the criteria of §1. Refused unless unplanned and at least one of the others."""

    assessment: Assessment = field(validator=v.of(Assessment))
    security_breach: bool = field(default=False, validator=v.of(bool))


@frozen(kw_only=True)
class CandidateDismissed(Event):
    """The event does not constitute an incident (§1): it fails the criteria, or duplicates one, or by override.

    `route` is a redirect of the policy; left empty, the first one is used, or the security route for a breach.
    """

    assessment: Assessment | None = field(default=None, validator=v.of(Assessment, optional=True))
    duplicate_of: str = field(default="", validator=v.is_optional_incident_id)
    override_reason: str = field(default="", validator=v.is_optional_text)
    route: str = field(default="", validator=v.is_optional_key)


@frozen(kw_only=True)
class IncidentDeclared(Event):
    """The incident is declared by an update of the external status page (§2).

    Left empty, `next_update_at` follows the impact's cadence in the policy and `notify_subscribers` the policy's
    tick box. `cleared_for_public` is needed where the incident is restricted. `undated` is for backfilled
    incidents only: why the time of declaration is not known ("never declared, agreed later"); no milestone is set.
    """

    services: tuple[str, ...] = field(validator=v.each(v.is_name))
    impact: str = field(validator=v.is_name)
    message: str = field(validator=v.is_text)
    next_update_at: datetime | None = field(default=None, converter=v.to_optional_utc, validator=v.is_optional_moment)
    notify_subscribers: bool | None = field(default=None, validator=v.of(bool, optional=True))
    cleared_for_public: bool = field(default=False, validator=v.of(bool))
    undated: str = field(default="", validator=v.is_optional_text)


@frozen(kw_only=True)
class ManagementStarted(Event):
    """Somebody takes the lead, and the one thread is opened (§3.1). `roles` names who else plays a part."""

    lead: str = field(default="", validator=v.is_optional_name)
    roles: tuple[RoleHolder, ...] = field(default=(), validator=v.each(v.of(RoleHolder)))


@frozen(kw_only=True)
class NoteTaken(Event):
    """Somebody said or saw something worth keeping (§3.2). `from_thread`: it already stands in the thread."""

    text: str = field(validator=v.is_text)
    from_thread: bool = field(default=False, validator=v.of(bool))


@frozen(kw_only=True)
class RoleAssigned(Event):
    """Somebody takes a role of the policy (§3); whoever held it hands it over."""

    role: str = field(validator=v.is_key)
    person: str = field(validator=v.is_name)


@frozen(kw_only=True)
class StatusUpdated(Event):
    """The public is told how it goes (§3.2). What is left empty stays as it was; see `IncidentDeclared`."""

    message: str = field(validator=v.is_text)
    services: tuple[str, ...] = field(default=(), validator=v.each(v.is_name))
    impact: str = field(default="", validator=v.is_optional_name)
    stage: Stage = field(default=Stage.INVESTIGATING, validator=v.of(Stage))
    next_update_at: datetime | None = field(default=None, converter=v.to_optional_utc, validator=v.is_optional_moment)
    notify_subscribers: bool | None = field(default=None, validator=v.of(bool, optional=True))
    cleared_for_public: bool = field(default=False, validator=v.of(bool))


@frozen(kw_only=True)
class ServiceRestored(Event):
    """Service is back, though it is not over: sets the milestone "repaired". `undated`: see `IncidentDeclared`."""

    how: str = field(default="", validator=v.is_optional_text)
    undated: str = field(default="", validator=v.is_optional_text)


@frozen(kw_only=True)
class SupportRequested(Event):
    """A ticket is to be logged with a third party, in the account affected (§4)."""

    third_party: str = field(validator=v.is_key)
    account: str = field(default="", validator=v.is_optional_name)
    summary: str = field(validator=v.is_line)
    details: str = field(default="", validator=v.is_optional_text)


@frozen(kw_only=True)
class SupportChased(Event):
    """A support case is escalated: on the case, or in the policy's channel (§4)."""

    case: str = field(validator=v.is_key)
    message: str = field(validator=v.is_text)
    via: ChaseVia = field(default=ChaseVia.CASE, validator=v.of(ChaseVia))


@frozen(kw_only=True)
class SecurityBreachFlagged(Event):
    """The incident constitutes a security breach, so it must also be reported by the security route (§1)."""

    details: str = field(default="", validator=v.is_optional_text)


@frozen(kw_only=True)
class DetailsAmended(Event):
    """A correction: what was recorded becomes what is now known. `forget` names milestones not known after all."""

    title: str = field(default="", validator=v.is_optional_line)
    services: tuple[str, ...] = field(default=(), validator=v.each(v.is_name))
    fault_at: datetime | None = field(default=None, converter=v.to_optional_utc, validator=v.is_optional_moment)
    detected_at: datetime | None = field(default=None, converter=v.to_optional_utc, validator=v.is_optional_moment)
    aware_at: datetime | None = field(default=None, converter=v.to_optional_utc, validator=v.is_optional_moment)
    declared_at: datetime | None = field(default=None, converter=v.to_optional_utc, validator=v.is_optional_moment)
    repaired_at: datetime | None = field(default=None, converter=v.to_optional_utc, validator=v.is_optional_moment)
    resolved_at: datetime | None = field(default=None, converter=v.to_optional_utc, validator=v.is_optional_moment)
    forget: tuple[str, ...] = field(default=(), validator=v.each(v.is_key))
    reason: str = field(default="", validator=v.is_optional_text)


@frozen(kw_only=True)
class IncidentResolved(Event):
    """The user is no longer facing issues (§5). Marks the official end.

    `users_unaffected` is the answer to §5's question. `message` is the all-clear; left empty, the policy's text.
    """

    users_unaffected: bool = field(validator=v.of(bool))
    fix: Fix = field(validator=v.of(Fix))
    how: str = field(validator=v.is_text)
    message: str = field(default="", validator=v.is_optional_text)
    duplicate_of: str = field(default="", validator=v.is_optional_incident_id)
    notify_subscribers: bool | None = field(default=None, validator=v.of(bool, optional=True))
    cleared_for_public: bool = field(default=False, validator=v.of(bool))
    undated: str = field(default="", validator=v.is_optional_text)


@frozen(kw_only=True)
class IncidentReopened(Event):
    """The trouble is back: the incident is managed again, and the public told so."""

    reason: str = field(validator=v.is_text)
    impact: str = field(validator=v.is_name)
    message: str = field(validator=v.is_text)
    next_update_at: datetime | None = field(default=None, converter=v.to_optional_utc, validator=v.is_optional_moment)
    notify_subscribers: bool | None = field(default=None, validator=v.of(bool, optional=True))
    cleared_for_public: bool = field(default=False, validator=v.of(bool))


@frozen(kw_only=True)
class FollowUpDone(Event):
    """A follow-up of §5 or §6 is done. `link` shows it; left empty, the one that its command brought back."""

    follow_up: str = field(validator=v.is_key)
    link: str = field(default="", validator=v.is_link)


@frozen(kw_only=True)
class FollowUpWaived(Event):
    """A follow-up will not be done: refused for a *must*, and without a reason for a *should*."""

    follow_up: str = field(validator=v.is_key)
    reason: str = field(default="", validator=v.is_optional_text)


@frozen(kw_only=True)
class IncidentReviewed(Event):
    """The blameless post-mortem is over: lessons and actions are recorded, nothing is owed (§6).

    `public_text` is what the public may read about it, under the post on the status page; left empty, nothing.
    """

    lessons: tuple[str, ...] = field(default=(), validator=v.each(v.is_text))
    actions: tuple[Action, ...] = field(default=(), validator=v.each(v.of(Action)))
    public_text: str = field(default="", validator=v.is_optional_text)


@frozen(kw_only=True)
class DeadlinePassed(Event):
    """The clock passed a deadline that was not kept; somebody is reminded, once. Take both fields from `deadlines`."""

    deadline: str = field(validator=v.is_line)
    due_at: datetime = field(converter=v.to_utc, validator=v.is_time)


@frozen(kw_only=True)
class CommandDone(Event):
    """A command was carried out, by an adapter or by hand: its receipt. `command` is the command's type name."""

    command_id: str = field(validator=v.is_line)
    command: str = field(validator=v.is_name)
    adapter: str = field(default="", validator=v.is_optional_name)
    reference: str = field(default="", validator=v.is_optional_line)
    link: str = field(default="", validator=v.is_link)
    by_hand: bool = field(default=False, validator=v.of(bool))


@frozen(kw_only=True)
class CommandFailed(Event):
    """A command could not be carried out. `then` says what happens next; skip and retry are a person's decision."""

    command_id: str = field(validator=v.is_line)
    command: str = field(validator=v.is_name)
    adapter: str = field(default="", validator=v.is_optional_name)
    error: str = field(validator=v.is_text)
    then: AfterFailure = field(default=AfterFailure.WAIT, validator=v.of(AfterFailure))


EVENTS: tuple[type[Event], ...] = (
    CandidateReported,
    CandidateConfirmed,
    CandidateDismissed,
    IncidentDeclared,
    ManagementStarted,
    NoteTaken,
    RoleAssigned,
    StatusUpdated,
    ServiceRestored,
    SupportRequested,
    SupportChased,
    SecurityBreachFlagged,
    DetailsAmended,
    IncidentResolved,
    IncidentReopened,
    FollowUpDone,
    FollowUpWaived,
    IncidentReviewed,
    DeadlinePassed,
    CommandDone,
    CommandFailed,
)
"""Every event there is, in the order of the process."""

AnyEvent = (
    CandidateReported
    | CandidateConfirmed
    | CandidateDismissed
    | IncidentDeclared
    | ManagementStarted
    | NoteTaken
    | RoleAssigned
    | StatusUpdated
    | ServiceRestored
    | SupportRequested
    | SupportChased
    | SecurityBreachFlagged
    | DetailsAmended
    | IncidentResolved
    | IncidentReopened
    | FollowUpDone
    | FollowUpWaived
    | IncidentReviewed
    | DeadlinePassed
    | CommandDone
    | CommandFailed
)
"""The same as a type, for a `match` that a type checker holds to be whole (`typing.assert_never`)."""

RECEIPTS: tuple[type[Event], ...] = (CommandDone, CommandFailed)
"""The events that every state accepts, the final ones too."""
