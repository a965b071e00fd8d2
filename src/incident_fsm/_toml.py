"""The one door to `tomllib`: TOML text within bounds, or a `ValueError` that says what is wrong."""

import re
import tomllib
from typing import Any

PARTS_MAX = 100
"""No key has more parts. `tomllib` takes the square of their number, so a key of a whole file would take minutes."""

# Possessive, and only from where a key can begin, so that looking for one takes no square either.
_ENDLESS_KEY = re.compile(
    r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){%d}""" % PARTS_MAX  # noqa: UP031  braces
)


def read_toml(text: str) -> dict[str, Any]:
    """Read TOML text."""
    if _ENDLESS_KEY.search(text):
        raise ValueError(f"a key has more than {PARTS_MAX} parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None
