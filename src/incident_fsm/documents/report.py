"""The incident report (§6): what happened, how long it took by either clock, and what was learned."""

from collections.abc import Iterable
from datetime import datetime

from incident_fsm._incident import Incident
from incident_fsm._results import TimelineEntry
from incident_fsm._states import State
from incident_fsm.commands import PublishReport
from incident_fsm.documents import data
from incident_fsm.documents.data import PlainData
from incident_fsm.documents.lengths import lengths
from incident_fsm.documents.lessons import sorted_lessons
from incident_fsm.documents.times import hours
from incident_fsm.measures import measure
from incident_fsm.policy import Policy


def report_data(
    incident: Incident,
    policy: Policy,
    timeline: Iterable[TimelineEntry],
    at: datetime,
    review: PublishReport | None = None,
) -> PlainData:
    """Everything that an incident report says, as of `at`. Final once it is reviewed (§6), which `review` may bring."""
    zone = policy.calendar.zone
    recorded = tuple(timeline)
    entries = data.in_order(recorded)
    reviewed = incident if review is None else review
    took = measure(incident, recorded, policy, at)
    return {
        **data.incident_data(incident, policy),
        "as_of": at.astimezone(zone),
        "final": review is not None or incident.state is State.REVIEWED,
        "impacts": data.impacts(entries, policy),
        "key_events": data.key_events(incident, zone),
        "lengths": lengths(took, policy.calendar),
        "support_hours": hours(policy.calendar),
        "promises": {"kept": took.promises_kept, "missed": took.promises_missed},
        "criteria": data.criteria(incident, policy),
        "days": data.timeline_data(entries, incident, policy, receipts=False),
        "fix": data.fix(incident),
        "follow_ups": data.follow_ups(incident, policy),
        "lessons": list(reviewed.lessons),
        "learned": sorted_lessons(reviewed.lessons),
        "actions": [data.plain(action, zone) for action in reviewed.actions],
        "cases": data.cases(incident, policy),
    }
