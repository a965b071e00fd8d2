"""Every command × every fault, for each way in which an endpoint can be found out about after a lost answer."""

import pytest
import urllib3
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incident_fsm import events as e
from incident_fsm.adapters.webhook import Settings, WebhookAdapter
from incident_fsm.commands import COMMANDS
from incident_fsm.engine import CommandStatus
from incident_fsm.testing import Fault, FrozenClock, drive
from incident_fsm.testing.driving import Driven, check
from tests.documents.airflow import at
from tests.services.driving import dismissal, story
from tests.services.fakes.endpoint import SECRET, FakeEndpoint, conforms
from tests.services.fakes.server import PATIENCE

IDEMPOTENT, ASKED, NEITHER = "idempotent", "asked", "neither"

LOST = {Fault.DROPPED, Fault.SLOW, Fault.BROKEN, Fault.HALF, Fault.UNAVAILABLE, Fault.UNREACHED, Fault.LATE}
"""After these the adapter cannot tell whether the endpoint has the command: the body was on its way."""


def run(way: str, target: str, faults: list[Fault], told: tuple[e.Event, ...], kind: str = "") -> Driven:
    """Take an incident through with an endpoint of one sort. `kind`: only commands of that type go there."""
    clock = FrozenClock(at(0))
    with FakeEndpoint(clock, again=way != IDEMPOTENT) as endpoint:
        endpoint.watch = conforms
        adapter = WebhookAdapter(
            urllib3.PoolManager,
            Settings(
                url=f"{endpoint.url}/hook",
                commands=(kind,) if kind else (),
                restricted=True,
                idempotent=way == IDEMPOTENT,
                lookup_url=f"{endpoint.url}/seen" if way == ASKED else "",
            ),
            lambda: SECRET,
            now=clock,
            timeout=PATIENCE,
        )
        driven = drive(adapter, endpoint, clock, target=target, faults=faults, events=told)
        check(driven)
        assert endpoint.complaints == []
    return driven


def of_each_type() -> dict[str, tuple[str, tuple[e.Event, ...]]]:
    """A command of each type: its id when nothing fails, and the story that it is in."""
    found: dict[str, tuple[str, tuple[e.Event, ...]]] = {}
    for told in (story(), dismissal()):
        for one in run(IDEMPOTENT, "", [], told).settled:
            found.setdefault(type(one.command).__name__, (one.command.id, told))
    return found


TARGETS = of_each_type()


def test_every_command_of_the_process_can_go_to_an_endpoint() -> None:
    """None is left out of the grid below."""
    assert set(TARGETS) == {command.__name__ for command in COMMANDS}


@pytest.mark.fault(
    "F5",
    sees="the command waiting, then looked for, then done; or failed, with what a person must look at",
    guaranteed="every command of the adapter × every fault: one object outside, or it is in a person's hands",
)
@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize(
    ("way", "kind"), [*((IDEMPOTENT, kind) for kind in TARGETS), (ASKED, "OpenThread"), (ASKED, "ReportSecurityBreach")]
)
def test_one_fault_does_nothing_twice(way: str, kind: str, fault: Fault) -> None:
    """Done once, with the endpoint's own receipt; where it is forbidden, not at all, and a person is told."""
    target, told = TARGETS[kind]
    one = run(way, target, [fault], told, kind).of(target)
    if fault is Fault.FORBIDDEN:
        assert (one.record.status, one.objects) == (CommandStatus.FAILED, 0)
        assert "WEBHOOK_SECRET" in one.record.error
        return
    assert (one.record.status, one.objects) == (CommandStatus.DONE, 1)
    assert '"reference":"task-' in (one.record.receipt or "")
    assert '"link":"https://tasks.example.org/' in (one.record.receipt or "")


@pytest.mark.parametrize("fault", Fault)
def test_an_endpoint_that_promises_nothing_is_never_sent_a_doubtful_command_again(fault: Fault) -> None:
    """A person is asked at once after a lost answer; what surely did not happen is sent again as ever."""
    target, told = TARGETS["CreateIssue"]
    one = run(NEITHER, target, [fault], told, "CreateIssue").of(target)
    if fault in LOST:
        assert one.record.status is CommandStatus.FAILED
        assert "only a person can tell" in one.record.error
        assert one.record.attempts == 2  # the second only looked
    else:
        assert one.record.status is (CommandStatus.FAILED if fault is Fault.FORBIDDEN else CommandStatus.DONE)


@settings(max_examples=50)
@given(
    st.sampled_from([IDEMPOTENT, ASKED, NEITHER]),
    st.sampled_from(sorted(TARGETS)),
    st.lists(st.sampled_from(Fault), max_size=4),
)
@example(ASKED, "Remind", [Fault.LATE, Fault.UNAVAILABLE, Fault.HALF, Fault.DROPPED])
@example(IDEMPOTENT, "OpenThread", [Fault.LATE, Fault.LATE, Fault.SLOW, Fault.FORBIDDEN])
def test_no_order_of_faults_does_anything_twice(way: str, kind: str, faults: list[Fault]) -> None:
    """Done exactly once, or at most once and in a person's hands: whatever fails, in whichever order."""
    target, told = TARGETS[kind]
    run(way, target, faults, told, kind)
