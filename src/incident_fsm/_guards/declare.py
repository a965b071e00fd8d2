"""§2 Declare the incident: the form of the status page, for declaring, updating and reopening."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from incident_fsm._guards.answers import Reasons
from incident_fsm._incident import Incident
from incident_fsm._results import Reason
from incident_fsm._values import Audience, Kind, Stage
from incident_fsm.events import IncidentDeclared, IncidentReopened, IncidentResolved, StatusUpdated
from incident_fsm.policy import DECLARATION_SLOTS, Policy


def declaration_complete(incident: Incident, event: IncidentDeclared, policy: Policy) -> Reasons:
    """The form of §2: impacted services, impact, a message, time till next update."""
    return (
        *service_faults(event.services, policy),
        *impact_faults(event.impact, policy),
        *_wording(event.message, policy),
        *promise_faults(incident, event.impact, event.next_update_at, event.at, policy),
        *clearance_faults(incident, cleared=event.cleared_for_public),
        *undated_faults(incident, event.undated),
    )


def update_complete(incident: Incident, event: StatusUpdated, policy: Policy) -> Reasons:
    """As for declaring; what is left empty stays as it was (§3.2)."""
    impact = event.impact or incident.impact
    return (
        *service_faults(event.services or incident.services, policy),
        *impact_faults(impact, policy),
        *_stage_faults(event.stage),
        *promise_faults(incident, impact, event.next_update_at, event.at, policy),
        *clearance_faults(incident, cleared=event.cleared_for_public),
    )


def service_faults(services: Sequence[str], policy: Policy) -> Iterator[Reason]:
    """Yield what is wrong with the impacted services: choose all that apply from the policy's (§2)."""
    if not services:
        yield Reason("no_service", "no impacted service is chosen", "§2", "services")
    for service in services:
        if service not in policy.services:
            known = ", ".join(policy.services)
            yield Reason(
                "unknown_service", f"{service!r} is no service of the policy; there are {known}", "§2", "services"
            )
    if len(set(services)) < len(services):
        yield Reason("service_twice", "a service is chosen twice", "§2", "services")


def impact_faults(impact: str, policy: Policy) -> Iterator[Reason]:
    """Yield what is wrong with the impact: one of the policy's, and not the one that ends the incident (§2)."""
    found = policy.impact(impact)
    if found is None:
        known = ", ".join(choice.name for choice in policy.impacts)
        yield Reason("unknown_impact", f"{impact!r} is no impact of the policy; there are {known}", "§2", "impact")
    elif found.all_clear:
        sentence = f"{impact!r} says that all service is restored; resolve the incident instead"
        yield Reason("all_clear", sentence, "§2", "impact", IncidentResolved)


def _stage_faults(stage: Stage) -> Iterator[Reason]:
    """Yield that an update calls the incident resolved, which only resolving it does (§5)."""
    if stage is Stage.RESOLVED:
        yield Reason("all_clear", "an update cannot say that it is resolved; resolve the incident instead", "§5",
                     "stage", IncidentResolved)  # fmt: skip


def _wording(message: str, policy: Policy) -> Iterator[Reason]:
    """Yield that a declaration does not follow the form that the policy fixes."""
    form = policy.declaration.wording
    if form and not _follows(form, message):
        yield Reason("wording", f'the message does not follow the fixed form: "{form}"', "§2", "message")


def _follows(form: str, message: str) -> bool:
    """Whether a message fills in a form. Each slot must hold something; space at the ends does not count."""
    rest, parts = message.strip(), _fixed_parts(form)
    if not rest.startswith(parts[0]):
        return False
    rest = rest.removeprefix(parts[0])
    for part in parts[1:-1]:
        before, found, rest = rest.partition(part)
        if not (found and before.strip()):
            return False
    filled = rest.removesuffix(parts[-1])
    return rest.endswith(parts[-1]) and bool(filled.strip())


def _fixed_parts(form: str) -> list[str]:
    """Split a form at its slots."""
    for slot in DECLARATION_SLOTS:
        form = form.replace(f"{{{slot}}}", "\0")
    return form.strip().split("\0")


def promise_faults(
    incident: Incident, impact: str, given: datetime | None, at: datetime, policy: Policy
) -> Iterator[Reason]:
    """Yield what is wrong with the time till next update: users should be kept regularly updated (§2)."""
    if given is not None:
        if given <= at:
            yield Reason("update_in_the_past", "the next update is not after this one", "§2", "next_update_at")
        return
    found = policy.impact(impact)
    if incident.kind is Kind.BACKFILLED or found is None or found.all_clear or found.update is not None:
        return
    choices = ", ".join(str(choice) for choice in policy.next_update_choices)
    yield Reason("no_next_update", f"say when the next update comes, for example in {choices}", "§2", "next_update_at")


def clearance_faults(incident: Incident, *, cleared: bool) -> Iterator[Reason]:
    """Yield that nobody cleared the wording of a restricted incident for the public."""
    if not cleared and incident.audience is Audience.RESTRICTED and incident.kind is not Kind.BACKFILLED:
        yield Reason("not_cleared", "the incident is restricted, and the wording is not cleared for the public", "§1",
                     "cleared_for_public")  # fmt: skip


def undated_faults(incident: Incident, why: str) -> Iterator[Reason]:
    """Yield that somebody claims not to know the time of what is happening now."""
    if why and incident.kind is not Kind.BACKFILLED:
        yield Reason("undated", "only a backfilled incident may leave a time unknown", "§6", "undated")


def reopening_complete(incident: Incident, event: IncidentReopened, policy: Policy) -> Reasons:
    """Reopening tells the public as declaring does: impact, message, next update (§2, §5)."""
    return (
        *impact_faults(event.impact, policy),
        *promise_faults(incident, event.impact, event.next_update_at, event.at, policy),
        *clearance_faults(incident, cleared=event.cleared_for_public),
    )
