"""`LifecycleMachine`: your policy, held to every invariant, in incidents that nobody thought of."""

from hypothesis.stateful import invariant

from incident_fsm.events import Event
from incident_fsm.lifecycle import Lifecycle
from incident_fsm.testing.invariants import asking, public, records, states, time
from incident_fsm.testing.telling import Telling


class LifecycleMachine(Telling):
    """One incident under your policy: Hypothesis tells it events, and every invariant is checked after each.

        class OurProcess(LifecycleMachine):
            policy = load_policy("our_policy.toml")

        TestOurProcess = OurProcess.TestCase
        TestOurProcess.settings = settings(max_examples=50, stateful_step_count=30)     # as long as you like

    `policy` is the default one, if you set none; `lifecycle_class` is the lifecycle that is asked, for a bot with one
    of its own. A failure quotes the invariant that does not hold and says what is true instead; Hypothesis prints the
    shortest way there that it finds, event by event. To hold the process to a rule of yours, add a method with
    `@invariant()` and look at `self.walk` (the steps and refusals so far), `self.incident` and `self.commands`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._journal: list[tuple[Event, Lifecycle]] = []
        self._invariants = (
            self.invariant_1_the_lifecycle_always_answers,
            self.invariant_2_refusals_say_why_and_steps_follow_the_table,
            self.invariant_3_an_end_is_an_end_and_can_be_reached,
            self.invariant_4_what_is_past_a_state_has_what_it_needs,
            self.invariant_5_the_public_hears_of_it_once_each_time,
            self.invariant_6_a_breach_is_reported_once,
            self.invariant_7_nothing_is_owed_after_the_review,
            self.invariant_8_command_ids_say_where_they_come_from,
            self.invariant_9_a_replay_gives_the_incident,
            self.invariant_10_nobody_hears_too_much,
            self.invariant_11_the_same_again_is_one_step,
            self.invariant_12_no_deadline_outlives_its_incident_or_is_lost,
            self.invariant_13_an_incident_does_not_grow,
        )

    @invariant()
    def all_invariants_hold(self) -> None:
        """Check the thirteen, in order, after whatever was accepted. What is true of a way stays true until then."""
        if self.accepted_just_now:
            for check in self._invariants:
                check()

    def invariant_1_the_lifecycle_always_answers(self) -> None:
        """Invariant 1.

        "`attempt` is total: a step or a refusal, never another exception; inputs are not modified; same inputs, same
        answer."

        Each answer was held to it when it was given; this asks the newest again.
        """
        (step,) = self.newest.steps
        asking.total_and_pure(self.lifecycle, step.before, step.event)

    def invariant_2_refusals_say_why_and_steps_follow_the_table(self) -> None:
        """Invariant 2.

        "A refusal has at least one reason and changes nothing. A step grows the revision by exactly one, along a row of
        the table."
        """
        asking.steps_follow_rows(self.walk)

    def invariant_3_an_end_is_an_end_and_can_be_reached(self) -> None:
        """Invariant 3.

        "Final states accept only receipts. Every state is reachable, and from every state a final one is."
        """
        states.finals_accept_receipts(self.walk)
        states.an_end_is_reachable(self.walk)

    def invariant_4_what_is_past_a_state_has_what_it_needs(self) -> None:
        """Invariant 4.

        "Past `candidate`, the recorded assessment meets the criteria. Past `declared`, services and impact are set."
        """
        states.has_what_it_needs(self.walk)

    def invariant_5_the_public_hears_of_it_once_each_time(self) -> None:
        """Invariant 5.

        "The public hears of a live incident exactly once per declaration, update, resolution and reopening: the last
        word is the all-clear if and only if the state is resolved or reviewed."
        """
        public.hears_once(self.walk)

    def invariant_6_a_breach_is_reported_once(self) -> None:
        """Invariant 6.

        "A security breach is reported exactly once, whichever path flagged it."
        """
        public.breach_is_reported_once(self.walk)

    def invariant_7_nothing_is_owed_after_the_review(self) -> None:
        """Invariant 7.

        "`reviewed` implies every *must* follow-up is done; a temporary fix has its permanent-fix issue."
        """
        states.nothing_is_owed_after_review(self.walk)

    def invariant_8_command_ids_say_where_they_come_from(self) -> None:
        """Invariant 8.

        "Command ids derive from incident id, revision and position only: unique, and equal on every replay."
        """
        records.ids_say_where_they_come_from(self.walk)
        records.commands_are_the_same_again(self.newest)

    def invariant_9_a_replay_gives_the_incident(self) -> None:
        """Invariant 9.

        "`replay(journal) == incident`; decode(encode(x)) == x, for every event, command, incident and policy."
        """
        self._journal += records.journal_of(self.newest)
        records.replay_gives_the_incident(self._journal, self.incident)
        records.steps_can_be_written_down(self.newest)

    def invariant_10_nobody_hears_too_much(self) -> None:
        """Invariant 10.

        "No command is wider than its incident's audience; a drill emits nothing a live adapter accepts; a backfilled
        incident emits nothing public."
        """
        public.nobody_hears_too_much(self.walk)

    def invariant_11_the_same_again_is_one_step(self) -> None:
        """Invariant 11.

        "The same event id twice is one step. An event made for an older revision is refused as stale."
        """
        (step,) = self.newest.steps
        records.the_same_again_is_one_step(self.desk, step.after.id, step.event)
        asking.stale_is_refused(self.lifecycle, step.after, step.event, step.after.revision - 1)

    def invariant_12_no_deadline_outlives_its_incident_or_is_lost(self) -> None:
        """Invariant 12.

        "No deadline is due after the end; reopening re-arms; being late never loses one."
        """
        time.nothing_is_due_after_the_end(self.walk)
        time.reopening_arms_again(self.walk)
        time.being_late_loses_nothing(self.walk, self.now)

    def invariant_13_an_incident_does_not_grow(self) -> None:
        """Invariant 13.

        "The cost of a step, and the size of an incident, do not grow with its timeline."
        """
        records.size_does_not_grow(self.walk)
