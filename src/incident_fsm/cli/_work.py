"""§3 and §4: note, role, update, restored, support, chase, breach, amend."""

from collections.abc import Callable
from typing import Annotated

import typer

from incident_fsm import events as e
from incident_fsm._values import ChaseVia, Stage
from incident_fsm.cli._answers import hand_over
from incident_fsm.cli._begin import Cleared, IncidentId, Message, NextUpdate, Notify, Services
from incident_fsm.cli._complete import CASES, IMPACTS, PARTIES, ROLES
from incident_fsm.cli._options import eventful
from incident_fsm.cli._session import Session, promised, when


@eventful
def note(
    session: Session,
    *,
    incident_id: IncidentId,
    text: Annotated[str, typer.Argument(help="What was said or seen.")],
    from_thread: Annotated[bool, typer.Option("--from-thread", help="It stands in the thread already.")] = False,
) -> int:
    """Take a note; it goes into the thread (§3.2)."""
    with session.desk() as desk:
        event = e.NoteTaken(**session.head(desk), text=text, from_thread=from_thread)
        return hand_over(session, desk, incident_id, event)


@eventful
def role(
    session: Session,
    *,
    incident_id: IncidentId,
    key: Annotated[str, typer.Argument(metavar="ROLE", autocompletion=ROLES, help="A role of the policy, like lead.")],
    person: Annotated[str, typer.Argument(metavar="NAME", help="Who takes it.")],
) -> int:
    """Give a role to somebody; whoever held it hands it over (§3)."""
    with session.desk() as desk:
        event = e.RoleAssigned(**session.head(desk), role=key, person=person)
        return hand_over(session, desk, incident_id, event)


@eventful
def update(
    session: Session,
    *,
    incident_id: IncidentId,
    message: Message,
    service: Services = None,
    impact: Annotated[
        str, typer.Option("--impact", autocompletion=IMPACTS, help="A new impact.  [default: as it was]")
    ] = "",
    stage: Annotated[Stage, typer.Option("--stage", help="What the page calls the progress.")] = Stage.INVESTIGATING,
    next_update: NextUpdate = "",
    notify: Notify = None,
    cleared: Cleared = False,
) -> int:
    """Tell the public how it goes; what is left out stays as it was (§3.2)."""
    with session.desk() as desk:
        head = session.head(desk)
        event = e.StatusUpdated(
            **head,
            message=message,
            services=tuple(service or ()),
            impact=impact,
            stage=stage,
            next_update_at=promised(next_update, head["at"], desk.policy),
            notify_subscribers=notify,
            cleared_for_public=cleared,
        )
        return hand_over(session, desk, incident_id, event)


@eventful
def restored(
    session: Session,
    *,
    incident_id: IncidentId,
    how: Annotated[str, typer.Option("--how", help="What brought it back.")] = "",
    undated: Annotated[str, typer.Option("--undated", help="Backfilled: why the time is not known.")] = "",
) -> int:
    """Service is back, though the incident is not over: the milestone "repaired"."""
    with session.desk() as desk:
        event = e.ServiceRestored(**session.head(desk), how=how, undated=undated)
        return hand_over(session, desk, incident_id, event)


@eventful
def support(
    session: Session,
    *,
    incident_id: IncidentId,
    party: Annotated[str, typer.Argument(autocompletion=PARTIES, help="A third party of the policy, like aws.")],
    summary: Annotated[str, typer.Option("--summary", help="What the ticket is about.")],
    account: Annotated[str, typer.Option("--account", help="The account affected.")] = "",
    details: Annotated[str, typer.Option("--details", help="More for whoever reads the ticket.")] = "",
) -> int:
    """Log a support ticket with a third party (§4)."""
    with session.desk() as desk:
        head = session.head(desk)
        event = e.SupportRequested(**head, third_party=party, account=account, summary=summary, details=details)
        return hand_over(session, desk, incident_id, event)


@eventful
def chase(
    session: Session,
    *,
    incident_id: IncidentId,
    case: Annotated[str, typer.Argument(autocompletion=CASES, help="The support case, like case_1.")],
    message: Annotated[str, typer.Argument(help="What to say.")],
    via: Annotated[ChaseVia, typer.Option("--via", help="On the case, or in the policy's channel.")] = ChaseVia.CASE,
) -> int:
    """Escalate a support case: on the case, or in a channel (§4)."""
    with session.desk() as desk:
        event = e.SupportChased(**session.head(desk), case=case, message=message, via=via)
        return hand_over(session, desk, incident_id, event)


@eventful
def breach(
    session: Session,
    *,
    incident_id: IncidentId,
    details: Annotated[str, typer.Option("--details", help="For those who handle breaches only.")] = "",
) -> int:
    """Flag a security breach: it is reported by the security route, once (§1)."""
    with session.desk() as desk:
        event = e.SecurityBreachFlagged(**session.head(desk), details=details)
        return hand_over(session, desk, incident_id, event)


@eventful
def amend(
    session: Session,
    *,
    incident_id: IncidentId,
    title: Annotated[str, typer.Option("--title", help="A better name.")] = "",
    service: Services = None,
    fault_at: Annotated[str, typer.Option("--fault-at", help="When it broke.")] = "",
    detected_at: Annotated[str, typer.Option("--detected-at", help="When it was first noticed.")] = "",
    aware_at: Annotated[str, typer.Option("--aware-at", help="When the team became aware.")] = "",
    declared_at: Annotated[str, typer.Option("--declared-at", help="When it was declared.")] = "",
    repaired_at: Annotated[str, typer.Option("--repaired-at", help="When users were served again.")] = "",
    resolved_at: Annotated[str, typer.Option("--resolved-at", help="When it was over.")] = "",
    forget: Annotated[
        list[str] | None, typer.Option("--forget", help="A milestone that is not known after all.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why it is corrected.")] = "",
) -> int:
    """Correct what was recorded: title, services, milestones. The correction is itself a fact."""
    with session.desk() as desk:
        policy = desk.policy
        event = e.DetailsAmended(
            **session.head(desk),
            title=title,
            services=tuple(service or ()),
            fault_at=when("--fault-at", fault_at, policy),
            detected_at=when("--detected-at", detected_at, policy),
            aware_at=when("--aware-at", aware_at, policy),
            declared_at=when("--declared-at", declared_at, policy),
            repaired_at=when("--repaired-at", repaired_at, policy),
            resolved_at=when("--resolved-at", resolved_at, policy),
            forget=tuple(forget or ()),
            reason=reason,
        )
        return hand_over(session, desk, incident_id, event)


VERBS: dict[str, Callable[..., None]] = {
    "note": note,
    "role": role,
    "update": update,
    "restored": restored,
    "support": support,
    "chase": chase,
    "breach": breach,
    "amend": amend,
}
