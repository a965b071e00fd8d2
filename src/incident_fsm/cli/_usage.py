"""Which command line brings which event: for `incident next`, and for telling a refused person what would help.

What stands in capitals is to be replaced; everything else can be typed as it is.
"""

import shlex

from attrs import frozen

from incident_fsm import events as e
from incident_fsm._incident import Incident
from incident_fsm._results import Reason
from incident_fsm._values import Audience, FollowUpState, Strength
from incident_fsm.lifecycle import Lifecycle
from incident_fsm.policy import Policy

_FORMS: dict[type[e.Event], str] = {
    e.CandidateReported: 'report "TITLE"',
    e.CandidateConfirmed: 'confirm {id} --unplanned "EVIDENCE" --impacts-users "EVIDENCE"',
    e.CandidateDismissed: 'dismiss {id} --override "REASON"',
    e.IncidentDeclared: "declare {id} --service SERVICE --impact IMPACT --message TEXT {next_update}{cleared}",
    e.ManagementStarted: "manage {id}{roles}",
    e.NoteTaken: "note {id} TEXT",
    e.RoleAssigned: "role {id} {role} NAME",
    e.StatusUpdated: "update {id} --message TEXT {next_update}{cleared}",
    e.ServiceRestored: "restored {id} --how TEXT",
    e.SupportRequested: "support {id} {party} --summary TEXT",
    e.SupportChased: "chase {id} {case} TEXT",
    e.SecurityBreachFlagged: "breach {id} --details TEXT",
    e.DetailsAmended: "amend {id}{corrections}",
    e.IncidentResolved: "resolve {id} --fix permanent --how TEXT --users-unaffected",
    e.IncidentReopened: "reopen {id} --reason REASON --impact IMPACT --message TEXT {next_update}{cleared}",
    e.FollowUpDone: "done {id} {follow_up} --link URL",
    e.FollowUpWaived: "waive {id} {waivable} --reason REASON",
    e.IncidentReviewed: 'review {id} --lesson TEXT --action "TEXT; OWNER; DATE"',
}
"""The events that a person brings, each as it is typed."""

_CHOICES: dict[type[e.Event], tuple[str, ...]] = {
    e.IncidentDeclared: ("SERVICE", "IMPACT"),
    e.IncidentReopened: ("IMPACT",),
}
"""Which of the words to be replaced are a choice of the policy's."""


@frozen
class Guide:
    """Knows what can be typed for an incident as it is now; None where there is none yet."""

    incident_id: str
    incident: Incident | None
    policy: Policy

    def usage(self, event: type[e.Event], subject: str = "") -> str:
        """The command line for an event, as far as it can be filled in; empty if no person brings it.

        `subject` is what it is about: a follow-up, a role, a milestone.
        """
        if event not in _FORMS:
            return ""
        return "incident " + _FORMS[event].format(
            id=shlex.quote(self.incident_id or "ID"),
            next_update=f'--next-update "{self.policy.next_update_choices[0]}"',
            cleared=" --cleared" if self.incident and self.incident.audience is Audience.RESTRICTED else "",
            roles=self._unfilled_roles() or " --lead NAME",
            role=subject or "ROLE",
            party=self._party(),
            case=self.incident.cases[-1].key if self.incident and self.incident.cases else "CASE",
            corrections=f" --{subject}-at TIME" if subject else " --title TITLE",
            follow_up=subject or self._owed() or "FOLLOW_UP",
            waivable=subject or self._owed(Strength.SHOULD, Strength.MAY) or "FOLLOW_UP",
        )

    def choices(self, event: type[e.Event]) -> dict[str, list[str]]:
        """What the policy offers for the words to be replaced in an event's command line."""
        offered = {
            "SERVICE": [shlex.quote(service) for service in self.policy.services],
            "IMPACT": [shlex.quote(impact.name) for impact in self.policy.impacts if not impact.all_clear],
        }
        return {word: offered[word] for word in _CHOICES.get(event, ())}

    def remedy(self, reason: Reason, refused: e.Event | None = None) -> str:
        """The command line that would remove a reason, or that shows the way; empty where none would.

        `refused` is the event that it was given for, if there was one.
        """
        if self.incident is None:
            return ""
        if reason.code == "stale":
            return f"incident show {shlex.quote(self.incident_id)}"
        if reason.code == "milestones_out_of_order":
            return self._put_in_order(reason.subject, refused)
        if reason.satisfied_by in self._possible():
            return self.usage(reason.satisfied_by, reason.subject) if reason.satisfied_by else ""
        return self.ways if reason.satisfied_by or reason.code == "not_now" else ""

    @property
    def ways(self) -> str:
        """The command line that shows what can be done at all."""
        return f"incident next {shlex.quote(self.incident_id)}"

    def _possible(self) -> set[type[e.Event]]:
        """What the table allows now, and nothing blocks."""
        if self.incident is None:
            return set()
        options = Lifecycle(self.policy).options(self.incident)
        return {option.event for option in options if not option.blocked_by}

    def _put_in_order(self, subject: str, refused: e.Event | None) -> str:
        """Correct the milestone that is named, or, where the refused event would have set it, what lies after that."""
        incident = self.incident
        if incident is None or not isinstance(refused, e.IncidentResolved):
            return self.usage(e.DetailsAmended, subject)
        later = [
            name
            for name in ("fault", "detected", "aware", "repaired")
            if (moment := getattr(incident.milestones, name)) is not None and moment > refused.at
        ]
        corrections = "".join(f" --{name}-at TIME" for name in later)
        return f"incident amend {shlex.quote(self.incident_id)}{corrections}"

    def _unfilled_roles(self) -> str:
        """The options that fill every role which must be filled and is not."""
        held = {holder.role for holder in self.incident.roles} if self.incident else set()
        open_ones = [role.key for role in self.policy.roles if (role.required or role.key == "lead")]
        options = (" --lead NAME" if key == "lead" else f" --role {key}=NAME" for key in open_ones if key not in held)
        return "".join(options)

    def _party(self) -> str:
        """The policy's first third party, with the account if it asks for one."""
        party = next(iter(self.policy.third_parties), None)
        if party is None:
            return "PARTY"
        return f"{party.key} --account ACCOUNT" if party.account_required else party.key

    def _owed(self, *strengths: Strength) -> str:
        """The first follow-up that is open, of some strengths or of any."""
        owed = self.incident.follow_ups if self.incident else ()
        return next(
            (
                each.key
                for each in owed
                if each.state is FollowUpState.OPEN and (not strengths or each.strength in strengths)
            ),
            "",
        )
