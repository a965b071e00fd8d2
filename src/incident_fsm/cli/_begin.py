"""§1 to §3: report, confirm, dismiss, declare, manage."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incident_fsm import events as e
from incident_fsm._results import Refusal
from incident_fsm._values import Answer, Assessment, Kind, RoleHolder
from incident_fsm.cli._answers import decide, hand_over, tell
from incident_fsm.cli._complete import IMPACTS, INCIDENTS, ROUTES, SERVICES
from incident_fsm.cli._options import eventful
from incident_fsm.cli._session import Session, promised, when
from incident_fsm.errors import InvalidValue

if TYPE_CHECKING:
    from incident_fsm.desk import Desk

IncidentId = Annotated[str, typer.Argument(metavar="INCIDENT", autocompletion=INCIDENTS, help="The incident's id.")]
Services = Annotated[
    list[str] | None, typer.Option("--service", autocompletion=SERVICES, help="Impacted service; may be repeated.")
]
Impact = Annotated[str, typer.Option("--impact", autocompletion=IMPACTS, help="Which impact to assign.")]
Message = Annotated[str, typer.Option("--message", help="What the public is told.")]
NextUpdate = Annotated[str, typer.Option("--next-update", help='Time till next update: "30 minutes", or a time.')]
Notify = Annotated[
    bool | None, typer.Option("--notify/--no-notify", help="Notify subscribers.  [default: the policy's]")
]
Cleared = Annotated[
    bool, typer.Option("--cleared", help="The wording is cleared for the public (restricted incidents).")
]
Unplanned = Annotated[str, typer.Option("--unplanned", help="It is unplanned: the evidence.")]
ImpactsUsers = Annotated[str, typer.Option("--impacts-users", help="It impacts users: the evidence.")]
Degrades = Annotated[str, typer.Option("--degrades-services", help="It degrades user-facing services: the evidence.")]
Risk = Annotated[str, typer.Option("--increases-risk", help="It increases risk to production services: the evidence.")]
Breach = Annotated[bool, typer.Option("--breach", help="It constitutes a security breach.")]


@eventful
def report(
    session: Session,
    *,
    title: Annotated[str, typer.Argument(help='A short name, like "Airflow Autoscaling Incident".')],
    summary: Annotated[str, typer.Option("--summary", help="What is known.")] = "",
    incident_id: Annotated[str, typer.Option("--id", help="The incident's id.  [default: INC-<date>-<number>]")] = "",
    kind: Annotated[str, typer.Option("--kind", help="live, backfilled or drill.")] = "live",
    breach: Breach = False,
    fault_at: Annotated[str, typer.Option("--fault-at", help="When it broke.")] = "",
    detected_at: Annotated[str, typer.Option("--detected-at", help="When it was first noticed.")] = "",
    aware_at: Annotated[str, typer.Option("--aware-at", help="When the team became aware.")] = "",
) -> int:
    """Report an event that may constitute an incident (§1)."""
    with session.desk(new=True) as desk:
        policy = desk.policy
        fields = {
            **session.head(desk),
            "title": title,
            "summary": summary,
            "kind": _kind(kind),
            "security_breach": breach,
            "fault_at": when("--fault-at", fault_at, policy),
            "detected_at": when("--detected-at", detected_at, policy),
            "aware_at": when("--aware-at", aware_at, policy),
        }
        repeated = session.recorded(desk)
        if incident_id or repeated:
            chosen = incident_id or (repeated.incident_id if repeated else "")
            return hand_over(session, desk, chosen, e.CandidateReported(**fields, incident_id=chosen))
        return _report_anew(session, desk, fields)


def _report_anew(session: Session, desk: "Desk", fields: dict[str, Any]) -> int:
    """Open an incident under the first id of the day that is free, also if somebody takes that one meanwhile."""
    day, number = fields["at"].astimezone(desk.policy.calendar.zone).strftime("%Y%m%d"), 1
    while True:
        chosen = f"INC-{day}-{number}"
        number += 1
        if desk.engine.load(chosen) is None:
            answer = decide(session, desk, chosen, e.CandidateReported(**fields, incident_id=chosen))
            if not (isinstance(answer, Refusal) and "already_reported" in answer.codes):
                return tell(session, desk, chosen, answer)


def _kind(said: str) -> Kind:
    """Read the kind of an incident."""
    try:
        return Kind(said)
    except ValueError:
        raise InvalidValue("--kind", f"{said!r} is unknown", "use live, backfilled or drill") from None


def _assessment(unplanned: str, impacts_users: str, degrades: str, risk: str) -> Assessment:
    """The four answers: given evidence means yes."""
    answers = [Answer(met=bool(evidence), evidence=evidence) for evidence in (unplanned, impacts_users, degrades, risk)]
    return Assessment(
        unplanned=answers[0], impacts_users=answers[1], degrades_services=answers[2], increases_risk=answers[3]
    )


@eventful
def confirm(
    session: Session,
    *,
    incident_id: IncidentId,
    unplanned: Unplanned = "",
    impacts_users: ImpactsUsers = "",
    degrades_services: Degrades = "",
    increases_risk: Risk = "",
    breach: Breach = False,
) -> int:
    """Confirm that it constitutes an incident: unplanned, and at least one of the others (§1)."""
    with session.desk() as desk:
        assessment = _assessment(unplanned, impacts_users, degrades_services, increases_risk)
        event = e.CandidateConfirmed(**session.head(desk), assessment=assessment, security_breach=breach)
        return hand_over(session, desk, incident_id, event)


@eventful
def dismiss(
    session: Session,
    *,
    incident_id: IncidentId,
    criteria_not_met: Annotated[bool, typer.Option("--criteria-not-met", help="It fails the criteria.")] = False,
    duplicate_of: Annotated[str, typer.Option("--duplicate-of", help="The incident that it is part of.")] = "",
    override: Annotated[str, typer.Option("--override", help="Dismiss it all the same: the reason.")] = "",
    route: Annotated[
        str, typer.Option("--route", autocompletion=ROUTES, help="Where the reporter is sent.  [default: the policy's]")
    ] = "",
    unplanned: Unplanned = "",
    impacts_users: ImpactsUsers = "",
    degrades_services: Degrades = "",
    increases_risk: Risk = "",
) -> int:
    """Dismiss it: it does not constitute an incident, and the reporter is sent elsewhere (§1)."""
    evidence = (unplanned, impacts_users, degrades_services, increases_risk)
    assessment = _assessment(*evidence) if criteria_not_met or any(evidence) else None
    with session.desk() as desk:
        event = e.CandidateDismissed(
            **session.head(desk),
            assessment=assessment,
            duplicate_of=duplicate_of,
            override_reason=override,
            route=route,
        )
        return hand_over(session, desk, incident_id, event)


@eventful
def declare(
    session: Session,
    *,
    incident_id: IncidentId,
    service: Services = None,
    impact: Impact,
    message: Message,
    next_update: NextUpdate = "",
    notify: Notify = None,
    cleared: Cleared = False,
    undated: Annotated[str, typer.Option("--undated", help="Backfilled: why the time is not known.")] = "",
) -> int:
    """Declare the incident: the update of the external status page (§2)."""
    with session.desk() as desk:
        head = session.head(desk)
        event = e.IncidentDeclared(
            **head,
            services=tuple(service or ()),
            impact=impact,
            message=message,
            next_update_at=promised(next_update, head["at"], desk.policy),
            notify_subscribers=notify,
            cleared_for_public=cleared,
            undated=undated,
        )
        return hand_over(session, desk, incident_id, event)


@eventful
def manage(
    session: Session,
    *,
    incident_id: IncidentId,
    lead: Annotated[str, typer.Option("--lead", help="Who leads.")] = "",
    role: Annotated[list[str] | None, typer.Option("--role", help="Another role: ROLE=NAME; may be repeated.")] = None,
) -> int:
    """Start managing: somebody leads, and the one thread is opened (§3)."""
    with session.desk() as desk:
        roles = tuple(_holder(said) for said in role or ())
        event = e.ManagementStarted(**session.head(desk), lead=lead, roles=roles)
        return hand_over(session, desk, incident_id, event)


def _holder(said: str) -> RoleHolder:
    """Read ROLE=NAME."""
    role, found, person = said.partition("=")
    if not found:
        raise InvalidValue("--role", f"{said!r} names nobody", "write it like scribe=sam")
    return RoleHolder(role=role.strip(), person=person.strip())


VERBS: dict[str, Callable[..., None]] = {
    "report": report,
    "confirm": confirm,
    "dismiss": dismiss,
    "declare": declare,
    "manage": manage,
}
