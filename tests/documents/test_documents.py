"""Tests of `incident_fsm.documents`: the documents as their readers get them."""

import base64
import hashlib
import re
import subprocess
import sys
from copy import deepcopy
from html.parser import HTMLParser
from typing import Any

from attrs import evolve
from hypothesis import given, settings

from incident_fsm import Kind
from incident_fsm.documents import (
    incident_data,
    render_report,
    render_runbook,
    render_timeline,
    report_data,
    runbook_data,
    timeline_data,
)
from incident_fsm.policy_files import load_shipped
from tests.documents.airflow import COMPUTE, ID, TITLE, Told, airflow, at, beginning, ending, middle, tell
from tests.documents.test_markdown import nasty, tokens


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
        "EKS node group does not scale", "a temporary fix; a permanent one is owed", "The runbook for EKS covers it",
        "Nobody watched queue length", "Alert on tasks queued for 5 minutes", "1 July 2026",
        "Communications Lead", "123456789012",
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


def test_a_restricted_incidents_documents_say_so() -> None:
    """Whoever finds one knows that it is not for passing on."""
    policy = load_shipped()
    narrow = evolve(policy, security=evolve(policy.security, narrows_audience=True, channel="sec-only"))
    told = tell(beginning(breach=True), narrow)
    pages = [
        *report_of(told),
        render_runbook(runbook_data(told.incident, narrow, at(0), services=(COMPUTE,), how="x")),
        render_timeline(timeline_of(told)),
        render_timeline(timeline_of(told), "html"),
    ]
    for page in pages:
        assert "Restricted: only for those who handle security breaches." in page
    assert TITLE not in re.findall("<title>(.*)</title>", pages[1])[0]


def timeline_of(told: Told) -> dict[str, object]:
    """The data of a timeline."""
    return incident_data(told.incident, told.policy) | {
        "days": timeline_data(told.timeline, told.incident, told.policy)
    }


def test_a_timeline_stands_on_its_own() -> None:
    """Every entry, by day, in both forms."""
    told = airflow()
    page, html = render_timeline(timeline_of(told)), render_timeline(timeline_of(told), "html")
    assert headings(page)[:2] == [f"# Timeline of incident {ID}: {TITLE}", "### Wednesday 10 June 2026"]
    assert page.count("- **") == len(told.timeline)
    assert html.count("<li>") == len(told.timeline)


def test_a_runbook_has_the_sections_of_the_platforms_guidance_in_their_order() -> None:
    """Last review, description, services, known issue and its resolution, contacts, references."""
    told = airflow()
    page = render_runbook(runbook_data(told.incident, told.policy, at(0), services=(COMPUTE,), how="roll it back"))
    assert headings(page) == [
        f"# Runbook: {TITLE}", "## Description", "## Services", "## Known issue and how it was resolved", "## Contacts",
        "## References",
    ]  # fmt: skip
    assert page.index("Last reviewed: 10 June 2026") < page.index("## Description")
    assert "> roll it back" in page
    assert "AWS: Creating a support case" in page


def test_an_html_report_needs_nothing_from_outside() -> None:
    """Its policy allows one style sheet, by its digest, and nothing else; it is in English and has one main heading."""
    _, page = report_of(airflow())
    (style,) = re.findall("<style>(.*?)</style>", page, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in page
    outline = Outline(page)
    assert not {"script", "img", "link", "iframe", "object", "form"} & {*outline.tags}
    assert ("lang", "en") in outline.attributes
    assert outline.tags.count("h1") == outline.tags.count("main") == 1
    assert not [name for name, _ in outline.attributes if name.startswith("on") or name in {"src", "style"}]
    assert "url(" not in style


_DATA = report_data(airflow().incident, airflow().policy, airflow().timeline, at(0))
_PAGE, _HTML = render_report(_DATA), render_report(_DATA, "html")


def rewritten(line: str, text: str) -> dict[str, Any]:
    """The data of a report in which every text is another: `line` where one line is expected, `text` elsewhere."""
    data = deepcopy(_DATA) | {"title": line, "summary": text, "how": text, "reporter": line, "lessons": [text, text]}
    for entry in (entry for day in data["days"] for entry in day["entries"]):
        entry["text"] = entry["text"] and text
        entry["values"] = {name: said if name == "link" else line for name, said in entry["values"].items()}
    for answer in data["criteria"]:
        answer["evidence"] = answer["evidence"] and text
    for owed in data["follow_ups"]:
        owed |= {"reason": owed["reason"] and text, "description": line}
    for action in data["actions"]:
        action |= {"text": text, "owner": line}
    for case in data["cases"]:
        case |= {"summary": line, "account": line, "reference": line, "link": f"javascript:{line}"}
    for held in data["people"]:
        held |= {"person": line, "name": line}
    return data


@settings(max_examples=40)
@given(nasty.filter(str.strip), nasty.filter(str.strip))
def test_no_text_changes_the_structure_of_a_report(line: str, text: str) -> None:
    """Whatever people wrote, the headings of the Markdown and the elements of the HTML are those of plain texts."""
    data = rewritten(line, text)
    page, html = render_report(data), render_report(data, "html")
    found = tokens(page)
    marks = [token.tag for token in found if token.type == "heading_open"]
    assert marks == [token.tag for token in tokens(_PAGE) if token.type == "heading_open"]
    assert {token.content for token in found if token.type == "html_inline"} <= {"<code>", "</code>"}
    assert not {"html_block", "image", "hr", "fence", "code_block", "table_open"} & {token.type for token in found}
    assert Outline(html).tags == Outline(_HTML).tags
    assert "<script" not in page + html
    assert "<!" not in page + html.removeprefix("<!doctype html>")


def test_who_does_not_write_documents_does_not_pay_for_them() -> None:
    """The library, the dry run and the search for adapters load neither Jinja2 nor icalendar."""
    parts = ("console", "recording", "registry")
    modules = ", ".join(("incident_fsm", *(f"incident_fsm.adapters.{part}" for part in parts)))
    check = f"import sys, {modules}; print(sorted({{'jinja2', 'icalendar', 'markupsafe'}} & {{*sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
