"""§6 Post-incident procedure: what is owed is done or rightly waived, and the review is complete."""

from collections.abc import Iterator

from incident_fsm._guards.answers import Reasons
from incident_fsm._incident import Incident
from incident_fsm._results import Reason
from incident_fsm._values import Audience, FollowUpState, Kind, Strength
from incident_fsm.events import FollowUpDone, FollowUpWaived, IncidentReviewed
from incident_fsm.policy import Policy


def follow_up_open(incident: Incident, _policy: Policy) -> Reasons:
    """Something must be owed for it to be done (§6)."""
    return () if any(owed.state is FollowUpState.OPEN for owed in incident.follow_ups) else (_NOTHING_OWED,)


_NOTHING_OWED = Reason("nothing_owed", "no follow-up is open", "§6", "", IncidentReviewed)


def follow_up_waivable(incident: Incident, _policy: Policy) -> Reasons:
    """Something must be owed that is not a must (§6)."""
    open_ones = [owed for owed in incident.follow_ups if owed.state is FollowUpState.OPEN]
    if not open_ones:
        return (_NOTHING_OWED,)
    if all(owed.strength is Strength.MUST for owed in open_ones):
        return tuple(_must_be_done(owed.key) for owed in open_ones)
    return ()


def done_is_shown(incident: Incident, event: FollowUpDone, _policy: Policy) -> Reasons:
    """The follow-up is open; and an issue for the permanent fix exists, so it has a link (§5, §6)."""
    faults = _not_open(incident, event.follow_up)
    reference = incident.references.permanent_fix
    if not faults and event.follow_up == "permanent_fix" and not (event.link or (reference and reference.link)):
        return (Reason("no_link", "say where the issue for the permanent fix is", "§5", "link"),)
    return faults


def rightly_waived(incident: Incident, event: FollowUpWaived, _policy: Policy) -> Reasons:
    """A must cannot be waived, a should needs a reason (§6)."""
    owed = incident.follow_up(event.follow_up)
    faults = _not_open(incident, event.follow_up)
    if faults or owed is None:
        return faults
    if owed.strength is Strength.MUST:
        return (_must_be_done(owed.key),)
    if owed.strength is Strength.SHOULD and not event.reason.strip():
        return (Reason("no_reason", f"{owed.key!r} should be done; give a reason for waiving it", "§6", "reason"),)
    return ()


def _must_be_done(follow_up: str) -> Reason:
    """Say that a must cannot be waived."""
    return Reason(
        "must_be_done", f"{follow_up!r} must be done and cannot be waived", "§6", "follow_up", FollowUpDone, follow_up
    )


def _not_open(incident: Incident, key: str) -> Reasons:
    """Say that a follow-up is not owed, or settled already."""
    owed = incident.follow_up(key)
    if owed is None:
        known = ", ".join(known.key for known in incident.follow_ups) or "none"
        return (Reason("not_owed", f"{key!r} is not owed here; there are {known}", "§6", "follow_up"),)
    if owed.state is not FollowUpState.OPEN:
        return (Reason("not_open", f"{key!r} is {owed.state.value} already", "§6", "follow_up"),)
    return ()


def nothing_owed(incident: Incident, _policy: Policy) -> Reasons:
    """Every follow-up is done, or rightly waived (§6)."""
    return tuple(
        Reason(
            "follow_up_open",
            f"{owed.key!r} {owed.strength.value} be done and is still open",
            "§6",
            "",
            FollowUpDone,
            owed.key,
        )
        for owed in incident.follow_ups
        if owed.state is FollowUpState.OPEN
    )


def review_complete(incident: Incident, event: IncidentReviewed, policy: Policy) -> Reasons:
    """Nothing is owed, and the post-mortem identified what needs to be improved: lessons, and actions with owner and
    due date (§6). A backfilled incident records the review as it was published, which may name neither.
    """
    backfilled = incident.kind is Kind.BACKFILLED
    return (
        *nothing_owed(incident, policy),
        *(() if backfilled else _review_faults(event)),
        *(_public_faults(incident) if event.public_text else ()),
    )


def _review_faults(event: IncidentReviewed) -> Iterator[Reason]:
    """Yield what is missing in a review."""
    if not event.lessons:
        yield Reason("no_lesson", "the review names no lesson", "§6", "lessons")
    for number, action in enumerate(event.actions):
        if not action.owner.strip():
            yield Reason(
                "action_without_owner", f"nobody owns the action {action.text!r:.80}", "§6", f"actions[{number}].owner"
            )
        if action.due is None:
            yield Reason(
                "action_without_due", f"the action {action.text!r:.80} has no due date", "§6", f"actions[{number}].due"
            )


def _public_faults(incident: Incident) -> Iterator[Reason]:
    """Yield why the public cannot be told what was learned: it must know of the incident, and be meant to (§6)."""
    if incident.audience is Audience.RESTRICTED:
        yield Reason("restricted", "the incident is restricted: leave the public text out", "§6", "public_text")
    elif incident.kind is Kind.BACKFILLED:
        problem = "it was recorded afterwards, so the public never had a post of it: leave the public text out"
        yield Reason("never_public", problem, "§6", "public_text")
