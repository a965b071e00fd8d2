"""Events as somebody would tell them who knows the incident: most of them are accepted.

`likely_events` fills an event in from what is known (a `Situation`); `valid_events` keeps only what a lifecycle
accepts.
"""

from typing import Any

from hypothesis import strategies as st

from incident_fsm import (
    FollowUpState,
    Incident,
    Lifecycle,
    State,
    Step,
    events,
)
from incident_fsm.events import Event
from incident_fsm.testing.filling import FILL, PEOPLE, Situation, pick

FORWARD: dict[State, tuple[type[Event], ...]] = {
    State.CANDIDATE: (events.CandidateConfirmed,),
    State.CONFIRMED: (events.IncidentDeclared,),
    State.DECLARED: (events.ManagementStarted,),
    State.MANAGING: (events.IncidentResolved,),
    State.RESOLVED: (events.FollowUpDone, events.FollowUpDone, events.FollowUpWaived),
    State.REVIEWED: (events.CommandDone,),
    State.DISMISSED: (events.CommandDone,),
}
"""What leads on from each state. Candidates go on, seldom aside: most of the process lies behind them."""


@st.composite
def likely_events(draw: st.DrawFn, now: Situation, kind: type[Event] | None = None) -> Event:
    """Draw an event, of any kind that the table allows or of one kind, as somebody would say it of this incident."""
    chosen = kind if kind is not None else draw(kinds_next(now))
    revision = now.incident.revision if now.incident is not None and draw(st.booleans()) else None
    head: dict[str, Any] = {"id": f"e-{now.number}", "at": now.now, "by": pick(draw, PEOPLE), "revision": revision}
    return chosen(**{**head, **FILL[chosen](draw, now)})


@st.composite
def valid_events(draw: st.DrawFn, lifecycle: Lifecycle, now: Situation) -> Event:
    """Draw an event that a lifecycle accepts of this incident: one that the table allows and nothing blocks."""

    def is_accepted(event: Event) -> bool:
        return isinstance(lifecycle.attempt(now.incident, event), Step)

    return draw(likely_events(now).filter(is_accepted))


def kinds_next(now: Situation) -> st.SearchStrategy[type[Event]]:
    """Kinds of event to come next: a third of the time what leads on, else whatever the table allows."""
    if now.incident is None:
        return st.just(events.CandidateReported)
    allowed = [option.event for option in Lifecycle(now.policy).options(now.incident) if not option.blocked_by]
    rare = [kind for kind in (events.SupportRequested, events.SupportChased) if kind in allowed]
    owed = now.incident.state is State.RESOLVED and events.FollowUpDone not in allowed
    forward = (events.IncidentReviewed,) if owed else FORWARD[now.incident.state]
    return st.one_of(st.sampled_from(forward), st.sampled_from(allowed), st.sampled_from([*allowed, *rare]))


def next_kind(incident: Incident | None, reopenings: int = 0) -> type[Event]:
    """The kind of event that leads on in a whole life; `reopenings` are still to come."""
    if incident is None:
        return events.CandidateReported
    if incident.state is not State.RESOLVED:
        return FORWARD[incident.state][0]
    if reopenings > 0:
        return events.IncidentReopened
    owed = any(one.state is FollowUpState.OPEN for one in incident.follow_ups)
    return events.FollowUpDone if owed else events.IncidentReviewed
