"""Tests of `incident_fsm.documents.environment`."""

import base64
import hashlib
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from incident_fsm.documents.environment import render
from incident_fsm.errors import InvalidValue


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
    with pytest.raises(InvalidValue, match=rf"{name}, line 1: 'titel' is undefined; mend that template"):
        render(name, {"title": "x"}, folder)


def test_a_template_of_ones_own_that_is_wrong_is_named_with_its_line(tmp_path: Path) -> None:
    """Whatever is wrong: its grammar, what it does with a value, its encoding, or a file that it names."""
    wrong = {
        "a\n{% if %}": r"own.md.j2, line 2: Expected an expression",
        "{{ number | length }}": r"line \d+: ",
        "\n{{ number + title }}": r"own.md.j2, line 2: unsupported operand",
        "{% include 'nothing.md.j2' %}": "own.md.j2, line 1: nothing.md.j2",
    }
    for text, told in wrong.items():
        with pytest.raises(InvalidValue, match=told):
            render("own.md.j2", {"number": 5, "title": "x"}, written(tmp_path, "own.md.j2", text))
    (tmp_path / "own.md.j2").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidValue, match=r"own\.md\.j2: 'utf-8' codec can't decode"):
        render("own.md.j2", {}, tmp_path)


def test_a_template_that_ships_and_is_wrong_is_a_bug() -> None:
    """It is not put down to the user: the exception stays what it is."""
    with pytest.raises(UndefinedError):
        render("redirect.md.j2", {})


def test_a_folder_that_may_not_be_read_is_told_as_the_system_tells_it(tmp_path: Path) -> None:
    """Such trouble is no fault of a template."""
    (tmp_path / "own.md.j2").symlink_to("own.md.j2")
    with pytest.raises((OSError, InvalidValue)):
        render("own.md.j2", {}, tmp_path)


def test_ones_own_template_can_build_on_the_one_it_replaces(tmp_path: Path) -> None:
    """One part is another; the rest stays what ships."""
    text = "{% extends 'shipped/_restricted.md.j2' %}"
    assert "Restricted" in render(
        "_restricted.md.j2", {"restricted": True}, written(tmp_path, "_restricted.md.j2", text)
    )


@pytest.mark.parametrize("form", ["md", "html"])
def test_what_a_template_has_put_together_is_not_escaped_again(tmp_path: Path, form: str) -> None:
    """A block that calls the one it replaces, a macro, a block that is kept in a name; and a text only once."""
    written(tmp_path, f"base.{form}.j2", "{% block part %}\n# {{ title }}\n{% endblock %}\n")
    text = (
        f"{{% extends 'base.{form}.j2' %}}{{% macro twice(said) %}}\n- {{{{ said }}}}\n{{% endmacro %}}"
        "{% block part %}\n{% set kept %}\n- {{ title }}\n{% endset %}\n"
        "{{ super() }}{{ twice(title) }}{{ kept }}{% endblock %}"
    )
    said = render(f"own.{form}.j2", {"title": "a & b"}, written(tmp_path, f"own.{form}.j2", text))
    shown = "a `&` b" if form == "md" else "a &amp; b"
    assert said == f"# {shown}\n- {shown}\n- {shown}\n"


def test_a_style_that_is_added_is_part_of_the_digest(tmp_path: Path) -> None:
    """The page allows itself the whole sheet, and no other."""
    folder = written(written(tmp_path, "own.html.j2", "{{ style }} {{ style_hash }}"), "page.css", "p { color: red; }")
    said = render("own.html.j2", {}, folder, style=".x { }").split()
    digest = hashlib.sha256(b"p { color: red; }.x { }").digest()
    assert said[-1] == base64.b64encode(digest).decode()


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
