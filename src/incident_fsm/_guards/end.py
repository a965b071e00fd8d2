"""§5 End the incident: the user is no longer facing issues."""

from collections.abc import Iterator

from incident_fsm._guards.answers import Reasons
from incident_fsm._guards.declare import clearance_faults, undated_faults
from incident_fsm._guards.milestones import order_faults
from incident_fsm._incident import Incident
from incident_fsm._results import Reason
from incident_fsm._values import Fix, Milestones
from incident_fsm.events import IncidentResolved, StatusUpdated
from incident_fsm.policy import Policy


def over_for_users(incident: Incident, event: IncidentResolved, _policy: Policy) -> Reasons:
    """The incident is resolved once the user is no longer facing issues (§5)."""
    return (
        *(() if event.users_unaffected else (_STILL_FACING_ISSUES,)),
        *_duplicate(incident, event),
        *_resolved_in_order(incident, event),
        *clearance_faults(incident, cleared=event.cleared_for_public or not event.message),
        *undated_faults(incident, event.undated),
    )


_STILL_FACING_ISSUES = Reason(
    "users_affected", "users are still facing issues", "§5", "users_unaffected", StatusUpdated
)


def _duplicate(incident: Incident, event: IncidentResolved) -> Iterator[Reason]:
    """Yield what is wrong with the incident that this one duplicates."""
    if event.fix is Fix.DUPLICATE and not event.duplicate_of:
        yield Reason("no_original", "say which incident it duplicates", "§5", "duplicate_of")
    if event.duplicate_of == incident.id:
        yield Reason("own_duplicate", "an incident cannot duplicate itself", "§5", "duplicate_of")


def _resolved_in_order(incident: Incident, event: IncidentResolved) -> Reasons:
    """List what is out of order once the incident is resolved."""
    known = incident.milestones
    return order_faults(
        Milestones(
            fault=known.fault,
            detected=known.detected,
            aware=known.aware,
            declared=known.declared,
            repaired=known.repaired,
            resolved=None if event.undated else event.at,
        )
    )
