"""README and docs: what is generated has not drifted, and nothing in them only makes sense where it was written."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_the_generated_parts_have_not_drifted() -> None:
    """`make docs` would change nothing."""
    check = subprocess.run(
        [sys.executable, ROOT / "scripts" / "generate_docs.py", "--check"], capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stderr


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
