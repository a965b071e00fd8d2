"""Anybody's code answers, and anybody sends events: nonsense stops nobody else (F7), and nothing counts twice (F8)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incident_fsm import Refusal
from incident_fsm._delivery import ATTEMPTS_MAX
from incident_fsm.adapters import NotDone, Receipt, Rejected, Unknown
from incident_fsm.commands import PublishStatus
from incident_fsm.desk import Desk
from incident_fsm.engine import CommandStatus
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.errors import EventIdReused
from incident_fsm.events import NoteTaken
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock, Walk, walks
from tests.shell.world import Pen, Scripted

HUGE = "x" * 5_000_000
FAR = datetime.max.replace(tzinfo=UTC)


def anything(kind: Any, **fields: Any) -> Any:
    """An answer of an adapter that nobody checked."""
    return kind(**fields)


ANSWERS: dict[str, Any] = {
    "no answer": None,
    "text": "done",
    "a class": Receipt,
    "a huge receipt": anything(Receipt, reference=HUGE, link=HUGE),
    "a receipt of nothing": anything(Receipt, reference=None),
    "a receipt of a thing": anything(Receipt, link=object()),
    "a receipt with half a character": Receipt(reference="\ud800"),
    "a receipt that plays tricks": Receipt(reference="\x1b[2J", link="https://x\r\nSet-Cookie: x"),
    "a reason of megabytes": Rejected(why=HUGE),
    "a reason of half a character": Rejected(why="\ud800"),
    "an error of megabytes": RuntimeError(HUGE),
    "no memory": MemoryError(),
    "no stack": RecursionError(),
    "a wait for ever": NotDone(why="x", wait=timedelta.max),
    "a wait of less than nothing": NotDone(why="x", wait=timedelta.min),
    "a time at the end of days": NotDone(why="x", until=FAR),
    "a doubt for ever": Unknown(why="x", wait=timedelta.max),
}
"""What an adapter might answer, or raise."""


def ends_with_a_person(answer: object) -> None:
    """Hold what becomes of a command whose adapter answers always the same to what is promised."""
    desk = deliver(Scripted(*[answer] * (ATTEMPTS_MAX + 2), only=[PublishStatus]))
    record = desk.command("INC-1:3:0")
    assert record.status is CommandStatus.FAILED
    assert record.error.isprintable()
    assert 0 < len(record.error) <= 500
    assert list(desk.verify()) == []


def deliver(adapter: Scripted) -> Desk:
    """Let an adapter answer for the status page, and a good one for the thread."""
    clock = FrozenClock()
    good = Scripted()
    desk = Desk(MemoryEngine(), load_shipped(), [adapter, good], now=clock)
    desk.step("INC-1", *Pen(clock).beginning())
    for _ in range(ATTEMPTS_MAX + 2):
        desk.deliver()
        clock.pass_by(hours=2)
    assert len(good.done) == 1, "the thread was opened, whatever became of the status page"
    return desk


@pytest.mark.threat("poison commands", rule="after enough tries a person is asked; other lanes are not affected")
@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_that_is_nonsense_ends_with_a_person_and_stops_nobody_else(answer: str) -> None:
    """Whatever it is, for ever: the command fails in the end, with a short reason, and the others are delivered."""
    ends_with_a_person(ANSWERS[answer])


@pytest.mark.threat("forged webhooks", rule="an event id counts once, for ever; with another content it is an error")
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=walks(longest=8, nonsense=False), order=st.randoms(use_true_random=False))
def test_an_event_counts_once_and_never_in_another_version(walk: Walk, order: Any) -> None:
    """The same events again, in any order and as often: nothing changes. The same id for something else: an error."""
    desk = Desk(MemoryEngine(), walk.lifecycle.policy, now=lambda: walk.steps[0].event.at)
    incident_id = walk.incident.id
    accepted = [
        step.event
        for step in walk.steps
        if not isinstance(desk.handle(incident_id, evolve(step.event, revision=None)), Refusal)
    ]
    before = desk.incident(incident_id), desk.timeline(incident_id), desk.outbox()
    again = [*accepted, *accepted]
    order.shuffle(again)
    for event in again:
        answer = desk.handle(incident_id, evolve(event, revision=None))
        assert not isinstance(answer, Refusal)
        assert answer.repeated
    for event in accepted:
        other = NoteTaken(id=event.id, at=event.at, by="mallory", text="something else")
        with pytest.raises(EventIdReused) as caught:
            desk.handle(incident_id, other)
        assert caught.value.event_id == event.id
        with pytest.raises(EventIdReused):
            desk.handle("INC-OTHER", evolve(event, revision=None))
    assert (desk.incident(incident_id), desk.timeline(incident_id), desk.outbox()) == before
