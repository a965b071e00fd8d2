"""Corrections: something must change, and the record must not contradict itself afterwards."""

from typing import Any

import pytest

from incident_fsm import Kind, Reason, Refusal, State
from incident_fsm import events as e
from incident_fsm.testing import Story
from tests.core.stories import DEFAULT, backfilled, minutes

KNOWN: dict[str, Any] = {"fault_at": minutes(-9), "detected_at": minutes(-8)}
TITLE = "Airflow Autoscaling Incident"


@pytest.mark.parametrize(
    ("state", "said", "codes"),
    [
        (State.CANDIDATE, {}, ("no_change",)),
        (State.CANDIDATE, {"reason": "only a reason"}, ("no_change",)),
        (State.CANDIDATE, {"title": TITLE}, ("no_change",)),
        (State.CANDIDATE, {"title": "Airflow was slow"}, ()),
        (State.CANDIDATE, {"fault_at": minutes(-9)}, ("no_change",)),
        (State.CANDIDATE, {"fault_at": minutes(-10)}, ()),
        (State.CANDIDATE, {"fault_at": minutes(-7)}, ("milestones_out_of_order",)),
        (State.CANDIDATE, {"title": "Airflow was slow", "fault_at": minutes(-7)}, ("milestones_out_of_order",)),
        (State.CANDIDATE, {"forget": ("fault",)}, ()),
        (State.CANDIDATE, {"forget": ("aware",)}, ("no_change",)),
        (State.CANDIDATE, {"forget": ("birthday",)}, ("unknown_milestone",)),
        (State.CANDIDATE, {"forget": ("fault",), "fault_at": minutes(-10)}, ("set_and_forgotten",)),
        (State.CANDIDATE, {"services": ("Email",)}, ("unknown_service",)),
        (State.CANDIDATE, {"services": DEFAULT.services[:2]}, ()),
        (State.CANDIDATE, {"declared_at": minutes(1)}, ("not_reached",)),
        (State.CANDIDATE, {"repaired_at": minutes(1)}, ("not_reached",)),
        (State.CONFIRMED, {"resolved_at": minutes(1)}, ("not_reached",)),
        (State.DECLARED, {"declared_at": minutes(1), "repaired_at": minutes(1)}, ()),
        (State.DECLARED, {"resolved_at": minutes(1)}, ("not_reached",)),
        (State.DECLARED, {}, ("no_change",)),
        (State.DECLARED, {"services": DEFAULT.services[:1]}, ("no_change",)),
        (State.DECLARED, {"services": DEFAULT.services[:2]}, ()),
        (State.DECLARED, {"services": DEFAULT.services[:1] * 2}, ("service_twice",)),
        (State.DECLARED, {"forget": ("declared",)}, ("undated",)),
        (State.RESOLVED, {"resolved_at": minutes(2)}, ()),
        (State.RESOLVED, {"resolved_at": minutes(-20)}, ("milestones_out_of_order",) * 2),
        (State.RESOLVED, {"forget": ("resolved", "declared")}, ("undated", "undated")),
    ],
)
def test_a_correction_is_held_to_the_record(state: State, said: dict[str, Any], codes: tuple[str, ...]) -> None:
    """Expect each of these to be accepted, or refused with exactly these reasons."""
    story = Story(**KNOWN).until(state)
    answer = story.lifecycle.attempt(story.incident, story.make(e.DetailsAmended, **said))
    assert (answer.codes if isinstance(answer, Refusal) else ()) == codes


def test_what_was_recorded_afterwards_may_forget_when_it_was_declared() -> None:
    """Expect a backfilled incident to lose a time that nobody knows after all."""
    story = backfilled().until(State.RESOLVED)
    step = story.say(e.DetailsAmended, forget=("declared", "resolved"))
    assert step.after.milestones.declared is None
    assert step.after.milestones.resolved is None
    assert step.after.kind is Kind.BACKFILLED


def test_what_is_given_replaces_and_what_is_forgotten_goes() -> None:
    """Expect the other milestones to stay."""
    story = Story(**KNOWN)
    after = story.say(e.DetailsAmended, aware_at=minutes(-5), forget=("fault",)).after
    assert (after.milestones.fault, after.milestones.detected, after.milestones.aware) == (
        None, minutes(-8), minutes(-5),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "said", "reason"),
    [
        (State.CANDIDATE, {}, Reason("no_change", "nothing changes")),
        (
            State.CANDIDATE,
            {"forget": ("birthday",)},
            Reason(
                "unknown_milestone",
                "'birthday' is no milestone; there are fault, detected, aware, declared, repaired, resolved",
                field="forget",
            ),
        ),
        (
            State.CANDIDATE,
            {"forget": ("fault",), "fault_at": minutes(-10)},
            Reason("set_and_forgotten", "'fault' is both given and forgotten", field="forget"),
        ),
        (
            State.CONFIRMED,
            {"declared_at": minutes(1)},
            Reason("not_reached", "the incident is not declared yet", field="declared_at"),
        ),
        (
            State.MANAGING,
            {"resolved_at": minutes(9)},
            Reason("not_reached", "the incident is not resolved yet", field="resolved_at"),
        ),
        (
            State.DECLARED,
            {"forget": ("declared",)},
            Reason("undated", "only a backfilled incident may have an unknown time 'declared'", field="forget"),
        ),
    ],
)
def test_people_read_what_a_correction_cannot_be(state: State, said: dict[str, Any], reason: Reason) -> None:
    """Expect code, sentence and field, word for word."""
    assert Story(**KNOWN).until(state).ask(e.DetailsAmended, **said).reasons == (reason,)
