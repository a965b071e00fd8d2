"""Carries the commands of a made-up incident out by a real desk, with the adapter under test and its real service.

Of every command the first answer is withheld from the desk, as if it had been lost on the way. Then the adapter must
find what it did, and the desk must not have it done twice. That is what the adapters are for, and what no fake can
prove: how soon the real service lists what it was just given.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from attrs import define, field, frozen

from incident_fsm import Incident, Policy
from incident_fsm import events as e
from incident_fsm._delivery import SETTLE
from incident_fsm.adapters import Adapter, Context, Finding, Outcome, Receipt, Settling, Unknown
from incident_fsm.adapters.recording import RecordingAdapter
from incident_fsm.codec import decode_command
from incident_fsm.commands import Command
from incident_fsm.desk import Desk
from incident_fsm.engine import CommandRecord, CommandStatus
from incident_fsm.engine.memory import MemoryEngine
from live.points import Report
from live.story import WHO, Story

WITHHELD = "the answer was withheld, as if it had been lost"
PAUSES = (1, 2, 4, 8, 15, 30)
"""Seconds between looks; the last again and again."""


@define
class Clock:
    """The time. `ahead` is how far the desk is told that it is ahead, so that it need not wait."""

    read: Callable[[], datetime]
    pause: Callable[[float], object]
    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Tell the time in UTC."""
        return (self.read() + self.ahead).astimezone(UTC)


class Withholding:
    """The adapter under test, as the desk sees it: the first answer for each command never arrives (`withhold`)."""

    def __init__(self, inner: Adapter, *, withhold: bool = True) -> None:
        self.inner = inner
        self.withhold = withhold
        self.name, self.live = inner.name, inner.live
        self.first: dict[str, Outcome] = {}
        self.sends: dict[str, int] = {}

    @property
    def settle(self) -> timedelta:
        """As long as the adapter itself says."""
        return self.inner.settle if isinstance(self.inner, Settling) else SETTLE

    def accepts(self, command: Command) -> bool:
        """As the adapter itself."""
        return self.inner.accepts(command)

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Deliver; whatever was done the first time, say that nobody knows."""
        self.sends[command.id] = self.sends.get(command.id, 0) + 1
        outcome = self.inner.deliver(command, context)
        again = command.id in self.first
        self.first.setdefault(command.id, outcome)
        lost = self.withhold and not again and isinstance(outcome, Receipt)
        return Unknown(why=WITHHELD) if lost else outcome

    def find(self, command: Command, context: Context) -> Finding:
        """Look, as the adapter itself."""
        return self.inner.find(command, context)


@frozen
class Carried:
    """What became of one command. `receipt` is None where it was not done; `found_after` where it was not found
    or not looked for.
    """

    command: Command
    receipt: Receipt | None
    found_after: timedelta | None


@define
class Trial:
    """One made-up incident. `patience` is how long to look for what was done."""

    story: Story
    adapter: Withholding
    clock: Clock
    report: Report
    patience: timedelta
    desk: Desk = field(init=False)
    seen: set[str] = field(factory=set)

    def __attrs_post_init__(self) -> None:
        """Open a desk that keeps nothing. What the adapter does not take, nobody really does."""
        self.desk = Desk(MemoryEngine(), self.policy, (self.adapter, RecordingAdapter(name="nobody")), now=self.clock)

    @property
    def policy(self) -> Policy:
        """The policy."""
        return self.story.policy

    @property
    def incident(self) -> Incident:
        """The incident as it is now."""
        return self.desk.incident(self.story.id)

    @property
    def context(self) -> Context:
        """What the adapter is shown."""
        return Context(incident=self.incident, policy=self.policy, timeline=lambda: self.desk.timeline(self.story.id))

    @property
    def receipts(self) -> list[Receipt]:
        """Everything that was done, also where the desk never heard of it."""
        return [outcome for outcome in self.adapter.first.values() if isinstance(outcome, Receipt)]

    def tell(self, *events: e.Event) -> list[Carried]:
        """Let something happen, and see what becomes of every command that follows from it and is the adapter's."""
        self.desk.step(self.story.id, *events)
        carried: list[Carried] = []
        while True:
            self.desk.deliver()
            new = [record for record in self.desk.outbox(self.story.id) if self._is_new(record)]
            if not new:
                return carried
            carried += [self._follow(record) for record in new]

    def _is_new(self, record: CommandRecord) -> bool:
        """Whether a command is the adapter's, was tried, and was not looked at yet."""
        mine = self.adapter.accepts(decode_command(record.payload))
        return mine and record.attempts > 0 and record.command_id not in self.seen

    def _follow(self, record: CommandRecord) -> Carried:
        """See what became of one command."""
        self.seen.add(record.command_id)
        command, name = decode_command(record.payload), f"{record.type} ({record.revision}:{record.position})"
        receipt = self.adapter.first.get(record.command_id)
        if not isinstance(receipt, Receipt):
            self.report.judge(f"{name} is carried out", record.error, holds=False)
            return Carried(command, None, None)
        self.report.judge(f"{name} is carried out", f"{receipt.reference} {receipt.link}".strip(), holds=True)
        after = self._look(command, name) if self.adapter.withhold else None
        if after is not None:
            self._deliver_again(record, name)
        self._finish(record.command_id, receipt)
        return Carried(command, receipt, after)

    def _look(self, command: Command, name: str) -> timedelta | None:
        """Look for the command's mark until it is there."""
        began, looks, why = self.clock(), 0, ""
        assumed = f"{name} is found again within the {self.adapter.settle.total_seconds():g} s that are waited for"
        while True:
            found, asked = self._found(command), self.clock() - began
            looks += 1
            if isinstance(found, Receipt):
                seen = f"found after {asked.total_seconds():.1f} s, at look {looks}"
                self.report.judge(assumed, seen, holds=asked <= self.adapter.settle)
                return asked
            why = getattr(found, "why", "it was not there")
            barred = isinstance(found, Unknown) and found.ask_person
            if barred or asked >= self.patience:
                seen = f"not found within {asked.total_seconds():.0f} s ({looks} looks): {why}"
                self.report.judge(assumed, seen, holds=False)
                return None
            self.clock.pause(PAUSES[min(looks, len(PAUSES)) - 1])

    def _found(self, command: Command) -> Finding:
        """Look once. A search that fails says nothing."""
        try:
            return self.adapter.find(command, self.context)
        except Exception as error:  # noqa: BLE001  anybody's adapter
            return Unknown(why=f"{type(error).__name__}: {error}")

    def _deliver_again(self, record: CommandRecord, name: str) -> None:
        """Have the desk come back to it, as if the time that it waits had passed."""
        waits = self.desk.command(record.command_id).not_before
        self.clock.ahead = timedelta() if waits is None else max(waits - self.clock(), timedelta()) + SETTLE
        try:
            self.desk.deliver()
        finally:
            self.clock.ahead = timedelta()
        sends = self.adapter.sends[record.command_id]
        status = self.desk.command(record.command_id).status
        self.report.judge(
            f"{name} is not done twice after a doubt",
            f"requests to do it: {sends}; the desk calls it {status.value}",
            holds=sends == 1 and status is CommandStatus.DONE,
        )

    def _finish(self, command_id: str, receipt: Receipt) -> None:
        """Where the desk still doubts, tell it what is known, so that the rest can go on."""
        if self.desk.command(command_id).status is not CommandStatus.DONE:
            self.desk.by_hand(command_id, WHO, link=receipt.link, reference=receipt.reference)
