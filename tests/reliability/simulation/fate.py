"""What goes wrong when: everything that is left to chance in a run is drawn here, from one seed."""

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import TypeVar

POINTS = (30, 90, 180, 270)
"""A run passes about 250 points, some fewer. It is doomed to die at one among so many, and at some more by chance."""

KINDS = (
    "before a transaction",
    "after its begin",
    "writing a policy",
    "writing the snapshot",
    "between events",
    "between commands",
    "writing a claim",
    "writing a settlement",
    "before its commit",
    "during its commit",
    "after its commit",
    "before the call",
    "in the call, done outside",
    "after the call",
    "before the search",
    "after the search",
)
"""Every kind of point. Half of a run's fate is one of these, so that the rare ones are died at as well."""

_RARE = ("before the search", "after the search")

_T = TypeVar("_T")


class Crash(BaseException):
    """A process dies here. Not an `Exception`: nothing may catch it and go on.

    `machine`: all processes die with it. `torn`: so many bytes of the write-ahead log had reached the disk.
    """

    def __init__(self, where: str, *, machine: bool, torn: int | None = None) -> None:
        super().__init__(where)
        self.where = where
        self.machine = machine
        self.torn = torn
        self.buried = False


class Fate:
    """The dice of one run. `doomed` names the points (from 0) at which a process dies for sure; None: one is drawn.

    Each run draws its own rates first (some runs have many crashes, some many faults outside, some hardly any), as
    faults hide one another when all are frequent.
    """

    def __init__(self, seed: int, doomed: Sequence[int] | None = None) -> None:
        self.dice = Random(seed)  # noqa: S311  dice, not secrets
        choice = self.dice.choice
        self.crash_rate = choice((0.0, 1 / 400, 1 / 150, 1 / 60))
        self.machine_rate = choice((0.0, 0.3, 1.0))
        self.store_rate = choice((0.0, 0.0, 0.01))
        self.outside_rate = choice((0.0, 0.2, 0.5))
        self.switch_rate = choice((0.0, 0.03, 0.1))
        self.jump_rate = choice((0.0, 0.05, 0.2))
        self.processes = choice((1, 2, 2))
        self.doomed = {self.dice.randrange(choice(POINTS))} if doomed is None else set(doomed)
        self.doomed_kind, self.doomed_time = choice((*KINDS, *_RARE * 4)), choice((1, 1, 1, 2, 3, 6))
        if doomed is not None:
            self.crash_rate, self.doomed_kind = 0.0, ""
        self.passed = 0
        self.mortal = 0
        """How many points were passed before all calmed down."""
        self.calm = False
        self.crashes: Counter[str] = Counter()
        self.told: list[str] = []

    def calm_down(self) -> None:
        """Let nothing go wrong any more."""
        self.calm = True
        self.mortal = self.passed

    def tell(self, said: str) -> None:
        """Keep what happened, for whoever replays the run."""
        self.told.append(said)

    def point(self, where: str) -> None:
        """Pass a point at which a process may die."""
        if self.doom(where):
            self.crash(where)

    def doom(self, where: str) -> bool:
        """Whether the process dies at this point."""
        number = self.passed
        self.passed += 1
        if self.calm:
            return False
        if where == self.doomed_kind:
            self.doomed_time -= 1
            if self.doomed_time == 0:
                return True
        return number in self.doomed or self.happens(self.crash_rate)

    def crash(self, where: str, torn: int | None = None) -> None:
        """Die here."""
        self.crashes[where] += 1
        machine = torn is not None or self.happens(self.machine_rate)
        self.tell(f"point {self.passed - 1}: the {'machine' if machine else 'process'} dies: {where}")
        raise Crash(where, machine=machine, torn=torn)

    def happens(self, rate: float) -> bool:
        """Whether something of a certain rate happens now."""
        return not self.calm and rate > 0 and self.dice.random() < rate

    def choose(self, among: Sequence[_T]) -> _T:
        """Draw one."""
        return self.dice.choice(among)
