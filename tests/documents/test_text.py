"""Tests of `incident_fsm.documents.text`."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_fsm.documents.text import one_line, printable


@given(st.text(st.characters()))
def test_nothing_invisible_is_left_of_any_text(text: str) -> None:
    """Of control, format and surrogate characters only line ends and the two joiners stay, and UTF-8 can say it."""
    shown = printable(text)
    rest = [character for character in shown if character not in "\n\u200c\u200d"]
    assert not {unicodedata.category(character) for character in rest} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert shown.encode().decode() == shown


@given(st.text(st.characters()))
def test_a_line_is_one_line_whatever_it_was(text: str) -> None:
    """No line end of any kind stays in a single line, and it does not begin or end with a space."""
    line = one_line(text)
    assert line.splitlines() in ([], [line])
    assert line == line.strip()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("two\r\nlines\rmore", "two\nlines\nmore"),
        ("a\tb", "a    b"),
        ("\x1b[2Jgone", "[2Jgone"),
        ("abc\u202edef", "abcdef"),
        ("@\u200borg", "@org"),
        ("one\u2028two", "one\ntwo"),
        ("10\u00a0000\u3000", "10 000 "),
        ("lone \ud800", "lone \ufffd"),
        ("👩\u200d💻 می\u200cخواهم", "👩\u200d💻 می\u200cخواهم"),
    ],
)
def test_what_cannot_be_seen_is_removed_and_the_rest_stays(text: str, shown: str) -> None:
    """Escape sequences, overrides, zero-width spaces and lone surrogates go; words and emoji stay whole."""
    assert printable(text) == shown
