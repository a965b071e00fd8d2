"""Counter-examples: the shortest script of events that shows what is wrong, to be read and replayed by a person."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from attrs import frozen

from incident_fsm._incident import Incident
from incident_fsm._results import Option, Refusal, Step
from incident_fsm.codec import decode_event, encode_event
from incident_fsm.events import Event


class Process(Protocol):
    """What is explored: a `Lifecycle`, or anything that answers like one."""

    def attempt(self, incident: Incident | None, event: Event) -> Step | Refusal:
        """Answer an event."""
        ...

    def options(self, incident: Incident) -> tuple[Option, ...]:
        """List what the table allows next, and what blocks each."""
        ...


@frozen
class CounterExample:
    """An invariant that does not hold: which, what is wrong, and the shortest script that shows it.

    `labels` say what each event stands for. Empty scripts are about the process as a whole.
    """

    number: int
    sentence: str
    problem: str
    events: tuple[Event, ...]
    labels: tuple[str, ...]

    def script(self) -> str:
        """The script as JSON Lines, as the journal keeps events; `read_script` takes it back."""
        return "".join(f"{encode_event(event)}\n" for event in self.events)

    def lines(self) -> Iterator[str]:
        """Tell it to a person: the invariant, what happens, and the script to replay."""
        yield f"invariant {self.number} does not hold: {self.sentence}"
        yield f"  {self.problem}"
        for number, label in enumerate(self.labels, start=1):
            yield f"  {number}. {label}"
        yield from self.script().splitlines()


def read_script(said: str) -> tuple[Event, ...]:
    """Read a script; raises `CodecError` where a line is no event."""
    return tuple(decode_event(line) for line in said.splitlines() if line.strip())


def retrace(process: Process, events: Iterable[Event]) -> Iterator[Step | Refusal]:
    """Yield the answers to a script, one after another; a refusal leaves the incident as it was."""
    incident: Incident | None = None
    for event in events:
        answer = process.attempt(incident, event)
        yield answer
        if isinstance(answer, Step):
            incident = answer.after
