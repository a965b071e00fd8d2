"""The mails themselves: an invitation, that it is called off, and the report of a breach.

The same command with the same settings is the same mail to the byte: the date is the command's, and what separates the
parts is derived from it. So is the Message-ID: a mailbox that sees a mail twice keeps it once.

Bodies are plain text; what others wrote in them is shown and does nothing. In headers it is put on one line and encoded
by the standard library's policy for mail, which refuses line ends.
"""

import hashlib
from datetime import tzinfo
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from attrs import evolve

from incident_fsm import documents
from incident_fsm._values import Audience
from incident_fsm.adapters import Context, Rejected
from incident_fsm.adapters.email._sending import Mail
from incident_fsm.adapters.email._settings import Settings
from incident_fsm.codec import encode_command
from incident_fsm.commands import CancelMeeting, Command, ReportSecurityBreach, ScheduleMeeting, parse_command_id
from incident_fsm.documents import times
from incident_fsm.documents.text import one_line, printable

_POLICY = SMTP.clone(cte_type="7bit")
"""Every server takes seven bits; not every one takes eight (RFC 6152)."""

_SUBJECT_MAX = 150

Meeting = ScheduleMeeting | CancelMeeting


def reference_of(command: Command, settings: Settings) -> str:
    """The Message-ID of a command's mail, without its brackets (RFC 5322 §3.6.4).

    It holds a digest beside the id, because two desks of one organisation may count their incidents alike, and a
    mailbox would drop the second mail as a copy of the first.
    """
    return f"{command.id.replace(':', '.')}.{_digest(command)[:12]}@{settings.domain}"


def meeting_mail(command: Meeting, context: Context, settings: Settings) -> Mail | Rejected:
    """The invitation to everybody who has an address; a person must look where nobody has."""
    parsed = parse_command_id(command.id)
    if parsed is None:
        return Rejected(why=f"{command.id!r:.120} is no command's id; nothing was sent")
    known = {person: settings.address_of(person) for person in command.attendees}
    invited = {person: address for person, address in known.items() if address}
    if not invited:
        names = ", ".join(map(one_line, known)) or "nobody is invited"
        return Rejected(why=f"no address is known for any of: {names}; add them to [email.people] in adapters.toml")
    first = {address: person for person, address in reversed(invited.items())}  # of two with one address, the first
    addressed = evolve(command, attendees=tuple(person for person in invited if first[invited[person]] == person))
    organiser = settings.address_of(command.organiser) or settings.sender
    _, revision, _ = parsed  # it only grows, so what comes later replaces what came earlier (RFC 5546 §2.1.4)
    calendar = documents.render_meeting(addressed, revision, {**invited, command.organiser: organiser}).decode()
    method = "REQUEST" if isinstance(command, ScheduleMeeting) else "CANCEL"
    absent = [one_line(person) for person, address in known.items() if not address]
    message = _head(command, settings, _meeting_subject(command))
    message["To"] = tuple(
        Address(display_name=one_line(person), addr_spec=invited[person]) for person in addressed.attendees
    )
    message["Reply-To"] = organiser
    message.set_content(_meeting_body(command, absent, context.policy.calendar.zone))
    message.add_alternative(calendar, subtype="calendar", params={"method": method})
    message.add_attachment(
        calendar.encode(), maintype="application", subtype="ics", filename="invite.ics", params={"method": method}
    )
    _separate(message, command)
    return _mail(message, command, settings, tuple(invited[person] for person in addressed.attendees))


def security_mail(
    command: ReportSecurityBreach, context: Context, settings: Settings, templates: Path | None = None
) -> Mail:
    """The report of a breach, to those who handle breaches. Its subject, which screens show, holds only the id.

    Raises `InvalidValue` where a template of one's own is wrong.
    """
    message = _head(command, settings, f"Security breach reported: incident {command.incident_id}")
    message["To"] = ", ".join(settings.security_team)
    data = {"reports": [documents.plain(command, context.policy.calendar.zone)]}
    message.set_content(documents.render("security_report.md.j2", data, templates))
    return _mail(message, command, settings, tuple(dict.fromkeys(settings.security_team)))


def _head(command: Command, settings: Settings, subject: str) -> EmailMessage:
    """Begin a mail. It says that a machine sent it, so that no absence notice answers (RFC 3834 §5)."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = settings.sender
    message["Subject"] = subject
    message["Date"] = command.requested_at
    message["Message-ID"] = f"<{reference_of(command, settings)}>"
    message["Auto-Submitted"] = "auto-generated"
    return message


def _mail(message: EmailMessage, command: Command, settings: Settings, recipients: tuple[str, ...]) -> Mail:
    """Seal a mail."""
    reference = reference_of(command, settings)
    return Mail(reference=reference, sender=settings.sender, recipients=recipients, content=bytes(message))


def _separate(message: EmailMessage, command: Command) -> None:
    """Say what separates the parts: nothing that a text in them could hold, as it is a digest of all texts in them."""
    digest = _digest(command)
    message.set_boundary(f"={digest[:32]}=1")
    (alternative, _) = message.iter_parts()
    alternative.set_boundary(f"={digest[:32]}=2")


def _digest(command: Command) -> str:
    """A digest of all that a command says."""
    return hashlib.sha256(encode_command(command).encode()).hexdigest()


def _meeting_subject(command: Meeting) -> str:
    """What it is about; of a restricted incident nothing but its id, as in the invitation itself."""
    restricted = command.audience is Audience.RESTRICTED
    what = f"Post-mortem of incident {command.incident_id}" if restricted else one_line(command.title)
    said = what if isinstance(command, ScheduleMeeting) else f"Called off: {what}"
    return f"{said[: _SUBJECT_MAX - 1]}…" if len(said) > _SUBJECT_MAX else said


def _meeting_body(command: Meeting, absent: list[str], zone: tzinfo) -> str:
    """The same in words, for whoever's mail program knows no invitations."""
    restricted = command.audience is Audience.RESTRICTED
    lines = [_meeting_subject(command) if restricted else one_line(command.title), ""]
    if isinstance(command, ScheduleMeeting):
        start = command.starts_at.astimezone(zone)
        when = f"{times.weekday(start)}, {times.clock(start)}, {command.minutes} minutes"
        lines += [f"When: {when}", f"Organised by: {one_line(command.organiser)}"]
        said = command.agenda
    else:
        lines += ["This meeting is called off. When the incident is over, another invitation follows."]
        said = command.reason
    if said and not restricted:
        lines += ["", printable(said)]
    if absent:
        lines += ["", f"Not told by mail, because no address is known: {', '.join(absent)}. Please tell them."]
    lines += ["", f"Incident {command.incident_id}"]
    return "\n".join(lines) + "\n"
