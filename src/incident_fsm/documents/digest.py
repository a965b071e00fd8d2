"""The digest of a week: what is open, what ended, what is owed and overdue, promises kept and missed, how long it took.

It is sent further than an incident's own documents. So a restricted incident is in it with its id, is counted, and is
left out of everything else, the middle lengths included: those of a single incident would be its own. Drills are
counted and left out: they measure nothing but themselves.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from attrs import evolve, frozen

from incident_fsm import deadlines
from incident_fsm._incident import Incident
from incident_fsm._results import TimelineEntry
from incident_fsm._states import State
from incident_fsm._values import Kind
from incident_fsm.documents import data
from incident_fsm.documents.data import PlainData
from incident_fsm.documents.lengths import lengths, middle_lengths
from incident_fsm.documents.lessons import sorted_lessons
from incident_fsm.documents.times import hours
from incident_fsm.measures import Measured, measure, summarise
from incident_fsm.policy import Policy

AHEAD = timedelta(days=7)
"""What falls due so soon after the digest is told in it; what is due later is only counted."""

OPEN = frozenset({State.CANDIDATE, State.CONFIRMED, State.DECLARED, State.MANAGING})
"""Where an incident is open: not yet resolved, and not dismissed."""


@frozen
class Story:
    """An incident as it is now, with all of its timeline."""

    incident: Incident
    timeline: Sequence[TimelineEntry]


def belongs(incident: Incident, since: datetime) -> bool:
    """Whether an incident is in the digest of a week that began then: it is not over, or was not at that time."""
    return not incident.state.final or incident.entered_at >= since


def digest_data(stories: Iterable[Story], policy: Policy, since: datetime, until: datetime) -> PlainData:
    """Everything that the digest says of the time from `since` to `until`, which is now; see `belongs` for whose."""
    zone = policy.calendar.zone
    whole = [story for story in stories if belongs(story.incident, since)]
    real = [story for story in whole if story.incident.kind is not Kind.DRILL]
    told = [story for story in real if not data.is_restricted(story.incident)]
    ended = [story for story in told if _resolved_in(story.incident, since, until)]
    took = [measure(story.incident, story.timeline, policy, until) for story in ended]
    return {
        "policy": policy.name,
        "zone": policy.calendar.timezone,
        "since": since.astimezone(zone),
        "until": until.astimezone(zone),
        "drills": len(whole) - len(real),
        "counts": _counts(real, since, until),
        "open": [_open(story.incident, policy, until) for story in told if story.incident.state in OPEN],
        "ended": [_ended(story.incident, one, policy) for story, one in zip(ended, took, strict=True)],
        "dismissed": [_named(story.incident) for story in told if _entered(story.incident, State.DISMISSED, since)],
        "reviewed": [
            _reviewed(story.incident, policy) for story in told if _entered(story.incident, State.REVIEWED, since)
        ],
        **_owed([story.incident for story in told], policy, until),
        "page_review": _page_review(policy, until),
        "promises": _promises(told, policy, since, until),
        "lengths": _middle(took, policy),
        "support_hours": hours(policy.calendar),
        "narrow": _narrow(
            [story.incident for story in real if data.is_restricted(story.incident)], policy, since, until
        ),
    }


def _named(incident: Incident) -> PlainData:
    """An incident by id and title."""
    after = " (recorded afterwards)" if incident.kind is Kind.BACKFILLED else ""
    return {"id": incident.id, "title": incident.title + after}


def _resolved_in(incident: Incident, since: datetime, until: datetime) -> bool:
    """Whether the official end lies in the week."""
    resolved = incident.milestones.resolved
    return resolved is not None and since <= resolved <= until


def _entered(incident: Incident, state: State, since: datetime) -> bool:
    """Whether it came to a state since then."""
    return incident.state is state and incident.entered_at >= since


def _counts(stories: Sequence[Story], since: datetime, until: datetime) -> PlainData:
    """How many there are of what, restricted ones among them."""
    incidents = [story.incident for story in stories]
    return {
        "reported": sum(since <= incident.opened_at <= until for incident in incidents),
        "open": sum(incident.state in OPEN for incident in incidents),
        "ended": sum(_resolved_in(incident, since, until) for incident in incidents),
        "dismissed": sum(_entered(incident, State.DISMISSED, since) for incident in incidents),
        "reviewed": sum(_entered(incident, State.REVIEWED, since) for incident in incidents),
    }


def _open(incident: Incident, policy: Policy, until: datetime) -> PlainData:
    """An open incident."""
    zone, promised = policy.calendar.zone, incident.next_update_at
    return {
        **_named(incident),
        "state": incident.state.value,
        "impact": incident.impact,
        "services": list(incident.services),
        "lead": incident.lead,
        "opened": incident.opened_at.astimezone(zone),
        "open_for": max(timedelta(), until - incident.opened_at),
        "next": None if promised is None else promised.astimezone(zone),
        "late": until - promised if promised is not None and promised <= until else None,
    }


def _ended(incident: Incident, took: Measured, policy: Policy) -> PlainData:
    """An incident that ended. `impact` is the worst that the public was told."""
    resolved = incident.milestones.resolved
    return {
        **_named(incident),
        "impact": took.impact,
        "services": list(incident.services),
        "resolved": resolved.astimezone(policy.calendar.zone) if resolved else None,
        "fix": data.fix(incident),
        "lengths": lengths(took, policy.calendar),
    }


def _reviewed(incident: Incident, policy: Policy) -> PlainData:
    """What a review came to."""
    return {
        **_named(incident),
        "learned": sorted_lessons(incident.lessons),
        "actions": [data.plain(action, policy.calendar.zone) for action in incident.actions],
    }


def _owed(incidents: Iterable[Incident], policy: Policy, until: datetime) -> PlainData:
    """What is owed: overdue, due soon, and how much is due later."""
    standing = sorted(
        ((one, incident) for incident in incidents for one in deadlines.standing(incident, policy)),
        key=lambda pair: (pair[0].due, pair[1].id, pair[0].name),
    )
    zone = policy.calendar.zone
    said = [
        {**_named(incident), "text": one.text, "who": one.who, "due": one.due.astimezone(zone), "late": until - one.due}
        for one, incident in standing
    ]
    return {
        "overdue": [one for one in said if one["late"] >= timedelta()],
        "soon": [one for one in said if -AHEAD <= one["late"] < timedelta()],
        "later": sum(one["late"] < -AHEAD for one in said),
    }


def _page_review(policy: Policy, until: datetime) -> PlainData | None:
    """By when whose page was to be reviewed, where that day is over."""
    review = deadlines.page_review(policy)
    return {"who": review.who, "due": policy.page.next_review} if review.due <= until else None


def _promises(stories: Iterable[Story], policy: Policy, since: datetime, until: datetime) -> PlainData:
    """The promised updates of the week: those that were kept or missed by its end, and were not yet when it began."""
    kept = missed = 0
    late: list[PlainData] = []
    for incident, timeline in ((story.incident, story.timeline) for story in stories):
        now = measure(incident, timeline, policy, until)
        earlier = [entry for entry in timeline if entry.event.at < since]
        # A promise that stood when the week began was missed by then or not, whatever the state is by now.
        then = measure(evolve(incident, state=State.MANAGING), earlier, policy, since)
        kept += now.promises_kept - then.promises_kept
        more = max(0, now.promises_missed - then.promises_missed)
        missed += more
        if more:
            late.append({**_named(incident), "missed": more})
    return {"kept": kept, "missed": missed, "late": late}


def _middle(took: Sequence[Measured], policy: Policy) -> list[PlainData]:
    """The middle one of each measure of what ended."""
    return [row for summary in summarise(took, policy.calendar) for row in middle_lengths(summary)]


def _narrow(incidents: Sequence[Incident], policy: Policy, since: datetime, until: datetime) -> PlainData:
    """All that may be said of restricted incidents: their ids, and counts."""
    overdue = [one for incident in incidents for one in deadlines.standing(incident, policy) if one.due <= until]
    return {
        "ids": [incident.id for incident in incidents],
        "open": sum(incident.state in OPEN for incident in incidents),
        "ended": sum(_resolved_in(incident, since, until) for incident in incidents),
        "overdue": len(overdue),
    }
