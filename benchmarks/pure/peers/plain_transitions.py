"""`transitions` as its README shows it: one machine of the process, each incident a model added to it.

Each row is an entry of `transitions`, with a condition and an `after` callback, and `send_event` passes our event on to
both. Rows that stay in their state are internal transitions (`dest` None), which is the quickest way there is. What
is left at its default is what nobody changes without a reason: automatic transitions, no queue.

The README's very first example makes a machine for each object. With that, a step takes as long, and an incident a
thousand times the memory: see the rows about memory.
"""

from functools import partial
from typing import Any

from benchmarks.pure.contest import PLACES, UNREPORTED, Contestant, Subject, source_of
from benchmarks.pure.story import POLICY
from transitions import Machine, MachineError

from incident_fsm import Incident
from incident_fsm._incident import draft_of, seal
from incident_fsm._table import ROWS, Row
from incident_fsm.events import Event


def _permits(row: Row, data: Any) -> bool:  # noqa: ANN401  its model is of any kind
    """The condition of a row, with the `EventData` that is sent to it."""
    return bool(data.model.permits(row, data.args[0]))


def _react(row: Row, data: Any) -> None:  # noqa: ANN401  likewise
    """The callback of a row, with the same."""
    data.model.react(row, data.args[0])


def machine(model: object = None) -> Machine:
    """A machine of the process, without a model or with one."""
    return Machine(
        model=model,
        states=list(PLACES),
        initial=UNREPORTED,
        send_event=True,
        transitions=[
            {
                "trigger": row.event.__name__,
                "source": source_of(row),
                "dest": None if row.source is row.target else row.target.value,
                "conditions": partial(_permits, row),
                "after": partial(_react, row),
            }
            for row in ROWS
        ],
    )


_SHARED = machine()


class PlainModel(Subject):
    """A model: the machine adds to it a state and a method for each event."""

    def __init__(self) -> None:
        """Add it to the machine that all share."""
        super().__init__()
        self.join()

    def join(self) -> None:
        """Be moved by the shared machine."""
        _SHARED.add_model(self)

    def handle(self, event: Event) -> bool:
        """Pull the trigger that is named as the event; what is no row is an error of the machine."""
        try:
            return bool(getattr(self, type(event).__name__)(event))
        except MachineError:
            return False


class OwnMachineModel(PlainModel):
    """A model with a machine for itself, as in the README's first example."""

    def join(self) -> None:
        """Make the machine."""
        self.machine = machine(self)


class SealingModel(PlainModel):
    """A model whose next snapshot is made as ours is: what is left between this and ours is the machine alone."""

    def snapshot(self, before: Incident | None, row: Row, event: Event) -> Incident:
        """Fill a draft and seal it."""
        draft = draft_of(before)
        row.evolve(draft, event, POLICY)
        draft.revision += 1
        if row.source is not row.target:
            draft.state = row.target
            draft.entered_at = event.at
        return seal(draft)


PLAIN = Contestant("plain transitions", "transitions", PlainModel)
PLAIN_SEALING = Contestant("plain transitions, snapshot made our way", "transitions", SealingModel)
