"""Tests of `incident_fsm.adapters.email`: what the mails say, who gets them, and the settings."""

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_fsm import Audience, Kind
from incident_fsm.adapters import Absent, Receipt, Rejected
from incident_fsm.adapters.email import Settings
from incident_fsm.adapters.email._messages import Meeting, meeting_mail, security_mail
from incident_fsm.adapters.email._sending import Mail
from incident_fsm.commands import COMMANDS, Command, ReportSecurityBreach, ScheduleMeeting
from incident_fsm.testing import FrozenClock, drive
from incident_fsm.testing.arbitrary import values
from tests.documents.airflow import ID, at, whole
from tests.services.driving import story
from tests.services.fakes.mail import BREACH, CALLED_OFF, CONTEXT, MEETING, PEOPLE, FakeMail, adapter_for, settings_for
from tests.services.fakes.mailbox import Delivered, attendees, conforms

HERE = settings_for(("127.0.0.1", 25))


def written(command: Meeting, **more: Any) -> Delivered:
    """A meeting's mail, as it would arrive."""
    mail = meeting_mail(command, CONTEXT, settings_for(("127.0.0.1", 25), **more))
    assert isinstance(mail, Mail)
    return arrived(mail)


def arrived(mail: Mail) -> Delivered:
    """A mail as it would arrive, held to the documents."""
    delivered = Delivered(sender=mail.sender, recipients=mail.recipients, content=mail.content)
    conforms(delivered)
    return delivered


def text_of(mail: Delivered) -> str:
    """What a person reads."""
    body = mail.message.get_body(("plain",))
    assert body is not None
    said: str = body.get_content()
    return said


def test_the_invitation_goes_to_everybody_with_what_and_when() -> None:
    """One mail to all, in words with local time, and as a calendar in UTC that asks for an answer."""
    mail = written(MEETING)
    assert mail.recipients == tuple(PEOPLE.values())
    assert mail.message["To"] == (
        "Ada Lovelace <ada@example.org>, Katherine Johnson <katherine@example.org>, Grace Hopper <grace@example.org>"
    )
    assert mail.message["From"] == "incidents@example.org"
    assert mail.message["Reply-To"] == "ada@example.org"
    assert mail.message["Subject"] == "Blameless post-mortem: Airflow Autoscaling Incident"
    assert mail.message["Date"].datetime == MEETING.requested_at
    assert text_of(mail).splitlines() == [
        "Blameless post-mortem: Airflow Autoscaling Incident",
        "",
        "When: Wednesday 24 June 2026, 10:00 BST, 60 minutes",
        "Organised by: Ada Lovelace",
        "",
        MEETING.agenda,
        "",
        f"Incident {ID}",
    ]
    (event,) = mail.calendar.walk("VEVENT")
    assert mail.calendar["METHOD"] == "REQUEST"
    assert event["DTSTART"].to_ical() == b"20260624T090000Z"
    assert event["ORGANIZER"] == "mailto:ada@example.org"
    assert {one.params["RSVP"] for one in attendees(event)} == {"TRUE"}
    assert [one.params["CN"] for one in attendees(event)] == list(PEOPLE)


def test_a_mail_has_the_calendar_beside_the_text_and_as_a_file() -> None:
    """Calendars read the one, people save the other; both say which method it is (RFC 6047 §2.4)."""
    mail = written(MEETING)
    parts = [(part.get_content_type(), part.get_param("method"), part.get_filename()) for part in mail.message.walk()]
    assert parts == [
        ("multipart/mixed", None, None),
        ("multipart/alternative", None, None),
        ("text/plain", None, None),
        ("text/calendar", "REQUEST", None),
        ("application/ics", "REQUEST", "invite.ics"),
    ]


def test_each_later_mail_takes_the_place_of_the_earlier_one_in_every_calendar() -> None:
    """Invited, called off, invited again: one UID, and a SEQUENCE that only rises (RFC 5546 §2.1.4)."""
    clock = FrozenClock(at(0))
    with FakeMail(clock) as fake:
        drive(adapter_for(settings_for(fake.address)), fake, clock, events=story())
        calendars = [mail.calendar for mail in fake.mails if mail.calendar is not None]
    assert [str(calendar["METHOD"]) for calendar in calendars] == ["REQUEST", "CANCEL", "REQUEST"]
    events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    assert len({event["UID"] for event in events}) == 1
    sequences = [event["SEQUENCE"] for event in events]
    assert sequences == sorted(set(sequences))


def test_a_meeting_that_is_called_off_says_why() -> None:
    """The reason, to the same people, and no time any more."""
    mail = written(CALLED_OFF)
    assert mail.message["Subject"] == "Called off: Blameless post-mortem: Airflow Autoscaling Incident"
    assert "Tasks queue again." in text_of(mail)
    assert "When:" not in text_of(mail)
    assert str(mail.calendar["METHOD"]) == "CANCEL"


def test_the_same_command_is_the_same_mail_to_the_byte() -> None:
    """Nothing in it is random, and no clock is read; so a copy is one."""
    assert written(MEETING) == written(evolve(MEETING))
    assert security_mail(BREACH, CONTEXT, HERE) == security_mail(evolve(BREACH), CONTEXT, HERE)


def test_the_message_id_holds_the_commands_id_and_differs_where_the_command_does() -> None:
    """Two desks may count alike: what they say tells them apart, so no mailbox drops one for the other."""
    first = written(MEETING).message["Message-ID"]
    assert first.startswith(f"<{MEETING.id.replace(':', '.')}.")
    assert first.endswith("@example.org>")
    assert written(evolve(MEETING, title="Another desk's")).message["Message-ID"] != first


def test_who_has_no_address_is_named_to_the_others() -> None:
    """The rest is invited all the same, and asked to pass it on."""
    mail = written(MEETING, people={"Ada Lovelace": "ada@example.org"})
    assert mail.recipients == ("ada@example.org",)
    assert "no address is known: Katherine Johnson, Grace Hopper. Please tell them." in text_of(mail)
    assert [str(one) for one in attendees(mail.calendar.walk("VEVENT")[0])] == ["mailto:ada@example.org"]


def test_where_nobody_has_an_address_a_person_must_look() -> None:
    """Nothing is sent, and the remedy names the place."""
    for command in (MEETING, evolve(MEETING, attendees=())):
        rejected = meeting_mail(command, CONTEXT, settings_for(("127.0.0.1", 25), people={}))
        assert isinstance(rejected, Rejected)
        assert "[email.people]" in rejected.why


def test_an_organiser_without_an_address_is_stood_in_for_by_the_sender() -> None:
    """Answers have to go somewhere."""
    mail = written(evolve(MEETING, organiser="#analytical-platform"))
    assert mail.calendar.walk("VEVENT")[0]["ORGANIZER"] == "mailto:incidents@example.org"
    assert mail.message["Reply-To"] == "incidents@example.org"


def test_an_address_for_a_name_is_believed_in_our_own_domain_alone() -> None:
    """Names come from whoever reports an incident: nobody outside is written to because it was typed."""
    mail = written(evolve(MEETING, attendees=("eve@example.com", "mary@EXAMPLE.org", "x@notexample.org")))
    assert mail.recipients == ("mary@EXAMPLE.org",)
    assert "eve@example.com, x@notexample.org. Please tell them." in text_of(mail)


def test_two_names_of_one_person_are_one_recipient() -> None:
    """They are invited once, by the first of the names."""
    mail = written(MEETING, people={"Ada Lovelace": "ada@example.org", "Grace Hopper": "ada@example.org"})
    assert mail.recipients == ("ada@example.org",)
    assert mail.message["To"] == "Ada Lovelace <ada@example.org>"


@pytest.mark.parametrize("command", [MEETING, CALLED_OFF])
def test_a_mail_about_a_restricted_incident_says_only_its_id(command: Meeting) -> None:
    """Neither title, agenda nor reason is in subject, text or calendar."""
    secret: Any = evolve(command, audience=Audience.RESTRICTED, title="canary leak")
    secret = evolve(secret, **({"agenda": "canary"} if isinstance(secret, ScheduleMeeting) else {"reason": "canary"}))
    mail = written(secret)
    assert b"canary" not in mail.content
    assert not any(b"canary" in calendar for calendar in mail.calendars)
    assert mail.message["Subject"].endswith(f"Post-mortem of incident {ID}")


def test_a_breach_is_told_to_the_security_team_and_its_subject_holds_the_id_alone() -> None:
    """The text is the whole report, dots at the start of lines included; the subject is shown on screens."""
    mail = arrived(
        security_mail(BREACH, CONTEXT, settings_for(("127.0.0.1", 25), security_team=("a@b.org", "c@b.org")))
    )
    assert mail.recipients == ("a@b.org", "c@b.org")
    assert mail.message["Subject"] == f"Security breach reported: incident {ID}"
    assert "Leaked keys" in mail.message.get_content()
    assert "A key is in a public repository." in mail.message.get_content()


def test_a_dot_at_the_start_of_a_line_ends_no_mail() -> None:
    """What the server takes over is what was written, to the byte (RFC 5321 §4.5.2)."""
    with FakeMail(FrozenClock(at(0))) as fake:
        told = evolve(BREACH, route="x\r\n.\r\nMAIL FROM:<eve@example.com>")
        adapter = adapter_for(settings_for(fake.address))
        assert isinstance(adapter.deliver(told, CONTEXT), Receipt)
        assert [mail.content for mail in fake.mails] == [security_mail(told, CONTEXT, HERE).content]
        assert fake.complaints == []


@settings(max_examples=60)
@given(values(ScheduleMeeting), st.text(max_size=40))
def test_no_text_adds_a_header_or_a_recipient(meeting: ScheduleMeeting, nasty: str) -> None:
    """Whatever titles and names hold, the mail conforms, and goes to those in the settings."""
    title = f"{nasty}\r\nBcc: eve@example.com\r\n\r\n<script>"
    people = ("Ada Lovelace", f"{nasty}\nBcc: eve@example.com", *meeting.attendees)
    mail = written(evolve(meeting, id=MEETING.id, title=title, attendees=people, organiser=title))
    assert mail.recipients == ("ada@example.org",)
    assert mail.message["Bcc"] is None
    assert len(mail.message["Subject"]) <= 150


def test_a_command_whose_id_is_none_is_refused() -> None:
    """There would be no SEQUENCE for it, and nothing to find it by."""
    rejected = adapter_for(HERE).deliver(evolve(MEETING, id="x"), CONTEXT)
    assert isinstance(rejected, Rejected)
    assert "nothing was sent" in rejected.why


def test_the_adapter_takes_mails_and_nothing_else() -> None:
    """Meetings and breaches, as far as the settings say so; of a drill nothing."""
    named = {command.__name__ for command in COMMANDS if accepts(HERE, command)}
    assert named == {"ScheduleMeeting", "CancelMeeting", "ReportSecurityBreach"}
    assert accepts(evolve(HERE, meetings=False), ReportSecurityBreach)
    assert not accepts(evolve(HERE, meetings=False), ScheduleMeeting)
    assert not accepts(evolve(HERE, security_team=()), ReportSecurityBreach)
    assert not any(accepts(HERE, command, Kind.DRILL) for command in COMMANDS)
    wrong = next(command for command in whole().commands if not isinstance(command, Meeting))
    assert isinstance(adapter_for(HERE).deliver(wrong, CONTEXT), Rejected)


def accepts(said: Settings, kind: type[Command], incident: Kind = Kind.LIVE) -> bool:
    """Whether commands of a type are accepted."""
    command = next((one for one in (*whole().commands, BREACH) if isinstance(one, kind)), None)
    return command is not None and adapter_for(said).accepts(evolve(command, kind=incident))


def test_sending_again_does_no_harm_so_nothing_is_ever_there() -> None:
    """Mailboxes drop the copy; a mail that never came would be worse."""
    assert adapter_for(HERE).find(MEETING, CONTEXT) == Absent()
