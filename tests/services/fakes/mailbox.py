"""A mail as it arrived: read strictly, held to the documents, and traced to its command.

Which command a mail is from is read off what it says, not off its Message-ID: the calendar's UID, METHOD and SEQUENCE,
or, where it holds none, the incident that the subject names.
"""

import email
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from functools import lru_cache
from typing import Any

from attrs import frozen
from icalendar import Calendar

from incident_fsm.commands import Command, ReportSecurityBreach, ScheduleMeeting, parse_command_id

LONGEST_LINE = 998
"""No line of a mail is longer (RFC 5322 §2.1.1), its end not counted."""

CALENDARS = ("text/calendar", "application/ics")
"""What a calendar is called: beside the text, and as an attachment."""


@frozen(kw_only=True)
class Delivered:
    """A mail as it came: from the envelope, and its bytes."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """What the mail says, read strictly."""
        return _read(self.content)

    @property
    def calendars(self) -> list[bytes]:
        """Every calendar in the mail, as it was written."""
        parts = [part for part in self.message.walk() if part.get_content_type() in CALENDARS]
        return [bytes(part.get_payload(decode=True)) for part in parts]

    @property
    def calendar(self) -> Any:
        """The calendar that a mail program shows: the part beside the text. None where there is none."""
        return Calendar.from_ical(self.calendars[0]) if self.calendars else None


@lru_cache(maxsize=256)
def _read(content: bytes) -> EmailMessage:
    """Read a mail strictly, once."""
    read = email.message_from_bytes(content, policy=SMTP_POLICY.clone(raise_on_defect=True))
    assert isinstance(read, EmailMessage)
    return read


def conforms(mail: Delivered) -> None:
    """Hold a mail to the documents: RFC 5322 for its form, RFC 6047 §2 for a calendar in it, RFC 3834 for machines."""
    for line in mail.content.split(b"\r\n"):
        assert len(line) <= LONGEST_LINE
        assert line.isascii(), line
        assert b"\r" not in line
        assert b"\n" not in line
    message = mail.message
    for name in ("From", "To", "Date", "Message-ID", "Subject", "Auto-Submitted", "MIME-Version"):
        assert len(message.get_all(name, [])) == 1, f"{name}: {message.get_all(name)}"
    addressed = {address.addr_spec for address in message["To"].addresses}
    assert addressed == set(mail.recipients), f"{addressed} is not {mail.recipients}"
    if mail.calendars:
        parts = [part for part in message.walk() if part.get_content_type() in CALENDARS]
        assert {part.get_param("method") for part in parts} == {str(mail.calendar["METHOD"])}
        assert len(set(mail.calendars)) == 1
        (event,) = mail.calendar.walk("VEVENT")
        assert {str(one).removeprefix("mailto:") for one in attendees(event)} == set(mail.recipients)


def attendees(event: Any) -> list[Any]:
    """Who is invited to an event: one alone is no list to icalendar."""
    said = event["ATTENDEE"]
    return said if isinstance(said, list) else [said]


def is_from(command: Command, mail: Delivered) -> bool:
    """Whether a mail carries a command out, by what it says."""
    calendar = mail.calendar
    if isinstance(command, ReportSecurityBreach):
        return calendar is None and command.incident_id in mail.message["Subject"]
    if calendar is None:
        return False
    (event,) = calendar.walk("VEVENT")
    method = "REQUEST" if isinstance(command, ScheduleMeeting) else "CANCEL"
    parsed = parse_command_id(command.id)
    assert parsed is not None
    return (calendar["METHOD"], event["SEQUENCE"]) == (method, parsed[1]) and command.incident_id in event["UID"]
