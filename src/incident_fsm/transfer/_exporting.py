"""Writing a journal out, incident by incident, each as it was at one moment, whoever writes meanwhile.

Why not one moment for all: a read transaction over minutes would keep the write-ahead log from being folded back and so
let it grow, and no other engine would have to offer one. Nothing is lost by it: an incident depends on no other.

How an incident is read at one moment: its revision is noted, then its events up to there and its commands are read, and
its revision is looked at again. What closes a command always brings an event, so an unmoved revision means that all of
it belongs together; otherwise the incident is read anew. What was read waits in a buffer that goes to a file of its own
(unnamed, for us alone) when it grows.
"""

import hashlib
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

from attrs import Factory, define

from incident_fsm.engine import CommandStatus, Engine, Query
from incident_fsm.errors import JournalUnusable, UnknownIncident
from incident_fsm.transfer._faults import TransferRefused
from incident_fsm.transfer._form import FORMAT, VERSION, End, Header, KeptPolicy, Opening, write

_IN_MEMORY = 4 * 1024 * 1024
"""How many bytes of one incident are kept in memory."""

_TRIES = 100
"""How often an incident is read anew because somebody wrote to it meanwhile."""

_OPEN = (CommandStatus.PENDING, CommandStatus.ATTEMPTED)

# A snapshot is compact JSON of our own writing, where a quotation mark within a text never stands without a backslash.
_RESTRICTED = '"audience":"restricted"'


@define
class Tally:
    """What was exported so far. `open`: commands that nobody carried out yet; `restricted`: incidents that are so."""

    policies: int = 0
    incidents: int = 0
    events: int = 0
    commands: int = 0
    open: int = 0
    restricted: int = 0
    bytes: int = 0
    sha256: str = ""


def export_lines(engine: Engine, incident_id: str | None = None, tally: Tally | None = None) -> Iterator[bytes]:
    """Yield a journal line by line, or one incident of it; `tally` is kept up to date on the way.

    Raises `UnknownIncident` before the first line. An incident that is opened while this runs may be missing.
    """
    if incident_id is not None and engine.load(incident_id) is None:
        raise UnknownIncident(incident_id)
    return _digested(_Exporting(engine, Tally() if tally is None else tally), incident_id)


def _digested(exporting: "_Exporting", incident_id: str | None) -> Iterator[bytes]:
    """Yield every line, and the last one with the digest of those before."""
    digest, tally = hashlib.sha256(), exporting.tally
    for line in exporting.lines(incident_id):
        digest.update(line)
        tally.bytes += len(line)
        yield line
    tally.sha256 = digest.hexdigest()
    end = write(End(tally.policies, tally.incidents, tally.events, tally.commands, tally.open, tally.sha256))
    tally.bytes += len(end)
    yield end


@define
class _Read:
    """One incident as it was read: how much there is of it, and the policies that it was judged by, in order."""

    restricted: bool
    events: int = 0
    commands: int = 0
    open: int = 0
    policies: dict[str, None] = Factory(dict)


class _Exporting:
    """Writing a journal out."""

    def __init__(self, engine: Engine, tally: Tally) -> None:
        self.tally = tally
        self._engine = engine
        self._written: set[str] = set()

    def lines(self, incident_id: str | None) -> Iterator[bytes]:
        """Yield every line but the last."""
        yield write(Header(FORMAT, VERSION))
        if incident_id is not None:
            yield from self._incident(incident_id)
            return
        for snapshot in self._engine.find(Query()):
            yield from self._incident(snapshot.incident_id)

    def _incident(self, incident_id: str) -> Iterator[bytes]:
        """Yield the lines of one incident, those of new policies before it."""
        for _ in range(_TRIES):
            with SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
                read = self._read(incident_id, spool)
                if read is None:
                    continue
                yield from self._policies(read)
                yield write(Opening(incident_id, read.events, read.commands, read.open))
                spool.seek(0)
                yield from spool
                self._count(read)
                return
        raise TransferRefused(f"incident {incident_id}", None, "is written to all the time", "try again when it rests")

    def _read(self, incident_id: str, spool: IO[bytes]) -> _Read | None:
        """Read an incident into a buffer; None where it moved on meanwhile."""
        before = self._engine.load(incident_id)
        if before is None:
            raise UnknownIncident(incident_id)
        read = _Read(restricted=_RESTRICTED in before.payload)
        commands = self._engine.commands(incident_id)
        command = next(commands, None)
        for event in self._engine.history(incident_id):
            if event.revision > before.revision:
                break
            spool.write(write(event))
            read.events += 1
            read.policies[event.policy] = None
            while command is not None and command.revision <= event.revision:
                spool.write(write(command))
                read.commands += 1
                read.open += command.status in _OPEN
                command = next(commands, None)
        return read if self._engine.load(incident_id) == before else None

    def _policies(self, read: _Read) -> Iterator[bytes]:
        """Yield the policies that were not written yet."""
        for digest in [digest for digest in read.policies if digest not in self._written]:
            payload = self._engine.policy(digest)
            if payload is None:
                problem = f"lacks the policy {digest} that incidents were judged by"
                raise JournalUnusable("the journal", problem, "see `incident verify`, and restore a backup")
            self._written.add(digest)
            self.tally.policies += 1
            yield write(KeptPolicy(digest, payload))

    def _count(self, read: _Read) -> None:
        """Count an incident that was written."""
        self.tally.incidents += 1
        self.tally.events += read.events
        self.tally.commands += read.commands
        self.tally.open += read.open
        self.tally.restricted += read.restricted
