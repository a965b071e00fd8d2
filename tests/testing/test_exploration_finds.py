"""Exploration finds what is wrong: each fault gets a shortest script, and the script shows it when it is replayed."""

from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve

from incident_fsm import Incident, Lifecycle, Policy, Reason, Refusal, State, Step
from incident_fsm import commands as c
from incident_fsm import events as e
from incident_fsm._guards import always, never_blocked
from incident_fsm.events import Event
from incident_fsm.testing.exploration import CounterExample, Process, explore, main, read_script, replay, retrace
from tests.testing.broken import declare_uncleared, refuse, report_breach_anew, resolve_in_silence
from tests.testing.mutants import Meddled, with_rows, without
from tests.testing.policies import CLOUD, GDS, SMALL

REPORTED, CONFIRMED = "CandidateReported: live", "CandidateConfirmed: meets the criteria"
DECLARED, MANAGED = "IncidentDeclared: an impact that repeats", "ManagementStarted: with everybody"


def found(process: Process, number: int, policy: Policy = CLOUD) -> CounterExample:
    """The counter-example to an invariant: its script read back from its text, as a person would replay it."""
    report = explore(policy, process, to_fault=True)
    assert not report.ok
    [example] = [fault for fault in report.faults if fault.number == number]
    assert read_script(example.script()) == example.events
    assert example.script().strip() in str(report).replace("\n  ", "\n")
    return example


def retold(process: Process, example: CounterExample) -> list[Step]:
    """What a process makes of a script, of which it must accept every event."""
    answers = list(retrace(process, read_script(example.script())))
    steps = [answer for answer in answers if isinstance(answer, Step)]
    assert len(steps) == len(answers) == len(example.labels)
    assert all(one.after is two.before for one, two in pairwise(steps))
    return steps


def test_a_guard_removed_from_the_review_is_found() -> None:
    """Expect six events, the last a review with everything owed; the package refuses that one alone."""
    process = with_rows(CLOUD, e.IncidentReviewed, guard=always, block=never_blocked)
    example = found(process, 7)
    assert example.problem == "report is open after the review"
    assert example.labels[:4] == (REPORTED, CONFIRMED, DECLARED, MANAGED)
    assert [type(event).__name__ for event in example.events[4:]] == ["IncidentResolved", "IncidentReviewed"]
    last = retold(process, example)[-1].after
    assert last.state is State.REVIEWED
    assert any(owed.state.value == "open" for owed in last.follow_ups)
    answers = list(retrace(Lifecycle(CLOUD), example.events))
    assert [type(answer) for answer in answers] == [Step] * 5 + [Refusal]


def test_an_all_clear_that_is_lost_is_found() -> None:
    """Expect five events to the resolution, after which the public still hears of trouble."""
    process = with_rows(CLOUD, e.IncidentResolved, emit=resolve_in_silence)
    example = found(process, 5)
    assert example.problem == "0 status posts instead of 1"
    assert example.labels[:4] == (REPORTED, CONFIRMED, DECLARED, MANAGED)
    steps = retold(process, example)
    posts = [command for step in steps for command in step.commands if isinstance(command, c.PublishStatus)]
    assert steps[-1].after.state is State.RESOLVED
    assert [post.all_clear for post in posts] == [False]


def test_a_breach_that_is_reported_twice_is_found() -> None:
    """Expect two events, a report with a breach and a confirmation, and two reports of it."""
    process = with_rows(CLOUD, e.CandidateConfirmed, emit=report_breach_anew)
    example = found(process, 6)
    assert example.labels == ("CandidateReported: live, a breach", CONFIRMED)
    commands = [command for step in retold(process, example) for command in step.commands]
    assert [type(command) for command in commands] == [c.ReportSecurityBreach] * 2


def test_a_restricted_wording_that_nobody_cleared_is_found() -> None:
    """Expect a breach, a confirmation, and a declaration that no one cleared, under a policy that restricts."""
    process = with_rows(GDS, e.IncidentDeclared, guard=declare_uncleared)
    example = found(process, 10, GDS)
    assert example.problem == "wording that nobody cleared would be published"
    assert example.labels == (REPORTED, f"{CONFIRMED}, a breach", "IncidentDeclared: not cleared")
    [post] = retold(process, example)[-1].commands
    assert isinstance(post, c.PublishStatus)
    assert not post.cleared


def test_an_assessment_that_misses_the_criteria_is_found() -> None:
    """Expect two events: a report, and a confirmation of what was planned."""
    process = with_rows(CLOUD, e.CandidateConfirmed, guard=always)
    example = found(process, 4)
    assert example.labels == (REPORTED, "CandidateConfirmed: planned")
    assert retold(process, example)[-1].after.state is State.CONFIRMED


def test_a_row_that_is_missing_leaves_a_dead_end() -> None:
    """Expect the state that nothing leads to, and the shortest way to an incident that can never end."""
    process = without(SMALL, e.IncidentReviewed)
    nowhere, stuck = explore(SMALL, process).faults
    assert (nowhere.problem, nowhere.labels) == ("the state reviewed cannot be reached", ())
    assert stuck.problem == "no final state can be reached from here"
    assert stuck.labels == (REPORTED, CONFIRMED, DECLARED)
    assert retold(process, stuck)[-1].after.state is State.DECLARED


def test_a_guard_that_never_yields_leaves_a_dead_end() -> None:
    """Expect the same where a guard closes the way: what must be done can never be done."""
    process = with_rows(SMALL, e.FollowUpDone, guard=refuse)
    report = explore(SMALL, process)
    assert {fault.number for fault in report.faults} == {3}
    stuck = report.faults[-1]
    assert stuck.labels == (REPORTED, CONFIRMED, DECLARED)
    assert retold(process, stuck)[-1].after.state is State.DECLARED


def test_a_process_that_raises_is_found() -> None:
    """Expect the event at which it raises, after the way to it."""

    def meddle(_incident: Incident | None, event: Event, answer: Step | Refusal) -> Step | Refusal:
        if isinstance(event, e.ManagementStarted) and isinstance(answer, Step):
            raise KeyError(event.lead)
        return answer

    example = found(Meddled(CLOUD, meddle), 1)
    assert example.problem == "KeyError escapes: 'lea'"
    assert example.labels == (REPORTED, CONFIRMED, DECLARED, MANAGED)


def test_a_refusal_without_a_reason_is_found() -> None:
    """Expect the first event that is refused: from nothing, anything but a report."""

    def meddle(_incident: Incident | None, _event: Event, answer: Step | Refusal) -> Step | Refusal:
        return evolve(answer, reasons=()) if isinstance(answer, Refusal) else answer

    example = found(Meddled(CLOUD, meddle), 2)
    assert example.problem == "it is refused without a reason"
    assert len(example.labels) == 1


def test_a_process_that_changes_what_it_was_given_is_found() -> None:
    """Expect the incident that was changed under everybody's hands, by the way that led to it."""

    def meddle(incident: Incident | None, event: Event, answer: Step | Refusal) -> Step | Refusal:
        if incident is not None and isinstance(event, e.NoteTaken):
            object.__setattr__(incident, "summary", "changed")
        return answer

    example = found(Meddled(CLOUD, meddle), 1)
    assert example.problem == "the incident was modified"
    assert example.labels == (REPORTED,)


def test_a_process_that_answers_differently_the_second_time_is_found() -> None:
    """Expect the first step that leads elsewhere when it is told again."""
    titles = iter(range(10**9))

    def meddle(_incident: Incident | None, _event: Event, answer: Step | Refusal) -> Step | Refusal:
        return (
            evolve(answer, after=evolve(answer.after, title=f"{next(titles)}")) if isinstance(answer, Step) else answer
        )

    assert found(Meddled(CLOUD, meddle), 9).labels == (REPORTED,)


def test_a_fact_that_the_abstraction_lacks_is_found_by_going_twice() -> None:
    """Expect a process that goes by something left out, how many events there were, to be told by two explorations."""

    def meddle(incident: Incident | None, event: Event, answer: Step | Refusal) -> Step | Refusal:
        if incident is not None and incident.revision > 3 and isinstance(event, e.DetailsAmended):
            return Refusal(incident.id, incident.state, event, (Reason("late", "it is too late to correct"),))
        return answer

    report = explore(SMALL, Meddled(SMALL, meddle), twice=True)
    assert not report.faults
    assert not report.ok
    assert all(said.startswith("DetailsAmended") for said in report.disagreements)
    assert "steps differ" in str(report)


@pytest.mark.parametrize("script", ["good", "bad", "none"])
def test_a_script_is_replayed_by_a_command(tmp_path: Any, capsys: pytest.CaptureFixture[str], script: str) -> None:
    """Expect each event with where it led, or why not; and a sentence for a script that is none."""
    process = with_rows(CLOUD, e.IncidentReviewed, guard=always, block=never_blocked)
    path = tmp_path / "script.jsonl"
    text = found(process, 7).script()
    if script != "none":
        path.write_text(text if script == "good" else "{}", encoding="utf-8")
    code = main(["--replay", str(path), "cloud_platform"])
    out, err = capsys.readouterr()
    if script == "good":
        assert code == 0
        assert out.splitlines() == list(replay(Lifecycle(CLOUD), text))
        assert out.splitlines()[0] == "CandidateReported: candidate, revision 1; asks for nothing"
        assert out.splitlines()[-1].startswith("IncidentReviewed refused while resolved: 'report' must be done")
    else:
        assert code == 2
        assert err.startswith("exploration: ")
