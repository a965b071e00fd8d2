"""Typing at a terminal that is not there: the real command in a subprocess, in a folder of its own."""

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from attrs import frozen


@frozen
class Answer:
    """What came back."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The answer as JSON."""
        return json.loads(self.out)


class Terminal:
    """A folder, an environment, and somebody who types."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "HOME": str(place),
            "INCIDENT_BY": "sam",
            "INCIDENT_FOLDER": str(place / "incidents"),
            "PYTHONWARNINGS": "error",
            "LANG": "C.UTF-8",
        }

    def type(self, line: str) -> Answer:
        """Type a line, quoted as in a shell, and wait."""
        words = shlex.split(line)
        run = subprocess.run(
            [str(Path(sys.executable).parent / words[0]), *words[1:]],
            cwd=self.place,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert "Traceback" not in run.stderr, run.stderr
        return Answer(run.returncode, run.stdout, run.stderr)
