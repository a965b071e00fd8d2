"""What the pages say is true: what can be run is run, and the rest is read or checked."""

import configparser
import json
import re
import shlex
import tomllib
from collections.abc import Callable
from pathlib import Path

import jinja2
import pytest

import cli_reference
from incident_fsm.diagram import mermaid
from tests.docs.pages import DIRECTIVES, LANGUAGES, ROOT, Block, blocks, pages, text_of
from tests.docs.reader import Reader, exchanges, must_run

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
RUNNABLE = [page for page in pages() if must_run(list(blocks(page)))]


@pytest.mark.parametrize("page", RUNNABLE)
def test_a_page_does_what_it_says(page: str, tmp_path: Path) -> None:
    """A reader who follows it from top to bottom sees what it shows, and nothing that can be run is left out."""
    found = list(blocks(page))
    reader = Reader(tmp_path)
    reader.follow(found)
    assert set(reader.ran) == set(must_run(found))


def test_the_pages_with_programs_are_found() -> None:
    """The start, the tutorial, every how-to and every why are among those that are run."""
    told = {page for page in pages() if page.startswith(("docs/howto/", "docs/why/"))}
    assert {"README.md", "docs/index.md", "docs/tutorial.md", *told} <= set(RUNNABLE)
    assert len(told) >= 10


@pytest.mark.parametrize("page", pages())
def test_every_block_has_a_language_that_something_is_made_of(page: str) -> None:
    """None is indented instead of fenced, and none has a language that nobody runs, reads or compares."""
    for block in blocks(page):
        assert block.language.partition(" ")[0] in {*LANGUAGES, *DIRECTIVES}, (
            f"{block}: {block.language or 'no language'}"
        )


@pytest.mark.parametrize("page", pages())
def test_no_program_hides_in_a_block_that_is_not_run(page: str) -> None:
    """What imports something, or defines a function, stands in a block of Python."""
    for block in blocks(page):
        if block.language != "python":
            assert not re.search(r"^(from \w[\w.]* )?import \w|^def \w+\(", block.text, flags=re.MULTILINE), str(block)


def test_no_page_reads_python_from_elsewhere() -> None:
    """A directive of the site that shows code would go around all this."""
    for page in pages():
        for word in ("literalinclude", "code-block", "testcode", "doctest"):
            assert f"{{{word}}}" not in text_of(page), page


def is_toml(block: Block) -> None:
    """Read as TOML."""
    tomllib.loads(block.text)


def is_json(block: Block) -> None:
    """Read as JSON."""
    json.loads(block.text)


def is_ini(block: Block) -> None:
    """Read as a unit of systemd, which may say the same key twice."""
    configparser.ConfigParser(strict=False, interpolation=None).read_string(block.text)


def is_jinja(block: Block) -> None:
    """Read as a template."""
    jinja2.Environment(autoescape=True).from_string(block.text)


def is_the_lifecycle(block: Block) -> None:
    """The one diagram there is."""
    assert block.text == mermaid(), str(block)


def is_in_a_model(block: Block) -> None:
    """Line by line as in one of the models that are kept."""
    models = [
        {line.strip() for line in path.read_text("utf-8").splitlines()}
        for path in (ROOT / "docs" / "models").glob("*.pml")
    ]
    assert any({line.strip() for line in block.text.splitlines()} <= model for model in models), str(block)


READ: dict[str, Callable[[Block], None]] = {
    "toml": is_toml,
    "json": is_json,
    "ini": is_ini,
    "jinja": is_jinja,
    "mermaid": is_the_lifecycle,
    "promela": is_in_a_model,
}


@pytest.mark.parametrize("page", pages())
def test_what_is_not_run_can_be_read(page: str) -> None:
    """TOML, JSON, units and templates are well-formed, a diagram is the lifecycle's, and Promela stands in a model."""
    for block in blocks(page):
        if block.language in READ:
            READ[block.language](block)


@pytest.mark.parametrize("page", pages())
def test_what_is_to_be_typed_exists(page: str) -> None:
    """Verbs and their options, targets of the Makefile, scripts, and extras of the package."""
    for block in blocks(page):
        if block.language == "sh":
            for line in block.text.replace("\\\n", " ").splitlines():
                assert typed(shlex.split(line, comments=True)) == "", f"{block}: {line}"


def typed(words: list[str]) -> str:
    """Say what is wrong with a command line; empty where nothing is."""
    match words:
        case ["incident", *rest]:
            return wrong_verb(rest)
        case ["make", *rest]:
            return "" if {word for word in rest if "=" not in word} <= TARGETS else "no such target"
        case ["python" | "python3", script, *_] if script.endswith(".py"):
            return "" if (ROOT / script).is_file() else "no such script"
        case ["pip", "install", *rest]:
            extras = re.findall(r"incident-fsm\[([^]]*)\]", " ".join(rest))
            known = {*PROJECT["optional-dependencies"]}
            return "" if {extra for said in extras for extra in said.split(",")} <= known else "no such extra"
    return ""


def wrong_verb(words: list[str]) -> str:
    """Say what is wrong with what stands behind `incident`."""
    verb = tuple(word for word in words[: 2 if words[:1] == ["policy"] else 1] if not word.startswith("-"))
    if verb not in set(cli_reference.asked()):
        return "no such verb"
    options = {word.partition("=")[0] for word in words if word.startswith("--")}
    unknown = [
        option
        for option in options
        if not re.search(rf"{option}\b", cli_reference.help_of(verb) + cli_reference.help_of(()))
    ]
    return f"no such option: {unknown}" if unknown else ""


# ── The reader itself ──────────────────────────────────────────────────────────────────────────────────────────────


def follow(folder: Path, text: str) -> Reader:
    """Have a reader follow a page that is made up."""
    reader = Reader(folder)
    reader.follow(list(blocks("made-up.md", text)))
    return reader


def test_a_page_that_prints_something_else_is_found_out(tmp_path: Path) -> None:
    """Also where it prints and the page says nothing."""
    with pytest.raises(AssertionError, match=r"made-up.md:1 says\s+2\s+and it is\s+3"):
        follow(tmp_path, "```python\nprint(1 + 2)\n```\n\n```text\n2\n```\n")
    with pytest.raises(AssertionError, match="and it is\n3"):
        follow(tmp_path, "```python\nprint(1 + 2)\n```\n")


def test_a_command_that_answers_something_else_is_found_out(tmp_path: Path) -> None:
    """The second of two, and one that fails without a word."""
    with pytest.raises(AssertionError, match="echo two says\nthree"):
        follow(tmp_path, "```console\n$ echo one\none\n$ echo two\nthree\n```\n")
    with pytest.raises(AssertionError, match="false fails without a word"):
        follow(tmp_path, "```console\n$ false\n```\n")


def test_a_program_that_is_saved_and_never_run_is_found_out(tmp_path: Path) -> None:
    """It is run by its name, by an import, or not at all."""
    saved = "<!-- file: night.py -->\n```python\nprint('dark')\n```\n"
    with pytest.raises(AssertionError, match=r"night.py is saved, and never run"):
        follow(tmp_path, saved)
    assert len(follow(tmp_path, f"{saved}\n```console\n$ python night.py\ndark\n```\n").ran) == 2
    assert len(follow(tmp_path, f"{saved}\n```python\nimport night\n```\n\n```text\ndark\n```\n").ran) == 2


def test_a_page_without_an_end_is_no_trap(tmp_path: Path) -> None:
    """Blocks within lists lose what indents them; a block that is never closed ends with its page."""
    reader = follow(tmp_path, "1. So:\n\n   ```python\n   x = 1\n   print(x)\n   ```\n\n   ```text\n   1\n   ```\n")
    assert [block.text for block in reader.ran] == ["x = 1\nprint(x)\n"]
    assert [block.text for block in blocks("made-up.md", "```python\nx = 1\n")] == ["x = 1\n"]


def test_what_one_page_imports_another_does_not_see(tmp_path: Path) -> None:
    """Two pages may save a program under the same name."""
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        text = (
            f"<!-- file: night.py -->\n```python\nX = {number}\n```\n\n```python\nimport night\nprint(night.X)\n```\n"
        )
        follow(folder, f"{text}\n```text\n{number}\n```\n")


def test_a_long_command_is_one_command() -> None:
    """A line that ends with a backslash goes on."""
    assert list(exchanges("$ one \\\n  two\nanswer\n$ three\n")) == [("one \\\n  two", "answer\n"), ("three", "")]
