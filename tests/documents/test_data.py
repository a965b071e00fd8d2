"""Tests of `incident_fsm.documents.data`."""

from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve, has

from incident_fsm import Action, Fix, Kind, Milestones, RoleHolder
from incident_fsm import events as e
from incident_fsm._results import TimelineEntry
from incident_fsm._values import FollowUpState, Reference
from incident_fsm.commands import PublishReport
from incident_fsm.documents.data import cases, fix, follow_ups, incident_data, plain, timeline_data
from incident_fsm.documents.report import report_data
from incident_fsm.documents.runbook import runbook_data
from incident_fsm.policy_files import load_shipped
from tests.documents.airflow import COMPUTE, ID, TITLE, airflow, at, beginning, ending, middle, tell

LONDON = ZoneInfo("Europe/London")


def parts(data: Any) -> list[object]:
    """Everything that plain data is made of, however deep."""
    if isinstance(data, dict):
        return [part for value in data.values() for part in parts(value)]
    if isinstance(data, list):
        return [part for value in data for part in parts(value)]
    return [data]


def test_plain_data_holds_nothing_of_ours() -> None:
    """Templates are given texts, numbers, times and what is made of them: no class of ours, no enum, no tuple."""
    told = airflow()
    for data in (
        report_data(told.incident, told.policy, told.timeline, at(0)),
        runbook_data(told.incident, told.policy, at(0), services=(COMPUTE,), how="by hand"),
    ):
        for part in parts(data):
            assert not has(type(part))
            assert not isinstance(part, Enum | tuple)


def test_times_are_given_in_the_policys_zone() -> None:
    """Ten past eight in UTC is ten past nine for readers in London in June."""
    assert plain(Milestones(fault=at(10)), LONDON)["fault"] == datetime(2026, 6, 10, 9, 10, tzinfo=LONDON)
    assert plain(RoleHolder(role="lead", person="Ada"), LONDON) == {"role": "lead", "person": "Ada"}


def test_a_report_computes_its_durations_and_key_events() -> None:
    """Milestones in the order in which they happened, and durations from them: nothing is typed by hand."""
    told = airflow()
    data = report_data(told.incident, told.policy, told.timeline, at(0))
    assert [event["name"] for event in data["key_events"]] == [
        "Fault occurred", "First detected", "Incident declared", "Service restored", "Resolved",
    ]  # fmt: skip
    assert {row["name"]: row["wall"] for row in data["lengths"]} == {
        "Time to detect": timedelta(minutes=22),
        "Time to declare": timedelta(minutes=10),
        "Time to respond": timedelta(minutes=11),
        "Time to repair": timedelta(minutes=106),
        "Time to resolve": timedelta(minutes=140),
        "Time to review": timedelta(days=4, hours=23),
    }
    assert data["lengths"][-1]["support"] == timedelta(days=2, hours=23), "a weekend lies between"
    assert data["promises"] == {"kept": 1, "missed": 1}


def test_two_milestones_of_the_same_minute_do_not_confuse_their_order() -> None:
    """What happened at once stands in the order of the process."""
    told = tell([*beginning(), *ending(Fix.PERMANENT)[:1]])
    same = evolve(told.incident, milestones=Milestones(fault=at(0), detected=at(0), declared=at(0)))
    data = report_data(same, told.policy, told.timeline, at(0))
    assert [event["name"] for event in data["key_events"]] == ["Fault occurred", "First detected", "Incident declared"]


def test_a_report_says_how_bad_it_was_and_when_that_changed() -> None:
    """The snapshot remembers only the last impact; the report tells each, with the policy's description."""
    told = airflow()
    impacts = report_data(told.incident, told.policy, told.timeline, at(0))["impacts"]
    assert [impact["name"] for impact in impacts] == ["Major", "Minor", "All Good"]
    assert impacts[0]["description"].startswith("The whole platform is down")


def test_an_impact_that_is_said_again_is_not_a_change() -> None:
    """An update that names the same impact adds no line to the report."""
    same = e.StatusUpdated(id="u1", at=at(30), by="Ada", message="still", impact="Major", next_update_at=at(60))
    told = tell([*beginning(), same])
    impacts = report_data(told.incident, told.policy, told.timeline, at(30))["impacts"]
    assert [(impact["name"], impact["at"]) for impact in impacts] == [("Major", at(12))]


def test_a_reopened_incident_is_bad_again_in_its_report() -> None:
    """After the all-clear comes the impact that the reopening names."""
    again = e.IncidentReopened(
        id="r1", at=at(130), by="Ada", reason="back", impact="Minor", message="it is back", next_update_at=at(160)
    )
    told = tell([*beginning(), *ending(Fix.PERMANENT)[:1], again])
    impacts = report_data(told.incident, told.policy, told.timeline, at(130))["impacts"]
    assert [impact["name"] for impact in impacts] == ["Major", "All Good", "Minor"]


def test_a_draft_becomes_final_with_the_review() -> None:
    """The command brings lessons and actions; an incident that is reviewed has them itself."""
    draft = tell([*beginning(), *middle(), *ending()[:1]])
    review = evolve(
        next(command for command in airflow().commands if isinstance(command, PublishReport)),
        lessons=("look twice",),
        actions=(Action(text="look", owner="Ada", due=date(2026, 7, 1)),),
    )
    assert not report_data(draft.incident, draft.policy, draft.timeline, at(0))["final"]
    final = report_data(draft.incident, draft.policy, draft.timeline, at(0), review=review)
    assert (final["final"], final["lessons"]) == (True, ["look twice"])
    assert final["actions"] == [{"text": "look", "owner": "Ada", "due": date(2026, 7, 1), "link": ""}]
    reviewed = airflow()
    assert report_data(reviewed.incident, reviewed.policy, reviewed.timeline, at(0))["final"]


def test_a_drills_report_says_so_in_its_title() -> None:
    """Every text of a drill says DRILL."""
    told = tell(beginning(kind=Kind.DRILL))
    assert report_data(told.incident, told.policy, told.timeline, at(0))["title"] == f"DRILL: {TITLE}"


def test_the_timeline_is_in_the_order_in_which_things_happened() -> None:
    """A note that was added later for an earlier time stands at that time, and says when it was recorded."""
    told = tell(beginning())
    note = e.NoteTaken(id="n1", at=at(-10), by="Bob", text="I saw this")
    late = TimelineEntry(revision=9, recorded_at=at(60), event=note)
    days = timeline_data([*told.timeline, late], told.incident, told.policy)
    entries = [entry for day in days for entry in day["entries"]]
    assert (entries[0]["type"], entries[0]["late"]) == ("NoteTaken", at(60))
    assert [entry["late"] for entry in entries[1:]] == [None] * 4
    assert [day["name"] for day in days] == ["Wednesday 10 June 2026"]


def test_what_is_backfilled_is_not_called_late() -> None:
    """All of it was recorded afterwards; to say so at each line would tell nobody anything."""
    told = tell(beginning(kind=Kind.BACKFILLED))
    entries = [evolve(entry, recorded_at=entry.event.at + timedelta(days=3)) for entry in told.timeline]
    days = timeline_data(entries, told.incident, told.policy)
    assert {entry["late"] for day in days for entry in day["entries"]} == {None}


def test_days_begin_at_the_readers_midnight() -> None:
    """23:30 UTC on Wednesday is half past midnight on Thursday in London."""
    told = tell(beginning())
    note = TimelineEntry(
        revision=9, recorded_at=at(930), event=e.NoteTaken(id="n1", at=at(930), by="Bob", text="still here")
    )
    days = timeline_data([note], told.incident, told.policy)
    assert days[0]["name"] == "Thursday 11 June 2026"


def test_receipts_are_in_the_timeline_but_not_in_the_report() -> None:
    """A report is for readers; who delivered which command is for those who look after the machine."""
    told = tell(beginning())
    done = e.CommandDone(
        id="d1", at=at(14), by="folder", command_id=f"{ID}:4:0", command="OpenThread", adapter="folder"
    )
    timeline = [*told.timeline, TimelineEntry(revision=9, recorded_at=at(14), event=done)]
    everything = timeline_data(timeline, told.incident, told.policy)
    report = report_data(told.incident, told.policy, timeline, at(20))["days"]
    assert [entry["type"] for entry in everything[0]["entries"]][-1] == "CommandDone"
    assert "CommandDone" not in [entry["type"] for entry in report[0]["entries"]]


def test_keys_that_the_policy_no_longer_knows_are_shown_as_they_are() -> None:
    """Policies change: a role, a third party or a follow-up of an older one has no name any more."""
    told = airflow()
    other = load_shipped("cloud_platform")
    policy = evolve(other, third_parties=(), roles=other.roles[:1], follow_ups=other.follow_ups[:1])
    data = report_data(told.incident, policy, told.timeline, at(0))
    assert data["cases"][0]["party"] == "aws"
    assert "communications" in [held["name"] for held in data["people"]]
    assert "post mortem" in [owed["description"] for owed in data["follow_ups"]]


def test_an_unassessed_candidate_has_no_criteria_and_no_end() -> None:
    """A report can be written at any time; what is not known is empty."""
    told = tell(beginning()[:1])
    data = report_data(told.incident, told.policy, told.timeline, at(0))
    assert (data["criteria"], data["fix"], data["impacts"]) == ([], "", [])


def test_a_runbook_names_symptoms_contacts_and_its_last_review() -> None:
    """That it was unplanned is no symptom; whom to ask comes from the policy."""
    told = airflow()
    data = runbook_data(told.incident, told.policy, at(0), services=(COMPUTE,), how="roll back")
    assert data["reviewed"] == date(2026, 6, 10)
    assert [symptom["question"] for symptom in data["symptoms"]] == [told.policy.criteria.impacts_users]
    assert (data["owner"], data["channel"]) == ("#analytical-platform", "analytical-platform")
    assert [party["name"] for party in data["parties"]] == ["AWS"]


def test_a_restricted_incidents_runbook_names_the_narrow_channel() -> None:
    """Nobody is sent to the team's channel with it."""
    policy = load_shipped()
    narrow = evolve(policy, security=evolve(policy.security, narrows_audience=True, channel="sec-only"))
    told = tell(beginning(breach=True), narrow)
    data = runbook_data(told.incident, narrow, at(0), services=(COMPUTE,), how="roll back")
    assert (data["restricted"], data["channel"]) == (True, "sec-only")


FILE = "file:///srv/incidents/INC-2026-07/thread.md"


def test_a_document_names_no_file_of_the_machine_it_was_made_on() -> None:
    """It is sent on: what the folder adapter did is told by its reference; what others can follow stays a link."""
    told = airflow()
    one = evolve(
        told.incident,
        references=evolve(
            told.incident.references,
            thread=Reference(reference="thread.md", link=FILE),
            report=Reference(reference="r", link="https://example.org/r"),
        ),
        cases=tuple(evolve(case, reference="case.md", link=FILE.upper()) for case in told.incident.cases),
        follow_ups=tuple(evolve(owed, link=FILE) for owed in told.incident.follow_ups),
    )
    links = {place["name"]: (place["reference"], place["link"]) for place in incident_data(one, told.policy)["links"]}
    assert links["thread"] == ("thread.md", "")
    assert links["report"] == ("r", "https://example.org/r")
    assert [(case["reference"], case["link"]) for case in cases(one, told.policy)] == [("case.md", "")]
    assert {owed["link"] for owed in follow_ups(one, told.policy)} == {""}


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (FollowUpState.OPEN, "a temporary fix; a permanent one is owed"),
        (FollowUpState.DONE, "a temporary fix; a permanent one has its issue"),
        (FollowUpState.WAIVED, "a temporary fix"),
    ],
)
def test_a_temporary_fix_says_what_became_of_the_permanent_one(state: FollowUpState, said: str) -> None:
    """Nothing is called owed that has been seen to."""
    told = tell([*beginning(), *ending(Fix.TEMPORARY)[:1]])
    owed = tuple(evolve(each, state=state) for each in told.incident.follow_ups)
    assert fix(evolve(told.incident, follow_ups=owed)) == said


def test_any_other_end_is_told_as_it_is_and_none_before_the_end() -> None:
    """Only a temporary fix leaves something behind."""
    assert fix(tell([*beginning(), *ending(Fix.PERMANENT)[:1]]).incident) == "a permanent fix"
    assert fix(tell(beginning()).incident) == ""
