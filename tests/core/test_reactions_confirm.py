"""§1: what reporting, confirming, dismissing and flagging change and ask for."""

from typing import Any

import pytest

from incident_fsm import Assessment, Audience, Kind, Milestones, State
from incident_fsm import events as e
from incident_fsm.commands import RedirectReporter, ReportSecurityBreach
from incident_fsm.testing import Story
from incident_fsm.testing.story import MEETS
from tests.core.stories import DEFAULT, GDS, backfilled, drill, head, minutes


def test_a_report_opens_an_incident_with_what_is_known() -> None:
    """Expect what the event says, the reporter, and the beginning as far as it is known."""
    incident = Story(summary="jobs wait", fault_at=minutes(-9), aware_at=minutes(-3)).incident
    assert (incident.id, incident.title, incident.summary) == ("INC-1", "Airflow Autoscaling Incident", "jobs wait")
    assert (incident.reporter, incident.opened_at, incident.entered_at) == ("ann", minutes(1), minutes(1))
    assert incident.milestones == Milestones(fault=minutes(-9), aware=minutes(-3))
    assert (incident.state, incident.revision, incident.audience) == (State.CANDIDATE, 1, Audience.PUBLIC)
    assert Story().last == ()


@pytest.mark.parametrize(
    ("policy", "audience"), [(DEFAULT, Audience.PUBLIC), (GDS, Audience.RESTRICTED)], ids=["open", "narrow"]
)
@pytest.mark.parametrize("path", ["reported", "confirmed", "flagged"])
def test_a_breach_is_reported_by_the_security_route_whichever_path_flagged_it(
    policy: Any, audience: Audience, path: str
) -> None:
    """Expect one command, for those who may know, and the audience to be narrowed where the policy says so."""
    story = Story(policy, summary="odd log-ins", security_breach=path == "reported")
    if path != "reported":
        assert story.incident.audience is Audience.PUBLIC
    if path == "confirmed":
        story.say(e.CandidateConfirmed, assessment=MEETS, security_breach=True)
    elif path == "flagged":
        story.say(e.SecurityBreachFlagged, details="a stolen key")
    [report] = story.last
    assert isinstance(report, ReportSecurityBreach)
    assert (report.audience, report.reported_by) == (Audience.RESTRICTED, "ann")
    assert report.details == ("a stolen key" if path == "flagged" else "odd log-ins")
    assert (report.route, report.target) == (policy.security.description, policy.security.target)
    assert (story.incident.breach, story.incident.audience) == (True, audience)


def test_a_breach_that_is_flagged_again_on_the_way_is_reported_once() -> None:
    """Expect nothing more when the confirmation flags what the report had flagged."""
    story = Story(security_breach=True)
    assert story.say(e.CandidateConfirmed, assessment=MEETS, security_breach=True).commands == ()


@pytest.mark.parametrize(
    ("said", "breach", "route", "reason"),
    [
        ({"assessment": Assessment()}, False, "support_issue", "this does not constitute an incident"),
        ({"duplicate_of": "INC-2"}, False, "support_issue", "this is part of incident INC-2"),
        ({"override_reason": "not ours", "route": "github_ticket"}, False, "github_ticket", "not ours"),
        ({"override_reason": "not ours"}, True, "security", "not ours"),
    ],
)
def test_the_reporter_is_sent_where_the_matter_belongs(
    said: dict[str, Any],
    breach: bool,  # noqa: FBT001  a table
    route: str,
    reason: str,
) -> None:
    """Expect the route that is named, else the security route for a breach, else the first; and why."""
    story = Story(security_breach=breach)
    story.say(e.CandidateDismissed, **said)
    redirect = story.the(RedirectReporter)
    assert (redirect.route, redirect.reason, redirect.reporter) == (route, reason, "ann")
    chosen = DEFAULT.redirect(route)
    assert chosen is not None
    assert (redirect.description, redirect.target) == (chosen.description, chosen.target)
    assert redirect.duplicate_of == said.get("duplicate_of", "")


def test_a_dismissal_keeps_what_it_was_decided_on() -> None:
    """Expect the new assessment in place of the old one, the duplicate, and the reason."""
    story = Story().until(State.CONFIRMED)
    after = story.say(e.CandidateDismissed, assessment=Assessment(), duplicate_of="INC-2", override_reason="x").after
    assert (after.assessment, after.duplicate_of, after.how) == (Assessment(), "INC-2", "x")
    kept = Story().until(State.CONFIRMED)
    assert kept.say(e.CandidateDismissed, duplicate_of="INC-2").after.assessment == MEETS


def test_what_is_recorded_afterwards_sends_nobody_anywhere() -> None:
    """Expect no command for a backfilled dismissal."""
    assert backfilled().say(e.CandidateDismissed, override_reason="x").commands == ()


def test_a_drill_says_so_to_its_reporter_and_to_security() -> None:
    """Expect DRILL in every text, and nothing in front of details that nobody gave."""
    story = drill()
    story.say(e.SecurityBreachFlagged)
    report = story.the(ReportSecurityBreach)
    assert (report.title, report.details) == ("DRILL: Airflow Autoscaling Incident", "")
    story.say(e.CandidateDismissed, override_reason="over")
    redirect = story.the(RedirectReporter)
    assert (redirect.title, redirect.reason) == ("DRILL: Airflow Autoscaling Incident", "DRILL: over")


# ---- each command in full ----


def test_a_breach_is_reported_in_full() -> None:
    """Expect every field, with the summary as details where the report is all there is."""
    story = Story(DEFAULT, summary="odd log-ins", security_breach=True)
    assert story.last == (
        ReportSecurityBreach(
            **head(story, 0, Audience.RESTRICTED),
            title="Airflow Autoscaling Incident",
            details="odd log-ins",
            reported_by="ann",
            route=DEFAULT.security.description,
            target=DEFAULT.security.target,
        ),
    )


def test_a_reporter_is_redirected_in_full() -> None:
    """Expect every field, and a duplicate to be named."""
    story = Story(by="rob")
    story.say(e.CandidateDismissed, duplicate_of="INC-2")
    first = DEFAULT.redirects[0]
    assert story.last == (
        RedirectReporter(
            **head(story, 0),
            title="Airflow Autoscaling Incident",
            reporter="rob",
            route=first.key,
            description=first.description,
            target=first.target,
            reason="this is part of incident INC-2",
            duplicate_of="INC-2",
        ),
    )


def test_a_report_keeps_when_it_was_noticed_and_what_kind_it_is() -> None:
    """Expect all three moments of the beginning, and the kind."""
    incident = Story(kind=Kind.DRILL, fault_at=minutes(-9), detected_at=minutes(-6), aware_at=minutes(-3)).incident
    assert incident.milestones == Milestones(fault=minutes(-9), detected=minutes(-6), aware=minutes(-3))
    assert incident.kind is Kind.DRILL


def test_an_open_breach_narrows_nothing_and_a_report_without_one_flags_nothing() -> None:
    """Expect neither breach nor audience to change on the way to a confirmed incident."""
    story = Story(GDS).until(State.CONFIRMED)
    assert (story.incident.breach, story.incident.audience) == (False, Audience.PUBLIC)
    assert story.incident.assessment == MEETS
