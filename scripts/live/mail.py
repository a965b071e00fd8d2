"""A private mailbox: one invitation, its copy, and that it is called off. Nobody can look into it but a person."""

from attrs import define

from incident_fsm import Fix
from incident_fsm.adapters import AdapterSettings, NotDone, Outcome, Receipt, Rejected
from incident_fsm.adapters.email import from_settings
from incident_fsm.commands import CancelMeeting, ScheduleMeeting
from live.points import Verdict
from live.smoke import Access, Options, Plan, Smoke, Table, Vendor
from live.story import WHO
from live.trial import Trial


class Mail(Vendor):
    """The mailbox that --to names."""

    name = "email"

    @staticmethod
    def connect(settings: AdapterSettings) -> Access:
        """Make the adapter. No other client is needed."""
        return Access(from_settings(settings), None)

    def lacks(self, options: Options) -> str:
        """The mailbox is named on the command line, so that nobody is written to by mistake."""
        return "" if options.to else "name a mailbox of your own: --to ADDRESS"

    def table(self, options: Options, table: Table) -> Table:
        """Nobody is known but that mailbox, and no breach is reported."""
        return {**table, "people": {WHO: options.to}, "security_team": [], "meetings": True}

    def plan(self, options: Options, table: Table) -> Plan:
        """Mails cannot be taken back; the meeting can be called off."""
        return Plan(
            does=(
                f"send an invitation from {table.get('sender')!r} to {options.to!r}, and the same mail again",
                "call the meeting off",
            ),
            leaves=f"three mails in {options.to!r} (two, if it keeps no copies), and a meeting that is called off",
        )

    def examine(self, smoke: Smoke) -> None:
        """Do it."""
        meeting = _Meeting(smoke, smoke.trial())
        invitation = meeting.planned()
        if invitation is None:
            smoke.report.add("an invitation is sent", Verdict.OPEN, "the policy asks for no post-mortem")
            return
        smoke.tidying.later("the meeting", meeting.call_off, "delete the meeting from your calendar")
        both = [meeting.send(invitation), meeting.send(invitation)]
        taken = all(isinstance(one, Receipt) for one in both)
        smoke.report.judge("the server takes an invitation, and its copy", "; ".join(map(_worded, both)), holds=taken)
        if taken:
            _looked_at(smoke, invitation)


@define
class _Meeting:
    """The post-mortem of an incident that never was."""

    smoke: Smoke
    trial: Trial
    sent: bool = False
    """Whether a mail may have gone out."""

    def planned(self) -> ScheduleMeeting | None:
        """The invitation, as the process asks for it; None where the policy wants no meeting."""
        story = self.trial.story
        asked = self.trial.desk.step(story.id, *story.begun(), story.managed(), story.resolved(Fix.PERMANENT)).commands
        return next((command for command in asked if isinstance(command, ScheduleMeeting)), None)

    def send(self, command: ScheduleMeeting | CancelMeeting) -> Outcome:
        """Send a command's mail."""
        before, self.sent = self.sent, True  # before the call: whatever escapes from it, a mail may be out
        outcome = self.smoke.access.adapter.deliver(command, self.trial.context)
        if isinstance(outcome, NotDone | Rejected):
            self.sent = before
        return outcome

    def call_off(self) -> str:
        """Send that it is called off, unless surely nothing was sent before."""
        if not self.sent:
            return "nothing was sent"
        commands = self.trial.desk.step(self.trial.story.id, self.trial.story.reopened()).commands
        outcome = self.send(next(command for command in commands if isinstance(command, CancelMeeting)))
        match outcome:
            case Receipt(reference=reference):
                return f"called off by {reference}"
            case _:
                raise RuntimeError(_worded(outcome))


def _looked_at(smoke: Smoke, invitation: ScheduleMeeting) -> None:
    """Ask the person who owns the mailbox."""
    box = smoke.options.to
    for assumed, question in (
        (
            "an invitation is shown as one, at the right time",
            f"Is there an invitation in {box} for {invitation.starts_at:%A, %Y-%m-%d, %H:%M} UTC?",
        ),
        ("a copy makes no second meeting", "Is there one such meeting in the calendar, and not two?"),
        ("a mailbox keeps one of two mails with the same Message-ID", "Is there one mail, and not two?"),
    ):
        smoke.report.answered(assumed, smoke.terminal.sees(question))


def _worded(outcome: Outcome) -> str:
    """What came of a mail."""
    return f"sent as {outcome.reference}" if isinstance(outcome, Receipt) else outcome.why
