"""`check_adapter`: it lets a right adapter pass, and finds each wrong one, saying how it is wrong."""

import pytest

from incident_fsm.commands import CreateIssue, OpenThread, RedirectReporter
from incident_fsm.engine import CommandStatus
from incident_fsm.testing import TROUBLES, BrokenPromise, Story, check_adapter
from tests.core.stories import CLOUD
from tests.testing import trackers as t
from tests.testing.trackers import FakeTracker, TrackerAdapter


def test_an_adapter_that_does_right_passes_in_every_trouble() -> None:
    """Expect every sort of command in every trouble, done once or, where a permission is missing, with a person."""
    report = check_adapter(TrackerAdapter, FakeTracker)
    assert {case.command for case in report.cases} == {"CreateIssue", "RedirectReporter", "OpenThread", "PostToThread"}
    assert len(report.cases) == 4 * len(TROUBLES)
    by_hand = {case.trouble for case in report.cases if case.status is not CommandStatus.DONE}
    assert by_hand == {"permission missing"}
    assert all(case.objects == (case.status is CommandStatus.DONE) for case in report.cases)


def test_the_report_is_for_people() -> None:
    """Expect one line for each trouble, and who has what could not be done."""
    lines = str(check_adapter(TrackerAdapter, FakeTracker, kinds=(CreateIssue, RedirectReporter))).splitlines()
    assert lines[0] == f"tracker: 2 sorts of command (CreateIssue, RedirectReporter), {2 * len(TROUBLES)} cases"
    assert "  lost answer: 2 done" in lines
    assert "  permission missing: 0 done, in a person's hands: CreateIssue, RedirectReporter" in lines
    assert len(lines) == 1 + len(TROUBLES)


WRONG = {
    t.NeverFinds: ("lost answer (request 1: stored, then the connection breaks) around CreateIssue",
                   "CreateIssue: expected exactly one object, as it counts as done; found 2 objects outside"),
    t.TakesTroubleForAbsence: ("the connection breaks; request 2: answered 503, nothing stored) around CreateIssue",
                               "found 2 objects outside"),
    t.Drops: ("no trouble (nothing goes wrong) around CreateIssue",
              "expected exactly one object, as it counts as done; found 0 objects outside"),
    t.PostsTwice: ("no trouble (nothing goes wrong) around CreateIssue", "found 2 objects outside"),
    t.RetriesByItself: ("lost answer (request 1: stored, then the connection breaks)", "found 2 objects outside"),
    t.TakesALostAnswerForNothing: ("late landing (request 1: the connection breaks, and the request lands later)",
                                   "found 2 objects outside"),
    t.WaitsForNobody: ("permission missing (request 1: a permission is missing, nothing stored)",
                       "found 0 objects outside"),
    t.IsTooHasty: ("late landing (request 1: the connection breaks, and the request lands later)",
                   "found 2 objects outside"),
}  # fmt: skip
"""Each wrong adapter, with the trouble in which it is found out and what is found."""


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.__name__)
def test_a_wrong_adapter_is_found_out(wrong: type[TrackerAdapter]) -> None:
    """Expect the trouble, the command, what was expected and what was found."""
    trouble, found = WRONG[wrong]
    with pytest.raises(BrokenPromise) as broken:
        check_adapter(wrong, FakeTracker, kinds=(CreateIssue,))
    said = str(broken.value)
    assert said.startswith("tracker broke the promise of an adapter ")
    assert trouble in said
    assert found in said


def test_only_so_many_broken_promises_are_told_as_anybody_reads() -> None:
    """Expect the rest to be counted."""
    with pytest.raises(BrokenPromise, match=r"broke the promise .* in 36 cases:(.|\n)*and \d+ more$"):
        check_adapter(t.Drops, FakeTracker, kinds=(CreateIssue, RedirectReporter))


def test_an_adapter_that_accepts_nothing_is_not_said_to_be_right() -> None:
    """Expect to be told that nothing could be checked."""
    with pytest.raises(BrokenPromise, match="accepts no command of any story, so nothing could be checked"):
        check_adapter(t.AcceptsNothing, FakeTracker)


def test_the_stories_and_the_policy_may_be_ones_own() -> None:
    """Expect the commands of that story only, under that policy."""
    story = Story(CLOUD).until(Story(CLOUD).incident.state.MANAGING)
    report = check_adapter(TrackerAdapter, FakeTracker, policy=CLOUD, stories=[story.events], troubles=TROUBLES[:2])
    assert {case.command for case in report.cases} == {OpenThread.__name__}
