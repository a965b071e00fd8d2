"""The `incident` command: thin over `Desk`.

Exit codes: 0 done · 1 something is wrong with what was checked · 2 bad usage or bad input · 3 refused, with every
reason · 4 no such incident or command · 5 journal or adapters unusable · 6 accepted, but a command could not be
delivered · 130 interrupted · 141 nobody read the answer to its end.

Nothing heavy is imported before a verb needs it.
"""

import sys


def main() -> None:
    """Run the command; every expected trouble becomes one clear line and an exit code, never a traceback."""
    if sys.argv[1:] == ["--version"]:
        from incident_fsm.cli._output import version_line  # noqa: PLC0415  `incident --version` must not pay for Typer

        print(version_line())  # noqa: T201  the answer
        return
    from incident_fsm.cli._trouble import run  # noqa: PLC0415  likewise

    sys.exit(run(sys.argv[1:]))
