"""What differs between two policies, and which open incidents would be treated otherwise under the newer one.

    changes = policy_changes(old, new)
    effects = incident_changes(incident, Lifecycle(old), Lifecycle(new), at=now)

A desk has one policy and judges every next event by it. So from its start with the newer policy on, every open
incident goes on under that: what is allowed, refused and required, which deadlines stand, and where messages go. What
was recorded under the older one stays as it was: a promise to the public, who may read about the incident, and what a
resolved incident owes. `incident_changes` says exactly this, by asking both lifecycles.

Pure: no clock, no journal, no files.
"""

from incident_fsm.policy_diff._change import Change, Direction, Group, Value, Verdict
from incident_fsm.policy_diff._parts import policy_changes
from incident_fsm.policy_diff._treatment import incident_changes

__all__ = ["Change", "Direction", "Group", "Value", "Verdict", "incident_changes", "policy_changes"]
