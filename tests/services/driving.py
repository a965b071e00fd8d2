"""What our own adapters are driven through: the realistic incident that documents are tested with, as events."""

from collections.abc import Iterable
from functools import cache

from attrs import evolve

from incident_fsm import Kind
from incident_fsm import events as e
from incident_fsm.adapters import Adapter
from incident_fsm.adapters.recording import RecordingAdapter
from incident_fsm.commands import Command
from incident_fsm.testing import Fault, FrozenClock, drive
from tests.documents.airflow import at, beginning, ending, middle, reopening


@cache
def story(kind: Kind = Kind.LIVE) -> tuple[e.Event, ...]:
    """One incident with every command that is not about a dismissal."""
    *settled, reviewed = ending()[1:]
    told_public = evolve(reviewed, public_text="We now alert on queued tasks.")  # type: ignore[call-arg]  # IncidentReviewed
    return (*beginning(kind=kind, breach=True), *middle(cleared=True), *reopening(), *settled, told_public)


@cache
def dismissal() -> tuple[e.Event, ...]:
    """One candidate that is no incident."""
    why, route = "A test cluster.", "github_ticket"
    no = e.CandidateDismissed(id="d1", at=at(9), by="Ada Lovelace", override_reason=why, route=route)
    return (*beginning()[:1], no)


def targets(adapter: Adapter) -> tuple[Command, ...]:
    """Every command of the story that an adapter accepts, with the ids that they have when nothing goes wrong.

    Receipts are events too, so ids are only right if what came before was delivered: the story is driven, by somebody
    else.
    """
    driven = drive(RecordingAdapter(), _Nobody(), FrozenClock(at(0)), events=story())
    return tuple(one.command for one in driven.settled if adapter.accepts(one.command))


class _Nobody:
    """A service that keeps nothing."""

    def order(self, faults: Iterable[Fault]) -> None:
        """Let nothing go wrong."""

    def objects(self, command: Command) -> int:  # noqa: ARG002  the driver's signature
        """One of everything."""
        return 1
