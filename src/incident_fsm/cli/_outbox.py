"""Commands: outbox, deliver, remind, and what a person decides about one: retry, by-hand, skip."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incident_fsm.cli import _trouble
from incident_fsm.cli._output import as_json, say, table
from incident_fsm.cli._session import Session, reading

if TYPE_CHECKING:
    from incident_fsm.desk import Handled
    from incident_fsm.engine import CommandRecord

CommandId = Annotated[str, typer.Argument(metavar="COMMAND", help="The command's id, like INC-1:3:0.")]


@reading
def outbox(
    session: Session,
    *,
    incident_id: Annotated[str | None, typer.Argument(metavar="[INCIDENT]", help="Only this incident's.")] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only those that are not settled.")] = False,
) -> int:
    """Show the commands and what became of them."""
    from incident_fsm.engine import CommandStatus as Status  # noqa: PLC0415  only where needed

    statuses = (Status.PENDING, Status.ATTEMPTED, Status.FAILED) if waiting else ()
    with session.desk() as desk:
        if incident_id is not None:
            desk.incident(incident_id)
        records = desk.outbox(incident_id, *statuses)
    if session.json:
        as_json([_data(record) for record in records])
        return _trouble.DONE
    if not records:
        say("nothing waits" if waiting else "no command yet")
        return _trouble.DONE
    rows = [(r.command_id, r.type, r.status.value, r.attempts, _moment(r.not_before), r.error) for r in records]
    table(("command", "type", "status", "attempts", "not before", "error"), rows)
    return _trouble.DONE


def _moment(moment: Any) -> str:  # noqa: ANN401  a datetime or None
    """Write a time in UTC."""
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}Z"


def _data(record: "CommandRecord") -> dict[str, Any]:
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
def deliver(session: Session) -> int:
    """Carry out every command that can run now."""
    from incident_fsm.adapters import Receipt  # noqa: PLC0415  only where needed

    with session.desk() as desk:
        deliveries = desk.deliver()
    good = [delivery for delivery in deliveries if isinstance(delivery.outcome, Receipt)]
    if session.json:
        as_json([
            {
                "id": delivery.command.id,
                "type": type(delivery.command).__name__,
                "adapter": delivery.adapter,
                "outcome": type(delivery.outcome).__name__,
                "detail": getattr(delivery.outcome, "why", "") or getattr(delivery.outcome, "link", ""),
            }
            for delivery in deliveries
        ])  # fmt: skip
    else:
        for delivery in deliveries:
            detail = getattr(delivery.outcome, "why", "") or getattr(delivery.outcome, "link", "")
            what = f"{delivery.command.id} {type(delivery.command).__name__}"
            say(f"{what}: {type(delivery.outcome).__name__} {detail}".rstrip())
        say(f"{len(good)} of {len(deliveries)} command(s) done" if deliveries else "nothing can run now", style="bold")
    return _trouble.DONE if len(good) == len(deliveries) else _trouble.UNDELIVERED


@reading
def remind(session: Session) -> int:
    """Turn every deadline that has passed into a reminder, once per promise, and deliver it."""
    with session.desk() as desk:
        reminded = desk.remind()
        desk.deliver()
    texts = [(answer.incident.id, command) for answer in reminded for command in answer.commands]
    if session.json:
        as_json(
            [{"incident": incident, "type": type(command).__name__, "id": command.id} for incident, command in texts]
        )
    elif not texts:
        say("nothing to remind of")
    else:
        for incident, command in texts:
            say(f"{incident}: {getattr(command, 'who', '')}: {getattr(command, 'text', '')}")
    return _trouble.DONE


@reading
def retry(session: Session, *, command_id: CommandId) -> int:
    """Order another attempt at a command that failed, and make it."""
    with session.desk() as desk:
        answer = desk.retry(command_id, session.by)
        desk.deliver()
        record = desk.command(command_id)
    return _settled(session, answer, record)


@reading
def by_hand(
    session: Session,
    *,
    command_id: CommandId,
    link: Annotated[str, typer.Option("--link", help="Where the result is.")] = "",
    reference: Annotated[str, typer.Option("--reference", help="The outside system's own id for it.")] = "",
) -> int:
    """Say that a person did what a command asks for."""
    with session.desk() as desk:
        answer = desk.by_hand(command_id, session.by, link=link, reference=reference)
        record = desk.command(command_id)
    return _settled(session, answer, record)


@reading
def skip(session: Session, *, command_id: CommandId, reason: Annotated[str, typer.Option("--reason")]) -> int:
    """Give a command up, with a reason."""
    with session.desk() as desk:
        answer = desk.skip(command_id, session.by, reason)
        record = desk.command(command_id)
    return _settled(session, answer, record)


def _settled(session: Session, answer: "Handled", record: "CommandRecord") -> int:
    """Tell what a person's decision came to."""
    if session.json:
        as_json({"incident": answer.incident.id, **_data(record)})
    else:
        say(f"{record.command_id} {record.type} is {record.status.value} {record.error}".rstrip(), style="bold")
    return _trouble.DONE if record.status.value in {"done", "skipped"} else _trouble.UNDELIVERED


VERBS: dict[str, Callable[..., None]] = {
    "outbox": outbox,
    "deliver": deliver,
    "remind": remind,
    "retry": retry,
    "by-hand": by_hand,
    "skip": skip,
}
