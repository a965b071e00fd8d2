"""An adapter for tests: remembers what it was asked to do, and answers as it was told to."""

from collections import deque
from collections.abc import Iterable

from incident_fsm.adapters import Absent, Context, Finding, Outcome, Receipt
from incident_fsm.commands import COMMANDS, Command


class RecordingAdapter:
    """Keeps every command it is given, in `commands`, and every one it was asked to look for, in `sought`.

    Each delivery takes the next of `outcomes`; when there are none left it is a `Receipt` made from the command's id.
    `done` holds the receipts given so far, by command id: `find` answers from it, and a test may put one there to say
    that a doubtful attempt did happen. `only` names the types that are accepted.
    """

    def __init__(
        self,
        *,
        name: str = "recording",
        live: bool = False,
        only: Iterable[type[Command]] = COMMANDS,
        outcomes: Iterable[Outcome] = (),
    ) -> None:
        self.name = name
        self.live = live
        self.only: tuple[type[Command], ...] = tuple(only)
        self.outcomes: deque[Outcome] = deque(outcomes)
        self.commands: list[Command] = []
        self.sought: list[Command] = []
        self.done: dict[str, Receipt] = {}

    def accepts(self, command: Command) -> bool:
        """Whether the command is of a type that this adapter was told to accept."""
        return isinstance(command, self.only)

    def deliver(self, command: Command, context: Context) -> Outcome:  # noqa: ARG002  the port's signature
        """Remember the command and give the next answer."""
        self.commands.append(command)
        outcome = self.outcomes.popleft() if self.outcomes else self.receipt(command)
        if isinstance(outcome, Receipt):
            self.done[command.id] = outcome
        return outcome

    def find(self, command: Command, context: Context) -> Finding:  # noqa: ARG002  the port's signature
        """Answer from `done`."""
        self.sought.append(command)
        return self.done.get(command.id, Absent())

    def receipt(self, command: Command) -> Receipt:
        """The receipt that is given where no answer was scripted: always the same for a command."""
        return Receipt(reference=f"{self.name}:{command.id}", link=f"https://{self.name}.invalid/{command.id}")
