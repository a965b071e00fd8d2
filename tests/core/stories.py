"""Stories for the tests of single modules: an incident told event by event, under a policy that ships.

`Story().until(State.MANAGING)` goes along the happy path, `say` adds an accepted event, `ask` one that may be refused.
Times are minutes after `NINE` unless said otherwise, so every story is the same on every run.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from attrs import evolve

from incident_fsm import (
    Answer,
    Assessment,
    Audience,
    Fix,
    FollowUpState,
    Incident,
    Kind,
    Lifecycle,
    Policy,
    Refusal,
    RoleHolder,
    State,
    Step,
)
from incident_fsm.commands import Command
from incident_fsm.events import (
    CandidateConfirmed,
    CandidateDismissed,
    CandidateReported,
    Event,
    FollowUpDone,
    IncidentDeclared,
    IncidentResolved,
    IncidentReviewed,
    ManagementStarted,
)
from tests.strategies import SHIPPED

NINE = datetime(2024, 5, 1, 9, 0, tzinfo=UTC)
"""A Wednesday morning."""

YES = Answer(met=True, evidence="the dashboards show it")
MEETS = Assessment(unplanned=YES, impacts_users=YES)
DEFAULT = SHIPPED["analytical_platform"]
CLOUD = SHIPPED["cloud_platform"]
GDS = SHIPPED["gds"]

MOST_STEPS = 20
"""More than any story takes from one state to another: a table that leads nowhere fails at once."""

C = TypeVar("C", bound=Command)


def minutes(number: int) -> datetime:
    """The time that many minutes after nine."""
    return NINE + timedelta(minutes=number)


def changed(policy: Policy, **parts: Any) -> Policy:
    """A policy with some parts decided otherwise; a part given as a dict changes fields of that part."""
    return evolve(
        policy,
        **{
            name: evolve(getattr(policy, name), **part) if isinstance(part, dict) else part
            for name, part in parts.items()
        },
    )


class Story:
    """One incident, from its report on."""

    def __init__(self, policy: Policy = DEFAULT, **reported: Any) -> None:
        self.lifecycle = Lifecycle(policy)
        self.steps: list[Step] = []
        self._number = 0
        title = {"incident_id": "INC-1", "title": "Airflow Autoscaling Incident"}
        self._keep(self.lifecycle.open(self.make(CandidateReported, **{**title, **reported})))

    @property
    def policy(self) -> Policy:
        """The policy that the next event is judged by."""
        return self.lifecycle.policy

    @policy.setter
    def policy(self, policy: Policy) -> None:
        self.lifecycle = Lifecycle(policy)

    @property
    def incident(self) -> Incident:
        """The incident as it stands."""
        return self.steps[-1].after

    @property
    def last(self) -> tuple[Command, ...]:
        """The commands of the last step."""
        return self.steps[-1].commands

    def the(self, kind: type[C]) -> C:
        """The one command of a kind in the last step."""
        [found] = [command for command in self.last if isinstance(command, kind)]
        return found

    def make(self, event: type[Any], /, **fields: Any) -> Any:
        """Make the next event, a minute after the one before."""
        self._number += 1
        head = {"id": f"e-{self._number}", "at": minutes(self._number), "by": "ann"}
        return event(**{**head, **fields})

    def say(self, event: type[Event], /, **fields: Any) -> Step:
        """Tell an event that is accepted."""
        step = self.lifecycle.step(self.incident, self.make(event, **fields))
        self._keep(step)
        return step

    def ask(self, event: type[Event], /, **fields: Any) -> Refusal:
        """Tell an event that is refused."""
        answer = self.lifecycle.attempt(self.incident, self.make(event, **fields))
        assert isinstance(answer, Refusal), f"{event.__name__} was accepted"
        return answer

    def until(self, state: State) -> "Story":
        """Go along the happy path until the incident is in a state."""
        for _ in range(MOST_STEPS):
            if self.incident.state is state:
                return self
            kind, fields = self._next(state)
            self.say(kind, **fields)
        raise AssertionError(f"no way leads to {state.value}")

    def declaration(self) -> dict[str, Any]:
        """A complete form of the status page."""
        wording = self.policy.declaration.wording
        return {
            "services": self.policy.services[:1],
            "impact": self.policy.impacts[0].name,
            "message": wording.replace("{reason}", "it broke").replace("{impact}", "users wait") or "We look into it.",
            "next_update_at": minutes(self._number + 60),
            "cleared_for_public": True,
        }

    def _next(self, goal: State) -> tuple[type[Event], dict[str, Any]]:  # noqa: PLR0911  one for each state
        """The next event on the happy path."""
        state = self.incident.state
        if goal is State.DISMISSED:
            return CandidateDismissed, {"override_reason": "a person decided so"}
        if state is State.CANDIDATE:
            return CandidateConfirmed, {"assessment": MEETS}
        if state is State.CONFIRMED:
            return IncidentDeclared, self.declaration()
        if state is State.DECLARED:
            required = [role.key for role in self.policy.roles if role.required and role.key != "lead"]
            return ManagementStarted, {
                "lead": "lea",
                "roles": tuple(RoleHolder(role=key, person=f"the {key}") for key in required),
            }
        if state is State.MANAGING:
            return IncidentResolved, {"users_unaffected": True, "fix": Fix.TEMPORARY, "how": "more nodes"}
        for owed in self.incident.follow_ups:
            if owed.state is FollowUpState.OPEN:
                return FollowUpDone, {"follow_up": owed.key, "link": "https://example.org/done"}
        return IncidentReviewed, {"lessons": ("watch the quota",)}

    def _keep(self, step: Step) -> None:
        """Go on from a step."""
        self.steps.append(step)


def drill(policy: Policy = DEFAULT) -> Story:
    """A story of an exercise."""
    return Story(policy, kind=Kind.DRILL)


def backfilled(policy: Policy = DEFAULT) -> Story:
    """A story that is recorded afterwards."""
    return Story(policy, kind=Kind.BACKFILLED)


def head(story: Story, position: int, audience: Audience = Audience.TEAM) -> dict[str, Any]:
    """What every command of a story's last step says of it."""
    step = story.steps[-1]
    return {
        "id": f"INC-1:{step.after.revision}:{position}",
        "incident_id": "INC-1",
        "kind": step.after.kind,
        "audience": audience,
        "requested_at": step.event.at,
    }
