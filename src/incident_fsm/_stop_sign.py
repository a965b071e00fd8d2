"""A wish to stop that a signal handler may utter at any moment.

`threading.Event` looks made for it, and is not: `set` takes the same lock that `wait` holds for a moment before and
after it sleeps. A handler runs in the main thread, between two of its instructions; where these are inside `wait`,
`set` waits for a lock that its own thread holds, and the process never ends. `queue.SimpleQueue.put` is the one way of
the standard library to wake somebody up that is documented to be re-entrant.
"""

from queue import Empty, SimpleQueue


class StopSign:
    """Set once, for good; whoever waits is woken up. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._is_set = False
        self._bell: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Ask to stop. Returns at once; safe in a signal handler, whatever the thread it interrupts is doing."""
        self._is_set = True
        self._bell.put(None)

    def is_set(self) -> bool:
        """Whether somebody asked to stop."""
        return self._is_set

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until somebody asks to stop, or for so many seconds; whether somebody did."""
        if self._is_set:
            return True
        try:
            self._bell.get(timeout=seconds)
        except Empty:
            return self._is_set
        self._bell.put(None)  # one ring wakes one: it is passed on to the next who waits
        return True
