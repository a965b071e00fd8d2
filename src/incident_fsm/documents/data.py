"""From our values to the plain data that templates are given: dicts, lists, texts and times in the policy's zone.

Nothing here reads the clock: what is said to be so "as of" a time takes that time from the command or the caller.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from enum import Enum
from itertools import groupby
from typing import Any

from attrs import fields, has

from incident_fsm._calendar import Span
from incident_fsm._incident import Incident
from incident_fsm._results import TimelineEntry
from incident_fsm._values import Audience, Fix, FollowUpState, Kind
from incident_fsm.documents import times
from incident_fsm.documents.sentences import criteria_met, sentence
from incident_fsm.events import RECEIPTS, IncidentDeclared, IncidentReopened, IncidentResolved, StatusUpdated
from incident_fsm.policy import Policy

PlainData = dict[str, Any]

LATE = timedelta(minutes=15)
"""A fact that was recorded so much later than it happened says so in the timeline."""

_MILESTONE_NAMES = {
    "fault": "Fault occurred",
    "detected": "First detected",
    "aware": "Team aware",
    "declared": "Incident declared",
    "repaired": "Service restored",
    "resolved": "Resolved",
}

_FIXES = {
    Fix.PERMANENT: "a permanent fix",
    Fix.TEMPORARY: "a temporary fix",
    Fix.FALSE_ALARM: "a false alarm",
    Fix.DUPLICATE: "a duplicate of another incident",
}

_PERMANENT = {
    FollowUpState.OPEN: "; a permanent one is owed",
    FollowUpState.DONE: "; a permanent one has its issue",
    FollowUpState.WAIVED: "",
}


def plain(value: object, zone: tzinfo) -> Any:  # noqa: ANN401  plain data is what it is
    """Turn any of our values into plain data; times are given in the zone that its readers live in."""
    if isinstance(value, datetime):
        return value.astimezone(zone)
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, tuple | list):
        return [plain(item, zone) for item in value]
    if isinstance(value, Span):
        return str(value)
    kind = type(value)
    if has(kind):
        return {attribute.name: plain(getattr(value, attribute.name), zone) for attribute in fields(kind)}
    return value


def incident_data(incident: Incident, policy: Policy) -> PlainData:
    """What every document about an incident may say: the incident itself, who plays a part, where to look."""
    data: PlainData = plain(incident, policy.calendar.zone)
    drill = incident.kind is Kind.DRILL
    return data | {
        "title": f"DRILL: {incident.title}" if drill else incident.title,
        "restricted": is_restricted(incident),
        "policy": policy.name,
        "zone": policy.calendar.timezone,
        "links": [{**place, "link": sendable(place["link"])} for place in places(data["references"])],
        "people": [{"name": role_name(held.role, policy), "person": held.person} for held in incident.roles],
    }


def places(references: PlainData) -> list[PlainData]:
    """Where to look for what was done, by name; not where a breach was reported, which is for fewer readers."""
    return [
        {"name": name.replace("_", " "), **reference}
        for name, reference in references.items()
        if reference is not None and name != "security_report"
    ]


def timeline_data(
    timeline: Iterable[TimelineEntry], incident: Incident, policy: Policy, *, receipts: bool = True
) -> list[PlainData]:
    """The timeline by day, each entry as a sentence; with or without what became of the commands."""
    entries = in_order(timeline)
    said = [
        entry_data(entry, incident, policy) for entry in entries if receipts or not isinstance(entry.event, RECEIPTS)
    ]
    days = groupby(said, key=lambda entry: entry["at"].date())
    return [{"name": times.weekday(date), "entries": list(entries_of_day)} for date, entries_of_day in days]


def in_order(timeline: Iterable[TimelineEntry]) -> list[TimelineEntry]:
    """Put a timeline into the order in which things happened, which is not always that in which they were recorded."""
    return sorted(timeline, key=lambda entry: (entry.event.at, entry.revision))


def entry_data(entry: TimelineEntry, incident: Incident, policy: Policy) -> PlainData:
    """One event. `late`: when it was recorded, where that was much later; what is backfilled is always late."""
    zone = policy.calendar.zone
    said = sentence(entry.event, policy)
    late = entry.recorded_at - entry.event.at > LATE and incident.kind is not Kind.BACKFILLED
    return {
        "type": type(entry.event).__name__,
        "at": entry.event.at.astimezone(zone),
        "late": entry.recorded_at.astimezone(zone) if late else None,
        "by": entry.event.by,
        "form": said.form,
        "values": said.values,
        "text": said.text,
    }


def impacts(entries: Sequence[TimelineEntry], policy: Policy) -> list[PlainData]:
    """How bad it was said to be, from when on; only where that changed."""
    found: list[PlainData] = []
    for event in (entry.event for entry in entries):
        if isinstance(event, IncidentResolved):
            name = policy.all_clear.name
        elif isinstance(event, IncidentDeclared | StatusUpdated | IncidentReopened) and event.impact:
            name = event.impact
        else:
            continue
        if not found or found[-1]["name"] != name:
            known = policy.impact(name)
            at = event.at.astimezone(policy.calendar.zone)
            found.append({"at": at, "name": name, "description": known.description if known else ""})
    return found


def key_events(incident: Incident, zone: tzinfo) -> list[PlainData]:
    """The milestones that are known, in the order in which they happened."""
    known = [(getattr(incident.milestones, key), name) for key, name in _MILESTONE_NAMES.items()]
    return [{"name": name, "at": at.astimezone(zone)} for at, name in sorted(pair for pair in known if pair[0])]


def criteria(incident: Incident, policy: Policy) -> list[PlainData]:
    """The answers of §1, in the policy's words."""
    if incident.assessment is None:
        return []
    found = criteria_met(incident.assessment, policy)
    return [{"question": question, "met": met, "evidence": evidence} for question, met, evidence in found]


def fix(incident: Incident) -> str:
    """How it was ended, in words; nothing while it is not. A temporary fix says what became of the permanent one."""
    if incident.fix is None:
        return ""
    states = {owed.state for owed in incident.follow_ups if owed.key == "permanent_fix"}
    more = _PERMANENT[states.pop()] if incident.fix is Fix.TEMPORARY and states else ""
    return _FIXES[incident.fix] + more


def sendable(link: str) -> str:
    """A link that others can follow, too; nothing where it leads to a file of this machine, which only names a path.

    What the folder adapter did is linked like that. Documents are sent on, and its reference says as much to others.
    """
    return "" if link.lower().startswith("file:") else link


def follow_ups(incident: Incident, policy: Policy) -> list[PlainData]:
    """What is owed, with its state and how strongly the policy asks for it (§5, §6)."""
    rules = {rule.key: rule.description for rule in policy.follow_ups}
    return [
        {
            **plain(owed, policy.calendar.zone),
            "description": rules.get(owed.key, owed.key.replace("_", " ")),
            "link": sendable(owed.link),
        }
        for owed in incident.follow_ups
    ]


def cases(incident: Incident, policy: Policy) -> list[PlainData]:
    """The support cases (§4), with the third party's name."""
    return [
        {
            **plain(case, policy.calendar.zone),
            "party": party.name if party else case.third_party,
            "link": sendable(case.link),
        }
        for case in incident.cases
        for party in (policy.third_party(case.third_party),)
    ]


def role_name(key: str, policy: Policy) -> str:
    """A role's name."""
    role = policy.role(key)
    return role.name if role else key


def is_restricted(incident: Incident) -> bool:
    """Whether only those who handle a security breach may read about it."""
    return incident.audience is Audience.RESTRICTED


def channel(incident: Incident, policy: Policy) -> str:
    """Where an incident is talked about: the team's channel, or the narrow one."""
    return policy.security.channel if is_restricted(incident) else policy.thread.channel
