"""GitHub: whatever goes wrong with any request, in the end there is one object, or a person has the command."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from incident_fsm import commands as c
from incident_fsm.adapters.github import GitHubAdapter
from incident_fsm.codec import decode_event
from incident_fsm.commands import Command
from incident_fsm.engine import CommandStatus
from incident_fsm.events import CommandDone
from incident_fsm.testing import Fault, FrozenClock, drive
from incident_fsm.testing.driving import Settled, check
from tests.documents.airflow import at
from tests.services.driving import dismissal, story
from tests.services.fakes.github import FakeGitHub
from tests.services.fakes.github_world import REPOSITORY, SETTINGS, client_of, world

STORIES = {"incident": story(), "dismissal": dismissal()}
KINDS: tuple[type[Command], ...] = (
    c.ReportSecurityBreach,
    c.RedirectReporter,
    c.CreateIssue,
    c.CreateReport,
    c.PublishReport,
    c.PublishRunbook,
)


@cache
def delivered(name: str) -> tuple[Command, ...]:
    """Every command of a story that goes to GitHub where nothing goes wrong: ids depend on the receipts before."""
    clock = FrozenClock(at(0))
    with FakeGitHub(clock) as github, client_of(github) as client:
        driven = drive(GitHubAdapter(lambda: client, SETTINGS), github, clock, events=STORIES[name])
    return tuple(one.command for one in driven.settled)


def of_kind(kind: type[Command]) -> tuple[Command, str]:
    """The command of a type, and the name of its story."""
    return next((command, name) for name in STORIES for command in delivered(name) if type(command) is kind)


def outcome(shared: Path, target: Command, name: str, faults: Sequence[Fault]) -> Settled:
    """Take an incident through its story with faults in the way of one command, and hold all of it to the promise."""
    with world(shared) as there:
        driven = drive(there.adapter, there.github, there.clock, target=target.id, faults=faults, events=STORIES[name])
    assert there.github.complaints == []
    check(driven)
    return driven.of(target.id)


def receipt_of(one: Settled) -> tuple[str, str]:
    """The stored receipt: reference and link."""
    event = decode_event(one.record.receipt)
    assert isinstance(event, CommandDone)
    return event.reference, event.link


def expected(target: Command) -> tuple[str, str]:
    """What the receipt of a command must be."""
    match target:
        case c.ReportSecurityBreach():
            ghsa = "GHSA-abcd-1234-ef00"
            return ghsa, f"https://github.com/acme/platform/security/advisories/{ghsa}"
        case c.RedirectReporter() | c.CreateIssue():
            return f"{REPOSITORY}#1", f"https://github.com/{REPOSITORY}/issues/1"
        case c.PublishRunbook():
            path = f"runbooks/{target.incident_id}.md"
        case _:
            path = f"incidents/{target.incident_id}/report.md"
    return path, f"https://github.com/{REPOSITORY}/blob/main/{path}"


@pytest.mark.fault(
    "F5",
    sees="the command waiting, then looked for, then done; or failed, with what a person must look at",
    guaranteed="every command of the adapter × every fault: one object outside, or it is in a person's hands",
)
@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_command_meets_each_fault_and_there_is_one_object(shared: Path, kind: type[Command], fault: Fault) -> None:
    """Only where a permission is missing does a person get it, with nothing there; else one object and its receipt."""
    target, name = of_kind(kind)
    one = outcome(shared, target, name, [fault])
    if fault is Fault.FORBIDDEN:
        assert one.record.status is CommandStatus.FAILED
        assert one.objects == 0
        assert "permission" in one.record.error
        return
    assert one.record.status is CommandStatus.DONE
    assert one.objects == 1
    assert receipt_of(one) == expected(target)


def test_the_grid_holds_every_command_that_goes_to_github() -> None:
    """One of each of six types, in two stories; with ten faults that makes sixty cases."""
    sent = [type(command) for name in STORIES for command in delivered(name)]
    assert sorted(sent, key=str) == sorted(KINDS, key=str)
    assert len(KINDS) * len(Fault) == 60


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
def test_the_draft_is_replaced_once_whatever_happens_after_it_was_read(shared: Path, fault: Fault) -> None:
    """The fault meets the second request, which writes."""
    target, name = of_kind(c.PublishReport)
    one = outcome(shared, target, name, [Fault.NONE, fault])
    assert one.objects == (0 if fault is Fault.FORBIDDEN else 1)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(KINDS), faults=st.lists(st.sampled_from(Fault), max_size=4))
@example(kind=c.CreateIssue, faults=[Fault.LATE, Fault.LATE])
def test_any_faults_in_any_order_leave_one_object_or_a_person_with_the_command(
    shared: Path, kind: type[Command], faults: list[Fault]
) -> None:
    """After delivery ends, exactly one object exists, or the command is visibly in a person's hands."""
    target, name = of_kind(kind)
    one = outcome(shared, target, name, faults)
    if one.record.status is CommandStatus.DONE:
        assert receipt_of(one) == expected(target)
