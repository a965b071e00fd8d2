"""What both lifecycles are asked about one incident: the answers are the machine's own, no rule stands here twice.

What is asked is what the incident itself brings: what it holds already (services, impact, roles, cases), and what still
lies ahead of it. That a policy knows another service or party by now is a difference of the policies.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from attrs import evolve, frozen

from incident_fsm._incident import Incident
from incident_fsm._results import Reason, Refusal
from incident_fsm._states import State
from incident_fsm._values import ChaseVia, Kind
from incident_fsm.commands import RedirectReporter
from incident_fsm.events import (
    CandidateDismissed,
    CommandDone,
    CommandFailed,
    DeadlinePassed,
    Event,
    ManagementStarted,
    RoleAssigned,
    StatusUpdated,
    SupportChased,
    SupportRequested,
)
from incident_fsm.lifecycle import Lifecycle
from incident_fsm.policy_diff._change import Change, Group, Value, Verdict
from incident_fsm.policy_diff._words import FILLED

_BY_ITSELF = (DeadlinePassed, CommandDone, CommandFailed)
"""What no person brings. The deadlines themselves are compared elsewhere."""

_BEFORE_MANAGING = (State.CANDIDATE, State.CONFIRMED, State.DECLARED)


@frozen
class Pair:
    """An incident, the two lifecycles it is held against, and the time of what they are asked."""

    incident: Incident
    old: Lifecycle
    new: Lifecycle
    at: datetime

    def make(self, kind: type[Event], **said: Any) -> Event:  # noqa: ANN401  the fields of any event
        """Make an event to ask about. It is never stored."""
        return kind(id="what-if", at=self.at, by="nobody", **said)

    def may(self, event: type[Event]) -> bool:
        """Whether the table allows an event now; the policy has no say in that."""
        return any(option.event is event for option in self.old.options(self.incident))


def asked(pair: Pair) -> Iterator[Change]:
    """Yield each question with both answers, equal or not."""
    yield from _blocked(pair)
    yield from _updating(pair)
    yield from _assigning(pair)
    yield from _chasing(pair)
    yield from _managing(pair)
    yield from _dismissing(pair)


def _transition(path: str, what: str, before: Value, after: Value) -> Change:
    """Put both answers to a question together."""
    return Change(
        group=Group.TRANSITIONS, path=path, what=what, before=before, after=after, yes=FILLED[0], no=FILLED[1]
    )


def _verdict(reasons: tuple[Reason, ...]) -> Verdict:
    """Say whether something may happen. What a policy offers instead is left out: the policies themselves say that."""
    return Verdict(
        tuple(reason.sentence.partition("; there are ")[0].partition(", for example ")[0] for reason in reasons)
    )


def _blocked(pair: Pair) -> Iterator[Change]:
    """What is blocked whatever the event says."""
    before, after = (
        {option.event: _verdict(option.blocked_by) for option in lifecycle.options(pair.incident)}
        for lifecycle in (pair.old, pair.new)
    )
    for event in before:
        if event not in _BY_ITSELF:
            what = _ASKED.get(event, event.__name__)
            yield _transition(f"options.{event.__name__}", what, before[event], after[event])


_ASKED: dict[type[Event], str] = {SupportRequested: "asking a third party"}
"""What a person would call it. The policy blocks nothing else so far; its name would say it."""


def _about(pair: Pair, path: str, what: str, event: Event, field: str) -> Change:
    """What is wrong with one field of an event."""
    return _transition(
        path, what, *(_verdict(_reasons(one, pair.incident, event, field)) for one in (pair.old, pair.new))
    )


def _reasons(lifecycle: Lifecycle, incident: Incident, event: Event, *about: str) -> tuple[Reason, ...]:
    """Why an event would be refused, as far as some of its fields are concerned."""
    answer = lifecycle.attempt(incident, event)
    found = answer.reasons if isinstance(answer, Refusal) else ()
    return tuple(reason for reason in found if reason.field in about)


def _updating(pair: Pair) -> Iterator[Change]:
    """An update of the status page that leaves as much as it can as it was (§2)."""
    if pair.may(StatusUpdated):
        for service in pair.incident.services:
            what = f"an update while service {service!r} is affected"
            event = pair.make(StatusUpdated, message="?", services=(service,))
            yield _about(pair, f"update.services[{service}]", what, event, "services")
        event = pair.make(StatusUpdated, message="?")
        what = f"an update that keeps the impact {pair.incident.impact!r}"
        yield _about(pair, "update.impact", what, event, "impact")
        yield _about(
            pair, "update.next_update_at", "an update that names no time for the next", event, "next_update_at"
        )


def _assigning(pair: Pair) -> Iterator[Change]:
    """Handing over a role that somebody holds (§3)."""
    if pair.may(RoleAssigned):
        for held in pair.incident.roles:
            event = pair.make(RoleAssigned, role=held.role, person="?")
            yield _about(pair, f"roles[{held.role}]", f"handing over the role {held.role!r}", event, "role")


def _chasing(pair: Pair) -> Iterator[Change]:
    """Chasing a case, on the case or in a channel (§4)."""
    if pair.may(SupportChased):
        for case in pair.incident.cases:
            for via, where in ((ChaseVia.CASE, "on the case"), (ChaseVia.CHANNEL, "in a channel")):
                event = pair.make(SupportChased, case=case.key, message="?", via=via)
                what = f"chasing {case.key!r} ({case.third_party}) {where}"
                yield _about(pair, f"cases[{case.key}].{via.value}", what, event, "via")


def _managing(pair: Pair) -> Iterator[Change]:
    """Which roles have to be filled for management to start, that lies ahead (§3)."""
    if pair.incident.state in _BEFORE_MANAGING:
        there = evolve(pair.incident, state=State.DECLARED)
        event = pair.make(ManagementStarted)
        before, after = (
            [reason.subject for reason in _reasons(one, there, event, "lead", "roles")] for one in (pair.old, pair.new)
        )
        for role in dict.fromkeys((*before, *after)):
            yield _transition(f"manage.roles[{role}]", f"the role {role!r}", role in before, role in after)


def _dismissing(pair: Pair) -> Iterator[Change]:
    """Where a reporter is sent if nobody says where to (§1)."""
    if pair.may(CandidateDismissed) and pair.incident.kind is not Kind.BACKFILLED:
        event = pair.make(CandidateDismissed, override_reason="?")
        before, after = (_route(lifecycle, pair.incident, event) for lifecycle in (pair.old, pair.new))
        yield _transition("dismiss.route", "dismissed, its reporter is sent by the redirect", before, after)


def _route(lifecycle: Lifecycle, incident: Incident, event: Event) -> str:
    """The redirect that a dismissal uses."""
    [redirect] = [one for one in lifecycle.step(incident, event).commands if isinstance(one, RedirectReporter)]
    return redirect.route
