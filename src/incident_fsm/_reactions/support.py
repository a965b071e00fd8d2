"""§4: service is restored, tickets with third parties are logged and chased."""

from incident_fsm._incident import Draft
from incident_fsm._reactions import making as make
from incident_fsm._reactions.emission import Emission
from incident_fsm._values import ChaseVia, Kind
from incident_fsm.commands import command_id
from incident_fsm.events import ServiceRestored, SupportChased, SupportRequested
from incident_fsm.policy import Policy


def evolve_restored(draft: Draft, event: ServiceRestored, _policy: Policy) -> None:
    """Set the milestone "repaired"."""
    if not event.undated:
        draft.milestones = make.changed_milestones(draft.milestones, repaired=event.at)


def emit_restored(emission: Emission) -> None:
    """Say in the thread that service is back."""
    how = emission.event.how
    emission.post(f"Service is restored: {how}" if how else "Service is restored")


def evolve_support(draft: Draft, event: SupportRequested, _policy: Policy) -> None:
    """Keep the support case; its reference comes with the receipt."""
    case = make.SupportCase(
        key=f"case_{len(draft.cases) + 1}",
        third_party=event.third_party,
        account=event.account,
        summary=event.summary,
        requested_at=event.at,
        chased_at=None,
        reference="",
        link="",
        command_id=command_id(draft.id, draft.revision + 1, 0) if draft.kind is not Kind.BACKFILLED else "",
    )
    draft.cases = (*draft.cases, case)


def emit_support(emission: Emission) -> None:
    """Log the ticket with the third party, in the account affected (§4)."""
    if emission.tells:
        event: SupportRequested = emission.event
        emission.commands.append(
            make.OpenSupportCase(
                **emission.head(),
                case=emission.after.cases[-1].key,
                third_party=event.third_party,
                account=event.account,
                summary=emission.say(event.summary),
                details=emission.say(event.details or event.summary),
            )
        )


def evolve_chased(draft: Draft, event: SupportChased, _policy: Policy) -> None:
    """Remember when the case was last chased."""
    draft.cases = tuple(
        make.changed_case(case, chased_at=event.at) if case.key == event.case else case for case in draft.cases
    )


def emit_chased(emission: Emission) -> None:
    """Escalate on the case, or in the policy's channel (§4: AWS: on the case, or post in #ext-aws)."""
    if not emission.tells:
        return
    event: SupportChased = emission.event
    for case in emission.after.cases:
        if case.key == event.case:
            party = emission.policy.third_party(case.third_party)
            emission.commands.append(
                make.EscalateSupportCase(
                    **emission.head(),
                    case=case.key,
                    third_party=case.third_party,
                    account=case.account,
                    via=event.via,
                    channel=party.channel if party and event.via is ChaseVia.CHANNEL else "",
                    message=emission.say(event.message),
                    reference=case.reference,
                )
            )
