"""§6: follow-ups are settled, and the report is published with lessons and actions."""

from incident_fsm._incident import Draft
from incident_fsm._reactions import making as make
from incident_fsm._reactions.emission import Emission
from incident_fsm._values import Audience, FollowUpState, Reference
from incident_fsm.events import FollowUpDone, FollowUpWaived, IncidentReviewed
from incident_fsm.policy import Policy


def evolve_done(draft: Draft, event: FollowUpDone, _policy: Policy) -> None:
    """Settle a follow-up, with the link that shows it."""
    reference: Reference | None = getattr(draft.references, event.follow_up)
    found = event.link or (reference.link if reference is not None else "")
    draft.follow_ups = tuple(
        make.changed_follow_up(owed, state=FollowUpState.DONE, link=found or owed.link)
        if owed.key == event.follow_up
        else owed
        for owed in draft.follow_ups
    )


def evolve_waived(draft: Draft, event: FollowUpWaived, _policy: Policy) -> None:
    """Let a follow-up go, and keep why."""
    draft.follow_ups = tuple(
        make.changed_follow_up(owed, state=FollowUpState.WAIVED, reason=event.reason)
        if owed.key == event.follow_up
        else owed
        for owed in draft.follow_ups
    )


def evolve_reviewed(draft: Draft, event: IncidentReviewed, _policy: Policy) -> None:
    """Keep the lessons and the actions."""
    draft.lessons = event.lessons
    draft.actions = event.actions


def emit_reviewed(emission: Emission) -> None:
    """Publish the report, say so in the thread, and tell the public what was written for it (§6)."""
    after, event = emission.after, emission.event
    emission.post("Reviewed: every follow-up is settled")
    emission.commands.append(
        make.PublishReport(
            **emission.head(), title=emission.say(after.title), lessons=after.lessons, actions=after.actions
        )
    )
    if event.public_text:
        emission.commands.append(
            make.PublishPostMortem(**emission.head(Audience.PUBLIC), text=emission.say(event.public_text))
        )
