"""A ticket system that a user might have, with an adapter that does right by it, and some that do not."""

from collections.abc import Callable
from datetime import datetime, timedelta

from incident_fsm.adapters import Absent, Context, Finding, NotDone, Outcome, Receipt, Rejected, Unknown
from incident_fsm.commands import Command, CreateIssue, OpenThread, PostToThread, RedirectReporter, Remind
from incident_fsm.testing import FakeWorld, RateLimited


class FakeTracker(FakeWorld):
    """Keeps tickets, each with the key that it was given."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.tickets: list[str] = []

    def create(self, key: str) -> int:
        """Open a ticket, and give its number."""
        return self.meet(lambda: self._create(key))

    def search(self, key: str) -> int:
        """Find a ticket by its key; 0 where there is none."""
        return self.meet(lambda: self.tickets.index(key) + 1 if key in self.tickets else 0)

    def _create(self, key: str) -> int:
        self.tickets.append(key)
        return len(self.tickets)

    def count(self, command: Command) -> int:
        """How many tickets bear the command's id."""
        return self.tickets.count(command.id)


class TrackerAdapter:
    """Opens a ticket for whatever it is given. It does right."""

    name = "tracker"
    live = True

    def __init__(self, tracker: FakeTracker) -> None:
        self.tracker = tracker

    def accepts(self, command: Command) -> bool:
        """Issues and redirected reporters: one of each story; and threads, which others wait for."""
        return isinstance(command, CreateIssue | RedirectReporter | OpenThread | PostToThread)

    def deliver(self, command: Command, context: Context) -> Outcome:  # noqa: ARG002  the port's signature
        """Open a ticket once."""
        try:
            return Receipt(reference=str(self.tracker.create(command.id)))
        except RateLimited as error:
            return NotDone(why=str(error))
        except PermissionError as error:
            return Rejected(why=f"{error}: give the bot the right to open tickets, then retry")
        except OSError as error:
            return Unknown(why=str(error))

    def find(self, command: Command, context: Context) -> Finding:  # noqa: ARG002  the port's signature
        """Look for the ticket."""
        try:
            number = self.tracker.search(command.id)
        except (OSError, RateLimited) as error:
            return Unknown(why=str(error))
        return Receipt(reference=str(number)) if number else Absent()


class NeverFinds(TrackerAdapter):
    """Its search always says that there is nothing."""

    def find(self, command: Command, context: Context) -> Finding:  # noqa: ARG002  the port's signature
        """Not even look."""
        return Absent()


class TakesTroubleForAbsence(TrackerAdapter):
    """Where its search fails, it says that there is nothing."""

    def find(self, command: Command, context: Context) -> Finding:
        """Look, and give up too easily."""
        found = super().find(command, context)
        return Absent() if isinstance(found, Unknown) else found


class Drops(TrackerAdapter):
    """Says that it is done, and does nothing."""

    def deliver(self, command: Command, context: Context) -> Outcome:  # noqa: ARG002  the port's signature
        """Lie."""
        return Receipt(reference="0")


class PostsTwice(TrackerAdapter):
    """Does everything twice, to be sure."""

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Do it, and do it again."""
        super().deliver(command, context)
        return super().deliver(command, context)


class RetriesByItself(TrackerAdapter):
    """Repeats a call whose answer was lost, as most clients do unless they are told not to."""

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Try again where it is unknown."""
        outcome = super().deliver(command, context)
        return super().deliver(command, context) if isinstance(outcome, Unknown) else outcome


class TakesALostAnswerForNothing(TrackerAdapter):
    """Says that nothing happened where nobody can tell."""

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Guess."""
        outcome = super().deliver(command, context)
        return NotDone(why=outcome.why) if isinstance(outcome, Unknown) else outcome


class WaitsForNobody(TrackerAdapter):
    """Says of a missing permission that it is done."""

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Hide it."""
        outcome = super().deliver(command, context)
        return Receipt(reference="denied") if isinstance(outcome, Rejected) else outcome


class IsTooHasty(TrackerAdapter):
    """Says that a late request has landed after a second, where it takes longer."""

    settle = timedelta(seconds=1)


class AcceptsNothing(TrackerAdapter):
    """Has no use for any command of the stories."""

    def accepts(self, command: Command) -> bool:
        """Only what no incident asks for."""
        return isinstance(command, Remind) and command.deadline == "never"
