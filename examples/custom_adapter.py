"""An adapter of your own: three methods, and answers in one of four ways.

This one sends mail through a server that is having a bad night. The server first says that it is busy, then sends the
mail and drops the connection. The mail is sent once all the same, because the adapter can find what it left.
"""

import sys
from datetime import UTC, datetime, timedelta

from incident_fsm import events as e
from incident_fsm.adapters import Absent, Context, Finding, NotDone, Outcome, Receipt, Rejected, Unknown
from incident_fsm.commands import Command, RedirectReporter
from incident_fsm.desk import Desk
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.policy_files import load_shipped


class Mail:
    """An outside system: busy at first, then it drops the connection after sending."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.calls = 0

    def send(self, marker: str, to: str, text: str) -> bool:
        """Send a mail; False where the server is busy."""
        self.calls += 1
        if self.calls == 1:
            return False
        self.sent.append(marker)
        print(f"         mail to {to} [{marker}]: {text}")
        raise ConnectionError("the connection was lost")


class MailAdapter:
    """Answers reporters by mail. The command's id is the marker: unique, and the same on every attempt."""

    name = "mail"
    live = True  # people see it, so it is never given a drill's commands

    def __init__(self, mail: Mail) -> None:
        self.mail = mail

    def accepts(self, command: Command) -> bool:
        """Take one kind of command, and leave the rest to other adapters."""
        return isinstance(command, RedirectReporter)

    def deliver(self, command: Command, context: Context) -> Outcome:
        """Send once. No retrying here: that is the desk's job."""
        if not isinstance(command, RedirectReporter):
            return Rejected(why="only replies to reporters are sent by mail")  # a person must look
        try:
            sent = self.mail.send(command.id, command.reporter, f"{context.incident.title}: {command.description}")
        except ConnectionError as error:
            return Unknown(why=str(error))  # it may have happened
        return Receipt(reference=command.id) if sent else NotDone(why="the server is busy")

    def find(self, command: Command, _context: Context) -> Finding:
        """Look for the marker. A server that cannot be asked would be `Unknown`, never `Absent`."""
        return Receipt(reference=command.id) if command.id in self.mail.sent else Absent()


def main() -> int:
    """Dismiss a candidate, and deliver the reply until the desk knows that it was sent."""
    mail, start, minutes = Mail(), datetime(2026, 11, 23, 9, 0, tzinfo=UTC), 0
    reported = e.CandidateReported(id="1", at=start, by="ana", incident_id="INC-1", title="How do I get an account?")
    dismissed = e.CandidateDismissed(id="2", at=start, by="sam", override_reason="a question, not an incident")
    desk = Desk(MemoryEngine(), load_shipped(), [MailAdapter(mail)], now=lambda: start + timedelta(minutes=minutes))
    with desk:
        desk.step("INC-1", reported, dismissed)
        for minutes in (0, 2, 4, 6):
            answers = [repr(delivery.outcome) for delivery in desk.deliver()]
            print(f"{minutes} minutes:", *(answers or ["nothing is left to do"]))
        (record,) = desk.outbox("INC-1")
        print(f"{record.command_id} is {record.status.value}; mails sent: {len(mail.sent)}, for {mail.calls} calls")
    return 0


if __name__ == "__main__":
    sys.exit(main())
