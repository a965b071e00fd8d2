"""The agenda of a blameless post-mortem (§6): what to talk about, and what the record says is worth talking about."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from incident_fsm import events as e
from incident_fsm._incident import Incident
from incident_fsm._reactions.end import MEETING_MINUTES
from incident_fsm._results import TimelineEntry
from incident_fsm._values import FollowUpState, Kind
from incident_fsm.documents import data
from incident_fsm.documents.data import PlainData
from incident_fsm.documents.lengths import lengths
from incident_fsm.documents.sentences import sentence
from incident_fsm.documents.times import hours
from incident_fsm.measures import Measured, measure
from incident_fsm.policy import Policy

POINTS = (
    ("Why we meet", 5),
    ("What happened", 15),
    ("What went well, and what went badly", 10),
    ("Causes", 10),
    ("Actions", 15),
    ("What is still owed", 5),
)
"""What is talked about, and for how many minutes: together as long as the meeting that the process schedules."""

_NEVER_RECORDED = {
    "fault": "when it broke",
    "detected": "when it was first noticed",
    "declared": "when it was declared",
    "repaired": "when service was restored",
}

_BY_PROGRAMS = (*e.RECEIPTS, e.DeadlinePassed)


def agenda_data(incident: Incident, policy: Policy, timeline: Iterable[TimelineEntry], at: datetime) -> PlainData:
    """Everything that the agenda says, as of `at`."""
    zone = policy.calendar.zone
    recorded = tuple(timeline)
    entries = data.in_order(recorded)
    took = measure(incident, recorded, policy, at)
    owed = incident.follow_up("post_mortem")
    return {
        **data.incident_data(incident, policy),
        "as_of": at.astimezone(zone),
        "due": owed.due.astimezone(zone) if owed and owed.due and owed.state is FollowUpState.OPEN else None,
        "points": [{"name": name, "minutes": minutes} for name, minutes in POINTS],
        "minutes": MEETING_MINUTES,
        "invited": _invited(incident, entries),
        "impacts": data.impacts(entries, policy),
        "key_events": data.key_events(incident, zone),
        "lengths": lengths(took, policy.calendar),
        "support_hours": hours(policy.calendar),
        "fix": data.fix(incident),
        "worth": [*_about_promises(took), *_about_milestones(incident), *_about_events(incident, entries, policy)],
        "follow_ups": data.follow_ups(incident, policy),
    }


def _invited(incident: Incident, entries: Iterable[TimelineEntry]) -> list[str]:
    """Everybody who played a part: who held a role, who reported it, and who said something on the way."""
    spoke = (entry.event.by for entry in entries if not isinstance(entry.event, _BY_PROGRAMS))
    return list(dict.fromkeys((*(held.person for held in incident.roles), incident.reporter, *spoke)))


def _point(form: str, text: str = "", **values: str) -> PlainData:
    """Something worth talking about, in the form of a sentence (see `sentences`)."""
    return {"form": form, "values": values, "text": text}


def _about_promises(took: Measured) -> Iterator[PlainData]:
    """Yield that the public waited in vain."""
    if took.promises_missed:
        whole = took.promises_kept + took.promises_missed
        yield _point(f"Of {whole} promised updates, {took.promises_missed} did not come in time")


def _about_milestones(incident: Incident) -> Iterator[PlainData]:
    """Yield what nobody knows, and what came in an order that says something."""
    marks = incident.milestones
    unknown = [said for name, said in _NEVER_RECORDED.items() if getattr(marks, name) is None]
    if unknown:
        yield _point("Not known: " + "; ".join(unknown))
    if marks.declared and marks.repaired and marks.declared > marks.repaired:
        yield _point("It was declared only after service was restored")


def _about_events(incident: Incident, entries: Sequence[TimelineEntry], policy: Policy) -> Iterator[PlainData]:
    """Yield what the timeline shows: what was late, what failed, what was begun twice."""
    telling = (e.DeadlinePassed, e.CommandFailed, e.IncidentReopened, e.SupportChased)
    for entry in entries:
        if isinstance(entry.event, telling):
            said = sentence(entry.event, policy)
            yield _point(said.form, said.text, **said.values)
    late = sum(entry.recorded_at - entry.event.at > data.LATE for entry in entries)
    if late and incident.kind is not Kind.BACKFILLED:
        minutes = int(data.LATE.total_seconds() // 60)
        yield _point(f"Written down more than {minutes} minutes after it happened: {late} of {len(entries)} entries")
