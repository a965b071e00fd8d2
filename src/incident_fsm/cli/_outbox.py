"""Commands: outbox, deliver, remind, and what a person decides about one: retry, by-hand, skip."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incident_fsm import deadlines
from incident_fsm.cli import _trouble
from incident_fsm.cli._answers import would
from incident_fsm.cli._complete import COMMANDS, INCIDENTS
from incident_fsm.cli._options import deciding, reading
from incident_fsm.cli._output import as_json, say, table
from incident_fsm.cli._session import Session
from incident_fsm.cli._watch import happened, sentence, watch

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from incident_fsm.desk import Desk, Handled
    from incident_fsm.engine import CommandRecord

CommandId = Annotated[
    str, typer.Argument(metavar="COMMAND", autocompletion=COMMANDS, help="The command's id, like INC-1:3:0.")
]


def waiting(desk: "Desk", incident_id: str | None = None) -> "Sequence[CommandRecord]":
    """The commands that are not settled, of one incident or of all."""
    from incident_fsm.engine import CommandStatus as Status  # noqa: PLC0415  only where needed

    return desk.outbox(incident_id, Status.PENDING, Status.ATTEMPTED, Status.FAILED)


@reading
def outbox(
    session: Session,
    *,
    incident_id: Annotated[
        str | None, typer.Argument(metavar="[INCIDENT]", autocompletion=INCIDENTS, help="Only this incident's.")
    ] = None,
    only_waiting: Annotated[bool, typer.Option("--waiting", help="Only those that are not settled.")] = False,
) -> int:
    """Show the commands and what became of them."""
    with session.desk() as desk:
        if incident_id is not None:
            desk.incident(incident_id)
        records = waiting(desk, incident_id) if only_waiting else desk.outbox(incident_id)
        zone = desk.policy.calendar.zone
    if session.json:
        as_json([record_data(record) for record in records])
        return _trouble.DONE
    if not records:
        say("nothing waits" if only_waiting else "no command yet")
        return _trouble.DONE
    rows = [(r.command_id, r.type, r.status.value, r.attempts, _local(r.not_before, zone), r.error) for r in records]
    table(("command", "type", "status", "attempts", "not before", "error"), rows)
    return _trouble.DONE


def _local(moment: "datetime | None", zone: "tzinfo") -> str:
    """Write a time for people, to the second: pauses are short."""
    return "" if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def _moment(moment: "datetime | None") -> str:
    """Write a time in UTC."""
    return "" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def record_data(record: "CommandRecord") -> dict[str, Any]:
    """A command's place in the outbox as plain data, without its payload: that may be restricted."""
    return {
        "id": record.command_id,
        "incident": record.incident_id,
        "type": record.type,
        "lane": record.lane,
        "audience": record.audience,
        "status": record.status.value,
        "attempts": record.attempts,
        "attempted_at": _moment(record.attempted_at),
        "not_before": _moment(record.not_before),
        "in_doubt": record.in_doubt,
        "error": record.error,
    }


@reading
def deliver(
    session: Session,
    *,
    stay: Annotated[bool, typer.Option("--watch", help="Stay, deliver what comes, and show how it stands.")] = False,
    workers: Annotated[int, typer.Option("--workers", min=1, max=32, help="With --watch: so many at once.")] = 2,
) -> int:
    """Carry out every command that can run now; with --watch, also what comes later.

    Watching, it also reminds of what is overdue and reads the threads back. Several, on one journal, share the work.
    """
    from incident_fsm.adapters import Receipt  # noqa: PLC0415  only where needed

    if stay and session.dry_run:
        raise typer.BadParameter("--watch acts: leave --dry-run out, or --watch")
    if stay:
        return watch(session, workers)
    with session.desk() as desk:
        if session.dry_run:
            return _would_deliver(session, desk)
        deliveries = session.delivered(desk)
        left = len(waiting(desk))
    good = [delivery for delivery in deliveries if isinstance(delivery.outcome, Receipt)]
    if session.json:
        as_json([happened(delivery) for delivery in deliveries])
    else:
        for delivery in deliveries:
            say(sentence(delivery))
        say(f"{len(good)} of {len(deliveries)} command(s) done" if deliveries else "nothing can run now", style="bold")
        if left:
            say(f"{left} not settled; see: incident outbox --waiting", style="yellow")
    return _trouble.DONE if len(good) == len(deliveries) else _trouble.UNDELIVERED


def _would_deliver(session: Session, desk: "Desk") -> int:
    """Say what waits to be carried out."""
    from incident_fsm.codec import decode_command  # noqa: PLC0415  only where needed

    records = [record for record in waiting(desk) if record.status.value != "failed"]
    if session.json:
        as_json({"dry_run": True, "commands": [record_data(record) for record in records]})
        return _trouble.DONE
    say(f"{len(records)} command(s) would be tried; nothing was changed", style="bold")
    for record in records:
        would(decode_command(record.payload))
    return _trouble.DONE


@deciding
def remind(session: Session) -> int:
    """Turn every deadline that has passed into a reminder, once per promise, and deliver it.

    That the policy's page is past its review is no incident's, so it is only said, each time.
    """
    with session.desk() as desk:
        now, page = desk.now(), deadlines.page_review(desk.policy)
        if session.dry_run:
            late = [(i.id, each) for i in desk.find() for each in deadlines.due(i, desk.policy, now)]
            told = [{"incident": i, "id": "", "deadline": d.name, "who": d.who, "text": d.text} for i, d in late]
            trouble = ""
        else:
            told = [_reminder_data(command) for answer in desk.remind() for command in answer.commands]
            _, trouble = session.carry_out(desk)
    if session.json:
        as_json(told)
    else:
        for reminder in told:
            say(f"{reminder['incident']}: {reminder['who']}: {reminder['text']}")
        if not told:
            say("nothing to remind of")
        if page.due <= now:
            say(
                f"{page.who}: {page.text}: its review was due by {desk.policy.page.next_review:%d %B %Y}",
                style="yellow",
            )
    return _stopped(trouble) or _trouble.DONE


def _reminder_data(command: Any) -> dict[str, str]:  # noqa: ANN401  a deadline's command is always a `Remind`
    """A reminder as plain data."""
    return {
        "incident": command.incident_id,
        "id": command.id,
        "deadline": command.deadline,
        "who": command.who,
        "text": command.text,
    }


@reading
def read_thread(
    session: Session,
    *,
    incident_id: Annotated[
        str | None, typer.Argument(metavar="[INCIDENT]", autocompletion=INCIDENTS, help="Only this incident's.")
    ] = None,
) -> int:
    """Note what people said in the thread since, so that the timeline writes itself (§3.2)."""
    with session.desk() as desk:  # which has no adapters in a dry run, so nothing is read then
        noted = desk.read_threads() if incident_id is None else desk.read_thread(incident_id)
        found = [(answer.incident.id, step.event) for answer in noted for step in answer.steps]
    if session.json:
        as_json({"notes": [{"incident": where, "id": event.id, "by": event.by} for where, event in found]})
        return _trouble.DONE
    for where, event in found:
        say(f"{where}: {event.by}: {getattr(event, 'text', '')}")
    say(f"{len(found)} note(s)" if found else "nothing new in any thread", style="bold")
    return _trouble.DONE


@deciding
def retry(session: Session, *, command_id: CommandId) -> int:
    """Order another attempt at a command that failed, and make it."""
    return _decide(session, command_id, "tried again", lambda desk: desk.retry(command_id, session.by))


@deciding
def by_hand(
    session: Session,
    *,
    command_id: CommandId,
    link: Annotated[str, typer.Option("--link", help="Where the result is.")] = "",
    reference: Annotated[str, typer.Option("--reference", help="The outside system's own id for it.")] = "",
) -> int:
    """Say that a person did what a command asks for; what waited for it is delivered."""
    return _decide(
        session,
        command_id,
        "done by hand",
        lambda desk: desk.by_hand(command_id, session.by, link=link, reference=reference),
    )


@deciding
def skip(
    session: Session, *, command_id: CommandId, reason: Annotated[str, typer.Option("--reason", help="Why.")]
) -> int:
    """Give a command up, with a reason."""
    return _decide(session, command_id, "skipped", lambda desk: desk.skip(command_id, session.by, reason))


def _decide(session: Session, command_id: str, fate: str, act: "Callable[[Desk], Handled]") -> int:
    """Have a person's decision on a command stored, and tell what it came to."""
    with session.desk() as desk:
        record = desk.command(command_id)
        if session.dry_run:
            return _would_decide(session, record, fate)
        answer = act(desk)
        _, trouble = session.carry_out(desk)
        record = desk.command(command_id)
    if session.json:
        as_json({**record_data(record), "repeated": answer.repeated})
    else:
        why = f": {record.error}" if record.error else ""
        say(f"{record.command_id} {record.type} is {record.status.value}{why}", style="bold")
    settled = record.status.value in {"done", "skipped"} or not session.deliver
    return _stopped(trouble) or (_trouble.DONE if settled else _trouble.UNDELIVERED)


def _would_decide(session: Session, record: "CommandRecord", fate: str) -> int:
    """Say what would become of a command."""
    if session.json:
        as_json({"dry_run": True, **record_data(record)})
    else:
        say(f"{record.command_id} {record.type} would be {fate}; nothing was changed", style="bold")
    return _trouble.DONE


def _stopped(trouble: str) -> int:
    """Tell that delivering stopped, and return the exit code for it; zero where it did not."""
    if trouble:
        say(f"incident: accepted, but delivering stopped: {trouble}", style="red", error=True)
    return _trouble.UNDELIVERED if trouble else _trouble.DONE


VERBS: dict[str, Callable[..., None]] = {
    "outbox": outbox,
    "deliver": deliver,
    "remind": remind,
    "read-thread": read_thread,
    "retry": retry,
    "by-hand": by_hand,
    "skip": skip,
}
