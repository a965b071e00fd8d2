"""§4 Fix the problem: restore service, log a ticket with a third party, chase it."""

from collections.abc import Iterator

from incident_fsm._guards.answers import Reasons
from incident_fsm._guards.declare import undated_faults
from incident_fsm._guards.milestones import order_faults
from incident_fsm._incident import Incident
from incident_fsm._results import Reason
from incident_fsm._values import ChaseVia, Milestones
from incident_fsm.events import ServiceRestored, SupportChased, SupportRequested
from incident_fsm.policy import Policy

CASES_MAX = 20
"""How many support cases one incident may have: its size is bounded."""


def not_before_the_start(incident: Incident, event: ServiceRestored, _policy: Policy) -> Reasons:
    """Service cannot be restored before it failed (§4)."""
    if event.undated:
        return tuple(undated_faults(incident, event.undated))
    milestones = incident.milestones
    return order_faults(Milestones(fault=milestones.fault, detected=milestones.detected, repaired=event.at))


def support_open(incident: Incident, policy: Policy) -> Reasons:
    """There must be somebody to ask, and room for one more case (§4)."""
    full = len(incident.cases) >= CASES_MAX
    return (*((_TOO_MANY_CASES,) if full else ()), *(() if policy.third_parties else (_NOBODY_TO_ASK,)))


_TOO_MANY_CASES = Reason(
    "too_many_cases", f"there are {CASES_MAX} support cases already; chase one of them", "§4", "", SupportChased
)
_NOBODY_TO_ASK = Reason("no_third_party", "the policy names no third party", "§4")


def support_possible(incident: Incident, event: SupportRequested, policy: Policy) -> Reasons:
    """Log a support ticket with the third-party; for AWS, in the account affected (§4)."""
    return tuple(_support_faults(incident, event, policy))


def _support_faults(incident: Incident, event: SupportRequested, policy: Policy) -> Iterator[Reason]:
    """Yield what stands in the way of a support ticket."""
    yield from support_open(incident, policy)
    party = policy.third_party(event.third_party)
    if party is None:
        known = ", ".join(choice.key for choice in policy.third_parties) or "none"
        yield Reason("unknown_third_party", f"{event.third_party!r} is no third party of the policy; there are {known}",
                     "§4", "third_party")  # fmt: skip
    elif party.account_required and not event.account.strip():
        yield Reason("no_account", f"{party.name} needs the account affected", "§4", "account")


def has_a_case(incident: Incident, _policy: Policy) -> Reasons:
    """Only a support case that exists can be chased (§4)."""
    return () if incident.cases else (_NO_CASE,)


_NO_CASE = Reason("no_case", "there is no support case yet", "§4", "", SupportRequested)


def chase_possible(incident: Incident, event: SupportChased, policy: Policy) -> Reasons:
    """Escalate on the case, or in the policy's channel (§4: escalation process)."""
    case = incident.case(event.case)
    if case is None:
        known = ", ".join(known.key for known in incident.cases)
        return (Reason("unknown_case", f"{event.case!r} is no support case of this incident; there are {known}", "§4",
                       "case"),)  # fmt: skip
    party = policy.third_party(case.third_party)
    if event.via is ChaseVia.CASE and (party is None or not party.chase_on_case):
        return (Reason("no_chase_on_case", f"{case.third_party!r} cannot be chased on the case", "§4", "via"),)
    if event.via is ChaseVia.CHANNEL and (party is None or not party.channel):
        return (Reason("no_chase_channel", f"{case.third_party!r} has no channel to post in", "§4", "via"),)
    return ()
