"""Try one adapter against its real service: a private test page, channel, repository, account or mailbox of your own.

    python scripts/live_smoke.py slack --channel my-test-channel
    python scripts/live_smoke.py pagerduty --settings test-adapters.toml

It says first what it will do and what it will leave behind, and asks. Then it carries the commands of a made-up
incident out by the real adapter, loses the answers on purpose, and sees whether everything is found again and nothing
is done twice. It looks at the points that the services' documents leave open, and takes everything away again, whatever
happened. Settings are those of adapters.toml, secrets come from the environment: docs/services.md.

Exit codes: 0 everything that could be seen is as assumed; 1 something is not; 2 it lacks settings or secrets, or they
are wrong; 3 nobody said yes; 4 something could not be taken away again; 5 it broke off; 130 interrupted. Where several
would do, the first of 4, 130, 5, 1.
"""

import argparse
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from attrs import field, frozen

from incident_fsm import Policy
from incident_fsm._secrets import scrub
from incident_fsm.adapters import AdapterSettings, Checkable
from incident_fsm.adapters.registry import SETTINGS, read_tables
from incident_fsm.errors import IncidentFsmError
from incident_fsm.policy_files import DEFAULT, load_policy
from live.aws_support import AwsSupport
from live.github import GitHub
from live.mail import Mail
from live.pagerduty import PagerDuty
from live.points import Report, Verdict
from live.slack import Slack
from live.smoke import Options, Smoke, Vendor
from live.terminal import Terminal
from live.tidying import Tidying
from live.trial import Clock
from live.webhook import Webhook

VENDORS: tuple[Vendor, ...] = (PagerDuty(), Slack(), GitHub(), AwsSupport(), Mail(), Webhook())

HOLDS, NOT_SO, LACKING, NOT_BEGUN, LEFT, BROKE_OFF, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130


@frozen(kw_only=True)
class World:
    """What a run meets outside. A test gives its own."""

    environment: Mapping[str, str] = field(default=os.environ, repr=False)
    vendors: Sequence[Vendor] = VENDORS
    reading: TextIO = field(factory=lambda: sys.stdin)
    writing: TextIO = field(factory=lambda: sys.stdout)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    pause: Callable[[float], object] = time.sleep


class Lacking(Exception):
    """Something must be set or mended before anything can be tried."""


def main(arguments: Sequence[str] | None = None, world: World | None = None) -> int:
    """Try one adapter, and return the exit code."""
    here = world or World()
    said = _parser(here).parse_args(arguments)
    terminal = Terminal(here.reading, here.writing, confirmed=said.yes)
    try:
        return _run(said, here, terminal)
    except (Lacking, IncidentFsmError) as error:
        terminal.say(f"nothing was done: {error}")
        return LACKING
    except KeyboardInterrupt:  # while it asks, or looks beforehand
        terminal.say("interrupted")
        return INTERRUPTED


def _parser(world: World) -> argparse.ArgumentParser:
    """What can be said on the command line."""
    head, _, rest = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        description=head, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("vendor", choices=[vendor.name for vendor in world.vendors], help="whose adapter")
    parser.add_argument("--settings", type=Path, default=Path(SETTINGS), metavar="FILE", help=f"default: {SETTINGS}")
    parser.add_argument("--policy", default=DEFAULT, metavar="NAME|FILE", help=f"default: {DEFAULT}")
    parser.add_argument("--yes", action="store_true", help="begin without asking")
    parser.add_argument("--anyway", action="store_true", help="go on though the adapter's own check finds faults")
    parser.add_argument("--patience", type=_seconds, metavar="SECONDS", help="look so long for what was done")
    parser.add_argument("--channel", default="", metavar="NAME", help="slack: the private channel to post in")
    parser.add_argument("--shared-channel", default="", metavar="NAME", help="slack: post in a shared channel, too")
    parser.add_argument("--account", default="", metavar="ID", help="aws_support: which account")
    parser.add_argument("--real-case", action="store_true", help="aws_support: open a REAL case, and resolve it")
    parser.add_argument("--private-report", action="store_true", help="github: make a private report; it stays")
    parser.add_argument("--to", default="", metavar="ADDRESS", help="email: the mailbox to write to")
    parser.add_argument("--long", action="store_true", help="pagerduty: also write a 51st update")
    return parser


def _seconds(said: str) -> int:
    """Read a number of seconds, up to an hour."""
    if not (said.isascii() and said.isdigit() and int(said[:6]) <= 3600):  # noqa: PLR2004  an hour
        raise argparse.ArgumentTypeError(f"{said!r:.20} is no number of seconds from 0 to 3600")
    return int(said)


def _run(said: argparse.Namespace, world: World, terminal: Terminal) -> int:
    """Prepare, say what will be done, ask, do it, tidy."""
    vendor = next(one for one in world.vendors if one.name == said.vendor)
    asked = {name: getattr(said, name) for name in ("channel", "shared_channel", "account", "to", "long")}
    options = Options(
        **asked,
        real_case=said.real_case,
        private_report=said.private_report,
        patience=vendor.patience if said.patience is None else said.patience,
    )
    smoke = _prepared(vendor, options, said, world, terminal)
    begin = _asked(vendor, smoke)
    if not begin:
        return NOT_BEGUN
    _checked(smoke, anyway=said.anyway)
    return _examined(vendor, smoke)


def _prepared(vendor: Vendor, options: Options, said: argparse.Namespace, world: World, terminal: Terminal) -> Smoke:
    """Read settings and policy. Nobody is called; raises `Lacking` with what to set."""
    tables = read_tables(said.settings)
    missing = [name for name in vendor.secrets if not world.environment.get(name)]
    problems = [
        *([] if said.settings.exists() else [f"there is no {said.settings}: name another with --settings"]),
        *([vendor.lacks(options)] if vendor.lacks(options) else []),
        *(f"set {name} in the environment" for name in missing),
    ]
    if problems:
        raise Lacking(f"{'; '.join(problems)}. docs/services.md has an example of everything")
    table = vendor.table(options, tables.get(vendor.name, {}))
    settings = AdapterSettings(folder=said.settings.parent, table=table, environment=world.environment)
    policy: Policy = vendor.policy(options, load_policy(said.policy))
    return Smoke(
        run_id=f"SMOKE-{world.now().astimezone(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}",
        access=vendor.open(settings),
        policy=policy,
        options=options,
        settings=settings,
        report=Report(terminal.say),
        tidying=Tidying(),
        terminal=terminal,
        clock=Clock(world.now, world.pause),
    )


def _asked(vendor: Vendor, smoke: Smoke) -> bool:
    """Say what will be done and what stays, and ask."""
    plan, say = vendor.plan(smoke.options, smoke.table), smoke.terminal.say
    say(f"{vendor.name}: everything of this run is marked {smoke.run_id}. This will:")
    for number, step in enumerate(plan.does, 1):
        say(f"  {number}. {step}")
    say(f"It leaves behind, if all goes well: {plan.leaves}.")
    begin = smoke.terminal.may_begin()
    if begin is None:
        say("nothing was done: nobody is there to say yes; run it in a terminal, or with --yes")
    elif not begin:
        say("nothing was done")
    return bool(begin)


def _checked(smoke: Smoke, *, anyway: bool) -> None:
    """Have the adapter look beforehand, as `incident doctor` does. Raises `Lacking` with what to mend."""
    adapter = smoke.access.adapter
    problems = [one for one in adapter.check(smoke.policy) if one.problem] if isinstance(adapter, Checkable) else []
    for check in problems:
        smoke.terminal.say(f"  [{'check!' if check.grave else 'check'}] {check.what}: {check.problem}")
        smoke.terminal.say(f"           {check.remedy}")
    if any(check.grave for check in problems) and not anyway:
        raise Lacking("the adapter's own check finds what is to be mended first (or go on with --anyway)")


def _examined(vendor: Vendor, smoke: Smoke) -> int:
    """Do it, and tidy whatever happens."""
    code = HOLDS
    try:
        vendor.examine(smoke)
    except KeyboardInterrupt:
        smoke.terminal.say("interrupted")
        code = INTERRUPTED
    except Exception as error:  # noqa: BLE001  whatever it is: it is told, and everything is taken away again
        smoke.terminal.say(f"  [ END  ] broke off: {type(error).__name__}: {scrub(str(error))}")
        code = BROKE_OFF
    left = smoke.tidying.run(smoke.terminal)
    report = smoke.report
    counts = ", ".join(f"{report.count(verdict)} {verdict.value}" for verdict in Verdict)
    smoke.terminal.say(f"{vendor.name}: {counts}; {left} left behind")
    return LEFT if left else code or (NOT_SO if report.count(Verdict.BROKEN) else HOLDS)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that it tidies before it ends
    sys.exit(main())
