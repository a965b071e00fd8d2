"""Tests of `incident_fsm.documents`: the documents as their readers get them."""

import subprocess
import sys
from html.parser import HTMLParser

from incident_fsm import Kind
from incident_fsm.documents import (
    incident_data,
    render_report,
    render_timeline,
    report_data,
    timeline_data,
)
from tests.documents.airflow import COMPUTE, ID, TITLE, Told, airflow, at, beginning, ending, middle, tell


class Outline(HTMLParser):
    """The elements of a page, in order, and what stands in each attribute."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.append(tag)
        self.attributes += attrs


def report_of(told: Told) -> tuple[str, str]:
    """A story's report, as Markdown and as HTML."""
    data = report_data(told.incident, told.policy, told.timeline, at(0))
    return render_report(data), render_report(data, "html")


def headings(page: str) -> list[str]:
    """The headings of a Markdown page."""
    return [line for line in page.splitlines() if line.startswith("#")]


def test_the_report_says_all_that_a_report_should() -> None:
    """Summary, impact, services, times, durations, timeline, resolution, cases, follow-ups, lessons and actions."""
    page, html = report_of(airflow())
    for said in (
        "Summary", "Airflow tasks stay queued", "Major", "The whole platform is down", COMPUTE,
        "10 June 2026, 08:40 BST", "1 hour 46 minutes", "2 hours 20 minutes", "Grace Hopper declared the incident",
        "EKS node group does not scale", "a temporary fix; a permanent one has its issue",
        "The runbook for EKS covers it", "Nobody watched queue length", "Alert on tasks queued for 5 minutes",
        "1 July 2026", "Communications Lead", "123456789012",
    ):  # fmt: skip
        assert said in page
        assert said in html


def test_a_draft_says_that_it_is_one_and_the_final_report_does_not() -> None:
    """Until the review, lessons and actions are to be filled in."""
    draft, draft_html = report_of(tell([*beginning(), *middle(), *ending()[:1]]))
    final, final_html = report_of(airflow())
    for page in (draft, draft_html):
        assert "Draft" in page
        assert "To be filled in" in page
    for page in (final, final_html):
        assert "Draft" not in page
        assert "To be filled in" not in page


def test_a_report_can_be_written_at_any_time_and_of_any_kind() -> None:
    """A candidate has no end, a drill says so, and what is backfilled was recorded afterwards."""
    candidate, _ = report_of(tell(beginning()[:1]))
    assert "It is not resolved." in candidate
    assert "It was not assessed." in candidate
    drill, drill_html = report_of(tell(beginning(kind=Kind.DRILL)))
    assert f"# Incident report: DRILL: {TITLE}" in drill
    assert "a drill: nothing in it happened for real" in drill_html
    backfilled, _ = report_of(tell(beginning(kind=Kind.BACKFILLED)))
    assert "Recorded afterwards" in backfilled


def timeline_of(told: Told) -> dict[str, object]:
    """The data of a timeline."""
    return incident_data(told.incident, told.policy) | {
        "days": timeline_data(told.timeline, told.incident, told.policy)
    }


def test_a_timeline_stands_on_its_own() -> None:
    """Every entry, by day, in both forms."""
    told = airflow()
    page, html = render_timeline(timeline_of(told)), render_timeline(timeline_of(told), "html")
    assert headings(page)[:2] == [f"# Timeline of incident {ID}: {TITLE}", "## What happened"]
    assert page.count("- **") == len(told.timeline)
    assert html.count("<li>") == len(told.timeline)


def test_who_does_not_write_documents_does_not_pay_for_them() -> None:
    """The library, the dry run and the search for adapters load neither Jinja2 nor icalendar."""
    parts = ("console", "recording", "registry")
    modules = ", ".join(("incident_fsm", *(f"incident_fsm.adapters.{part}" for part in parts)))
    check = f"import sys, {modules}; print(sorted({{'jinja2', 'icalendar', 'markupsafe'}} & {{*sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
