"""A team tests its own adapter: through lost answers, double deliveries, late landings, limits, missing permissions."""

from incident_fsm.adapters import Absent, Context, Finding, NotDone, Outcome, Receipt, Rejected, Unknown
from incident_fsm.commands import Command, CreateIssue, RedirectReporter
from incident_fsm.testing import FakeWorld, FrozenClock, RateLimited, check_adapter


class FakeTracker(FakeWorld):
    """Our ticket system, in memory. `create` and `search` are what its real client has; `meet` lets them fail."""

    def __init__(self, now: FrozenClock) -> None:
        super().__init__(now)
        self.tickets: list[str] = []

    def create(self, key: str) -> None:
        self.meet(lambda: self.tickets.append(key))

    def search(self, key: str) -> bool:
        return self.meet(lambda: key in self.tickets)

    def count(self, command: Command) -> int:
        return self.tickets.count(command.id)  # what the harness asks afterwards


class TrackerAdapter:
    """Opens tickets. What is under test: that it answers truly, and finds what it left."""

    name, live = "tracker", True

    def __init__(self, client: FakeTracker) -> None:
        self.client = client

    def accepts(self, command: Command) -> bool:
        return isinstance(command, CreateIssue | RedirectReporter)

    def deliver(self, command: Command, _context: Context) -> Outcome:
        try:
            self.client.create(command.id)
        except RateLimited as error:
            return NotDone(why=str(error))
        except OSError as error:
            forbidden = isinstance(error, PermissionError)  # a person must see to that; the rest may have happened
            return Rejected(why=str(error)) if forbidden else Unknown(why=str(error))
        return Receipt(reference=command.id)

    def find(self, command: Command, _context: Context) -> Finding:
        try:
            return Receipt(reference=command.id) if self.client.search(command.id) else Absent()
        except (OSError, RateLimited) as error:
            return Unknown(why=str(error))  # not Absent: nobody looked


def test_our_adapter_does_everything_once_or_a_person_has_it() -> None:
    """Expect exactly one ticket for each command, in every trouble; `BrokenPromise` says where that is not so."""
    print(check_adapter(TrackerAdapter, FakeTracker))


if __name__ == "__main__":
    test_our_adapter_does_everything_once_or_a_person_has_it()
