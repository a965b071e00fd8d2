"""Reading a file with every check that needs nothing but the file: what stands where, how much there is, its digest."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from attrs import asdict, define, frozen

from incident_fsm import codec
from incident_fsm.errors import CodecError, PolicyError
from incident_fsm.lifecycle import Lifecycle
from incident_fsm.transfer._faults import EXPORT_AGAIN, RESTORE
from incident_fsm.transfer._folding import Folded, Folding
from incident_fsm.transfer._form import End, Header, KeptPolicy, Opening
from incident_fsm.transfer._source import NOT_ONE, Source


@frozen
class Read:
    """An incident as it comes from a file. Its events must be taken before the next piece is asked for."""

    opening: Opening
    events: Iterator[Folded]


@define
class _Count:
    """How much there was so far, to be held against the last line."""

    policies: int = 0
    incidents: int = 0
    events: int = 0
    commands: int = 0
    open: int = 0


def checked(source: Source, *, hold: bool) -> Iterator[KeptPolicy | Read]:
    """Yield what is in a file, in order; raise `TransferRefused` at the first line that is wrong.

    `hold`: commands that are still open are no fault.
    """
    if not isinstance(source.record(), Header):
        source.refuse("is not how an exported journal begins", NOT_ONE)
    return _pieces(source, hold=hold)


def _pieces(source: Source, *, hold: bool) -> Iterator[KeptPolicy | Read]:
    """Yield what stands behind the header."""
    lifecycles: dict[str, Lifecycle] = {}
    count = _Count()
    order = _Order(source)
    while True:
        match source.record():
            case KeptPolicy() as kept:
                _keep(source, kept, lifecycles)
                count.policies += 1
                yield kept
            case Opening() as opening:
                if opening.open and not hold:
                    source.refuse_open(opening.open, opening.incident_id)
                yield Read(opening, order.checked(Folding(source, opening, lifecycles)))
                count.incidents += 1
                count.events += opening.events
                count.commands += opening.commands
                count.open += opening.open
            case End() as end:
                _finish(source, end, count)
                return
            case other:
                source.refuse(f"holds a {type(other).__name__} where none can be", EXPORT_AGAIN)


class _Order:
    """Incidents stand in order of opening, then id: so none can be there twice."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._last: tuple[datetime, str] | None = None

    def checked(self, folding: Folding) -> Iterator[Folded]:
        """Yield an incident's events, its first one held against the incident before."""
        for folded in folding.events():
            if folded.event.revision == 1:
                place = folded.incident.opened_at, folded.incident.id
                if self._last is not None and place <= self._last:
                    problem = f"incident {folded.incident.id} does not stand in order of opening, or is there twice"
                    self._source.refuse(problem, EXPORT_AGAIN)
                self._last = place
            yield folded


def _keep(source: Source, kept: KeptPolicy, lifecycles: dict[str, Lifecycle]) -> None:
    """Read a policy that events will be judged by."""
    if kept.digest in lifecycles:
        source.refuse(f"the policy {kept.digest:.64} is there twice", EXPORT_AGAIN)
    if hashlib.sha256(kept.payload.encode()).hexdigest() != kept.digest:
        source.refuse("is not the policy that its digest names", RESTORE)
    try:
        lifecycles[kept.digest] = Lifecycle(codec.decode_policy(kept.payload))
    except (CodecError, PolicyError) as error:
        source.refuse(f"holds a policy that cannot be read: {'; '.join(error.faults)}", RESTORE)


def _finish(source: Source, end: End, count: _Count) -> None:
    """Hold the last line against what there was, and see that it is the last."""
    found = End(**asdict(count), sha256=end.sha256)
    if found != end:
        source.refuse(f"counts {_counts(end)}, and there were {_counts(found)}", EXPORT_AGAIN)
    if end.sha256 != source.digest_before:
        source.refuse("its digest is not that of the lines before: they are not what was exported", EXPORT_AGAIN)
    if source.line():
        source.refuse("stands behind the last line", EXPORT_AGAIN)


def _counts(end: End) -> str:
    """Say how much there was."""
    return (
        f"{end.policies} policies, {end.incidents} incidents, {end.events} events, {end.commands} commands"
        f" ({end.open} open)"
    )
