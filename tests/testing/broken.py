"""Parts of a table that are broken on purpose."""

from attrs import evolve

from incident_fsm import Incident, Policy, Reason
from incident_fsm import _reactions as r
from incident_fsm import commands as c
from incident_fsm import events as e
from incident_fsm._guards import declaration_complete
from incident_fsm._reactions.emission import Emission
from incident_fsm.events import Event


def refuse(_incident: Incident | None, _event: Event, _policy: Policy) -> tuple[Reason, ...]:
    """Refuse whatever comes."""
    return (Reason("never", "it is never possible"),)


def declare_uncleared(incident: Incident, event: e.IncidentDeclared, policy: Policy) -> tuple[Reason, ...]:
    """As the package does, but nobody needs to have cleared the wording of a restricted incident."""
    return tuple(reason for reason in declaration_complete(incident, event, policy) if reason.code != "not_cleared")


def resolve_in_silence(emission: Emission) -> None:
    """As the package does, but without the all-clear."""
    inner = Emission(emission.before, emission.after, emission.event, emission.policy)
    r.emit_resolved(inner)
    for command in inner.commands:
        if not isinstance(command, c.PublishStatus):
            emission.commands.append(evolve(command, id=emission.head()["id"]))


def report_breach_anew(emission: Emission) -> None:
    """As the package does, but whenever there is a breach, not only when it is flagged."""
    if emission.after.breach:
        inner = Emission(None, emission.after, emission.event, emission.policy)
        r.emit_breach(inner)
        emission.commands.extend(inner.commands)
