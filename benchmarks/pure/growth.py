"""Whether a step, or an incident, grows with its timeline: after 10 notes and after 100,000."""

from collections.abc import Callable

from benchmarks.figures import Row, at_most
from benchmarks.pure.ours import Ours
from benchmarks.pure.story import BEGINNING, NOTE
from benchmarks.timing import Prepare, interleaved

from incident_fsm import Incident, codec

FEW, MANY = 10, 100_000
ROUNDS, CALLS = 61, 400
GOAL = 1.10


def _noted(count: int) -> Ours:
    """An incident that is being managed, after so many notes."""
    told = Ours()
    for event in BEGINNING:
        told.handle(event)
    for _ in range(count):
        told.handle(NOTE)
    return told


def _steps(told: Ours) -> Prepare:
    """More notes, from where the incident stands, each time anew."""
    stands = told.incident

    def prepare() -> Callable[[], object]:
        told.incident = stands

        def call() -> None:
            for _ in range(CALLS):
                told.handle(NOTE)

        return call

    return prepare


def _size(incident: Incident | None) -> int:
    """How many bytes an incident takes in the journal."""
    if incident is None:
        raise ValueError("nothing was told")
    return len(codec.encode_incident(incident).encode())


def measure() -> list[Row]:
    """Time a step of each, and weigh both."""
    few, many = _noted(FEW), _noted(MANY)
    pair = _size(many.incident), _size(few.incident)
    taken = interleaved({"many": _steps(many), "few": _steps(few)}, rounds=ROUNDS, calls={"many": CALLS, "few": CALLS})
    times = taken["many"].median, taken["few"].median
    notes = f"at {MANY:,} notes ÷ at {FEW}"
    return [
        at_most(GOAL, f"step {notes}", times, "µs"),
        at_most(GOAL, f"bytes of the incident {notes}", pair, "bytes", note="as JSON, as the journal keeps it"),
    ]
