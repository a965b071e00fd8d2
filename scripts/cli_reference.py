"""The reference of the command line: what `incident --help` and every verb's `--help` say, as a page in Markdown."""

import contextlib
import io
from collections.abc import Iterator
from functools import cache

from typer.main import get_command

from incident_fsm.cli._policy import app as policy
from incident_fsm.cli.app import VERBS, app

COLUMNS = 80
_COMMAND = get_command(app)

Words = tuple[str, ...]


def asked() -> Iterator[Words]:
    """Yield everything that can be asked for help: the command, each verb, and each verb of `policy`."""
    yield ()
    yield from ((verb,) for verb in VERBS)
    yield from (("policy", str(command.name)) for command in policy.registered_commands)


@cache
def help_of(words: Words) -> str:
    """What `incident WORDS --help` prints, as wide on every machine. Fails where there is no such verb."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        _COMMAND.main(
            [*words, "--help"],
            prog_name="incident",
            standalone_mode=False,
            terminal_width=COLUMNS,
            max_content_width=COLUMNS,
        )
    return said.getvalue()


def sections() -> Iterator[str]:
    """Yield a section for each."""
    for words in asked():
        said = "\n".join(line.rstrip() for line in help_of(words).strip().splitlines())
        yield f"## `{' '.join(('incident', *words))}`\n\n```text\n{said}\n```\n"
