"""Every mail × every fault, and in every order that Hypothesis finds: one mail in each mailbox, or a person knows.

The server is a real one (aiosmtpd). It takes each mail over as often as it is sent; what is counted is what a mailbox
keeps of that, which drops the second mail of a Message-ID.
"""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incident_fsm import events as e
from incident_fsm.commands import CancelMeeting, Command, ReportSecurityBreach, ScheduleMeeting
from incident_fsm.engine import CommandStatus
from incident_fsm.testing import Fault, FrozenClock, drive
from incident_fsm.testing.driving import check
from tests.documents.airflow import at, beginning, reopening
from tests.services.fakes.mail import FakeMail, adapter_for, settings_for

COPIES = {Fault.DROPPED, Fault.SLOW, Fault.BROKEN, Fault.HALF, Fault.LATE}
"""The server has the mail, and nobody is told: it is sent again, and mailboxes drop the copy."""


def story() -> tuple[e.Event, ...]:
    """A breach, a meeting, no meeting after all, and a meeting."""
    return (*beginning(breach=True), *reopening())


def sent() -> tuple[Command, ...]:
    """The commands of the story that are mails, with the ids that they have when nothing fails."""
    clock = FrozenClock(at(0))
    with FakeMail(clock) as mail:
        driven = drive(adapter_for(settings_for(mail.address)), mail, clock, events=story())
        check(driven)
        assert len(mail.mails) == len(driven.settled)
    return tuple(one.command for one in driven.settled)


MAILS = sent()


def test_the_story_holds_every_mail_there_is() -> None:
    """A report, an invitation, that it is called off, and the next invitation."""
    assert [type(command) for command in MAILS] == [
        ReportSecurityBreach,
        ScheduleMeeting,
        CancelMeeting,
        ScheduleMeeting,
    ]


@pytest.mark.fault(
    "F5",
    sees="the command waiting, then looked for, then done; or failed, with what a person must look at",
    guaranteed="every command of the adapter × every fault: one object outside, or it is in a person's hands",
)
@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("command", MAILS, ids=lambda command: f"{type(command).__name__}-{command.id}")
def test_one_fault_costs_no_mail_and_doubles_none(command: Command, fault: Fault) -> None:
    """Each mailbox holds one mail of the command, with its receipt; where the server forbids it, a person is told."""
    clock = FrozenClock(at(0))
    with FakeMail(clock) as mail:
        driven = drive(
            adapter_for(settings_for(mail.address)), mail, clock, target=command.id, faults=[fault], events=story()
        )
        check(driven)
        assert mail.complaints == []
        one = driven.of(command.id)
        assert one.objects == (0 if fault is Fault.FORBIDDEN else 1)
        assert len(mail.mails) == len(MAILS) + (fault in COPIES) - (fault is Fault.FORBIDDEN)
        if fault is Fault.FORBIDDEN:
            assert one.record.status is CommandStatus.FAILED
            assert "550 5.7.1 relaying denied" in one.record.error
        else:
            reference = f'"reference":"{command.id.replace(":", ".")}.'
            assert reference in (one.record.receipt or "")


@settings(max_examples=25)
@given(st.sampled_from(range(len(MAILS))), st.lists(st.sampled_from(Fault), max_size=4))
@example(1, [Fault.LATE, Fault.LATE, Fault.SLOW, Fault.FORBIDDEN])
def test_no_order_of_faults_doubles_a_mail(target: int, faults: list[Fault]) -> None:
    """Exactly one mail in each mailbox for every command that counts as done, at most one for any other."""
    clock = FrozenClock(at(0))
    with FakeMail(clock) as mail:
        adapter = adapter_for(settings_for(mail.address))
        check(drive(adapter, mail, clock, target=MAILS[target].id, faults=faults, events=story()))
        assert mail.complaints == []
