"""What a timeline's picture shows: milestones, what the public was told, and everything else by lanes.

Only what happened until the official end is drawn: what is owed afterwards takes days and would press the first hours
together. How much came later is said.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import fields, frozen

from incident_fsm import events as e
from incident_fsm._incident import Incident
from incident_fsm._results import TimelineEntry
from incident_fsm._states import State
from incident_fsm._values import Kind, Milestones
from incident_fsm.documents.sentences import sentence
from incident_fsm.policy import Policy

LANES: dict[str, tuple[type[e.Event], ...]] = {
    "The process": (
        e.CandidateReported, e.CandidateConfirmed, e.CandidateDismissed, e.SecurityBreachFlagged, e.FollowUpDone,
        e.FollowUpWaived, e.IncidentReviewed,
    ),
    "The public was told": (e.IncidentDeclared, e.StatusUpdated, e.IncidentResolved, e.IncidentReopened),
    "People and notes": (
        e.ManagementStarted, e.RoleAssigned, e.NoteTaken, e.DetailsAmended, e.ServiceRestored,
    ),
    "Support cases": (e.SupportRequested, e.SupportChased),
    "Reminders and failures": (e.DeadlinePassed, e.CommandFailed),
}  # fmt: skip
"""In which lane each event is drawn. `CommandDone` is in none: that things were carried out is nothing to look for."""

MILESTONES = {
    "fault": "Fault",
    "detected": "Detected",
    "aware": "Team aware",
    "declared": "Declared",
    "repaired": "Repaired",
    "resolved": "Resolved",
}
"""What the milestones are called where there is little room."""

_ROOM = timedelta(minutes=1)


@frozen
class Mark:
    """A moment with a name."""

    at: datetime
    name: str


@frozen
class Stretch:
    """How long something was so."""

    start: datetime
    end: datetime
    name: str


@frozen(kw_only=True)
class Chronicle:
    """What is drawn. `impacts` are in the policy's order; `now` is None where the end is over; `later` counts the rest.

    `promise`: by when the public was promised the next word.
    """

    name: str
    start: datetime
    end: datetime
    now: datetime | None
    promise: datetime | None
    milestones: tuple[Mark, ...]
    impacts: tuple[str, ...]
    stretches: tuple[Stretch, ...]
    lanes: dict[str, tuple[Mark, ...]]
    later: int


def chronicle(incident: Incident, timeline: Sequence[TimelineEntry], policy: Policy, now: datetime) -> Chronicle:
    """Make the chronicle of an incident as of `now`."""
    marks = [Mark(at, MILESTONES[name]) for name, at in known(incident.milestones)]
    over = incident.state.final or incident.state is State.RESOLVED
    drawn = [entry for entry in timeline if not over or entry.event.at <= _end(incident, timeline)]
    told = [entry.event for entry in drawn if isinstance(entry.event, LANES["The public was told"])]
    promise = None if over else incident.next_update_at
    ends = [mark.at for mark in marks] + [entry.event.at for entry in drawn]
    ahead = [] if promise is None else [promise + _ROOM]
    end = max(ends) if over else max([now, *ends, *ahead])
    return Chronicle(
        name=f"Timeline of incident {incident.id}",
        start=min(ends),
        end=end,
        now=None if over or incident.kind is Kind.BACKFILLED else now,
        promise=promise,
        milestones=tuple(sorted(marks, key=lambda mark: mark.at)),
        impacts=tuple(impact.name for impact in policy.impacts if not impact.all_clear),
        stretches=tuple(_stretches(told, policy, end if over else now)),
        lanes={name: _lane(kinds, drawn, policy) for name, kinds in LANES.items()},
        later=len(timeline) - len(drawn),
    )


def known(milestones: Milestones) -> list[tuple[str, datetime]]:
    """List the milestones that are known, by name."""
    found = [(field.name, getattr(milestones, field.name)) for field in fields(Milestones)]
    return [(name, at) for name, at in found if at is not None]


def _end(incident: Incident, timeline: Sequence[TimelineEntry]) -> datetime:
    """When it was over: resolved, or else dismissed."""
    last = timeline[-1].event.at
    ended = [entry.event.at for entry in timeline if isinstance(entry.event, e.CandidateDismissed)]
    return incident.milestones.resolved or next(iter(ended), last)


def _lane(kinds: tuple[type[e.Event], ...], timeline: Sequence[TimelineEntry], policy: Policy) -> tuple[Mark, ...]:
    """The marks of one lane, each with the first words of what happened."""
    events = [entry.event for entry in timeline if isinstance(entry.event, kinds)]
    return tuple(Mark(event.at, str(sentence(event, policy))) for event in events)


def _stretches(told: Sequence[e.Event], policy: Policy, end: datetime) -> list[Stretch]:
    """From when until when the public was told of each impact."""
    found: list[Stretch] = []
    for event in told:
        said = policy.all_clear.name if isinstance(event, e.IncidentResolved) else getattr(event, "impact", "")
        if not said or (found and found[-1].name == said):
            continue
        if found:
            found[-1] = Stretch(found[-1].start, max(found[-1].start, event.at), found[-1].name)
        found.append(Stretch(event.at, max(end, event.at), said))
    return [stretch for stretch in found if stretch.name != policy.all_clear.name]
