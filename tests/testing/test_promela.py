"""The models that are kept, checked by spin, and broken ones refuted. Without spin and gcc these skip, and say so."""

import json
from pathlib import Path
from typing import Any

import pytest

from incident_fsm import events as e
from incident_fsm._guards import always, never_blocked
from incident_fsm.testing._rules import rules
from incident_fsm.testing._spin import Verdict, check, missing
from incident_fsm.testing.exploration import Process, Report, explore
from incident_fsm.testing.promela import LTL, WAY_OUT, main, process_model
from tests.testing.broken import refuse, resolve_in_silence
from tests.testing.mutants import with_rows
from tests.testing.policies import SMALL
from verification_figures import BROKEN, DELIVERY, DELIVERY_LTL, FIGURES, MODELS

needs_spin = pytest.mark.skipif(bool(missing()), reason=missing())

KEPT = json.loads(FIGURES.read_text("utf-8"))


def model_of(process: Process | None = None) -> str:
    """The model of a small policy's process, whole or broken."""
    return process_model(SMALL, explore(SMALL, process).walk)


def assert_kept(verdicts: list[Verdict], kept: list[dict[str, Any]]) -> None:
    """Hold verdicts to the figures in the docs."""
    assert [str(verdict) for verdict in verdicts] == [str(Verdict(**one)) for one in kept]
    assert all(verdict.ok for verdict in verdicts)


@needs_spin
def test_spin_finds_nothing_wrong_with_the_process_and_as_many_states_as_the_exploration() -> None:
    """Expect no error, the figures of the docs, and every abstract state and accepted step again (and the start)."""
    model = (MODELS / "cloud_platform.pml").read_text("utf-8")
    verdicts = [*check(model, LTL), *check(model, (WAY_OUT,), defines=("WAY_OUT",))[1:]]
    assert_kept(verdicts, KEPT["process"]["cloud_platform"])
    explored = KEPT["exploration"]["cloud_platform"]
    assert (verdicts[0].states, verdicts[0].depth) == (explored["states"], explored["depth"])
    assert verdicts[0].transitions == explored["steps"] + 1


@pytest.mark.parametrize("name", KEPT["process"])
def test_spin_stored_every_abstract_state_of_every_policy(name: str) -> None:
    """Expect the same of the figures of each policy, which `make models` keeps with the model."""
    ends, explored = KEPT["process"][name][0], KEPT["exploration"][name]
    assert (ends["states"], ends["transitions"]) == (explored["states"], explored["steps"] + 1)
    assert ends["depth"] == explored["depth"]
    assert not any(one["errors"] for one in KEPT["process"][name])


@needs_spin
def test_a_review_without_its_guard_is_refuted() -> None:
    """Expect the model of a machine with that guard removed to break an assertion, with a trail that leads there."""
    [verdict] = check(model_of(with_rows(SMALL, e.IncidentReviewed, guard=always, block=never_blocked)))
    assert not verdict.ok
    assert "owed_report!=" in verdict.problem
    assert any("state = REVIEWED" in line for line in verdict.trail)


@needs_spin
def test_an_all_clear_that_is_lost_is_refuted() -> None:
    """Expect the model of a machine that resolves in silence to break the last word."""
    [verdict] = check(model_of(with_rows(SMALL, e.IncidentResolved, emit=resolve_in_silence)))
    assert not verdict.ok
    assert verdict.problem.startswith("assertion violated (word==")
    assert any("state = RESOLVED" in line for line in verdict.trail)


@needs_spin
def test_a_dead_end_is_refuted() -> None:
    """Expect a machine where nothing that is owed can be done to have no way out, though no assertion breaks."""
    model = model_of(with_rows(SMALL, e.FollowUpDone, guard=refuse))
    [usual] = check(model)
    assert usual.ok
    stuck, way_out = check(model, (WAY_OUT,), defines=("WAY_OUT",))
    assert stuck.problem == "invalid end state"
    assert not way_out.ok


@needs_spin
def test_no_interleaving_of_deaths_and_late_requests_does_anything_twice() -> None:
    """Expect no error in the model of delivery, and the figures of the docs."""
    assert_kept(check(DELIVERY.read_text("utf-8"), DELIVERY_LTL), KEPT["delivery"])


@needs_spin
@pytest.mark.parametrize("name", BROKEN)
def test_delivery_without_one_of_its_rules_is_refuted(name: str) -> None:
    """Expect two objects in the end, by the shortest trail, whichever rule or assumption is taken away."""
    [verdict] = check(DELIVERY.read_text("utf-8"), defines=(name,))
    assert not verdict.ok
    assert verdict.problem == "assertion violated (objects<=1)"
    assert "assert((objects<=1))" in verdict.trail[-1]
    assert verdict.depth == KEPT["broken"][name]["steps"]


def test_everything_that_can_be_taken_away_is_taken_away() -> None:
    """Expect the names in the model itself to be those that the tests take away, one by one."""
    said = {
        line.split()[1] for line in DELIVERY.read_text("utf-8").splitlines() if line.startswith(("#ifdef", "#ifnd"))
    }
    assert said == set(BROKEN)


@needs_spin
def test_a_model_that_is_none_is_said() -> None:
    """Expect what spin said, not a verdict."""
    with pytest.raises(RuntimeError, match=r"spin -a model\.pml failed"):
        check("active proctype p() { nonsense }")


@pytest.fixture(scope="module", name="small")
def _small() -> Report:
    """A small policy, explored."""
    return explore(SMALL)


def test_the_rules_say_what_the_machine_said(small: Report) -> None:
    """Expect one rule for each label in each abstract state, which leads where the machine led; none if it refused."""
    learned = rules(small.walk)
    led = {(source, label): target for source, label, target in small.walk.edges}
    for place, node in enumerate(small.walk.nodes):
        for label in {rule.label for rule in learned}:
            allowed = [
                rule
                for rule in learned
                if rule.label == label and all(node.facts[which] in words for which, words in rule.conditions)
            ]
            target = led.get((place, label))
            assert len(allowed) == (target is not None), label
            for rule in allowed:
                facts = list(node.facts)
                for which, word in rule.sets:
                    facts[which] = word
                assert target is not None
                assert tuple(facts) == small.walk.nodes[target].facts


def test_a_model_is_written_for_any_policy(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Expect the model on standard output, and a sentence for a policy that is none."""
    assert main([str(tmp_path / "none.toml")]) == 2
    assert "none.toml" in capsys.readouterr().err
