"""Tells an incident whatever Hypothesis comes up with: the rules of `LifecycleMachine`, without its invariants."""

from datetime import datetime, timedelta
from typing import ClassVar

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from incident_fsm import Incident, Lifecycle, Policy, Refusal, Step
from incident_fsm.commands import Command
from incident_fsm.events import Event
from incident_fsm.testing.arbitrary import FIRST, LAST, arbitrary_events
from incident_fsm.testing.desks import recording_desk
from incident_fsm.testing.filling import Situation
from incident_fsm.testing.invariants import asking, records, states, time
from incident_fsm.testing.likely import likely_events, next_kind
from incident_fsm.testing.policies import default_policy
from incident_fsm.testing.walks import STARTS, Walk

_MINUTES = st.integers(-20, 90)
"""How much later the next event is; or earlier, where somebody tells later what was before."""


class Telling(RuleBasedStateMachine):
    """One incident, told to a lifecycle event by event, and to a desk."""

    policy: ClassVar[Policy | None] = None
    """The policy that every event is judged by; the default one, where none is set."""

    lifecycle_class: ClassVar[type[Lifecycle]] = Lifecycle
    """What is asked: a class of your own, where your bot refuses more than the process does."""

    def __init__(self) -> None:
        super().__init__()
        self.lifecycle = self.lifecycle_class(default_policy() if self.policy is None else self.policy)
        self.desk, _ = recording_desk(self.lifecycle.policy)
        self.desk.lifecycle = self.lifecycle
        self.now = STARTS[0]
        self.accepted_just_now = False
        self._history: list[tuple[Lifecycle, Step]] = []
        self._refusals: list[tuple[Incident | None, Lifecycle, Refusal]] = []
        self._told = 0

    # ── What is known so far ───────────────────────────────────────────────────────────────────────────────────────

    @property
    def incident(self) -> Incident:
        """The incident as it stands."""
        return self._history[-1][1].after

    @property
    def walk(self) -> Walk:
        """The accepted steps and the refusals, so far."""
        return Walk(tuple(self._history), tuple(self._refusals))

    @property
    def newest(self) -> Walk:
        """The newest accepted step alone, for checks that look at one step at a time."""
        return Walk((self._history[-1],), ())

    @property
    def commands(self) -> tuple[Command, ...]:
        """Every command that was asked for, in order."""
        return self.walk.commands

    # ── What is told ───────────────────────────────────────────────────────────────────────────────────────────────

    @initialize(data=st.data(), now=st.sampled_from(STARTS))
    def it_is_reported(self, data: st.DataObject, now: datetime) -> None:
        """An incident begins: live, backfilled or a drill."""
        states.every_state_is_reachable(self.lifecycle)
        records.policy_can_be_written_down(self.lifecycle.policy)
        self.now = now
        self.tell(data.draw(likely_events(self._situation(0))))

    @rule(data=st.data(), minutes=_MINUTES)
    def it_goes_on(self, data: st.DataObject, minutes: int) -> None:
        """What leads on happens next: without it, few incidents would see their end."""
        self.tell(data.draw(likely_events(self._situation(minutes), next_kind(self.incident))))

    @rule(data=st.data(), minutes=_MINUTES)
    def something_happens(self, data: st.DataObject, minutes: int) -> None:
        """Anything that the table allows happens, told by somebody who knows the incident."""
        self.tell(data.draw(likely_events(self._situation(minutes))))

    @rule(event=arbitrary_events())
    def nonsense_is_said(self, event: Event) -> None:
        """Any event at all comes in, as from a bot with a mistake; and once more, made for an older revision."""
        self.tell(event)
        asking.stale_is_refused(self.lifecycle, self.incident, event, self.incident.revision - 1)

    @rule(days=st.integers(0, 4000))
    def somebody_looks_late(self, days: int) -> None:
        """Nobody looked for days, and no deadline is lost for that. Nothing is told."""
        self.accepted_just_now = False
        time.being_late_loses_nothing(self.walk, self.now + timedelta(days=days))

    def tell(self, event: Event) -> Step | Refusal:
        """Tell an event, under an id of its own; keep what comes of it, and hold the answer to invariants 1 to 3."""
        self._told += 1
        event = evolve(event, id=f"told-{self._told}")
        incident = self.incident if self._history else None
        answer = asking.total_and_pure(self.lifecycle, incident, event)
        asking.reasons_name_fields(answer)
        if incident is not None:
            asking.options_agree(self.lifecycle, incident, event)
            states.final_refuses(self.lifecycle, incident, event)
        self.accepted_just_now = isinstance(answer, Step)
        if isinstance(answer, Step):
            self._history.append((self.lifecycle, answer))
        else:
            self._refusals.append((incident, self.lifecycle, answer))
            asking.refusals_say_why(Walk((), self.walk.refusals[-1:]))
        return answer

    def _situation(self, minutes: int) -> Situation:
        """What somebody knows who is about to say what happened, so many minutes later."""
        self.now = min(LAST, max(FIRST, self.now + timedelta(minutes=minutes)))
        commands = self.commands[-6:] if self._history else ()
        incident = self.incident if self._history else None
        return Situation(incident, self.lifecycle.policy, self.now, self._told, commands)
