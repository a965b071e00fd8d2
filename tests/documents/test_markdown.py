"""Tests of `incident_fsm.documents.markdown`, with a CommonMark parser as the judge."""

import re
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from incident_fsm.documents import markdown
from incident_fsm.documents.text import one_line, printable

_PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

# The pieces that do harm are put together far more often than chance would.
_PIECES = (
    "`", "``", "```", "~~~", "<script>", "</script>", "<!channel>", "<!--", "-->", "](javascript:alert(1))", "[x](y)",
    "![i](j)", "@org/team", "#42", "# h", "- ", "+ ", "1. ", "===", "---", "***", "_a_", "\\", "|", "&lt;", "$`x`$",
    "\n", "\n\n", "    ", "> ", "a", "word", "https://evil.example", "www.evil.example", "<a href=x>", "</code>", "\t",
)  # fmt: skip
nasty = st.lists(st.sampled_from(_PIECES) | st.text(max_size=4), max_size=12).map("".join)


def tokens(page: str) -> list[Token]:
    """Everything that a page means to a reader, inline parts included."""
    found = []
    for token in _PARSER.parse(page):
        found += [token, *(token.children or [])]
    return found


def shown(page: str) -> str:
    """The text that a page shows, with the line ends that show."""
    parts = []
    for token in tokens(page):
        if token.type in {"text", "code_inline"}:
            parts.append(token.content)
        elif token.type in {"hardbreak", "softbreak"}:
            parts.append("\n")
    return "".join(parts)


@given(nasty)
@example("a `b\\` c")
@example("`` ` ``<!--`")
def test_no_text_in_a_line_is_anything_but_text(text: str) -> None:
    """A heading that holds any text is one heading, with plain text, code, and the `<code>` tags that are ours."""
    found = tokens(f"# Title: {markdown.inline(text)}\n\nend\n")
    assert {token.type for token in found} <= {
        "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text", "code_inline",
        "html_inline",
    }  # fmt: skip
    assert {token.content for token in found if token.type == "html_inline"} <= {"<code>", "</code>"}
    assert [token.tag for token in found if token.type == "heading_open"] == ["h1"]


@given(nasty, st.sampled_from((0, 2)))
@example("a\n===", 0)
@example("a\n- b", 2)
def test_no_text_in_a_block_leaves_its_quote(text: str, indent: int) -> None:
    """A quote that holds any text is one quote of paragraphs: no heading, list, rule, table, link or markup in it."""
    lead = "- item\n\n  " if indent else ""
    found = tokens(f"# Title\n\n{lead}{markdown.block(text, indent)}\n\n# End\n")
    types = [token.type for token in found]
    assert types.count("heading_open") == 2
    assert types.count("blockquote_open") == 1
    assert types.count("bullet_list_open") == (1 if indent else 0)
    assert not {"hr", "fence", "code_block", "html_block", "link_open", "image", "table_open", "em_open", "s_open"} & {
        *types
    }
    assert {token.content for token in found if token.type == "html_inline"} <= {"<code>", "</code>"}


@given(nasty)
def test_no_text_leaves_raw_markup_in_the_bytes(text: str) -> None:
    """Where nobody parses Markdown, `<script`, `<!channel>` and comments are still no markup."""
    for page in (markdown.inline(text), markdown.block(text), markdown.link(text)):
        rest = page.replace("<code>", "").replace("</code>", "")
        assert "<" not in re.sub(r"^<(?:https?|file)://[^<>\s]*>$", "", rest)


@given(nasty)
def test_mentions_and_references_stand_in_code_alone(text: str) -> None:
    """GitHub looks for them in rendered text and passes over code: outside code there is neither "@" nor "#"."""
    depth, outside = 0, ""
    for token in tokens(f"x {markdown.inline(text)}"):
        if token.type == "html_inline":
            depth += 1 if token.content == "<code>" else -1
        elif token.type == "text" and not depth:
            outside += token.content
    assert not {"@", "#"} & {*outside}


@given(nasty)
def test_every_word_is_still_there_to_be_read(text: str) -> None:
    """Nothing but white space is lost in a line, whatever it holds."""
    assert "".join(shown(f"x {markdown.inline(text)}").split()) == "x" + "".join(one_line(text).split())


@given(nasty)
@example("\u00a0- `")
def test_every_line_of_a_block_is_still_where_it_was(text: str) -> None:
    """Nothing but white space is lost in a block either."""
    assert "".join(shown(markdown.block(text)).split()) == "".join(printable(text).split())


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Airflow Autoscaling Incident", "Airflow Autoscaling Incident"),
        ("users in #ask say so", "users in `#ask` say so"),
        ("`kubectl get` shows 3", "`` `kubectl get` `` shows 3"),
        ("ask @org/team or @me now", "ask `@org/team or @me` now"),
        ("1. first", "1\\. first"),
        ("- item", "\\- item"),
        ("a  b", "a b"),
        ("a < b", "a <code>&lt;</code> b"),
        ("<!channel>", "<code>&lt;&#33;channel&gt;</code>"),
        ("see https://example.org", "see `https://example.org`"),
        ("two\nlines", "two lines"),
        ("", ""),
    ],
)
def test_what_people_write_reads_well_in_the_file(text: str, page: str) -> None:
    """Plain words stay plain; code begins at the first word that could mean something, and ends with the last."""
    assert markdown.inline(text) == page


def test_lines_stay_lines_and_columns_stay_columns() -> None:
    """Line ends show, an empty line is a paragraph, and what is set in columns becomes code."""
    assert markdown.block("one\ntwo\n\nthree") == "> one\\\n> two\n>\n> three"
    assert markdown.block("`a`\n  b`  c") == "> `` `a` ``\\\n> ``   b`  c ``"
    assert markdown.block("one\ntwo", 2) == "> one\\\n  > two"


@pytest.mark.parametrize("address", ["https://example.org/a?b=1#c", "file:///tmp/INC-1/thread.md", "HTTP://x.example"])
def test_a_plain_address_is_a_link(address: str) -> None:
    """Web and file addresses of ordinary characters can be followed."""
    assert markdown.link(address) == f"<{address}>"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "https://x/<b>", "https://x y", "ext-aws", "data:text/html,x"]
)
def test_anything_else_is_no_link(address: str) -> None:
    """Whatever a browser could run, or Markdown could misread, is only text."""
    page = markdown.link(address)
    assert "link_open" not in {token.type for token in tokens(f"x {page}")}
    assert unescape(shown(f"x {page}")) == f"x {address}"


def test_a_marker_is_a_comment_with_an_id_and_nothing_else() -> None:
    """A command id makes a marker; what is no command id makes none."""
    assert markdown.marker("INC-1:4:0") == "<!-- incident_fsm INC-1:4:0 -->"
    assert markdown.marker("INC-1 --> <script>") == ""


@given(nasty)
@example("a | b")
@example("a \\| b")
def test_no_text_in_a_cell_ends_the_cell(text: str) -> None:
    """Whatever stands in them, two cells are two; as text, and as something to type."""
    for shown_as in (markdown.cell, markdown.code):
        found = tokens(f"| a | b |\n|---|---|\n| {shown_as(text)} | end |\n")
        assert [token.type for token in found].count("td_open") == 2
        assert [token.type for token in found].count("table_open") == 1
        assert {token.content for token in found if token.type == "html_inline"} <= {"<code>", "</code>"}


@given(nasty, st.sampled_from((0, 2)))
@example("```", 0)
@example("", 2)
def test_no_text_leaves_its_block_of_code(text: str, indent: int) -> None:
    """The fence is longer than any in the text; what follows is outside again."""
    opened = "- x\n\n  " if indent else ""
    found = tokens(f"{opened}{markdown.fence(text, 'sh', indent)}\n\n# End\n")
    assert [token.type for token in found].count("fence") == 1
    assert [token.tag for token in found if token.type == "heading_open"] == ["h1"]
    assert not {"html_block", "html_inline"} & {token.type for token in found}
