"""The pure front of the process: incident and event in, next incident and commands out, or the reasons why not.

    lifecycle = Lifecycle(policy)
    step = lifecycle.open(CandidateReported(...))
    answer = lifecycle.attempt(step.after, CandidateConfirmed(...))    # a Step or a Refusal, never an exception

No clock, no ids, no randomness, no I/O: time is `event.at`, people are `event.by`, ids are given.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import field, frozen

from incident_fsm._incident import Incident
from incident_fsm._machine import Trigger, compile_table, triggers
from incident_fsm._results import Option, Reason, Refusal, Step
from incident_fsm._states import State
from incident_fsm._table import ROWS, Row
from incident_fsm.errors import PolicyError, TransitionRefused
from incident_fsm.events import EVENTS, CandidateReported, Event
from incident_fsm.policy import Policy, contradictions

_MACHINE = compile_table(ROWS)
_TRIGGERS = triggers(_MACHINE, EVENTS)
_ROWS_FROM: dict[State, tuple[Row, ...]] = {state: tuple(row for row in ROWS if row.source is state) for state in State}


def _check_policy(_lifecycle: object, _attribute: object, policy: Any) -> None:  # noqa: ANN401  callers need not check types
    """Refuse a policy that contradicts itself: the guards rely on it."""
    if not isinstance(policy, Policy):
        raise TypeError(f"a Lifecycle needs a Policy, not {type(policy).__name__}")
    if found := contradictions(policy):
        raise PolicyError([f"{path}: {problem}; {remedy}" for path, problem, remedy in found])


@frozen
class Lifecycle:
    """The process under one policy. Holds nothing else: one serves every incident and every thread."""

    policy: Policy = field(validator=_check_policy)

    def attempt(self, incident: Incident | None, event: Event) -> Step | Refusal:
        """Answer an event: a step, or a refusal with every reason. Total: no other exception for a known event.

        `incident` is None for an incident that is to be opened (by `CandidateReported`).
        """
        trigger = _TRIGGERS.get(type(event)) or _trigger_of(event)
        return trigger(incident, event, self.policy, None if incident is None else incident.revision)

    def attempt_batch(self, incident: Incident | None, events: Iterable[Event]) -> tuple[Step, ...] | Refusal:
        """Answer several events as one: all their steps, or the first refusal and no step at all.

        A `revision` that an event carries is held against the incident as it was handed over, since all the events
        of a batch were made for that.
        """
        base = None if incident is None else incident.revision
        steps: list[Step] = []
        for event in events:
            answer = _trigger_of(event)(incident, event, self.policy, base)
            if isinstance(answer, Refusal):
                return answer
            steps.append(answer)
            incident = answer.after
        return tuple(steps)

    def open(self, event: CandidateReported) -> Step:
        """Open an incident, or raise `TransitionRefused`."""
        return _accepted(self.attempt(None, event))

    def step(self, incident: Incident, event: Event) -> Step:
        """As `attempt`, for callers who expect a yes: raises `TransitionRefused` on a no."""
        return _accepted(self.attempt(incident, event))

    def options(self, incident: Incident) -> tuple[Option, ...]:
        """List what the table allows next, and what blocks each whatever the event says. Needs no filled-in event."""
        return tuple(
            Option(row.event, row.target, row.block(incident, self.policy)) for row in _ROWS_FROM[incident.state]
        )

    def refold(self, incident: Incident | None, event: Event) -> Step | Refusal:
        """Repeat the step of an event that was accepted before.

        As `attempt`, but the revision that the event was made for is not looked at: it was checked at its time, and
        within a batch it was held against the incident before the whole batch.
        """
        return _trigger_of(event)(incident, event, self.policy, event.revision)

    def replay(self, events: Sequence[Event]) -> Incident:
        """Fold accepted events into the incident they led to; raise `TransitionRefused` where one is not accepted."""
        return replay((event, self) for event in events)


def replay(history: Iterable[tuple[Event, Lifecycle]]) -> Incident:
    """Fold accepted events, each under the lifecycle whose policy it was judged by, into the incident they led to."""
    incident: Incident | None = None
    for event, lifecycle in history:
        incident = _accepted(lifecycle.refold(incident, event)).after
    if incident is None:
        raise ValueError("there is nothing to replay: the history is empty")
    return incident


def _trigger_of(event: Event) -> Trigger:
    """Find the event's trigger; what is no event of the process is a mistake in the program."""
    trigger = _TRIGGERS.get(type(event))
    if trigger is None:
        raise TypeError(f"{type(event).__name__} is no event of the process; see incident_fsm.events.EVENTS")
    return trigger


def _accepted(answer: Step | Refusal) -> Step:
    """Hand on a step; raise a refusal."""
    if isinstance(answer, Refusal):
        raise TransitionRefused(answer)
    return answer


__all__ = ["Lifecycle", "Option", "Reason", "Refusal", "Step", "replay"]
