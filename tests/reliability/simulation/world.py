"""The whole small world of one run: processes, people and faults for a while, then calm, a drain, and judgement."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from attrs import define

from incident_fsm import Policy
from incident_fsm.desk import Desk
from incident_fsm.engine import LEASE_SECONDS, CommandStatus
from incident_fsm.errors import JournalUnusable
from incident_fsm.policy_files import load_shipped
from tests.reliability.simulation.clock import JUMPS, Clock
from tests.reliability.simulation.disk import Disk
from tests.reliability.simulation.fate import Crash, Fate
from tests.reliability.simulation.figures import Figures
from tests.reliability.simulation.oracle import Oracle
from tests.reliability.simulation.outside import Outside
from tests.reliability.simulation.people import People
from tests.reliability.simulation.store import MortalEngine
from tests.reliability.simulation.variants import Variant

_ROUNDS = 200
"""Nothing takes more rounds of waiting than this to be settled one way or the other."""

_LANES = ("status_page", "thread", "support", "security", "issues", "documents", "calendar", "reminders", "redirect")
_KINDS = ("searchable", "keyed", "blind")
_DEPTH = 2
STALL = LEASE_SECONDS + 60.0
"""A process that stalls does so for longer than its lease."""


_MIX = ("tell",) * 10 + ("deliver",) * 8 + ("remind",) * 2 + ("decide",) * 3


@define
class Process:
    """A process of the machine: a desk with its own engine and adapters."""

    name: str
    desk: Desk
    engine: MortalEngine


@cache
def policy() -> Policy:
    """The shipped policy, read once."""
    return load_shipped()


class Simulation:
    """The whole small world of one run."""

    def __init__(self, seed: int, folder: Path, variant: Variant, doomed: Sequence[int] | None) -> None:
        self.variant = variant
        self.fate = Fate(seed, doomed)
        self.clock = Clock()
        self.disk = Disk(folder)
        self.outside = Outside(self.clock)
        self.people = People(self.fate, self.clock)
        self.figures = Figures(runs=1)
        self.lanes = {lane: self.fate.choose(_KINDS) for lane in _LANES}
        self.outside.keyed = {lane for lane, kind in self.lanes.items() if kind == "keyed"}
        self.names = ["A", "B"][: self.fate.processes]
        self.processes: dict[str, Process] = {}
        self.stack: list[str] = []

    # ── Processes ──────────────────────────────────────────────────────────────────────────────────────────────────

    def start(self, name: str) -> Process:
        """Start a process on what the disk holds."""
        engine = self.variant.engine(self.disk.journal, self.fate, self.switch, self.disk.log_size)
        adapters = [self.variant.adapter(kind, self.outside, self.fate, self.stall) for kind in _KINDS]
        for adapter in adapters:
            adapter.lanes = self.lanes
        return Process(name, self.variant.desk(engine, policy(), adapters, now=self.clock), engine)

    def act(self, name: str, what: Callable[[Desk], object]) -> None:
        """Have a process do something; it may die of it, alone or with all others."""
        if name not in self.processes:
            self.processes[name] = self.start(name)
        self.stack.append(name)
        try:
            what(self.processes[name].desk)
        except Crash as crash:
            self.bury(name, crash)
            if crash.machine and len(self.stack) > 1:
                raise
        except JournalUnusable as error:
            self.figures.counts["errors told"] += 1
            self.fate.tell(f"{name} is told: {error.problem}")
        finally:
            self.stack.pop()

    def bury(self, name: str, crash: Crash) -> None:
        """Let a process die, or all of them; they start anew when they are needed next."""
        if crash.buried:
            return
        crash.buried = crash.machine
        alone = crash.machine or len(self.processes) == 1
        dead = list(self.processes) if alone else [name]
        useless = self.disk.survive(crash.torn) if alone else []
        for each in dead:
            self.processes.pop(each).engine.die()
        for file in useless:
            file.unlink(missing_ok=True)

    def switch(self) -> None:
        """Let another process get ahead at this point, now and then."""
        others = [name for name in self.names if name not in self.stack]
        if others and len(self.stack) < _DEPTH and self.fate.happens(self.fate.switch_rate):
            self.figures.counts["switches"] += 1
            self.clock.pass_by(0.5)
            self.something(self.fate.choose(others))

    def stall(self) -> None:
        """Let a process stand still for longer than its lease, while another one goes on."""
        if self.fate.happens(self.fate.switch_rate):
            self.fate.tell(f"{self.stack[-1]} stalls")
            self.figures.counts["stalls"] += 1
            self.clock.pass_by(STALL)
            others = [name for name in self.names if name not in self.stack]
            if others:
                self.act(self.fate.choose(others), Desk.deliver)

    # ── What happens ───────────────────────────────────────────────────────────────────────────────────────────────

    def something(self, name: str) -> None:
        """Have a process do one thing."""
        what = self.fate.choose(_MIX)
        self.figures.counts[what] += 1
        self.fate.tell(f"{'  ' * len(self.stack)}{name}: {what}")
        match what:
            case "tell":
                self.act(name, self.people.tell)
            case "deliver":
                self.act(name, Desk.deliver)
            case "remind":
                self.act(name, Desk.remind)
            case "decide":
                self.act(name, self.people.decide)

    def time(self) -> None:
        """Let time pass, and the clock jump.

        A clock that is set forward while a late request is on its way would cut the time short in which a runner lets
        it land; no runner that goes by the machine's clock can know. So whatever is on its way lands first.
        """
        self.clock.pass_by(self.fate.choose((1.0, 1.0, 31.0, 400.0, 2_000.0)))
        self.outside.land()
        if self.fate.happens(self.fate.jump_rate):
            span = self.fate.choose(JUMPS)
            self.outside.land(everything=True)
            self.clock.jump(span)
            self.figures.counts["clock jumps"] += 1
            self.fate.tell(f"the clock jumps by {span}")

    def drain(self) -> Desk:
        """Without any fault, tell what was not answered, let all that waits have its time, and see to what failed."""
        self.fate.calm_down()
        self.outside.land(everything=True)
        self.act("A", self.people.insist)
        desk = self.processes["A"].desk
        self.settle(desk)
        self.people.clear_up(desk)
        self.settle(desk)
        return desk

    def settle(self, desk: Desk) -> None:
        """Deliver, and let time pass, until nothing is left to wait for."""
        for _ in range(_ROUNDS):
            desk.deliver()
            waiting = desk.outbox(None, CommandStatus.PENDING, CommandStatus.ATTEMPTED)
            moments = [record.lease_until or record.not_before for record in waiting]
            later = [moment for moment in moments if moment is not None and moment > self.clock()]
            if not later:
                return
            self.clock.pass_by((min(later) - self.clock()).total_seconds())
        raise AssertionError(f"not settled after {_ROUNDS} rounds: {desk.outbox(None, CommandStatus.PENDING)}")

    def run(self, acts: int) -> Figures:
        """Live, calm down, and be judged."""
        for _ in range(acts):
            self.something(self.fate.choose(self.names))
            self.time()
        desk = self.drain()
        oracle = Oracle(desk, self.people, self.outside)
        if faults := list(oracle.faults()):
            raise AssertionError(*faults)
        self._count(oracle)
        return self.figures

    def _count(self, oracle: Oracle) -> None:
        """Count what there was."""
        figures = self.figures
        figures.points = self.fate.mortal
        figures.crashes = self.fate.crashes
        figures.crashed = int(bool(self.fate.crashes))
        figures.counts["events"] = sum(map(len, oracle.journal.values()))
        figures.counts["acknowledged"] = len(self.people.acknowledged)
        figures.counts["refused"] = len(self.people.refused)
        figures.counts["objects outside"] = len(self.outside.things)
        for records in oracle.outbox.values():
            figures.ends.update(record.status.value for record in records)

    def close(self) -> None:
        """Let go of every file."""
        for process in self.processes.values():
            process.engine.die()
