"""Stop, store, resume: what was accepted is never lost, and what was asked for is done once.

Three desks, one after the other, on one journal, as three processes would be: the first stops before anything is
delivered, the second resumes and delivers, the third hears the old events again.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from incident_fsm import Answer, Assessment
from incident_fsm import events as e
from incident_fsm.adapters import Absent, Context, Finding, Outcome, Receipt
from incident_fsm.commands import Command
from incident_fsm.desk import Desk
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.policy_files import load_shipped

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


class Printer:
    """Carries out every command by printing it."""

    name = "printer"
    live = False

    def accepts(self, _command: Command) -> bool:
        """Take everything."""
        return True

    def deliver(self, command: Command, _context: Context) -> Outcome:
        """Print the command."""
        print(f"  delivered {type(command).__name__} {command.id}")
        return Receipt(reference=command.id)

    def find(self, _command: Command, _context: Context) -> Finding:
        """Say that what was not printed is surely not there."""
        return Absent()


def open_desk(folder: Path, now: datetime) -> Desk:
    """Set up a desk on the journal in a folder, as each process does when it starts."""
    return Desk(SqliteEngine(folder / "journal.sqlite3"), load_shipped(), [Printer()], now=lambda: now)


def three_in_the_morning() -> list[e.Event]:
    """Report, confirm and declare in one go: all of it is stored, or nothing."""
    yes = Answer(met=True, evidence="every job is queued")
    return [
        e.CandidateReported(id="a1", at=START, by="sam", incident_id="INC-1", title="Airflow cannot scale"),
        e.CandidateConfirmed(id="a2", at=START, by="sam", assessment=Assessment(unplanned=yes, impacts_users=yes)),
        e.IncidentDeclared(id="a3", at=START, by="sam", services=("Analytical Platform Compute",), impact="Minor",
                           message="Tasks are delayed.", next_update_at=START + timedelta(minutes=30)),
        e.ManagementStarted(id="a4", at=START, by="sam", lead="sam"),
    ]  # fmt: skip


def main() -> int:
    """Stop before delivering, resume, and repeat."""
    with TemporaryDirectory() as name:
        folder, events = Path(name), three_in_the_morning()
        with open_desk(folder, START) as desk:
            incident = desk.step("INC-1", *events).incident
            print(f"stored: {incident.id} is {incident.state.value}. The process stops here, nothing is delivered yet.")
        with open_desk(folder, START + timedelta(minutes=2)) as desk:
            print(f"resumed: {desk.incident('INC-1').state.value}, {len(desk.outbox('INC-1'))} commands wait")
            desk.deliver()
        with open_desk(folder, START + timedelta(minutes=5)) as desk:
            print(
                f"heard again: repeated={desk.step('INC-1', *events).repeated}, delivered again: {len(desk.deliver())}"
            )
            print("timeline:", *(f"  {entry.event.at:%H:%M} {type(entry.event).__name__}"
                                 for entry in desk.timeline("INC-1")), sep="\n")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
