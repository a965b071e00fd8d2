"""An incident told event by event, under a policy: what unit tests of a policy, and checks of an adapter, are made of.

    story = Story(our_policy).until(State.MANAGING)
    story.say(StatusUpdated, message="Half of it is back.", next_update_at=story.minutes(60))
    assert story.the(PublishStatus).notify_subscribers

Nothing is drawn and no clock is read: every story is the same on every run.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from incident_fsm import (
    Answer,
    Assessment,
    Fix,
    FollowUpState,
    Incident,
    Lifecycle,
    Policy,
    Refusal,
    RoleHolder,
    State,
    Step,
)
from incident_fsm import events as e
from incident_fsm.commands import Command
from incident_fsm.events import Event
from incident_fsm.testing.policies import default_policy

NINE = datetime(2024, 5, 1, 9, 0, tzinfo=UTC)
"""A Wednesday morning, when stories begin."""

YES = Answer(met=True, evidence="the dashboards show it")
MEETS = Assessment(unplanned=YES, impacts_users=YES)

_OVER = {"users_unaffected": True, "fix": Fix.TEMPORARY, "how": "more nodes"}

_Telling = tuple[type[Event], dict[str, Any]]
"""A kind of event, and what it says."""

C = TypeVar("C", bound=Command)


class Story:
    """One incident, from its report on, under a policy (the default one, where none is given) or a lifecycle.

    `reported` are fields of its report; or it goes on where `steps` led. Events are told by ann, a minute after one
    another, from `start` on.
    """

    def __init__(
        self,
        policy: Policy | Lifecycle | None = None,
        *,
        start: datetime = NINE,
        steps: Iterable[Step] = (),
        **reported: Any,
    ) -> None:
        chosen = default_policy() if policy is None else policy
        self.lifecycle = chosen if isinstance(chosen, Lifecycle) else Lifecycle(chosen)
        self.start = start
        self.steps = list(steps)
        self._number = 0
        if self.steps:
            return
        title = {"incident_id": "INC-1", "title": "Airflow Autoscaling Incident"}
        self.steps.append(self.lifecycle.open(self.make(e.CandidateReported, **{**title, **reported})))

    @property
    def policy(self) -> Policy:
        """The policy that the next event is judged by. Another one may be set on the way."""
        return self.lifecycle.policy

    @policy.setter
    def policy(self, policy: Policy) -> None:
        self.lifecycle = Lifecycle(policy)

    @property
    def incident(self) -> Incident:
        """The incident as it stands."""
        return self.steps[-1].after

    @property
    def events(self) -> tuple[Event, ...]:
        """Everything that was accepted, to be handed to a desk."""
        return tuple(step.event for step in self.steps)

    @property
    def last(self) -> tuple[Command, ...]:
        """The commands of the last step."""
        return self.steps[-1].commands

    def the(self, kind: type[C]) -> C:
        """The one command of a kind in the last step; `LookupError` where there is none, or more than one."""
        found = [command for command in self.last if isinstance(command, kind)]
        if len(found) != 1:
            there = ", ".join(type(command).__name__ for command in self.last) or "nothing"
            event = type(self.steps[-1].event).__name__
            raise LookupError(f"{event} asked for {len(found)} of {kind.__name__}, not for one; it asked for: {there}")
        return found[0]

    def minutes(self, number: int) -> datetime:
        """So many minutes after the newest event of the story."""
        return self.start + timedelta(minutes=self._number + number)

    def make(self, event: type[Any], /, **fields: Any) -> Any:
        """Make the next event, a minute after the one before."""
        self._number += 1
        head = {"id": f"e-{self._number}", "at": self.minutes(0), "by": "ann"}
        return event(**{**head, **fields})

    def say(self, event: type[Event], /, **fields: Any) -> Step:
        """Tell an event that is accepted; `TransitionRefused`, with every reason, where it is not."""
        step = self.lifecycle.step(self.incident, self.make(event, **fields))
        self.steps.append(step)
        return step

    def ask(self, event: type[Event], /, **fields: Any) -> Refusal:
        """Tell an event that is refused, and hear why; `AssertionError` where it is accepted. Nothing changes."""
        answer = self.lifecycle.attempt(self.incident, self.make(event, **fields))
        if isinstance(answer, Step):
            raise AssertionError(f"{event.__name__} was accepted while {answer.after.state.value}")  # noqa: TRY004  a test's verdict
        return answer

    def until(self, state: State) -> "Story":
        """Go along the happy path until the incident is in a state; `LookupError` where that leads nowhere near it."""
        for _ in range(len(State) + len(self.policy.follow_ups)):
            if self.incident.state is state:
                return self
            kind, fields = self._next(state)
            self.say(kind, **fields)
        raise LookupError(f"no way leads to {state.value}: the incident is still {self.incident.state.value}")

    def declaration(self) -> dict[str, Any]:
        """A complete form of the status page."""
        wording = self.policy.declaration.wording
        trouble = next(impact for impact in self.policy.impacts if not impact.all_clear)
        return {
            "services": self.policy.services[:1],
            "impact": trouble.name,
            "message": wording.replace("{reason}", "it broke").replace("{impact}", "users wait") or "We look into it.",
            "next_update_at": self.minutes(60),
            "cleared_for_public": True,
        }

    def _next(self, goal: State) -> _Telling:
        """The next event on the happy path."""
        if goal is State.DISMISSED:
            return e.CandidateDismissed, {"override_reason": "a person decided so"}
        ways: dict[State, Callable[[], _Telling]] = {
            State.CANDIDATE: lambda: (e.CandidateConfirmed, {"assessment": MEETS}),
            State.CONFIRMED: lambda: (e.IncidentDeclared, self.declaration()),
            State.DECLARED: lambda: (e.ManagementStarted, {"lead": "lea", "roles": tuple(self._required())}),
            State.MANAGING: lambda: (e.IncidentResolved, _OVER),
        }
        return ways.get(self.incident.state, self._next_follow_up)()

    def _next_follow_up(self) -> _Telling:
        """Do what is owed; then review."""
        for owed in self.incident.follow_ups:
            if owed.state is FollowUpState.OPEN:
                return e.FollowUpDone, {"follow_up": owed.key, "link": "https://example.org/done"}
        return e.IncidentReviewed, {"lessons": ("watch the quota",)}

    def _required(self) -> Iterator[RoleHolder]:
        """Somebody for every role that the policy requires besides the lead."""
        required = (role.key for role in self.policy.roles if role.required and role.key != "lead")
        return (RoleHolder(role=key, person=f"the {key}") for key in required)
