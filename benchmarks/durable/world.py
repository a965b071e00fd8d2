"""What every contestant of the durable figures does: one incident under the embedded policy, and its next events.

The events go round in a cycle of eight with twelve commands, one and a half a step: three notes (a post to the thread
each), resolved (the all-clear, a post, an invitation), three notes, reopened (a status post, a post, the meeting called
off). The incident stays as large as it is, however often they go round.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from incident_fsm import Answer, Assessment, Fix, Lifecycle
from incident_fsm import events as e
from incident_fsm.policy_files import load_shipped

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PROMISE = AT + timedelta(days=365)
"""When the public hears again, so far ahead that nothing is overdue in a benchmark."""

LIFECYCLE = Lifecycle(load_shipped())
POLICY = LIFECYCLE.policy
ID = "INC-1"
SAID = "We looked at the queue of the scheduler; workers start again, and the backlog shrinks by 40 tasks a minute."

CYCLE, COMMANDS = 8, 12
"""So many events make a round, and ask for so many commands."""


def beginning(incident_id: str = ID, at: datetime = AT, promise: datetime = PROMISE) -> list[e.Event]:
    """Report, confirm, declare and manage; the public hears again when it was promised."""
    yes = Answer(met=True, evidence="an alert at 02:55")
    head: dict[str, Any] = {"at": at, "by": "sam"}
    return [
        e.CandidateReported(
            id=f"{incident_id}:1", incident_id=incident_id, title="Airflow Autoscaling Incident", **head
        ),
        e.CandidateConfirmed(
            id=f"{incident_id}:2", assessment=Assessment(unplanned=yes, impacts_users=yes, increases_risk=yes), **head
        ),
        e.IncidentDeclared(
            id=f"{incident_id}:3",
            services=POLICY.services[:1],
            impact="Minor",
            message="Scheduled tasks are delayed.",
            next_update_at=promise,
            **head,
        ),
        e.ManagementStarted(id=f"{incident_id}:4", lead="jo", **head),
    ]


def around(incident_id: str = ID, at: datetime = AT) -> Iterator[e.Event]:
    """Yield the events of an incident that began, round after round."""
    head: dict[str, Any] = {"at": at, "by": "jo"}
    for number in count(1):
        name = f"{incident_id}:round:{number}"
        for half, turn in enumerate((_resolved, _reopened)):
            for note in range(CYCLE // 2 - 1):
                yield e.NoteTaken(id=f"{name}:note:{half}:{note}", text=SAID, **head)
            yield turn(name, head)


def _resolved(name: str, head: dict[str, Any]) -> e.Event:
    """It ended."""
    return e.IncidentResolved(
        id=f"{name}:resolved", users_unaffected=True, fix=Fix.PERMANENT, how="The node group was resized.", **head
    )


def _reopened(name: str, head: dict[str, Any]) -> e.Event:
    """It did not."""
    return e.IncidentReopened(
        id=f"{name}:reopened",
        reason="Tasks queue up again.",
        impact="Minor",
        message="Scheduled tasks are delayed again.",
        next_update_at=PROMISE,
        **head,
    )
