"""The one door to `transitions`: our machine beside a stock one that is built from the same rows."""

import sys
from itertools import product
from typing import Any, cast

import pytest
from attrs import evolve
from transitions import Machine, MachineError

from incident_fsm import Incident, Reason, Refusal, State, Step
from incident_fsm import events as e
from incident_fsm._machine import UNREPORTED, LeanEvent, LeanMachine, LeanTransition, compile_table, triggers
from incident_fsm._table import ROWS, Row
from incident_fsm.events import EVENTS, Event
from incident_fsm.lifecycle import _MACHINE
from incident_fsm.testing import Story
from tests.core.stories import DEFAULT, minutes

NO = (Reason("no", "the guard says no"),)


class Subject:
    """What a stock machine moves: a thing with a state, and a guard whose answer is settled beforehand."""

    state: str

    def __init__(self, answer: bool) -> None:  # noqa: FBT001  the guard's own answer
        self.answer = answer

    def allowed(self) -> bool:
        """The guard's answer."""
        return self.answer


def stock(answer: bool, start: str) -> Subject:  # noqa: FBT001  the guard's own answer
    """A subject of a plain `transitions.Machine` with the same states and rows, in a state."""
    subject = Subject(answer)
    machine = Machine(
        model=subject, states=[UNREPORTED, *(state.value for state in State)], initial=start, auto_transitions=False
    )
    for row in ROWS:
        source = UNREPORTED if row.source is None else row.source.value
        machine.add_transition(row.event.__name__, source, row.target.value, conditions="allowed")
    return subject


def _lean(answer: bool) -> LeanMachine:  # noqa: FBT001  the guard's own answer
    """Our machine with the same rows, whose guards all give one answer, and whose reactions do nothing."""

    def guard(_incident: Incident | None, _event: Event, _policy: object) -> tuple[Reason, ...]:
        return () if answer else NO

    return compile_table(Row(row.event, row.source, row.target, guard=guard) for row in ROWS)


LEAN = {answer: triggers(_lean(answer), EVENTS) for answer in (True, False)}
CANDIDATE = Story().incident


@pytest.mark.parametrize("answer", [True, False])
@pytest.mark.parametrize("kind", EVENTS)
def test_it_agrees_with_a_stock_machine_on_every_state(kind: type[Event], answer: bool) -> None:  # noqa: FBT001  a guard's answer
    """Expect the same acceptance and the same target, for each of the eight places and either answer of the guard."""
    for place in (None, *State):
        subject = stock(answer, UNREPORTED if place is None else place.value)
        try:
            accepted = bool(subject.trigger(kind.__name__))  # type: ignore[attr-defined]
        except MachineError:
            accepted = False
        incident = None if place is None else evolve(CANDIDATE, state=place)
        ours = LEAN[answer][kind](incident, _event(kind), DEFAULT, None)
        assert isinstance(ours, Step) is accepted
        if isinstance(ours, Step):
            assert ours.after.state.value == subject.state
        elif place is not None:
            assert subject.state == place.value
            possible = (kind, place) in {(row.event, row.source) for row in ROWS}
            assert ours.reasons == NO if possible else ours.reasons[0].code in {"not_now", "already_reported"}


def _event(kind: type[Event]) -> Event:
    """Any event of a kind: here its content is looked at by nobody but the stale check."""
    event = object.__new__(kind)
    for name, value in {"id": "e", "at": minutes(0), "by": "ann", "revision": None}.items():
        object.__setattr__(event, name, value)
    return event


def test_the_machine_that_runs_is_built_from_the_rows() -> None:
    """Expect each row to be a transition that carries it, and no other."""
    built = [
        transition
        for event in _MACHINE.events.values()
        for transitions in event.transitions.values()
        for transition in transitions
    ]
    assert all(isinstance(transition, LeanTransition) for transition in built)
    assert {id(cast("LeanTransition", transition).row) for transition in built} == {id(row) for row in ROWS}
    assert len(built) == len(ROWS)
    assert all(isinstance(event, LeanEvent) for event in _MACHINE.events.values())
    assert set(_MACHINE.events) == {kind.__name__ for kind in EVENTS}


def test_what_transitions_itself_knows_of_the_machine_is_true() -> None:
    """Expect its states, and the two ends of each transition, as the rows say: its own tools read them."""
    assert list(_MACHINE.states) == ["unreported", *(state.value for state in State)]
    for name, event in _MACHINE.events.items():
        assert (event.name, event.machine) == (name, _MACHINE)
        for source, transitions in event.transitions.items():
            for transition in transitions:
                row = cast("LeanTransition", transition).row
                assert transition.source == source == ("unreported" if row.source is None else row.source.value)
                assert transition.dest == row.target.value


def test_what_would_walk_around_the_guards_is_not_used() -> None:
    """Expect neither automatic transitions nor a queue, nor callbacks, nor a word on invalid triggers."""
    assert _MACHINE.auto_transitions is False
    assert not [name for name in _MACHINE.events if name.startswith("to_")]
    assert _MACHINE.has_queue is False
    assert not _MACHINE.ignore_invalid_triggers
    assert _MACHINE.initial is None
    for callbacks in (_MACHINE.before_state_change, _MACHINE.after_state_change, _MACHINE.prepare_event,
                      _MACHINE.finalize_event, _MACHINE.on_exception):  # fmt: skip
        assert callbacks == []


def test_no_incident_is_registered_as_a_model() -> None:
    """Expect the machine to hold nothing of an incident, before and after it handled one."""
    before = sys.getrefcount(CANDIDATE)
    for _ in range(100):
        LEAN[True][e.NoteTaken](CANDIDATE, _event(e.NoteTaken), DEFAULT, None)
        LEAN[False][e.NoteTaken](CANDIDATE, _event(e.NoteTaken), DEFAULT, None)
    assert _MACHINE.models == []
    assert not _MACHINE.model_override
    assert abs(sys.getrefcount(CANDIDATE) - before) < 3


def test_a_state_is_entered_when_it_changes_and_not_otherwise() -> None:
    """Expect `entered_at` to move with the state alone."""
    note = e.NoteTaken(id="e", at=minutes(9), by="ann", text="x")
    noted = LEAN[True][e.NoteTaken](CANDIDATE, note, DEFAULT, None)
    assert isinstance(noted, Step)
    assert noted.after.entered_at == CANDIDATE.entered_at
    moved = LEAN[True][e.CandidateConfirmed](CANDIDATE, _event(e.CandidateConfirmed), DEFAULT, None)
    assert isinstance(moved, Step)
    assert moved.after.entered_at == minutes(0)


@pytest.mark.parametrize(
    ("kind", "place", "code", "said"),
    [
        (e.CandidateReported, State.CANDIDATE, "already_reported", "an incident of this id exists already"),
        (
            e.IncidentResolved,
            State.DECLARED,
            "not_now",
            "IncidentResolved is possible while managing, not while declared",
        ),
        (e.StatusUpdated, State.CONFIRMED, "not_now", "is possible while declared or managing, not while confirmed"),
        (e.SupportChased, State.REVIEWED, "not_now", "while declared, managing or resolved, not while reviewed"),
        (
            e.StatusUpdated,
            None,
            "not_reported",
            "there is no incident yet; StatusUpdated needs one that is declared or managing",
        ),
    ],
)
def test_what_is_no_row_is_refused_with_where_it_would_be_one(
    kind: type[Event], place: State | None, code: str, said: str
) -> None:
    """Expect a sentence that says where the event is possible."""
    incident: Any = None if place is None else evolve(CANDIDATE, state=place)
    answer = LEAN[True][kind](incident, _event(kind), DEFAULT, None)
    assert isinstance(answer, Refusal)
    assert answer.codes == (code,)
    assert said in answer.reasons[0].sentence


def test_an_event_made_for_another_revision_is_stale_before_all_else() -> None:
    """Expect that reason first, whether the guard says yes or no; and nothing of it before there is an incident."""
    note = e.NoteTaken(id="e", at=minutes(9), by="ann", text="x", revision=7)
    for answer, codes in ((True, ("stale",)), (False, ("stale", "no"))):
        refusal = LEAN[answer][e.NoteTaken](CANDIDATE, note, DEFAULT, CANDIDATE.revision)
        assert isinstance(refusal, Refusal)
        assert refusal.codes == codes
    assert isinstance(LEAN[True][e.NoteTaken](CANDIDATE, note, DEFAULT, 7), Step)
    impossible = evolve(CANDIDATE, state=State.DISMISSED)
    for base, codes in ((7, ("not_now",)), (8, ("stale", "not_now"))):
        refusal = LEAN[True][e.NoteTaken](impossible, note, DEFAULT, base)
        assert isinstance(refusal, Refusal)
        assert refusal.codes == codes
    before = LEAN[True][e.NoteTaken](None, note, DEFAULT, None)
    assert isinstance(before, Refusal)
    assert before.codes == ("not_reported",)


def test_every_pair_of_an_event_and_a_state_is_answered() -> None:
    """Expect a step or a refusal for each of the 168 cells, and never an error of `transitions`."""
    for kind, place in product(EVENTS, (None, *State)):
        incident = None if place is None else evolve(CANDIDATE, state=place)
        assert isinstance(LEAN[True][kind](incident, _event(kind), DEFAULT, None), Step | Refusal)


def test_people_read_where_an_event_would_be_possible() -> None:
    """Expect the whole reason, with neither section nor field: nothing in the event could help."""
    note, report = _event(e.NoteTaken), _event(e.CandidateReported)
    resolve = _event(e.IncidentResolved)
    answers = [
        LEAN[True][e.NoteTaken](None, note, DEFAULT, None),
        LEAN[True][e.CandidateReported](CANDIDATE, report, DEFAULT, None),
        LEAN[True][e.IncidentResolved](CANDIDATE, resolve, DEFAULT, None),
    ]
    assert [answer.reasons for answer in answers if isinstance(answer, Refusal)] == [
        (
            Reason(
                "not_reported",
                "there is no incident yet; NoteTaken needs one that is "
                "candidate, confirmed, declared, managing or resolved",
            ),
        ),
        (Reason("already_reported", "an incident of this id exists already; give the new one its own id"),),
        (Reason("not_now", "IncidentResolved is possible while managing, not while candidate"),),
    ]


def test_a_machine_words_its_first_refusal_for_the_state_that_was_asked_of() -> None:
    """Expect each state's own words from a machine that nobody has asked yet, which keeps none."""
    for place in (State.CANDIDATE, State.RESOLVED):
        trigger = triggers(_lean(answer=True), EVENTS)[e.StatusUpdated]
        refusal = trigger(evolve(CANDIDATE, state=place), _event(e.StatusUpdated), DEFAULT, None)
        assert isinstance(refusal, Refusal)
        said = f"StatusUpdated is possible while declared or managing, not while {place.value}"
        assert refusal.reasons == (Reason("not_now", said),)


def test_where_an_event_would_be_possible_is_worded_once() -> None:
    """Expect the very same reason for the second who asks, and another one in another state."""
    note = _event(e.IncidentResolved)
    confirmed = evolve(CANDIDATE, state=State.CONFIRMED)
    asked = [LEAN[True][e.IncidentResolved](one, note, DEFAULT, None) for one in (CANDIDATE, CANDIDATE, confirmed)]
    first, second, third = (answer.reasons[0] for answer in asked if isinstance(answer, Refusal))
    assert first is second
    assert third != first


def test_a_refusal_names_the_incident_its_state_and_the_event() -> None:
    """Expect the incident's own id and state; before there is one, the id that was asked for, or none, and no state."""
    note = e.NoteTaken(id="e", at=minutes(9), by="ann", text="x")
    refused = LEAN[False][e.NoteTaken](CANDIDATE, note, DEFAULT, None)
    assert refused == Refusal("INC-1", State.CANDIDATE, note, NO)
    nowhere = LEAN[True][e.NoteTaken](None, note, DEFAULT, None)
    assert isinstance(nowhere, Refusal)
    assert (nowhere.incident_id, nowhere.state, nowhere.event) == ("", None, note)
    report = e.CandidateReported(id="e", at=minutes(0), by="ann", incident_id="INC-7", title="t")
    opening = LEAN[False][e.CandidateReported](None, report, DEFAULT, None)
    assert opening == Refusal("INC-7", None, report, NO)


def test_a_step_holds_both_incidents_its_event_and_its_commands() -> None:
    """Expect the very objects that were handed in, and a revision one higher."""
    note = e.NoteTaken(id="e", at=minutes(9), by="ann", text="x")
    step = LEAN[True][e.NoteTaken](CANDIDATE, note, DEFAULT, None)
    assert isinstance(step, Step)
    assert step.before is CANDIDATE
    assert step.event is note
    assert step.after == evolve(CANDIDATE, revision=2)
    assert step.commands == ()
