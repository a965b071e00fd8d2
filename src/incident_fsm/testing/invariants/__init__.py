"""The invariants of the process, each as a check that an incident's way must pass.

A check is given what happened (a `Walk`, or an incident and an event) and raises `InvariantBroken`, which quotes the
sentence that does not hold. `LifecycleMachine` makes them all after every step; use one by itself where a test of yours
has a walk in hand: `public.hears_once(walk)`.
"""

from incident_fsm.testing.invariants import asking, public, records, states, time
from incident_fsm.testing.invariants.sentences import SENTENCES, InvariantBroken

__all__ = ["SENTENCES", "InvariantBroken", "asking", "public", "records", "states", "time"]
