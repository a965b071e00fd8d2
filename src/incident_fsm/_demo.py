"""One incident from candidate to reviewed, told as it happens: what `make demo` and `incident demo` show.

Nothing is staged but the story: a desk with the embedded defaults (SQLite journal, the `folder` adapter, the default
policy) handles the events and delivers the commands. The clock is the story's, so every run writes the same artefacts.
"""

import textwrap
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from incident_fsm import events as e
from incident_fsm._delivery import Delivery
from incident_fsm._values import Action, Answer, Assessment, ChaseVia, Fix, RoleHolder, Stage
from incident_fsm.adapters import Receipt
from incident_fsm.commands import Command
from incident_fsm.desk import JOURNAL, Desk
from incident_fsm.engine import CommandStatus
from incident_fsm.policy_files import DEFAULT, load_shipped

INCIDENT = "INC-2026-0042"
BEGINNING = datetime(2026, 11, 23, 3, 2, tzinfo=UTC)
WIDTH = 100

_ARTEFACTS = {
    "status-page.html": "the public status page",
    "thread.md": "the incident thread",
    "support-case_1.md": "the AWS support case",
    "security-report.md": "the security report (readable by its owner only)",
    "permanent-fix-issue.md": "the issue for the permanent fix",
    "incident-report.html": "the incident report with its timeline",
    "incident-report.md": "the same as Markdown",
    "post-mortem.ics": "the invitation to the blameless post-mortem",
    "runbook.md": "the runbook",
}


class StoryClock:
    """The time in the story: moves only when told to."""

    def __init__(self, beginning: datetime) -> None:
        self.moment = beginning

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.moment


def main(folder: str | Path = "demo-incident") -> int:
    """Run the demo in a fresh folder of that name, and return how many commands were not delivered."""
    place = _fresh(Path(folder))
    clock = StoryClock(BEGINNING)
    policy = load_shipped()
    _print(f"One incident under the policy {DEFAULT!r} ({policy.name}). Journal: SQLite. Adapter: files in a folder.")
    with Desk.in_folder(place, policy, now=clock) as desk:
        for telling, minutes, batch in _story():
            clock.moment += timedelta(minutes=minutes)
            _play(desk, clock, telling, batch)
        undelivered = [record for record in desk.outbox() if record.status is not CommandStatus.DONE]
        faults = list(desk.verify())
    _print(f"\nJournal verified: {len(faults)} faults. Commands that still wait: {len(undelivered)}.")
    _print("\nThe artefacts, each usable as it is:")
    home = place.resolve() / INCIDENT
    for name, what in _ARTEFACTS.items():
        mark = "" if (home / name).is_file() else "   MISSING"
        _print(f"  {what + ':':50} {home / name}{mark}")
    _print(f"  {'the journal:':50} {place.resolve() / JOURNAL}")
    _print(f"\nTry next:  incident show {INCIDENT} --folder {place}")
    return len(undelivered) + len(faults)


def _fresh(folder: Path) -> Path:
    """Find a name that is not taken: an earlier demo is left alone."""
    number = 1
    place = folder
    while place.exists():
        number += 1
        place = folder.with_name(f"{folder.name}-{number}")
    return place


def _play(desk: Desk, clock: StoryClock, telling: str, batch: tuple[e.Event, ...]) -> None:
    """Hand one batch over, and tell what came of it."""
    local = clock().astimezone(desk.policy.calendar.zone)
    _print(f"\n{local:%a %d %b %H:%M}  {telling}")
    handled = desk.step(INCIDENT, *batch)
    deliveries = {delivery.command.id: delivery for delivery in desk.deliver()}
    for step in handled.steps:
        came_from = "" if step.before is None else f"{step.before.state.value} → "
        arrow = step.after.state.value if step.before and step.before.state is step.after.state else ""
        about = getattr(step.event, "follow_up", "")
        happened = f"{type(step.event).__name__}{f' ({about})' if about else ''}"
        _print(f"    {happened}: {arrow or came_from + step.after.state.value}")
        for command in step.commands:
            _print(f"      {type(command).__name__}{_about(command)}")
            _print(f"        {_came_to(deliveries.get(command.id))}")


def _about(command: Command) -> str:
    """Say in a few words what a command is about."""
    for attribute in ("message", "summary", "title", "text"):
        said = getattr(command, attribute, "")
        if said:
            return f": {textwrap.shorten(said, WIDTH - 40, placeholder=' …')}"
    return ""


def _came_to(delivery: Delivery | None) -> str:
    """Say what the adapter made of a command."""
    if delivery is None:
        return "waits in the outbox"
    if isinstance(delivery.outcome, Receipt):
        return f"{delivery.adapter} wrote {delivery.outcome.reference}"
    return f"{delivery.adapter or 'nobody'}: {type(delivery.outcome).__name__}, {delivery.outcome.why}"


def _print(line: str) -> None:
    """Tell one line of the story."""
    print(line)  # noqa: T201  the demo's whole point is to print


class _Script:
    """Writes events with ids and times that follow the story."""

    def __init__(self) -> None:
        self.moment = BEGINNING
        self.count = 0

    def after(self, minutes: int) -> None:
        """Let time pass."""
        self.moment += timedelta(minutes=minutes)

    def head(self, by: str) -> dict[str, Any]:
        """Name the next event."""
        self.count += 1
        return {"id": f"demo-{self.count}", "at": self.moment, "by": by}


def _story() -> Iterator[tuple[str, int, tuple[e.Event, ...]]]:
    """Yield what is told, how many minutes passed, and the events of each scene."""
    script = _Script()
    yield from _night(script)
    yield from _fix(script)
    yield from _aftermath(script)


def _scene(
    script: _Script, telling: str, minutes: int, by: str, *parts: tuple[type[e.Event], dict[str, Any]]
) -> tuple[str, int, tuple[e.Event, ...]]:
    """Write one scene: some time passes, then somebody says one or more things at once."""
    script.after(minutes)
    return telling, minutes, tuple(event(**script.head(by), **fields) for event, fields in parts)


def _night(script: _Script) -> Iterator[tuple[str, int, tuple[e.Event, ...]]]:
    """It is found, confirmed, declared and managed."""
    yield _scene(script, "An alert: Airflow tasks are queued, and no new workers start.", 0, "sam",
        (e.CandidateReported, {
            "incident_id": INCIDENT,
            "title": "Airflow Autoscaling Incident",
            "summary": "Airflow tasks stay queued; the worker node group does not scale.",
            "detected_at": script.moment,
        }))  # fmt: skip
    yield _scene(script, "It meets the criteria, so Sam confirms and declares it in one go.", 6, "sam",
        (e.CandidateConfirmed, {"assessment": Assessment(
            unplanned=Answer(met=True, evidence="no change was planned tonight"),
            impacts_users=Answer(met=True, evidence="12 users reported that their DAGs do not start"),
            degrades_services=Answer(met=True, evidence="task queue at 340 and growing"),
            increases_risk=Answer(met=False, evidence="running tasks finish; data is not at risk"),
        )}),
        (e.IncidentDeclared, {
            "services": ("Analytical Platform Compute",),
            "impact": "Minor",
            "message": "Scheduled Airflow tasks are delayed. Tasks that run already are not affected.",
            "next_update_at": script.moment + timedelta(minutes=42),
        }))  # fmt: skip
    yield _scene(script, "Jo takes the lead and opens the one thread.", 3, "jo",
        (e.ManagementStarted, {"lead": "jo", "roles": (RoleHolder(role="communications", person="sam"),)}))  # fmt: skip
    yield _scene(script, "A finding goes into the thread.", 5, "sam",
        (e.NoteTaken, {"text": "The autoscaler logs AccessDenied for ec2:RunInstances since 02:40."}))  # fmt: skip
    yield _scene(script, "It may lie with AWS, so a case is opened in the account affected.", 4, "jo",
        (e.SupportRequested, {
            "third_party": "aws",
            "account": "123456789012",
            "summary": "RunInstances denied for the EKS node role since 02:40 UTC",
            "details": "We did not change the node role's policy. Production is impaired.",
        }))  # fmt: skip
    yield _scene(script, "The role's key stands in a build log: a security breach, so it is reported.", 5, "sam",
        (e.SecurityBreachFlagged, {"details": "A key of the node role is in a build log."}))  # fmt: skip


def _fix(script: _Script) -> Iterator[tuple[str, int, tuple[e.Event, ...]]]:
    """It is worked on until users no longer face it."""
    yield _scene(script, "The promised update, before it is due.", 15, "sam",
        (e.StatusUpdated, {
            "message": "We know the cause and are working on a fix. Scheduled tasks are still delayed.",
            "stage": Stage.DETECTED,
            "next_update_at": script.moment + timedelta(minutes=95),
        }))  # fmt: skip
    yield _scene(script, "No answer from AWS yet: Jo asks in the channel.", 20, "jo",
        (e.SupportChased, {"case": "case_1", "message": "Any news?", "via": ChaseVia.CHANNEL}))  # fmt: skip
    yield _scene(script, "AWS had quarantined the leaked key. With a new one, workers start again.", 25, "jo",
        (e.ServiceRestored, {"how": "A new key was issued, the quarantine lifted; the queue drains."}))  # fmt: skip
    yield _scene(script, "Users no longer face it. The fix is temporary, so a permanent one is owed.", 17, "jo",
        (e.IncidentResolved, {
            "users_unaffected": True,
            "fix": Fix.TEMPORARY,
            "how": "The key was replaced by hand. The workers should use a role without any key.",
        }))  # fmt: skip


def _aftermath(script: _Script) -> Iterator[tuple[str, int, tuple[e.Event, ...]]]:
    """What is owed is settled, and the incident reviewed."""
    yield _scene(script, "Two weeks later: the follow-ups are settled.", (14 * 24 + 9) * 60 + 20, "jo",
        (e.FollowUpDone, {"follow_up": "permanent_fix"}),
        (e.FollowUpDone, {"follow_up": "report"}),
        (e.FollowUpDone, {"follow_up": "post_mortem"}),
        (e.FollowUpDone, {"follow_up": "runbook"}))  # fmt: skip
    yield _scene(script, "The post-mortem's lessons and actions are recorded; nothing is owed.", 30, "jo",
        (e.IncidentReviewed, {
            "lessons": (
                "Went well: The public was told six minutes after the first report, and every promise was kept.",
                "Went badly: Nobody was alerted when the autoscaler was denied; the queue's length was the first sign.",
                "Cause: A key stood in a build log, and was quarantined when it was found there.",
                "Build logs can hold secrets.",
            ),
            "actions": (
                Action(text="Alert on AccessDenied of the autoscaler", owner="sam", due=date(2026, 12, 11)),
                Action(text="Scan build logs for keys", owner="jo", due=date(2026, 12, 18)),
            ),
        }))  # fmt: skip
