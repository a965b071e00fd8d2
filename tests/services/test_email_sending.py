"""Tests of the conversation with a mail server: how far it came decides what is said of it. With real TLS."""

import socket
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from incident_fsm.adapters import AdapterSettings, NotDone, Outcome, Receipt, Rejected, Unknown
from incident_fsm.adapters.email import EmailAdapter, from_settings
from incident_fsm.testing import FrozenClock
from tests.documents.airflow import at
from tests.services.fakes.mail import CONTEXT, MEETING, FakeMail, adapter_for, settings_for
from tests.services.fakes.scripted_mail import Scripted


def outcome(**replies: str) -> Outcome:
    """What becomes of an invitation with a server that answers so."""
    with Scripted(**replies) as server:
        return adapter_for(settings_for(server.address)).deliver(MEETING, CONTEXT)


BEFORE = ("greeting", "EHLO", "MAIL", "RCPT", "DATA")


def test_a_server_that_says_yes_throughout_has_the_mail() -> None:
    """The receipt is the Message-ID without its brackets; mail has no link."""
    receipt = outcome()
    assert isinstance(receipt, Receipt)
    assert receipt.reference.startswith(MEETING.id.replace(":", "."))
    assert receipt.link == ""


@pytest.mark.parametrize("step", BEFORE)
def test_a_connection_that_breaks_before_the_mail_is_whole_sent_nothing(step: str) -> None:
    """The server has not seen the line with the dot, so it took nothing over: it can be tried again."""
    assert isinstance(outcome(**{step: ""}), NotDone)


@pytest.mark.parametrize("reply", ["", "what?", "999 what?", "200", "3"])
def test_an_answer_that_is_lost_or_none_leaves_it_open(reply: str) -> None:
    """After the dot the server may have the mail, whatever it says, unless it says no."""
    expected = Receipt if reply == "200" else Unknown
    assert isinstance(outcome(**{".": reply}), expected)


@pytest.mark.parametrize("step", [*BEFORE, "."])
@pytest.mark.parametrize("code", [421, 450, 451])
def test_a_passing_refusal_is_tried_again(step: str, code: int) -> None:
    """At any step, the last one included: the server says that it did not take the mail over."""
    replies = {step: f"{code} not now", **({"HELO": f"{code} not now"} if step == "EHLO" else {})}
    said = outcome(**replies)
    assert isinstance(said, NotDone)
    assert f"{code} not now" in said.why


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize("code", [550, 552, 554])
def test_a_lasting_refusal_goes_to_a_person(step: str, code: int) -> None:
    """With the server's own words."""
    said = outcome(**{step: f"{code} \x1b[31mnever"})
    assert isinstance(said, Rejected)
    assert f"{code} [31mnever" in said.why


def test_a_server_that_is_not_one_is_tried_again_later() -> None:
    """A greeting of no is what servers say under maintenance, too."""
    assert isinstance(outcome(greeting="554 no service"), NotDone)


def test_a_server_that_wants_a_login_says_what_to_do() -> None:
    """Without the secrets, whoever set it up must look."""
    said = outcome(MAIL="530 5.7.0 Authentication required")
    assert isinstance(said, Rejected)
    assert "SMTP_USERNAME and SMTP_PASSWORD" in said.why


def test_an_answer_of_any_length_is_cut() -> None:
    """It is shown to people."""
    said = outcome(MAIL=f"550 {'x' * 900}")
    assert isinstance(said, Rejected)
    assert len(said.why) < 300
    assert said.why.endswith("…")


def test_everybody_is_asked_before_anybody_gets_it() -> None:
    """One refused recipient: nobody gets the mail, and those who were refused are named, the others not."""
    with FakeMail(FrozenClock(at(0))) as mail:
        mail.verdict = lambda to: "550 5.1.1 who?" if to.startswith("grace") else "250 OK"
        said = adapter_for(settings_for(mail.address)).deliver(MEETING, CONTEXT)
        assert isinstance(said, Rejected)
        assert "grace@example.org (550 5.1.1 who?)" in said.why
        assert "ada@" not in said.why
        assert (mail.mails, "DATA" in mail.spoken) == ([], False)
        mail.verdict = lambda to: "451 grey" if to.startswith("grace") else "250 OK"
        assert isinstance(adapter_for(settings_for(mail.address)).deliver(MEETING, CONTEXT), NotDone)


def test_a_mail_that_is_too_long_is_refused_before_it_is_sent() -> None:
    """The server says how much it takes, and is told how much it would be (RFC 1870)."""
    with FakeMail(FrozenClock(at(0)), data_size_limit=1000) as mail:
        said = adapter_for(settings_for(mail.address)).deliver(MEETING, CONTEXT)
        assert isinstance(said, Rejected)
        assert "552" in said.why
        assert mail.mails == []


def test_nobody_there_is_tried_again() -> None:
    """The connection is refused: nothing was sent."""
    with socket.create_server(("127.0.0.1", 0)) as once:
        address = once.getsockname()
    said = adapter_for(settings_for(address)).deliver(MEETING, CONTEXT)
    assert isinstance(said, NotDone)
    assert "cannot be reached" in said.why


def test_a_name_that_nobody_knows_is_tried_again() -> None:
    """As a name server that does not answer would be."""

    def lost() -> Any:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    said = EmailAdapter(lost, settings_for(("127.0.0.1", 25))).deliver(MEETING, CONTEXT)
    assert isinstance(said, NotDone)
    assert "Temporary failure in name resolution" in said.why


def test_what_is_made_from_a_table_calls_the_server_that_it_names() -> None:
    """With the time-outs and the trust that ship."""
    with Scripted() as server:
        host, port = server.address
        table = {
            "host": host,
            "port": port,
            "security": "none",
            "sender": "a@example.org",
            "people": {"Ada": "a@b.org"},
        }
        adapter = from_settings(AdapterSettings(folder=Path(), table=table, environment={}))
        assert isinstance(adapter.deliver(evolve(MEETING, attendees=("Ada",)), CONTEXT), Receipt)
