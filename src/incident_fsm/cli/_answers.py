"""Handing events over and telling what came of it: the new state and the commands' fate, or every reason why not."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from incident_fsm._results import Reason, Refusal, Step
from incident_fsm.cli import _trouble
from incident_fsm.cli._output import as_json, say
from incident_fsm.cli._session import Session
from incident_fsm.cli._usage import Guide
from incident_fsm.events import Event

if TYPE_CHECKING:
    from incident_fsm._delivery import Delivery
    from incident_fsm.commands import Command
    from incident_fsm.desk import Desk, Handled


def hand_over(session: Session, desk: "Desk", incident_id: str, event: Event) -> int:
    """Hand an event over and tell what came of it; return the exit code."""
    return tell(session, desk, incident_id, decide(session, desk, incident_id, event))


def decide(session: Session, desk: "Desk", incident_id: str, event: Event) -> "Handled | Step | Refusal":
    """Hand an event over; in a dry run, only ask what would come of it."""
    if not session.dry_run:
        return desk.handle(incident_id, event)
    known = desk.engine.load(incident_id) is not None
    return desk.lifecycle.attempt(desk.incident(incident_id) if known else None, event)


def tell(session: Session, desk: "Desk", incident_id: str, answer: "Handled | Step | Refusal") -> int:
    """Tell an answer, after carrying out what it asks for; return the exit code."""
    if isinstance(answer, Refusal):
        return refused(session, desk, answer, incident_id)
    if isinstance(answer, Step):
        return _would_be(session, answer)
    deliveries, trouble = session.carry_out(desk)
    return _accepted(session, desk, answer, deliveries, trouble)


def _would_be(session: Session, step: Step) -> int:
    """Say what would happen."""
    from incident_fsm.codec import as_data  # noqa: PLC0415  only where needed

    after = step.after
    if session.json:
        commands = [{"type": type(command).__name__, **as_data(command)} for command in step.commands]
        as_json({"dry_run": True, "id": after.id, "state": after.state.value, "commands": commands})
        return _trouble.DONE
    say(f"{after.id} would be {after.state.value}; nothing was changed", style="bold")
    for command in step.commands:
        would(command)
    return _trouble.DONE


def would(command: "Command") -> None:
    """Say what a command would do, as the console adapter does."""
    from incident_fsm.adapters.console import lines  # noqa: PLC0415  only where needed

    for line in lines(command):
        say(f"  {line}")


def refused(session: Session, desk: "Desk", refusal: Refusal, incident_id: str) -> int:
    """Tell every reason, and the command that would remove it where there is one."""
    known = desk.engine.load(incident_id) is not None
    guide = Guide(incident_id, desk.incident(incident_id) if known else None, desk.policy)
    if session.json:
        as_json({
            "refused": True,
            "id": incident_id,
            "event": type(refusal.event).__name__,
            "state": None if refusal.state is None else refusal.state.value,
            "reasons": [reason_data(reason, guide, refusal.event) for reason in refusal.reasons],
        })  # fmt: skip
        return _trouble.REFUSED
    where = "" if refusal.state is None else f" while {refusal.state.value}"
    say(f"refused{where}: {type(refusal.event).__name__}", style="bold red", error=True)
    for reason in refusal.reasons:
        section = f"{reason.section} " if reason.section else ""
        say(f"  - {section}{reason.sentence}", error=True)
        if hint := guide.remedy(reason, refusal.event):
            say(f"      {hint}", style="cyan", error=True)
    return _trouble.REFUSED


def reason_data(reason: Reason, guide: Guide, event: Event | None = None) -> dict[str, str]:
    """A reason as plain data."""
    return {
        "code": reason.code,
        "sentence": reason.sentence,
        "section": reason.section,
        "field": reason.field,
        "subject": reason.subject,
        "command": guide.remedy(reason, event),
    }


def _accepted(
    session: Session, desk: "Desk", handled: "Handled", deliveries: Sequence["Delivery"], trouble: str
) -> int:
    """Tell the new state, and each command with what became of it."""
    incident = desk.incident(handled.incident.id)
    fates = [_fate(desk, command.id) for command in handled.commands]
    waiting = [fate for fate in fates if fate["status"] not in {"done", "skipped"}]
    if session.json:
        as_json({
            "id": incident.id,
            "state": incident.state.value,
            "revision": incident.revision,
            "repeated": handled.repeated,
            "commands": fates,
            "delivery_error": trouble,
        })  # fmt: skip
    else:
        again = " (the journal had this event already; nothing changed)" if handled.repeated else ""
        say(f"{incident.id} is {incident.state.value}{again}", style="bold")
        for fate in fates:
            _tell(fate)
        _tell_others(handled, deliveries)
    if trouble:
        say(f"incident: accepted, but delivering stopped: {trouble}", style="red", error=True)
    return _trouble.UNDELIVERED if trouble or (session.deliver and waiting) else _trouble.DONE


def _fate(desk: "Desk", command_id: str) -> dict[str, Any]:
    """What became of a command so far."""
    from incident_fsm.codec import decode_event  # noqa: PLC0415  only where needed
    from incident_fsm.events import CommandDone  # noqa: PLC0415  likewise

    record = desk.command(command_id)
    receipt = decode_event(record.receipt) if record.receipt else None
    done = receipt if isinstance(receipt, CommandDone) else None
    return {
        "id": record.command_id,
        "type": record.type,
        "status": record.status.value,
        "adapter": done.adapter if done else "",
        "link": done.link if done else "",
        "reference": done.reference if done else "",
        "error": record.error,
    }


def _tell(fate: dict[str, Any]) -> None:
    """Tell of one command."""
    if fate["status"] == "done":
        say(f"  {fate['type']}: {fate['adapter']} did it, see {fate['link'] or fate['reference'] or fate['id']}")
    else:
        why = f": {fate['error']}" if fate["error"] else ""
        say(f"  {fate['type']}: {fate['status']}{why}  [{fate['id']}]", style="yellow")


def _tell_others(handled: "Handled", deliveries: Sequence["Delivery"]) -> None:
    """Tell how many older commands were delivered along the way."""
    own = {command.id for command in handled.commands}
    others = [delivery for delivery in deliveries if delivery.command.id not in own]
    if others:
        say(f"  and {len(others)} command(s) that had waited were tried; see: incident outbox")
