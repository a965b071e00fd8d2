"""What every engine promises of reading; each test runs against each engine."""

import pytest

from incident_fsm.engine import (
    Batch,
    CommandStatus,
    Engine,
    Query,
)
from tests.engine.batches import (
    ATTEMPTED,
    DONE,
    FAILED,
    INCIDENT,
    PENDING,
    Clock,
    batch,
    claim,
    lanes,
    minutes,
    new_command,
    new_event,
    settled,
    snapshot,
)


def test_a_history_continues_after_a_revision(engine: Engine) -> None:
    """`after` names the last revision that the reader has; a history longer than any page comes whole."""
    events = tuple(new_event(revision) for revision in range(1, 451))
    engine.commit(Batch(incident_id=INCIDENT, expected=0, events=events, snapshot=snapshot(450)))
    assert [event.revision for event in engine.history(INCIDENT)] == list(range(1, 451))
    assert [event.revision for event in engine.history(INCIDENT, after=448)] == [449, 450]
    assert list(engine.history(INCIDENT, after=450)) == []
    assert list(engine.history("INC-2")) == []


def test_recorded_events_come_in_order_each_once(engine: Engine) -> None:
    """Whatever the order of the question; ids that are not in the journal are left out."""
    for incident_id in ("INC-2", INCIDENT):
        engine.commit(batch(1, incident_id))
        engine.commit(batch(2, incident_id))
    found = engine.recorded(["INC-2/1", "INC-1/2", "unknown", "INC-1/1", "INC-1/2"])
    assert [event.event_id for event in found] == ["INC-1/1", "INC-1/2", "INC-2/1"]
    assert engine.recorded([]) == ()


@pytest.fixture
def listed(engine: Engine) -> Engine:
    """An engine with four incidents; two were opened at the same moment."""
    for incident_id, opened, state, kind, due in (
        ("D", 0, "managing", "live", 10.0),
        ("B", 1, "resolved", "drill", None),
        ("A", 2, "managing", "drill", 20.0),
        ("C", 1, "candidate", "live", 30.0),
    ):
        deadline = None if due is None else minutes(due)
        engine.commit(batch(1, incident_id, state=state, kind=kind, opened_at=minutes(opened), next_deadline=deadline))
    return engine


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Query(), "DBCA"),
        (Query(states=("managing",)), "DA"),
        (Query(states=("managing", "candidate")), "DCA"),
        (Query(states=("managing", "candidate", "resolved")), "DBCA"),
        (Query(states=("managing", "candidate"), limit=2), "DC"),
        (Query(states=("managing", "candidate"), after=(minutes(1), "B")), "CA"),
        (Query(states=("managing", "managing")), "DA"),
        (Query(due_before=minutes(60), states=("managing", "candidate"), kinds=("live",)), "DC"),
        (Query(states=("reviewed",)), ""),
        (Query(kinds=("drill",)), "BA"),
        (Query(kinds=("drill", "live")), "DBCA"),
        (Query(states=("managing",), kinds=("drill",)), "A"),
        (Query(due_before=minutes(10)), ""),
        (Query(due_before=minutes(10.1)), "D"),
        (Query(due_before=minutes(60)), "DCA"),
        (Query(due_before=minutes(60), states=("managing",), kinds=("live",)), "D"),
        (Query(limit=2), "DB"),
        (Query(limit=0), ""),
        (Query(limit=9), "DBCA"),
        (Query(after=(minutes(0), "D")), "BCA"),
        (Query(after=(minutes(1), "B")), "CA"),
        (Query(after=(minutes(1), "B"), limit=1), "C"),
        (Query(after=(minutes(2), "A")), ""),
        (Query(due_before=minutes(60), after=(minutes(0), "D"), limit=1), "C"),
    ],
)
def test_find_answers_each_question_sorted_by_opening_then_id(listed: Engine, query: Query, found: str) -> None:
    """Every filter alone and with others; `after` continues where an earlier page ended."""
    assert "".join(shown.incident_id for shown in listed.find(query)) == found


def test_find_yields_more_than_a_page(engine: Engine) -> None:
    """A long list comes whole, also with a limit beyond one page."""
    for number in range(410):
        engine.commit(batch(1, f"INC-{number:03}", state=("managing", "resolved", "reviewed")[number % 3]))
    everything = [f"INC-{number:03}" for number in range(410)]
    assert [shown.incident_id for shown in engine.find(Query())] == everything
    assert [shown.incident_id for shown in engine.find(Query(limit=405))] == everything[:405]
    every_state = Query(states=("reviewed", "managing", "resolved"))
    assert [shown.incident_id for shown in engine.find(every_state)] == everything


def test_a_later_snapshot_replaces_the_earlier_one_in_every_listing(engine: Engine) -> None:
    """State and deadline are found as they are now, not as they were."""
    engine.commit(batch(1, state="candidate", next_deadline=minutes(5)))
    engine.commit(batch(2, state="reviewed", next_deadline=None))
    assert list(engine.find(Query(states=("candidate",)))) == []
    assert list(engine.find(Query(due_before=minutes(60)))) == []
    assert list(engine.find(Query(states=("reviewed",)))) == [snapshot(2, state="reviewed")]


def test_commands_come_in_order_of_incident_revision_and_position(engine: Engine) -> None:
    """Whatever the order in which they were handed over or stored."""
    engine.commit(batch(1, "INC-2", [new_command(1, 1, "INC-2"), new_command(1, 0, "INC-2")]))
    engine.commit(batch(1, commands=[new_command(1)]))
    engine.commit(batch(2, commands=[new_command(2, position) for position in (10, 9)]))
    expected = ["INC-1:1:0", "INC-1:2:9", "INC-1:2:10", "INC-2:1:0", "INC-2:1:1"]
    assert [record.command_id for record in engine.commands()] == expected
    assert [record.command_id for record in engine.commands("INC-2")] == expected[3:]
    assert list(engine.commands("INC-3")) == []


def test_commands_are_found_by_status(engine: Engine, clock: Clock) -> None:
    """One status, several, or every one."""
    engine.commit(lanes("a", "b", "c"))
    first, _second = claim(engine, clock, 2)
    engine.commit(settled(first))
    assert [record.position for record in engine.commands(statuses=[DONE])] == [0]
    assert [record.position for record in engine.commands(INCIDENT, [ATTEMPTED, PENDING])] == [1, 2]
    assert [record.position for record in engine.commands(statuses=list(CommandStatus))] == [0, 1, 2]
    assert list(engine.commands(INCIDENT, [FAILED])) == []


def test_more_commands_than_a_page_come_whole(engine: Engine) -> None:
    """A long outbox is listed to its end, each command once."""
    engine.commit(batch(1, commands=[new_command(1, position) for position in range(450)]))
    assert [record.position for record in engine.commands()] == list(range(450))
    assert [record.position for record in engine.commands(INCIDENT)] == list(range(450))


def test_a_policy_is_kept_once(engine: Engine) -> None:
    """Keeping it again changes nothing, and another digest is another policy."""
    engine.keep_policy("one", '{"name": "one"}')
    engine.keep_policy("one", '{"name": "other"}')
    engine.keep_policy("two", '{"name": "two"}')
    assert engine.policy("one") == '{"name": "one"}'
    assert engine.policy("two") == '{"name": "two"}'
