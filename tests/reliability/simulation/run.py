"""One run from one seed, and many of them."""

import random
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.reliability.simulation.figures import Figures
from tests.reliability.simulation.variants import HONEST, Variant
from tests.reliability.simulation.world import Simulation

_ACTS = (6, 9, 13)
"""How much happens in a run."""


class Failed(AssertionError):
    """A run in which a promise was broken: `seed` replays it, `story` tells it."""

    def __init__(self, seed: int, faults: Sequence[str], story: Sequence[str]) -> None:
        super().__init__(seed, tuple(faults), tuple(story))  # so that it can come from another process
        self.seed = seed
        self.faults = tuple(faults)
        self.story = tuple(story)

    def __str__(self) -> str:
        """Name the seed, the command that replays it, and what was broken."""
        again = f"python scripts/simulate.py --runs 1 --seed {self.seed}"
        return "\n  ".join([f"seed {self.seed} fails; again with: {again}", *self.faults])


def simulate(
    seed: int, variant: Variant = HONEST, *, doomed: Sequence[int] | None = None, tell: Callable[[str], object] = len
) -> Figures:
    """Live through the history of one seed; raise `Failed` where a promise was broken.

    `doomed` names the points at which a process dies, in place of those that the seed would draw. `tell` is told what
    happened, line by line.
    """
    with _place() as folder, _seeded(seed):
        world = Simulation(seed, folder, variant, doomed)
        try:
            return world.run(world.fate.choose(_ACTS))
        except Exception as error:  # whatever escapes is a broken promise too
            faults = error.args if isinstance(error, AssertionError) else (f"{type(error).__name__}: {error}",)
            raise Failed(seed, [str(fault) for fault in faults], world.fate.told) from error
        finally:
            world.close()
            for line in world.fate.told:
                tell(line)


def simulate_many(seeds: Iterable[int], variant: Variant = HONEST) -> Figures:
    """Live through many histories and add the figures up; the first that fails raises."""
    figures = Figures()
    for seed in seeds:
        figures.add(simulate(seed, variant))
    return figures


@contextmanager
def _place() -> Iterator[Path]:
    """Give a folder for a while, in memory where there is such a place: thousands of journals are made."""
    memory = Path("/dev/shm")  # noqa: S108  a folder of our own is made in it
    folder = tempfile.mkdtemp(prefix="simulation-", dir=memory if memory.is_dir() else None)
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder)


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Seed what draws the jitter of the runner's pauses, and put it back afterwards."""
    before = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(before)
