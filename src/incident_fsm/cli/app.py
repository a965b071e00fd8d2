"""The verbs of the `incident` command, gathered."""

import typer

from incident_fsm.cli import _begin, _finish, _outbox, _policy, _read, _work

HELP = """The incident process from a terminal: report, confirm, declare, manage, resolve, review.

Every verb explains itself: `incident VERB --help`. Set INCIDENT_FOLDER, INCIDENT_POLICY and INCIDENT_BY once instead of
giving --folder, --policy and --by each time."""

EPILOG = """Exit codes: 0 done; 1 something is wrong with what was checked; 2 bad input; 3 refused, with every reason;
4 no such incident or command; 5 journal or adapters unusable; 6 accepted, but a command could not be delivered."""

app = typer.Typer(help=HELP, epilog=EPILOG, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)
for module in (_begin, _work, _finish, _read, _outbox):
    for name, verb in module.VERBS.items():
        app.command(name)(verb)
app.add_typer(_policy.app, name="policy")
