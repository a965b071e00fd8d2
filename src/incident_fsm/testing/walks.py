"""Walks through the process: incidents that can really be reached, and all that happened on the way.

`walks` wander; `lives` lead from the report to the review; `incidents` are where walks ended.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import evolve, field, frozen
from hypothesis import strategies as st

from incident_fsm import Incident, Kind, Lifecycle, Policy, Refusal, State, Step, events
from incident_fsm.commands import Command
from incident_fsm.testing.arbitrary import FIRST, LAST, arbitrary_events, one_in
from incident_fsm.testing.filling import Situation, pick
from incident_fsm.testing.likely import kinds_next, likely_events, next_kind
from incident_fsm.testing.policies import shipped_policies

STARTS = (
    datetime(2024, 5, 1, 9, 0, tzinfo=UTC),
    datetime(2024, 3, 30, 23, 30, tzinfo=UTC),
    datetime(2024, 10, 26, 23, 30, tzinfo=UTC),
    FIRST,
    datetime(2099, 12, 30, 12, 0, tzinfo=UTC),
)


@frozen
class Walk:
    """A way through the process: each accepted step with the lifecycle it was judged by, and each refusal met."""

    history: tuple[tuple[Lifecycle, Step], ...]
    refusals: tuple[tuple[Incident | None, Lifecycle, Refusal], ...] = field(repr=False)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The accepted steps."""
        return tuple(step for _, step in self.history)

    @property
    def incident(self) -> Incident:
        """The incident at the end."""
        return self.history[-1][1].after

    @property
    def lifecycle(self) -> Lifecycle:
        """The lifecycle of the last step."""
        return self.history[-1][0]

    @property
    def commands(self) -> tuple[Command, ...]:
        """Every command that was asked for, in order."""
        return tuple(command for step in self.steps for command in step.commands)

    @property
    def passed(self) -> set[tuple[str, State | None, State]]:
        """The rows of the table that the walk went along."""
        return {
            (type(step.event).__name__, None if step.before is None else step.before.state, step.after.state)
            for step in self.steps
        }


def _choices(policy: Policy | st.SearchStrategy[Policy] | None) -> st.SearchStrategy[Policy]:
    """The policies that a walk may be judged by."""
    if policy is None:
        return shipped_policies()
    return st.just(policy) if isinstance(policy, Policy) else policy


@st.composite
def walks(  # noqa: PLR0913  every knob is a sort of walk that some property needs
    draw: st.DrawFn,
    *,
    policy: Policy | st.SearchStrategy[Policy] | None = None,
    kinds: Sequence[Kind] = tuple(Kind),
    longest: int = 32,
    changing: bool = False,
    nonsense: bool = True,
) -> Walk:
    """Draw a way through the process, under a policy, any of some policies, or one that ships.

    `kinds`: live, backfilled, drill. `longest`: so many events at most are tried after the report. `changing`: the
    policy may change on the way, as an organisation's does. `nonsense`: now and then an arbitrary event comes in.
    """
    choices = _choices(policy)
    lifecycle = Lifecycle(draw(choices))
    now = pick(draw, STARTS)
    history: list[tuple[Lifecycle, Step]] = [(lifecycle, lifecycle.open(_report(draw, lifecycle.policy, now, kinds)))]
    refusals: list[tuple[Incident | None, Lifecycle, Refusal]] = []
    commands: tuple[Command, ...] = history[0][1].commands
    for number in range(1, draw(st.integers(0, longest)) + 1):
        incident = history[-1][1].after
        now = min(LAST, max(FIRST, now + timedelta(minutes=draw(st.integers(-20, 90)))))
        if changing and draw(one_in(10)):
            lifecycle = Lifecycle(draw(choices))
        situation = Situation(incident, lifecycle.policy, now, number, commands[-6:])
        wild = nonsense and draw(one_in(12))
        event = draw(arbitrary_events()) if wild else draw(likely_events(situation))
        answer = lifecycle.attempt(incident, event)
        if isinstance(answer, Refusal):
            refusals.append((incident, lifecycle, answer))
        else:
            history.append((lifecycle, answer))
            commands = (*commands, *answer.commands)
    return Walk(tuple(history), tuple(refusals))


def _report(draw: st.DrawFn, policy: Policy, now: datetime, kinds: Sequence[Kind]) -> events.CandidateReported:
    """Draw a report of one of some kinds of incident."""
    first = draw(likely_events(Situation(None, policy, now, 0)))
    if not isinstance(first, events.CandidateReported):
        raise TypeError(f"an incident begins with CandidateReported, not with {type(first).__name__}")
    return first if first.kind in kinds else evolve(first, kind=pick(draw, kinds))


def incidents(**how: Any) -> st.SearchStrategy[tuple[Lifecycle, Incident]]:
    """Draw an incident that can really be reached, with the lifecycle that judged it last; `how` as in `walks`."""
    return walks(**how).map(lambda walk: (walk.lifecycle, walk.incident))


@st.composite
def lives(
    draw: st.DrawFn, *, policy: Policy | st.SearchStrategy[Policy] | None = None, kinds: Sequence[Kind] = tuple(Kind)
) -> Walk:
    """Draw a whole life: an incident from its report to its review, with this and that happening on the way."""
    lifecycle = Lifecycle(draw(_choices(policy)))
    now = pick(draw, STARTS[:3])
    history: list[tuple[Lifecycle, Step]] = []
    incident: Incident | None = None
    reopenings = draw(st.integers(0, 2))
    while incident is None or incident.state is not State.REVIEWED:
        now += timedelta(minutes=draw(st.integers(1, 90)))
        commands = tuple(command for _, step in history[-6:] for command in step.commands)
        situation = Situation(incident, lifecycle.policy, now, len(history), commands)
        kind = next_kind(incident, reopenings)
        if incident is not None and draw(st.integers(0, 2)) == 0:
            kind = draw(kinds_next(situation).filter(lambda one: one not in _MOVES))
        event = draw(likely_events(situation, kind))
        if isinstance(event, events.CandidateReported) and event.kind not in kinds:
            event = evolve(event, kind=pick(draw, kinds))
        answer = lifecycle.attempt(incident, event)
        if isinstance(answer, Step):
            reopenings -= kind is events.IncidentReopened
            history.append((lifecycle, answer))
            incident = answer.after
        elif kind is events.IncidentResolved:  # a milestone is out of order: correct what was said
            forget = tuple(name for name in ("fault", "detected", "aware", "repaired"))
            amend = events.DetailsAmended(id=f"a-{len(history)}", at=now, by="ann", forget=forget)
            step = lifecycle.step(situation.there, amend)
            history.append((lifecycle, step))
            incident = step.after
    return Walk(tuple(history), ())


_MOVES = (
    events.CandidateDismissed,
    events.IncidentReopened,
    events.IncidentReviewed,
    events.DetailsAmended,
    events.ServiceRestored,
)
