"""Our machine, and the least that any machine must do: a hand-written dict table with the same effects."""

from benchmarks.pure.contest import Contestant
from benchmarks.pure.story import LIFECYCLE, POLICY

from incident_fsm import Incident, Reason, Refusal, State, Step
from incident_fsm._incident import draft_of, seal
from incident_fsm._reactions.emission import Emission
from incident_fsm._table import ROWS, Row
from incident_fsm.commands import Command
from incident_fsm.events import Event


class Ours:
    """One incident in the hands of our machine."""

    __slots__ = ("commands", "incident")

    def __init__(self) -> None:
        self.incident: Incident | None = None
        self.commands: tuple[Command, ...] = ()

    def handle(self, event: Event) -> Step | Refusal:
        """Answer an event, and keep what came of it."""
        answer = LIFECYCLE.attempt(self.incident, event)
        if isinstance(answer, Step):
            self.incident, self.commands = answer.after, answer.commands
        return answer


_TABLE: dict[tuple[type[Event], State | None], Row] = {(row.event, row.source): row for row in ROWS}
_NOT_HERE = (Reason("not_now", "not here"),)


def by_dict(incident: Incident | None, event: Event) -> Step | Refusal:
    """Look the row up in a dict, and do what it says."""
    state = None if incident is None else incident.state
    row = _TABLE.get((type(event), state))
    if row is None:
        return Refusal("" if incident is None else incident.id, state, event, _NOT_HERE)
    reasons = row.guard(incident, event, POLICY)
    if reasons:
        return Refusal("" if incident is None else incident.id, state, event, reasons)
    draft = draft_of(incident)
    row.evolve(draft, event, POLICY)
    draft.revision += 1
    if row.source is not row.target:
        draft.state = row.target
        draft.entered_at = event.at
    after = seal(draft)
    emission = Emission(incident, after, event, POLICY)
    row.emit(emission)
    return Step(incident, event, after, tuple(emission.commands))


class ByDict:
    """One incident in the hands of the dict table."""

    __slots__ = ("commands", "incident")

    def __init__(self) -> None:
        self.incident: Incident | None = None
        self.commands: tuple[Command, ...] = ()

    def handle(self, event: Event) -> Step | Refusal:
        """Answer an event, and keep what came of it."""
        answer = by_dict(self.incident, event)
        if isinstance(answer, Step):
            self.incident, self.commands = answer.after, answer.commands
        return answer


OURS = Contestant("incident_fsm", "incident-fsm", Ours)
DICT_TABLE = Contestant("dict table", "incident-fsm", ByDict)
