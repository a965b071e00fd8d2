"""`incident_fsm.desk`: what a service that embeds the library relies on, on both engines."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from attrs import evolve
from tests.shell.world import START, Pen, Scripted

from incident_fsm import Fix, Lifecycle, Refusal, State, errors
from incident_fsm import events as e
from incident_fsm._calendar import Span
from incident_fsm.adapters import Rejected
from incident_fsm.commands import LANES, OpenThread, PublishStatus, Remind
from incident_fsm.desk import KNOWN_MAX, Desk, Handled
from incident_fsm.engine import CommandStatus, Engine
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock


@pytest.fixture(params=["memory", "sqlite"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Each engine in turn."""
    made: Engine = MemoryEngine() if request.param == "memory" else SqliteEngine(tmp_path / "journal.sqlite3")
    yield made
    made.close()


@pytest.fixture
def clock() -> FrozenClock:
    """A clock that moves when told to."""
    return FrozenClock()


@pytest.fixture
def pen(clock: FrozenClock) -> Pen:
    """Somebody who writes events."""
    return Pen(clock)


@pytest.fixture
def desk(engine: Engine, clock: FrozenClock) -> Desk:
    """A desk with an adapter that does everything."""
    return Desk(engine, load_shipped(), [Scripted()], now=clock)


def resolved(pen: Pen, **fields: Any) -> e.IncidentResolved:
    """Resolve with a permanent fix."""
    return pen(e.IncidentResolved, **{"users_unaffected": True, "fix": Fix.PERMANENT, "how": "A new key.", **fields})


def test_a_batch_is_one_answer_and_one_commit(desk: Desk, pen: Pen) -> None:
    """Report, confirm, declare and manage at 03:00 in one go; everything can be read back."""
    answer = desk.handle("INC-1", *pen.beginning())
    assert isinstance(answer, Handled)
    assert [step.after.state.value for step in answer.steps] == ["candidate", "confirmed", "declared", "managing"]
    assert [type(command) for command in answer.commands] == [PublishStatus, OpenThread]
    assert desk.incident("INC-1") == answer.incident
    assert [entry.revision for entry in desk.timeline("INC-1")] == [1, 2, 3, 4]
    assert [entry.recorded_at for entry in desk.timeline("INC-1")] == [START] * 4


def test_a_batch_with_one_refused_event_stores_nothing(desk: Desk, pen: Pen) -> None:
    """All or nothing: the refusal says which event, and the journal stays empty."""
    answer = desk.handle("INC-1", pen.reported(), pen.confirmed(), pen.managed())
    assert isinstance(answer, Refusal)
    assert type(answer.event) is e.ManagementStarted
    with pytest.raises(errors.UnknownIncident):
        desk.incident("INC-1")
    assert list(desk.find()) == []


def test_the_same_event_twice_is_one_step(desk: Desk, pen: Pen) -> None:
    """Invariant 11: the same event id twice is one step. The repeat is told apart, and nothing is emitted again."""
    batch = pen.beginning()
    desk.handle("INC-1", *batch)
    note = pen.noted()
    first, second = desk.handle("INC-1", note), desk.handle("INC-1", note)
    assert isinstance(first, Handled)
    assert isinstance(second, Handled)
    assert (first.repeated, second.repeated) == (False, True)
    assert second.incident.revision == first.incident.revision == 5
    assert second.commands == ()
    repeat = desk.handle("INC-1", *batch)
    assert isinstance(repeat, Handled)
    assert repeat.repeated


def test_an_event_id_with_another_content_is_an_error_not_silence(desk: Desk, pen: Pen) -> None:
    """One of the two contents would be lost otherwise; that holds across incidents and for half-repeated batches."""
    desk.handle("INC-1", pen.reported())
    with pytest.raises(errors.EventIdReused):
        desk.handle("INC-1", pen(e.NoteTaken, id="event-1", text="something else"))
    note = pen.noted()
    desk.handle("INC-1", note)
    with pytest.raises(errors.EventIdReused):
        desk.handle("INC-1", note, pen.noted("a new one"))
    with pytest.raises(errors.EventIdReused):
        desk.handle("INC-2", pen(e.CandidateReported, id="event-1", incident_id="INC-2", title="Another"))


def test_an_event_for_an_older_revision_is_refused_as_stale(desk: Desk, pen: Pen) -> None:
    """Invariant 11: an event made for an older revision is refused as stale."""
    desk.handle("INC-1", *pen.beginning())
    desk.handle("INC-1", pen.noted())
    answer = desk.handle("INC-1", pen(e.NoteTaken, text="a stale button", revision=4))
    assert isinstance(answer, Refusal)
    assert answer.codes == ("stale",)


def test_a_desk_notices_that_another_moved_its_incident_on(engine: Engine, clock: FrozenClock, pen: Pen) -> None:
    """What a desk knows of an incident is no reason for a yes or a no: the journal has the last word on both."""
    here, there = (Desk(engine, load_shipped(), [Scripted()], now=clock) for _ in range(2))
    here.step("INC-1", pen.reported())
    there.step("INC-1", pen.confirmed())
    here.step("INC-1", pen.declared())  # no for a candidate, as it is known here
    there.step("INC-1", pen.managed())
    noted = here.step("INC-1", pen.noted())  # a yes for what is known here, but at another revision
    assert (noted.incident.revision, noted.incident.state) == (5, State.MANAGING)
    assert list(here.verify()) == []


def test_an_event_that_another_desk_told_is_one_step(engine: Engine, clock: FrozenClock, pen: Pen) -> None:
    """The second to tell it hears that it is known, and an event of that id elsewhere is an error."""
    here, there = (Desk(engine, load_shipped(), [Scripted()], now=clock) for _ in range(2))
    here.step("INC-1", *pen.beginning())
    here.step("INC-2", *pen.beginning("INC-2"))
    note = pen.noted()
    there.step("INC-1", note)
    assert here.step("INC-1", note).repeated
    with pytest.raises(errors.EventIdReused):
        here.step("INC-2", note)
    with pytest.raises(errors.EventIdReused):
        here.step("INC-1", pen.noted("something new"), note)
    assert (here.incident("INC-1").revision, here.incident("INC-2").revision) == (5, 4)


def test_a_desk_knows_only_so_many_incidents(desk: Desk, pen: Pen) -> None:
    """Its memory stays small, and an incident that it forgot is read again."""
    for number in range(KNOWN_MAX + 2):
        desk.step(f"INC-{number}", pen.reported(f"INC-{number}"))
    assert len(desk._known) <= KNOWN_MAX
    assert desk.step("INC-0", pen.confirmed()).incident.state is State.CONFIRMED


def test_nothing_can_happen_to_an_unknown_incident(desk: Desk, pen: Pen) -> None:
    """A typing error in an id is an error that names it; and no event at all is a mistake in the program."""
    with pytest.raises(errors.UnknownIncident, match="INC-9"):
        desk.handle("INC-9", pen.noted())
    with pytest.raises(errors.UnknownIncident):
        desk.timeline("INC-9")
    with pytest.raises(errors.UnknownCommand):
        desk.retry("INC-9:1:0", "sam")
    with pytest.raises(ValueError, match="at least one"):
        desk.handle("INC-9")


def test_an_incident_is_opened_once(desk: Desk, pen: Pen) -> None:
    """A second report with the same incident id is refused, not merged."""
    assert isinstance(desk.open(pen.reported()), Handled)
    answer = desk.open(pen.reported())
    assert isinstance(answer, Refusal)
    assert answer.codes == ("already_reported",)


def test_step_raises_what_handle_returns(desk: Desk, pen: Pen) -> None:
    """For callers who expect a yes."""
    assert desk.step("INC-1", pen.reported()).incident.state is State.CANDIDATE
    with pytest.raises(errors.TransitionRefused, match="possible while declared"):
        desk.step("INC-1", pen.managed())


def test_incidents_are_found_by_state_the_oldest_first(desk: Desk, pen: Pen, clock: FrozenClock) -> None:
    """One, many by state, all, and a limited number."""
    for number in (1, 2, 3):
        desk.handle(f"INC-{number}", pen.reported(f"INC-{number}"))
        clock.pass_by(minutes=1)
    desk.handle("INC-2", pen.confirmed())
    assert [incident.id for incident in desk.find()] == ["INC-1", "INC-2", "INC-3"]
    assert [incident.id for incident in desk.find(State.CANDIDATE)] == ["INC-1", "INC-3"]
    assert [incident.id for incident in desk.find(State.CANDIDATE, State.CONFIRMED, limit=2)] == ["INC-1", "INC-2"]


def test_what_can_be_done_next_is_told_without_a_filled_in_event(desk: Desk, pen: Pen) -> None:
    """Options come from the table, with what blocks them."""
    desk.handle("INC-1", *pen.beginning(), resolved(pen))
    blocked = {option.event: [reason.code for reason in option.blocked_by] for option in desk.options("INC-1")}
    assert blocked[e.IncidentReopened] == []
    assert blocked[e.IncidentReviewed] == ["follow_up_open"] * 3
    assert blocked[e.SupportChased] == ["no_case"]


def test_commands_are_delivered_in_order_and_their_receipts_come_back_as_events(desk: Desk, pen: Pen) -> None:
    """Each command once; the incident knows where the thread and the status post are."""
    desk.handle("INC-1", *pen.beginning())
    desk.handle("INC-1", pen.noted())
    deliveries = desk.deliver()
    assert [delivery.command.id for delivery in deliveries] == ["INC-1:3:0", "INC-1:4:0", "INC-1:5:0"]
    incident = desk.incident("INC-1")
    assert incident.references.thread is not None
    assert incident.references.thread.reference == "ref-INC-1:4:0"
    assert incident.status_published
    assert incident.revision == 8
    assert {record.status for record in desk.outbox("INC-1")} == {CommandStatus.DONE}
    assert desk.deliver() == ()


def test_deadlines_are_reminded_of_once_per_promise(desk: Desk, pen: Pen, clock: FrozenClock) -> None:
    """The promised update is late: one reminder, again only after the promise was renewed and broken again."""
    desk.handle("INC-1", *pen.beginning())
    desk.deliver()
    assert desk.remind() == ()
    clock.pass_by(minutes=31)
    [reminded] = desk.remind()
    assert [type(command) for command in reminded.commands] == [Remind]
    assert desk.remind() == ()
    renewed = pen(e.StatusUpdated, message="Still at it.", next_update_at=clock() + timedelta(minutes=30))
    desk.handle("INC-1", renewed)
    desk.deliver()
    clock.pass_by(minutes=31)
    assert len(desk.remind()) == 1


def test_a_policy_that_changed_is_reminded_by_at_once(engine: Engine, pen: Pen, clock: FrozenClock) -> None:
    """Deadlines are derived, so those of an incident to which nothing happened since are the new policy's, too."""
    policy = load_shipped()
    Desk(engine, policy, now=clock).handle("INC-1", pen.reported())
    hasty = evolve(policy, timeouts=evolve(policy.timeouts, decide=Span(minutes=10)))
    clock.pass_by(minutes=15)
    assert Desk(engine, policy, now=clock).remind() == ()
    desk = Desk(engine, hasty, now=clock)
    [reminded] = desk.remind()
    assert [type(command) for command in reminded.commands] == [Remind]
    assert desk.remind() == ()
    desk.handle("INC-2", pen.reported("INC-2"))
    clock.pass_by(minutes=15)
    assert len(desk.remind()) == 1


def test_a_journal_that_was_left_alone_verifies(desk: Desk, pen: Pen) -> None:
    """Hash chain whole, replay equals snapshot, outbox as the replay gives it."""
    desk.handle("INC-1", *pen.beginning())
    desk.deliver()
    desk.handle("INC-1", resolved(pen))
    desk.deliver()
    assert list(desk.verify()) == []


def test_a_replay_uses_the_policy_that_each_event_was_judged_by(engine: Engine, clock: FrozenClock, pen: Pen) -> None:
    """After a change of policy, what was decided under the old one replays the same: the journal keeps every policy."""
    with_lead = load_shipped("analytical_platform")
    Desk(engine, with_lead, now=clock).step("INC-1", *pen.beginning())
    stricter = load_shipped("cloud_platform")
    desk = Desk(engine, stricter, now=clock)
    desk.step("INC-1", pen.noted())
    assert list(desk.verify()) == []
    assert {record.policy for record in engine.history("INC-1")} == {
        digest for digest in (record.policy for record in engine.history("INC-1")) if engine.policy(digest)
    }
    assert len({record.policy for record in engine.history("INC-1")}) == 2
    with pytest.raises(errors.TransitionRefused):
        Lifecycle(stricter).replay([entry.event for entry in desk.timeline("INC-1")])


def test_many_writers_on_one_incident_lose_nothing(engine: Engine, clock: FrozenClock, pen: Pen) -> None:
    """Each of 60 notes from three threads is one step, in some order: conflicts are decided anew."""
    desk = Desk(engine, load_shipped(), now=clock)
    desk.step("INC-1", *pen.beginning())
    notes = [[pen(e.NoteTaken, text=f"writer {writer}, note {number}") for number in range(20)] for writer in range(3)]

    def write(batch: list[e.NoteTaken]) -> None:
        for note in batch:
            desk.step("INC-1", note)

    writers = [Thread(target=write, args=(batch,)) for batch in notes]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    timeline = desk.timeline("INC-1")
    assert [entry.revision for entry in timeline] == list(range(1, 65))
    assert {entry.event for entry in timeline[4:]} == {note for batch in notes for note in batch}
    assert list(desk.verify()) == []


def test_a_person_can_finish_what_an_adapter_could_not(engine: Engine, clock: FrozenClock, pen: Pen) -> None:
    """Retry, by hand with a link, skip with a reason: each is an event, and each is visible in the outbox."""
    desk = Desk(engine, load_shipped(), [Scripted(*[Rejected(why="no rights")] * 3)], now=clock)
    desk.handle("INC-1", *pen.beginning())
    desk.handle("INC-1", pen(e.SupportRequested, third_party="aws", account="1", summary="help"))
    assert len(desk.deliver()) == 3
    status, thread, case = (record.command_id for record in desk.outbox("INC-1", CommandStatus.FAILED))
    desk.by_hand(status, "sam", link="https://status.example.org/1")
    desk.skip(case, "sam", "AWS called us")
    desk.retry(thread, "sam")
    assert [record.status for record in desk.outbox("INC-1")] == [
        CommandStatus.DONE,
        CommandStatus.PENDING,
        CommandStatus.SKIPPED,
    ]
    assert [delivery.command.id for delivery in desk.deliver()] == [thread]
    references = desk.incident("INC-1").references
    assert references.status_post is not None
    assert references.status_post.link == "https://status.example.org/1"
    types = [type(entry.event).__name__ for entry in desk.timeline("INC-1")]
    assert types.count("CommandFailed") == 5
    assert types.count("CommandDone") == 2
    assert list(desk.verify()) == []


def test_a_settled_command_cannot_be_settled_again(desk: Desk, pen: Pen) -> None:
    """A second word on a command that is done is refused by name, and changes nothing."""
    desk.handle("INC-1", *pen.beginning())
    desk.deliver()
    before = desk.incident("INC-1")
    with pytest.raises(errors.LeaseLost):
        desk.skip("INC-1:3:0", "sam", "too late")
    assert desk.incident("INC-1") == before


def test_every_command_has_a_lane() -> None:
    """A command without a lane could not be stored."""
    from incident_fsm.commands import COMMANDS

    assert set(LANES) == set(COMMANDS)


def test_the_embedded_defaults_are_one_call_away(tmp_path: Path, pen: Pen) -> None:
    """A folder gets a journal, and a directory of artefacts for the incident."""
    with Desk.in_folder(tmp_path / "incidents") as desk:
        desk.step("INC-1", *pen.beginning())
        desk.deliver()
    assert (tmp_path / "incidents" / "journal.sqlite3").is_file()
    assert (tmp_path / "incidents" / "INC-1" / "status-page.html").is_file()
