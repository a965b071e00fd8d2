"""How far long work is: a bar on standard error while somebody sits at a terminal, and nothing anywhere else.

    with progress("verifying", total=lambda: count(desk)) as at:
        for number, snapshot in enumerate(found):
            at(number)

The answer goes to standard output, so what it is piped into, and what `--json` prints, stays as it is.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import ProgressColumn

At = Callable[[int], None]
"""Says how far it is now: how many are done, or how many bytes were read."""


@contextmanager
def progress(what: str, total: Callable[[], int] | None = None, *, in_bytes: bool = False) -> Iterator[At]:
    """Show a bar for as long as the block lasts, and hand out what moves it; the bar is gone afterwards.

    `total` is asked for only where a bar is shown, since counting may cost; without one the bar tells what was done.
    """
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console  # noqa: PLC0415  only where a terminal is there
    from rich.progress import Progress  # noqa: PLC0415  likewise

    with Progress(*_columns(in_bytes=in_bytes), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None if total is None else total())
        shown = 0

        def at(done: int) -> None:
            nonlocal shown
            if done != shown:  # it may be said for each of a million lines
                shown = done
                bar.update(task, completed=done)

        yield at


def _columns(*, in_bytes: bool) -> "Iterator[ProgressColumn]":
    """What stands in the line: what is done, the bar, how much of it, and how long it takes yet."""
    from rich.progress import (  # noqa: PLC0415  only where a terminal is there
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    yield TextColumn("{task.description}")
    yield BarColumn()
    yield TaskProgressColumn()
    yield DownloadColumn() if in_bytes else MofNCompleteColumn()
    yield TimeRemainingColumn()
