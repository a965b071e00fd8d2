"""Webhooks as the two vendors send them, in our own words: shapes by their documentation, and room for changes."""

import json
from typing import Any

TOKEN = "canary-token"  # noqa: S105  opens nothing
SECRET = "canary-secret"  # noqa: S105  likewise


def alert(**changes: Any) -> dict[str, Any]:
    """One alert of Alertmanager, firing."""
    return {
        "status": "firing",
        "labels": {"alertname": "QueueTooLong", "severity": "critical", "namespace": "airflow"},
        "annotations": {
            "summary": "Tasks wait for 20 minutes",
            "description": "The scheduler finds no free slot.",
            "runbook_url": "https://runbooks.example.org/queue",
        },
        "startsAt": "2026-11-23T04:02:11.739266876+01:00",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "https://prometheus.example.org/graph?g0.expr=queue",
        "fingerprint": "1a30ba71cca2921f",
        **changes,
    }


def resolved(**changes: Any) -> dict[str, Any]:
    """The same alert, resolved."""
    return alert(status="resolved", endsAt="2026-11-23T03:40:00Z", **changes)


def alertmanager(*alerts: object, **changes: Any) -> bytes:
    """A webhook of Alertmanager, with one alert if none is given."""
    shown = list(alerts) or [alert()]
    return json.dumps(
        {
            "version": "4",
            "groupKey": '{}/{severity="critical"}:{alertname="QueueTooLong"}',
            "truncatedAlerts": 0,
            "status": "firing",
            "receiver": "incidents",
            "groupLabels": {"alertname": "QueueTooLong"},
            "commonLabels": {},
            "commonAnnotations": {},
            "externalURL": "https://alertmanager.example.org",
            "alerts": shown,
            **changes,
        }
    ).encode()


def incident(**changes: Any) -> dict[str, Any]:
    """An incident of PagerDuty, as `event.data` holds it."""
    return {
        "id": "PGR0VU2",
        "type": "incident",
        "self": "https://api.pagerduty.com/incidents/PGR0VU2",
        "html_url": "https://example.pagerduty.com/incidents/PGR0VU2",
        "number": 2,
        "status": "triggered",
        "created_at": "2026-11-23T03:02:00Z",
        "title": "Airflow cannot scale",
        "service": {"id": "PF9KMXH", "summary": "Airflow", "type": "service_reference"},
        "priority": {"id": "PSO75BM", "summary": "P1", "type": "priority_reference"},
        "escalation_policy": None,
        "urgency": "high",
        "resolve_reason": None,
        **changes,
    }


def pagerduty(kind: str = "incident.triggered", *, data: object = None, **changes: Any) -> bytes:
    """A webhook of PagerDuty."""
    return json.dumps(
        {
            "event": {
                "id": "5ac64822-4adc-4fda-ade0-410becf0de4f",
                "event_type": kind,
                "resource_type": "incident",
                "occurred_at": "2026-11-23T03:02:05.169Z",
                "agent": {"id": "PLH1HKV", "summary": "Sam Engineer", "type": "user_reference"},
                "client": None,
                "data": incident() if data is None else data,
                **changes,
            }
        }
    ).encode()
