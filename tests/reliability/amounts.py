"""How much is tried: what fits into CI, or more by environment variable."""

import os


def amount(variable: str, usual: int) -> int:
    """Read how much of something to try."""
    return int(os.environ.get(variable, usual))


SIMULATED_RUNS = amount("SIMULATED_RUNS", 12_000)
"""Runs of the crash simulator. About six in seven have a crash."""

KILLS = amount("KILLS", 200)
"""Processes that are killed for real."""

DAMAGES = amount("DAMAGES", 200)
"""Journals that are damaged by flipped bits, and as many by a torn log."""
