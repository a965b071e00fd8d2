"""What a contestant is, the effects that all of them share, and the proof that all of them do the same.

Everybody handles the same events with the same guards, the same reactions and the same commands: those of our table.
What differs is what stands around them: how a row is found, how guard and reaction are called, and how the next
snapshot is made. Ours and the dict table fill a draft and seal it; who has no such thing of its own uses
`attrs.evolve`, as its users would.
"""

from collections.abc import Callable
from typing import Any, Protocol

from attrs import evolve, frozen
from benchmarks.pure.story import POLICY, WHOLE

from incident_fsm import Incident
from incident_fsm._incident import Draft, seal
from incident_fsm._reactions.emission import Emission
from incident_fsm._table import ROWS, Row
from incident_fsm.commands import Command
from incident_fsm.events import Event

UNREPORTED = "unreported"
"""The state of a peer's machine before its incident is reported."""

PLACES = (UNREPORTED, *dict.fromkeys(row.target.value for row in ROWS))
"""The states, as peers name them."""


SHARED = (
    "both call the same guard and reaction and make the same command; that is half of our own step, and as quick for a"
    " peer as for us, so no machine can save it"
)
"""Why no machine can be much quicker than the slowest part of what it calls."""


def source_of(row: Row) -> str:
    """Where a row starts, as peers name it."""
    return UNREPORTED if row.source is None else row.source.value


class Handler(Protocol):
    """One incident in the hands of a contestant."""

    @property
    def incident(self) -> Incident | None:
        """The present snapshot."""

    @property
    def commands(self) -> tuple[Command, ...]:
        """What is to be done because of the last accepted event."""

    def handle(self, event: Event) -> object:
        """Take an event in. One that is refused changes nothing; how it is told is the contestant's own way."""


@frozen
class Contestant:
    """A way of running the process: its name, whose distribution it needs, and how an incident begins."""

    name: str
    distribution: str
    begin: Callable[[], Handler]


class Changes:
    """What a reaction writes, kept apart from the incident that it reads: the keywords of `attrs.evolve`."""

    __slots__ = ("__dict__", "_before")

    def __init__(self, before: Incident) -> None:
        """Read from an incident."""
        object.__setattr__(self, "_before", before)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  any field of an incident
        """Read what was not written."""
        return getattr(self._before, name)


_NOTHING = seal(Draft())
"""What an incident is evolved from when it is opened."""


class Subject:
    """What a peer's machine moves: an object that keeps the present snapshot, with guard and reaction as its methods.

    `snapshot` makes the next one; `attrs.evolve` unless said otherwise.
    """

    def __init__(self) -> None:
        self.incident: Incident | None = None
        self.commands: tuple[Command, ...] = ()

    def permits(self, row: Row, event: Event) -> bool:
        """Ask the guard."""
        return not row.guard(self.incident, event, POLICY)

    def react(self, row: Row, event: Event) -> None:
        """Keep the next snapshot, and the commands."""
        before = self.incident
        after = self.snapshot(before, row, event)
        emission = Emission(before, after, event, POLICY)
        row.emit(emission)
        self.incident, self.commands = after, tuple(emission.commands)

    def snapshot(self, before: Incident | None, row: Row, event: Event) -> Incident:
        """Make the next snapshot by `attrs.evolve`."""
        base = before or _NOTHING
        changes = Changes(base)
        row.evolve(changes, event, POLICY)  # type: ignore[arg-type]  # reads and writes as a draft does
        written = vars(changes)
        written["revision"] = base.revision + 1
        if row.source is not row.target:
            written["state"] = row.target
            written["entered_at"] = event.at
        return evolve(base, **written)


def run(begin: Callable[[], Handler], events: tuple[Event, ...]) -> tuple[Handler, int]:
    """Tell one incident; give its handler and how many commands there were."""
    handler, commands = begin(), 0
    for event in events:
        handler.handle(event)
        commands += len(handler.commands)
    return handler, commands


def check(contestants: tuple[Contestant, ...], refused: tuple[Event, ...], beginning: tuple[Event, ...]) -> None:
    """Raise AssertionError unless all lead to the same incident by the same commands, and refuse the same."""
    first, expected = run(contestants[0].begin, WHOLE)
    for one in contestants[1:]:
        handler, commands = run(one.begin, WHOLE)
        if (handler.incident, handler.commands, commands) != (first.incident, first.commands, expected):
            raise AssertionError(f"{one.name} does not do the same: {handler.incident} by {commands} commands")
    for one in contestants:
        handler, _ = run(one.begin, beginning)
        before = handler.incident
        for event in refused:
            handler.handle(event)
            if handler.incident is not before:
                raise AssertionError(f"{one.name} accepts {event}")
