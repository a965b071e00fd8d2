"""A world of one machine in which everything goes wrong that can: one seed is one history, and replays the same.

Real are the desk, the core, the SQLite engine with its file, and the runner. Simulated are the outside systems, the
people, the time, and how processes die: at any of the points before and after each thing that is written, and each
call. At the end all faults stop, everything is drained, and an oracle holds what is left against a naive record of what
was acknowledged and of what exists outside.

    python scripts/simulate.py --runs 10000          # figures, and the first seed that fails
    python scripts/simulate.py --seed 4711 --runs 1  # that history again, told step by step
"""

from tests.reliability.simulation.figures import Figures
from tests.reliability.simulation.run import Failed, simulate, simulate_many
from tests.reliability.simulation.variants import HONEST, Variant

__all__ = ["HONEST", "Failed", "Figures", "Variant", "simulate", "simulate_many"]
