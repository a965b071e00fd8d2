"""README and docs: what is printed there is executed or generated."""

import contextlib
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """List the fenced blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)


def test_the_python_snippets_print_what_the_readme_says() -> None:
    """Run as one program, in order, they print the text blocks that follow them."""
    printed = io.StringIO()
    namespace: dict[str, object] = {}
    with contextlib.redirect_stdout(printed):
        for snippet in blocks("python"):
            exec(compile(snippet, "README.md", "exec"), namespace)  # noqa: S102  our own README
    assert printed.getvalue() == "".join(blocks("text"))


def test_the_shell_snippets_name_commands_that_exist() -> None:
    """Every `incident …` line names a verb of the command, and every `make …` line a target of the Makefile."""
    shell = "".join(blocks("sh"))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    assert set(re.findall(r"^make (\w+)", shell, flags=re.MULTILINE)) <= targets
    told = subprocess.run(
        [sys.executable, "-m", "incident_fsm.cli", "--help"], capture_output=True, text=True, check=True
    )
    for verb in re.findall(r"^incident (\w+)", shell, flags=re.MULTILINE):
        assert re.search(rf"\b{verb}\b", told.stdout), verb


def test_the_generated_parts_have_not_drifted() -> None:
    """`make docs` would change nothing."""
    check = subprocess.run(
        [sys.executable, ROOT / "scripts" / "generate_docs.py", "--check"], capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stderr


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/design.md", "docs/lifecycle.md"])
def test_links_between_files_lead_somewhere(page: str) -> None:
    """Every relative link names a file of this repository."""
    here = ROOT / page
    for target in re.findall(r"\]\(([^)#]+)\)", here.read_text("utf-8")):
        if "://" not in target:
            assert (here.parent / target).exists(), target


def test_no_page_names_a_path_of_a_machine_or_a_registry() -> None:
    """Nothing that only makes sense where it was written."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not tracked:
        pytest.skip("not a git checkout: there is no list of files")
    for name in tracked:
        if name.endswith((".md", ".toml", ".py", "Makefile", "run")) and (ROOT / name).is_file():
            text = (ROOT / name).read_text("utf-8")
            for forbidden in ("/root/", "pypi.org/simple", "/home/", "index-url"):
                assert forbidden not in text or name == "tests/docs/test_readme.py", (name, forbidden)
