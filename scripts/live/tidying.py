"""Taking everything away again: what was begun last goes first, and one failure keeps nobody from the rest."""

from collections.abc import Callable

from attrs import field, frozen

from live.terminal import Terminal


@frozen
class Task:
    """Something to be taken away. `act` gives, in words, what it did; `by_hand` is what to do where it fails."""

    what: str
    act: Callable[[], str]
    by_hand: str


@frozen
class Tidying:
    """What is to be taken away. A task is added before the thing is made, as its answer may be lost on the way."""

    tasks: list[Task] = field(factory=list)

    def later(self, what: str, act: Callable[[], str], by_hand: str) -> None:
        """Have something taken away in the end."""
        self.tasks.append(Task(what, act, by_hand))

    def run(self, terminal: Terminal) -> int:
        """Take everything away; return how many things could not be."""
        failed = 0
        while self.tasks:
            task = self.tasks.pop()
            try:
                terminal.say(f"  [clean ] {task.what}: {task.act()}")
            except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  whatever it is, the rest is still tidied
                failed += 1
                said = f"{type(error).__name__}: {error}".rstrip(": ")
                terminal.say(f"  [ LEFT ] {task.what}: {said}\n           by hand: {task.by_hand}")
        return failed
