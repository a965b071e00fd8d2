"""What is due when. Derived from the incident and the policy, never scheduled, so nothing can be lost or fire late.

Each state has its rules; final states have none, so nothing is due after the end. A backfilled incident promises
nothing: everything about it was over before it was recorded.
"""

# No `from __future__ import annotations` here: Hypothesis' `st.builds` must be
# able to resolve the annotations of attrs classes.

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta

from attrs import frozen

from incident_fsm._calendar import Span
from incident_fsm._incident import Incident
from incident_fsm._states import State
from incident_fsm._values import Audience, FollowUpState, Kind
from incident_fsm.policy import Policy


@frozen
class Deadline:
    """Something that should have happened by `due` (UTC). `who` should see to it; `text` says what."""

    name: str
    due: datetime
    who: str
    text: str


def standing(incident: Incident, policy: Policy) -> tuple[Deadline, ...]:
    """List every deadline that stands, passed or not, the earliest first."""
    if incident.kind is Kind.BACKFILLED:
        return ()
    found = [deadline for rule in _RULES[incident.state] for deadline in rule(incident, policy)]
    return tuple(sorted(found, key=lambda deadline: (deadline.due, deadline.name)))


def due(incident: Incident, policy: Policy, now: datetime) -> tuple[Deadline, ...]:
    """List the deadlines that have passed at `now` and were not yet reminded of, the earliest first."""
    return tuple(deadline for deadline in unreminded(incident, policy) if deadline.due <= now)


def unreminded(incident: Incident, policy: Policy) -> tuple[Deadline, ...]:
    """List the deadlines that nobody was reminded of yet, the earliest first. A renewed promise counts as new."""
    reminded = {(one.deadline, one.due) for one in incident.reminded}
    return tuple(deadline for deadline in standing(incident, policy) if (deadline.name, deadline.due) not in reminded)


def page_review(policy: Policy) -> Deadline:
    """When the policy's own page should have been reviewed again: once that day is over where its readers are.

    It belongs to no incident: none lists it, and none sends a reminder of it. Whoever shows what is due adds it.
    """
    over = datetime.combine(policy.page.next_review + timedelta(days=1), time(0), policy.calendar.zone)
    return Deadline("page_review", over.astimezone(UTC), policy.page.owner, "review the process page")


def _after(policy: Policy, at: datetime, span: Span | None) -> Iterator[datetime]:
    """Yield the moment a span after another, or nothing where the policy sets no span."""
    if span is not None:
        yield policy.calendar.add(at, span)


def _team(incident: Incident, policy: Policy) -> str:
    """Where everybody is reminded who may know: in the team's channel, or in the narrow one."""
    restricted = incident.audience is Audience.RESTRICTED
    return policy.security.channel if restricted else policy.thread.channel


def _lead_or_team(incident: Incident, policy: Policy) -> str:
    """Who is reminded: the lead, or the team while nobody leads."""
    return incident.lead or _team(incident, policy)


def _decision(incident: Incident, policy: Policy) -> Iterator[Deadline]:
    """A candidate is confirmed or dismissed, and a confirmed incident declared, before long (§1, §2)."""
    for moment in _after(policy, incident.entered_at, policy.timeouts.decide):
        yield Deadline(
            "decide", moment, _team(incident, policy), "decide: confirm and declare the incident, or dismiss it"
        )


def _next_update(incident: Incident, policy: Policy) -> Iterator[Deadline]:
    """The public was promised an update (§2: Time till Next Update)."""
    if incident.next_update_at is not None:
        who = _lead_or_team(incident, policy)
        yield Deadline(
            "next_update", incident.next_update_at, who, "update the status page: the public was promised it"
        )


def _publication(incident: Incident, policy: Policy) -> Iterator[Deadline]:
    """A status post was asked for; it should be on the page soon (§2)."""
    if incident.told_at is not None and not incident.status_published:
        for moment in _after(policy, incident.told_at, policy.timeouts.publish):
            yield Deadline("publish", moment, _lead_or_team(incident, policy), "the status post is not published yet")


def _roles(incident: Incident, policy: Policy) -> Iterator[Deadline]:
    """Somebody leads, and the other required roles are filled (§3)."""
    for role in policy.roles:
        if role.required and not incident.holder(role.key):
            for moment in _after(policy, incident.entered_at, policy.timeouts.lead):
                yield Deadline(f"role:{role.key}", moment, _team(incident, policy), f"nobody is {role.name} yet")


def _cases(incident: Incident, policy: Policy) -> Iterator[Deadline]:
    """A support case is chased when nothing happens (§4: escalation process)."""
    for case in incident.cases:
        party = policy.third_party(case.third_party)
        if party is not None:
            for moment in _after(policy, case.chased_at or case.requested_at, party.chase_after):
                text = f"chase {party.name} about: {case.summary}"
                yield Deadline(f"support:{case.key}", moment, _lead_or_team(incident, policy), text)


def _follow_ups(incident: Incident, policy: Policy) -> Iterator[Deadline]:
    """What is owed after the end has a date (§5, §6)."""
    for owed in incident.follow_ups:
        if owed.state is FollowUpState.OPEN and owed.due is not None:
            rule = policy.follow_up(owed.key)
            text = rule.description if rule is not None else owed.key
            yield Deadline(f"follow_up:{owed.key}", owed.due, _lead_or_team(incident, policy), f"still owed: {text}")


_Rule = Callable[[Incident, Policy], Iterator[Deadline]]

_RULES: dict[State, tuple[_Rule, ...]] = {
    State.CANDIDATE: (_decision,),
    State.CONFIRMED: (_decision,),
    State.DECLARED: (_next_update, _publication, _roles, _cases),
    State.MANAGING: (_next_update, _publication, _cases),
    State.RESOLVED: (_publication, _cases, _follow_ups),
    State.REVIEWED: (),
    State.DISMISSED: (),
}
