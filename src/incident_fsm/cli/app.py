"""The verbs of the `incident` command, gathered."""

from collections.abc import Callable
from typing import Annotated

import typer

from incident_fsm.cli import (
    _begin,
    _board,
    _doctor,
    _documents,
    _finish,
    _look,
    _metrics,
    _outbox,
    _policy,
    _read,
    _transfer,
    _work,
)
from incident_fsm.cli._options import before_the_verb
from incident_fsm.cli._output import say, version_line
from incident_fsm.cli._told import Verb, Verbs

HELP = """The incident process from a terminal: report, confirm, declare, manage, resolve, review.

Every verb explains itself: `incident VERB --help`. These options may stand before or after the verb; set
INCIDENT_FOLDER, INCIDENT_POLICY, INCIDENT_BY and INCIDENT_ADAPTER once instead of giving them each time."""

EPILOG = """Exit codes: 0 done; 1 something is wrong with what was checked; 2 bad usage or bad input; 3 refused, with
every reason; 4 no such incident or command; 5 journal or adapters unusable; 6 accepted, but a command could not be
delivered (see: incident outbox); 130 interrupted; 141 nobody read the answer to its end."""

app: typer.Typer = typer.Typer(
    cls=Verbs, help=HELP, epilog=EPILOG, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None
)


def _tell_version(*, asked: bool) -> None:
    """Answer `--version`, whatever else was typed."""
    if asked:
        say(version_line())
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option(
        "--version", callback=lambda asked: _tell_version(asked=asked), is_eager=True, help="Say which version this is."
    ),
]


@app.callback()
@before_the_verb
def whole(*, version: Version = False) -> None:
    """Take what is given before the verb."""


VERBS: dict[str, Callable[..., None]] = {
    name: verb
    for module in (_begin, _work, _finish, _read, _look, _outbox, _doctor, _documents, _metrics, _transfer, _board)
    for name, verb in module.VERBS.items()
}
"""Every verb that stands alone, by its name; `policy` has its own."""

for _name, _verb in VERBS.items():
    app.command(_name, cls=Verb)(_verb)
app.add_typer(_policy.app, name="policy")
