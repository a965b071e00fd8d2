"""One realistic incident, from the first alert to the review, for the tests of documents and of adapters.

It is told through the lifecycle under the shipped policy, so that its commands are those that the process emits.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache

from attrs import evolve, frozen

from incident_fsm import (
    Action,
    Answer,
    Assessment,
    ChaseVia,
    Fix,
    Incident,
    Kind,
    Lifecycle,
    Policy,
    RoleHolder,
    Stage,
)
from incident_fsm import events as e
from incident_fsm._results import TimelineEntry
from incident_fsm.adapters import Context
from incident_fsm.commands import Command
from incident_fsm.policy_files import load_shipped

ID = "INC-2026-07"
TITLE = "Airflow Autoscaling Incident"
COMPUTE = "Analytical Platform Compute"
STORAGE = "Analytical Platform Storage"
NINE = datetime(2026, 6, 10, 8, 0, tzinfo=UTC)
"""Nine o'clock in London, a Wednesday in summer."""


@frozen
class Told:
    """An incident, its policy, its timeline, and every command that it gave rise to."""

    incident: Incident
    policy: Policy
    timeline: tuple[TimelineEntry, ...]
    commands: tuple[Command, ...]

    @property
    def context(self) -> Context:
        """What an adapter is shown."""
        return Context(incident=self.incident, policy=self.policy, timeline=lambda: self.timeline)


def at(minutes: int) -> datetime:
    """So many minutes after nine."""
    return NINE + timedelta(minutes=minutes)


def tell(events: Iterable[e.Event], policy: Policy | None = None) -> Told:
    """Tell an incident event by event; each is recorded a minute after it happened."""
    lifecycle = Lifecycle(policy or load_shipped())
    incident: Incident | None = None
    entries: list[TimelineEntry] = []
    commands: list[Command] = []
    for event in events:
        step = lifecycle.open(event) if isinstance(event, e.CandidateReported) else None
        step = step or lifecycle.step(told(incident), event)
        incident = step.after
        recorded = event.at + timedelta(minutes=1)
        entries.append(TimelineEntry(revision=incident.revision, recorded_at=recorded, event=event))
        commands.extend(step.commands)
    return Told(told(incident), lifecycle.policy, tuple(entries), tuple(commands))


def told(incident: Incident | None) -> Incident:
    """The incident that the first event opened."""
    assert incident is not None, "a story begins with CandidateReported"
    return incident


def beginning(title: str = TITLE, summary: str = "", kind: Kind = Kind.LIVE, *, breach: bool = False) -> list[e.Event]:
    """Up to where it is managed."""
    yes = Answer(met=True, evidence="312 tasks queued, none running; users in #ask-data-engineering say so")
    return [
        e.CandidateReported(
            id="e1",
            at=at(5),
            by="Grace Hopper",
            incident_id=ID,
            title=title,
            summary=summary or "Airflow tasks stay queued.\nThe autoscaler does not add nodes since about 08:40.",
            kind=kind,
            security_breach=breach,
            fault_at=at(-20),
            detected_at=at(2),
        ),
        e.CandidateConfirmed(
            id="e2", at=at(9), by="Grace Hopper", assessment=Assessment(unplanned=yes, impacts_users=yes)
        ),
        e.IncidentDeclared(
            id="e3",
            at=at(12),
            by="Grace Hopper",
            services=(COMPUTE, STORAGE),
            impact="Major",
            message="Airflow tasks are not starting. We are looking into it.",
            next_update_at=at(42),
            cleared_for_public=breach,
        ),
        e.ManagementStarted(
            id="e4",
            at=at(13),
            by="Grace Hopper",
            lead="Ada Lovelace",
            roles=(RoleHolder(role="communications", person="Katherine Johnson"),),
        ),
    ]


def middle(note: str = "", *, cleared: bool = False) -> list[e.Event]:
    """What is done about it, up to the reopening."""
    return [
        e.NoteTaken(
            id="e5",
            at=at(18),
            by="Ada Lovelace",
            text=note
            or "`kubectl get nodes` shows 3 of 40.\nautoscaler log: AccessDenied for autoscaling:SetDesiredCapacity",
        ),
        e.SupportRequested(
            id="e6",
            at=at(25),
            by="Ada Lovelace",
            third_party="aws",
            account="123456789012",
            summary="EKS node group does not scale: AccessDenied",
            details="Since 08:40 BST the cluster autoscaler of cluster prod is denied SetDesiredCapacity.\n"
            "1. The role did not change.\n2. CloudTrail shows the denials.",
        ),
        e.StatusUpdated(
            id="e7",
            at=at(40),
            by="Katherine Johnson",
            message="We know the cause and have added capacity by hand. New tasks start, with delays.",
            services=(COMPUTE,),
            impact="Minor",
            stage=Stage.DETECTED,
            next_update_at=at(100),
            cleared_for_public=cleared,
        ),
        e.SupportChased(id="e8", at=at(55), by="Ada Lovelace", case="case_1", message="Any news? Users wait."),
        e.SupportChased(
            id="e9", at=at(65), by="Ada Lovelace", case="case_1", message="Please pick this up", via=ChaseVia.CHANNEL
        ),
        e.DeadlinePassed(id="e10", at=at(101), by="clock", deadline="next_update", due_at=at(100)),
        e.ServiceRestored(id="e11", at=at(108), by="Ada Lovelace", how="the service control policy was rolled back"),
    ]


def ending(fix: Fix = Fix.TEMPORARY) -> list[e.Event]:
    """The end, and what is owed after it."""
    day = 24 * 60
    return [
        e.IncidentResolved(
            id="e12",
            at=at(120),
            by="Ada Lovelace",
            users_unaffected=True,
            fix=fix,
            how="Rolled back the organisation's service control policy that denied autoscaling.",
        ),
        e.FollowUpDone(
            id="e13", at=at(day), by="Ada Lovelace", follow_up="permanent_fix", link="https://example.org/42"
        ),
        e.FollowUpDone(id="e14", at=at(2 * day), by="Ada Lovelace", follow_up="report"),
        e.FollowUpDone(id="e15", at=at(5 * day), by="Ada Lovelace", follow_up="post_mortem"),
        e.FollowUpWaived(
            id="e16", at=at(5 * day), by="Ada Lovelace", follow_up="runbook", reason="The runbook for EKS covers it."
        ),
        e.IncidentReviewed(
            id="e17",
            at=at(5 * day + 60),
            by="Ada Lovelace",
            lessons=("A change of a service control policy is a change of production.", "Nobody watched queue length."),
            actions=(
                Action(text="Alert on tasks queued for 5 minutes", owner="Grace Hopper", due=date(2026, 7, 1)),
                Action(text="Review service control policies", owner="Ada Lovelace", due=date(2026, 7, 15)),
            ),
        ),
    ]


@cache
def airflow() -> Told:
    """The whole of it."""
    return tell([*beginning(), *middle(), *ending()])


def reopening() -> list[e.Event]:
    """Resolved too early, reopened, and resolved for good. Comes after `middle`; `ending` without its first follows."""
    resolved = ending()[0]
    return [
        evolve(resolved, id="e12a", at=at(110)),
        e.IncidentReopened(
            id="e12b",
            at=at(114),
            by="Ada Lovelace",
            reason="Tasks queue again.",
            impact="Minor",
            message="Some Airflow tasks are delayed again.",
            next_update_at=at(144),
        ),
        resolved,
    ]


@cache
def whole() -> Told:
    """All that can happen to an incident that is not dismissed: reopened, and the public told what was learned."""
    *settled, reviewed = ending()[1:]
    told_public = evolve(reviewed, public_text="We now alert on queued tasks.")  # type: ignore[call-arg]  # IncidentReviewed
    return tell([*beginning(), *middle(), *reopening(), *settled, told_public])
