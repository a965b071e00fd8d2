"""`check_adapter`: it lets a right adapter pass, and finds each wrong one, saying how it is wrong."""

import re

import pytest

from incident_fsm import State
from incident_fsm.commands import CreateIssue, OpenThread, RedirectReporter
from incident_fsm.engine import CommandStatus
from incident_fsm.testing import TROUBLES, BrokenPromise, Story, check_adapter
from tests.core.stories import CLOUD
from tests.testing import trackers as t
from tests.testing.trackers import FakeTracker, TrackerAdapter


def test_an_adapter_that_does_right_passes_in_every_trouble() -> None:
    """Expect each sort of command in every trouble, done once or, where a permission is missing, with a person."""
    managed = Story().until(State.MANAGING).events
    report = check_adapter(TrackerAdapter, FakeTracker, stories=[Story().until(State.DISMISSED).events, managed])
    assert {case.command for case in report.cases} == {"RedirectReporter", "OpenThread"}
    assert len(report.cases) == 2 * len(TROUBLES)
    by_hand = {case.trouble for case in report.cases if case.status is not CommandStatus.DONE}
    assert by_hand == {"permission missing"}
    assert all(case.objects == (case.status is CommandStatus.DONE) for case in report.cases)


def test_the_report_is_for_people() -> None:
    """Expect one line for each trouble, and who has what could not be done."""
    some = [trouble for trouble in TROUBLES if trouble.name in {"lost answer", "permission missing"}]
    report = check_adapter(TrackerAdapter, FakeTracker, kinds=(CreateIssue, RedirectReporter), troubles=some)
    assert str(report).splitlines() == [
        "tracker: 2 sorts of command (CreateIssue, RedirectReporter), 4 cases",
        "  lost answer: 2 done",
        "  permission missing: 0 done, in a person's hands: CreateIssue, RedirectReporter",
    ]


WRONG: dict[type[TrackerAdapter], tuple[str, int]] = {
    t.NeverFinds: ("lost answer", 2),
    t.TakesTroubleForAbsence: ("lost answer, then the search is unavailable", 2),
    t.Drops: ("no trouble", 0),
    t.PostsTwice: ("no trouble", 2),
    t.RetriesByItself: ("lost answer", 2),
    t.TakesALostAnswerForNothing: ("late landing", 2),
    t.WaitsForNobody: ("permission missing", 0),
    t.IsTooHasty: ("late landing", 2),
}
"""Each wrong adapter, with a trouble in which it is found out, and how many tickets there are then instead of one."""


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.__name__)
def test_a_wrong_adapter_is_found_out(wrong: type[TrackerAdapter]) -> None:
    """Expect the trouble, the command, what was expected and what was found."""
    name, found = WRONG[wrong]
    (trouble,) = [one for one in TROUBLES if one.name == name]
    with pytest.raises(BrokenPromise) as broken:
        check_adapter(wrong, FakeTracker, kinds=(CreateIssue,), troubles=(trouble,))
    head, where, what = str(broken.value).splitlines()[:3]
    assert re.fullmatch(r"tracker broke the promise of an adapter \d+ times? in 1 case:", head)
    assert where == f"  {name} ({trouble.told}) around CreateIssue:"
    assert f"expected exactly one object, as it counts as done; found {found} objects outside" in what


def test_a_trouble_says_what_happens() -> None:
    """Expect each fault in words, by request; or the death of a worker; or that nothing goes wrong."""
    told = {trouble.name: trouble.told for trouble in TROUBLES}
    assert told["no trouble"] == "nothing goes wrong"
    assert told["double delivery: the worker died before the call"] == "the worker dies before the call"
    assert told["lost answer, then the search is rate limited"] == (
        "request 1: stored, then the connection breaks; request 2: answered 429 with Retry-After, nothing stored"
    )


def test_only_so_many_broken_promises_are_told_as_anybody_reads() -> None:
    """Expect the rest to be counted."""
    with pytest.raises(BrokenPromise, match=r"broke the promise .* in 5 cases:(.|\n)*and \d+ more$"):
        check_adapter(t.Drops, FakeTracker, kinds=(CreateIssue,), troubles=TROUBLES[:5])


def test_an_adapter_that_accepts_nothing_is_not_said_to_be_right() -> None:
    """Expect to be told that nothing could be checked."""
    with pytest.raises(BrokenPromise, match="accepts no command of any story, so nothing could be checked"):
        check_adapter(t.AcceptsNothing, FakeTracker)


def test_the_stories_and_the_policy_may_be_ones_own() -> None:
    """Expect the commands of that story only, under that policy."""
    story = Story(CLOUD).until(State.MANAGING)
    report = check_adapter(TrackerAdapter, FakeTracker, policy=CLOUD, stories=[story.events], troubles=TROUBLES[:2])
    assert {case.command for case in report.cases} == {OpenThread.__name__}
