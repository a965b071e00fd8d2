"""A desk in memory, for unit tests: real journal and outbox rules, nobody outside, and time that moves when told to.

    clock = FrozenClock()
    desk, done = recording_desk(our_policy, clock)
    desk.step("INC-1", *story.events)
    settle(desk, clock)
    assert [type(command) for command in done.commands] == [PublishStatus, OpenThread]

What would have gone out stands in `done.commands`, in order.
"""

from collections.abc import Sequence

from incident_fsm import Policy
from incident_fsm.adapters import Adapter
from incident_fsm.adapters.recording import RecordingAdapter
from incident_fsm.desk import Desk
from incident_fsm.engine import CommandStatus
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.testing.clock import FrozenClock
from incident_fsm.testing.policies import default_policy

ROUNDS = 60
"""Nothing takes more rounds of waiting than this to be settled one way or the other."""


def recording_desk(
    policy: Policy | None = None, clock: FrozenClock | None = None, adapters: Sequence[Adapter] = ()
) -> tuple[Desk, RecordingAdapter]:
    """Set a desk up in memory, and the adapter that records what it carries out.

    The policy is the default one, where none is given. `adapters` are asked before the recording one, which takes
    whatever they leave, a drill's commands too. Without a clock, the desk has a frozen one of its own.
    """
    recording = RecordingAdapter()
    chosen = default_policy() if policy is None else policy
    return Desk(MemoryEngine(), chosen, (*adapters, recording), now=clock or FrozenClock()), recording


def settle(desk: Desk, clock: FrozenClock) -> None:
    """Deliver, and let time pass, until every command is done, or in a person's hands, or waits for one that is.

    The clock must be the desk's own. `AssertionError` where a command is still not settled after many rounds.
    """
    for _ in range(ROUNDS):
        desk.deliver()
        waiting = desk.outbox(None, CommandStatus.PENDING, CommandStatus.ATTEMPTED)
        moments = [record.lease_until or record.not_before for record in waiting]
        later = [moment for moment in moments if moment is not None and moment > clock.moment]
        if not later:
            return  # what is pending without a time waits for something that a person must see to
        clock.moment = min(later)
    waiting = desk.outbox(None, CommandStatus.PENDING, CommandStatus.ATTEMPTED)
    unsettled = ", ".join(f"{record.command_id} ({record.error or 'no error'})" for record in waiting)
    raise AssertionError(f"still not settled after {ROUNDS} rounds of waiting: {unsettled}")
