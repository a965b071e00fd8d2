"""Which command line brings which event: for `incident next`, and for telling a refused person what would help."""

import shlex

from incident_fsm import events as e
from incident_fsm._results import Reason

USAGE: dict[type[e.Event], str] = {
    e.CandidateReported: 'report "TITLE"',
    e.CandidateConfirmed: 'confirm {id} --unplanned "EVIDENCE" --impacts-users "EVIDENCE"',
    e.CandidateDismissed: 'dismiss {id} --override "REASON"',
    e.IncidentDeclared: 'declare {id} --service SERVICE --impact IMPACT --message "TEXT" --next-update "30 minutes"',
    e.ManagementStarted: "manage {id} --lead NAME",
    e.NoteTaken: 'note {id} "TEXT"',
    e.RoleAssigned: "role {id} {role} NAME",
    e.StatusUpdated: 'update {id} --message "TEXT" --next-update "30 minutes"',
    e.ServiceRestored: 'restored {id} --how "TEXT"',
    e.SupportRequested: 'support {id} PARTY --account ACCOUNT --summary "TEXT"',
    e.SupportChased: 'chase {id} CASE "TEXT"',
    e.SecurityBreachFlagged: 'breach {id} --details "TEXT"',
    e.DetailsAmended: 'amend {id} --title "TITLE"',
    e.IncidentResolved: 'resolve {id} --fix permanent --how "TEXT" --users-unaffected',
    e.IncidentReopened: 'reopen {id} --reason "TEXT" --impact IMPACT --message "TEXT" --next-update "30 minutes"',
    e.FollowUpDone: "done {id} {follow_up} --link URL",
    e.FollowUpWaived: 'waive {id} {follow_up} --reason "TEXT"',
    e.IncidentReviewed: 'review {id} --lesson "TEXT" --action "TEXT; OWNER; 2026-12-31"',
}
"""The events that a person brings, each as it is typed. Capitals are to be replaced."""


def usage(event: type[e.Event], incident_id: str, subject: str = "") -> str:
    """The command line for an event, filled in with the follow-up or role it is about; empty if no person brings it."""
    if event not in USAGE:
        return ""
    form = USAGE[event]
    role, follow_up = (subject or "ROLE"), (subject or "FOLLOW_UP")
    return f"incident {form.format(id=shlex.quote(incident_id or 'ID'), role=role, follow_up=follow_up)}"


def remedy(reason: Reason, incident_id: str) -> str:
    """The command line that would remove a reason; empty where none would."""
    if reason.satisfied_by is None:
        return f"incident next {shlex.quote(incident_id)}" if reason.code == "not_now" else ""
    return usage(reason.satisfied_by, incident_id, reason.subject)
