"""Tests of `incident_fsm.documents.sentences`."""

from string import Formatter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_fsm import Action, AfterFailure, Answer, Assessment, ChaseVia, Fix, Kind, RoleHolder
from incident_fsm import events as e
from incident_fsm.documents.sentences import SENTENCES, sentence
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import events_of, shipped_policies
from tests.documents.airflow import COMPUTE, ID, at

POLICY = load_shipped()
HEAD: dict[str, Any] = {"id": "e1", "at": at(0), "by": "Ada"}
YES, NO = Answer(met=True, evidence="seen"), Answer(met=False)


def test_every_event_of_the_process_has_its_sentence() -> None:
    """No event is left out of the timeline, and nothing else is in the mapping."""
    assert set(SENTENCES) == set(e.EVENTS)


@pytest.mark.parametrize("kind", e.EVENTS, ids=lambda kind: kind.__name__)
@given(st.data())
def test_every_event_whatever_it_holds_can_be_told(kind: type[e.Event], data: st.DataObject) -> None:
    """A sentence has a value for each slot, and its own words hold nothing that somebody else wrote."""
    event, policy = data.draw(events_of(kind)), data.draw(shipped_policies())
    said = sentence(event, policy)
    slots = {name for _, name, _, _ in Formatter().parse(said.form) if name is not None}
    assert slots <= set(said.values)
    assert str(said).strip()
    assert "<" not in said.form


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (
            e.CandidateReported(**HEAD, incident_id=ID, title="It is slow", summary="All of it", security_breach=True),
            "Ada reported an event that may be an incident: It is slow, and flagged a security breach: All of it",
        ),
        (
            e.CandidateReported(**HEAD, incident_id=ID, title="It is slow", kind=Kind.DRILL),
            "Ada reported an event for a drill: It is slow",
        ),
        (
            e.CandidateConfirmed(
                **HEAD, assessment=Assessment(unplanned=YES, increases_risk=YES), security_breach=True
            ),
            (
                "Ada confirmed that it is an incident: it is unplanned, and increases risk to production services; "
                "it was flagged as a security breach: seen"
            ),
        ),
        (e.CandidateDismissed(**HEAD, duplicate_of="INC-1"), "Ada dismissed it: it is part of incident INC-1"),
        (e.CandidateDismissed(**HEAD, override_reason="a test"), "Ada dismissed it: it is not an incident: a test"),
        (
            e.CandidateDismissed(
                **HEAD, assessment=Assessment(impacts_users=YES, degrades_services=YES, increases_risk=YES)
            ),
            "Ada dismissed it: it does not meet the criteria (not met: is unplanned)",
        ),
        (
            e.IncidentDeclared(**HEAD, services=(COMPUTE,), impact="Major", message="down", undated="nobody said when"),
            f"Ada declared the incident: impact Major on {COMPUTE}; when is not known: nobody said when: down",
        ),
        (e.ManagementStarted(**HEAD, lead="Ada"), "Ada took the lead"),
        (
            e.ManagementStarted(**HEAD, lead="Bob", roles=(RoleHolder(role="communications", person="Cleo"),)),
            "Ada opened the thread, and Bob took the lead, with Cleo (Communications Lead)",
        ),
        (e.NoteTaken(**HEAD, text="odd"), "Ada noted: odd"),
        (e.NoteTaken(**HEAD, text="odd", from_thread=True), "Ada wrote in the thread: odd"),
        (e.RoleAssigned(**HEAD, role="lead", person="Bob"), "Bob became Incident Lead (said Ada)"),
        (e.RoleAssigned(**HEAD, role="scribe", person="Ada"), "Ada became scribe"),
        (
            e.StatusUpdated(**HEAD, message="better", impact="Minor", services=(COMPUTE,), next_update_at=at(30)),
            (
                f"Ada told the public, now impact Minor on {COMPUTE} (investigating); "
                "next update by 10 June 2026, 09:30 BST: better"
            ),
        ),
        (e.StatusUpdated(**HEAD, message="still"), "Ada told the public (investigating): still"),
        (e.ServiceRestored(**HEAD), "Ada said that service is restored"),
        (
            e.SupportRequested(**HEAD, third_party="aws", account="1234", summary="no nodes"),
            "Ada asked AWS for support in account 1234: no nodes",
        ),
        (e.SupportRequested(**HEAD, third_party="acme", summary="help"), "Ada asked acme for support: help"),
        (
            e.SupportChased(**HEAD, case="case_1", message="news?", via=ChaseVia.CHANNEL),
            "Ada chased support case case_1 in the channel: news?",
        ),
        (
            e.DetailsAmended(
                **HEAD, title="New", services=(COMPUTE,), fault_at=at(-9), forget=("aware",), reason="logs"
            ),
            (
                f"Ada corrected the record: title: New; services: {COMPUTE}; fault: 10 June 2026, 08:51 BST; "
                "aware: not known after all: logs"
            ),
        ),
        (
            e.IncidentResolved(**HEAD, users_unaffected=True, fix=Fix.DUPLICATE, how="same", duplicate_of="INC-1"),
            "Ada resolved the incident (duplicate, part of incident INC-1): same",
        ),
        (
            e.IncidentReopened(**HEAD, reason="again", impact="Minor", message="it is back"),
            "Ada reopened the incident, with impact Minor: again\n\nThe public was told: it is back",
        ),
        (
            e.FollowUpDone(**HEAD, follow_up="runbook", link="https://example.org/1"),
            "Ada finished: publish a runbook for how to fix this issue (https://example.org/1)",
        ),
        (e.FollowUpWaived(**HEAD, follow_up="else_what", reason="no"), "Ada waived: else what: no"),
        (
            e.IncidentReviewed(**HEAD, lessons=("one",), actions=(Action(text="a"), Action(text="b"))),
            "Ada closed the review, with 1 lesson and 2 actions",
        ),
        (
            e.DeadlinePassed(**HEAD, deadline="follow_up:report", due_at=at(0)),
            "A deadline passed: follow up: report, due 10 June 2026, 09:00 BST",
        ),
        (
            e.CommandDone(
                **HEAD, command_id="INC-1:1:0", command="OpenThread", adapter="folder", reference="thread.md"
            ),
            "OpenThread was carried out by folder (thread.md)",
        ),
        (
            e.CommandDone(**HEAD, command_id="INC-1:1:0", command="OpenThread", by_hand=True),
            "OpenThread was carried out by hand",
        ),
        (
            e.CommandFailed(
                **HEAD, command_id="INC-1:1:0", command="OpenThread", error="full", then=AfterFailure.RETRY
            ),
            "OpenThread is tried again, ordered by Ada: full",
        ),
    ],
)
def test_a_sentence_reads_as_a_person_would_say_it(event: e.Event, said: str) -> None:
    """Names are those of the policy, times those of its zone, and what is not known is not mentioned."""
    assert str(sentence(event, POLICY)) == said


def test_the_details_of_a_breach_are_not_in_the_timeline() -> None:
    """§1: they go by the security route; a timeline may be read by others."""
    said = sentence(e.SecurityBreachFlagged(**HEAD, details="the key was AKIA123"), POLICY)
    assert str(said) == "Ada flagged a security breach; the details went by the security route"
    assert "AKIA123" not in repr(said)
