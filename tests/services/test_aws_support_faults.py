"""Every command of the AWS Support adapter, with every fault, in any order: one object, or a person's hands."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incident_fsm.adapters.aws_support import AwsSupportAdapter, Settings
from incident_fsm.commands import Command, EscalateSupportCase, OpenSupportCase
from incident_fsm.engine import CommandStatus
from incident_fsm.testing import Fault, FrozenClock, drive
from incident_fsm.testing.driving import Driven, check
from tests.documents.airflow import at
from tests.services.driving import story
from tests.services.fakes.aws_support import FakeAwsSupport
from tests.services.fakes.server import PATIENCE

_NEEDS_A_PERSON = {Fault.FORBIDDEN}
"""After these alone a command waits for a person: nothing else would help."""


@cache
def _targets() -> tuple[Command, ...]:
    """Every command of the story that the adapter carries out, as they are when nothing goes wrong before them.

    Receipts are events, so a command's id depends on what was delivered before it: only a drive tells the ids.
    """
    clock = FrozenClock(at(0))
    with FakeAwsSupport(clock) as fake:
        client = fake.client(patience=PATIENCE)
        driven = drive(AwsSupportAdapter(lambda _: client), fake, clock, events=story())
        client.close()
    return tuple(one.command for one in driven.settled)


def _driven(target: Command, faults: Sequence[Fault], settle_seconds: int = 60) -> Driven:
    """Take the story through, and hold requests and outcome to what was promised."""
    clock = FrozenClock(at(0))
    with FakeAwsSupport(clock) as fake:
        client = fake.client(patience=PATIENCE)
        adapter = AwsSupportAdapter(lambda _: client, Settings(settle_seconds=settle_seconds))
        driven = drive(adapter, fake, clock, target=target.id, faults=faults, events=story())
        client.close()
        assert fake.complaints == []
        check(driven)
        _check_receipts(driven, fake)
    return driven


def _check_receipts(driven: Driven, fake: FakeAwsSupport) -> None:
    """Each receipt names the case that is there."""
    incident = driven.desk.incident(driven.settled[0].command.incident_id)
    for one in driven.settled:
        if one.record.status is CommandStatus.DONE:
            receipt = one.record.receipt
            assert fake.cases[0].case_id in receipt
            assert "https://support.console.aws.amazon.com/support/home#/case/" in receipt
        if isinstance(one.command, OpenSupportCase) and one.record.status is CommandStatus.DONE:
            case = incident.case(one.command.case)
            assert case is not None
            assert case.reference == fake.cases[0].case_id


def test_the_story_has_both_commands() -> None:
    """A case is opened, and chased on the case; the chase in a channel is somebody else's."""
    assert [type(command) for command in _targets()] == [OpenSupportCase, EscalateSupportCase]


@pytest.mark.fault(
    "F5",
    sees="the command waiting, then looked for, then done; or failed, with what a person must look at",
    guaranteed="every command of the adapter × every fault: one object outside, or it is in a person's hands",
)
@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name.lower())
@pytest.mark.parametrize("target", _targets(), ids=lambda command: type(command).__name__)
def test_one_object_whatever_goes_wrong_once(target: Command, fault: Fault) -> None:
    """Every command × every fault alone: done with exactly one object, but for what only a person can mend."""
    one = _driven(target, [fault]).of(target.id)
    assert one.record.attempts > 1 or fault in {Fault.NONE, *_NEEDS_A_PERSON}, "the fault was not met"
    if fault in _NEEDS_A_PERSON:
        assert (one.record.status, one.objects) == (CommandStatus.FAILED, 0)
    else:
        assert (one.record.status, one.objects) == (CommandStatus.DONE, 1)


@given(target=st.sampled_from(_targets()), faults=st.lists(st.sampled_from(Fault), max_size=4))
@example(target=_targets()[0], faults=[Fault.DROPPED, Fault.FORBIDDEN])
@example(target=_targets()[0], faults=[Fault.LATE, Fault.UNREACHED, Fault.BROKEN])
@example(target=_targets()[0], faults=[Fault.NONE, Fault.HALF])
@example(target=_targets()[1], faults=[Fault.LATE, Fault.RATE_LIMITED, Fault.DROPPED])
@settings(max_examples=60)
def test_never_two_objects_in_whatever_order_things_go_wrong(target: Command, faults: list[Fault]) -> None:
    """After delivery ends, exactly one object exists, or the command is visibly in a person's hands."""
    _driven(target, faults)


@pytest.mark.parametrize("fault", [Fault.DROPPED, Fault.SLOW, Fault.BROKEN, Fault.HALF])
def test_a_case_that_is_listed_late_is_found_if_it_settles_long_enough(fault: Fault) -> None:
    """AWS lists a new case 45 s late; the default of 60 s covers it."""
    clock = FrozenClock(at(0))
    with FakeAwsSupport(clock) as fake:
        fake.listed_after = timedelta(seconds=45)
        client = fake.client(patience=PATIENCE)
        driven = drive(
            AwsSupportAdapter(lambda _: client), fake, clock, target=_targets()[0].id, faults=[fault], events=story()
        )
        client.close()
        check(driven)
        assert len(fake.cases) == 1
