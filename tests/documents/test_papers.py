"""What must be true of every document, whatever it is about."""

import base64
import hashlib
import re
from collections import Counter
from copy import deepcopy
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings

from tests.documents.papers import Paper, handover, papers, report, restricted, runbook, timeline
from tests.documents.papers import agenda as agenda_of
from tests.documents.test_documents import Outline
from tests.documents.test_markdown import nasty, tokens

ALL = sorted(papers())


def content(page: str) -> str:
    """An HTML page without its style sheet."""
    return re.sub("<style>.*?</style>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize("name", ALL)
def test_an_html_document_needs_nothing_from_outside(name: str) -> None:
    """Its policy allows one style sheet, by its digest; it is in English, with one main part and one main heading."""
    _, page = papers()[name].pages
    (style,) = re.findall("<style>(.*?)</style>", page, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in page
    outline = Outline(page)
    assert not {"script", "img", "link", "iframe", "object", "form"} & {*outline.tags}
    assert outline.tags.count("h1") == outline.tags.count("main") == 1
    assert not [name for name, _ in outline.attributes if name.startswith("on") or name in {"src", "style"}]
    assert "url(" not in style


@pytest.mark.parametrize("name", ALL)
def test_headings_go_down_one_step_at_a_time(name: str) -> None:
    """So that somebody who only hears the page finds the way; in both forms."""
    markdown, page = papers()[name].pages
    for levels in (
        [int(tag[1]) for tag in Outline(page).tags if re.fullmatch("h[1-6]", tag)],
        [int(token.tag[1]) for token in tokens(markdown) if token.type == "heading_open"],
    ):
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", ALL)
def test_no_document_shows_how_it_was_made(name: str) -> None:
    """No brace of a template, no value of the program, no gap of three empty lines."""
    for page in papers()[name].pages:
        said = content(page)
        for never in ("{{", "{%", "datetime.", "Undefined", "None ", "None<", "FollowUp", "timedelta", "\n\n\n"):
            assert never not in said.replace("None.", ""), never


@pytest.mark.parametrize("name", ALL)
def test_both_forms_have_the_same_sections(name: str) -> None:
    """A reader of one misses nothing that the other has."""
    markdown, page = papers()[name].pages
    headings = [re.sub("<[^>]+>|`", "", found) for found in re.findall("<h2[^>]*>(.*?)</h2>", page)]
    assert headings == [re.sub("`", "", line[3:]) for line in markdown.splitlines() if line.startswith("## ")] or (
        name == "runbook" and len(headings) == markdown.count("\n## ")
    )


def test_documents_about_a_restricted_incident_say_so() -> None:
    """Whoever finds one knows that it is not for passing on; and its title is not in the title of the window."""
    for paper in (report(restricted()), runbook(restricted()), timeline(restricted()), agenda_of(restricted()),
                  handover(restricted())):  # fmt: skip
        for page in paper.pages:
            assert "Restricted: only for those who handle security breaches." in page
        assert "Keys leaked" not in re.findall("<title>(.*)</title>", paper.pages[1])[0]


_LINES = {
    "title", "reporter", "person", "owner", "who", "lead", "account", "summary", "party", "channel", "question",
    "doing", "description", "how", "meaning", "escalation", "starting_message", "reference", "sources", "targets",
    "impact", "services", "invited", "blocked_by", "notified_channels", "notes", "support_hours", "hours", "policy",
    "usage",
}  # fmt: skip
_TEXTS = {
    "text", "evidence", "message", "error", "reason", "lessons", "well", "badly", "causes", "other", "wording",
    "all_clear_message",
}  # fmt: skip


def rewritten(value: Any, key: str, line: str, text: str) -> Any:
    """Replace whatever somebody may have written: `line` where one line is expected, `text` elsewhere."""
    if isinstance(value, dict):
        if key == "values":
            return {name: said if name == "link" else line for name, said in value.items()}
        return {name: rewritten(said, name, line, text) for name, said in value.items()}
    if isinstance(value, list):
        return [rewritten(said, key, line, text) for said in value]
    if not isinstance(value, str) or not value:
        return value
    return line if key in _LINES else text if key in _TEXTS else value


def shape(paper: Paper) -> tuple[Counter[str], list[str]]:
    """What a document is built of, whatever it says."""
    markdown, page = paper.pages
    built = ("heading_open", "table_open", "tr_open", "td_open", "fence", "hr", "html_block", "image", "code_block")
    found = Counter(token.type for token in tokens(markdown) if token.type in built)
    assert {token.content for token in tokens(markdown) if token.type == "html_inline"} <= {"<code>", "</code>"}
    return found, Outline(page).tags


@cache
def _shapes(name: str) -> tuple[Counter[str], list[str]]:
    """What a document of plain texts is built of."""
    return shape(papers()[name])


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=40)
@given(line=nasty.filter(str.strip), text=nasty.filter(str.strip))
def test_no_text_changes_the_structure_of_a_document(name: str, line: str, text: str) -> None:
    """Whatever people wrote, the document is built of the same parts as with plain texts."""
    paper = papers()[name]
    attacked = Paper(paper.render, rewritten(deepcopy(paper.data), "", line, text))
    assert shape(attacked) == _shapes(name)
    markdown, page = attacked.pages
    assert "<script" not in re.sub("```.*?```", "", markdown, flags=re.DOTALL) + page
