"""Long-lived workers: several threads, each with a desk of its own on the one journal, until they are told to stop.

    with Workers(lambda: Desk.in_folder("incidents", adapters=("pagerduty", "slack")), count=4) as workers:
        workers.wait()

Each delivers whatever can run; the outbox's leases keep two of them from doing the same, here and in other processes.
One more reminds of what is overdue and reads the threads back. A journal that cannot be used for a while (locked,
disk full) is trouble and no end: it is told, and tried again, with growing pauses.
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from attrs import frozen

from incident_fsm import _backoff
from incident_fsm._delivery import Delivery
from incident_fsm._secrets import scrub
from incident_fsm._stop_sign import StopSign
from incident_fsm.desk import Desk
from incident_fsm.errors import IncidentFsmError

PAUSE = timedelta(seconds=1)
"""How long a worker that found nothing to do waits before it looks again."""

UPKEEP = timedelta(seconds=30)
"""How often deadlines are looked at and threads are read."""


_LONGEST = timedelta(minutes=1)
"""A worker looks at least so often whether its journal can be used again."""


@frozen
class Trouble:
    """Something that keeps a worker from its work for a while: what was said, and when."""

    at: datetime
    problem: str


class Workers:
    """Threads that deliver until they are told to stop. What they raise that is no trouble comes out of `wait`.

    `open_desk` makes a desk for each thread. `tell` hears of every delivery and trouble, from those threads.
    """

    def __init__(
        self,
        open_desk: Callable[[], Desk],
        *,
        count: int = 2,
        pause: timedelta = PAUSE,
        upkeep: timedelta = UPKEEP,
        tell: Callable[[Delivery | Trouble], object] = lambda _: None,
    ) -> None:
        if count < 1:
            raise ValueError(f"{count} workers can do nothing; give at least 1")
        self._open_desk = open_desk
        self._pause = pause
        self._upkeep = upkeep
        self._tell = tell
        self._stop = StopSign()
        self._failures: list[BaseException] = []
        acts = [self._deliver] * count + [self._keep_up]
        self._threads = [
            threading.Thread(target=self._work, args=(act,), name=f"incident-worker-{number}", daemon=True)
            for number, act in enumerate(acts)
        ]

    def __enter__(self) -> Self:
        """Start."""
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Let every worker finish the command that it is at, and stop."""
        self.stop()
        for thread in self._threads:
            thread.join()

    def stop(self) -> None:
        """Ask every worker to stop after the command that it is at. Returns at once; safe in a signal handler."""
        self._stop.set()

    def wait(self, timeout: timedelta | None = None) -> bool:
        """Wait until the workers were told to stop, or for so long; whether they were. Raises what ended one."""
        stopped = self._stop.wait(None if timeout is None else timeout.total_seconds())
        if self._failures:
            raise self._failures[0]
        return stopped

    def _work(self, act: Callable[[Desk], None]) -> None:
        """Act until told to stop; an error that is not ours ends all workers and comes out of `wait`."""
        try:
            self._until_stopped(act)
        except BaseException as error:  # noqa: BLE001  a thread has nobody above it: `wait` raises it
            self._failures.append(error)
            self._stop.set()

    def _until_stopped(self, act: Callable[[Desk], None]) -> None:
        """Open a desk and act with it, again and again; when that fails, wait and open another."""
        failures = 0
        while not self._stop.is_set():
            try:
                with self._open_desk() as desk:
                    while not self._stop.is_set():
                        act(desk)
                        failures = 0
            except (IncidentFsmError, OSError) as error:
                failures += 1
                self._tell(Trouble(datetime.now(UTC), scrub(str(error))))
                self._stop.wait(min(_backoff.pause(failures), _LONGEST).total_seconds())

    def _deliver(self, desk: Desk) -> None:
        """Carry out what can run now; where there is nothing, wait a little."""
        deliveries = desk.deliver(self._stop.is_set)
        for delivery in deliveries:
            self._tell(delivery)
        if not deliveries:
            self._stop.wait(self._pause.total_seconds())

    def _keep_up(self, desk: Desk) -> None:
        """Remind of what is overdue, read the threads, and wait."""
        desk.remind()
        desk.read_threads()
        self._stop.wait(self._upkeep.total_seconds())
