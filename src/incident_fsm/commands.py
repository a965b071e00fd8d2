"""What goes out: things to be done in the outside world, imperative. This module is the reference for adapter authors.

A command's `id` is `<incident>:<revision>:<position>`, so it is unique and the same on every replay: derive every
marker and key in an outside system from it. `audience` says who may read it. Where `kind` is `Kind.DRILL`, no live
adapter may accept it. All times are UTC.
"""

# No `from __future__ import annotations` here: Hypothesis' `st.builds` must be
# able to resolve the annotations of attrs classes.

from datetime import datetime
from typing import TypedDict

from attrs import field, frozen

from incident_fsm import _values as v
from incident_fsm._values import Action, AffectedService, Audience, ChaseVia, Kind, RoleHolder, Stage


@frozen(kw_only=True)
class Command:
    """What every command carries. Not a command by itself. `requested_at` is the `at` of the event behind it."""

    id: str = field(validator=v.of(str))
    incident_id: str = field(validator=v.of(str))
    kind: Kind = field(validator=v.of(Kind))
    audience: Audience = field(validator=v.of(Audience))
    requested_at: datetime = field(converter=v.to_utc, validator=v.is_time)


class Head(TypedDict):
    """The fields of `Command`, to be passed on to one of its kinds."""

    id: str
    incident_id: str
    kind: Kind
    audience: Audience
    requested_at: datetime


@frozen(kw_only=True)
class ReportSecurityBreach(Command):
    """Report a security breach by the security route (§1). Sent once ever, and only to those who may know."""

    title: str = field(validator=v.of(str))
    details: str = field(validator=v.of(str))
    reported_by: str = field(validator=v.of(str))
    route: str = field(validator=v.of(str))
    target: str = field(validator=v.of(str))


@frozen(kw_only=True)
class RedirectReporter(Command):
    """Send the reporter to where a matter that is not an incident belongs (§1)."""

    title: str = field(validator=v.of(str))
    reporter: str = field(validator=v.of(str))
    route: str = field(validator=v.of(str))
    description: str = field(validator=v.of(str))
    target: str = field(validator=v.of(str))
    reason: str = field(validator=v.of(str))
    duplicate_of: str = field(validator=v.of(str))


@frozen(kw_only=True)
class PublishStatus(Command):
    """Tell the public on the external status page (§2, §5).

    `opens`: the first post of the incident; later ones update that post. `impact` is the form's choice (PagerDuty:
    severity), `services` carry each service's own state there (PagerDuty: impact), those too that are well again, as
    this update no longer names them. `update` counts the posts from 1.
    `cleared`: somebody cleared this wording for the public, which a restricted incident needs.
    """

    opens: bool = field(validator=v.of(bool))
    update: int = field(validator=v.is_count)
    title: str = field(validator=v.of(str))
    message: str = field(validator=v.of(str))
    stage: Stage = field(validator=v.of(Stage))
    impact: str = field(validator=v.of(str))
    impact_description: str = field(validator=v.of(str))
    all_clear: bool = field(validator=v.of(bool))
    services: tuple[AffectedService, ...] = field(validator=v.each(v.of(AffectedService), limit=2 * v.LIST_MAX))
    next_update_at: datetime | None = field(converter=v.to_optional_utc, validator=v.is_optional_time)
    notify_subscribers: bool = field(validator=v.of(bool))
    cleared: bool = field(validator=v.of(bool))


@frozen(kw_only=True)
class OpenThread(Command):
    """Open the one thread of the incident (§3.1). `title` is the starting message, `text` what is known so far."""

    channel: str = field(validator=v.of(str))
    title: str = field(validator=v.of(str))
    text: str = field(validator=v.of(str))
    roles: tuple[RoleHolder, ...] = field(validator=v.each(v.of(RoleHolder)))


@frozen(kw_only=True)
class PostToThread(Command):
    """Say something in the incident's thread (§3.2). Needs the thread that `OpenThread` opened."""

    channel: str = field(validator=v.of(str))
    text: str = field(validator=v.of(str))
    author: str = field(validator=v.of(str))


@frozen(kw_only=True)
class OpenSupportCase(Command):
    """Log a support ticket with a third party, in the account affected (§4)."""

    case: str = field(validator=v.of(str))
    third_party: str = field(validator=v.of(str))
    account: str = field(validator=v.of(str))
    summary: str = field(validator=v.of(str))
    details: str = field(validator=v.of(str))


@frozen(kw_only=True)
class EscalateSupportCase(Command):
    """Chase a support case: on the case, or in a channel (§4). `reference` is the ticket's own, if known by now."""

    case: str = field(validator=v.of(str))
    third_party: str = field(validator=v.of(str))
    account: str = field(validator=v.of(str))
    via: ChaseVia = field(validator=v.of(ChaseVia))
    channel: str = field(validator=v.of(str))
    message: str = field(validator=v.of(str))
    reference: str = field(validator=v.of(str))


@frozen(kw_only=True)
class CreateIssue(Command):
    """Create an issue to put a permanent fix in place of a temporary one (§5)."""

    title: str = field(validator=v.of(str))
    body: str = field(validator=v.of(str))
    due: datetime | None = field(converter=v.to_optional_utc, validator=v.is_optional_time)


@frozen(kw_only=True)
class CreateReport(Command):
    """Create the incident report, with the timeline from the notes (§6)."""

    title: str = field(validator=v.of(str))
    due: datetime | None = field(converter=v.to_optional_utc, validator=v.is_optional_time)


@frozen(kw_only=True)
class ScheduleMeeting(Command):
    """Schedule the blameless post-mortem (§6), on a working day before `due` if there is one.

    An incident has one such meeting: a later command for it replaces the earlier one.
    """

    title: str = field(validator=v.of(str))
    starts_at: datetime = field(converter=v.to_utc, validator=v.is_time)
    minutes: int = field(validator=v.is_count)
    organiser: str = field(validator=v.of(str))
    attendees: tuple[str, ...] = field(validator=v.each(v.of(str), limit=v.LIST_MAX + 1))
    agenda: str = field(validator=v.of(str))


@frozen(kw_only=True)
class CancelMeeting(Command):
    """Call the post-mortem off: the incident was reopened, and the meeting is scheduled anew when it is over."""

    title: str = field(validator=v.of(str))
    organiser: str = field(validator=v.of(str))
    attendees: tuple[str, ...] = field(validator=v.each(v.of(str), limit=v.LIST_MAX + 1))
    reason: str = field(validator=v.of(str))


@frozen(kw_only=True)
class PublishRunbook(Command):
    """Publish a runbook for how to fix this issue (§6)."""

    title: str = field(validator=v.of(str))
    services: tuple[str, ...] = field(validator=v.each(v.of(str)))
    how: str = field(validator=v.of(str))
    due: datetime | None = field(converter=v.to_optional_utc, validator=v.is_optional_time)


@frozen(kw_only=True)
class PublishReport(Command):
    """Publish the reviewed report with its lessons and actions (§6)."""

    title: str = field(validator=v.of(str))
    lessons: tuple[str, ...] = field(validator=v.each(v.of(str)))
    actions: tuple[Action, ...] = field(validator=v.each(v.of(Action)))


@frozen(kw_only=True)
class PublishPostMortem(Command):
    """Tell the public what was learned, under the incident's post on the status page. The text was written for it."""

    text: str = field(validator=v.of(str))


@frozen(kw_only=True)
class Remind(Command):
    """Remind somebody of a deadline that has passed. `who` is a person or channel."""

    deadline: str = field(validator=v.of(str))
    due: datetime = field(converter=v.to_utc, validator=v.is_time)
    who: str = field(validator=v.of(str))
    text: str = field(validator=v.of(str))


COMMANDS: tuple[type[Command], ...] = (
    ReportSecurityBreach,
    RedirectReporter,
    PublishStatus,
    OpenThread,
    PostToThread,
    OpenSupportCase,
    EscalateSupportCase,
    CreateIssue,
    CreateReport,
    ScheduleMeeting,
    CancelMeeting,
    PublishRunbook,
    PublishReport,
    PublishPostMortem,
    Remind,
)
"""Every command there is."""

AnyCommand = (
    ReportSecurityBreach
    | RedirectReporter
    | PublishStatus
    | OpenThread
    | PostToThread
    | OpenSupportCase
    | EscalateSupportCase
    | CreateIssue
    | CreateReport
    | ScheduleMeeting
    | CancelMeeting
    | PublishRunbook
    | PublishReport
    | PublishPostMortem
    | Remind
)
"""The same as a type, for a `match` that a type checker holds to be whole (`typing.assert_never`)."""


LANES: dict[type[Command], str] = {
    ReportSecurityBreach: "security",
    RedirectReporter: "redirect",
    PublishStatus: "status_page",
    OpenThread: "thread",
    PostToThread: "thread",
    OpenSupportCase: "support",
    EscalateSupportCase: "support",
    CreateIssue: "issues",
    CreateReport: "documents",
    PublishReport: "documents",
    PublishRunbook: "documents",
    ScheduleMeeting: "calendar",
    CancelMeeting: "calendar",
    PublishPostMortem: "status_page",
    Remind: "reminders",
}
"""Which lane a command runs in: in order within a lane of one incident, independently of every other lane."""


def gives(command: Command) -> str:
    """What a command brings into being that later ones build on; empty for most."""
    match command:
        case OpenThread():
            return "thread"
        case PublishStatus(opens=True):
            return "status_post"
        case CreateReport():
            return "report"
        case OpenSupportCase(case=case):
            return case
        case _:
            return ""


def needs(command: Command) -> str:
    """What must have been given before a command can run; empty for most."""
    match command:
        case PostToThread():
            return "thread"
        case PublishStatus(opens=False) | PublishPostMortem():
            return "status_post"
        case PublishReport():
            return "report"
        case EscalateSupportCase(case=case):
            return case
        case _:
            return ""


def command_id(incident_id: str, revision: int, position: int) -> str:
    """The id of the command at a position (from 0) of the step that led to a revision."""
    return f"{incident_id}:{revision}:{position}"


def parse_command_id(said: str) -> tuple[str, int, int] | None:
    """Take a command id apart into incident id, revision and position; None where it is not one."""
    if len(said) > v.LINE_MAX:
        return None
    incident, _, rest = said.partition(":")
    revision, _, position = rest.partition(":")
    if not (revision.isascii() and revision.isdigit() and position.isascii() and position.isdigit()):
        return None
    parsed = incident, int(revision), int(position)
    return parsed if command_id(*parsed) == said else None
