"""Exploration of the policies that ship: everything is reached, everything holds, with the figures in the docs."""

import json
import re
from pathlib import Path

import pytest
from attrs import evolve

import incident_fsm
from incident_fsm import Kind, Lifecycle, State, Step
from incident_fsm.policy_files import load_shipped, shipped
from incident_fsm.testing._claims import NOT_ASKED
from incident_fsm.testing.exploration import Report, explore, main, retrace
from incident_fsm.testing.promela import process_model
from tests.testing.policies import ODD, SMALL

ROOT = Path(__file__).parents[2]
FIGURES = json.loads((ROOT / "docs" / "verification_figures.json").read_text("utf-8"))

GUARDS = Path(incident_fsm.__file__).parent / "_guards"

NEVER_MET = {
    "no_case": "a block's, for `options`: the guard says which case is unknown",
    "no_deadline": "a block's: the guard says which deadline is unknown",
    "nothing_owed": "a block's: the guard says which follow-up is not owed, or settled",
    "no_chase_on_case": "no policy that ships forbids to chase on the case",
    "too_many_cases": "a cap: the twenty-first case, and counts are capped at some",
    "too_many_roles": "a cap: the hundred-and-first role, which takes several policies",
}
"""The reasons that no representative event brings about, and why not."""


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_policy_is_explored_whole_and_holds(name: str) -> None:
    """Expect no fault and no dead end, every state reached, the figures of the docs, and the model as it is kept."""
    report = explore(load_shipped(name))
    assert report.ok, report
    known = FIGURES["exploration"][name]
    assert (report.states, report.steps, report.refused, report.depth) == tuple(
        known[what] for what in ("states", "steps", "refused", "depth")
    ), "run `make models`"
    assert {node.incident.state for node in report.walk.nodes if node.incident} == set(State)
    assert sorted(report.codes) == sorted(tuple(pair) for pair in known["reasons"])
    kept = (ROOT / "docs" / "models" / f"{name}.pml").read_text("utf-8")
    assert kept == process_model(report.walk.policy, report.walk), "the table has moved on: run `make models`"


def test_every_reason_that_a_guard_can_give_is_met() -> None:
    """Expect the reasons that stand in the guards, save those that no event of one policy can bring about."""
    said = {code for path in GUARDS.glob("*.py") for code in re.findall(r'Reason\(\s*"(\w+)"', path.read_text("utf-8"))}
    met = {code for known in FIGURES["exploration"].values() for _, code in known["reasons"]}
    assert said - met == set(NEVER_MET)
    assert met - said == {"not_now", "not_reported", "already_reported"}


@pytest.fixture(scope="module", name="small")
def _small() -> Report:
    """A small policy, explored twice."""
    return explore(SMALL, twice=True)


def test_other_incidents_of_the_same_facts_are_answered_alike(small: Report) -> None:
    """Expect the same graph from incidents with other and longer histories, drills among them."""
    assert small.twice
    assert small.disagreements == ()
    assert small.ok


def test_a_policy_unlike_those_that_ship_is_explored_too() -> None:
    """Expect every state reached and everything to hold, twice, whatever the policy leaves out."""
    report = explore(ODD, twice=True)
    assert report.ok, report
    assert {node.facts[0] for node in report.walk.nodes} == {"unreported", *(state.value for state in State)}


def test_going_deep_lets_every_deadline_pass(small: Report) -> None:
    """Expect more abstract states of the same policy, all of them sound."""
    deep = explore(SMALL, deep=True)
    assert deep.ok, deep
    assert deep.states > small.states


def test_the_way_to_every_abstract_state_is_a_script_that_leads_there(small: Report) -> None:
    """Expect each script told again, from nothing, to be accepted whole, and to lead to an incident of those facts."""
    lifecycle = Lifecycle(SMALL)
    abstraction = small.walk.abstraction
    for place, node in enumerate(small.walk.nodes[1:], start=1):
        way = small.walk.way_to(place)
        answers = list(retrace(lifecycle, [step.event for step in way if step.event is not None]))
        assert all(isinstance(answer, Step) for answer in answers)
        assert isinstance(answers[-1], Step)
        assert answers[-1].after == node.incident
        assert abstraction.of(answers[-1].after, node.heard) == node.facts


def test_ways_grow_no_shorter(small: Report) -> None:
    """Expect the abstract states in the order of their distance: so the first fault met is a nearest one."""
    lengths = [len(small.walk.way_to(place)) for place in range(small.states)]
    assert lengths == sorted(lengths)
    assert lengths[-1] == small.depth


def test_a_drill_has_the_facts_of_what_it_exercises(small: Report) -> None:
    """Expect the abstraction to look past the kind of drill, and past nothing else about it."""
    node = next(node for node in small.walk.nodes if node.incident and node.incident.state is State.RESOLVED)
    assert node.incident is not None
    facts = small.walk.abstraction.of(evolve(node.incident, kind=Kind.DRILL), node.heard)
    assert (node.incident.kind, facts) == (Kind.LIVE, node.facts)
    assert small.walk.abstraction.of(evolve(node.incident, kind=Kind.BACKFILLED), node.heard) != node.facts


def test_the_report_says_what_was_found(small: Report) -> None:
    """Expect figures, what was asked, and what came of it, for people."""
    first, second, third = str(small).splitlines()
    assert first.startswith(f"{SMALL.key}: {small.states:,} abstract states, {small.steps:,} accepted steps")
    assert second == "  invariants 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 of the design: all hold; no dead end"
    assert third == "  explored again by other incidents, drills among them: the same graph"


def test_the_command_says_what_is_wrong_with_its_input(capsys: pytest.CaptureFixture[str]) -> None:
    """Expect a sentence and exit code 2 for a policy that does not exist."""
    assert main(["unheard_of"]) == 2
    assert "unheard_of" in capsys.readouterr().err


def test_what_is_not_asked_is_said() -> None:
    """Expect the invariants that enumeration cannot show to be named, each with its reason."""
    assert sorted(NOT_ASKED) == [9, 11, 13]
