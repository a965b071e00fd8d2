"""§5: the incident is resolved, with the all-clear and what is owed from now on; or reopened."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from incident_fsm._incident import Draft, Incident
from incident_fsm._reactions import making as make
from incident_fsm._reactions.emission import Emission
from incident_fsm._reactions.publish import emit_status, note_status, publish, tell
from incident_fsm._values import Fix, FollowUp, FollowUpState, Kind, Stage, Strength
from incident_fsm.events import IncidentReopened, IncidentResolved
from incident_fsm.policy import Calendar, FollowUpRule, Policy, Span

MEETING_MINUTES = 60
"""How long the post-mortem is put into calendars for."""

_MEETING_AFTER = Span(working_days=5)
"""When the post-mortem is held if the policy gives it no date."""

_NEXT_DAY = Span(working_days=1)

_MIDNIGHT = time(0)
_MORNING = time(10)
"""When people meet if the policy names no hours."""


def evolve_resolved(draft: Draft, event: IncidentResolved, policy: Policy) -> None:
    """The official end: how it was fixed, the all-clear, and what is owed from now on."""
    draft.fix = event.fix
    draft.how = event.how
    draft.duplicate_of = event.duplicate_of
    draft.impact = policy.all_clear.name
    draft.message = event.message or policy.status_page.all_clear_message
    draft.next_update_at = None
    if not event.undated:
        draft.milestones = make.changed_milestones(draft.milestones, resolved=event.at)
    draft.follow_ups = tuple(_owed(draft, rule, event, policy) for rule in policy.follow_ups if _applies(draft, rule))
    if draft.kind is not Kind.BACKFILLED:
        note_status(draft, event.at)


def _applies(draft: Draft, rule: FollowUpRule) -> bool:
    """Whether a follow-up is owed: the permanent fix only after a temporary one, or where an issue exists already."""
    known = any(owed.key == rule.key for owed in draft.follow_ups)
    return rule.key != "permanent_fix" or draft.fix is Fix.TEMPORARY or known


def _owed(draft: Draft, rule: FollowUpRule, event: IncidentResolved, policy: Policy) -> FollowUp:
    """Open a follow-up, or arm it again after a reopening: what was found out since belongs into it too."""
    link = next((owed.link for owed in draft.follow_ups if owed.key == rule.key), "")
    due = None if rule.due is None or draft.kind is Kind.BACKFILLED else policy.calendar.add(event.at, rule.due)
    return make.FollowUp(key=rule.key, strength=rule.strength, state=FollowUpState.OPEN, due=due, link=link, reason="")


def emit_resolved(emission: Emission) -> None:
    """The all-clear, a word in the thread, and what is owed from now on (§5, §6)."""
    event, after, policy = emission.event, emission.after, emission.policy
    if emission.tells:
        # The policy's own all-clear says nothing about the incident, so it is clear for the public.
        cleared = event.cleared_for_public or not event.message
        publish(emission, policy.all_clear.name, after.message, Stage.RESOLVED, cleared=cleared)
        emission.post(f"Resolved ({_ENDED_BY[event.fix]}): {event.how}")
    before = emission.before
    for owed in after.follow_ups:
        known = before is not None and before.follow_up(owed.key) is not None
        # Without being asked for, nothing is set in motion for a "may"; nor twice after a reopening, save the meeting:
        # reopening called it off, and a later invitation replaces the earlier one in every calendar.
        if owed.strength is not Strength.MAY and (not known or owed.key == "post_mortem"):
            _OPENERS[owed.key](emission, owed)


_ENDED_BY = {
    Fix.PERMANENT: "permanent fix",
    Fix.TEMPORARY: "temporary fix",
    Fix.FALSE_ALARM: "false alarm",
    Fix.DUPLICATE: "duplicate",
}
"""How the thread is told of each way in which an incident ends."""


def _open_issue(emission: Emission, owed: FollowUp) -> None:
    """Create an issue to put a permanent fix in place (§5)."""
    after = emission.after
    title = emission.say(f"Permanent fix: {after.title}")
    emission.commands.append(
        make.CreateIssue(**emission.head(), title=title, body=emission.say(_fix_body(after)), due=owed.due)
    )


def _fix_body(incident: Incident) -> str:
    """Say what the issue for the permanent fix is about."""
    services = ", ".join(incident.services)
    return (
        f"Incident {incident.id} was ended by a temporary fix.\n\nTemporary fix: {incident.how}\n\nServices: {services}"
    )


def _open_report(emission: Emission, owed: FollowUp) -> None:
    """Create the incident report (§6)."""
    emission.commands.append(
        make.CreateReport(**emission.head(), title=emission.say(emission.after.title), due=owed.due)
    )


def _open_meeting(emission: Emission, owed: FollowUp) -> None:
    """Schedule the blameless post-mortem (§6); what is recorded afterwards gives no date to go by."""
    if not emission.tells:
        return
    after, policy = emission.after, emission.policy
    emission.commands.append(
        make.ScheduleMeeting(
            **emission.head(),
            title=emission.say(_MEETING + after.title),
            starts_at=_meeting_time(policy.calendar, emission.event.at, owed.due),
            minutes=MEETING_MINUTES,
            organiser=after.lead or policy.page.owner,
            attendees=_invited(after),
            agenda=emission.say("Identify any processes that need to be improved. What happened, not who."),
        )
    )


_MEETING = "Blameless post-mortem: "


def _invited(incident: Incident) -> tuple[str, ...]:
    """Who comes to the post-mortem: everybody who held a role, and whoever reported it."""
    return tuple(dict.fromkeys((*(held.person for held in incident.roles), incident.reporter)))


def _meeting_time(calendar: Calendar, at: datetime, due: datetime | None) -> datetime:
    """When to meet: in the morning of the last working day before it is due, and never on the day of the incident."""
    last = due or calendar.add(at, _MEETING_AFTER)
    first_day = calendar.add(at, _NEXT_DAY).astimezone(calendar.zone).date()
    day = last.astimezone(calendar.zone).date()
    while day > first_day and not calendar.is_working_day(day):
        day -= timedelta(days=1)
    opens = _MORNING if calendar.opens == _MIDNIGHT else calendar.opens
    return datetime.combine(max(day, first_day), opens, calendar.zone).astimezone(UTC)


def _open_runbook(emission: Emission, owed: FollowUp) -> None:
    """Publish a runbook for how to fix this issue (§6)."""
    after = emission.after
    emission.commands.append(
        make.PublishRunbook(
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
    """Back to managing: nothing is repaired or resolved any more. What was opened stays known, to be armed again,
    and so is every deadline: what was reminded of before counts no more.
    """
    draft.milestones = make.changed_milestones(draft.milestones, repaired=None, resolved=None)
    draft.fix = None
    draft.how = ""
    draft.duplicate_of = ""
    draft.reminded = ()
    tell(draft, event, event.impact, policy)


def emit_reopened(emission: Emission) -> None:
    """Tell the public and the thread that it is not over (§2, §3), and call a meeting off that is still to come."""
    emit_status(emission)
    reason = emission.event.reason
    emission.post(f"Reopened: {reason}")
    if emission.tells and _meeting_is_set(emission.after):
        after = emission.after
        emission.commands.append(
            make.CancelMeeting(
                **emission.head(),
                title=emission.say(_MEETING + after.title),
                organiser=after.lead or emission.policy.page.owner,
                attendees=_invited(after),
                reason=emission.say(reason),
            )
        )


def _meeting_is_set(incident: Incident) -> bool:
    """Whether the post-mortem was scheduled and not yet held: a "may" is never scheduled by us."""
    owed = incident.follow_up("post_mortem")
    return owed is not None and owed.state is FollowUpState.OPEN and owed.strength is not Strength.MAY
