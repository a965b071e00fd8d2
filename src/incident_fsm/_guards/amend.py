"""Corrections: what was recorded becomes what is now known."""

from collections.abc import Iterator

from incident_fsm._guards.answers import Reasons
from incident_fsm._guards.declare import service_faults
from incident_fsm._guards.milestones import MILESTONES, order_faults
from incident_fsm._incident import Incident
from incident_fsm._results import Reason
from incident_fsm._values import Kind, Milestones
from incident_fsm.events import DetailsAmended
from incident_fsm.policy import Policy


def something_changes(incident: Incident, event: DetailsAmended, policy: Policy) -> Reasons:
    """A correction corrects something, and leaves a record that does not contradict itself."""
    changed = amended(incident.milestones, event)
    same_title = event.title in {"", incident.title}
    same_services = event.services in {(), incident.services}
    if same_title and same_services and changed == incident.milestones and not _bad_names(event):
        return (Reason("no_change", "nothing changes"),)
    return (
        *(service_faults(event.services, policy) if event.services else ()),
        *_bad_names(event),
        *_not_reached(incident, event),
        *order_faults(changed),
    )


def amended(milestones: Milestones, event: DetailsAmended) -> Milestones:
    """The milestones after a correction: what is given replaces, what is to be forgotten goes."""
    values = {name: getattr(event, f"{name}_at") or getattr(milestones, name) for name in MILESTONES}
    return Milestones(**{name: None if name in event.forget else moment for name, moment in values.items()})


def _bad_names(event: DetailsAmended) -> tuple[Reason, ...]:
    """List what is wrong with the milestones to be forgotten."""
    unknown = [name for name in event.forget if name not in MILESTONES]
    both = [name for name in event.forget if name in MILESTONES and getattr(event, f"{name}_at") is not None]
    return (
        *(Reason("unknown_milestone", f"{name!r} is no milestone; there are {', '.join(MILESTONES)}", "", "forget")
          for name in unknown),
        *(Reason("set_and_forgotten", f"{name!r} is both given and forgotten", "", "forget") for name in both),
    )  # fmt: skip


def _not_reached(incident: Incident, event: DetailsAmended) -> Iterator[Reason]:
    """Yield each milestone that a correction dates, or forgets, before it can have been reached, or lost."""
    declared, resolved = bool(incident.impact), incident.fix is not None
    for name, reached in (("declared", declared), ("repaired", declared), ("resolved", resolved)):
        if getattr(event, f"{name}_at") is not None and not reached:
            yield Reason("not_reached", f"the incident is not {name} yet", "", f"{name}_at")
    if incident.kind is not Kind.BACKFILLED:
        for name in ("declared", "resolved"):
            if name in event.forget:
                yield Reason("undated", f"only a backfilled incident may have an unknown time {name!r}", "", "forget")
