"""What was counted in runs of the simulator."""

from collections import Counter

from attrs import Factory, define


@define
class Figures:
    """Counts of one run, or of many."""

    runs: int = 0
    crashed: int = 0
    """Runs with at least one crash."""
    points: int = 0
    """Points at which a process could have died."""
    counts: Counter[str] = Factory(Counter)
    """What happened, by name: events, commands, objects outside, refusals, clock jumps and so on."""
    crashes: Counter[str] = Factory(Counter)
    """Crashes by the point at which they happened."""
    ends: Counter[str] = Factory(Counter)
    """Commands by what became of them."""

    def add(self, other: "Figures") -> None:
        """Add what another run counted."""
        self.runs += other.runs
        self.crashed += other.crashed
        self.points += other.points
        self.counts.update(other.counts)
        self.crashes.update(other.crashes)
        self.ends.update(other.ends)

    def told(self) -> str:
        """Write the figures for people."""
        lines = [
            f"{self.runs} runs, {self.crashed} with crashes: {self.crashes.total()} crashes at {self.points} points",
            "crashes: " + _listed(self.crashes),
            "commands: " + _listed(self.ends),
            "happened: " + _listed(self.counts),
        ]
        return "\n".join(lines)


def _listed(counts: Counter[str]) -> str:
    """Write counts, the most frequent first."""
    return ", ".join(f"{name} {count}" for name, count in counts.most_common()) or "none"
