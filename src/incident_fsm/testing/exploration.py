"""Every abstract state that a policy's incidents can be in, visited by driving the real machine.

    from incident_fsm.testing.exploration import explore

    report = explore(policy)
    assert report.ok, report

Breadth first from nothing: one concrete incident is kept for each abstract state (`_abstraction` says what that is and
what is left out), and asked every representative event (`_representatives`). So the machine explored is the real one,
and the way to each state, and to each fault, is a shortest script of events. Every invariant of the design that speaks
of states and steps is asked of every answer (`_claims`); at the end, a final state must be reachable from everywhere.

As a program, which `make explore` runs for the policies that ship:

    python -m incident_fsm.testing.exploration [--twice] [--deep] [POLICY ...]
    python -m incident_fsm.testing.exploration --replay SCRIPT.jsonl [POLICY]
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import process_time

from attrs import field, frozen

from incident_fsm._results import Refusal
from incident_fsm.errors import IncidentFsmError
from incident_fsm.lifecycle import Lifecycle
from incident_fsm.policy import Policy
from incident_fsm.policy_files import DEFAULT, load_policy, shipped
from incident_fsm.testing._claims import ASKED_OTHERWISE, CLAIMS, NOT_ASKED
from incident_fsm.testing._script import CounterExample, Process, read_script, retrace
from incident_fsm.testing._walk import Walk

DONE, FAULTY, BAD_INPUT = 0, 1, 2
"""Exit codes."""

_SHOWN = 5


@frozen
class Report:
    """What an exploration found.

    `states` and `steps` count abstract states and the accepted steps between them, `refused` the pairs of abstract
    state and event that are refused, `depth` the events to the farthest state; `codes` are the reasons met, each with
    its event; `seconds` are of processor time. `disagreements` say where two incidents of equal facts were not answered
    alike: only looked for if asked.
    """

    policy: str
    states: int
    steps: int
    refused: int
    depth: int
    codes: frozenset[tuple[str, str]] = field(repr=False)
    faults: tuple[CounterExample, ...]
    disagreements: tuple[str, ...]
    twice: bool
    seconds: float
    walk: Walk = field(repr=False, eq=False)

    @property
    def ok(self) -> bool:
        """Whether every invariant holds, and the abstraction with them."""
        return not (self.faults or self.disagreements)

    def __str__(self) -> str:
        """The report for people."""
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """Tell the figures, what was asked, and every fault with its script."""
        yield (
            f"{self.policy}: {self.states:,} abstract states, {self.steps:,} accepted steps, {self.refused:,} refused "
            f"pairs, {self.depth} events to the farthest; {self.seconds:.1f} s of processor time"
        )
        asked = ", ".join(str(number) for number in sorted({claim.number for claim in CLAIMS} | set(ASKED_OTHERWISE)))
        broken = ", ".join(str(number) for number in sorted({fault.number for fault in self.faults}))
        verdict = f"broken: {broken}" if broken else "all hold; no dead end"
        yield f"  invariants {asked} of the design: {verdict}"
        if self.twice:
            found = f"{len(self.disagreements)} steps differ" if self.disagreements else "the same graph"
            yield f"  explored again by other incidents, drills among them: {found}"
        for fault in self.faults:
            yield from (f"  {line}" for line in fault.lines())
        yield from (f"  differs: {said}" for said in self.disagreements[:_SHOWN])


def explore(
    policy: Policy,
    process: Process | None = None,
    *,
    twice: bool = False,
    deep: bool = False,
    to_fault: bool = False,
) -> Report:
    """Visit every abstract state that incidents can reach under a policy, and ask every invariant.

    `twice` explores again with other incidents and holds the two graphs against each other, which shows whether the
    abstraction is fine enough for this policy. `deep` lets every deadline pass, not only one of each sort; it takes
    several times as long. `to_fault` stops as soon as something is wrong. `process` is what is asked, in place of the
    policy's own `Lifecycle`: one with another table, say, to see whether its faults are found.
    """
    began = process_time()
    asked = Lifecycle(policy) if process is None else process
    walk = Walk.whole(policy, asked, deep=deep, to_fault=to_fault)
    differing: tuple[str, ...] = ()
    faults = walk.faults
    if twice and not faults:
        other = Walk.whole(policy, asked, deep=deep, astray=True)
        faults = other.faults
        differing = tuple(sorted(f"{label} from {source}" for source, label, _ in walk.graph() ^ other.graph()))
    return Report(
        policy=policy.key,
        states=len(walk.nodes),
        steps=len(walk.edges),
        refused=walk.refused,
        depth=walk.depth(),
        codes=frozenset(walk.codes),
        faults=tuple(faults.values()),
        disagreements=differing,
        twice=twice,
        seconds=process_time() - began,
        walk=walk,
    )


def replay(process: Process, script: str) -> Iterator[str]:
    """Tell a script event by event: where each led, or why it was refused."""
    for answer in retrace(process, read_script(script)):
        name = type(answer.event).__name__
        if isinstance(answer, Refusal):
            yield answer.sentence
        else:
            asked = ", ".join(type(command).__name__ for command in answer.commands) or "nothing"
            yield f"{name}: {answer.after.state.value}, revision {answer.after.revision}; asks for {asked}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Explore the policies named, or those that ship; or replay a script."""
    parser = argparse.ArgumentParser("python -m incident_fsm.testing.exploration", description="Explore policies.")
    parser.add_argument("policies", nargs="*", metavar="POLICY", help="a TOML file, or one that ships [all of those]")
    parser.add_argument("--twice", action="store_true", help="explore again by other incidents, and compare")
    parser.add_argument("--deep", action="store_true", help="let every deadline pass, not one of each sort")
    parser.add_argument("--replay", metavar="SCRIPT", type=Path, help="tell a script (JSON Lines) event by event")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.replay is not None:
            policy = load_policy(chosen.policies[0] if chosen.policies else DEFAULT)
            for line in replay(Lifecycle(policy), chosen.replay.read_text("utf-8")):
                _say(line)
            return DONE
        policies = [load_policy(name) for name in chosen.policies or shipped()]
    except (IncidentFsmError, OSError) as error:
        print(f"exploration: {error}", file=sys.stderr)  # noqa: T201  it is a program
        return BAD_INPUT
    good = True
    for policy in policies:
        report = explore(policy, twice=chosen.twice, deep=chosen.deep)
        good = good and report.ok
        _say(str(report))
    for number, why in NOT_ASKED.items():
        _say(f"not asked here: {number}, {why}")
    return DONE if good else FAULTY


def _say(line: str) -> None:
    """Tell a line, at once: the next policy may take a while."""
    print(line, flush=True)  # noqa: T201  it is a program


__all__ = ["CounterExample", "Process", "Report", "explore", "main", "read_script", "replay", "retrace"]

if __name__ == "__main__":
    sys.exit(main())
