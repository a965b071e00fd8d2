"""Driving one adapter through an incident with something in its way."""

import pytest

from incident_fsm import State
from incident_fsm._delivery import SETTLE
from incident_fsm.adapters import Context
from incident_fsm.adapters.recording import RecordingAdapter
from incident_fsm.commands import CreateIssue, OpenThread
from incident_fsm.engine import CommandStatus
from incident_fsm.testing import Death, FakeWorld, Fault, FrozenClock, Story, Unreliable, drive
from incident_fsm.testing.driving import Driven, broken_promises, check
from tests.testing.trackers import Drops, FakeTracker, IsTooHasty, TrackerAdapter

STORY = Story().until(State.RESOLVED).events


def driven(
    *faults: Fault, death: Death = Death.NEVER, kind: type[TrackerAdapter] = TrackerAdapter
) -> tuple[Driven, FakeTracker]:
    """Resolve an incident with faults, or a death, around its issue."""
    clock = FrozenClock(STORY[0].at)
    tracker = FakeTracker(clock)
    (issue,) = [one for one in _undisturbed().settled if isinstance(one.command, CreateIssue)]
    return drive(
        kind(tracker), tracker, clock, events=STORY, target=issue.command.id, faults=faults, death=death
    ), tracker


def _undisturbed() -> Driven:
    """The ids that commands have when nothing goes wrong."""
    clock = FrozenClock(STORY[0].at)
    tracker = FakeTracker(clock)
    return drive(TrackerAdapter(tracker), tracker, clock, events=STORY)


def test_without_trouble_everything_is_done_once() -> None:
    """Expect one ticket for each command that the adapter accepts, and none for those that it leaves."""
    calm = _undisturbed()
    assert {type(one.command) for one in calm.settled} >= {OpenThread, CreateIssue}
    assert {(one.record.status, one.objects) for one in calm.settled} == {(CommandStatus.DONE, 1)}
    check(calm)


def test_only_the_target_meets_the_faults() -> None:
    """Expect a second attempt for that command, and one for every other."""
    outcome, _ = driven(Fault.RATE_LIMITED)
    attempts = {type(one.command): one.record.attempts for one in outcome.settled}
    assert attempts[CreateIssue] == 2
    assert attempts[OpenThread] == 1


@pytest.mark.parametrize("death", [Death.BEFORE, Death.AFTER])
def test_a_worker_that_dies_is_followed_by_one_that_looks_first(death: Death) -> None:
    """Expect one ticket, and a second attempt that found it, or found nothing and made it."""
    outcome, tracker = driven(death=death)
    (issue,) = [one for one in outcome.settled if isinstance(one.command, CreateIssue)]
    assert (issue.record.status, issue.record.attempts, issue.objects) == (CommandStatus.DONE, 2, 1)
    assert tracker.tickets.count(issue.command.id) == 1


def test_an_adapter_whose_answers_get_lost_is_in_all_else_as_it_was() -> None:
    """Expect its name, whether it is live, what it accepts and how long it takes to settle; and lost answers."""
    world, adapter = FakeWorld(FrozenClock()), RecordingAdapter()
    wrapped = Unreliable(adapter, world)
    assert (wrapped.name, wrapped.live, wrapped.settle) == (adapter.name, adapter.live, SETTLE)
    assert Unreliable(IsTooHasty(FakeTracker(world.now)), world).settle == IsTooHasty.settle
    (one, *_) = _undisturbed().settled
    assert wrapped.accepts(one.command)
    context = Context(incident=Story().incident, policy=Story().policy, timeline=tuple)
    world.order([Fault.DROPPED, Fault.UNREACHED])
    with pytest.raises(ConnectionError):
        wrapped.deliver(one.command, context)
    with pytest.raises(ConnectionError):
        wrapped.find(one.command, context)
    assert (adapter.commands, adapter.sought) == ([one.command], [])
    assert wrapped.find(one.command, context) == adapter.receipt(one.command)


def test_what_is_wrong_is_told_for_each_command() -> None:
    """Expect every command by id and type, with what was expected and what was found; and `check` to raise it all."""
    outcome, _ = driven(kind=Drops)
    told = broken_promises(outcome)
    assert len(told) == len(outcome.settled)
    assert all("expected exactly one object, as it counts as done; found 0 objects outside" in one for one in told)
    with pytest.raises(AssertionError, match="CreateIssue: expected exactly one object"):
        check(outcome)


def test_a_target_that_is_never_delivered_is_no_success() -> None:
    """Expect to hear that no fault was ever in the way."""
    clock = FrozenClock(STORY[0].at)
    tracker = FakeTracker(clock)
    with pytest.raises(AssertionError, match="INC-1:99:0 was never delivered"):
        drive(TrackerAdapter(tracker), tracker, clock, events=STORY, target="INC-1:99:0", faults=[Fault.DROPPED])


@pytest.mark.parametrize("events", [(), STORY[1:]])
def test_a_story_begins_with_a_report(events: tuple[object, ...]) -> None:
    """Expect to hear what a story must begin with."""
    clock = FrozenClock(STORY[0].at)
    tracker = FakeTracker(clock)
    with pytest.raises(TypeError, match="a story begins with CandidateReported"):
        drive(TrackerAdapter(tracker), tracker, clock, events=events)  # type: ignore[arg-type]  # parts of a story
