"""docs/testing.md: its test cases pass, and it lists what is checked. Its programs are run with those of all pages."""

import contextlib
import io
import re
import unittest

import pytest

from incident_fsm.testing.invariants import SENTENCES
from tests.docs.pages import blocks, text_of


@pytest.fixture(scope="module")
def names() -> dict[str, object]:
    """The names that the page's programs leave when they are run as one, in order."""
    left: dict[str, object] = {"__name__": "page"}
    with contextlib.redirect_stdout(io.StringIO()):
        for program in blocks("docs/testing.md"):
            if program.language == "python":
                exec(compile(program.text, str(program), "exec"), left)  # noqa: S102  our own page
    return left


@pytest.mark.parametrize("name", ["TestOurProcess", "TestOurRules"])
def test_the_machines_of_the_page_pass(names: dict[str, object], name: str) -> None:
    """Expect the test cases that the page defines to pass, as pytest or unittest would run them."""
    case = names[name]
    assert isinstance(case, type)
    assert issubclass(case, unittest.TestCase)
    told = unittest.TextTestRunner(stream=io.StringIO()).run(case("runTest"))
    assert (told.testsRun, told.failures, told.errors) == (1, [], [])


def test_the_page_lists_the_invariants_word_for_word() -> None:
    """Expect thirteen, as they are checked."""
    found = re.findall(r"^(\d+)\. (.*?)(?=^\d+\. |\n\n)", text_of("docs/testing.md"), flags=re.DOTALL | re.MULTILINE)
    assert {int(number): " ".join(sentence.split()) for number, sentence in found} == SENTENCES
