"""The people: they tell events until they are acknowledged, repeat themselves, and decide about failed commands."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from incident_fsm import (
    Answer,
    Assessment,
    Fix,
    FollowUpState,
    Incident,
    Kind,
    Refusal,
    State,
)
from incident_fsm import events as e
from incident_fsm.codec import encode_event
from incident_fsm.desk import Desk
from incident_fsm.engine import CommandStatus
from incident_fsm.errors import EventIdReused, LeaseLost, UnknownIncident
from tests.reliability.simulation.clock import Clock
from tests.reliability.simulation.fate import Fate

INCIDENTS = ("INC-1", "INC-2")
SERVICE = "Analytical Platform Compute"
_YES = Answer(met=True, evidence="an alert")

Made = tuple[type[e.Event], dict[str, Any]]


class People:
    """Everybody who tells the desk something. What it acknowledged is remembered here, and nothing else."""

    def __init__(self, fate: Fate, clock: Clock) -> None:
        self.fate = fate
        self.clock = clock
        self.count = 0
        self.unanswered: dict[str, tuple[e.Event, ...]] = {}
        self.told: dict[str, str] = {}
        """Every event that was ever told, by id: its JSON."""
        self.acknowledged: set[str] = set()
        self.refused: set[str] = set()

    def tell(self, desk: Desk) -> None:
        """Tell something about some incident: what was not answered yet, or something new."""
        incident_id = self.fate.choose(INCIDENTS[:1] * 3 + INCIDENTS)
        batch = self.unanswered.get(incident_id)
        if batch is None or self.fate.happens(0.1):
            batch = self._new(desk, incident_id)
        self.unanswered[incident_id] = batch
        self.told.update({event.id: encode_event(event) for event in batch})
        self._hand_over(desk, incident_id, batch)

    def insist(self, desk: Desk) -> None:
        """Tell again whatever was not answered."""
        for incident_id, batch in list(self.unanswered.items()):
            self._hand_over(desk, incident_id, batch)

    def decide(self, desk: Desk) -> None:
        """Decide about a command that is not settled: one that failed, or that waits, or that somebody is at."""
        waiting = desk.outbox(None, CommandStatus.PENDING, CommandStatus.FAILED)
        waiting += desk.outbox(None, CommandStatus.ATTEMPTED) * 4  # the impatient are those that this is about
        if not waiting:
            return
        self._decide(desk, self.fate.choose(waiting).command_id)

    def _decide(self, desk: Desk, command_id: str) -> None:
        """Decide in one of the ways there are."""
        how: Callable[[], object] = self.fate.choose((
            lambda: desk.retry(command_id, "sam"),
            lambda: desk.retry(command_id, "sam"),
            lambda: desk.by_hand(command_id, "sam", link="https://by.hand/"),
            lambda: desk.skip(command_id, "sam", "not worth it"),
        ))  # fmt: skip
        self.fate.tell(f"a person decides about {command_id}")
        try:
            how()
        except (LeaseLost, EventIdReused) as error:  # somebody else decided meanwhile, and the person is told
            self.fate.tell(f"somebody was faster: {error}")

    def clear_up(self, desk: Desk) -> None:
        """At the end, see to some of what failed."""
        for record in desk.outbox(None, CommandStatus.FAILED):
            if self.fate.choose((True, False)):
                self._decide(desk, record.command_id)

    def _hand_over(self, desk: Desk, incident_id: str, batch: tuple[e.Event, ...]) -> None:
        """Tell a batch, and note the answer."""
        ids = {event.id for event in batch}
        try:
            answer = desk.handle(incident_id, *batch)
        except UnknownIncident:
            self.refused |= ids
        else:
            if isinstance(answer, Refusal):
                self.refused |= ids
                self.fate.tell(f"refused: {answer.sentence}")
            else:
                self.acknowledged |= ids
                if self.fate.happens(0.1):
                    self._repeat(desk, incident_id, batch)
        if self.unanswered.get(incident_id) is batch:
            del self.unanswered[incident_id]

    def _repeat(self, desk: Desk, incident_id: str, batch: tuple[e.Event, ...]) -> None:
        """Tell what was acknowledged once more: nothing changes. With other words under the same id: an error."""
        again = desk.handle(incident_id, *batch)
        assert not isinstance(again, Refusal), "what was acknowledged is refused when told again"
        assert again.repeated, "what was acknowledged is new when told again"
        other = e.NoteTaken(id=batch[-1].id, at=self.clock(), by="mallory", text="something else")
        try:
            desk.handle(incident_id, other)
        except EventIdReused:
            return
        raise AssertionError("an id was accepted with another content")

    def _new(self, desk: Desk, incident_id: str) -> tuple[e.Event, ...]:
        """Think of one event that fits, or of the whole beginning at once."""
        try:
            incident = desk.incident(incident_id)
        except UnknownIncident:
            kind = self.fate.choose((Kind.LIVE,) * 5 + (Kind.BACKFILLED,))
            breach = self.fate.happens(0.1)
            said = {"incident_id": incident_id, "title": "Slow", "kind": kind, "security_breach": breach}
            beginning: tuple[Made, ...] = (
                (e.CandidateReported, said), _confirmed(), self._declared(), _managed()
            )  # fmt: skip
            return tuple(self._make(made) for made in beginning[: self.fate.choose((1, 4))])
        made = self.fate.choose(self._ideas(incident))
        return (self._make(made, revision=incident.revision if self.fate.happens(0.1) else None),)

    def _make(self, made: Made, **more: Any) -> e.Event:
        """Make an event."""
        self.count += 1
        kind, fields = made
        return kind(**{"id": f"event-{self.count}", "at": self.clock(), "by": "sam", **fields, **more})

    def _ideas(self, incident: Incident) -> tuple[Made, ...]:
        """What somebody may say now: more often than not something that is possible."""
        note: Made = (e.NoteTaken, {"text": "We look into it."})
        match incident.state:
            case State.CANDIDATE:
                return (_confirmed(),) * 4 + (note, (e.CandidateDismissed, {"override_reason": "a test"}))
            case State.CONFIRMED:
                return (self._declared(),) * 4 + (note, (e.SecurityBreachFlagged, {}))
            case State.DECLARED:
                return (_managed(),) * 4 + (self._updated(), note)
            case State.MANAGING:
                return (*self._work(incident), note, note, _RESOLVED)
            case State.RESOLVED:
                return (*_owed(incident), note, self._reopened(), (e.IncidentReviewed, {"lessons": ("watch",)}))
            case _:
                return (note,)

    def _work(self, incident: Incident) -> tuple[Made, ...]:
        chased = [(e.SupportChased, {"case": case.key, "message": "Any news?"}) for case in incident.cases]
        asked = (e.SupportRequested, {"third_party": "aws", "account": "1", "summary": "help"})
        return (self._updated(), self._updated(), asked, *chased, (e.ServiceRestored, {}), _RESOLVED)

    def _declared(self) -> Made:
        form = {"services": (SERVICE,), "impact": "Minor", "message": "Tasks are delayed.", "cleared_for_public": True}
        return e.IncidentDeclared, {**form, "next_update_at": self._soon()}

    def _updated(self) -> Made:
        return e.StatusUpdated, {"message": "Still at it.", "next_update_at": self._soon(), "cleared_for_public": True}

    def _reopened(self) -> Made:
        said = {"reason": "It is back.", "impact": "Minor", "message": "Again.", "cleared_for_public": True}
        return e.IncidentReopened, {**said, "next_update_at": self._soon()}

    def _soon(self) -> Any:
        return self.clock() + timedelta(minutes=30)


_RESOLVED: Made = (
    e.IncidentResolved,
    {"users_unaffected": True, "fix": Fix.TEMPORARY, "how": "By hand.", "cleared_for_public": True},
)


def _confirmed() -> Made:
    return e.CandidateConfirmed, {"assessment": Assessment(unplanned=_YES, impacts_users=_YES)}


def _managed() -> Made:
    return e.ManagementStarted, {"lead": "jo"}


def _owed(incident: Incident) -> tuple[Made, ...]:
    """See to each follow-up that is open."""
    return tuple(
        (e.FollowUpDone, {"follow_up": owed.key, "link": "https://example.org/1"})
        for owed in incident.follow_ups
        if owed.state is FollowUpState.OPEN
    )
