"""The time, which stands still until it is told to move."""

from datetime import UTC, datetime, timedelta

NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""A Monday at three in the morning, when a frozen clock stands that was not set."""


class FrozenClock:
    """A clock for tests, to be handed to a desk as `now=clock`. Set `moment`, or let time `pass_by`.

    A moment without a time zone is refused: the desk would refuse what it tells.
    """

    def __init__(self, moment: datetime = NIGHT) -> None:
        self.moment = moment

    @property
    def moment(self) -> datetime:
        """What time it is."""
        return self._moment

    @moment.setter
    def moment(self, moment: datetime) -> None:
        if moment.utcoffset() is None:
            raise ValueError(f"{moment} has no time zone; use datetime(..., tzinfo=UTC)")
        self._moment = moment

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.moment

    def pass_by(self, **span: float) -> None:
        """Let time pass: `clock.pass_by(minutes=30)`. The names are those of `timedelta`."""
        self.moment += timedelta(**span)
