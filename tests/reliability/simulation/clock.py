"""Two times: the true one, in which requests travel, and what the machine's clock says, which may be wrong."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

JUMPS = (
    timedelta(hours=-1),
    timedelta(seconds=-30),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(days=365),
    timedelta(days=-365),
)
"""How the machine's clock is set wrong, or right again."""

_LATEST = datetime(2032, 1, 1, tzinfo=UTC)
_EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)


class Clock:
    """The clock of the one machine. Calling it reads it; `true` is the time by which the outside world goes."""

    def __init__(self) -> None:
        self.true = START
        self.off = timedelta()

    def __call__(self) -> datetime:
        """Read the machine's clock."""
        return self.true + self.off

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.true += timedelta(seconds=seconds)

    def jump(self, span: timedelta) -> None:
        """Set the machine's clock forward or back, within reason."""
        if _EARLIEST < self() + span < _LATEST:
            self.off += span
