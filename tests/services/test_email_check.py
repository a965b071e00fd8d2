"""Tests of what the e-mail adapter can look at beforehand."""

from attrs import evolve

from incident_fsm.adapters.email import EmailAdapter
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock
from tests.documents.airflow import at
from tests.services.fakes.mail import FakeMail, adapter_for, settings_for
from tests.services.fakes.scripted_mail import Scripted


def problems(adapter: EmailAdapter) -> dict[str, tuple[str, str]]:
    """What a check finds wrong, with its remedy."""
    return {one.what: (one.problem, one.remedy) for one in adapter.check(load_shipped()) if one.problem}


def test_a_check_sends_nothing() -> None:
    """It asks whether the sender would do, and takes that back."""
    with FakeMail(FrozenClock(at(0))) as mail:
        assert problems(adapter_for(settings_for(mail.address))) == {}
        assert (mail.spoken, mail.mails) == (["MAIL"], [])


def test_a_check_says_what_is_not_as_it_should_be() -> None:
    """A server that wants a login, one that is not there, and nobody with an address."""
    with Scripted(MAIL="530 login first") as server:
        found = problems(adapter_for(settings_for(server.address, people={})))
        (said, remedy), (nobody, where) = found.values()
        assert "530 login first" in said
        assert "SMTP_USERNAME" in remedy
        assert (nobody, "[email.people]" in where) == ("nobody could be invited", True)
    with Scripted(greeting="421 busy") as server:
        ((said, remedy),) = problems(adapter_for(settings_for(server.address))).values()
        assert "421 busy" in said
        assert "try again later" in remedy


def test_a_check_says_who_hears_of_what() -> None:
    """Who answers invitations go to, and who is told of a breach; nothing of meetings that are not sent."""
    with FakeMail(FrozenClock(at(0))) as mail:
        usual = settings_for(mail.address)
        said = " | ".join(one.what for one in adapter_for(usual).check(load_shipped()))
        assert "answers go to incidents@example.org, as #analytical-platform has no address" in said
        assert "security breaches: told to security@example.org" in said
        less = evolve(usual, meetings=False, security_team=())
        assert [one.what for one in adapter_for(less).check(load_shipped())][1:] == [
            "security breaches: not told by mail"
        ]
