"""From our values to the plain data that templates are given: dicts, lists, texts and times in the policy's zone.

Nothing here reads the clock: what is said to be so "as of" a time takes that time from the command or the caller.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from enum import Enum
from itertools import groupby
from typing import Any

from attrs import fields, has

from incident_fsm import metrics
from incident_fsm._incident import Incident
from incident_fsm._results import TimelineEntry
from incident_fsm._states import State
from incident_fsm._values import Audience, Fix, Kind
from incident_fsm.commands import PublishReport
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
    Fix.TEMPORARY: "a temporary fix; a permanent one is owed",
    Fix.FALSE_ALARM: "a false alarm",
    Fix.DUPLICATE: "a duplicate of another incident",
}


def plain(value: object, zone: tzinfo) -> Any:  # noqa: ANN401  plain data is what it is
    """Turn any of our values into plain data; times are given in the zone that its readers live in."""
    if isinstance(value, datetime):
        return value.astimezone(zone)
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, tuple | list):
        return [plain(item, zone) for item in value]
    kind = type(value)
    if has(kind):
        return {attribute.name: plain(getattr(value, attribute.name), zone) for attribute in fields(kind)}
    return value


def report_data(
    incident: Incident,
    policy: Policy,
    timeline: Iterable[TimelineEntry],
    at: datetime,
    review: PublishReport | None = None,
) -> PlainData:
    """Everything that an incident report says, as of `at`. Final once it is reviewed (§6), which `review` may bring."""
    zone = policy.calendar.zone
    entries = _in_order(timeline)
    reviewed = incident if review is None else review
    return {
        **incident_data(incident, policy),
        "as_of": at.astimezone(zone),
        "final": review is not None or incident.state is State.REVIEWED,
        "impacts": _impacts(entries, policy),
        "key_events": _key_events(incident, zone),
        "durations": _durations(incident),
        "criteria": _criteria(incident, policy),
        "days": timeline_data(entries, incident, policy, receipts=False),
        "fix": _FIXES[incident.fix] if incident.fix else "",
        "follow_ups": _follow_ups(incident, policy),
        "lessons": list(reviewed.lessons),
        "actions": [plain(action, zone) for action in reviewed.actions],
        "cases": _cases(incident, policy),
    }


def runbook_data(incident: Incident, policy: Policy, at: datetime, *, services: Sequence[str], how: str) -> PlainData:
    """Everything that a runbook skeleton says: what was seen, and how it was fixed. `at`: when it was last reviewed."""
    return {
        **incident_data(incident, policy),
        "reviewed": at.astimezone(policy.calendar.zone).date(),
        "services": list(services),
        "how": how,
        # That it was unplanned, the first of the questions, is no symptom.
        "symptoms": [answer for answer in _criteria(incident, policy)[1:] if answer["met"]],
        "fix": _FIXES[incident.fix] if incident.fix else "",
        "cases": _cases(incident, policy),
        "owner": policy.page.owner,
        "channel": policy.security.channel if _is_restricted(incident) else policy.thread.channel,
        "parties": [plain(party, policy.calendar.zone) for party in policy.third_parties],
    }


def incident_data(incident: Incident, policy: Policy) -> PlainData:
    """What every document about an incident may say: the incident itself, who plays a part, where to look."""
    data: PlainData = plain(incident, policy.calendar.zone)
    drill = incident.kind is Kind.DRILL
    return data | {
        "title": f"DRILL: {incident.title}" if drill else incident.title,
        "restricted": _is_restricted(incident),
        "policy": policy.name,
        "zone": policy.calendar.timezone,
        "links": [
            {"name": name.replace("_", " "), **reference}
            for name, reference in data["references"].items()
            if reference is not None and name != "security_report"
        ],
        "people": [{"name": _role_name(held.role, policy), "person": held.person} for held in incident.roles],
    }


def timeline_data(
    timeline: Iterable[TimelineEntry], incident: Incident, policy: Policy, *, receipts: bool = True
) -> list[PlainData]:
    """The timeline by day, each entry as a sentence; with or without what became of the commands."""
    entries = _in_order(timeline)
    said = [_entry(entry, incident, policy) for entry in entries if receipts or not isinstance(entry.event, RECEIPTS)]
    days = groupby(said, key=lambda entry: entry["at"].date())
    return [{"name": times.weekday(date), "entries": list(entries_of_day)} for date, entries_of_day in days]


def _in_order(timeline: Iterable[TimelineEntry]) -> list[TimelineEntry]:
    """Put a timeline into the order in which things happened, which is not always that in which they were recorded."""
    return sorted(timeline, key=lambda entry: (entry.event.at, entry.revision))


def _entry(entry: TimelineEntry, incident: Incident, policy: Policy) -> PlainData:
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


def _impacts(entries: Sequence[TimelineEntry], policy: Policy) -> list[PlainData]:
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


def _key_events(incident: Incident, zone: tzinfo) -> list[PlainData]:
    """The milestones that are known, in the order in which they happened."""
    known = [(getattr(incident.milestones, key), name) for key, name in _MILESTONE_NAMES.items()]
    return [{"name": name, "at": at.astimezone(zone)} for at, name in sorted(pair for pair in known if pair[0])]


def _durations(incident: Incident) -> list[PlainData]:
    """How long it took, where that can be computed: never typed by hand."""
    measured = {
        "Time to repair": metrics.time_to_repair(incident.milestones),
        "Time to resolve": metrics.time_to_resolve(incident.milestones),
    }
    return [{"name": name, "length": length} for name, length in measured.items() if length is not None]


def _criteria(incident: Incident, policy: Policy) -> list[PlainData]:
    """The answers of §1, in the policy's words."""
    if incident.assessment is None:
        return []
    found = criteria_met(incident.assessment, policy)
    return [{"question": question, "met": met, "evidence": evidence} for question, met, evidence in found]


def _follow_ups(incident: Incident, policy: Policy) -> list[PlainData]:
    """What is owed, with its state and how strongly the policy asks for it (§5, §6)."""
    rules = {rule.key: rule.description for rule in policy.follow_ups}
    return [
        {**plain(owed, policy.calendar.zone), "description": rules.get(owed.key, owed.key.replace("_", " "))}
        for owed in incident.follow_ups
    ]


def _cases(incident: Incident, policy: Policy) -> list[PlainData]:
    """The support cases (§4), with the third party's name."""
    return [
        {**plain(case, policy.calendar.zone), "party": party.name if party else case.third_party}
        for case in incident.cases
        for party in (policy.third_party(case.third_party),)
    ]


def _role_name(key: str, policy: Policy) -> str:
    """A role's name."""
    role = policy.role(key)
    return role.name if role else key


def _is_restricted(incident: Incident) -> bool:
    """Whether only those who handle a security breach may read about it."""
    return incident.audience is Audience.RESTRICTED
