"""Tests of `incident_fsm.documents.meeting`, which read the invitation back as a calendar would."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from incident_fsm import Audience
from incident_fsm.commands import ScheduleMeeting
from incident_fsm.documents.meeting import mail_address, render_meeting
from incident_fsm.testing.arbitrary import values
from tests.documents.airflow import ID, airflow, at

MEETING = next(command for command in airflow().commands if isinstance(command, ScheduleMeeting))


def event_of(written: bytes) -> Any:
    """The one event of an invitation."""
    (event,) = Calendar.from_ical(written).walk("VEVENT")
    return event


def test_the_invitation_says_when_who_and_what() -> None:
    """What the command says comes back: times in UTC, everybody with an answer asked for, the agenda."""
    written = render_meeting(MEETING)
    calendar, event = Calendar.from_ical(written), event_of(written)
    assert calendar["METHOD"] == "REQUEST"
    assert event["UID"] == f"post-mortem-{ID}@incident-fsm.invalid"
    assert (event["SEQUENCE"], event["STATUS"]) == (0, "CONFIRMED")
    assert event["SUMMARY"] == "Blameless post-mortem: Airflow Autoscaling Incident"
    assert event["DTSTAMP"].dt == MEETING.requested_at
    assert event["DTSTART"].dt == MEETING.starts_at == datetime(2026, 6, 24, 9, 0, tzinfo=UTC)
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=60)
    assert event["DESCRIPTION"].startswith(MEETING.agenda)
    assert event["ORGANIZER"] == "mailto:ada-lovelace@people.invalid"
    assert [invited.params["CN"] for invited in event["ATTENDEE"]] == [
        "Ada Lovelace",
        "Katherine Johnson",
        "Grace Hopper",
    ]
    assert {invited.params["RSVP"] for invited in event["ATTENDEE"]} == {"TRUE"}
    assert b"DTSTART:20260624T090000Z" in written
    assert b"VTIMEZONE" not in written


def test_the_same_command_is_the_same_bytes() -> None:
    """Nothing is random, and no clock is read."""
    assert render_meeting(MEETING) == render_meeting(evolve(MEETING))


def test_a_later_invitation_takes_the_place_of_an_earlier_one() -> None:
    """The same UID with a higher SEQUENCE (RFC 5546 §2.1.4)."""
    first, second = event_of(render_meeting(MEETING)), event_of(render_meeting(MEETING, sequence=1))
    assert first["UID"] == second["UID"]
    assert second["SEQUENCE"] == 1


def test_people_keep_their_names_beside_the_addresses_that_are_known() -> None:
    """Who has none has the address that nobody can have."""
    event = event_of(
        render_meeting(MEETING, 0, {"Ada Lovelace": "ada@example.org", "Grace Hopper": "o'hopper@example.org"})
    )
    assert event["ORGANIZER"] == "mailto:ada@example.org"
    assert [(str(one), one.params["CN"]) for one in event["ATTENDEE"]] == [
        ("mailto:ada@example.org", "Ada Lovelace"),
        ("mailto:katherine-johnson@people.invalid", "Katherine Johnson"),
        ("mailto:o'hopper@example.org", "Grace Hopper"),
    ]


def test_an_invitation_of_a_restricted_incident_says_only_its_id() -> None:
    """Subjects are shown on screens and forwarded: neither title nor agenda is in one."""
    secret = evolve(MEETING, audience=Audience.RESTRICTED, title="canary leaked keys", agenda="canary")
    written = render_meeting(secret)
    assert b"canary" not in written
    assert event_of(written)["SUMMARY"] == f"Post-mortem of incident {ID}"
    assert event_of(written)["CLASS"] == "CONFIDENTIAL"


@given(values(ScheduleMeeting))
def test_every_meeting_survives_the_way_into_a_calendar_and_back(meeting: ScheduleMeeting) -> None:
    """Whatever the names and the title hold, it is one event with its attendees, and it ends after it starts."""
    event = event_of(render_meeting(meeting))
    attendees = event.get("ATTENDEE", [])
    assert len(attendees if isinstance(attendees, list) else [attendees]) == len(meeting.attendees)
    assert event["DTSTART"].dt == meeting.starts_at.replace(microsecond=0)
    assert event["DTEND"].dt > event["DTSTART"].dt


@given(st.text(max_size=20), st.text(max_size=300))
def test_no_text_adds_a_line_of_its_own_to_the_calendar(title: str, agenda: str) -> None:
    """A line end in a text is part of that text: it cannot start another property."""
    nasty = f"{title}\r\nATTENDEE:mailto:x@example.org"
    event = event_of(render_meeting(evolve(MEETING, title=nasty, agenda=f"{agenda}\nBEGIN:VALARM", organiser=nasty)))
    assert len(event["ATTENDEE"]) == 3
    assert not event.subcomponents


@pytest.mark.parametrize(
    ("person", "address"),
    [
        ("Ada Lovelace", "ada-lovelace@people.invalid"),
        ("ada@example.org", "ada@example.org"),
        ("ada", "ada@people.invalid"),
    ],
)
def test_a_name_becomes_an_address_that_belongs_to_nobody(person: str, address: str) -> None:
    """A name alone goes to `.invalid` (RFC 2606); an address is used as it is."""
    assert mail_address(person) == address


@pytest.mark.parametrize(
    "pair", [("Zoë", "Zoe"), ("#team", "team"), ("Łukasz", "Ukasz"), ("李", "王"), ("a\nb", "a b")]
)
def test_different_names_have_different_addresses(pair: tuple[str, str]) -> None:
    """A calendar takes people of one address for one person, so what is lost in folding is made up for."""
    first, second = map(mail_address, pair)
    assert first != second
    assert first.isascii()
    assert " " not in first


def test_the_time_stamp_is_that_of_the_command() -> None:
    """Seconds are kept, fractions are not: calendars have none."""
    written = render_meeting(evolve(MEETING, requested_at=at(0).replace(second=7, microsecond=9)))
    assert b"DTSTAMP:20260610T080007Z" in written
