"""What type checkers know of the shell: the desk, its answers, and the port for adapters. Nothing here runs; see core.

An adapter needs no base class of ours: whatever has the port's methods with the port's types is one.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=error

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import assert_never, assert_type

from incident_fsm import Incident, Lifecycle, Option, Policy, Refusal, State, Step
from incident_fsm._delivery import Delivery
from incident_fsm._results import TimelineEntry
from incident_fsm.adapters import (
    Absent,
    Adapter,
    Context,
    Finding,
    NotDone,
    Outcome,
    Receipt,
    Rejected,
    Unknown,
)
from incident_fsm.commands import Command
from incident_fsm.desk import Desk, Handled
from incident_fsm.engine import CommandRecord, CommandStatus, Engine, Fault, Settlement
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.events import CandidateReported, Event


class Pigeon:
    """An adapter by its methods alone."""

    name = "pigeon"
    live = True

    def accepts(self, command: Command) -> bool:
        """Accept everything."""
        return bool(command.id)

    def deliver(self, command: Command, context: Context) -> Receipt | NotDone:
        """Send it off. To answer in fewer ways than four is fine."""
        return Receipt(reference=command.id) if context.incident.lead else NotDone(why="nobody to send it to")

    def find(self, command: Command, context: Context) -> Finding:
        """Say that nothing can be known."""
        return Unknown(why=f"{command.id} and {context.policy.key} left no trace")


class Parrot(Pigeon):
    """No adapter: it answers with a text."""

    def deliver(self, command: Command, context: Context) -> str:  # type: ignore[override]  # an outcome is a value
        """Answer with what it heard."""
        return f"{command.id} {context.policy.key}"


def an_adapter_is_whatever_has_the_methods(policy: Policy, engine: Engine) -> Sequence[Adapter]:
    """Expect one that fits to be taken, and one that does not to be refused."""
    Desk(engine, policy, [Pigeon()])
    Desk(engine, policy, [Parrot()])  # type: ignore[list-item]  # its answer is no outcome
    Desk(engine, policy, ["pigeon"])  # type: ignore[list-item]  # a name is for `in_folder`
    return (Pigeon(),)


def both_engines_fit_the_port(path: Path) -> tuple[Engine, Engine]:
    """Expect them to be exchanged freely."""
    return SqliteEngine(path, read_only=True), MemoryEngine()


def an_outcome_is_one_of_four(outcome: Outcome) -> str:
    """Expect a match over the outcomes to be whole."""
    match outcome:
        case Receipt():
            return outcome.link
        case NotDone() | Rejected() | Unknown():
            return assert_type(outcome.why, str)
        case _:
            assert_never(outcome)


def a_finding_is_one_of_three(finding: Finding) -> str:
    """Expect a match over the findings to be whole, and one that forgets a case to be refused."""
    match finding:
        case Receipt():
            return finding.reference
        case Absent():
            return ""
        case _:
            assert_never(finding)  # type: ignore[arg-type]  # it may be unknown


def a_desk_is_opened(folder: Path, policy: Policy) -> None:
    """Expect a desk from a folder, in a `with` block too."""
    with Desk.in_folder(folder, policy, ("folder",)) as desk:
        assert_type(desk, Desk)
    Desk.in_folder(folder, "gds")  # type: ignore[arg-type]  # a policy, not its name
    Desk(folder, policy)  # type: ignore[arg-type]  # an engine, not a folder


def a_desk_handles_events(desk: Desk, event: Event, reported: CandidateReported) -> Incident:
    """Expect an event to be handled or refused."""
    assert_type(desk.policy, Policy)
    assert_type(desk.lifecycle, Lifecycle)
    assert_type(desk.adapters, tuple[Adapter, ...])
    assert_type(desk.open(reported), Handled | Refusal)
    assert_type(desk.step("INC-1", event), Handled)
    desk.handle(event)  # type: ignore[arg-type]  # whose event?
    answer = assert_type(desk.handle("INC-1", event, event), Handled | Refusal)
    match answer:
        case Handled():
            assert_type(answer.steps, tuple[Step, ...])
            assert_type(answer.commands, tuple[Command, ...])
            return assert_type(answer.incident, Incident)
        case Refusal():
            return desk.step("INC-1", event).incident
        case _:
            assert_never(answer)


def a_desk_delivers_and_a_person_decides(desk: Desk, settlement: Settlement) -> None:
    """Expect what became of each command, and each decision to be handled."""
    assert_type(desk.settle("INC-1", None, settlement), bool)
    assert_type(desk.deliver(), tuple[Delivery, ...])
    assert_type(desk.deliver(lambda: True), tuple[Delivery, ...])
    assert_type(desk.retry("INC-1:1:0", by="ann"), Handled)
    assert_type(desk.by_hand("INC-1:1:0", by="ann", link="https://example.org"), Handled)
    assert_type(desk.skip("INC-1:1:0", by="ann", reason="no"), Handled)
    desk.skip("INC-1:1:0", by="ann")  # type: ignore[call-arg]  # not without a reason
    assert_type(desk.remind(), tuple[Handled, ...])
    assert_type(desk.read_thread("INC-1"), tuple[Handled, ...])
    assert_type(desk.read_threads(), tuple[Handled, ...])


def a_desk_reads_back(desk: Desk) -> None:
    """Expect everything in its own type."""
    assert_type(desk.incident("INC-1"), Incident)
    assert_type(desk.find(State.MANAGING, limit=3), Iterator[Incident])
    desk.find("managing")  # type: ignore[arg-type]  # a state, not its name
    assert_type(desk.timeline("INC-1"), tuple[TimelineEntry, ...])
    assert_type(desk.options("INC-1"), tuple[Option, ...])
    assert_type(desk.outbox(None, CommandStatus.FAILED), tuple[CommandRecord, ...])
    assert_type(desk.command("INC-1:1:0"), CommandRecord)
    assert_type(desk.verify(), Iterator[Fault])
    assert_type(desk.close(), None)
