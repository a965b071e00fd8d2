"""Every command that goes to Slack × every fault, alone and in lists: exactly one message, or in a person's hands."""

import json
from collections.abc import Sequence
from functools import cache

import pytest
from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incident_fsm import Policy
from incident_fsm import events as e
from incident_fsm.adapters.slack import Settings
from incident_fsm.commands import Command, EscalateSupportCase, OpenThread, PostToThread, Remind
from incident_fsm.engine import CommandStatus
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import Fault, drive
from incident_fsm.testing.driving import Driven, check
from tests.documents.airflow import at, beginning, middle
from tests.services.driving import story
from tests.services.fakes.slack import AWS, MAIN, SECURITY, FakeSlack
from tests.services.test_slack_fake import KNOWN, world

TYPES = (OpenThread, PostToThread, EscalateSupportCase, Remind)
FAULTS = st.lists(st.sampled_from(Fault), max_size=4)


def narrow() -> Policy:
    """A policy under which a security breach is told in one channel only."""
    policy = load_shipped()
    return evolve(policy, security=evolve(policy.security, narrows_audience=True, channel="#sec-only"))


def breach() -> Sequence[e.Event]:
    """A security breach under that policy."""
    return (*beginning(breach=True), *middle(cleared=True))


def narrowed() -> Sequence[e.Event]:
    """An incident that turns out to be a security breach after its thread was opened in the team's channel."""
    return (*beginning(), e.SecurityBreachFlagged(id="e4b", at=at(14), by="Ada Lovelace"), *middle(cleared=True))


STORIES: dict[str, tuple[Sequence[e.Event], Policy | None]] = {
    "ordinary": (story(), None),
    "restricted": (breach(), narrow()),
    "narrowed": (narrowed(), narrow()),
}


@cache
def ids(name: str) -> dict[type[Command], str]:
    """The id of the first command of each type of a story, as it is when every receipt before it is an event."""
    driven, _ = told(name, KNOWN, "", ())
    return {type(one.command): one.command.id for one in reversed(driven.settled)}


def told(name: str, said: Settings, aimed: str, faults: Sequence[Fault]) -> tuple[Driven, FakeSlack]:
    """Drive a story with faults in the way of one command, and hold what came of it to the promise."""
    events, policy = STORIES[name]
    with world(said) as (adapter, fake, clock):
        driven = drive(adapter, fake, clock, target=aimed, faults=faults, events=events, policy=policy)
        check(driven)
        for one in driven.settled:
            if one.record.status is CommandStatus.DONE:
                _receipt_is_right(one.record.receipt, one.command, fake)
        return driven, fake


def _receipt_is_right(receipt: str, command: Command, fake: FakeSlack) -> None:
    """The receipt names the channel and the message that carries the marker."""
    said = json.loads(receipt)
    channel, _, ts = said["reference"].partition("/")
    assert [ts] == [message["ts"] for message in fake.marked(command.id)]
    assert ts in {message["ts"] for message in fake.channels[channel].messages}
    link = said.get("link", "")
    assert not link or link.startswith(f"https://team.slack.com/archives/{channel}/p{ts.replace('.', '')}")


@pytest.mark.fault(
    "F5",
    sees="the command waiting, then looked for, then done; or failed, with what a person must look at",
    guaranteed="every command of the adapter × every fault: one object outside, or it is in a person's hands",
)
@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("kind", TYPES)
def test_every_command_and_every_fault_alone_leave_one_message(kind: type[Command], fault: Fault) -> None:
    """One message for each command; only a missing permission leaves the command to a person, with nothing posted."""
    aimed = ids("ordinary")[kind]
    driven, _ = told("ordinary", KNOWN, aimed, [fault])
    settled = driven.of(aimed)
    by_hand = fault is Fault.FORBIDDEN
    assert settled.record.status is (CommandStatus.FAILED if by_hand else CommandStatus.DONE), settled.record.error
    assert settled.objects == (0 if by_hand else 1)


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_of_looking_the_channel_up_leaves_one_message(fault: Fault) -> None:
    """The first request is the list of channels: nothing was sent yet, so it is tried again without any doubt."""
    aimed = ids("ordinary")[OpenThread]
    settled = told("ordinary", Settings(), aimed, [fault])[0].of(aimed)
    assert settled.record.status is (CommandStatus.FAILED if fault is Fault.FORBIDDEN else CommandStatus.DONE)
    assert settled.objects == (0 if fault is Fault.FORBIDDEN else 1)


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("kind", [OpenThread, PostToThread, Remind])
def test_restricted_commands_meet_the_same_faults_in_the_narrow_channel(kind: type[Command], fault: Fault) -> None:
    """One message for each command, in the narrow channel, and no word of it anywhere else."""
    aimed = ids("restricted")[kind]
    driven, fake = told("restricted", KNOWN, aimed, [fault])
    assert driven.of(aimed).objects == (0 if fault is Fault.FORBIDDEN else 1)
    assert {name for name, channel in fake.channels.items() if channel.messages} <= {SECURITY}


def test_once_an_incident_is_restricted_its_open_thread_hears_no_more() -> None:
    """Replies are left to a person, with nothing posted; reminders go into the narrow channel."""
    driven, fake = told("narrowed", KNOWN, "", ())
    replies = [one for one in driven.settled if isinstance(one.command, PostToThread)]
    assert replies
    assert {one.record.status for one in replies} == {CommandStatus.FAILED}
    assert [len(fake.channels[channel].messages) for channel in (MAIN, AWS, SECURITY)] == [1, 0, 1]


@pytest.mark.parametrize("fault", Fault)
def test_a_link_that_cannot_be_had_does_not_lose_the_receipt(fault: Fault) -> None:
    """Whatever happens to the second request of a delivery, the message stands once, with its receipt."""
    aimed = ids("ordinary")[OpenThread]
    driven, _ = told("ordinary", KNOWN, aimed, [Fault.NONE, fault])
    assert driven.of(aimed).record.status is CommandStatus.DONE
    assert driven.of(aimed).record.attempts == 1


@settings(max_examples=60)
@given(
    kind=st.sampled_from(TYPES),
    faults=FAULTS,
    known=st.booleans(),
    name=st.sampled_from(sorted(STORIES)),
)
@example(kind=OpenThread, faults=[Fault.LATE, Fault.DROPPED, Fault.LATE], known=True, name="ordinary")
@example(kind=Remind, faults=[Fault.DROPPED, Fault.FORBIDDEN], known=True, name="restricted")
def test_any_faults_in_any_order_leave_one_message(
    kind: type[Command],
    faults: list[Fault],
    known: bool,  # noqa: FBT001  Hypothesis passes it by name
    name: str,
) -> None:
    """Exactly one message for each command that is done, and no more than one for one in a person's hands."""
    told(name, KNOWN if known else Settings(), ids(name)[kind], faults)
