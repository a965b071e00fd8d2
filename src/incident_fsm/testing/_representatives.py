"""The representative events: for every event of the process, each outcome that its guard can have.

`Repertoire(policy).events(incident, heard, now)` yields them for one incident, each with a label that stays the same
whatever the incident and the time: `IncidentResolved: temporary fix`. Where the table has no row, one well-formed event
stands for all of its kind. What a label says is judged alike for all incidents of the same facts.

Deadlines pass one at a time, in one order (`Abstraction.deadlines`): all orders would double the incidents with every
deadline, and the guard of each looks at no other. Second and later support cases are asked for, but never chased.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import evolve

from incident_fsm import deadlines
from incident_fsm import events as e
from incident_fsm._incident import Incident
from incident_fsm._table import ROWS
from incident_fsm.events import EVENTS, Event
from incident_fsm.policy import Policy
from incident_fsm.testing._abstraction import Abstraction, Heard
from incident_fsm.testing._forms import LINK, forms

INCIDENT = "INC-1"
"""The id of the one incident that is explored."""

BEGINNING = datetime(2024, 5, 1, 9, 0, tzinfo=UTC)
"""When it is reported: a Wednesday morning."""

_CELLS = frozenset((row.event, row.source) for row in ROWS)

Labelled = tuple[str, Event]


class Repertoire:
    """The representative events under one policy."""

    def __init__(self, policy: Policy, abstraction: Abstraction) -> None:
        """Write the forms of all events once; each is dated, and made, when it is first needed."""
        self._policy = policy
        self._abstraction = abstraction
        self._forms = forms(policy, INCIDENT, BEGINNING)
        self._made: dict[tuple[str, datetime], Event] = {}

    def events(self, incident: Incident | None, heard: Heard, now: datetime) -> Iterator[Labelled]:
        """Yield every representative event as it would come now."""
        state = None if incident is None else incident.state
        for kind in EVENTS:
            possible = (kind, state) in _CELLS
            for label, fields in self._forms.get(kind, ()) if possible else self._forms.get(kind, ())[:1]:
                yield label, self._made_for(now, kind, label, fields)
        if incident is not None:
            yield from self._of_its_own(incident, heard, now)

    def _made_for(
        self, now: datetime, kind: type[Event], label: str, fields: Callable[[datetime], dict[str, Any]]
    ) -> Event:
        """Make an event, or take the one that was made for the same moment."""
        made = self._made.get((label, now))
        if made is None:
            made = self._made[label, now] = kind(**{**head(now), **fields(now)})
        return made

    def _of_its_own(self, incident: Incident, heard: Heard, now: datetime) -> Iterator[Labelled]:
        """Yield the events that go by something which only this incident has: a revision, an id, a title, a promise."""
        new_title = "Another title" if incident.title != "Another title" else "A title"
        yield "DetailsAmended: another title", e.DetailsAmended(**head(now), title=new_title)
        note = e.NoteTaken(**head(now), text="seen", revision=incident.revision)
        yield "NoteTaken: made for this revision", note
        yield "NoteTaken: made for an older revision", evolve(note, revision=incident.revision - 1)
        yield from self._receipts(incident, heard, now)
        yield from self._reminders(incident, now)

    def _receipts(self, incident: Incident, heard: Heard, now: datetime) -> Iterator[Labelled]:
        """Yield what comes back from outside for the commands of this incident."""
        if incident.status_command:
            said = {**head(now), "command_id": incident.status_command, "command": "PublishStatus"}
            yield "CommandDone: the newest status post", e.CommandDone(**said, reference="post-1")
        if heard.issue:
            said = {**head(now), "command_id": heard.issue, "command": "CreateIssue"}
            yield "CommandDone: the issue", e.CommandDone(**said, link=LINK)

    def _reminders(self, incident: Incident, now: datetime) -> Iterator[Labelled]:
        """Yield the deadline whose turn it is to pass: in time, and before it has passed."""
        fresh = {deadline.name: deadline for deadline in deadlines.unreminded(incident, self._policy)}
        for name in self._abstraction.deadlines:
            if name in fresh:
                due = fresh[name].due
                passed = e.DeadlinePassed(**{**head(now), "at": max(due, now)}, deadline=name, due_at=due)
                yield f"DeadlinePassed: {name}", passed
                yield "DeadlinePassed: too early", evolve(passed, at=due - timedelta(minutes=1))
                return


def head(at: datetime) -> dict[str, Any]:
    """What every event carries. The core does not look at ids, so the moment will do to tell them apart."""
    return {"id": f"e-{at:%Y%m%d-%H%M}", "at": at, "by": "ann"}
