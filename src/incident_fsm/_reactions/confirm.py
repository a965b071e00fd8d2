"""§1: a candidate is reported, confirmed or dismissed; a security breach is reported once."""

from incident_fsm._incident import Draft
from incident_fsm._reactions import making as make
from incident_fsm._reactions.emission import Emission
from incident_fsm._values import Audience, Milestones
from incident_fsm.events import CandidateConfirmed, CandidateDismissed, CandidateReported, SecurityBreachFlagged
from incident_fsm.policy import Policy


def evolve_reported(draft: Draft, event: CandidateReported, policy: Policy) -> None:
    """Open the incident with what is known."""
    draft.id = event.incident_id
    draft.kind = event.kind
    draft.title = event.title
    draft.summary = event.summary
    draft.reporter = event.by
    draft.opened_at = event.at
    draft.milestones = Milestones(fault=event.fault_at, detected=event.detected_at, aware=event.aware_at)
    if event.security_breach:
        _flag(draft, policy)


def evolve_confirmed(draft: Draft, event: CandidateConfirmed, policy: Policy) -> None:
    """Keep each answer with its evidence."""
    draft.assessment = event.assessment
    if event.security_breach:
        _flag(draft, policy)


def evolve_dismissed(draft: Draft, event: CandidateDismissed, _policy: Policy) -> None:
    """Keep what the decision was made on."""
    draft.assessment = event.assessment or draft.assessment
    draft.duplicate_of = event.duplicate_of
    draft.how = event.override_reason


def evolve_flagged(draft: Draft, _event: SecurityBreachFlagged, policy: Policy) -> None:
    """Remember the breach, and narrow the audience if the policy says so."""
    _flag(draft, policy)


def _flag(draft: Draft, policy: Policy) -> None:
    """Remember that a breach was flagged."""
    draft.breach = True
    if policy.security.narrows_audience:
        draft.audience = Audience.RESTRICTED


def emit_breach(emission: Emission) -> None:
    """Report the breach if this very step flagged it: once ever, whichever path (§1)."""
    before, after, policy = emission.before, emission.after, emission.policy
    if after.breach and not (before is not None and before.breach):
        emission.commands.append(
            make.ReportSecurityBreach(
                **emission.head(Audience.RESTRICTED),
                title=emission.say(after.title),
                details=emission.say(getattr(emission.event, "details", "") or after.summary),
                reported_by=emission.event.by,
                route=policy.security.description,
                target=policy.security.target,
            )
        )


def emit_dismissed(emission: Emission) -> None:
    """Send the reporter to where the matter belongs (§1)."""
    if not emission.tells:
        return
    event, after, policy = emission.event, emission.after, emission.policy
    key = event.route or (policy.security.redirect if after.breach else policy.redirects[0].key)
    redirect = policy.redirect(key) or policy.redirects[0]
    emission.commands.append(
        make.RedirectReporter(
            **emission.head(),
            title=emission.say(after.title),
            reporter=after.reporter,
            route=redirect.key,
            description=redirect.description,
            target=redirect.target,
            reason=emission.say(_why_dismissed(event)),
            duplicate_of=event.duplicate_of,
        )
    )


def _why_dismissed(event: CandidateDismissed) -> str:
    """Say why, for the reporter."""
    if event.duplicate_of:
        return f"this is part of incident {event.duplicate_of}"
    return event.override_reason or "this does not constitute an incident"
