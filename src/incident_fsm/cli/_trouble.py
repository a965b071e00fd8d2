"""From errors to exit codes: what a person at 03:00 sees when something is not as it should be."""

import sys
from collections.abc import Sequence

from incident_fsm import errors
from incident_fsm.cli._output import clean

DONE, FAULT_FOUND, BAD_INPUT, REFUSED, UNKNOWN, UNUSABLE, UNDELIVERED, INTERRUPTED = 0, 1, 2, 3, 4, 5, 6, 130

_CODES: tuple[tuple[type[Exception], int], ...] = (
    (errors.UnknownIncident, UNKNOWN),
    (errors.UnknownCommand, UNKNOWN),
    (errors.EventIdReused, BAD_INPUT),
    (errors.LeaseLost, REFUSED),
    (errors.JournalError, UNUSABLE),
    (errors.AdapterError, UNUSABLE),
    (errors.TransitionRefused, REFUSED),
    (errors.IncidentFsmError, BAD_INPUT),
    (OSError, UNUSABLE),
)
"""Which error leaves with which exit code; the first that fits counts."""


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    from incident_fsm.cli.app import app  # noqa: PLC0415  with Typer, and not before

    try:
        app(list(arguments), prog_name="incident")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else DONE
    except tuple(kind for kind, _ in _CODES) as error:
        print(clean(f"incident: {error}"), file=sys.stderr)  # noqa: T201  the answer
        return next(code for kind, code in _CODES if isinstance(error, kind))
    return DONE
