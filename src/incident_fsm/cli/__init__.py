"""The `incident` command: thin over `Desk`.

Exit codes: 0 done · 1 something is wrong with what was checked · 2 bad input · 3 refused, with every reason ·
4 no such incident or command · 5 journal or adapters unusable · 6 accepted, but a command could not be delivered.

Nothing heavy is imported before a verb needs it.
"""

import sys


def main() -> None:
    """Run the command; every expected trouble becomes one clear line and an exit code, never a traceback."""
    from incident_fsm.cli._trouble import run  # noqa: PLC0415  `incident --version` must not pay for it

    if sys.argv[1:] == ["--version"]:
        from importlib.metadata import version  # noqa: PLC0415  likewise

        print(f"incident_fsm {version('incident-fsm')}")  # noqa: T201  the answer
        return
    sys.exit(run(sys.argv[1:]))
