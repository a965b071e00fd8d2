"""What an accepted event changes, and what it asks to be done: per event an `evolve_…` and an `emit_…`.

`evolve_…` writes into the draft of the next snapshot; state, revision and `entered_at` are the machine's business.
`emit_…` adds commands to an `Emission`, which numbers them and knows the incident before and after. Three rules hold
for all of them and live in one place each: a drill says DRILL in every text (`Emission.say`), a backfilled incident
neither tells the public nor opens a thread (`Emission.tells`), and no command is wider than its incident's audience
(`Emission.head`).
"""

from incident_fsm._reactions.confirm import (
    emit_breach,
    emit_dismissed,
    evolve_confirmed,
    evolve_dismissed,
    evolve_flagged,
    evolve_reported,
)
from incident_fsm._reactions.emission import Emit, Evolve, nothing_changes, nothing_to_do
from incident_fsm._reactions.end import emit_reopened, emit_resolved, evolve_reopened, evolve_resolved
from incident_fsm._reactions.manage import emit_note, emit_role, emit_thread, evolve_managing, evolve_role
from incident_fsm._reactions.publish import emit_status, evolve_declared, evolve_updated
from incident_fsm._reactions.review import emit_reviewed, evolve_done, evolve_reviewed, evolve_waived
from incident_fsm._reactions.support import (
    emit_chased,
    emit_restored,
    emit_support,
    evolve_chased,
    evolve_restored,
    evolve_support,
)
from incident_fsm._reactions.upkeep import emit_reminder, evolve_amended, evolve_deadline, evolve_receipt

__all__ = [
    "Emit",
    "Evolve",
    "emit_breach",
    "emit_chased",
    "emit_dismissed",
    "emit_note",
    "emit_reminder",
    "emit_reopened",
    "emit_resolved",
    "emit_restored",
    "emit_reviewed",
    "emit_role",
    "emit_status",
    "emit_support",
    "emit_thread",
    "evolve_amended",
    "evolve_chased",
    "evolve_confirmed",
    "evolve_deadline",
    "evolve_declared",
    "evolve_dismissed",
    "evolve_done",
    "evolve_flagged",
    "evolve_managing",
    "evolve_receipt",
    "evolve_reopened",
    "evolve_reported",
    "evolve_resolved",
    "evolve_restored",
    "evolve_reviewed",
    "evolve_role",
    "evolve_support",
    "evolve_updated",
    "evolve_waived",
    "nothing_changes",
    "nothing_to_do",
]
