"""What Typer itself says about a mistyped line repeats what was typed: without what plays tricks on a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from incident_fsm.cli._output import clean

UsageError: type[Exception] = typer.BadParameter.__bases__[0]
"""What every mistyped line is. Typer brings its own, and gives it no name of its own."""


@contextmanager
def _cleaned() -> Iterator[None]:
    """Clean the message of a usage error on its way to whoever prints it."""
    try:
        yield
    except UsageError as error:
        for name, said in vars(error).items():
            if isinstance(said, str):
                setattr(error, name, clean(said))
        raise


class Verb(TyperCommand):
    """A verb whose complaints are clean."""

    def make_context(self, *given: Any, **named: Any) -> Any:  # noqa: ANN401  passed on
        """Read the arguments."""
        with _cleaned():
            return super().make_context(*given, **named)


class Verbs(TyperGroup):
    """The command with its verbs, whose complaints are clean too."""

    def make_context(self, *given: Any, **named: Any) -> Any:  # noqa: ANN401  passed on
        """Read what stands before the verb."""
        with _cleaned():
            return super().make_context(*given, **named)

    def resolve_command(self, *given: Any, **named: Any) -> Any:  # noqa: ANN401  passed on
        """Find the verb."""
        with _cleaned():
            return super().resolve_command(*given, **named)
