"""The fault harness that this library's own adapters pass, for yours.

    def test_our_adapter_keeps_the_promise():
        check_adapter(lambda tracker: TrackerAdapter(tracker), FakeTracker)

Every sort of command that the adapter accepts meets every trouble of `TROUBLES`, each in a whole incident of its own,
through the real desk, outbox and runner. Afterwards exactly one thing exists outside for each command, or the command
is visibly in a person's hands.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Generic, TypeVar

from attrs import field, frozen

from incident_fsm import Policy
from incident_fsm.adapters import Adapter
from incident_fsm.commands import COMMANDS, Command
from incident_fsm.engine import CommandStatus
from incident_fsm.events import Event
from incident_fsm.testing.clock import FrozenClock
from incident_fsm.testing.driving import Death, Driven, beginning_of, broken_promises, drive
from incident_fsm.testing.faults import Fault, World
from incident_fsm.testing.policies import default_policy
from incident_fsm.testing.rehearsals import rehearsals

W = TypeVar("W", bound=World)

_TOLD_MAX = 12
"""So many broken promises are told; the rest are counted."""


class BrokenPromise(AssertionError):
    """An adapter did something twice, or lost it, or left it where nobody sees it. The message tells each case."""


@frozen
class Trouble:
    """Something that goes wrong around one command: faults of its requests in order, or the death of its worker."""

    name: str
    faults: tuple[Fault, ...] = ()
    death: Death = Death.NEVER

    @property
    def told(self) -> str:
        """What happens, in words."""
        said = [f"request {number}: {fault.value}" for number, fault in enumerate(self.faults, start=1)]
        return "; ".join(said) or (self.death.value if self.death is not Death.NEVER else "nothing goes wrong")


TROUBLES: tuple[Trouble, ...] = (
    Trouble("no trouble"),
    Trouble("lost answer", (Fault.DROPPED,)),
    Trouble("lost answer: too slow", (Fault.SLOW,)),
    Trouble("lost answer: a broken one", (Fault.BROKEN,)),
    Trouble("lost answer: half of one", (Fault.HALF,)),
    Trouble("lost answer of a second request", (Fault.NONE, Fault.DROPPED)),
    Trouble("double delivery: the worker died after the call", death=Death.AFTER),
    Trouble("double delivery: the worker died before the call", death=Death.BEFORE),
    Trouble("late landing", (Fault.LATE,)),
    Trouble("late landing, twice", (Fault.LATE, Fault.LATE)),
    Trouble("not reached", (Fault.UNREACHED,)),
    Trouble("unavailable", (Fault.UNAVAILABLE,)),
    Trouble("rate limit", (Fault.RATE_LIMITED,)),
    Trouble("permission missing", (Fault.FORBIDDEN,)),
    Trouble("lost answer, then the search is not reached", (Fault.DROPPED, Fault.UNREACHED)),
    Trouble("lost answer, then the search is unavailable", (Fault.DROPPED, Fault.UNAVAILABLE)),
    Trouble("lost answer, then the search is rate limited", (Fault.DROPPED, Fault.RATE_LIMITED)),
    Trouble("lost answer, then the search lacks a permission", (Fault.DROPPED, Fault.FORBIDDEN)),
)
"""What every command must come through. None of it is rare: each has happened to the adapters that ship."""


@frozen
class Case:
    """One sort of command in one trouble, and how it stood in the end."""

    command: str
    trouble: str
    status: CommandStatus
    objects: int


@frozen
class AdapterReport:
    """What was tried, for people to read: `print(check_adapter(...))`."""

    adapter: str
    cases: tuple[Case, ...] = field(repr=False)

    def __str__(self) -> str:
        """One line for each trouble: how many commands were done, and which a person has."""
        kinds = sorted({case.command for case in self.cases})
        sorts, cases = _counted(len(kinds), "sort"), _counted(len(self.cases), "case")
        lines = [f"{self.adapter}: {sorts} of command ({', '.join(kinds)}), {cases}"]
        for trouble in dict.fromkeys(case.trouble for case in self.cases):
            mine = [case for case in self.cases if case.trouble == trouble]
            by_hand = Counter(case.command for case in mine if case.status is not CommandStatus.DONE)
            told = f", in a person's hands: {', '.join(sorted(by_hand))}" if by_hand else ""
            lines.append(f"  {trouble}: {len(mine) - by_hand.total()} done{told}")
        return "\n".join(lines)


def check_adapter(  # noqa: PLR0913  what is checked, and how much of it
    adapter_factory: Callable[[W], Adapter],
    fake_world: Callable[[FrozenClock], AbstractContextManager[W]],
    *,
    policy: Policy | None = None,
    stories: Iterable[Sequence[Event]] | None = None,
    troubles: Sequence[Trouble] = TROUBLES,
    kinds: Sequence[type[Command]] = COMMANDS,
) -> AdapterReport:
    """Hold an adapter to the promise of `incident_fsm.adapters`, in every trouble; `BrokenPromise` tells all it broke.

    `fake_world` makes a fresh fake of the outside system (a `FakeWorld`, or a fake server with `order` and `objects`)
    that goes by the clock that it is given; `adapter_factory` makes an adapter for it, with the client's own retries
    off. Both are called for every case. The incidents are those of `rehearsals` under the policy (the default one,
    where none is given), or your `stories`: each a sequence of events that begins with `CandidateReported`. `kinds`
    and `troubles` narrow the check, where each case takes long.
    """
    check = _Check(adapter_factory, fake_world, default_policy() if policy is None else policy)
    told = tuple(rehearsals(check.policy) if stories is None else stories)
    cases: list[Case] = []
    problems: list[str] = []
    for kind, command_id, story in check.targets(told, kinds):
        for trouble in troubles:
            driven = check.run(story, command_id, trouble)
            settled = driven.of(command_id)
            cases.append(Case(kind, trouble.name, settled.record.status, settled.objects))
            problems += [_worded(kind, trouble, problem) for problem in broken_promises(driven)]
    if problems:
        raise BrokenPromise(_all_of(problems, check.name, len(cases)))
    return AdapterReport(check.name, tuple(cases))


class _Check(Generic[W]):
    """One adapter, its world and a policy: both are made anew for each case."""

    def __init__(
        self,
        adapter_factory: Callable[[W], Adapter],
        fake_world: Callable[[FrozenClock], AbstractContextManager[W]],
        policy: Policy,
    ) -> None:
        self.adapter_factory, self.fake_world, self.policy = adapter_factory, fake_world, policy
        self.name = ""

    def run(self, story: Sequence[Event], command_id: str, trouble: Trouble) -> Driven:
        """Take an incident through a story, with trouble around one command."""
        clock = FrozenClock(beginning_of(story).at)
        with self.fake_world(clock) as world:
            adapter = self.adapter_factory(world)
            self.name = adapter.name
            return drive(
                adapter, world, clock, events=story, target=command_id, faults=trouble.faults, death=trouble.death,
                policy=self.policy,
            )  # fmt: skip

    def targets(
        self, stories: Sequence[Sequence[Event]], kinds: Sequence[type[Command]]
    ) -> Iterator[tuple[str, str, Sequence[Event]]]:
        """Find the first command of each sort that the adapter accepts, with its id when nothing goes wrong.

        Receipts are events too, so an id is only known once all that came before it was delivered.
        """
        found: dict[str, tuple[str, Sequence[Event]]] = {}
        for story in stories:
            for one in self.run(story, "", Trouble("no trouble")).settled:
                if isinstance(one.command, tuple(kinds)):
                    found.setdefault(type(one.command).__name__, (one.command.id, story))
        if not found:
            raise BrokenPromise(
                f"{self.name or 'the adapter'} accepts no command of any story, so nothing could be checked;"
                " look at its `accepts`, or give `stories` in which its commands appear"
            )
        return ((kind, command_id, story) for kind, (command_id, story) in found.items())


def _worded(kind: str, trouble: Trouble, problem: str) -> str:
    """Say which trouble around which command broke which promise."""
    return f"{trouble.name} ({trouble.told}) around {kind}:\n    {problem}"


def _all_of(problems: Sequence[str], name: str, cases: int) -> str:
    """Tell every broken promise, or as many as anybody reads."""
    more = f"\n  and {len(problems) - _TOLD_MAX} more" if len(problems) > _TOLD_MAX else ""
    times = f"{_counted(len(problems), 'time')} in {_counted(cases, 'case')}"
    head = f"{name} broke the promise of an adapter {times}:"
    return "\n  ".join([head, *problems[:_TOLD_MAX]]) + more


def _counted(number: int, what: str) -> str:
    """A number of things, in words."""
    return f"{number} {what}{'' if number == 1 else 's'}"
