"""Tests of `incident_fsm.adapters._escape`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_fsm.adapters._escape import visible


@given(st.text(st.characters()))
def test_nothing_reaches_a_terminal_but_printable_characters(text: str) -> None:
    """No control sequence, no line end, nothing invisible: whatever somebody wrote is one line of text."""
    assert visible(text).isprintable()


@given(*[st.text("\\x1bn\n\x1b", max_size=8)] * 2)
def test_two_different_texts_never_look_alike(first: str, second: str) -> None:
    """An escape is told from a text that spells one, because the backslash itself is doubled."""
    assert (visible(first) == visible(second)) == (first == second)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Airflow – größer 🔥", "Airflow – größer 🔥"),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("a\u202eb", "a\\u202eb"),
        ("C:\\n", "C:\\\\n"),
        ("\ud800", "\\ud800"),
        ("it's", "it's"),
    ],
)
def test_what_is_not_printable_is_shown_as_python_writes_it(text: str, shown: str) -> None:
    """Letters of every language stay; the rest is spelt out."""
    assert visible(text) == shown


def test_a_long_text_is_cut_and_says_so() -> None:
    """A thousand lines of log would hide what the dry run says."""
    assert visible("x" * 201) == "x" * 200 + "…"
    assert visible("x" * 200) == "x" * 200
