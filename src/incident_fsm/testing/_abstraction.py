"""What is kept of an incident when incidents are enumerated: its facts, a small word for each.

What is abstracted
==================
- *Texts, names, ids, people* are left out: of a title, a message or a lead only whether it is there, and of an impact
  only how it promises the next update.
- *Times* are relative: an event may always be late enough, so what is kept of a deadline is whether it stands and
  whether somebody was reminded of it. Of the milestones only "repaired" is kept: the representative events report every
  incident with the time of detection, and never know the fault's.
- *Counts* are capped. Support cases: none, or some (the first is looked at, later ones behave like it). How often the
  outside heard something that it should hear once: never, once, more often.
- *What no guard or reaction looks at any more* is left out: roles once the incident is managed, the fix once what it
  owes is known, how a follow-up stood once the incident is reopened (resolving arms it again).
- *A drill* is kept as what it exercises: what is happening. Only its texts and marks differ.
- A follow-up that was waived as it may be is as good as done, so both are "settled"; one that was not, is "wrong".

Three facts are not in the incident: what the outside heard (`Heard`). The invariants speak of it, so it is watched.

That this is enough, that is, that two incidents of equal facts answer every representative event alike, is checked for
a policy by `explore(policy, twice=True)`: it walks again along long ways, with drills, and must find the same graph.
"""

from attrs import evolve, frozen

from incident_fsm import deadlines
from incident_fsm._incident import Incident
from incident_fsm._states import State
from incident_fsm._values import Audience, FollowUp, FollowUpState, Kind, Strength
from incident_fsm.commands import Command, CreateIssue, OpenThread, PublishStatus, ReportSecurityBreach
from incident_fsm.policy import Impact, Policy

Facts = tuple[str, ...]
"""One abstract state: a word for each of `Abstraction.names`."""

NOTHING = "-"
"""The word where there is nothing to say, or nobody looks any more."""

CASE = "case_1"
"""The support case that is looked at."""

_BEFORE_MANAGING = frozenset({State.CANDIDATE, State.CONFIRMED, State.DECLARED})
_IN_TROUBLE = frozenset({State.DECLARED, State.MANAGING})
_AFTERWARDS = frozenset({State.RESOLVED, State.REVIEWED})
_TIMES = ("never", "once", "more")


@frozen
class Heard:
    """What the outside was asked so far: the last word to the public, and how often it was told what it is told once.

    `issue` is the id of the command that asked for the issue of the permanent fix, for its receipt.
    """

    word: str = "none"
    breaches: int = 0
    threads: int = 0
    issues: int = 0
    issue: str = ""

    def and_then(self, commands: tuple[Command, ...]) -> "Heard":
        """What the outside was asked once these commands went out, too."""
        heard = self
        for command in commands:
            match command:
                case PublishStatus():
                    heard = evolve(heard, word="clear" if command.all_clear else "trouble")
                case ReportSecurityBreach():
                    heard = evolve(heard, breaches=heard.breaches + 1)
                case OpenThread():
                    heard = evolve(heard, threads=heard.threads + 1)
                case CreateIssue():
                    heard = evolve(heard, issues=heard.issues + 1, issue=command.id)
                case _:
                    pass
        return heard


class Abstraction:
    """Tells the facts of incidents under one policy."""

    def __init__(self, policy: Policy, *, deep: bool = False) -> None:
        """Settle which facts there are: some go by the policy's roles, follow-ups and times."""
        self._policy = policy
        self._roles = tuple(role.key for role in policy.roles if role.required or role.key == "lead")
        self._follow_ups = tuple(rule.key for rule in policy.follow_ups)
        possible = tuple(_possible_deadlines(policy))
        self.deadlines = possible if deep else _one_of_each_sort(possible)
        self.names: tuple[str, ...] = (
            *("state", "kind", "breach", "audience", "impact", "repaired", "support"),
            *(f"role:{key}" for key in self._roles),
            *(f"owed:{key}" for key in self._follow_ups),
            "fix_link",
            *(f"due:{name}" for name in self.deadlines),
            *("word", "breaches", "threads", "issues"),
        )
        self.unreported: Facts = ("unreported", *(NOTHING for _ in self.names[1:]))

    def of(self, incident: Incident, heard: Heard) -> Facts:
        """Tell the facts of an incident."""
        state = incident.state
        alive = not state.final
        return (
            state.value,
            "backfilled" if incident.kind is Kind.BACKFILLED else "happening",
            "flagged" if incident.breach else "none",
            "restricted" if incident.audience is Audience.RESTRICTED else "open",
            rhythm(self._policy.impact(incident.impact)) if state in _IN_TROUBLE else NOTHING,
            _yes(incident.milestones.repaired) if state in _IN_TROUBLE else NOTHING,
            _yes(incident.case(CASE)) if alive else NOTHING,
            *(_yes(incident.holder(key)) if state in _BEFORE_MANAGING else NOTHING for key in self._roles),
            *(_owed(incident.follow_up(key), state) for key in self._follow_ups),
            _yes(incident.references.permanent_fix) if alive else NOTHING,
            *self._due(incident),
            heard.word,
            *(_TIMES[min(count, 2)] for count in (heard.breaches, heard.threads, heard.issues)),
        )

    def _due(self, incident: Incident) -> tuple[str, ...]:
        """Tell how each deadline stands."""
        standing = deadlines.standing(incident, self._policy)
        if not standing:
            return (NOTHING,) * len(self.deadlines)
        fresh = deadlines.unreminded(incident, self._policy) if incident.reminded else standing
        said = dict.fromkeys((deadline.name for deadline in standing), "reminded")
        said.update(dict.fromkeys((deadline.name for deadline in fresh), "stands"))
        return tuple(said.get(name, NOTHING) for name in self.deadlines)


def _possible_deadlines(policy: Policy) -> list[str]:
    """Name the deadlines that can ever stand under a policy, in the order in which they are let pass."""
    times = policy.timeouts
    return [
        *(["decide"] if times.decide else []),
        *(f"follow_up:{rule.key}" for rule in policy.follow_ups if rule.due),
        "next_update",
        *(["publish"] if times.publish else []),
        *(f"role:{role.key}" for role in policy.roles if role.required and times.lead),
        *([f"support:{CASE}"] if any(party.chase_after for party in policy.third_parties[:1]) else []),
    ]


def _one_of_each_sort(names: tuple[str, ...]) -> tuple[str, ...]:
    """Keep the first deadline of each sort: of each rule that makes deadlines (a role's, a follow-up's)."""
    first = {name.partition(":")[0]: name for name in reversed(names)}
    return tuple(name for name in names if name in first.values())


def _yes(what: object) -> str:
    """Say whether something is there."""
    return "yes" if what else "no"


def rhythm(impact: Impact | None) -> str:
    """Say how an impact promises the next update, which is all that a guard asks of it."""
    if impact is None:
        return "none"
    if impact.all_clear:
        return "clear"
    if impact.update is None:
        return "asks"
    return "repeats" if impact.update.repeats else "once"


def _owed(owed: FollowUp | None, state: State) -> str:
    """Say how a follow-up stands; before the end only whether it is known from an earlier one."""
    if owed is None:
        return NOTHING
    if state not in _AFTERWARDS:
        return "known"
    if owed.state is FollowUpState.OPEN:
        return "open"
    if owed.state is FollowUpState.WAIVED:
        rightly = owed.strength is Strength.MAY or (owed.strength is Strength.SHOULD and owed.reason)
        return "settled" if rightly else "wrong"
    return "settled"
