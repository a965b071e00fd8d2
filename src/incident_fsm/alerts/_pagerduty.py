"""The webhook of PagerDuty, version 3: one event of one of its incidents.

PagerDuty's incident is our candidate: its id is the incident's identity, so a second subscription, or a delivery that
is repeated, changes nothing. Of its events three matter here: triggered, resolved and reopened. The others
(acknowledged, reassigned, the ping when a subscription is tried out, and those still to come) are let pass.
"""

import re
from collections.abc import Iterator

from incident_fsm import _values as v
from incident_fsm.alerts._payload import Heard, Part, digest, many_lines, one_line, parsed
from incident_fsm.events import CandidateReported, NoteTaken

_WHAT = "the webhook of PagerDuty"
_TRIGGERED = "incident.triggered"
_NOTED = {"incident.resolved": "The alert resolved", "incident.reopened": "The alert is firing again"}
_PLAIN = re.compile("[A-Za-z0-9-]{1,40}")
"""PagerDuty's own ids look like PGR0VU2, 01BRB6ZP4M6T8ZG4X6BP63ZB9O or a UUID."""


def read_pagerduty(payload: bytes, *, by: str = "PagerDuty") -> tuple[Heard, ...]:
    """Turn a webhook of PagerDuty into an event: a candidate, a note, or nothing.

    `by` is who says so in the event. The time is PagerDuty's own (`occurred_at`). Raises `CodecError` with each path.
    """
    root = parsed(payload, _WHAT)
    event = root.member("event")
    kind = event.member("event_type").text()
    heard = [_candidate(event, by)] if kind == _TRIGGERED else [_note(event, kind, by)] if kind in _NOTED else []
    root.check(_WHAT)
    return tuple(heard)


def _candidate(event: Part, by: str) -> Heard:
    """Word an incident that was triggered as a candidate."""
    incident, at = event.member("data"), event.member("occurred_at").moment()
    incident_id = _incident_id(incident)
    return Heard(
        incident_id=incident_id,
        event=CandidateReported(
            id=f"reported:{incident_id}",
            at=at,
            by=by,
            incident_id=incident_id,
            title=_title(incident),
            summary=many_lines("\n".join(_known(incident))),
            detected_at=at,
        ),
    )


def _note(event: Part, kind: str, by: str) -> Heard:
    """Word what became of an incident as a note; it may resolve more than once, so PagerDuty's event id tells."""
    incident_id, event_id = _incident_id(event.member("data")), event.member("id")
    who = _summary(event, "agent")
    return Heard(
        incident_id=incident_id,
        event=NoteTaken(
            id=f"{kind.partition('.')[2]}:{incident_id}:{_id(event_id)}",
            at=event.member("occurred_at").moment(),
            by=by,
            text=f"{_NOTED[kind]}: {_title(event.member('data'))}{who and f' ({who})'}",
        ),
    )


def _incident_id(incident: Part) -> str:
    """The same for the same incident of PagerDuty."""
    return f"PD-{_id(incident.member('id'))}"


def _id(part: Part) -> str:
    """Take an id of PagerDuty as it is, or a digest of one that could not be an id here."""
    said = part.text()
    if not said and part.there:
        part.blame("is empty")
    return said if _PLAIN.fullmatch(said) else digest(said)


def _title(incident: Part) -> str:
    """Its title, or something to call it by."""
    return one_line(incident.member("title").text()) or "An incident without a title"


def _known(incident: Part) -> Iterator[str]:
    """Say what is known of an incident, a line each."""
    link = incident.member("html_url").text(optional=True)
    if link.startswith("https://"):
        yield f"PagerDuty: {one_line(link, v.LINK_MAX)}"
    for key in ("service", "priority", "escalation_policy"):
        if said := _summary(incident, key):
            yield f"{key.replace('_', ' ').capitalize()}: {said}"
    if urgency := one_line(incident.member("urgency").text(optional=True)):
        yield f"Urgency: {urgency}"


def _summary(part: Part, key: str) -> str:
    """Name what a part refers to; a reference may be missing or null."""
    reference = part.member(key)
    return one_line(reference.member("summary").text(optional=True)) if reference.there else ""
