"""The webhook of Alertmanager, version 4: a group of alerts, each firing or resolved.

An alert is one set of labels (`fingerprint`) from the moment it began to fire (`startsAt`); it fires again later with
another `startsAt`. That pair is the incident's identity. The group is not: its key stays the same for ever, and another
route, or a second Alertmanager beside the first, sends the same alert in another group.
"""

# No `from __future__ import annotations` here: Hypothesis' `st.builds` must be
# able to resolve the annotations of attrs classes.

import json
from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from incident_fsm import _values as v
from incident_fsm.alerts._payload import Heard, Part, digest, many_lines, one_line, parsed
from incident_fsm.events import CandidateReported, NoteTaken

_WHAT = "the webhook of Alertmanager"
_VERSION = "4"
_FIRING, _RESOLVED = "firing", "resolved"
_DESCRIPTION_MAX = 6_000
"""So much of the description is kept, so that the labels find room behind it."""


@frozen(kw_only=True)
class _Alert:
    """One alert. `ends` is None while it fires: Alertmanager then sends the year 1."""

    starts: datetime
    ends: datetime | None
    labels: dict[str, str]
    annotations: dict[str, str]
    fingerprint: str
    source: str

    @property
    def incident_id(self) -> str:
        """The same for the same alert, whoever sends it."""
        # Alertmanager before 0.19 sends no fingerprint; the labels it is made of say the same.
        whose = self.fingerprint or json.dumps(self.labels)
        return f"AM-{self.starts:%Y%m%d}-{digest(whose, self.starts.isoformat())}"

    @property
    def title(self) -> str:
        """Its summary, as whoever wrote the alerting rule worded it, or its name."""
        words = (self.annotations.get("summary", ""), self.labels.get("alertname", ""))
        return next(filter(None, map(one_line, words)), "An alert without a name")


def read_alertmanager(payload: bytes, *, by: str = "Alertmanager") -> tuple[Heard, ...]:
    """Turn a webhook of Alertmanager into events: a candidate for each alert that fires, a note for each that resolved.

    `by` is who says so in the events. Times are Alertmanager's own: an alert was reported, and detected, when it began
    to fire. Raises `CodecError` with each path, and then takes nothing of the payload.
    """
    root = parsed(payload, _WHAT)
    root.member("version").one_of(_VERSION)
    alerts = [_alert_of(part) for part in root.member("alerts").items()]
    root.check(_WHAT)
    return tuple(_heard(alert, by) for alert in alerts)


def _alert_of(part: Part) -> _Alert:
    """Read one alert."""
    status = part.member("status").one_of(_FIRING, _RESOLVED)
    return _Alert(
        starts=part.member("startsAt").moment(),
        ends=part.member("endsAt").moment() if status == _RESOLVED else None,
        labels=part.member("labels").texts(),
        annotations=part.member("annotations").texts(),
        fingerprint=part.member("fingerprint").text(optional=True),
        source=part.member("generatorURL").text(optional=True),
    )


def _heard(alert: _Alert, by: str) -> Heard:
    """Word an alert as an event."""
    incident_id = alert.incident_id
    if alert.ends is not None:
        text = f"The alert resolved: {alert.title}"
        return Heard(
            incident_id=incident_id, event=NoteTaken(id=f"resolved:{incident_id}", at=alert.ends, by=by, text=text)
        )
    return Heard(
        incident_id=incident_id,
        event=CandidateReported(
            id=f"reported:{incident_id}",
            at=alert.starts,
            by=by,
            incident_id=incident_id,
            title=alert.title,
            summary=many_lines("\n".join(_known(alert))),
            detected_at=alert.starts,
        ),
    )


def _known(alert: _Alert) -> Iterator[str]:
    """Say what is known of an alert, a line each; what matters most comes first, since long texts are cut."""
    yield many_lines(alert.annotations.get("description", ""), _DESCRIPTION_MAX)
    if alert.source.startswith(("http://", "https://")):
        yield f"Source: {one_line(alert.source, v.LINK_MAX)}"
    for said in (alert.annotations, alert.labels):
        for key, value in said.items():
            if key not in {"summary", "description"}:
                yield f"{one_line(key)}: {one_line(value)}"
