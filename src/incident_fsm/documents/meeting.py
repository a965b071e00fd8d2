"""The door to icalendar: the post-mortem as an invitation that every calendar reads (RFC 5545, RFC 5546).

Times are in UTC: readers disagree about generated time zones (`VTIMEZONE`), nobody disagrees about "Z". Nothing is
random and nothing reads the clock, so the same command is the same bytes.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

from incident_fsm._values import Audience
from incident_fsm.commands import CancelMeeting, ScheduleMeeting
from incident_fsm.documents.text import one_line, printable

_LONGEST_MINUTES = 24 * 60

_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_NOT_IN_ADDRESSES = re.compile(r"[^a-z0-9]+")


def render_meeting(
    command: ScheduleMeeting | CancelMeeting, sequence: int = 0, addresses: Mapping[str, str] | None = None
) -> bytes:
    """Write the invitation, or that it is called off (RFC 5546 §3.2.2, §3.2.5): the same UID for an incident, always.

    A later command for the same incident takes a higher `sequence` and so replaces the earlier ones. `addresses` gives
    people's mail addresses by their names; who is not among them has the address that `mail_address` makes.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//incident_fsm//post-mortem//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "REQUEST" if isinstance(command, ScheduleMeeting) else "CANCEL")
    calendar.add_component(_event(command, sequence, addresses or {}))
    written: bytes = calendar.to_ical()
    return written


def _event(command: ScheduleMeeting | CancelMeeting, sequence: int, addresses: Mapping[str, str]) -> Event:
    """The meeting. Of a restricted incident nothing but its id: invitations are forwarded, and shown on screens."""
    restricted = command.audience is Audience.RESTRICTED
    about = f"Incident {command.incident_id}"
    event = Event()
    event.add("uid", f"post-mortem-{command.incident_id}@incident-fsm.invalid")
    event.add("sequence", sequence)
    event.add("dtstamp", _whole_seconds(command.requested_at))
    event.add("summary", f"Post-mortem of incident {command.incident_id}" if restricted else one_line(command.title))
    if restricted:
        event.add("class", "CONFIDENTIAL")
    if isinstance(command, ScheduleMeeting):
        event.add("dtstart", _whole_seconds(command.starts_at))
        event.add("dtend", _whole_seconds(command.starts_at) + _length(command.minutes))
        event.add("description", about if restricted else f"{printable(command.agenda)}\n\n{about}")
        event.add("status", "CONFIRMED")
    else:
        event.add("comment", about if restricted else f"{printable(command.reason)}\n\n{about}")
        event.add("status", "CANCELLED")
    event.add("organizer", _person(command.organiser, addresses), encode=False)
    for attendee in command.attendees:
        invited = _person(attendee, addresses)
        if isinstance(command, ScheduleMeeting):
            invited.params["CUTYPE"] = vText("INDIVIDUAL")
            invited.params["ROLE"] = vText("REQ-PARTICIPANT")
            invited.params["PARTSTAT"] = vText("NEEDS-ACTION")
            invited.params["RSVP"] = vText("TRUE")
        event.add("attendee", invited, encode=False)
    return event


def _length(minutes: int) -> timedelta:
    """How long it lasts: a meeting ends after it starts (RFC 5545 §3.8.2.2), and on the same day or the next."""
    return timedelta(minutes=min(max(minutes, 1), _LONGEST_MINUTES))


def mail_address(person: str) -> str:
    """The address that stands for a person in a calendar: their own if the name is one.

    A calendar asks for an address, we know only a name. `people.invalid` can belong to nobody (RFC 2606), so no mail
    goes astray; the name is shown beside it (CN), and whoever sends the invitation picks the person. What differs in
    the name differs in the address, since calendars take people of one address for one person.
    """
    if _ADDRESS.fullmatch(person):
        return person
    folded = _NOT_IN_ADDRESSES.sub("-", person.lower()).strip("-")
    if folded != person.lower().replace(" ", "-"):
        digest = hashlib.sha256(person.encode("utf-8", "replace")).hexdigest()[:8]
        folded = f"{folded[:40].strip('-')}-{digest}".lstrip("-")
    return f"{folded}@people.invalid"


def _person(name: str, addresses: Mapping[str, str]) -> vCalAddress:
    """A participant, with the name that people know."""
    person = vCalAddress(f"mailto:{addresses.get(name) or mail_address(name)}")
    person.params["CN"] = vText(one_line(name))
    return person


def _whole_seconds(moment: datetime) -> datetime:
    """Calendars count in seconds."""
    return moment.replace(microsecond=0)
