"""The outside systems: what exists there, what is still on its way, and adapters that speak with them badly."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from attrs import frozen

from incident_fsm.adapters import Absent, Context, Finding, NotDone, Outcome, Receipt, Rejected, Unknown
from incident_fsm.commands import LANES, Command, PublishStatus
from incident_fsm.errors import AdapterError
from tests.reliability.simulation.clock import Clock
from tests.reliability.simulation.fate import Fate

LATEST = 29.0
"""A late request lands within so many seconds, or never: less than a runner settles."""


@frozen
class Thing:
    """One thing that exists outside because of a command."""

    command: Command
    landed: datetime

    @property
    def all_clear(self) -> bool:
        """Whether it tells the public that it is over."""
        return isinstance(self.command, PublishStatus) and self.command.all_clear


class Outside:
    """Every outside system at once. `keyed` lanes take the command's id as a key and do nothing twice."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.things: list[Thing] = []
        self.keyed: set[str] = set()
        self.flying: list[tuple[datetime, Command]] = []

    def store(self, command: Command) -> None:
        """Let a request do its work."""
        self.land()
        keyed = LANES[type(command)] in self.keyed
        if not (keyed and self.has(command)):
            self.things.append(Thing(command, self.clock.true))

    def send_late(self, command: Command, seconds: float) -> None:
        """Let a request arrive later than anybody waits for it."""
        self.flying.append((self.clock.true + timedelta(seconds=seconds), command))

    def land(self, *, everything: bool = False) -> None:
        """Let those late requests do their work whose time has come."""
        due = [(at, command) for at, command in self.flying if everything or at <= self.clock.true]
        self.flying = [late for late in self.flying if late not in due]
        for at, command in sorted(due, key=lambda late: late[0]):
            keyed = LANES[type(command)] in self.keyed
            if not (keyed and self.has(command)):
                self.things.append(Thing(command, at))

    def has(self, command: Command) -> bool:
        """Whether the thing of a command exists."""
        return any(thing.command.id == command.id for thing in self.things)


class Unreliable:
    """An adapter that does everything an adapter may do: store, drop, delay, limit, reject, raise, talk nonsense.

    The one called `blind` can never tell whether an earlier attempt happened. `stall` is called where the process may
    stand still for longer than its lease lasts. A request that is *sent* after the lease has ended can be fenced off by
    nobody here, so a process stalls before it sends only where the outside system does nothing twice (`keyed`).
    """

    live = True

    def __init__(self, name: str, outside: Outside, fate: Fate, stall: Callable[[], None]) -> None:
        self.name = name
        self.outside = outside
        self.fate = fate
        self.stall = stall
        self.lanes: Mapping[str, str] = {}

    def accepts(self, command: Command) -> bool:
        """Accept what it was given to do."""
        return self.lanes.get(LANES[type(command)]) == self.name

    def deliver(self, command: Command, context: Context) -> Outcome:  # noqa: ARG002  the port's signature
        """Do it, in one of the many ways in which it can go wrong."""
        fate = self.fate
        fate.point("before the call")
        if self.name == "keyed":
            self.stall()
        if fate.happens(fate.outside_rate):
            outcome = self._badly(command)
        else:
            self.outside.store(command)
            fate.point("in the call, done outside")
            self.stall()
            outcome = receipt(command)
        fate.point("after the call")
        return outcome

    def find(self, command: Command, context: Context) -> Finding:  # noqa: ARG002  the port's signature
        """Look for the command's marker."""
        self.fate.point("before the search")
        self.outside.land()
        if self.name == "blind":
            return Unknown(why="nothing there carries our marker")
        if self.fate.happens(self.fate.outside_rate / 3):
            self.fate.tell(f"{self.name} cannot tell about {command.id}")
            if self.fate.happens(0.1):
                raise AdapterError(self.name, "lost its token", "set it again")
            return Unknown(why="the search timed out", ask_person=self.fate.happens(0.1))
        found = receipt(command) if self.outside.has(command) else Absent()
        self.fate.point("after the search")
        return found

    def _badly(self, command: Command) -> Outcome:
        """Draw what goes wrong, and say so."""
        way = self.fate.choose(_WAYS)
        self.fate.tell(f"{self.name} {way.__name__[1:].replace('_', ' ')}: {command.id}")
        return way(self, command)

    def _limits(self, _command: Command) -> Outcome:
        wait = self.fate.choose((None, timedelta(seconds=7), timedelta(days=9_999), timedelta(seconds=-5)))
        return NotDone(why="too many requests", wait=wait)

    def _is_away(self, _command: Command) -> Outcome:
        return NotDone(
            why="no connection", until=self.outside.clock() + timedelta(minutes=self.fate.choose((-9, 1, 50)))
        )

    def _rejects(self, _command: Command) -> Outcome:
        return Rejected(why="not like this")

    def _is_not_set_up(self, _command: Command) -> Outcome:
        raise AdapterError(self.name, "needs TOKEN, which is not set", "set it in the environment")

    def _drops_before(self, _command: Command) -> Outcome:
        return Unknown(why="no answer")

    def _drops_after(self, command: Command) -> Outcome:
        self.outside.store(command)
        self.fate.point("in the call, done outside")
        self.stall()
        return Unknown(why="no answer", wait=self.fate.choose((None, timedelta(seconds=1), timedelta(hours=3))))

    def _breaks(self, command: Command) -> Outcome:
        if self.fate.choose((True, False)):
            self.outside.store(command)
        raise TimeoutError("no answer")

    def _lands_late(self, command: Command) -> Outcome:
        self.outside.send_late(command, self.fate.choose((1.0, 12.0, LATEST)))
        return Unknown(why="no answer")

    def _talks_nonsense(self, command: Command) -> Outcome:
        self.outside.store(command)
        return "ok"  # type: ignore[return-value]  # anybody's code

    def _gives_a_useless_receipt(self, command: Command) -> Outcome:
        self.outside.store(command)
        return Receipt(reference="x" * 70_000, link="two\nlines")


_WAYS = (
    Unreliable._limits,
    Unreliable._is_away,
    Unreliable._rejects,
    Unreliable._is_not_set_up,
    Unreliable._drops_before,
    Unreliable._drops_after,
    Unreliable._drops_after,
    Unreliable._breaks,
    Unreliable._breaks,
    Unreliable._lands_late,
    Unreliable._lands_late,
    Unreliable._talks_nonsense,
    Unreliable._gives_a_useless_receipt,
)


def receipt(command: Command) -> Receipt:
    """The receipt of a command: always the same."""
    return Receipt(reference=f"ref-{command.id}", link=f"https://outside.example/{command.id}")
