"""One function per rule: may this event happen to this incident under this policy? Reasons why not; empty = yes.

Two sorts. A *guard* looks at incident, event and policy, and decides. A *block* looks at incident and policy alone, so
it can be asked before anybody filled in a form: whatever it blocks, the guard refuses too, whatever the event says.
All are pure and total, and list every reason they have.
"""

from incident_fsm._guards.amend import something_changes
from incident_fsm._guards.answers import Block, Guard, always, never_blocked
from incident_fsm._guards.confirm import (
    breach_not_flagged,
    flagged_once,
    grounds_for_dismissal,
    meets_criteria,
    opens_in_order,
)
from incident_fsm._guards.declare import declaration_complete, reopening_complete, update_complete
from incident_fsm._guards.end import over_for_users
from incident_fsm._guards.manage import lead_named, role_known
from incident_fsm._guards.review import (
    done_is_shown,
    follow_up_open,
    follow_up_waivable,
    nothing_owed,
    review_complete,
    rightly_waived,
)
from incident_fsm._guards.support import (
    chase_possible,
    has_a_case,
    not_before_the_start,
    support_open,
    support_possible,
)
from incident_fsm._guards.upkeep import deadline_passed, deadline_stands, own_command

__all__ = [
    "Block",
    "Guard",
    "always",
    "breach_not_flagged",
    "chase_possible",
    "deadline_passed",
    "deadline_stands",
    "declaration_complete",
    "done_is_shown",
    "flagged_once",
    "follow_up_open",
    "follow_up_waivable",
    "grounds_for_dismissal",
    "has_a_case",
    "lead_named",
    "meets_criteria",
    "never_blocked",
    "not_before_the_start",
    "nothing_owed",
    "opens_in_order",
    "over_for_users",
    "own_command",
    "reopening_complete",
    "review_complete",
    "rightly_waived",
    "role_known",
    "something_changes",
    "support_open",
    "support_possible",
    "update_complete",
]
