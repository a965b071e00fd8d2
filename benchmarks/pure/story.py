"""One incident from report to review, as a bot sees it: what people said, notes, and a receipt for each command."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from incident_fsm import Action, Answer, Assessment, ChaseVia, Fix, Incident, Lifecycle, RoleHolder, Stage
from incident_fsm import events as e
from incident_fsm.commands import Command
from incident_fsm.policy_files import load_shipped

LIFECYCLE = Lifecycle(load_shipped())
POLICY = LIFECYCLE.policy
START = datetime(2026, 11, 23, 3, 2, tzinfo=UTC)
YES = Answer(met=True, evidence="12 users reported that their DAGs do not start")

_Facts = tuple[type[e.Event], dict[str, Any]]

OPENING: tuple[_Facts, ...] = (
    (e.CandidateReported, {"incident_id": "INC-1", "title": "Airflow Autoscaling Incident", "detected_at": START}),
    (e.NoteTaken, {"text": "Airflow tasks stay queued; the worker node group does not scale."}),
    (e.CandidateConfirmed, {"assessment": Assessment(unplanned=YES, impacts_users=YES, degrades_services=YES)}),
    (
        e.IncidentDeclared,
        {
            "services": POLICY.services[:1],
            "impact": "Minor",
            "message": "Scheduled Airflow tasks are delayed.",
            "next_update_at": START + timedelta(hours=1),
        },
    ),
    (e.ManagementStarted, {"lead": "jo", "roles": (RoleHolder(role="communications", person="sam"),)}),
)

MANAGING: tuple[_Facts, ...] = (
    (e.NoteTaken, {"text": "The autoscaler logs AccessDenied for ec2:RunInstances since 02:40."}),
    (e.RoleAssigned, {"role": "communications", "person": "ann"}),
    (e.SupportRequested, {"third_party": "aws", "account": "123456789012", "summary": "RunInstances is denied"}),
    (e.SecurityBreachFlagged, {"details": "A key of the node role is in a build log."}),
    (e.NoteTaken, {"text": "We rotate the key now."}),
    (
        e.StatusUpdated,
        {
            "message": "We know the cause.",
            "stage": Stage.DETECTED,
            "next_update_at": START + timedelta(hours=3),
            "cleared_for_public": True,
        },
    ),
    (e.NoteTaken, {"text": "The new key is in place, the quarantine stays."}),
    (e.SupportChased, {"case": "case_1", "message": "Any news?", "via": ChaseVia.CHANNEL}),
    (e.NoteTaken, {"text": "AWS lifted the quarantine; workers start again.", "from_thread": True}),
    (e.DetailsAmended, {"fault_at": START - timedelta(minutes=22), "reason": "found in the logs"}),
    (e.ServiceRestored, {"how": "A new key was issued, the quarantine lifted; the queue drains."}),
)

ENDING: tuple[_Facts, ...] = (
    (e.IncidentResolved, {"users_unaffected": True, "fix": Fix.TEMPORARY, "how": "The key was replaced by hand."}),
    *((e.FollowUpDone, {"follow_up": owed, "link": "https://example.org/done"})
      for owed in ("permanent_fix", "report", "post_mortem", "runbook")),
    (e.IncidentReviewed, {
        "lessons": ("Build logs can hold secrets.",),
        "actions": (Action(text="Scan build logs for keys", owner="jo", due=date(2026, 12, 18)),),
    }),
)  # fmt: skip


def _receipt(command: Command, number: int) -> e.CommandDone:
    """The receipt of a command that went well."""
    return e.CommandDone(
        id=f"done:{number}",
        at=command.requested_at + timedelta(seconds=2),
        by="folder",
        command_id=command.id,
        command=type(command).__name__,
        adapter="folder",
        reference=f"{type(command).__name__}-{number}",
        link="https://example.org/there",
    )


def told(*chapters: tuple[_Facts, ...]) -> Iterator[e.Event]:
    """Yield the events of some chapters, each command's receipt right after it, as our machine accepts them."""
    incident: Incident | None = None
    moment, number = START, 0
    for kind, facts in (one for chapter in chapters for one in chapter):
        moment += timedelta(minutes=7)
        number += 1
        event = kind(id=f"e-{number}", at=moment, by="sam", **facts)
        waiting: list[e.Event] = [event]
        while waiting:
            step = LIFECYCLE.step(incident, waiting[0]) if incident else LIFECYCLE.open(event)  # type: ignore[arg-type]  # the first is the report
            yield waiting.pop(0)
            incident = step.after
            for command in step.commands:
                number += 1
                waiting.append(_receipt(command, number))


WHOLE = tuple(told(OPENING, MANAGING, ENDING))
"""The whole life of an incident."""

BEGINNING = tuple(told(OPENING))
"""Until it is managed: from here, notes go into its thread."""

NOTE = e.NoteTaken(id="n", at=START + timedelta(hours=2), by="sam", text="We look into it.")
NO_ROW = e.ManagementStarted(id="r", at=START + timedelta(hours=2), by="sam", lead="jo")
GUARDED = e.RoleAssigned(id="g", at=START + timedelta(hours=2), by="sam", role="bass", person="jo")
"""What is accepted, what has no row, and what a guard refuses, while it is managed."""
