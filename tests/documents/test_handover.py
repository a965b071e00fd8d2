"""Tests of `incident_fsm.documents.handover`."""

import pytest
from attrs import evolve

from incident_fsm import Kind, RoleHolder
from incident_fsm.documents import handover_data
from incident_fsm.engine import CommandStatus
from tests.documents.airflow import ID, Told, airflow, at, beginning, ending, middle, tell
from tests.documents.papers import draft, handover, restricted, stuck, underway


def test_a_new_lead_reads_how_it_stands_and_what_was_promised() -> None:
    """State and since when, impact and services, the last public word, and the promise that is overdue."""
    for page in handover(underway()).pages:
        for said in (
            "Managing", "for 1 hour 37 minutes, as of ", "10 June 2026, 10:50 BST", "somebody leads, in one thread",
            "Minor", "Analytical Platform Compute", "We know the cause and have added capacity by hand",
            "The next update is overdue: it was promised for ", "10 June 2026, 10:40 BST", "10 minutes ago",
            "It is not known to be on the page yet", "Talked about in", "analytical-platform",
        ):  # fmt: skip
            assert said in page, said


def test_a_promise_that_still_stands_is_no_alarm() -> None:
    """Before it is due, and where none was made."""
    for page in handover(underway(), 50).pages:
        assert "The next update is promised for" in page
        assert "overdue:" not in page
    for page in handover(draft(), 130).pages:
        assert "No further update is promised." in page
    for page in handover(tell(beginning()[:2])).pages:
        assert "Nothing yet." in page


def test_a_post_that_is_on_the_page_needs_no_word() -> None:
    """Its receipt came back."""
    told = underway()
    published = evolve(told, incident=evolve(told.incident, status_published=True))
    for page in handover(published).pages:
        assert "not known to be on the page" not in page


def test_it_says_who_does_what_and_who_is_missing() -> None:
    """Every role of the policy, and one of an older policy."""
    declared = tell(beginning()[:3])
    incident = evolve(declared.incident, roles=(RoleHolder(role="cook", person="Sam"),))
    data = handover_data(incident, declared.policy, declared.timeline, at(20))
    assert data["roles"] == [
        {"name": "Incident Lead", "required": True, "person": ""},
        {"name": "Communications Lead", "required": False, "person": ""},
        {"name": "cook", "required": False, "person": "Sam"},
    ]
    for page in handover(declared).pages:
        assert "nobody, and somebody must" in page


def test_it_says_what_is_stuck_and_what_a_person_can_decide() -> None:
    """What waits for a person, with why; what is on its way; and nothing of what is done."""
    outbox = (stuck(7, CommandStatus.FAILED, "the page answered 403"), stuck(8, CommandStatus.PENDING),
              stuck(9, CommandStatus.DONE), stuck(10, CommandStatus.SKIPPED))  # fmt: skip
    for page in handover(underway(), 110, *outbox).pages:
        for said in ("Waits for a person:", "the page answered 403", f"incident retry {ID}:7:0", f"{ID}:8:0",
                     "On its way (pending)", "after 3 attempts"):  # fmt: skip
            assert said in page, said
        assert f"{ID}:9:0" not in page
        assert f"{ID}:10:0" not in page
    for page in handover(underway()).pages:
        assert "everything that was asked for was carried out" in page


def test_it_says_what_is_due_and_what_can_be_done_next() -> None:
    """What leads on comes first; what is blocked comes last, with every reason, and is not offered to be typed."""
    told = draft()
    data = handover_data(told.incident, told.policy, told.timeline, at(200), usage=lambda event: event.__name__)
    assert data["options"][0]["target"] == "managing"
    assert data["options"][-1]["doing"] == "Close the review"
    assert any("permanent_fix" in reason for reason in data["options"][-1]["blocked_by"])
    for page in handover(told).pages:
        for said in (
            "still owed: create an issue",
            "17 June 2026, 11:00 BST",
            "not yet: ",
            "create an incident report",
        ):
            assert said in page, said
        assert "incidentreviewed" not in page
        assert "incident notetaken" in page


def test_it_tells_the_last_notes_and_where_the_others_are() -> None:
    """Receipts and reminders are left out: they are told elsewhere."""
    told = tell([*beginning(), *middle(), *ending()[:1]])
    data = handover_data(told.incident, told.policy, told.timeline, at(200))
    types = [entry["type"] for day in data["last"] for entry in day["entries"]]
    assert len(types) == 10
    assert types[-1] == "IncidentResolved"
    assert "DeadlinePassed" not in types
    assert data["left_out"] == 1
    for page in handover(told).pages:
        assert "1 earlier entry is in the timeline" in page
        assert f"incident timeline {ID}" in page


def test_the_support_cases_say_when_they_were_chased() -> None:
    """With the account, and the party's own reference where it is known."""
    told = underway()
    case = evolve(told.incident.cases[0], reference="case-9", link="https://example.org/9", chased_at=None)
    for page in handover(told).pages:
        assert "AWS, account 123456789012" in page
        assert "last chased" in page
    for page in handover(evolve(told, incident=evolve(told.incident, cases=(case,)))).pages:
        assert "reference case-9" in page
        assert "not chased yet" in page
    for page in handover(tell(beginning())).pages:
        assert "None." in page


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (airflow(), "Nothing: it is over."),
        (tell(beginning(kind=Kind.DRILL)), "It is a drill: nothing in it happened for real."),
        (tell(beginning(kind=Kind.BACKFILLED)), "It was recorded afterwards."),
        (restricted(), "sec-only"),
        (restricted(), "it was flagged, and goes by the security route"),
    ],
)
def test_a_note_can_be_written_at_any_time_and_of_any_kind(told: Told, said: str) -> None:
    """Of what is over, of an exercise, of what was recorded afterwards, of a breach."""
    for page in handover(told, 20_000).pages:
        assert said in page


def test_an_incident_from_a_clock_that_is_ahead_is_no_negative_length() -> None:
    """Two machines rarely agree on the time."""
    data = handover_data(underway().incident, underway().policy, (), at(0))
    assert data["in_state"].total_seconds() == 0
