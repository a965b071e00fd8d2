"""What the site needs beyond Sphinx. Building it is `make site`, where every warning is an error."""

import pkgutil
import re
from pathlib import Path

import cli_reference
import docs_site
import incident_fsm
from incident_fsm.cli.app import VERBS
from tests.docs.pages import ROOT

INSIDE = ("incident_fsm.board.", "incident_fsm.cli", "incident_fsm.documents.", "incident_fsm.pictures.")
"""Packages that hand on what they offer, and the command, whose reference is its help."""


def public_modules() -> set[str]:
    """Every module that carries no underscore, and is not the inside of a package that speaks for it."""
    found = {module.name for module in pkgutil.walk_packages(incident_fsm.__path__, "incident_fsm.")}
    return {name for name in found if "._" not in name and not name.startswith(INSIDE)}


def test_every_public_module_is_in_the_reference() -> None:
    """Once each; and what is there exists."""
    pages = [path.read_text("utf-8") for path in (ROOT / "docs" / "reference").glob("*.md")]
    named = re.findall(r"^\.\. automodule:: (\S+)$", "\n".join(pages), flags=re.MULTILINE)
    assert len(named) == len(set(named))
    assert set(named) == public_modules() | {"incident_fsm"}


def test_every_verb_says_in_the_reference_what_it_says_itself() -> None:
    """Each with its own usage, at a width that does not depend on the machine."""
    asked = set(cli_reference.asked())
    assert {(verb,) for verb in VERBS} | {(), ("policy", "check"), ("policy", "show"), ("policy", "list")} <= asked
    for words in asked:
        said = cli_reference.help_of(words)
        assert said.strip().startswith(f"Usage: {' '.join(('incident', *words))} ")
        assert max(map(len, said.splitlines())) <= cli_reference.COLUMNS
    assert "--unplanned" in cli_reference.help_of(("confirm",))


def test_an_indented_example_becomes_code() -> None:
    """Also one with empty lines in it; a list does not."""
    lines = ["Do it:", "", "    a = 1", "", "    b = 2", "", "- one", "  and more", "", "The end."]
    assert list(docs_site.with_literal_blocks(lines)) == ["Do it:", "", "::", "", *lines[2:]]


def test_a_default_is_named_as_a_reader_would() -> None:
    """A function by its name; what is made anew for each value, and a function without a name, by dots."""
    said = "(now: Clock = <function module._utc_now>, table: Mapping = NOTHING, key=<function <lambda>>)"
    assert docs_site.default_named(said) == "(now: Clock = _utc_now, table: Mapping = ..., key=...)"


def test_what_would_be_loaded_from_outside_is_found(tmp_path: Path) -> None:
    """Scripts, styles and pictures; a link that a reader may follow is none of them."""
    (tmp_path / "page.html").write_text(
        '<a href="https://example.org/">more</a><script src="own.js"></script>'
        '<link rel="stylesheet" href="https://fonts.example/x.css"><img alt="" src="//example.org/x.png">',
        "utf-8",
    )
    (tmp_path / "page.css").write_text("@import 'https://fonts.example/y.css'; a { color: red }", "utf-8")
    (tmp_path / "own.css").write_text("a { background: url(own.png) }", "utf-8")
    found = list(docs_site.from_outside(tmp_path))
    assert [line.partition(":")[0] for line in found] == ["page.css", "page.html", "page.html"]
