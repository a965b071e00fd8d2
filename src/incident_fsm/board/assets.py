"""The board's own style and script, which stand in every page, and the policy that lets a page use nothing else."""

import base64
import hashlib
from importlib.resources import files

from incident_fsm import pictures


def _read(name: str) -> str:
    """Read a file that ships."""
    return files(__name__.rpartition(".")[0]).joinpath("templates", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """The digest of a script, as a page's policy names it (CSP 3)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


STYLE = _read("board.css") + pictures.STYLE
"""What is added to the style that all documents share."""

SCRIPT = _read("board.js")
"""Counts down, and asks again. A page says all the same without it."""


def csp(*, live: bool) -> str:
    """What a page may do: run our script and, live, ask where it came from for itself. The layout adds the style."""
    parts = ["default-src 'none'", f"script-src {_digest(SCRIPT)}", "base-uri 'none'", "form-action 'none'"]
    return "; ".join([*parts, *(["connect-src 'self'"] if live else [])])
