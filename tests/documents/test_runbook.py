"""Tests of `incident_fsm.documents.runbook`."""

from attrs import evolve

from incident_fsm.documents import render_runbook, runbook_data
from tests.documents.airflow import COMPUTE, TITLE, at, beginning, tell
from tests.documents.papers import Paper, draft, runbook
from tests.documents.test_documents import headings


def test_a_runbook_has_the_sections_of_the_platforms_guidance_in_their_order() -> None:
    """The seven mandatory ones first, then the optional ones that this incident can say something about."""
    page, _ = runbook(draft()).pages
    assert headings(page) == [
        f"# Runbook: {TITLE}", "## Last review date", "## Description", "## Service URLs", "## Incident response hours",
        "## Incident contact details", "## Service team contact", "## Hosting environment", "## Other URLs",
        "## Automatic alerts", "## Impact of an outage", "## How to resolve this issue",
    ]  # fmt: skip


def test_a_runbook_says_what_is_known_and_asks_for_the_rest() -> None:
    """No contact is a single person, as the guidance asks; what nobody recorded is to be filled in."""
    for page in runbook(draft()).pages:
        for said in (
            "10 June 2026", f"{COMPUTE}: ", "Monday to Friday, at any hour (Europe/London)", "analytical-platform",
            "AWS: Creating a support case", "escalate in ext-aws", "312 tasks queued", "Rolled back the organisation",
            "a temporary fix; a permanent one is owed", "AWS support case",
        ):  # fmt: skip
            assert said in page, said
        assert page.count("o be filled in") == 5
        for person in ("Ada Lovelace", "Grace Hopper", "Katherine Johnson"):
            assert person not in page


def test_a_runbook_can_be_begun_before_anything_is_known() -> None:
    """Of a candidate there are neither services nor symptoms nor a fix, and nobody outside may be asked."""
    told = tell(beginning()[:1])
    policy = evolve(told.policy, third_parties=())
    data = runbook_data(evolve(told.incident, summary=""), policy, at(0), services=(), how="")
    for page in Paper(render_runbook, data).pages:
        assert "No service was named. To be filled in." in page
        assert "Symptoms" not in page or "<h3>" in page
        assert "It was ended by" not in page
        assert "raised with them" not in page


def test_a_runbook_links_to_where_things_are() -> None:
    """The references of the incident, and the support case's own."""
    told = draft()
    case = evolve(told.incident.cases[0], reference="case-9", link="https://example.org/case-9")
    data = runbook_data(evolve(told.incident, cases=(case,)), told.policy, at(0), services=(), how="x")
    data["links"] = [{"name": "report", "link": "https://example.org/r"}, {"name": "thread", "link": ""}]
    markdown, page = Paper(render_runbook, data).pages
    assert "AWS support case case-9" in markdown
    assert "- Report: <https://example.org/r>" in markdown
    assert 'href="https://example.org/case-9"' in page
    assert "Thread" not in markdown + page
