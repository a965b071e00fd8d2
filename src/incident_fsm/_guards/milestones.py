"""The order that milestones cannot break."""

from datetime import datetime

from incident_fsm._guards.answers import Reasons
from incident_fsm._results import Reason
from incident_fsm._values import Milestones
from incident_fsm.events import DetailsAmended

MILESTONES = ("fault", "detected", "aware", "declared", "repaired", "resolved")
"""The names of the milestones, in the order in which they usually happen."""

_NEVER_BEFORE = (
    ("fault", "detected"),
    ("fault", "aware"),
    ("fault", "declared"),
    ("fault", "repaired"),
    ("fault", "resolved"),
    ("detected", "repaired"),
    ("detected", "resolved"),
    ("aware", "resolved"),
    ("repaired", "resolved"),
)
"""Which milestone (the second) cannot come before which (the first). Reality allows the rest: six of 39 published
incidents of one team were declared after they were repaired, or never; and trouble may be over before the team is
aware of it."""


def order_faults(milestones: Milestones) -> Reasons:
    """List each pair of milestones that cannot have happened in the order given."""
    return tuple(
        Reason("milestones_out_of_order", f"{later} ({minute(there)}) is before {earlier} ({minute(here)})",
               "§6", f"{later}_at", DetailsAmended, later)
        for earlier, later in _NEVER_BEFORE
        if (here := getattr(milestones, earlier)) is not None
        and (there := getattr(milestones, later)) is not None
        and there < here
    )  # fmt: skip


def minute(moment: datetime) -> str:
    """Write a moment for people."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"
