"""A short life: a program of its own that the system stops when it takes too much time or memory."""

import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_LIMITS = """
import resource
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
resource.setrlimit(resource.RLIMIT_AS, ({bytes}, {bytes}))
"""


def within(program: str, *, seconds: int, megabytes: int) -> str:
    """Run a program that may use so much of a processor's time and of memory; return what it printed.

    The bound is far above what is needed (tenths of a second), and far below what a square or an explosion takes, so
    it does not depend on how fast the machine is.
    """
    head = _LIMITS.format(seconds=seconds, bytes=megabytes * 1024 * 1024)
    run = subprocess.run(
        [sys.executable, "-c", head + textwrap.dedent(program)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, f"ended with {run.returncode}: {run.stderr[-500:] or 'stopped by the system'}"
    return run.stdout
