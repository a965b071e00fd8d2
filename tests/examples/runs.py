"""Running an example as a user would: in a process of its own, from another folder, with warnings as errors."""

import os
import re
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess

_ROOT = Path(__file__).resolve().parents[2]
LINES_MAX = 80


def run(name: str, *arguments: str, said: str = "", folder: Path | None = None) -> CompletedProcess[str]:
    """Run an example with arguments and standard input, on a terminal that knows nothing but ASCII."""
    return subprocess.run(
        [sys.executable, "-W", "error", str(_ROOT / "examples" / f"{name}.py"), *arguments],
        input=said,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": "ascii:backslashreplace"},
    )


def printed(name: str, *arguments: str, said: str = "") -> str:
    """Run an example that must succeed without a word of complaint, and give what it printed."""
    done = run(name, *arguments, said=said)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def passed(name: str) -> int:
    """Run an example under pytest, and give how many tests passed; none may do anything else."""
    said = ["-q", "-n", "0", "-p", "no:cacheprovider", f"examples/{name}.py"]
    plain = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *said],
        capture_output=True, text=True, check=False, timeout=300, cwd=_ROOT, env=plain,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    found = re.search(r"^(\d+) passed in", done.stdout, re.MULTILINE)
    assert found is not None, done.stdout[-3000:]
    return int(found[1])


def lines_of(name: str) -> int:
    """Count the lines of an example."""
    return len((_ROOT / "examples" / f"{name}.py").read_text("utf-8").splitlines())
