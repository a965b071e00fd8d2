"""Tests of `incident_fsm.documents.environment`."""

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from incident_fsm.documents.environment import render


def written(folder: Path, name: str, text: str) -> Path:
    """A folder of somebody's own templates."""
    (folder / name).write_text(text, "utf-8")
    return folder


def test_whatever_a_markdown_template_prints_is_escaped(tmp_path: Path) -> None:
    """A template's author cannot forget it: there is nothing to remember."""
    folder = written(tmp_path, "own.md.j2", "# {{ title }} and {{ number }}\n")
    assert render("own.md.j2", {"title": "ask @org", "number": 5}, folder) == "# ask `@org` and 5\n"


def test_whatever_an_html_template_prints_is_escaped(tmp_path: Path) -> None:
    """Markup becomes text, and what cannot be seen is gone."""
    folder = written(tmp_path, "own.html.j2", "<p>{{ title }}</p>")
    said = render("own.html.j2", {"title": "<script>\u202e\x1b\ud800"}, folder)
    assert said == "<p>&lt;script&gt;\ufffd</p>\n"


@pytest.mark.parametrize("name", ["own.md.j2", "own.html.j2"])
def test_a_name_that_is_not_in_the_data_is_an_error(tmp_path: Path, name: str) -> None:
    """A misspelt name is found at once, not by a reader of an empty page."""
    folder = written(tmp_path, name, "{{ titel }}")
    with pytest.raises(UndefinedError, match="titel"):
        render(name, {"title": "x"}, folder)


@pytest.mark.parametrize("address", ["javascript:alert(1)", " javascript:x", "data:text/html,x", "vbscript:x", "plain"])
def test_an_address_that_a_browser_could_run_is_no_link(tmp_path: Path, address: str) -> None:
    """Only web, file and mail addresses become links."""
    folder = written(tmp_path, "own.html.j2", "{{ address | link }}")
    assert "<a" not in render("own.html.j2", {"address": address}, folder)


def test_a_web_address_is_a_link_and_cannot_leave_its_quotes(tmp_path: Path) -> None:
    """A quote in it is escaped, inside the attribute and outside."""
    folder = written(tmp_path, "own.html.j2", "{{ address | link }}")
    said = render("own.html.j2", {"address": 'https://example.org/"onclick="x'}, folder)
    assert said.count('"') == 4
    assert said.startswith('<a href="https://example.org/&#34;onclick')


def test_the_value_of_a_sentence_is_escaped_and_its_form_is_not(tmp_path: Path) -> None:
    """The words of a sentence are ours; what fills its slots is not, and cannot open slots of its own."""
    entry = {"form": "{by} finished ({link})", "values": {"by": "{link} <b> @x", "link": "https://example.org/1"}}
    folder = written(written(tmp_path, "own.md.j2", "{{ e | sentence }}"), "own.html.j2", "{{ e | sentence }}")
    assert render("own.md.j2", {"e": entry}, folder) == (
        "<code>&#123;link&#125; &lt;b&gt; &#64;x</code> finished (<https://example.org/1>)\n"
    )
    assert render("own.html.j2", {"e": entry}, folder) == (
        '{link} &lt;b&gt; @x finished (<a href="https://example.org/1" rel="noreferrer">https://example.org/1</a>)\n'
    )


def test_ones_own_template_goes_before_the_one_that_ships(tmp_path: Path) -> None:
    """A file of the same name replaces it; the others still ship."""
    folder = written(tmp_path, "redirect.md.j2", "ours: {{ redirects[0].title }}")
    assert render("redirect.md.j2", {"redirects": [{"title": "x"}]}, folder) == "ours: x\n"


def test_gaps_close_in_markdown_and_texts_keep_theirs_in_html(tmp_path: Path) -> None:
    """What a template leaves out leaves no hole; what somebody wrote stays as it was."""
    folder = written(written(tmp_path, "own.md.j2", "a\n\n\n\nb"), "own.html.j2", "{{ text }}")
    assert render("own.md.j2", {}, folder) == "a\n\nb\n"
    assert render("own.html.j2", {"text": "a\n\n\n\nb"}, folder) == "a\n\n\n\nb\n"
