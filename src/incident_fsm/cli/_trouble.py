"""From errors to exit codes: what a person at 03:00 sees when something is not as it should be."""

import io
import os
import sys
from collections.abc import Callable, Sequence

from incident_fsm import errors
from incident_fsm.cli._output import as_json as print_json
from incident_fsm.cli._output import say

DONE, FAULT_FOUND, BAD_INPUT, REFUSED, UNKNOWN, UNUSABLE, UNDELIVERED = 0, 1, 2, 3, 4, 5, 6
INTERRUPTED, UNREAD = 130, 141

_EXTRA = frozenset({"typer", "rich"})
"""What comes with the extra `cli`."""

_CODES: tuple[tuple[type[Exception], int], ...] = (
    (errors.UnknownIncident, UNKNOWN),
    (errors.UnknownCommand, UNKNOWN),
    (errors.EventIdReused, BAD_INPUT),
    (errors.LeaseLost, REFUSED),
    (errors.TransitionRefused, REFUSED),
    (errors.JournalError, UNUSABLE),
    (errors.AdapterError, UNUSABLE),
    (errors.CodecError, UNUSABLE),  # a policy's are `PolicyError`s, so it is the journal that cannot be read
    (errors.IncidentFsmError, BAD_INPUT),
    (OSError, UNUSABLE),
)
"""Which error leaves with which exit code; the first that fits counts."""


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that knows no § gets \xa7, and not a traceback
            stream.reconfigure(errors="backslashreplace")
    try:
        from incident_fsm.cli.app import app  # noqa: PLC0415  with Typer, and not before

        app(list(arguments), prog_name="incident")
    except SystemExit as leaving:
        if isinstance(leaving.__context__, BrokenPipeError):  # as in `incident --help | true`
            return UNREAD
        return _flushed(leaving.code if isinstance(leaving.code, int) else DONE)
    except ModuleNotFoundError as missing:
        if missing.name not in _EXTRA:
            raise
        say(
            f"incident: {missing.name} is not installed; the command needs: pip install 'incident-fsm[cli]'", error=True
        )
        return UNUSABLE
    except KeyboardInterrupt:
        return INTERRUPTED
    return _flushed(DONE)


def leave(call: "Callable[[], int | None]", *, as_json: bool = False) -> None:
    """Make a call and leave with its exit code; tell its trouble, if it comes to that."""
    try:
        code = call() or DONE
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        code = _unread()
    except (errors.IncidentFsmError, OSError) as error:
        code = explain(error, as_json=as_json)
    sys.exit(_flushed(code))


def explain(error: Exception, *, as_json: bool) -> int:
    """Tell of an error in one clear message, and return the exit code for it."""
    code = next(code for kind, code in _CODES if isinstance(error, kind))
    said = _worded(error) if isinstance(error, OSError) else str(error)
    if as_json:
        faults = list(getattr(error, "faults", ()))
        print_json({"error": type(error).__name__, "message": said, "faults": faults, "exit_code": code})
    say(f"incident: {said}", style="red", error=True)
    return code


def _worded(error: OSError) -> str:
    """Say what the system said, and where."""
    problem = (error.strerror or str(error) or type(error).__name__).lower()
    return f"{error.filename or 'the system'}: {problem}; see that it is there and that you may use it"


def _flushed(code: int) -> int:
    """Send off what was printed, while it can still be said that nobody read it."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _unread()
    return code


def _unread() -> int:
    """Nobody reads any more, as in `incident list | head`: what is left to print goes nowhere, without complaint."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return UNREAD
