"""Reading one incident from a file: folded again, event by event, each under the policy that it was judged by.

So it is known before each line which command must follow, and that it is what its event leads to.
"""

from collections.abc import Iterator, Mapping
from typing import NoReturn, TypeVar

from attrs import fields, frozen

from incident_fsm import _records as records
from incident_fsm import codec
from incident_fsm._incident import Incident
from incident_fsm._results import Refusal, Step
from incident_fsm._verification import is_told
from incident_fsm.engine import GENESIS, CommandRecord, CommandStatus, EventRecord, NewCommand
from incident_fsm.engine._rules import check_chained, check_closed
from incident_fsm.errors import CodecError, InvalidValue
from incident_fsm.events import CommandDone, CommandFailed
from incident_fsm.lifecycle import Lifecycle
from incident_fsm.transfer._faults import EXPORT_AGAIN, RESTORE, TransferRefused
from incident_fsm.transfer._form import Opening, Record
from incident_fsm.transfer._source import Source

OPEN = (CommandStatus.PENDING, CommandStatus.ATTEMPTED)
"""The statuses of commands that somebody is still to carry out."""

_DERIVED = tuple(attribute.name for attribute in fields(NewCommand))
"""What of a command its event decides; the rest is what became of it."""

_R = TypeVar("_R", bound=Record)


@frozen
class Folded:
    """An event with its commands, checked, and what it led to; where it stands, and how many bytes these lines have."""

    line: int
    weight: int
    event: EventRecord
    commands: tuple[CommandRecord, ...]
    incident: Incident
    lifecycle: Lifecycle


class Folding:
    """Reading one incident: what was folded so far, and what must come next."""

    def __init__(self, source: Source, opening: Opening, lifecycles: Mapping[str, Lifecycle]) -> None:
        """Begin behind an incident's opening line."""
        self._source = source
        self._opening = opening
        self._lifecycles = lifecycles
        self._incident: Incident | None = None
        self._digest = GENESIS
        self._commands = self._open = 0
        self._untold: dict[str, tuple[int, CommandRecord]] = {}

    def events(self) -> Iterator[Folded]:
        """Yield event by event, each with its commands."""
        if self._opening.events < 1:
            self._refuse("has no event", EXPORT_AGAIN)
        for revision in range(1, self._opening.events + 1):
            folded = self._folded(revision)
            if revision == self._opening.events:
                self._finish()
            yield folded

    def _folded(self, revision: int) -> Folded:
        """Read one event with its commands."""
        record = self._expect(EventRecord, f"revision {revision}")
        line, weight = self._source.number, self._source.weight
        self._check_place(record, revision)
        lifecycle = self._lifecycles.get(record.policy)
        if lifecycle is None:
            self._refuse(f"the policy {record.policy:.64} that it was judged by stands nowhere before", EXPORT_AGAIN)
        step = self._refold(record, lifecycle)
        commands = []
        for position in range(len(step.commands)):
            commands.append(self._command(step, position))
            weight += self._source.weight
        self._incident, self._digest = step.after, record.digest
        return Folded(line, weight, record, tuple(commands), step.after, lifecycle)

    def _check_place(self, record: EventRecord, revision: int) -> None:
        """Hold an event against its place in the chain."""
        if record.revision != revision:
            self._refuse(f"revision {record.revision} stands where {revision} must", EXPORT_AGAIN)
        try:
            check_chained((record,), self._opening.incident_id, self._digest)
        except InvalidValue as error:
            self._refuse(f"{error.field} {error.problem}", RESTORE)

    def _refold(self, record: EventRecord, lifecycle: Lifecycle) -> Step:
        """Repeat the step of an event."""
        try:
            event = codec.decode_event(record.payload)
        except CodecError as error:
            self._refuse(f"its payload cannot be read: {'; '.join(error.faults)}", RESTORE)
        if (event.id, type(event).__name__, event.at) != (record.event_id, record.type, record.at):
            self._refuse("its payload is another event than the line says", RESTORE)
        step = lifecycle.refold(self._incident, event)
        if isinstance(step, Refusal):
            self._refuse(f"revision {record.revision} does not replay: {step.sentence}", RESTORE)
        if step.after.id != self._opening.incident_id:
            self._refuse(f"its payload opens the incident {step.after.id}", RESTORE)
        if isinstance(event, CommandDone | CommandFailed) and event.command_id in self._untold:
            _, command = self._untold[event.command_id]
            if is_told(command, [(event, record.payload)]):
                del self._untold[event.command_id]
        return step

    def _command(self, step: Step, position: int) -> CommandRecord:
        """Read the command at a position of a step, and hold it against what the step emits."""
        wanted = records.new_command(step, position)
        record = self._expect(CommandRecord, f"the command {wanted.command_id}")
        differing = [name for name in _DERIVED if getattr(record, name) != getattr(wanted, name)]
        if differing or record.incident_id != self._opening.incident_id:
            names = ", ".join(differing) or "incident_id"
            self._refuse(f"is not the command {wanted.command_id} that its event leads to, by {names}", RESTORE)
        self._commands += 1
        if record.status in OPEN:
            self._open += 1
            return record
        try:
            check_closed(record)
        except InvalidValue as error:
            self._refuse(f"the command {error.field} {error.problem}", RESTORE)
        self._untold[record.command_id] = self._source.number, record
        return record

    def _finish(self) -> None:
        """Hold an incident that was read to its end against what was announced, and against what it tells itself."""
        if (self._commands, self._open) != (self._opening.commands, self._opening.open):
            said = f"{self._opening.commands} commands ({self._opening.open} open) are announced"
            self._refuse(f"{said}, and there are {self._commands} ({self._open})", EXPORT_AGAIN)
        for line, record in self._untold.values():
            problem = f"the command {record.command_id} is {record.status.value} otherwise than the events tell"
            raise TransferRefused(self._source.name, line, problem, RESTORE)

    def _expect(self, kind: type[_R], what: str) -> _R:
        """Read a line that must hold a record of one kind."""
        record = self._source.record()
        if not isinstance(record, kind):
            self._refuse(f"holds a {type(record).__name__} where {what} must stand", EXPORT_AGAIN)
        return record

    def _refuse(self, problem: str, remedy: str) -> NoReturn:
        """Say what is wrong, and with which incident."""
        self._source.refuse(f"incident {self._opening.incident_id:.64}: {problem}", remedy)
