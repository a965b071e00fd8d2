"""For tests of your own policies, adapters and bots. Needs the extra: `pip install "incident-fsm[testing]"`.

**A policy of yours** is held to every invariant of the process, in incidents that Hypothesis makes up:

    from incident_fsm.testing import LifecycleMachine

    class OurProcess(LifecycleMachine):
        policy = load_policy("our_policy.toml")

    TestOurProcess = OurProcess.TestCase        # pytest and unittest find it

**A rule of yours** is told as a story, or shown in one that nobody thought of:

    story = Story(policy).until(State.MANAGING)
    assert story.the(OpenThread).channel == "#ops"

    @given(lives(policy=policy))
    def test_the_public_is_never_told_of_more_than_two_services(walk): ...

**An adapter of yours** goes through the troubles that ours went through: lost answers, double deliveries, late
landings, rate limits, missing permissions:

    check_adapter(lambda tracker: TrackerAdapter(tracker), FakeTracker)     # FakeTracker is a FakeWorld

`Unreliable` is for an adapter whose client cannot be faked, and `drive` for a closer look at one of `TROUBLES`.

**A bot of yours** is given a desk in memory, and time that stands still:

    clock = FrozenClock()
    desk, done = recording_desk(policy, clock)      # then `settle(desk, clock)`: deliver, and let time pass

Strategies: `walks`, `lives`, `incidents` (reachable ones); `valid_events`, `likely_events`, `arbitrary_events`,
`events_of`; `arbitrary_commands`, `arbitrary_incidents`; `policies`, `shipped_policies`. Each check fails with an
`AssertionError` that quotes what was promised and says what was found.
"""

try:
    import hypothesis as _hypothesis  # noqa: F401  here only to be missed early, with a word on what to do
except ImportError as error:
    raise ImportError('incident_fsm.testing needs Hypothesis: pip install "incident-fsm[testing]"') from error

from incident_fsm.testing.adapter_check import TROUBLES, AdapterReport, BrokenPromise, Trouble, check_adapter
from incident_fsm.testing.arbitrary import (
    arbitrary_commands,
    arbitrary_events,
    arbitrary_incidents,
    events_of,
)
from incident_fsm.testing.clock import FrozenClock
from incident_fsm.testing.desks import recording_desk, settle
from incident_fsm.testing.driving import Death, Unreliable, drive
from incident_fsm.testing.faults import FakeWorld, Fault, RateLimited
from incident_fsm.testing.filling import Situation
from incident_fsm.testing.invariants import InvariantBroken
from incident_fsm.testing.likely import likely_events, valid_events
from incident_fsm.testing.machine import LifecycleMachine
from incident_fsm.testing.policies import policies, shipped_policies
from incident_fsm.testing.rehearsals import rehearsals
from incident_fsm.testing.story import Story
from incident_fsm.testing.walks import Walk, incidents, lives, walks

__all__ = [
    "TROUBLES",
    "AdapterReport",
    "BrokenPromise",
    "Death",
    "FakeWorld",
    "Fault",
    "FrozenClock",
    "InvariantBroken",
    "LifecycleMachine",
    "RateLimited",
    "Situation",
    "Story",
    "Trouble",
    "Unreliable",
    "Walk",
    "arbitrary_commands",
    "arbitrary_events",
    "arbitrary_incidents",
    "check_adapter",
    "drive",
    "events_of",
    "incidents",
    "likely_events",
    "lives",
    "policies",
    "recording_desk",
    "rehearsals",
    "settle",
    "shipped_policies",
    "valid_events",
    "walks",
]
