"""The incident process as a pure state machine: bring your own I/O.

    from incident_fsm import Lifecycle, events

See `incident_fsm.lifecycle` for what to call, `incident_fsm.events` for what goes in, `incident_fsm.commands` for what
comes out, `incident_fsm.policy` for what an organisation decides, and `incident_fsm.errors` for what can go wrong.
Importing this package loads neither cattrs nor sqlite3 nor any adapter's client.
"""

from incident_fsm import commands, deadlines, errors, events, policy
from incident_fsm._incident import Incident
from incident_fsm._results import Option, Reason, Refusal, Step
from incident_fsm._states import State
from incident_fsm._values import (
    NO,
    Action,
    AffectedService,
    AfterFailure,
    Answer,
    Assessment,
    Audience,
    ChaseVia,
    Fix,
    FollowUp,
    FollowUpState,
    Kind,
    Milestones,
    Reference,
    References,
    RoleHolder,
    Stage,
    Strength,
    SupportCase,
)
from incident_fsm.lifecycle import Lifecycle, replay
from incident_fsm.policy import Policy

__all__ = [
    "NO",
    "Action",
    "AffectedService",
    "AfterFailure",
    "Answer",
    "Assessment",
    "Audience",
    "ChaseVia",
    "Fix",
    "FollowUp",
    "FollowUpState",
    "Incident",
    "Kind",
    "Lifecycle",
    "Milestones",
    "Option",
    "Policy",
    "Reason",
    "Reference",
    "References",
    "Refusal",
    "RoleHolder",
    "Stage",
    "State",
    "Step",
    "Strength",
    "SupportCase",
    "commands",
    "deadlines",
    "errors",
    "events",
    "policy",
    "replay",
]
