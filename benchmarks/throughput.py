"""How many events a second get through when several processes write at once: shown, never asserted.

    python benchmarks/throughput.py [SECONDS]

Each process has a desk of its own on the one journal (WAL, FULL). "The same" is one incident for all, so they get in
each other's way and decide anew; "its own" is one incident each.
"""

import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from incident_fsm.desk import Desk
from incident_fsm.events import CandidateReported, NoteTaken

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def write(folder: Path, incident_id: str, name: str, seconds: float) -> int:
    """Write notes for so long; return how many were accepted."""
    count, end = 0, time.monotonic() + seconds
    with Desk.in_folder(folder, adapters=()) as desk:
        while time.monotonic() < end:
            desk.step(incident_id, NoteTaken(id=f"{name}-{count}", at=AT, by=name, text="a line of a note"))
            count += 1
    return count


def measure(processes: int, *, same: bool, seconds: float) -> float:
    """Let several processes write side by side; return events a second, of all together."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        ids = ["INC-1" if same else f"INC-{number}" for number in range(processes)]
        with Desk.in_folder(folder, adapters=()) as desk:
            for incident_id in dict.fromkeys(ids):
                desk.open(CandidateReported(id=incident_id, at=AT, by="b", incident_id=incident_id, title="x"))
        with ProcessPoolExecutor(processes) as pool:
            names = [f"p{number}" for number in range(processes)]
            counts = pool.map(write, [folder] * processes, ids, names, [seconds] * processes)
            return sum(counts) / seconds


def main() -> None:
    """Print a table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    print("processes  incident  events/s")
    for processes in (1, 2, 4):
        for same in (True, False):
            rate = measure(processes, same=same, seconds=seconds)
            print(f"{processes:9}  {'the same' if same else 'its own':8}  {rate:8.0f}")


if __name__ == "__main__":
    main()
