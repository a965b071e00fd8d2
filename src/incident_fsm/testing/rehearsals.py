"""Whole incidents under any policy, in which every command appears that the policy lets appear.

An adapter is checked with them, since it must do right by every command that it accepts.
"""

from functools import cache

from incident_fsm import ChaseVia, Fix, Policy, Stage, State
from incident_fsm import events as e
from incident_fsm.events import Event
from incident_fsm.testing.story import Story

Told = tuple[Event, ...]


@cache
def rehearsals(policy: Policy) -> tuple[Told, ...]:
    """Tell the stories that a policy allows.

    An incident from report to review; a candidate that is a security breach and no incident; and, where the policy
    narrows the audience of a breach, an incident that is one.
    """
    narrowed = (_breach(policy),) if policy.security.narrows_audience else ()
    return (_incident(policy), _dismissal(policy), *narrowed)


def _incident(policy: Policy) -> Told:
    """All that can happen to an incident that everybody may know of. No text comes twice, so each can be found."""
    story = Story(policy).until(State.MANAGING)
    story.say(e.NoteTaken, text="The quota is reached.")
    _ask_third_parties(story)
    form = story.declaration()
    promise = story.minutes(60)
    story.say(e.StatusUpdated, message="We know the cause.", stage=Stage.DETECTED, next_update_at=promise,
              cleared_for_public=True)  # fmt: skip
    # This deadline stands whatever was delivered until then.
    story.say(e.DeadlinePassed, deadline="next_update", due_at=promise, at=promise)
    story.until(State.RESOLVED)
    story.say(e.IncidentReopened, reason="Tasks queue again.", impact=form["impact"], message="It is back.",
              next_update_at=story.minutes(60), cleared_for_public=True)  # fmt: skip
    story.say(e.IncidentResolved, users_unaffected=True, fix=Fix.TEMPORARY, how="even more nodes", message="All well.",
              cleared_for_public=True)  # fmt: skip
    for owed in story.incident.follow_ups:
        story.say(e.FollowUpDone, follow_up=owed.key, link="https://example.org/done")
    story.say(e.IncidentReviewed, lessons=("Watch the quota.",), public_text="We watch the quota now.")
    return story.events


def _ask_third_parties(story: Story) -> None:
    """Log a ticket with each third party, and chase it in every way that the policy has."""
    for number, party in enumerate(story.policy.third_parties, start=1):
        story.say(e.SupportRequested, third_party=party.key, account="123456789012", summary="Help!", details="Soon.")
        if party.chase_on_case:
            story.say(e.SupportChased, case=f"case_{number}", message="Any news?")
        if party.channel:
            story.say(e.SupportChased, case=f"case_{number}", message="Please look.", via=ChaseVia.CHANNEL)


def _dismissal(policy: Policy) -> Told:
    """A breach that is reported, and no incident."""
    return Story(policy, security_breach=True).until(State.DISMISSED).events


def _breach(policy: Policy) -> Told:
    """An incident that only some may know of, as far as its thread."""
    story = Story(policy, security_breach=True).until(State.MANAGING)
    story.say(e.NoteTaken, text="The key is revoked.")
    return story.events
