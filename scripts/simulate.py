"""Run the crash simulator: print figures, and the first seed that fails with the command that replays it.

python scripts/simulate.py --runs 100000 --jobs 4
python scripts/simulate.py --runs 1 --seed 4711   # that history alone, told step by step
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.reliability.simulation import Failed, Figures, simulate, simulate_many

PART = 250
"""Runs that one worker does at a time."""


def main() -> int:
    """Run as many histories as asked for."""
    parser = argparse.ArgumentParser(description="Run the crash simulator.")
    parser.add_argument("--runs", type=int, default=1_000, metavar="N", help="how many histories")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="the first seed; each history has its own")
    parser.add_argument("--jobs", type=int, default=1, metavar="J", help="how many processes")
    asked = parser.parse_args()
    seeds = range(asked.seed, asked.seed + asked.runs)
    try:
        figures = simulate(asked.seed, tell=print) if asked.runs == 1 else _many(seeds, asked.jobs)
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    print(figures.told())
    return 0


def _many(seeds: range, jobs: int) -> Figures:
    """Spread many histories over processes and add the figures up."""
    parts = [seeds[start : start + PART] for start in range(0, len(seeds), PART)]
    if jobs < 2:  # noqa: PLR2004  one job needs no pool
        return simulate_many(seeds)
    figures = Figures()
    with ProcessPoolExecutor(jobs) as pool:
        for part in pool.map(simulate_many, parts):
            figures.add(part)
    return figures


if __name__ == "__main__":
    sys.exit(main())
