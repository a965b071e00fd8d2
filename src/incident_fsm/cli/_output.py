"""What the command prints: tables and colours where a terminal is there, plain text where not, JSON where asked for."""

import json
import re
import sys
from collections.abc import Sequence
from typing import Any

_TRICKS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of writing. Tabs and line ends are text."""


def clean(text: object) -> str:
    """Take out what could play tricks on a terminal; line ends stay."""
    return _TRICKS.sub("\N{REPLACEMENT CHARACTER}", str(text))


def hanging(text: str, indent: int) -> str:
    """Indent every line but the first, so that no text can pass for a line of ours."""
    return text.replace("\n", "\n" + " " * indent)


def version_line() -> str:
    """Name the library and its version."""
    from importlib.metadata import version  # noqa: PLC0415  only for this

    return f"incident_fsm {version('incident-fsm')}"


def say(text: object = "", *, style: str = "", error: bool = False) -> None:
    """Print one piece of text, in a style if a terminal is there."""
    stream = sys.stderr if error else sys.stdout
    if not stream.isatty():
        print(clean(text), file=stream)
        return
    from rich.console import Console  # noqa: PLC0415  only where a terminal is there
    from rich.text import Text  # noqa: PLC0415  likewise

    Console(file=stream, highlight=False, soft_wrap=True).print(Text(clean(text), style=style))


def table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table: drawn for a terminal, else columns of plain text in full length."""
    cells = [[clean(cell).replace("\n", " ") for cell in row] for row in rows]
    if not sys.stdout.isatty():
        widths = [max(len(row[column]) for row in [headers, *cells]) for column in range(len(headers))]
        for row in [headers, *cells]:
            line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            print(line.rstrip())  # noqa: T201  the answer
        return
    from rich.console import Console  # noqa: PLC0415  only where a terminal is there
    from rich.table import Table  # noqa: PLC0415  likewise
    from rich.text import Text  # noqa: PLC0415  likewise

    filled = [number for number in range(len(headers)) if any(row[number] for row in cells)]  # width is dear there
    drawn = Table(header_style="bold")
    for number in filled:
        # Ids are copied and typed again, so the first column is never broken.
        drawn.add_column(headers[number], overflow="fold", no_wrap=not number)
    for row in cells:
        drawn.add_row(*(Text(row[number]) for number in filled))
    Console(highlight=False).print(drawn)


def as_json(data: Any) -> None:  # noqa: ANN401  whatever can be JSON
    """Print one JSON document."""
    print(json.dumps(data, indent=2, ensure_ascii=False))  # noqa: T201  the answer
