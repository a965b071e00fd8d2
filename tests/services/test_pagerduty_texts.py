"""Tests of `incident_fsm.adapters.pagerduty._texts`."""

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from incident_fsm.adapters.pagerduty._texts import POST_MORTEM_MAX, TITLE_MAX, belongs, message, plain, title

anything = st.text(max_size=300)
incident_ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}", fullmatch=True)


@given(anything, incident_ids)
@example("x" * 200, "I" * 64)
@example("<script>alert(1)</script>", "INC-1")
def test_a_title_is_one_short_line_that_ends_with_the_incident_s_reference(said: str, incident_id: str) -> None:
    """At most 128 characters, no angle bracket, and the reference never cut: the post is found again by it."""
    made = title(said, incident_id)
    assert 1 <= len(made) <= TITLE_MAX
    assert made.endswith(f"({incident_id})")
    assert belongs(made, incident_id)
    assert not set("<>\n\r\t") & set(made)


def test_a_long_title_is_cut_visibly() -> None:
    """The reader sees that something is missing."""
    made = title("Airflow " * 40, "INC-2026-07")
    assert len(made) <= TITLE_MAX
    assert made.endswith(" Airflow A… (INC-2026-07)")
    assert title("Airflow is slow", "INC-7") == "Airflow is slow (INC-7)"


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ("Slow (INC-1)", True),
        ("Slow (INC-1) ", True),
        ("(INC-1)", True),
        ("Slow (INC-11)", False),
        ("Slow (XINC-1)", False),
        ("Slow (inc-1)", False),
        ("Slow INC-1", False),
        ("As in (INC-1), but worse (INC-2)", False),
        ("", False),
        (None, False),
        (7, False),
    ],
)
def test_a_title_belongs_to_an_incident_by_its_end_alone(said: object, ours: bool) -> None:  # noqa: FBT001  a table
    """Another incident's title may mention ours; ids that begin alike are not confused."""
    assert belongs(said, "INC-1") is ours


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("<script>alert('x')</script>", "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;"),
        ("<!channel> look", "‹!channel&gt; look"),
        ("<@U012> <#C012|general>", "‹@U012&gt; ‹#C012|general&gt;"),
        ("<https://evil.example|your bank>", "‹https://evil.example|your bank&gt;"),
        ("<JavaScript:alert(1)|x>", "‹JavaScript:alert(1)|x&gt;"),
        ("load < 5 & rising", "load &lt; 5 &amp; rising"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("one\ntwo\u2028three", "one<br>two<br>three"),
        ('<img src="x" onerror="y">', "&lt;img src=&quot;x&quot; onerror=&quot;y&quot;&gt;"),
    ],
)
def test_a_message_shows_what_was_written_and_does_nothing(said: str, sent: str) -> None:
    """Escaped for HTML; what Slack would obey after PagerDuty unescaped it is broken up as well."""
    assert message(said) == sent


@given(anything)
def test_no_text_makes_a_tag_or_anything_that_slack_obeys(said: str) -> None:
    """The only tag is ours for a new line, and even unescaped no control sequence of Slack's is left."""
    sent = message(said)
    assert set(re.findall(r"<[^>]*>?", sent)) <= {"<br>"}
    assert not re.search(r"<[!@#]|<[a-z][a-z0-9+.-]*:", html.unescape(sent.replace("<br>", "\n")), re.IGNORECASE)


@given(anything)
def test_what_a_reader_sees_is_what_was_written(said: str) -> None:
    """But for spaces, and for the brackets that were broken up."""
    seen = " ".join(said.replace("<", "‹").split())
    assert plain(message(said)).replace("<", "‹") == seen


@given(anything.filter(str.strip))
def test_a_message_is_known_again_in_other_tags(said: str) -> None:
    """A page may keep a paragraph for it, or write an apostrophe as itself."""
    assert plain(f"<p>{message(said).replace('&#x27;', chr(39))}</p>\n") == plain(message(said))


@pytest.mark.parametrize("nothing", [None, 7, ["x"], ""])
def test_what_is_no_text_says_nothing(nothing: object) -> None:
    """An answer may hold anything."""
    assert plain(nothing) == ""


@given(st.text(alphabet="a<&'\n", min_size=1, max_size=60), st.integers(5, 80))
def test_a_text_that_is_too_long_is_cut_visibly_and_never_within_an_entity(said: str, limit: int) -> None:
    """As it is sent, it has at most so many characters, and each that is left is whole."""
    sent = message(said, limit)
    assert len(sent) <= limit
    if sent == message(said):
        return
    assert sent.endswith("…")
    assert message(said).startswith(sent[:-1])
    assert re.fullmatch(r"(?:&[a-z#0-9]+;|<br>|[^&<>])*", sent)


def test_a_post_mortem_may_be_as_long_as_pagerduty_takes() -> None:
    """Not a character less."""
    assert message("a" * POST_MORTEM_MAX, POST_MORTEM_MAX) == "a" * POST_MORTEM_MAX
    assert message("a" * (POST_MORTEM_MAX + 1), POST_MORTEM_MAX) == "a" * (POST_MORTEM_MAX - 1) + "…"
