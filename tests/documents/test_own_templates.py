"""docs/templates.md, held against the templates that ship and the data they are given."""

import re
from pathlib import Path

import pytest
from attrs import fields

from incident_fsm import Incident
from incident_fsm.documents import incident_data
from incident_fsm.policy import Policy
from tests.documents.airflow import airflow
from tests.documents.papers import papers

KINDS = ("report", "timeline", "runbook", "agenda", "handover", "digest", "guide")


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    """The page."""
    return (root / "docs" / "templates.md").read_text("utf-8")


def test_the_page_names_every_template_and_no_other(page: str, root: Path) -> None:
    """A template that nobody is told of cannot be replaced."""
    there = {path.name for path in (root / "src" / "incident_fsm" / "documents" / "templates").iterdir()}
    assert set(re.findall(r"`(\w+\.(?:md\.j2|html\.j2|css))`", page)) == there


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_names_everything_that_a_document_is_given(page: str, kind: str) -> None:
    """Beside the fields of the incident, or of the policy; and nothing that it is not given."""
    (row,) = [line for line in page.splitlines() if f"`{kind}.md.j2`" in line and line.startswith("|")]
    named = set(re.findall(r"`(\w+)`", row.split("|")[4]))
    told = airflow()
    common = {field.name for field in fields(Policy)} if kind == "guide" else set()
    if kind not in {"digest", "guide"}:
        common = {*incident_data(told.incident, told.policy), *(field.name for field in fields(Incident))}
    given = set(papers()[kind].data)
    assert named <= given
    assert given <= named | common


@pytest.mark.parametrize("kind", KINDS)
def test_both_forms_of_a_document_have_the_same_parts_to_replace(root: Path, kind: str) -> None:
    """What can be replaced in Markdown can be in HTML, where the page has a title and a body besides."""
    folder = root / "src" / "incident_fsm" / "documents" / "templates"
    markdown, html = (
        re.findall(r"{% block (\w+) %}", (folder / f"{kind}.{form}.j2").read_text("utf-8")) for form in ("md", "html")
    )
    assert [name for name in html if name not in {"title", "body"}] == markdown
