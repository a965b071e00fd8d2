"""Tests of `incident_fsm.documents.agenda`."""

from datetime import timedelta

from attrs import evolve

from incident_fsm import Fix, Kind, Milestones
from incident_fsm import events as e
from incident_fsm._reactions.end import MEETING_MINUTES
from incident_fsm.documents import agenda_data
from incident_fsm.documents.agenda import POINTS
from tests.documents.airflow import ID, Told, airflow, at, beginning, ending, middle, reopening, tell
from tests.documents.papers import agenda, draft


def worth(told: Told) -> list[str]:
    """What the record points to, as plain sentences."""
    data = agenda_data(told.incident, told.policy, told.timeline, at(200))
    return [point["form"].format_map(point["values"]) for point in data["worth"]]


def test_the_points_fill_the_meeting_that_the_process_schedules() -> None:
    """Not a minute more or less."""
    assert sum(minutes for _, minutes in POINTS) == MEETING_MINUTES


def test_an_agenda_holds_what_the_meeting_needs() -> None:
    """When, who, what happened and how long it took, what to talk about, what is owed, and how to record it."""
    for page in agenda(draft()).pages:
        for said in (
            "60 minutes; to be held by", "24 June 2026", "Ada Lovelace, Katherine Johnson, Grace Hopper", "blameless",
            "Airflow tasks stay queued", "Major", "10 June 2026, 08:40 BST", "1 hour 46 minutes",
            "a temporary fix; a permanent one is owed", "Of 2 promised updates, 1 did not come in time",
            "What went well, and what went badly", "Causes", "Actions", "create an incident report",
            f"incident review {ID}", "WHAT; OWNER; 2026-12-31",
        ):  # fmt: skip
            assert said in page, said


def test_the_record_points_to_what_went_wrong_on_the_way() -> None:
    """A missed promise, a chased case, a command that failed, an end that was none: each with what was said."""
    failed = e.CommandFailed(
        id="f1", at=at(14), by="folder", command_id=f"{ID}:3:0", command="PublishStatus", error="403"
    )
    told = tell([*beginning(), failed, *middle(), *reopening()])
    found = worth(told)
    assert found[0] == "Of 3 promised updates, 1 did not come in time"
    assert "PublishStatus failed and waits for a person" in found
    assert "A deadline passed: next update, due 10 June 2026, 10:40 BST" in found
    assert sum("chased support case" in said for said in found) == 2
    assert sum("reopened the incident" in said for said in found) == 1
    assert "Not known: when service was restored" in found
    assert "403" in agenda(told).pages[0]


def test_what_was_written_down_late_is_worth_a_word() -> None:
    """Except where all of it was recorded afterwards, which everybody knows."""
    live, backfilled = tell(beginning()), tell(beginning(kind=Kind.BACKFILLED))
    for told, said in (
        (live, ["Written down more than 15 minutes after it happened: 4 of 4 entries"]),
        (backfilled, []),
    ):
        late = tuple(evolve(entry, recorded_at=entry.event.at + timedelta(hours=1)) for entry in told.timeline)
        assert [one for one in worth(evolve(told, timeline=late)) if one.startswith("Written")] == said


def test_an_order_that_says_something_is_told() -> None:
    """Declared after service was back; and whatever milestone nobody knows."""
    told = draft()
    odd = evolve(told.incident, milestones=Milestones(declared=at(50), repaired=at(40)))
    found = worth(evolve(told, incident=odd))
    assert "It was declared only after service was restored" in found
    assert "Not known: when it broke; when it was first noticed" in found


def test_where_nothing_stands_out_the_agenda_says_so() -> None:
    """An incident without any trouble of its own."""
    repaired = e.ServiceRestored(id="r1", at=at(20), by="Ada Lovelace")
    told = tell([*beginning(), repaired, evolve(ending(Fix.PERMANENT)[0], at=at(30))])
    for page in agenda(told).pages:
        assert "Nothing in particular." in page


def test_a_meeting_that_was_held_has_no_date_any_more() -> None:
    """After the review; and before the end, when nothing is owed yet."""
    for told, said in ((airflow(), "done"), (tell(beginning()), "Nothing is owed yet")):
        for page in agenda(told).pages:
            assert "to be held by" not in page
            assert said in page


def test_programs_are_not_invited() -> None:
    """The clock and the adapters say things in the timeline, and need no chair; whoever spoke up does."""
    note = e.NoteTaken(id="n1", at=at(19), by="Dorothy Vaughan", text="I saw it")
    told = tell([*beginning(), note, *middle()])
    data = agenda_data(told.incident, told.policy, told.timeline, at(200))
    assert data["invited"] == ["Ada Lovelace", "Katherine Johnson", "Grace Hopper", "Dorothy Vaughan"]


def test_an_agenda_can_be_written_of_a_candidate() -> None:
    """Nothing happened yet that could be told; it does not stumble."""
    told = tell([evolve(beginning()[0], summary="", fault_at=None, detected_at=None)])  # type: ignore[call-arg]  # CandidateReported
    page, html = agenda(told, ()).pages
    assert "No length of time is known yet." in page
    assert "<dt>Impact" not in html
