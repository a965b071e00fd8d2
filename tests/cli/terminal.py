"""Somebody who types, in a folder of their own: in this process, or for real in a subprocess."""

import json
import os
import re
import select
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path
from typing import Any

from attrs import frozen
from typer.testing import CliRunner

from incident_fsm.cli.app import app

BIN = Path(sys.executable).parent

CONFIRM = 'incident confirm INC-1 --unplanned "an alert" --impacts-users "12 users"'
DECLARE = (
    'incident declare INC-1 --service "Analytical Platform Compute" --impact Minor --message "Tasks are delayed."'
    ' --next-update "30 minutes"'
)
RESOLVE = 'incident resolve INC-1 --fix temporary --how "By hand." --users-unaffected'
REVIEW = 'incident review INC-1 --lesson "Watch quotas." --action "Alert on it; sam; 2026-12-31"'

WAY: dict[str, tuple[str, ...]] = {
    "candidate": ('incident report "Airflow Autoscaling Incident" --id INC-1',),
    "confirmed": (CONFIRM,),
    "declared": (DECLARE,),
    "managing": ("incident manage INC-1 --lead jo",),
    "resolved": (RESOLVE,),
    "reviewed": (
        "incident done INC-1 permanent_fix --link https://example.org/1",
        "incident done INC-1 report",
        "incident done INC-1 post_mortem",
        "incident waive INC-1 runbook --reason 'there is one'",
        REVIEW,
    ),
}
"""What is typed to come from each state to the next one."""

FILLED = {
    "SERVICE": "'Analytical Platform Compute'",
    "IMPACT": "Minor",
    "TEXT": "'what is known'",
    "REASON": "'a good reason'",
    "EVIDENCE": "an alert",
    "TITLE": "'A better title'",
    "ACCOUNT": "123456789012",
    "NAME": "jo",
    "URL": "https://example.org/1",
    "OWNER": "sam",
    "DATE": "2026-12-31",
    "ROLE": "communications",
}
"""What somebody puts in the place of the words in capitals."""


def filled(hint: str, **words: str) -> str:
    """Fill in a command line that the command itself has printed, as a person would."""
    known = {**FILLED, **words}
    hint = re.sub(r'"([^"]*)"', lambda quoted: '"' + re.sub(r"'", "", _replaced(quoted[1], known)) + '"', hint)
    return _replaced(hint, known)


def _replaced(text: str, words: dict[str, str]) -> str:
    return re.sub(r"\b[A-Z]{3,}\b(?!-)", lambda found: words.get(found[0], found[0]), text)


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
        self.folder = place / "incidents"
        self.environment = {"INCIDENT_BY": "sam", "INCIDENT_FOLDER": str(self.folder)}

    def type(self, line: str) -> Answer:
        """Type a line, quoted as in a shell. An unexpected exception fails the test."""
        words = shlex.split(line)
        assert words[0] == "incident", line
        untouched = {name: None for name in os.environ if name.startswith(("INCIDENT_", "_INCIDENT"))}
        with chdir(self.place):
            run = CliRunner().invoke(
                app, words[1:], env={**untouched, **self.environment}, catch_exceptions=False, prog_name="incident"
            )
        return Answer(run.exit_code, run.stdout, run.stderr)

    def must(self, *lines: str) -> None:
        """Type lines that are accepted."""
        for line in lines:
            answer = self.type(line)
            assert answer.code == 0, (line, answer)

    def reach(self, state: str) -> None:
        """Bring INC-1 into a state, from nothing, and deliver nothing."""
        if state == "dismissed":
            self.must(*WAY["candidate"], "incident dismiss INC-1 --criteria-not-met --no-deliver")
        elif state:
            before = self.environment.get("INCIDENT_DELIVER", "1")
            self.environment["INCIDENT_DELIVER"] = "0"
            for reached, lines in WAY.items():
                self.must(*lines)
                if reached == state:
                    break
            self.environment["INCIDENT_DELIVER"] = before

    def block_delivery(self) -> None:
        """Put a file where the incident's folder should be, so that nothing can be written there."""
        (self.folder / "INC-1").write_text("in the way")

    def revision(self) -> int:
        """How many events INC-1 has seen."""
        return int(self.type("incident show INC-1 --json").data["revision"])

    def surroundings(self, **more: str) -> dict[str, str]:
        """The environment of a process of its own."""
        base = {"PATH": f"{BIN}:/usr/bin:/bin", "HOME": str(self.place), "LANG": "C.UTF-8", "PYTHONWARNINGS": "error"}
        return {**base, **self.environment, **more}

    def start(self, line: str, **environment: str) -> Answer:
        """Type a line for real, and wait."""
        words = shlex.split(line)
        run = subprocess.run(
            [str(BIN / words[0]), *words[1:]],
            cwd=self.place,
            env=self.surroundings(**environment),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert "Traceback" not in run.stderr, run.stderr
        return Answer(run.returncode, run.stdout, run.stderr)


def seen_at(leader: int, enough: Callable[[bytes], bool] = lambda _: False, seconds: float = 60) -> bytes:
    """What a pseudo-terminal is sent until it is enough or the other end is closed; an error after so long."""
    shown, until = b"", time.monotonic() + seconds
    while not enough(shown):
        readable, _, _ = select.select([leader], [], [], max(0.0, until - time.monotonic()))
        assert readable, f"after {seconds} s there is only {shown[-2000:]!r}"
        try:
            piece = os.read(leader, 65536)
        except OSError:  # how Linux says that the other end was closed
            break
        if not piece:
            break
        shown += piece
    return shown
