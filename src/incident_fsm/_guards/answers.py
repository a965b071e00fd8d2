"""What guards and blocks are, and the two that never refuse."""

from collections.abc import Callable
from typing import Any

from incident_fsm._incident import Incident
from incident_fsm._results import Reason
from incident_fsm.policy import Policy

Reasons = tuple[Reason, ...]
"""Why not. Empty = yes."""

Guard = Callable[[Any, Any, Policy], Reasons]
"""Looks at incident, event and policy, and decides."""

Block = Callable[[Incident, Policy], Reasons]
"""Looks at incident and policy alone: what it blocks, the guard refuses whatever the event says."""


def always(_incident: Incident, _event: object, _policy: Policy) -> Reasons:
    """Whatever is well-formed may happen."""
    return ()


def never_blocked(_incident: Incident, _policy: Policy) -> Reasons:
    """Nothing that the event could not say stands in the way."""
    return ()
