"""A made-up incident, told event by event, each at the moment at which it is asked for.

Its words say what it is, for whoever should see it all the same. Nobody is named but a person who does not exist.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import TypedDict

from incident_fsm import Answer, Assessment, ChaseVia, Fix, Incident, Policy
from incident_fsm import events as e
from incident_fsm._values import Action, FollowUpState, Strength

WHO = "Live Smoke"
"""Who does everything."""

TITLE = "Test of the incident process, please ignore"
SOON = timedelta(minutes=30)
TO_LINK = "https://example.org/live-smoke"
"""What a follow-up is said to be done by."""


class Head(TypedDict):
    """What every event carries."""

    id: str
    at: datetime
    by: str


class Story:
    """The events of one incident. `now` is read for each of them. `cleared`: what the public is told may be told."""

    def __init__(self, incident_id: str, policy: Policy, now: Callable[[], datetime], *, cleared: bool = False) -> None:
        self.cleared = cleared
        self.id = incident_id
        self.policy = policy
        self._now = now
        self._numbers = count(1)

    def reported(self, *, breach: bool = False) -> e.CandidateReported:
        """It begins."""
        return e.CandidateReported(
            **self.head(), incident_id=self.id, title=TITLE, summary="Nothing is wrong.", security_breach=breach
        )

    def dismissed(self, route: str) -> e.CandidateDismissed:
        """It is none."""
        return e.CandidateDismissed(**self.head(), override_reason="It is only a test.", route=route)

    def begun(self, *, breach: bool = False) -> Iterator[e.Event]:
        """Up to where it is declared."""
        yes = Answer(met=True, evidence="it is only a test")
        yield self.reported(breach=breach)
        yield e.CandidateConfirmed(**self.head(), assessment=Assessment(unplanned=yes, impacts_users=yes))
        yield e.IncidentDeclared(
            **self.head(),
            services=self.policy.services[:1],
            impact=self._impact,
            message="This is only a test: <nothing> & nobody is affected.\nPlease ignore it.",
            next_update_at=self._now() + SOON,
            notify_subscribers=False,
            cleared_for_public=self.cleared,
        )

    def managed(self) -> e.ManagementStarted:
        """Somebody leads."""
        return e.ManagementStarted(**self.head(), lead=WHO)

    def noted(self, text: str = "A note in the thread of a test.") -> e.NoteTaken:
        """Something is said."""
        return e.NoteTaken(**self.head(), text=text)

    def updated(self) -> e.StatusUpdated:
        """The public is told again."""
        return e.StatusUpdated(
            **self.head(),
            message="This is still only a test.",
            next_update_at=self._now() + SOON,
            notify_subscribers=False,
            cleared_for_public=self.cleared,
        )

    def supported(self, party: str, account: str) -> e.SupportRequested:
        """Somebody else is asked."""
        summary = f"TEST of an integration, please ignore: {self.id}"
        details = "This case tests an integration. No answer is needed; it will be resolved within minutes."
        return e.SupportRequested(**self.head(), third_party=party, account=account, summary=summary, details=details)

    def chased(self, via: ChaseVia = ChaseVia.CASE) -> e.SupportChased:
        """And asked again. Of the cases of an incident the first is called so."""
        return e.SupportChased(**self.head(), case="case_1", message="Only a test: please ignore this.", via=via)

    def resolved(self, fix: Fix = Fix.PERMANENT) -> e.IncidentResolved:
        """It is over."""
        return e.IncidentResolved(
            **self.head(),
            users_unaffected=True,
            fix=fix,
            how="It was only a test.",
            notify_subscribers=False,
            cleared_for_public=self.cleared,
        )

    def reopened(self) -> e.IncidentReopened:
        """It is not."""
        return e.IncidentReopened(
            **self.head(),
            reason="Only to call the meeting off.",
            impact=self._impact,
            message="This is only a test.",
            next_update_at=self._now() + SOON,
            notify_subscribers=False,
            cleared_for_public=self.cleared,
        )

    def reviewed(self, incident: Incident, public_text: str = "") -> Iterator[e.Event]:
        """Nothing is owed any more."""
        for owed in incident.follow_ups:
            if owed.state is FollowUpState.OPEN and owed.strength is Strength.MUST:
                yield e.FollowUpDone(**self.head(), follow_up=owed.key, link=TO_LINK)
            elif owed.state is FollowUpState.OPEN:
                yield e.FollowUpWaived(**self.head(), follow_up=owed.key, reason="It was only a test.")
        action = Action(text="Nothing is to be done", owner=WHO, due=(self._now() + timedelta(days=7)).date())
        lessons = ("Tests of the whole way are worth their time.",)
        yield e.IncidentReviewed(**self.head(), lessons=lessons, actions=(action,), public_text=public_text)

    @property
    def _impact(self) -> str:
        """The last impact that says that something is wrong: policies name the worst first."""
        return [impact.name for impact in self.policy.impacts if not impact.all_clear][-1]

    def head(self) -> Head:
        """What every event carries."""
        return {"id": f"{self.id}-{next(self._numbers)}", "at": self._now(), "by": WHO}
