"""The answers of the machine."""

import pickle
from itertools import pairwise

import pytest

from incident_fsm import Fix, Lifecycle, Reason, Refusal, State, Step
from incident_fsm import events as e
from incident_fsm.testing import Story
from tests.core.stories import DEFAULT, minutes


def test_a_refusal_is_a_sentence_for_people_and_codes_for_programs() -> None:
    """Expect the event, the state and every reason in one sentence, and the codes in their order."""
    refusal = (
        Story().until(State.MANAGING).ask(e.IncidentResolved, users_unaffected=False, fix=Fix.DUPLICATE, how="merged")
    )
    assert refusal.codes == ("users_affected", "no_original")
    assert refusal.sentence == (
        "IncidentResolved refused while managing: users are still facing issues; say which incident it duplicates"
    )


def test_a_refusal_without_an_incident_names_no_state() -> None:
    """Expect the id that the event gives, where it gives one, and no state."""
    lifecycle = Lifecycle(DEFAULT)
    wrong = {"fault_at": minutes(5), "detected_at": minutes(1)}
    report = e.CandidateReported(id="e", at=minutes(0), by="ann", incident_id="I-1", title="t", **wrong)  # type: ignore[arg-type]
    refusal = lifecycle.attempt(None, report)
    assert isinstance(refusal, Refusal)
    assert (refusal.incident_id, refusal.state) == ("I-1", None)
    assert refusal.sentence.startswith("CandidateReported refused: detected ")
    other = lifecycle.attempt(None, e.NoteTaken(id="e", at=minutes(0), by="ann", text="x"))
    assert isinstance(other, Refusal)
    assert not other.incident_id


def test_answers_are_values() -> None:
    """Expect steps, refusals and options to be equal by content, hashable and picklable."""
    one, two = Story().until(State.RESOLVED), Story().until(State.RESOLVED)
    assert one.steps == two.steps
    refusals = [story.ask(e.IncidentReviewed) for story in (one, two)]
    assert refusals[0] == refusals[1]
    options = [story.lifecycle.options(story.incident) for story in (one, two)]
    assert options[0] == options[1]
    for value in (one.steps[-1], refusals[0], options[0], Reason("code", "sentence")):
        assert hash(value) == hash(value)
        assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301  our own pickle


def test_a_step_tells_before_and_after() -> None:
    """Expect nothing before the first step, and each step to begin where the last one ended."""
    steps = Story().until(State.REVIEWED).steps
    assert steps[0].before is None
    assert all(later.before is earlier.after for earlier, later in pairwise(steps))
    with pytest.raises(AttributeError):
        steps[0].commands = ()  # type: ignore[misc]
    assert isinstance(steps[0], Step)
