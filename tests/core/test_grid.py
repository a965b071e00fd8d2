"""The whole grid of states and events, 168 cells, against a table written by hand from §3.2 of the design.

It is read by people: a line is an event, a column is a state, a cell is where the event leads. A dot means that the
event is refused there, whatever it says. The table of the package is not used to write this one.
"""

from typing import Any

import pytest

from incident_fsm import Assessment, Fix, Lifecycle, Refusal, State, Step, deadlines
from incident_fsm import events as e
from incident_fsm._table import ROWS
from incident_fsm.events import EVENTS, Event
from incident_fsm.testing import Story
from incident_fsm.testing.story import MEETS
from tests.core.stories import DEFAULT, minutes

GRID = """
                       nothing    candidate  confirmed  declared  managing  resolved  reviewed  dismissed
CandidateReported      candidate  .          .          .         .         .         .         .
CandidateConfirmed     .          confirmed  .          .         .         .         .         .
CandidateDismissed     .          dismissed  dismissed  .         .         .         .         .
IncidentDeclared       .          .          declared   .         .         .         .         .
ManagementStarted      .          .          .          managing  .         .         .         .
NoteTaken              .          candidate  confirmed  declared  managing  resolved  .         .
RoleAssigned           .          .          confirmed  declared  managing  resolved  .         .
StatusUpdated          .          .          .          declared  managing  .         .         .
ServiceRestored        .          .          .          declared  managing  .         .         .
SupportRequested       .          .          .          declared  managing  resolved  .         .
SupportChased          .          .          .          declared  managing  resolved  .         .
SecurityBreachFlagged  .          candidate  confirmed  declared  managing  resolved  .         .
DetailsAmended         .          candidate  confirmed  declared  managing  resolved  .         .
IncidentResolved       .          .          .          .         resolved  .         .         .
IncidentReopened       .          .          .          .         .         managing  .         .
FollowUpDone           .          .          .          .         .         resolved  .         .
FollowUpWaived         .          .          .          .         .         resolved  .         .
IncidentReviewed       .          .          .          .         .         reviewed  .         .
DeadlinePassed         .          candidate  confirmed  declared  managing  resolved  .         .
CommandDone            .          candidate  confirmed  declared  managing  resolved  reviewed  dismissed
CommandFailed          .          candidate  confirmed  declared  managing  resolved  reviewed  dismissed
"""

_HEAD, *_LINES = [line.split() for line in GRID.strip().splitlines()]
_PLACES: list[State | None] = [None if word == "nothing" else State(word) for word in _HEAD]
CELLS = [
    (name, place, None if cell == "." else State(cell))
    for name, *cells in _LINES
    for place, cell in zip(_PLACES, cells, strict=True)
]
"""Every cell: the event's name, the state it meets (None: no incident yet), and where it leads, if anywhere."""


def _story(state: State) -> Story:
    """An incident in a state, of which a command, a support case and a deadline are known where there can be any."""
    if state in {State.CANDIDATE, State.CONFIRMED, State.DISMISSED}:
        return Story().until(state)
    story = Story().until(State.DECLARED)
    story.say(e.SupportRequested, third_party="aws", account="prod", summary="help")
    return story.until(state)


def _good(kind: type[Event], story: Story | None) -> dict[str, Any]:
    """What makes an event as acceptable as it can be."""
    promise = {"impact": "Major", "message": "it is down", "next_update_at": minutes(600)}
    match kind:
        case e.DeadlinePassed:
            standing = deadlines.standing(story.incident, DEFAULT) if story else ()
            name, due = (standing[0].name, standing[0].due) if standing else ("decide", minutes(60))
            return {"deadline": name, "due_at": due, "at": due}
        case e.FollowUpDone:
            return {"follow_up": "report"}
        case e.IncidentReviewed:
            _settle(story)
            return {"lessons": ("watch the quota",)}
        case _:
            pass
    receipt = {"command_id": "INC-1:1:0", "command": "PublishStatus"}
    rest: dict[type[Event], dict[str, Any]] = {
        e.CandidateReported: {"incident_id": "INC-1", "title": "Airflow"},
        e.CandidateConfirmed: {"assessment": MEETS},
        e.CandidateDismissed: {"assessment": Assessment()},
        e.IncidentDeclared: {**promise, "services": DEFAULT.services[:1]},
        e.ManagementStarted: {"lead": "lea"},
        e.NoteTaken: {"text": "seen"},
        e.RoleAssigned: {"role": "lead", "person": "lou"},
        e.StatusUpdated: {"message": "we are on it", "next_update_at": minutes(600)},
        e.ServiceRestored: {},
        e.SupportRequested: {"third_party": "aws", "account": "prod", "summary": "help"},
        e.SupportChased: {"case": "case_1", "message": "hello?"},
        e.SecurityBreachFlagged: {},
        e.DetailsAmended: {"title": "Airflow was slow"},
        e.IncidentResolved: {"users_unaffected": True, "fix": Fix.PERMANENT, "how": "more nodes"},
        e.IncidentReopened: {**promise, "reason": "it is back"},
        e.FollowUpWaived: {"follow_up": "runbook", "reason": "there is one"},
        e.CommandDone: receipt,
        e.CommandFailed: {**receipt, "error": "timed out"},
    }
    return rest[kind]


def _settle(story: Story | None) -> None:
    """Settle what is owed, where that is possible."""
    if story is not None and story.incident.state is State.RESOLVED:
        for owed in story.incident.follow_ups:
            story.say(e.FollowUpDone, follow_up=owed.key, link="https://example.org/1")


def test_the_grid_has_every_event_and_every_state() -> None:
    """Expect 21 events by 8 places: 168 cells, none twice, and the names of the package's own vocabulary."""
    assert [name for name, *_ in _LINES] == [kind.__name__ for kind in EVENTS]
    assert [None, *State] == _PLACES
    assert len({(name, place) for name, place, _ in CELLS}) == len(CELLS) == 168


def test_the_table_holds_exactly_what_the_grid_says() -> None:
    """Expect a row for each cell that leads somewhere, and none for a dot."""
    rows = {(row.event.__name__, row.source, row.target) for row in ROWS}
    assert rows == {(name, place, target) for name, place, target in CELLS if target is not None}
    assert len(rows) == len(ROWS)


@pytest.mark.parametrize(
    ("name", "place", "target"),
    CELLS,
    ids=[f"{name}-{place.value if place else 'nothing'}" for name, place, _ in CELLS],
)
def test_every_cell_behaves_as_the_grid_says(name: str, place: State | None, target: State | None) -> None:
    """Expect the best-made event to lead where the cell says, and to be refused where it says nothing."""
    kind: type[Event] = getattr(e, name)
    if place is None:
        event = kind(**{"id": "e-1", "at": minutes(1), "by": "ann", **_good(kind, None)})
        answer = Lifecycle(DEFAULT).attempt(None, event)
    else:
        story = _story(place)
        good = _good(kind, story)
        answer = story.lifecycle.attempt(story.incident, story.make(kind, **good))
    if target is None:
        assert isinstance(answer, Refusal)
        expected = "not_reported" if place is None else "already_reported" if name == "CandidateReported" else "not_now"
        assert answer.codes == (expected,)
    else:
        assert isinstance(answer, Step), answer
        assert answer.after.state is target
