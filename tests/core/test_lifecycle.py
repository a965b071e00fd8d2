"""The pure front: open, attempt, batches, options, replay."""

import threading
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given

from incident_fsm import Incident, Kind, Lifecycle, Refusal, State, Step, replay
from incident_fsm import events as e
from incident_fsm.errors import PolicyError, TransitionRefused
from incident_fsm.events import Event
from incident_fsm.testing import Story, Walk, walks
from incident_fsm.testing.story import MEETS
from tests.core.stories import CLOUD, DEFAULT, GDS, changed, minutes

REPORT = e.CandidateReported(id="e-1", at=minutes(0), by="ann", incident_id="INC-1", title="Airflow")
NOTE = e.NoteTaken(id="e-2", at=minutes(1), by="ann", text="x")


def test_a_lifecycle_needs_a_policy_that_is_one() -> None:
    """Expect another type to be refused, and a policy that contradicts itself with every fault."""
    with pytest.raises(TypeError, match=r"^a Lifecycle needs a Policy, not str$"):
        Lifecycle("analytical_platform")  # type: ignore[arg-type]
    with pytest.raises(PolicyError) as caught:
        Lifecycle(changed(DEFAULT, services=("A", "A"), security={"redirect": "nowhere"}))
    assert len(caught.value.faults) == 2
    assert "services: 'A' is there twice; name it once" in caught.value.faults


def test_lifecycles_of_one_policy_are_equal() -> None:
    """Expect a value: nothing but the policy."""
    assert Lifecycle(DEFAULT) == Lifecycle(changed(DEFAULT))
    assert Lifecycle(DEFAULT) != Lifecycle(GDS)


def test_what_is_expected_to_be_accepted_raises_where_it_is_not() -> None:
    """Expect `open` and `step` to hand out steps, and to wrap the very refusal that `attempt` gives."""
    lifecycle = Lifecycle(DEFAULT)
    opened = lifecycle.open(REPORT)
    assert isinstance(opened, Step)
    assert lifecycle.step(opened.after, NOTE).after.revision == 2
    with pytest.raises(TransitionRefused) as caught:
        lifecycle.step(opened.after, REPORT)
    assert caught.value.refusal == lifecycle.attempt(opened.after, REPORT)
    with pytest.raises(TransitionRefused):
        lifecycle.open(NOTE)  # type: ignore[arg-type]


def test_what_is_no_event_of_the_process_is_a_mistake_in_the_program() -> None:
    """Expect a type error that says where the events are; the base class is no event either."""
    for wrong in (object(), "CandidateReported", Event(id="e", at=minutes(0), by="ann"), None):
        with pytest.raises(TypeError) as caught:
            Lifecycle(DEFAULT).attempt(None, wrong)  # type: ignore[arg-type]
        said = f"{type(wrong).__name__} is no event of the process; see incident_fsm.events.EVENTS"
        assert str(caught.value) == said


def test_an_event_made_for_the_incident_as_it_is_is_accepted_and_no_other() -> None:
    """Expect the revision that an event carries to be held against the incident that is handed in."""
    story = Story()
    assert isinstance(story.lifecycle.attempt(story.incident, evolve(NOTE, revision=1)), Step)
    stale = story.lifecycle.attempt(story.incident, evolve(NOTE, revision=2))
    assert isinstance(stale, Refusal)
    assert stale.codes == ("stale",)


def test_three_in_the_morning_is_one_batch() -> None:
    """Expect confirmation, declaration and management to be handed over at once, and taken as one."""
    story = Story()
    declared = {"services": DEFAULT.services[:1], "impact": "Major", "message": "x", "next_update_at": minutes(60)}
    batch = [
        story.make(e.CandidateConfirmed, assessment=MEETS),
        story.make(e.IncidentDeclared, **declared),
        story.make(e.ManagementStarted, lead="lea"),
    ]
    steps = story.lifecycle.attempt_batch(story.incident, batch)
    assert not isinstance(steps, Refusal)
    assert [step.after.state for step in steps] == [State.CONFIRMED, State.DECLARED, State.MANAGING]
    assert steps[-1].after.revision == 4


def test_a_batch_with_one_refusal_is_none_of_its_steps() -> None:
    """Expect the refusal of the second event, made for the incident as the first one left it."""
    story = Story()
    batch = [story.make(e.CandidateConfirmed, assessment=MEETS), story.make(e.ManagementStarted, lead="lea")]
    answer = story.lifecycle.attempt_batch(story.incident, batch)
    assert isinstance(answer, Refusal)
    assert (answer.state, answer.codes) == (State.CONFIRMED, ("not_now",))
    assert story.incident.state is State.CANDIDATE


def test_a_batch_of_nothing_is_no_step() -> None:
    """Expect nothing, for no incident too; and an iterator to do as well as a list."""
    lifecycle = Lifecycle(DEFAULT)
    assert lifecycle.attempt_batch(None, []) == ()
    steps = lifecycle.attempt_batch(None, iter([REPORT, NOTE]))
    assert not isinstance(steps, Refusal)
    assert len(steps) == 2


def test_a_button_pressed_twice_in_a_batch_is_not_stale() -> None:
    """Expect the revision before the batch to count for all of it, and any other to be stale."""
    story = Story().until(State.MANAGING)
    note = evolve(NOTE, revision=4)
    assert not isinstance(story.lifecycle.attempt_batch(story.incident, [note, note]), Refusal)
    answer = story.lifecycle.attempt_batch(story.incident, [note, evolve(note, revision=5)])
    assert isinstance(answer, Refusal)
    assert answer.codes == ("stale",)


def test_options_say_what_could_be_done_next_and_what_blocks_it() -> None:
    """Expect the events of the state's rows with their targets; only what no form could help is blocked."""
    story = Story().until(State.RESOLVED)
    options = {one.event: one for one in story.lifecycle.options(story.incident)}
    assert options[e.IncidentReopened].target is State.MANAGING
    assert options[e.IncidentReopened].blocked_by == ()
    assert len(options[e.IncidentReviewed].blocked_by) == 4
    assert e.CandidateReported not in options
    final = Story().until(State.DISMISSED)
    assert [one.event for one in final.lifecycle.options(final.incident)] == [e.CommandDone, e.CommandFailed]


# ---- replay ----


@given(walks())
def test_a_replay_leads_to_the_same_incident(walk: Walk) -> None:
    """Expect the accepted events, folded under their policy, to give the incident; each prefix the one at that time."""
    events = [step.event for step in walk.steps]
    assert walk.lifecycle.replay(events) == walk.incident
    middle = len(events) // 2 + 1
    assert walk.lifecycle.replay(events[:middle]) == walk.steps[middle - 1].after


@given(walks(changing=True, longest=24))
def test_a_replay_after_the_policy_changed_judges_each_event_by_its_own(walk: Walk) -> None:
    """Expect the same incident where each event is folded under the policy that it was accepted by."""
    assert replay((step.event, lifecycle) for lifecycle, step in walk.history) == walk.incident


def test_a_replay_under_another_policy_is_refused_or_another_incident() -> None:
    """Expect the policy of each event to matter: that is why the journal keeps it."""
    story = Story().until(State.MANAGING)
    story.policy = CLOUD
    story.say(e.StatusUpdated, message="x", services=("Cloud Platform",), impact="Incident")
    history = [(step.event, Lifecycle(DEFAULT)) for step in story.steps[:-1]]
    assert replay([*history, (story.steps[-1].event, Lifecycle(CLOUD))]) == story.incident
    with pytest.raises(TransitionRefused, match="no impact of the policy"):
        replay([*history, (story.steps[-1].event, Lifecycle(DEFAULT))])


def test_a_replay_does_not_ask_again_which_revision_an_event_was_made_for() -> None:
    """Expect the events of a batch, all made for the revision before it, to be folded one by one."""
    story = Story().until(State.MANAGING)
    note = evolve(NOTE, revision=4)
    steps = story.lifecycle.attempt_batch(story.incident, [note, evolve(note, id="e-3")])
    assert not isinstance(steps, Refusal)
    events = [step.event for step in (*story.steps, *steps)]
    assert story.lifecycle.replay(events) == steps[-1].after
    again = story.lifecycle.refold(steps[0].after, steps[1].event)
    assert again == steps[1]


def test_a_replay_of_nothing_or_of_what_was_never_accepted_raises() -> None:
    """Expect an error that says so."""
    lifecycle = Lifecycle(DEFAULT)
    with pytest.raises(ValueError, match=r"^there is nothing to replay: the history is empty$"):
        lifecycle.replay([])
    with pytest.raises(TransitionRefused):
        lifecycle.replay([REPORT, REPORT])


# ---- one for every thread ----


def test_one_lifecycle_serves_many_threads() -> None:
    """Expect each thread to get the very answers that it would get alone."""
    lifecycle = Lifecycle(DEFAULT)
    found: dict[int, Incident] = {}

    def work(number: int) -> None:
        story = Story(incident_id=f"INC-{number}", kind=Kind.DRILL)
        story.lifecycle = lifecycle
        found[number] = story.until(State.REVIEWED).incident

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected: Any = Story(incident_id="INC-0", kind=Kind.DRILL).until(State.REVIEWED).incident
    assert {evolve(one, id="INC-0", status_command="") for one in found.values()} == {
        evolve(expected, status_command="")
    }
