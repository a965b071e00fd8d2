"""One function per rule: may this event happen to this incident under this policy? Reasons why not; empty = yes.

Two sorts. A *guard* looks at incident, event and policy, and decides. A *block* looks at incident and policy alone, so
it can be asked before anybody filled in a form: whatever it blocks, the guard refuses too, whatever the event says.
All are pure and total, and list every reason they have.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from incident_fsm import deadlines
from incident_fsm import policy as _policy
from incident_fsm._incident import Incident
from incident_fsm._results import Reason
from incident_fsm._values import (
    Answer,
    Assessment,
    Audience,
    ChaseVia,
    Fix,
    FollowUpState,
    Kind,
    Milestones,
    Strength,
)
from incident_fsm.commands import parse_command_id
from incident_fsm.events import (
    CandidateConfirmed,
    CandidateDismissed,
    CandidateReported,
    CommandDone,
    CommandFailed,
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
    ServiceRestored,
    StatusUpdated,
    SupportChased,
    SupportRequested,
)
from incident_fsm.policy import Policy

Reasons = tuple[Reason, ...]
Guard = Callable[[Any, Any, Policy], Reasons]
Block = Callable[[Incident, Policy], Reasons]

CASES_MAX = 20
"""How many support cases one incident may have: its size is bounded."""

_MILESTONES = ("fault", "detected", "aware", "declared", "repaired", "resolved")
_ORDER = (("fault", "detected"), ("fault", "aware"), ("fault", "declared"), ("fault", "repaired"), ("fault", "resolved"),
          ("detected", "repaired"), ("detected", "resolved"), ("aware", "resolved"), ("repaired", "resolved"))  # fmt: skip
"""Which milestone cannot come before which. Reality allows the rest: six of 39 published incidents of one team
were declared after they were repaired, or never; and trouble may be over before the team is aware of it."""


def always(_incident: Incident, _event: object, _policy: Policy) -> Reasons:
    """Whatever is well-formed may happen."""
    return ()


def never_blocked(_incident: Incident, _policy: Policy) -> Reasons:
    """Nothing that the event could not say stands in the way."""
    return ()


# ── §1 Confirm that the event constitutes an incident ──────────────────────────────────────────────────────────────


def opens_in_order(_incident: None, event: CandidateReported, _policy: Policy) -> Reasons:
    """What is known of the beginning must not contradict itself."""
    return _order(Milestones(fault=event.fault_at, detected=event.detected_at, aware=event.aware_at))


def meets_criteria(_incident: Incident, event: CandidateConfirmed, _policy: Policy) -> Reasons:
    """We define an incident as an event which is unplanned, and impacts, degrades or increases risk (§1)."""
    return tuple(_criteria_missed(event.assessment)) + tuple(_evidence_missing(event.assessment))


def _criteria_missed(assessment: Assessment) -> Iterator[Reason]:
    """Yield which of the criteria are not met."""
    if not assessment.unplanned.met:
        yield Reason("planned", "the event was planned, and an incident is unplanned", "§1", "assessment.unplanned")
    if not (assessment.impacts_users.met or assessment.degrades_services.met or assessment.increases_risk.met):
        sentence = (
            "it neither impacts users, nor degrades user-facing services, nor increases risk to production services"
        )
        yield Reason("no_effect", sentence, "§1", "assessment")


def _evidence_missing(assessment: Assessment) -> Iterator[Reason]:
    """Yield which answers say yes without saying what shows it."""
    answers: tuple[tuple[str, Answer], ...] = (
        ("unplanned", assessment.unplanned),
        ("impacts_users", assessment.impacts_users),
        ("degrades_services", assessment.degrades_services),
        ("increases_risk", assessment.increases_risk),
    )
    for question, answer in answers:
        if answer.met and not answer.evidence.strip():
            yield Reason(
                "no_evidence", f"the answer to {question!r} has no evidence", "§1", f"assessment.{question}.evidence"
            )


def grounds_for_dismissal(incident: Incident, event: CandidateDismissed, policy: Policy) -> Reasons:
    """If this event does not constitute an incident, the reporter is sent elsewhere (§1)."""
    return tuple(_no_ground(incident, event)) + tuple(_route_faults(incident, event, policy))


def _no_ground(incident: Incident, event: CandidateDismissed) -> Iterator[Reason]:
    """Yield that no ground was given: criteria not met, a duplicate, or an override with a reason."""
    if event.duplicate_of == incident.id:
        yield Reason("own_duplicate", "an incident cannot duplicate itself", "§1", "duplicate_of")
    if event.duplicate_of or event.override_reason.strip():
        return
    assessment = event.assessment or incident.assessment
    if assessment is None:
        sentence = "nothing says why: answer the criteria, name the incident it duplicates, or override with a reason"
        yield Reason("no_ground", sentence, "§1", "assessment")
    elif not any(_criteria_missed(assessment)):
        sentence = "the criteria are met, so it is an incident; name the one it duplicates, or override with a reason"
        yield Reason("criteria_met", sentence, "§1", "assessment", CandidateConfirmed)


def _route_faults(incident: Incident, event: CandidateDismissed, policy: Policy) -> Iterator[Reason]:
    """Yield what is wrong with the route: unknown, or not the security route though the issue is security related."""
    if not event.route:
        return
    if policy.redirect(event.route) is None:
        known = ", ".join(redirect.key for redirect in policy.redirects)
        yield Reason("unknown_route", f"{event.route!r} is no redirect of the policy; there are {known}", "§1", "route")
    elif incident.breach and event.route != policy.security.redirect:
        sentence = f"a security issue goes by the route {policy.security.redirect!r}"
        yield Reason("not_the_security_route", sentence, "§1", "route")


def breach_not_flagged(incident: Incident, _policy: Policy) -> Reasons:
    """If this incident constitutes a security breach, you must also report it: once (§1)."""
    return (_ALREADY_FLAGGED,) if incident.breach else ()


def flagged_once(incident: Incident, _event: object, policy: Policy) -> Reasons:
    """As the block: no event can make the same breach be reported twice (§1)."""
    return breach_not_flagged(incident, policy)


_ALREADY_FLAGGED = Reason("already_flagged", "the security breach was reported already", "§1")


# ── §2 Declare the incident ────────────────────────────────────────────────────────────────────────────────────────


def declaration_complete(incident: Incident, event: IncidentDeclared, policy: Policy) -> Reasons:
    """The form of §2: impacted services, impact, a message, time till next update."""
    return (
        *_services(event.services, policy),
        *_impact(event.impact, policy),
        *_wording(event.message, policy),
        *_promise(incident, event.impact, event.next_update_at, event.at, policy),
        *_clearance(incident, cleared=event.cleared_for_public),
        *_undated(incident, event.undated),
    )


def update_complete(incident: Incident, event: StatusUpdated, policy: Policy) -> Reasons:
    """As for declaring; what is left empty stays as it was (§3.2)."""
    impact = event.impact or incident.impact
    return (
        *_services(event.services or incident.services, policy),
        *_impact(impact, policy),
        *_promise(incident, impact, event.next_update_at, event.at, policy),
        *_clearance(incident, cleared=event.cleared_for_public),
    )


def _services(services: Sequence[str], policy: Policy) -> Iterator[Reason]:
    """Yield what is wrong with the impacted services: choose all that apply from the policy's (§2)."""
    if not services:
        yield Reason("no_service", "no impacted service is chosen", "§2", "services")
    for service in services:
        if service not in policy.services:
            known = ", ".join(policy.services)
            yield Reason(
                "unknown_service", f"{service!r} is no service of the policy; there are {known}", "§2", "services"
            )
    if len(set(services)) < len(services):
        yield Reason("service_twice", "a service is chosen twice", "§2", "services")


def _impact(impact: str, policy: Policy) -> Iterator[Reason]:
    """Yield what is wrong with the impact: one of the policy's, and not the one that ends the incident (§2)."""
    found = policy.impact(impact)
    if found is None:
        known = ", ".join(choice.name for choice in policy.impacts)
        yield Reason("unknown_impact", f"{impact!r} is no impact of the policy; there are {known}", "§2", "impact")
    elif found.all_clear:
        sentence = f"{impact!r} says that all service is restored; resolve the incident instead"
        yield Reason("all_clear", sentence, "§2", "impact", IncidentResolved)


def _wording(message: str, policy: Policy) -> Iterator[Reason]:
    """Yield that a declaration does not follow the form that the policy fixes."""
    form = policy.declaration.wording
    if form and not _follows(form, message):
        yield Reason("wording", f"the message does not follow the fixed form: {form}", "§2", "message")


def _follows(form: str, message: str) -> bool:
    """Whether a message fills in a form. Each slot must hold something; space at the ends does not count."""
    rest, parts = message.strip(), _fixed_parts(form)
    if not rest.startswith(parts[0]):
        return False
    rest = rest.removeprefix(parts[0])
    for part in parts[1:-1]:
        before, found, rest = rest.partition(part)
        if not (found and before.strip()):
            return False
    filled = rest.removesuffix(parts[-1])
    return rest.endswith(parts[-1]) and bool(filled.strip())


def _fixed_parts(form: str) -> list[str]:
    """Split a form at its slots."""
    for slot in _policy.DECLARATION_SLOTS:
        form = form.replace(f"{{{slot}}}", "\0")
    return form.strip().split("\0")


def _promise(incident: Incident, impact: str, given: datetime | None, at: datetime, policy: Policy) -> Iterator[Reason]:
    """Yield what is wrong with the time till next update: users should be kept regularly updated (§2)."""
    if given is not None:
        if given <= at:
            yield Reason("update_in_the_past", "the next update is not after this one", "§2", "next_update_at")
        return
    found = policy.impact(impact)
    if incident.kind is Kind.BACKFILLED or found is None or found.all_clear or found.update is not None:
        return
    choices = ", ".join(str(choice) for choice in policy.next_update_choices)
    yield Reason("no_next_update", f"say when the next update comes, for example in {choices}", "§2", "next_update_at")


def _clearance(incident: Incident, *, cleared: bool) -> Iterator[Reason]:
    """Yield that nobody cleared the wording of a restricted incident for the public."""
    if not cleared and incident.audience is Audience.RESTRICTED and incident.kind is not Kind.BACKFILLED:
        yield Reason("not_cleared", "the incident is restricted, and the wording is not cleared for the public", "§1",
                     "cleared_for_public")  # fmt: skip


def _undated(incident: Incident, why: str) -> Iterator[Reason]:
    """Yield that somebody claims not to know the time of what is happening now."""
    if why and incident.kind is not Kind.BACKFILLED:
        yield Reason("undated", "only a backfilled incident may leave a time unknown", "§6", "undated")


# ── §3 Managing an incident ────────────────────────────────────────────────────────────────────────────────────────


def lead_named(incident: Incident, event: ManagementStarted, policy: Policy) -> Reasons:
    """Somebody leads, and every required role is filled. A backfilled incident records what is known of it (§3)."""
    held = {role.role for role in (*incident.roles, *event.roles)} | ({"lead"} if event.lead else set())
    return (*_unknown_roles((role.role for role in event.roles), policy), *_unfilled(incident, held, policy))


def _unfilled(incident: Incident, held: set[str], policy: Policy) -> Iterator[Reason]:
    """Yield each required role that nobody holds; a lead is always required."""
    if incident.kind is Kind.BACKFILLED:
        return
    for role in policy.roles:
        if (role.required or role.key == "lead") and role.key not in held:
            field = "lead" if role.key == "lead" else "roles"
            yield Reason("role_unfilled", f"nobody is {role.name}", "§3", field, RoleAssigned, role.key)


def _unknown_roles(roles: Iterable[str], policy: Policy) -> Iterator[Reason]:
    """Yield each role that the policy does not have."""
    for role in roles:
        if policy.role(role) is None:
            known = ", ".join(choice.key for choice in policy.roles)
            yield Reason("unknown_role", f"{role!r} is no role of the policy; there are {known}", "§3", "role")


def role_known(_incident: Incident, event: RoleAssigned, policy: Policy) -> Reasons:
    """The role is one of the policy's (§3)."""
    return tuple(_unknown_roles((event.role,), policy))


# ── §4 Fix the problem ─────────────────────────────────────────────────────────────────────────────────────────────


def not_before_the_start(incident: Incident, event: ServiceRestored, _policy: Policy) -> Reasons:
    """Service cannot be restored before it failed (§4)."""
    if event.undated:
        return tuple(_undated(incident, event.undated))
    milestones = incident.milestones
    return _order(Milestones(fault=milestones.fault, detected=milestones.detected, repaired=event.at))


def support_possible(incident: Incident, event: SupportRequested, policy: Policy) -> Reasons:
    """Log a support ticket with the third-party; for AWS, in the account affected (§4)."""
    return tuple(_support_faults(incident, event, policy))


def _support_faults(incident: Incident, event: SupportRequested, policy: Policy) -> Iterator[Reason]:
    """Yield what stands in the way of a support ticket."""
    if len(incident.cases) >= CASES_MAX:
        yield Reason("too_many_cases", f"there are {CASES_MAX} support cases already; chase one of them", "§4", "",
                     SupportChased)  # fmt: skip
    party = policy.third_party(event.third_party)
    if party is None:
        known = ", ".join(choice.key for choice in policy.third_parties) or "none"
        yield Reason("unknown_third_party", f"{event.third_party!r} is no third party of the policy; there are {known}",
                     "§4", "third_party")  # fmt: skip
    elif party.account_required and not event.account.strip():
        yield Reason("no_account", f"{party.name} needs the account affected", "§4", "account")


def has_a_case(incident: Incident, _policy: Policy) -> Reasons:
    """Only a support case that exists can be chased (§4)."""
    return () if incident.cases else (_NO_CASE,)


_NO_CASE = Reason("no_case", "there is no support case yet", "§4", "", SupportRequested)


def chase_possible(incident: Incident, event: SupportChased, policy: Policy) -> Reasons:
    """Escalate on the case, or in the policy's channel (§4: escalation process)."""
    case = incident.case(event.case)
    if case is None:
        known = ", ".join(known.key for known in incident.cases)
        return (Reason("unknown_case", f"{event.case!r} is no support case of this incident; there are {known}", "§4",
                       "case"),)  # fmt: skip
    party = policy.third_party(case.third_party)
    if event.via is ChaseVia.CASE and (party is None or not party.chase_on_case):
        return (Reason("no_chase_on_case", f"{case.third_party!r} cannot be chased on the case", "§4", "via"),)
    if event.via is ChaseVia.CHANNEL and (party is None or not party.channel):
        return (Reason("no_chase_channel", f"{case.third_party!r} has no channel to post in", "§4", "via"),)
    return ()


# ── Corrections ────────────────────────────────────────────────────────────────────────────────────────────────────


def something_changes(incident: Incident, event: DetailsAmended, policy: Policy) -> Reasons:
    """A correction corrects something, and leaves a record that does not contradict itself."""
    changed = amended(incident.milestones, event)
    same_title = event.title in {"", incident.title}
    same_services = event.services in {(), incident.services}
    if same_title and same_services and changed == incident.milestones and not _bad_names(event):
        return (Reason("no_change", "nothing changes", "", ""),)
    return (
        *(_services(event.services, policy) if event.services else ()),
        *_bad_names(event),
        *_not_reached(incident, event),
        *_order(changed),
    )


def amended(milestones: Milestones, event: DetailsAmended) -> Milestones:
    """The milestones after a correction: what is given replaces, what is to be forgotten goes."""
    values = {name: getattr(event, f"{name}_at") or getattr(milestones, name) for name in _MILESTONES}
    return Milestones(**{name: None if name in event.forget else moment for name, moment in values.items()})


def _bad_names(event: DetailsAmended) -> tuple[Reason, ...]:
    """List what is wrong with the milestones to be forgotten."""
    unknown = [name for name in event.forget if name not in _MILESTONES]
    both = [name for name in event.forget if name in _MILESTONES and getattr(event, f"{name}_at") is not None]
    return (
        *(Reason("unknown_milestone", f"{name!r} is no milestone; there are {', '.join(_MILESTONES)}", "", "forget")
          for name in unknown),
        *(Reason("set_and_forgotten", f"{name!r} is both given and forgotten", "", "forget") for name in both),
    )  # fmt: skip


def _not_reached(incident: Incident, event: DetailsAmended) -> Iterator[Reason]:
    """Yield each milestone that a correction dates, or forgets, before it can have been reached, or lost."""
    declared, resolved = bool(incident.impact), incident.fix is not None
    for name, reached in (("declared", declared), ("repaired", declared), ("resolved", resolved)):
        if getattr(event, f"{name}_at") is not None and not reached:
            yield Reason("not_reached", f"the incident is not {name} yet", "", f"{name}_at")
    if incident.kind is not Kind.BACKFILLED:
        for name in ("declared", "resolved"):
            if name in event.forget:
                yield Reason("undated", f"only a backfilled incident may have an unknown time {name!r}", "", "forget")


def _order(milestones: Milestones) -> Reasons:
    """List each pair of milestones that cannot have happened in the order given."""
    return tuple(
        Reason("milestones_out_of_order", f"{later} ({_minute(there)}) is before {earlier} ({_minute(here)})",
               "§6", f"{later}_at", DetailsAmended, later)
        for earlier, later in _ORDER
        if (here := getattr(milestones, earlier)) is not None
        and (there := getattr(milestones, later)) is not None
        and there < here
    )  # fmt: skip


# ── §5 End the incident ────────────────────────────────────────────────────────────────────────────────────────────


def over_for_users(incident: Incident, event: IncidentResolved, _policy: Policy) -> Reasons:
    """The incident is resolved once the user is no longer facing issues (§5)."""
    return (
        *(() if event.users_unaffected else (_STILL_FACING_ISSUES,)),
        *_duplicate(incident, event),
        *_resolved_in_order(incident, event),
        *_clearance(incident, cleared=event.cleared_for_public or not event.message),
        *_undated(incident, event.undated),
    )


_STILL_FACING_ISSUES = Reason(
    "users_affected", "users are still facing issues", "§5", "users_unaffected", StatusUpdated
)


def _duplicate(incident: Incident, event: IncidentResolved) -> Iterator[Reason]:
    """Yield what is wrong with the incident that this one duplicates."""
    if event.fix is Fix.DUPLICATE and not event.duplicate_of:
        yield Reason("no_original", "say which incident it duplicates", "§5", "duplicate_of")
    if event.duplicate_of == incident.id:
        yield Reason("own_duplicate", "an incident cannot duplicate itself", "§5", "duplicate_of")


def _resolved_in_order(incident: Incident, event: IncidentResolved) -> Reasons:
    """List what is out of order once the incident is resolved."""
    known = incident.milestones
    return _order(
        Milestones(
            fault=known.fault,
            detected=known.detected,
            aware=known.aware,
            declared=known.declared,
            repaired=known.repaired,
            resolved=None if event.undated else event.at,
        )
    )


def reopening_complete(incident: Incident, event: IncidentReopened, policy: Policy) -> Reasons:
    """Reopening tells the public as declaring does: impact, message, next update (§2, §5)."""
    return (
        *_impact(event.impact, policy),
        *_promise(incident, event.impact, event.next_update_at, event.at, policy),
        *_clearance(incident, cleared=event.cleared_for_public),
    )


# ── §6 Post-incident procedure ─────────────────────────────────────────────────────────────────────────────────────


def follow_up_open(incident: Incident, _policy: Policy) -> Reasons:
    """Something must be owed for it to be done (§6)."""
    return () if any(owed.state is FollowUpState.OPEN for owed in incident.follow_ups) else (_NOTHING_OWED,)


_NOTHING_OWED = Reason("nothing_owed", "no follow-up is open", "§6", "", IncidentReviewed)


def follow_up_waivable(incident: Incident, _policy: Policy) -> Reasons:
    """Something must be owed that is not a must (§6)."""
    open_ones = [owed for owed in incident.follow_ups if owed.state is FollowUpState.OPEN]
    if not open_ones:
        return (_NOTHING_OWED,)
    if all(owed.strength is Strength.MUST for owed in open_ones):
        return tuple(_must_be_done(owed.key) for owed in open_ones)
    return ()


def done_is_shown(incident: Incident, event: FollowUpDone, _policy: Policy) -> Reasons:
    """The follow-up is open; and an issue for the permanent fix exists, so it has a link (§5, §6)."""
    faults = _not_open(incident, event.follow_up)
    reference = incident.references.permanent_fix
    if not faults and event.follow_up == "permanent_fix" and not (event.link or (reference and reference.link)):
        return (Reason("no_link", "say where the issue for the permanent fix is", "§5", "link"),)
    return faults


def rightly_waived(incident: Incident, event: FollowUpWaived, _policy: Policy) -> Reasons:
    """A must cannot be waived, a should needs a reason (§6)."""
    owed = incident.follow_up(event.follow_up)
    faults = _not_open(incident, event.follow_up)
    if faults or owed is None:
        return faults
    if owed.strength is Strength.MUST:
        return (_must_be_done(owed.key),)
    if owed.strength is Strength.SHOULD and not event.reason.strip():
        return (Reason("no_reason", f"{owed.key!r} should be done; give a reason for waiving it", "§6", "reason"),)
    return ()


def _must_be_done(follow_up: str) -> Reason:
    """Say that a must cannot be waived."""
    return Reason(
        "must_be_done", f"{follow_up!r} must be done and cannot be waived", "§6", "follow_up", FollowUpDone, follow_up
    )


def _not_open(incident: Incident, key: str) -> Reasons:
    """Say that a follow-up is not owed, or settled already."""
    owed = incident.follow_up(key)
    if owed is None:
        known = ", ".join(known.key for known in incident.follow_ups) or "none"
        return (Reason("not_owed", f"{key!r} is not owed here; there are {known}", "§6", "follow_up"),)
    if owed.state is not FollowUpState.OPEN:
        return (Reason("not_open", f"{key!r} is {owed.state.value} already", "§6", "follow_up"),)
    return ()


def nothing_owed(incident: Incident, _policy: Policy) -> Reasons:
    """Every follow-up is done, or rightly waived (§6)."""
    return tuple(
        Reason(
            "follow_up_open",
            f"{owed.key!r} {owed.strength.value} be done and is still open",
            "§6",
            "",
            FollowUpDone,
            owed.key,
        )
        for owed in incident.follow_ups
        if owed.state is FollowUpState.OPEN
    )


def review_complete(incident: Incident, event: IncidentReviewed, policy: Policy) -> Reasons:
    """Nothing is owed, and the post-mortem identified what needs to be improved: lessons, and actions with owner and
    due date (§6). A backfilled incident records the review as it was published, which may name neither.
    """
    backfilled = incident.kind is Kind.BACKFILLED
    return (*nothing_owed(incident, policy), *(() if backfilled else _review_faults(event)))


def _review_faults(event: IncidentReviewed) -> Iterator[Reason]:
    """Yield what is missing in a review."""
    if not event.lessons:
        yield Reason("no_lesson", "the review names no lesson", "§6", "lessons")
    for number, action in enumerate(event.actions):
        if not action.owner.strip():
            yield Reason(
                "action_without_owner", f"nobody owns the action {action.text!r:.80}", "§6", f"actions[{number}].owner"
            )
        if action.due is None:
            yield Reason(
                "action_without_due", f"the action {action.text!r:.80} has no due date", "§6", f"actions[{number}].due"
            )


# ── Deadlines, receipts, and what holds for every event ────────────────────────────────────────────────────────────


def deadline_stands(incident: Incident, policy: Policy) -> Reasons:
    """Some deadline must stand for one to pass."""
    return () if deadlines.unreminded(incident, policy) else (_NO_DEADLINE,)


_NO_DEADLINE = Reason("no_deadline", "no deadline stands that nobody was reminded of", "§2")


def deadline_passed(incident: Incident, event: DeadlinePassed, policy: Policy) -> Reasons:
    """That deadline has passed at the time given, and nobody was reminded of it yet."""
    if not any(
        deadline.name == event.deadline and deadline.due == event.due_at
        for deadline in deadlines.unreminded(incident, policy)
    ):
        sentence = f"no deadline {event.deadline!r} of {_minute(event.due_at)} stands that nobody was reminded of"
        return (Reason("unknown_deadline", sentence, "§2", "deadline"),)
    if event.at < event.due_at:
        return (Reason("not_passed", f"{event.deadline!r} is due at {_minute(event.due_at)}, not before", "§2", "at"),)
    return ()


def _minute(moment: datetime) -> str:
    """Write a moment for people."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def own_command(incident: Incident, event: CommandDone | CommandFailed, _policy: Policy) -> Reasons:
    """The command belongs to this incident."""
    parsed = parse_command_id(event.command_id)
    if parsed is None or parsed[0] != incident.id or not 1 <= parsed[1] <= incident.revision:
        return (Reason("foreign_command", f"{event.command_id!r} is no command of this incident", "", "command_id"),)
    return ()


def stale(incident: Incident, revision: int) -> Reason:
    """Say that an event was made for another revision of the incident than the present one."""
    sentence = f"the event was made for revision {revision}, and the incident is at {incident.revision}: look again"
    return Reason("stale", sentence, "", "revision")
