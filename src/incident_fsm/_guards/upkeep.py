"""What belongs to no section: deadlines, receipts, and events made for an older revision."""

from incident_fsm import deadlines
from incident_fsm._guards.answers import Reasons
from incident_fsm._guards.milestones import minute
from incident_fsm._incident import Incident
from incident_fsm._results import Reason
from incident_fsm.commands import parse_command_id
from incident_fsm.events import CommandDone, CommandFailed, DeadlinePassed
from incident_fsm.policy import Policy


def deadline_stands(incident: Incident, policy: Policy) -> Reasons:
    """Some deadline must stand for one to pass."""
    return () if deadlines.unreminded(incident, policy) else (_NO_DEADLINE,)


_NO_DEADLINE = Reason("no_deadline", "no deadline stands that nobody was reminded of", "§2")


def deadline_passed(incident: Incident, event: DeadlinePassed, policy: Policy) -> Reasons:
    """That deadline has passed at the time given, and nobody was reminded of it yet."""
    if not any(
        deadline.name == event.deadline and deadline.due == event.due_at
        for deadline in deadlines.unreminded(incident, policy)
    ):
        sentence = f"no deadline {event.deadline!r} of {minute(event.due_at)} stands that nobody was reminded of"
        return (Reason("unknown_deadline", sentence, "§2", "deadline"),)
    if event.at < event.due_at:
        return (Reason("not_passed", f"{event.deadline!r} is due at {minute(event.due_at)}, not before", "§2", "at"),)
    return ()


def own_command(incident: Incident, event: CommandDone | CommandFailed, _policy: Policy) -> Reasons:
    """The command belongs to this incident."""
    parsed = parse_command_id(event.command_id)
    if parsed is None or parsed[0] != incident.id or not 1 <= parsed[1] <= incident.revision:
        return (Reason("foreign_command", f"{event.command_id!r} is no command of this incident", "", "command_id"),)
    return ()


def stale(incident: Incident, revision: int) -> Reason:
    """Say that an event was made for another revision of the incident than the present one."""
    sentence = f"the event was made for revision {revision}, and the incident is at {incident.revision}: look again"
    return Reason("stale", sentence, "", "revision")
