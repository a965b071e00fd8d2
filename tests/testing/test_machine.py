"""`LifecycleMachine`: it lets the process pass, and finds each invariant that is broken."""

import io
import re
import unittest
from inspect import getdoc

import pytest
from hypothesis import HealthCheck, Phase, settings

from incident_fsm import Lifecycle
from incident_fsm.testing import LifecycleMachine
from incident_fsm.testing.invariants import SENTENCES
from tests.core.stories import CLOUD, GDS
from tests.testing import tampering as t


class UnderOurPolicy(LifecycleMachine):
    """A policy that narrows the audience of a breach."""

    policy = GDS


class TestUnderAPolicyOfOnesOwn(UnderOurPolicy.TestCase):  # type: ignore[misc,valid-type]  # made as it runs
    """Expect every invariant to hold."""

    settings = settings(max_examples=8, stateful_step_count=25, deadline=None)


class TestUnderTheDefaultPolicy(LifecycleMachine.TestCase):  # type: ignore[misc,valid-type]  # made as it runs
    """Expect every invariant to hold, where no policy is set."""

    settings = settings(max_examples=8, stateful_step_count=25, deadline=None)


def complaint(lifecycle: type[Lifecycle], examples: int = 200) -> str:
    """What a machine with such a lifecycle says when it is run as users run it; nothing where it finds nothing."""

    class Suspicious(LifecycleMachine):
        policy = CLOUD
        lifecycle_class = lifecycle

    case = Suspicious.TestCase
    case.settings = settings(
        max_examples=examples, stateful_step_count=20, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    told = unittest.TextTestRunner(stream=io.StringIO()).run(case("runTest"))
    return "\n".join(message for _, message in [*told.failures, *told.errors])


BROKEN: dict[str, tuple[int, type[Lifecycle], str]] = {
    "an exception": (1, t.tampered(t.raises_on_a_note), "NoteTaken raised KeyError: 'text'"),
    "another answer each time": (1, t.tampered(t.forgetful()), "answered differently the second time"),
    "no reason": (2, t.tampered(t.refuses_without_a_word), "was refused without a reason"),
    "a revision too many": (2, t.of_steps(t.skips_a_revision), r"revision \d+ follows \d+"),
    "notes after the end": (3, t.TakesNotesAfterTheEnd, "NoteTaken was accepted while"),
    "no end": (3, t.NeverEnds, "reviewed could not be reached: .*something is always missing"),
    "no assessment": (4, t.of_steps(t.loses_the_assessment), "the assessment is None"),
    "no all-clear": (5, t.of_steps(t.loses_the_all_clear), "after IncidentResolved .* 0 posts where 1 was to be made"),
    "two posts": (5, t.of_steps(t.doubles_the_post), "2 posts where 1 was to be made"),
    "two reports": (6, t.of_steps(t.reports_again), r"\d reports, and it was flagged"),
    "no issue": (7, t.of_steps(t.forgets_the_issue), "0 issues were asked for, after a temporary fix"),
    "a must without its link": (7, t.of_steps(t.waives_a_must), "the permanent fix is"),
    "one id twice": (8, t.of_steps(t.doubles_a_command), r"expected .*:\d+:\d, found"),
    "what comes back otherwise": (
        9,
        t.of_steps(t.keeps_what_comes_back_otherwise),
        "the incident comes back otherwise than it was written",
    ),
    "public replies": (10, t.of_steps(t.shows_replies_to_everybody), "PostToThread .* is public"),
    "a drill that seems real": (10, t.of_steps(t.takes_a_drill_for_real), "title 'Real!', of a drill incident"),
    "a stale button": (11, t.DoesNotLookAtRevisions, "was made for revision"),
    "a second reminder": (12, t.of_steps(t.forgets_that_it_reminded), "was reminded of twice"),
    "every note": (13, t.of_steps(t.keeps_every_note), "a note made the incident larger|the texts were"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_invariant_is_found_and_told_in_its_own_words(name: str) -> None:
    """Expect the number, the sentence that was promised, and what is true instead."""
    number, lifecycle, found = BROKEN[name]
    said = complaint(lifecycle)
    assert f"invariant {number} is broken." in said, said[-2000:] or "nothing was found"
    assert f'promised: "{SENTENCES[number]}"' in said
    assert re.search(f"found: .*({found})", said), said[-2000:]


def test_each_invariant_is_broken_by_somebody_here() -> None:
    """Expect no check that was never seen to fail."""
    assert {number for number, _, _ in BROKEN.values()} == set(SENTENCES)


def test_the_machine_has_a_check_for_each_sentence_and_quotes_it() -> None:
    """Expect thirteen methods, each with its sentence in its docstring."""
    for number, sentence in SENTENCES.items():
        (name,) = [name for name in dir(LifecycleMachine) if name.startswith(f"invariant_{number}_")]
        told = " ".join((getdoc(getattr(LifecycleMachine, name)) or "").split())
        assert told.startswith(f'Invariant {number}. "{sentence}"')
