"""F8 and F10: many threads and processes at once, on one incident and on many."""

from collections import Counter
from contextlib import closing
from pathlib import Path
from threading import Barrier, Thread

import pytest

from incident_fsm import Fix, Refusal, State
from incident_fsm.adapters.recording import RecordingAdapter
from incident_fsm.desk import Desk
from incident_fsm.engine import CommandStatus
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.events import IncidentResolved, NoteTaken
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock
from tests.reliability.processes import START, beginning, forked, note, write_some
from tests.shell.world import Pen

INCIDENTS = ("INC-1", "INC-2", "INC-3")


def opened(path: Path) -> SqliteEngine:
    """Open a journal, with more patience than a busy machine needs."""
    return SqliteEngine(path, patience=60.0)


def begin(path: Path, *incidents: str) -> None:
    """Make a journal with some incidents in it."""
    with closing(opened(path)) as engine:
        desk = Desk(engine, load_shipped(), now=lambda: START)
        for incident_id in incidents:
            desk.step(incident_id, *beginning(incident_id))


@pytest.mark.fault(
    "F10",
    sees="nothing; calls wait for one another",
    guaranteed="each event once, in some order, without gaps; everybody gets through; nothing handed out twice",
)
@pytest.mark.parametrize("incidents", [INCIDENTS[:1], INCIDENTS], ids=["one incident", "many"])
def test_processes_on_the_same_incidents_lose_nothing(path: Path, incidents: tuple[str, ...]) -> None:
    """Four processes, each with 25 notes for every incident: all there, each once, each writer's in its own order."""
    begin(path, *incidents)
    context = forked()
    writers = [context.Process(target=write_some, args=(path, f"writer{number}", incidents, 25)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
        assert writer.exitcode == 0
        writer.close()
    with closing(opened(path)) as engine:
        desk = Desk(engine, load_shipped())
        assert list(desk.verify()) == []
        for incident_id in incidents:
            records = list(engine.history(incident_id))
            assert [record.revision for record in records] == list(range(1, 105))
            for number in range(4):
                mine = [record.event_id for record in records if record.event_id.startswith(f"writer{number}-")]
                assert mine == [f"writer{number}-{incident_id}-{each}" for each in range(25)]


@pytest.mark.fault(
    "F10",
    sees="nothing",
    guaranteed="threads that share a desk, or have one each, lose nothing and hand out nothing twice",
)
@pytest.mark.parametrize("shared", [True, False], ids=["one desk for all", "a desk each"])
def test_threads_write_and_deliver_at_once(path: Path, *, shared: bool) -> None:
    """Three that write and three that deliver: every note is there, every command is delivered exactly once."""
    begin(path, *INCIDENTS)
    adapters = [RecordingAdapter() for _ in range(3)]
    engines = [opened(path) for _ in range(1 if shared else 6)]
    desks = [Desk(engines[number % len(engines)], load_shipped(), [adapters[number % 3]]) for number in range(6)]
    together = Barrier(6, timeout=60)
    troubles: list[BaseException] = []

    def act(number: int) -> None:
        try:
            together.wait()
            for each in range(15):
                if number < 3:
                    for incident_id in INCIDENTS:
                        desks[number].step(incident_id, note(f"t{number}-{incident_id}-{each}", START))
                else:
                    desks[number].deliver()
        except BaseException as error:  # noqa: BLE001  the main thread must hear of it
            troubles.append(error)

    threads = [Thread(target=act, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    desks[0].deliver()
    assert list(desks[0].verify()) == []
    outbox = desks[0].outbox()
    assert {(record.status, record.attempts) for record in outbox} == {(CommandStatus.DONE, 1)}
    assert Counter(command.id for adapter in adapters for command in adapter.commands) == {
        record.command_id: 1 for record in outbox
    }
    for engine in engines:
        engine.close()


@pytest.mark.fault(
    "F8",
    sees="`repeated` for all but one",
    guaranteed="the same event told by many at once is applied once",
)
def test_the_same_event_from_many_at_once_is_applied_once(path: Path) -> None:
    """Four threads with engines of their own tell the same ten notes: each is there once, and each teller has a yes."""
    begin(path, "INC-1")
    notes = [note(f"note-{number}", START) for number in range(10)]
    answers: list[bool] = []
    together = Barrier(4, timeout=60)

    def tell() -> None:
        with closing(opened(path)) as engine:
            desk = Desk(engine, load_shipped())
            together.wait()
            answers.extend(desk.step("INC-1", each).repeated for each in notes)

    threads = [Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(answers) == {False: 10, True: 30}
    with closing(opened(path)) as engine:
        assert [entry.event for entry in Desk(engine, load_shipped()).timeline("INC-1")][4:] == notes


@pytest.mark.fault(
    "F10",
    sees="a refusal that says at which revision the incident is now",
    guaranteed="an event that was made for an older revision is refused, with the present state; it never overwrites",
)
def test_of_many_who_decide_on_the_same_revision_one_gets_through(path: Path) -> None:
    """A button that was pressed by four at once: one step, and three refusals that name the present revision."""
    begin(path, "INC-1")
    answers: list[object] = []
    together = Barrier(4, timeout=60)

    def press(number: int) -> None:
        with closing(opened(path)) as engine:
            desk = Desk(engine, load_shipped())
            event = NoteTaken(id=f"press-{number}", at=START, by="sam", text="pressed", revision=4)
            together.wait()
            answers.append(desk.handle("INC-1", event))

    threads = [Thread(target=press, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refusals = [answer for answer in answers if isinstance(answer, Refusal)]
    assert len(refusals) == 3
    assert {refusal.reasons[0].code for refusal in refusals} == {"stale"}
    assert all("the incident is at 5" in refusal.sentence for refusal in refusals)


def test_two_opposite_decisions_at_once_end_in_one_order(path: Path) -> None:
    """Resolved by two at once, again and again: one is accepted, the other is judged by what is true then."""
    pen = Pen(FrozenClock())
    with closing(opened(path)) as engine:
        desk = Desk(engine, load_shipped(), now=pen.clock)
        for number in range(6):
            incident_id = f"INC-{number}"
            desk.step(incident_id, *pen.beginning(incident_id))
            assert resolved_by_two(desk, pen, incident_id) == 1
            assert desk.incident(incident_id).state is State.RESOLVED
        assert list(desk.verify()) == []


def resolved_by_two(desk: Desk, pen: Pen, incident_id: str) -> int:
    """Let two resolve an incident at once; how many of them were refused."""
    answers: list[object] = []

    def resolve(event: IncidentResolved) -> None:
        answers.append(desk.handle(incident_id, event))

    events = [pen(IncidentResolved, users_unaffected=True, fix=Fix.PERMANENT, how=how) for how in ("so", "or so")]
    threads = [Thread(target=resolve, args=(event,)) for event in events]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 2
    return sum(isinstance(answer, Refusal) for answer in answers)
