"""Carrying commands out: which adapter, in which of four ways it answered, and what that means for the outbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from attrs import evolve, frozen

from incident_fsm import _backoff, codec
from incident_fsm._incident import Incident
from incident_fsm._secrets import scrub
from incident_fsm._values import NAME_MAX, AfterFailure, Audience, Kind
from incident_fsm.adapters import (
    Absent,
    Adapter,
    Context,
    NotDone,
    Outcome,
    Receipt,
    Rejected,
    Settling,
    Unknown,
)
from incident_fsm.commands import CancelMeeting, Command, PublishStatus, ScheduleMeeting
from incident_fsm.engine import LEASE_SECONDS, CommandRecord, CommandStatus, Settlement
from incident_fsm.errors import AdapterError, InvalidValue
from incident_fsm.events import CommandDone, CommandFailed

if TYPE_CHECKING:
    from incident_fsm.desk import Desk

ATTEMPTS_MAX = 10
"""After so many attempts that came to nothing, a person must look."""

SETTLE = timedelta(seconds=30)
"""How long to wait after a doubtful attempt before looking for its marker: a late request lands in this time. An
adapter that is `Settling` says how long its own system takes."""

HELD_BACK = "the incident was restricted after this was written: say it by hand to those who may know, or skip it"
"""Why a command that is wider than its incident became is left to a person."""

OVERTAKEN = "a newer word on the same thing went out meanwhile, and this one would contradict it: skip it"
"""Why a command that is retried too late is left to a person."""

_MEETINGS = frozenset({ScheduleMeeting.__name__, CancelMeeting.__name__})

OVERTAKING = {
    PublishStatus.__name__: frozenset({PublishStatus.__name__}),
    ScheduleMeeting.__name__: _MEETINGS,
    CancelMeeting.__name__: _MEETINGS,
}
"""Where the last word counts: which types of command overtake an older one of each type."""

_ERROR_MAX = 500


@frozen
class Delivery:
    """What became of one command: who carried it out, and the answer. Not `counted`: somebody else had settled it."""

    command: Command
    adapter: str
    outcome: Outcome
    counted: bool = True


class Deliverer:
    """The worker that a desk hands to its engine."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk
        self.deliveries: list[Delivery] = []

    def work(self, record: CommandRecord) -> None:
        """Carry one claimed command out and settle it."""
        command = codec.decode_command(record.payload)
        adapter, nobody = self._adapter(command)
        if adapter is None:
            # What an adapter that is gone may have done, nobody here can look for; so the doubt stays.
            outcome: Outcome = Unknown(why=nobody, ask_person=True) if record.in_doubt else Rejected(why=nobody)
        elif self._took_its_workers(record):
            why = f"given up after {record.attempts - 1} attempts: none came to an end, nor did whoever made the last"
            outcome = Unknown(why=why, ask_person=True)
        else:
            outcome = self._ask(adapter, command, record)
        name = "" if adapter is None else _name(adapter)
        outcome = _scrubbed(outcome)
        counted = self._settle(record, name, outcome, _settle_time(adapter))
        self.deliveries.append(Delivery(command, name, outcome, counted))

    def _adapter(self, command: Command) -> tuple[Adapter | None, str]:
        """Find who carries a command out. A drill's never reach a live adapter.

        Where one cannot even say whether it would, nobody else is asked: it may have been the right one.
        """
        for adapter in self._desk.adapters:
            try:
                if not (adapter.live and command.kind is Kind.DRILL) and adapter.accepts(command):
                    return adapter, ""
            except Exception as error:  # noqa: BLE001  it may be anybody's code
                return None, f"{_name(adapter)} could not say whether it would: {_worded(error)}"
        return None, self._nobody(command)

    def _took_its_workers(self, record: CommandRecord) -> bool:
        """Whether a command was attempted too often by workers that never came back, and no person ordered this one.

        Where an attempt has an outcome, that one is looked at; a command that kills whoever carries it out has none.
        """
        ordered = f"retry:{record.command_id}:{record.attempts - 1}"
        return record.attempts > ATTEMPTS_MAX and not self._desk.engine.recorded([ordered])

    def _nobody(self, command: Command) -> str:
        """Say that nobody carries a command out."""
        names = ", ".join(_name(adapter) for adapter in self._desk.adapters) or "none"
        drill = ", as a drill's must not reach a live one" if command.kind is Kind.DRILL else ""
        return f"no adapter accepts {type(command).__name__}{drill}; there are: {names}"

    def _ask(self, adapter: Adapter, command: Command, record: CommandRecord) -> Outcome:
        """Have an adapter do it; after a doubtful attempt, look for its marker first."""
        context = self._context(command)
        if leaks(command, context.incident):
            return Unknown(why=HELD_BACK, ask_person=True) if record.in_doubt else Rejected(why=HELD_BACK)
        command = neutral(command, context.incident)
        sent = record.in_doubt
        try:
            if record.in_doubt:
                found: object = adapter.find(command, context)
                if not isinstance(found, Absent):
                    return _answer(found, adapter, (Receipt, Unknown))
                sent = False
            if self._is_overtaken(record):
                return Rejected(why=OVERTAKEN)
            return _answer(adapter.deliver(command, context), adapter, (Receipt, NotDone, Rejected, Unknown))
        except AdapterError as error:  # it is not set up: nothing was sent, but an earlier attempt may have been
            return Unknown(why=str(error), ask_person=True) if sent else Rejected(why=str(error))
        except Exception as error:  # noqa: BLE001  whatever escapes, nobody can tell how far the adapter came
            return Unknown(why=_worded(error))

    def _is_overtaken(self, record: CommandRecord) -> bool:
        """Whether a newer word on the same thing is out already: an old one that is retried must not be the last."""
        place = record.revision, record.position
        return record.type in OVERTAKING and any(
            other.type in OVERTAKING[record.type] and (other.revision, other.position) > place
            for other in self._desk.engine.commands(record.incident_id, (CommandStatus.DONE,))
        )

    def _context(self, command: Command) -> Context:
        """Show an adapter the incident as it is now."""
        desk, incident_id = self._desk, command.incident_id
        return Context(
            incident=desk.incident(incident_id), policy=desk.policy, timeline=lambda: desk.timeline(incident_id)
        )

    def _settle(self, record: CommandRecord, adapter: str, outcome: Outcome, settle: timedelta) -> bool:
        """Store what came of it."""
        match outcome:
            case Receipt():
                return self._done(record, adapter, outcome)
            case Rejected(why=why):
                return self._failed(record, adapter, why, in_doubt=False)
            case Unknown(why=why, ask_person=True):
                doubt = f"it may have happened, and only a person can tell: {why}"
                return self._failed(record, adapter, doubt, in_doubt=True)
            case NotDone(why=why) | Unknown(why=why) if record.attempts >= ATTEMPTS_MAX:
                given_up = f"given up after {record.attempts} attempts: {why}"
                return self._failed(record, adapter, given_up, in_doubt=isinstance(outcome, Unknown))
            case NotDone(why=why, until=until, wait=wait):
                asked = until - self._desk.now() if until is not None else wait
                return self._later(record, _backoff.pause(record.attempts, asked), why, in_doubt=record.in_doubt)
            case Unknown(why=why, wait=wait):
                return self._later(record, max(settle, _backoff.pause(record.attempts, wait)), why, in_doubt=True)

    def _later(self, record: CommandRecord, wait: timedelta, why: str, *, in_doubt: bool) -> bool:
        """Leave the command for another attempt."""
        settlement = Settlement(
            command_id=record.command_id,
            attempt=record.attempts,
            status=CommandStatus.PENDING,
            not_before=self._desk.now() + wait,
            in_doubt=in_doubt,
            error=_short(why),
        )
        return self._desk.settle(record.incident_id, None, settlement)

    def _done(self, record: CommandRecord, adapter: str, receipt: Receipt) -> bool:
        """Store the receipt, as an event. A receipt that is no use is not lost: a person finishes by hand."""
        try:
            event = CommandDone(
                id=f"done:{record.command_id}",
                at=self._desk.now(),
                by=adapter,
                command_id=record.command_id,
                command=record.type,
                adapter=adapter,
                reference=receipt.reference,
                link=receipt.link,
            )
        except InvalidValue as error:
            return self._failed(record, adapter, f"it was done, but its receipt is no use: {error}", in_doubt=True)
        settlement = Settlement(
            command_id=record.command_id,
            attempt=record.attempts,
            status=CommandStatus.DONE,
            receipt=codec.encode_event(event),
        )
        return self._desk.settle(record.incident_id, event, settlement)

    def _failed(self, record: CommandRecord, adapter: str, why: str, *, in_doubt: bool) -> bool:
        """Leave the command to a person."""
        event = CommandFailed(
            id=f"failed:{record.command_id}:{record.attempts}",
            at=self._desk.now(),
            by=adapter or "desk",
            command_id=record.command_id,
            command=record.type,
            adapter=adapter,
            error=_short(why),
            then=AfterFailure.WAIT,
        )
        settlement = Settlement(
            command_id=record.command_id,
            attempt=record.attempts,
            status=CommandStatus.FAILED,
            in_doubt=in_doubt,
            error=event.error,
        )
        return self._desk.settle(record.incident_id, event, settlement)


def landed(record: CommandRecord, adapters: Sequence[Adapter]) -> datetime | None:
    """From when on a doubtful attempt may be looked for: a late request has landed by then. None without a doubt."""
    if not record.in_doubt or record.attempted_at is None:
        return None
    command = codec.decode_command(record.payload)
    return record.attempted_at + max((_settle_time(one) for one in adapters if one.accepts(command)), default=SETTLE)


def neutral(command: Command, incident: Incident) -> Command:
    """Take the title from a public post of an incident that was restricted since: only the message was cleared."""
    if not isinstance(command, PublishStatus) or incident.audience is not Audience.RESTRICTED:
        return command
    drill = "DRILL: " if command.kind is Kind.DRILL else ""
    return evolve(command, title=f"{drill}Incident {command.incident_id}")


def _scrubbed(outcome: Outcome) -> Outcome:
    """Take secrets out of whatever an adapter said: it is stored, and shown."""
    words = ("reference", "link") if isinstance(outcome, Receipt) else ("why",)
    said = {word: getattr(outcome, word) for word in words}
    clean = {word: scrub(text) if isinstance(text, str) else text for word, text in said.items()}
    return evolve(outcome, **clean)  # type: ignore[arg-type]  # the words are those of this outcome


def _settle_time(adapter: object) -> timedelta:
    """How long a doubtful request to an adapter's system may take to land."""
    try:
        settle: object = adapter.settle if isinstance(adapter, Settling) else SETTLE
    except Exception:  # noqa: BLE001  anybody's code; the usual time will do
        return SETTLE
    return settle if isinstance(settle, timedelta) else SETTLE


def check_settle_times(adapters: Sequence[Adapter]) -> None:
    """Refuse an adapter whose requests may land after the lease: a worker that died is taken over by then.

    Its marker would be looked for too early, and what lands late would be there twice.
    """
    for adapter in adapters:
        seconds = _settle_time(adapter).total_seconds()
        if seconds > LEASE_SECONDS:
            problem = f"waits {seconds:g} seconds until a doubtful request has landed"
            raise AdapterError(_name(adapter), problem, f"let it wait at most {LEASE_SECONDS}, the length of a lease")


def leaks(command: Command, incident: Incident) -> bool:
    """Whether a command would tell more people than its incident's audience, as that is now.

    The core never emits such a command, but an incident may be restricted while older commands still wait. A status
    post may go out all the same if somebody cleared its wording for the public.
    """
    if isinstance(command, PublishStatus) and command.cleared:
        return False
    return not command.audience.within(incident.audience)


def _answer(said: object, adapter: Adapter, expected: tuple[type, ...]) -> Outcome:
    """Take an adapter at its word if the word is one of those it may use: it may be anybody's code."""
    if not isinstance(said, expected):
        return Unknown(why=f"{_name(adapter)} answered {type(said).__name__}, which is no answer to that")
    if not isinstance(said, Receipt) and not _is_sound(said):
        return Unknown(why=f"{_name(adapter)} answered {type(said).__name__} with nonsense in it")
    return cast("Outcome", said)


def _is_sound(said: object) -> bool:
    """Whether what is not done says why, and when, in a way that can be used."""
    why, until, wait = (getattr(said, name, None) for name in ("why", "until", "wait"))
    return (
        isinstance(why, str)
        and (until is None or (isinstance(until, datetime) and until.utcoffset() is not None))
        and (wait is None or isinstance(wait, timedelta))
    )


def _name(adapter: Adapter) -> str:
    """What an adapter is called, as events can hold it."""
    said = "".join(character if character.isprintable() else " " for character in str(adapter.name)[:NAME_MAX])
    return said.strip() or "adapter"


def _worded(error: Exception) -> str:
    """Say what an exception says, if it can."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001  it cannot even do that
        return type(error).__name__


def _short(why: str) -> str:
    """Make an error fit to be stored: without secrets, printable, and no longer than a person reads."""
    printable = "".join(character if character.isprintable() else " " for character in scrub(why)[:_ERROR_MAX])
    return printable.strip() or "no reason was given"
