"""What an accepted event changes, and what it asks to be done: per event an `evolve_…` and an `emit_…`.

`evolve_…` writes into the draft of the next snapshot; state, revision and `entered_at` are the machine's business.
`emit_…` adds commands to an `Emission`, which numbers them and knows the incident before and after. Three rules hold
for all of them and live in one place each: a drill says DRILL in every text (`Emission.say`), a backfilled incident
neither tells the public nor opens a thread (`Emission.tells`), and no command is wider than its incident's audience
(`Emission.head`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from attrs import evolve

from incident_fsm import deadlines
from incident_fsm._guards import amended
from incident_fsm._incident import Draft, Incident
from incident_fsm._values import (
    AffectedService,
    Audience,
    ChaseVia,
    Fix,
    FollowUp,
    FollowUpState,
    Kind,
    Milestones,
    Reference,
    Reminded,
    RoleHolder,
    Stage,
    Strength,
    SupportCase,
)
from incident_fsm.commands import (
    Command,
    CreateIssue,
    CreateReport,
    EscalateSupportCase,
    Head,
    OpenSupportCase,
    OpenThread,
    PostToThread,
    PublishReport,
    PublishRunbook,
    PublishStatus,
    RedirectReporter,
    Remind,
    ReportSecurityBreach,
    ScheduleMeeting,
    command_id,
)
from incident_fsm.events import (
    CandidateConfirmed,
    CandidateDismissed,
    CandidateReported,
    CommandDone,
    DeadlinePassed,
    DetailsAmended,
    FollowUpDone,
    FollowUpWaived,
    IncidentDeclared,
    IncidentReopened,
    IncidentResolved,
    IncidentReviewed,
    ManagementStarted,
    RoleAssigned,
    SecurityBreachFlagged,
    ServiceRestored,
    StatusUpdated,
    SupportChased,
    SupportRequested,
)
from incident_fsm.policy import FollowUpRule, Policy, Span

Evolve = Callable[[Draft, Any, Policy], None]

MEETING_MINUTES = 60
"""How long the post-mortem is put into calendars for."""

_MEETING_AFTER = Span(working_days=5)
"""When the post-mortem is held if the policy gives it no date."""


class Emission:
    """The commands of one step in the making."""

    __slots__ = ("after", "before", "commands", "event", "policy")

    def __init__(self, before: Incident | None, after: Incident, event: Any, policy: Policy) -> None:  # noqa: ANN401  each emit_… annotates its own event
        self.before = before
        self.after = after
        self.event = event
        self.policy = policy
        self.commands: list[Command] = []

    def head(self, audience: Audience = Audience.TEAM) -> Head:
        """Number the next command, and narrow its audience to the incident's."""
        after = self.after
        return {
            "id": command_id(after.id, after.revision, len(self.commands)),
            "incident_id": after.id,
            "kind": after.kind,
            "audience": audience if audience.within(after.audience) else after.audience,
            "requested_at": self.event.at,
        }

    @property
    def tells(self) -> bool:
        """Whether the outside is told as things happen: not for what is recorded afterwards."""
        return self.after.kind is not Kind.BACKFILLED

    def say(self, text: str) -> str:
        """Mark a text as a drill's if it is one."""
        return f"DRILL: {text}" if self.after.kind is Kind.DRILL and text else text

    @property
    def channel(self) -> str:
        """Where the incident is talked about: the team's channel, or the narrow one."""
        restricted = self.after.audience is Audience.RESTRICTED
        return self.policy.security.channel if restricted else self.policy.thread.channel

    def post(self, text: str) -> None:
        """Say something in the thread, once there is one (§3.2). Before that, the journal keeps it."""
        if self.tells and self.after.has_thread:
            head = self.head()
            self.commands.append(PostToThread(**head, channel=self.channel, text=self.say(text), author=self.event.by))


Emit = Callable[[Emission], None]


def nothing_changes(_draft: Draft, _event: object, _policy: Policy) -> None:
    """The event is remembered by the journal alone."""


def nothing_to_do(_emission: Emission) -> None:
    """Nothing is to be done outside."""


# ── §1 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def evolve_reported(draft: Draft, event: CandidateReported, policy: Policy) -> None:
    """Open the incident with what is known."""
    draft.id = event.incident_id
    draft.kind = event.kind
    draft.title = event.title
    draft.summary = event.summary
    draft.reporter = event.by
    draft.opened_at = event.at
    draft.milestones = Milestones(fault=event.fault_at, detected=event.detected_at, aware=event.aware_at)
    if event.security_breach:
        _flag(draft, policy)


def evolve_confirmed(draft: Draft, event: CandidateConfirmed, policy: Policy) -> None:
    """Keep each answer with its evidence."""
    draft.assessment = event.assessment
    if event.security_breach:
        _flag(draft, policy)


def evolve_dismissed(draft: Draft, event: CandidateDismissed, _policy: Policy) -> None:
    """Keep what the decision was made on."""
    draft.assessment = event.assessment or draft.assessment
    draft.duplicate_of = event.duplicate_of
    draft.how = event.override_reason


def evolve_flagged(draft: Draft, _event: SecurityBreachFlagged, policy: Policy) -> None:
    """Remember the breach, and narrow the audience if the policy says so."""
    _flag(draft, policy)


def _flag(draft: Draft, policy: Policy) -> None:
    """Remember that a breach was flagged."""
    draft.breach = True
    if policy.security.narrows_audience:
        draft.audience = Audience.RESTRICTED


def emit_breach(emission: Emission) -> None:
    """Report the breach if this very step flagged it: once ever, whichever path (§1)."""
    before, after, policy = emission.before, emission.after, emission.policy
    if after.breach and not (before is not None and before.breach):
        emission.commands.append(
            ReportSecurityBreach(
                **emission.head(Audience.RESTRICTED),
                title=emission.say(after.title),
                details=emission.say(getattr(emission.event, "details", "") or after.summary),
                reported_by=emission.event.by,
                route=policy.security.description,
                target=policy.security.target,
            )
        )


def emit_dismissed(emission: Emission) -> None:
    """Send the reporter to where the matter belongs (§1)."""
    if not emission.tells:
        return
    event, after, policy = emission.event, emission.after, emission.policy
    key = event.route or (policy.security.redirect if after.breach else policy.redirects[0].key)
    redirect = policy.redirect(key) or policy.redirects[0]
    emission.commands.append(
        RedirectReporter(
            **emission.head(),
            title=emission.say(after.title),
            reporter=after.reporter,
            route=redirect.key,
            description=redirect.description,
            target=redirect.target,
            reason=emission.say(_why_dismissed(event)),
            duplicate_of=event.duplicate_of,
        )
    )


def _why_dismissed(event: CandidateDismissed) -> str:
    """Say why, for the reporter."""
    if event.duplicate_of:
        return f"this is part of incident {event.duplicate_of}"
    return event.override_reason or "this does not constitute an incident"


# ── §2 and the status page ─────────────────────────────────────────────────────────────────────────────────────────


def evolve_declared(draft: Draft, event: IncidentDeclared, policy: Policy) -> None:
    """Keep the form of the status page; the official start."""
    draft.services = event.services
    if not event.undated:
        draft.milestones = evolve(draft.milestones, declared=event.at)
    _tell(draft, event, event.impact, policy)


def evolve_updated(draft: Draft, event: StatusUpdated, policy: Policy) -> None:
    """Keep what the public was told; what was left empty stays."""
    draft.services = event.services or draft.services
    _tell(draft, event, event.impact or draft.impact, policy)


def _tell(
    draft: Draft, event: IncidentDeclared | StatusUpdated | IncidentReopened, impact: str, policy: Policy
) -> None:
    """Note what the public is told, and when it is told again."""
    draft.impact = impact
    draft.message = event.message
    if draft.kind is Kind.BACKFILLED:
        return
    draft.next_update_at = event.next_update_at or _by_cadence(event, impact, policy)
    _note_status(draft, event.at)


def _by_cadence(
    event: IncidentDeclared | StatusUpdated | IncidentReopened, impact: str, policy: Policy
) -> datetime | None:
    """When the impact's cadence asks for the next update; one that does not repeat asks only after the first word."""
    found = policy.impact(impact)
    if isinstance(event, StatusUpdated) and found is not None and found.update is not None and not found.update.repeats:
        return None
    return policy.next_update(impact, event.at)


def _note_status(draft: Draft, at: datetime) -> None:
    """Count a status post. It is always the first command of its step, and the step's revision is the next one."""
    draft.updates += 1
    draft.told_at = at
    draft.status_command = command_id(draft.id, draft.revision + 1, 0)
    draft.status_published = False


def emit_status(emission: Emission) -> None:
    """Tell the public what this step says, on the external status page (§2, §3.2)."""
    if emission.tells:
        event: IncidentDeclared | StatusUpdated | IncidentReopened = emission.event
        stage = event.stage if isinstance(event, StatusUpdated) else Stage.INVESTIGATING
        _publish(emission, emission.after.impact, event.message, stage, cleared=event.cleared_for_public)


def _publish(emission: Emission, impact_name: str, message: str, stage: Stage, *, cleared: bool) -> None:
    """Ask for one post on the status page.

    A restricted incident's title says nothing: only the message was cleared for the public. The post is the one kind
    of command that stays public then, because it carries nothing but cleared wording.
    """
    after, policy, event = emission.after, emission.policy, emission.event
    impact = policy.impact(impact_name) or policy.all_clear
    title = f"Incident {after.id}" if after.audience is Audience.RESTRICTED else after.title
    notify = policy.status_page.notify_subscribers if event.notify_subscribers is None else event.notify_subscribers
    head = emission.head()
    head["audience"] = Audience.PUBLIC
    emission.commands.append(
        PublishStatus(
            **head,
            opens=after.updates == 1,
            update=after.updates,
            title=emission.say(title),
            message=emission.say(message),
            stage=stage,
            impact=impact.name,
            impact_description=impact.description,
            all_clear=impact.all_clear,
            services=tuple(AffectedService(service=name, state=impact.service_state) for name in after.services),
            next_update_at=after.next_update_at,
            notify_subscribers=notify,
            cleared=cleared,
        )
    )


# ── §3 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def evolve_managing(draft: Draft, event: ManagementStarted, _policy: Policy) -> None:
    """Remember who leads and who else plays a part."""
    named = (RoleHolder(role="lead", person=event.lead),) if event.lead else ()
    for held in (*named, *event.roles):
        _assign(draft, held)
    draft.has_thread = draft.kind is not Kind.BACKFILLED


def evolve_role(draft: Draft, event: RoleAssigned, _policy: Policy) -> None:
    """Hand a role over."""
    _assign(draft, RoleHolder(role=event.role, person=event.person))


def _assign(draft: Draft, held: RoleHolder) -> None:
    """Put somebody into a role; one person a role, in the order in which the roles were first filled."""
    others = tuple(other for other in draft.roles if other.role != held.role)
    if len(others) == len(draft.roles):
        draft.roles = (*others, held)
    else:
        draft.roles = tuple(held if other.role == held.role else other for other in draft.roles)


def emit_thread(emission: Emission) -> None:
    """Open the thread with a clear starting message and the thread emoji (§3.1)."""
    if emission.tells:
        after, policy = emission.after, emission.policy
        title = policy.thread.title.replace("{title}", after.title)
        head = emission.head()
        emission.commands.append(
            OpenThread(
                **head,
                channel=emission.channel,
                title=emission.say(title),
                text=emission.say(_what_is_known(after)),
                roles=after.roles,
            )
        )


def _what_is_known(incident: Incident) -> str:
    """Say what is known when the thread opens."""
    known = [
        f"Impact: {incident.impact}",
        f"Services: {', '.join(incident.services)}",
        f"Public message: {incident.message}",
    ]
    return "\n".join(known)


def emit_note(emission: Emission) -> None:
    """Keep all communication in the thread: post a note that was not taken there (§3.2)."""
    if not emission.event.from_thread:
        emission.post(emission.event.text)


def emit_role(emission: Emission) -> None:
    """Announce who takes a role."""
    event: RoleAssigned = emission.event
    role = emission.policy.role(event.role)
    emission.post(f"{event.person} is now {role.name if role else event.role}")


# ── §4 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def evolve_restored(draft: Draft, event: ServiceRestored, _policy: Policy) -> None:
    """Set the milestone "repaired"."""
    if not event.undated:
        draft.milestones = evolve(draft.milestones, repaired=event.at)


def emit_restored(emission: Emission) -> None:
    """Say in the thread that service is back."""
    how = emission.event.how
    emission.post(f"Service is restored: {how}" if how else "Service is restored")


def evolve_support(draft: Draft, event: SupportRequested, _policy: Policy) -> None:
    """Keep the support case; its reference comes with the receipt."""
    case = SupportCase(
        key=f"case_{len(draft.cases) + 1}",
        third_party=event.third_party,
        account=event.account,
        summary=event.summary,
        requested_at=event.at,
        command_id=command_id(draft.id, draft.revision + 1, 0) if draft.kind is not Kind.BACKFILLED else "",
    )
    draft.cases = (*draft.cases, case)


def emit_support(emission: Emission) -> None:
    """Log the ticket with the third party, in the account affected (§4)."""
    if emission.tells:
        event: SupportRequested = emission.event
        emission.commands.append(
            OpenSupportCase(
                **emission.head(),
                case=emission.after.cases[-1].key,
                third_party=event.third_party,
                account=event.account,
                summary=emission.say(event.summary),
                details=emission.say(event.details or event.summary),
            )
        )


def evolve_chased(draft: Draft, event: SupportChased, _policy: Policy) -> None:
    """Remember when the case was last chased."""
    draft.cases = tuple(evolve(case, chased_at=event.at) if case.key == event.case else case for case in draft.cases)


def emit_chased(emission: Emission) -> None:
    """Escalate on the case, or in the policy's channel (§4: AWS: on the case, or post in #ext-aws)."""
    if not emission.tells:
        return
    event: SupportChased = emission.event
    for case in emission.after.cases:
        if case.key == event.case:
            party = emission.policy.third_party(case.third_party)
            emission.commands.append(
                EscalateSupportCase(
                    **emission.head(),
                    case=case.key,
                    third_party=case.third_party,
                    account=case.account,
                    via=event.via,
                    channel=party.channel if party and event.via is ChaseVia.CHANNEL else "",
                    message=emission.say(event.message),
                    reference=case.reference,
                )
            )


def evolve_amended(draft: Draft, event: DetailsAmended, _policy: Policy) -> None:
    """Let what is now known replace what was recorded."""
    draft.title = event.title or draft.title
    draft.services = event.services or draft.services
    draft.milestones = amended(draft.milestones, event)


# ── §5 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def evolve_resolved(draft: Draft, event: IncidentResolved, policy: Policy) -> None:
    """The official end: how it was fixed, the all-clear, and what is owed from now on."""
    draft.fix = event.fix
    draft.how = event.how
    draft.duplicate_of = event.duplicate_of
    draft.impact = policy.all_clear.name
    draft.message = event.message or policy.status_page.all_clear_message
    draft.next_update_at = None
    if not event.undated:
        draft.milestones = evolve(draft.milestones, resolved=event.at)
    draft.follow_ups = tuple(_owed(draft, rule, event, policy) for rule in policy.follow_ups if _applies(draft, rule))
    if draft.kind is not Kind.BACKFILLED:
        _note_status(draft, event.at)


def _applies(draft: Draft, rule: FollowUpRule) -> bool:
    """Whether a follow-up is owed: the permanent fix only after a temporary one, or where an issue exists already."""
    known = any(owed.key == rule.key for owed in draft.follow_ups)
    return rule.key != "permanent_fix" or draft.fix is Fix.TEMPORARY or known


def _owed(draft: Draft, rule: FollowUpRule, event: IncidentResolved, policy: Policy) -> FollowUp:
    """Open a follow-up, or arm it again after a reopening: what was found out since belongs into it too."""
    link = next((owed.link for owed in draft.follow_ups if owed.key == rule.key), "")
    due = None if rule.due is None or draft.kind is Kind.BACKFILLED else policy.calendar.add(event.at, rule.due)
    return FollowUp(key=rule.key, strength=rule.strength, due=due, link=link)


def emit_resolved(emission: Emission) -> None:
    """The all-clear, a word in the thread, and what is owed from now on (§5, §6)."""
    event, after, policy = emission.event, emission.after, emission.policy
    if emission.tells:
        # The policy's own all-clear says nothing about the incident, so it is clear for the public.
        cleared = event.cleared_for_public or not event.message
        _publish(emission, policy.all_clear.name, after.message, Stage.RESOLVED, cleared=cleared)
        emission.post(f"Resolved ({event.fix.value.replace('_', ' ')} fix): {event.how}")
    before = emission.before
    for owed in after.follow_ups:
        known = before is not None and before.follow_up(owed.key) is not None
        # Without being asked for, nothing is set in motion for a "may"; nor twice after a reopening.
        if owed.strength is not Strength.MAY and not known:
            _OPENERS[owed.key](emission, owed)


def _open_issue(emission: Emission, owed: FollowUp) -> None:
    """Create an issue to put a permanent fix in place (§5)."""
    after = emission.after
    title = emission.say(f"Permanent fix: {after.title}")
    emission.commands.append(
        CreateIssue(**emission.head(), title=title, body=emission.say(_fix_body(after)), due=owed.due)
    )


def _fix_body(incident: Incident) -> str:
    """Say what the issue for the permanent fix is about."""
    services = ", ".join(incident.services)
    return (
        f"Incident {incident.id} was ended by a temporary fix.\n\nTemporary fix: {incident.how}\n\nServices: {services}"
    )


def _open_report(emission: Emission, owed: FollowUp) -> None:
    """Create the incident report (§6)."""
    emission.commands.append(CreateReport(**emission.head(), title=emission.say(emission.after.title), due=owed.due))


def _open_meeting(emission: Emission, owed: FollowUp) -> None:
    """Schedule the blameless post-mortem (§6); what is recorded afterwards gives no date to go by."""
    if not emission.tells:
        return
    after, policy = emission.after, emission.policy
    last = owed.due or policy.calendar.add(emission.event.at, _MEETING_AFTER)
    emission.commands.append(
        ScheduleMeeting(
            **emission.head(),
            title=emission.say(f"Blameless post-mortem: {after.title}"),
            starts_at=_on_the_hour(last),
            minutes=MEETING_MINUTES,
            organiser=after.lead or policy.page.owner,
            attendees=tuple(dict.fromkeys((*(held.person for held in after.roles), after.reporter))),
            agenda=emission.say("Identify any processes that need to be improved. What happened, not who."),
        )
    )


def _on_the_hour(moment: datetime) -> datetime:
    """The full hour at or before a moment: meetings start on the hour."""
    return moment - timedelta(minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond)


def _open_runbook(emission: Emission, owed: FollowUp) -> None:
    """Publish a runbook for how to fix this issue (§6)."""
    after = emission.after
    emission.commands.append(
        PublishRunbook(
            **emission.head(),
            title=emission.say(after.title),
            services=after.services,
            how=emission.say(after.how),
            due=owed.due,
        )
    )


_OPENERS: dict[str, Callable[[Emission, FollowUp], None]] = {
    "report": _open_report,
    "post_mortem": _open_meeting,
    "runbook": _open_runbook,
    "permanent_fix": _open_issue,
}


def evolve_reopened(draft: Draft, event: IncidentReopened, policy: Policy) -> None:
    """Back to managing: nothing is repaired or resolved any more. What was opened stays known, and is armed again later."""
    draft.milestones = evolve(draft.milestones, repaired=None, resolved=None)
    draft.fix = None
    draft.how = ""
    draft.duplicate_of = ""
    _tell(draft, event, event.impact, policy)


def emit_reopened(emission: Emission) -> None:
    """Tell the public and the thread that it is not over (§2, §3)."""
    emit_status(emission)
    emission.post(f"Reopened: {emission.event.reason}")


# ── §6 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def evolve_done(draft: Draft, event: FollowUpDone, _policy: Policy) -> None:
    """Settle a follow-up, with the link that shows it."""
    reference: Reference | None = getattr(draft.references, event.follow_up, None)
    found = event.link or (reference.link if reference is not None else "")
    draft.follow_ups = tuple(
        evolve(owed, state=FollowUpState.DONE, link=found or owed.link) if owed.key == event.follow_up else owed
        for owed in draft.follow_ups
    )


def evolve_waived(draft: Draft, event: FollowUpWaived, _policy: Policy) -> None:
    """Let a follow-up go, and keep why."""
    draft.follow_ups = tuple(
        evolve(owed, state=FollowUpState.WAIVED, reason=event.reason) if owed.key == event.follow_up else owed
        for owed in draft.follow_ups
    )


def evolve_reviewed(draft: Draft, event: IncidentReviewed, _policy: Policy) -> None:
    """Keep the lessons and the actions."""
    draft.lessons = event.lessons
    draft.actions = event.actions


def emit_reviewed(emission: Emission) -> None:
    """Publish the report, and say so in the thread (§6)."""
    after = emission.after
    emission.post("Reviewed: every follow-up is settled")
    emission.commands.append(
        PublishReport(**emission.head(), title=emission.say(after.title), lessons=after.lessons, actions=after.actions)
    )


# ── Deadlines and receipts ─────────────────────────────────────────────────────────────────────────────────────────


def evolve_deadline(draft: Draft, event: DeadlinePassed, _policy: Policy) -> None:
    """Remember the reminder, in place of one that a renewed promise made void."""
    kept = tuple(old for old in draft.reminded if old.deadline != event.deadline)
    draft.reminded = (*kept, Reminded(deadline=event.deadline, due=event.due_at))


def emit_reminder(emission: Emission) -> None:
    """Remind whoever should have seen to it."""
    for deadline in deadlines.standing(emission.after, emission.policy):
        if deadline.name == emission.event.deadline:
            text = emission.say(deadline.text)
            emission.commands.append(
                Remind(**emission.head(), deadline=deadline.name, due=deadline.due, who=deadline.who, text=text)
            )


def evolve_receipt(draft: Draft, event: CommandDone, _policy: Policy) -> None:
    """Keep the reference that a command brought back."""
    if event.command_id == draft.status_command:
        draft.status_published = True
    place = _PLACES.get(event.command)
    reference = Reference(reference=event.reference, link=event.link)
    if place is not None:
        draft.references = evolve(draft.references, **{place: reference})
    draft.cases = tuple(
        evolve(case, reference=event.reference, link=event.link) if case.command_id == event.command_id else case
        for case in draft.cases
    )


_PLACES: dict[str, str] = {
    PublishStatus.__name__: "status_post",
    OpenThread.__name__: "thread",
    ReportSecurityBreach.__name__: "security_report",
    RedirectReporter.__name__: "redirect",
    CreateIssue.__name__: "permanent_fix",
    CreateReport.__name__: "report",
    PublishReport.__name__: "report",
    ScheduleMeeting.__name__: "post_mortem",
    PublishRunbook.__name__: "runbook",
}
"""Which command's result is kept where."""
