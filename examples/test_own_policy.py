"""A team tests its own policy: every invariant of the process, a rule of its own, and an incident told as a story."""

import sys
import unittest
from pathlib import Path

from hypothesis import settings
from hypothesis.stateful import invariant

from incident_fsm import State
from incident_fsm import events as e
from incident_fsm.commands import OpenThread, PublishStatus, Remind
from incident_fsm.policy_files import load_policy
from incident_fsm.testing import FrozenClock, LifecycleMachine, Story, recording_desk, settle

OURS = load_policy(Path(__file__).with_name("library_policy.toml"))


class OurProcess(LifecycleMachine):
    """The thirteen invariants come with it. This adds a rule of the library."""

    policy = OURS

    @invariant()
    def whoever_hears_that_we_are_closed_hears_when_there_is_more(self) -> None:
        """Expect the promise of an update in every such post."""
        closed = [post for post in self.commands if isinstance(post, PublishStatus) and post.impact == "Closed"]
        assert all(post.next_update_at for post in closed)


TestOurProcess = OurProcess.TestCase
TestOurProcess.settings = settings(max_examples=10, stateful_step_count=20, deadline=None)


class TestAnEveningAtTheLibrary(unittest.TestCase):  # noqa: D101  its methods say it
    def test_a_declaration_says_why_and_what_it_means(self) -> None:
        """Expect other words to be refused, and a thread in our channel when somebody takes over."""
        story = Story(OURS, title="Self-checkout is dead").until(State.CONFIRMED)
        refusal = story.ask(e.IncidentDeclared, **{**story.declaration(), "message": "Sorry!"})
        assert refusal.codes == ("wording",)
        opened = story.until(State.MANAGING).the(OpenThread)
        assert (opened.channel, opened.title) == ("#library-it", "Self-checkout is dead :books:")

    def test_a_promise_that_is_not_kept_is_reminded_of(self) -> None:
        """Expect one reminder, an hour after the declaration and not before."""
        clock = FrozenClock()
        desk, done = recording_desk(OURS, clock)
        desk.step("INC-1", *Story(OURS, start=clock()).until(State.MANAGING).events)
        for minutes, expected in ((30, 0), (40, 1), (60, 1)):
            clock.pass_by(minutes=minutes)
            desk.remind()
            settle(desk, clock)
            assert sum(isinstance(command, Remind) for command in done.commands) == expected


if __name__ == "__main__":
    unittest.main(testRunner=unittest.TextTestRunner(stream=sys.stdout, verbosity=2))
