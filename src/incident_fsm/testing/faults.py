"""What goes wrong between an adapter and its outside system, and a fake system that lets it.

A `FakeWorld` keeps what an adapter's outside system would keep. Faults are ordered beforehand: each request takes the
next one, and what comes after the last meets none. Subclass it, keep your objects, and send every request of your
fake client through `meet`:

    class FakeTracker(FakeWorld):
        def __init__(self, now):
            super().__init__(now)
            self.tickets = []

        def create(self, title):
            return self.meet(lambda: self.tickets.append(title))

        def count(self, command):
            return sum(command.id in title for title in self.tickets)
"""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import Enum
from threading import RLock
from types import TracebackType
from typing import Protocol, Self, TypeVar

from incident_fsm.commands import Command

T = TypeVar("T")

LATE = timedelta(seconds=20)
"""A late request lands after so long by the world's clock: within the 30 seconds that a runner waits at least."""


class Fault(Enum):
    """What goes wrong with one request."""

    NONE = "nothing"
    UNREACHED = "the connection breaks before anything is stored"
    DROPPED = "stored, then the connection breaks"
    SLOW = "stored, and the answer comes later than anybody waits"
    BROKEN = "stored, then answered 502 with a page of HTML"
    HALF = "stored, then half an answer"
    UNAVAILABLE = "answered 503, nothing stored"
    RATE_LIMITED = "answered 429 with Retry-After, nothing stored"
    LATE = "the connection breaks, and the request lands later"
    FORBIDDEN = "a permission is missing, nothing stored"


STORED = frozenset({Fault.NONE, Fault.DROPPED, Fault.SLOW, Fault.BROKEN, Fault.HALF})
"""The faults in which a request is carried out before its answer goes wrong."""


class RateLimited(Exception):
    """A fake system had too many requests; `retry_after` is how long it asks to be left alone, in seconds."""

    def __init__(self, retry_after: int = 7) -> None:
        super().__init__(f"too many requests; again in {retry_after} seconds")
        self.retry_after = retry_after


class World(Protocol):
    """A fake outside system, as the harness sees it."""

    def order(self, faults: Iterable[Fault]) -> None:
        """Let the next requests meet these faults, in this order, in place of whatever was ordered before."""
        ...

    def objects(self, command: Command) -> int:
        """How many things exist by now that this command brought about (by its marker or its content)."""
        ...


class Faulty:
    """The faults that requests meet, in order, and what lands late by the clock `now`. For fakes of any sort.

    A fake server answers in threads of its own, so whatever it does with its objects, it does under `lock`.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.faults: deque[Fault] = deque()
        self.lock = RLock()
        self._late: list[tuple[datetime, Callable[[], object]]] = []

    def count(self, command: Command) -> int:
        """Count what a command brought about: by its marker, by its key or by its content. Yours to say."""
        raise NotImplementedError(f"{type(self).__name__}.count(command) must say how often {command.id} was done")

    def objects(self, command: Command) -> int:
        """Count what a command brought about, with what has landed late."""
        self.land()
        return self.count(command)

    def order(self, faults: Iterable[Fault]) -> None:
        """Let the next requests meet these faults, in this order, in place of whatever was ordered before."""
        self.faults = deque(faults)

    def next_fault(self) -> Fault:
        """Take the fault that the next request meets; what is late and due has landed before."""
        with self.lock:
            self.land()
            return self.faults.popleft() if self.faults else Fault.NONE

    def postpone(self, request: Callable[[], object]) -> None:
        """Carry a request out later, though its sender is told that the connection broke."""
        with self.lock:
            self._late.append((self.now() + LATE, request))

    def land(self) -> None:
        """Carry out the late requests whose time has come."""
        with self.lock:
            due = [request for moment, request in self._late if moment <= self.now()]
            self._late = [(moment, request) for moment, request in self._late if moment > self.now()]
            for request in due:
                request()


class FakeWorld(Faulty):
    """A fake outside system in memory, for an adapter whose client you can replace. See the module's example."""

    def __enter__(self) -> Self:
        """Use it in a `with` block, as the harness does."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Nothing is held open in memory."""

    def meet(self, request: Callable[[], T]) -> T:
        """Carry a request out, or let it meet its fault: then `failure` is raised, before or after it was stored."""
        fault = self.next_fault()
        if fault is Fault.LATE:
            self.postpone(request)
        elif fault in STORED:
            answer = request()
            if fault is Fault.NONE:
                return answer
        raise self.failure(fault)

    def failure(self, fault: Fault) -> Exception:
        """Say what the client raises at a fault. Override it where your client raises something else."""
        match fault:
            case Fault.FORBIDDEN:
                return PermissionError(fault.value)
            case Fault.RATE_LIMITED:
                return RateLimited()
            case Fault.SLOW:
                return TimeoutError(fault.value)
            case _:
                return ConnectionError(fault.value)
