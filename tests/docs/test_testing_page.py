"""docs/testing.md: what is printed there is what happens."""

import contextlib
import io
import re
import unittest
from pathlib import Path

import pytest

from incident_fsm.testing.invariants import SENTENCES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "testing.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """List the fenced blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def ran() -> tuple[str, dict[str, object]]:
    """What the snippets print when they are run as one program, in order, and the names that they leave."""
    printed = io.StringIO()
    names: dict[str, object] = {"__name__": "page"}
    with contextlib.redirect_stdout(printed):
        for snippet in blocks("python"):
            exec(compile(snippet, "docs/testing.md", "exec"), names)  # noqa: S102  our own page
    return printed.getvalue(), names


def test_the_snippets_print_what_the_page_says(ran: tuple[str, dict[str, object]]) -> None:
    """Expect the text blocks that follow them."""
    assert ran[0] == "".join(blocks("text"))


@pytest.mark.parametrize("name", ["TestOurProcess", "TestOurRules"])
def test_the_machines_of_the_page_pass(ran: tuple[str, dict[str, object]], name: str) -> None:
    """Expect the test cases that the page defines to pass, as pytest or unittest would run them."""
    case = ran[1][name]
    assert isinstance(case, type)
    assert issubclass(case, unittest.TestCase)
    told = unittest.TextTestRunner(stream=io.StringIO()).run(case("runTest"))
    assert (told.testsRun, told.failures, told.errors) == (1, [], [])


def test_the_page_lists_the_invariants_word_for_word() -> None:
    """Expect thirteen, as they are checked."""
    found = re.findall(r"^(\d+)\. (.*?)(?=^\d+\. |\n\n)", PAGE, flags=re.DOTALL | re.MULTILINE)
    assert {int(number): " ".join(sentence.split()) for number, sentence in found} == SENTENCES


def test_links_lead_somewhere() -> None:
    """Expect every relative link to name a file of this repository."""
    for target in re.findall(r"\]\(([^)#]+)", PAGE):
        if "://" not in target:
            assert (ROOT / "docs" / target).exists(), target
