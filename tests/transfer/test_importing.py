"""`incident_fsm.transfer._importing`: what is there is left alone, what is new is stored whole, open commands wait."""

import io
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import pytest
from attrs import evolve

from incident_fsm import events as e
from incident_fsm.engine import Batch, CommandStatus, Engine, Restoration, Settlement
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.errors import InvalidValue
from incident_fsm.testing import FrozenClock
from incident_fsm.transfer import Hold, Imported, Source, TransferRefused, examine, import_journal
from tests.shell.world import START, Pen
from tests.transfer.journals import (
    ANSWERS,
    HOLD,
    NAME,
    desk_on,
    everything,
    exported,
    fill,
    imported,
    settle,
    source_of,
)


class Watched:
    """An engine of which each call to `restore` is noted, and interrupted when told to."""

    def __init__(self, engine: Engine, interrupt_after: int = 10_000) -> None:
        self.engine = engine
        self.left = interrupt_after
        self.calls: list[list[Restoration]] = []
        self.before: Callable[[], object] = lambda: None

    def __getattr__(self, name: str) -> Any:
        """Do everything else as it is done."""
        return getattr(self.engine, name)

    def restore(self, stretches: Iterable[Restoration]) -> None:
        """Note it, and do it."""
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        self.before()
        noted: list[Restoration] = []
        self.calls.append(noted)

        def noting() -> Iterable[Restoration]:
            for stretch in stretches:
                noted.append(stretch)
                yield stretch

        self.engine.restore(noting())


def many(count: int, notes: int = 0) -> MemoryEngine:
    """A journal with some incidents, each a minute after the one before."""
    engine, clock = MemoryEngine(), FrozenClock()
    desk, pen = desk_on(engine, clock=clock), Pen(clock)
    for number in range(count):
        incident_id = f"INC-{number:03}"
        desk.step(incident_id, pen.reported(incident_id), *(pen.noted("x" * 1000) for _ in range(notes)))
        clock.pass_by(minutes=1)
    return engine


# ---- batches ----


def test_small_incidents_are_stored_together(engine: Engine) -> None:
    """In batches of at least so many bytes; the last one is what is left."""
    said = exported(many(10))
    watched = Watched(engine)
    result = import_journal(watched, source_of(said), batch=3000)
    sizes = [len(call) for call in watched.calls]
    assert result == Imported(incidents=10, events=10)
    assert sizes == [6, 4]


def test_a_long_incident_is_stored_in_parts_of_bounded_size_in_one_transaction(engine: Engine) -> None:
    """So that memory is bounded, and still nothing is half-written; what was collected before is stored before."""
    said = exported(many(3, notes=50))
    watched = Watched(engine)
    import_journal(watched, source_of(said), batch=5000)
    assert [len(call) for call in watched.calls] == [13, 13, 13]
    weights = [sum(len(event.payload) for event in part.events) for call in watched.calls for part in call]
    assert max(weights) < 7000
    assert exported(engine) == said
    assert list(desk_on(engine).verify()) == []


@pytest.mark.parametrize("batch", [1, 3000])
def test_an_interrupted_import_goes_on_when_it_is_done_again(engine: Engine, batch: int) -> None:
    """Wherever it was interrupted: what is stored then is valid, is skipped, and the end is the same."""
    said = exported(many(6, notes=1))
    there = []
    for calls in (0, 1, 1, 2, 9):
        with suppress(KeyboardInterrupt):
            import_journal(Watched(engine, interrupt_after=calls), source_of(said), batch=batch)
        assert list(desk_on(engine).verify()) == []
        there.append(len(list(desk_on(engine).find())))
    assert there[0] == 0
    assert 0 < there[1] < 6
    assert there[-1] == 6
    assert imported(engine, said).skipped == 6
    assert exported(engine) == said


def test_a_fault_within_a_long_incident_leaves_nothing_of_it(engine: Engine) -> None:
    """The incidents before it are stored, whole."""
    said = exported(many(2, notes=50)).splitlines(keepends=True)
    broken = b"".join([*said[:-20], *said[-19:]])
    with pytest.raises(TransferRefused, match="INC-001: revision") as caught:
        import_journal(engine, source_of(broken), batch=5000)
    assert caught.value.line == len(said) - 19
    assert [one.id for one in desk_on(engine).find()] == ["INC-000"]
    assert list(desk_on(engine).verify()) == []


def test_a_check_stores_nothing(engine: Engine) -> None:
    """It says what would come of it."""
    said = exported(many(3, notes=30))
    for batch in (1, 5000, 10**7):
        assert imported(engine, said, check_only=True, batch=batch) == Imported(incidents=3, events=93)
    assert everything(engine) == ([], [], [])


def test_a_look_costs_no_incident_that_is_there(engine: Engine) -> None:
    """Looking at a file twice, and importing it twice, is the same as once."""
    fill(engine)
    before = everything(engine)
    source = source_of(exported(engine))
    examine(source)
    examine(source)
    result = import_journal(engine, source)
    assert (result.incidents, result.skipped, result.events) == (0, 2, 0)
    assert everything(engine) == before


def test_a_source_tells_now_and_then_how_far_it_is() -> None:
    """In bytes; anew after it was rewound."""
    said = exported(many(1, notes=2500))
    told: list[int] = []
    source = Source(io.BytesIO(said), NAME, told.append)
    examine(source)
    import_journal(MemoryEngine(), source)
    assert len(told) == 4
    assert told[:2] == told[2:]
    assert 0 < told[0] < told[1] < len(said)


# ---- what is there already ----


@pytest.fixture
def pair(engine: Engine) -> tuple[Engine, Pen]:
    """A journal with INC-1 delivered and settled, and a pen to go on with."""
    pen = Pen(FrozenClock())
    desk = desk_on(engine, *ANSWERS[:2])
    desk.step("INC-1", *pen.beginning())
    desk.deliver()
    return engine, pen


def test_a_history_that_is_longer_here_is_refused(pair: tuple[Engine, Pen]) -> None:
    """Somebody took a note since; nothing is taken back."""
    engine, pen = pair
    said = exported(engine)
    desk_on(engine).step("INC-1", pen(e.DetailsAmended, title="Airflow was slow"))
    before = everything(engine)
    with pytest.raises(
        TransferRefused, match="INC-1 is at revision 7 in this journal, and the file leads to 6"
    ) as caught:
        import_journal(engine, source_of(said))
    assert caught.value.line == 3
    assert "compare the two with `incident timeline`" in str(caught.value)
    assert everything(engine) == before


def test_a_history_that_is_shorter_here_is_refused(pair: tuple[Engine, Pen]) -> None:
    """An import adds incidents; it does not go on with one."""
    engine, pen = pair
    other = MemoryEngine()
    imported(other, exported(engine))
    desk_on(engine).step("INC-1", pen(e.DetailsAmended, title="Airflow was slow"))
    with pytest.raises(TransferRefused, match="is at revision 6 in this journal, and the file leads to 7"):
        import_journal(other, source_of(exported(engine)))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "revision 7 is another event here, by payload, digest;"),
        ({"id": "x"}, "revision 7 is another event here: DetailsAmended 'x', and in the file DetailsAmended 'y'"),
    ],
)
def test_another_history_is_refused_with_what_differs(
    pair: tuple[Engine, Pen], fields: dict[str, str], said: str
) -> None:
    """Which revision, and whether it is another event or the same one with other words; the words are not shown."""
    engine, pen = pair
    other = MemoryEngine()
    imported(other, exported(engine))
    for each, more in ((engine, {"title": "Slow", "id": "y"}), (other, {"title": "Dead", "id": "y", **fields})):
        desk_on(each).step("INC-1", pen(e.DetailsAmended, **more))
    with pytest.raises(TransferRefused, match=said):
        import_journal(other, source_of(exported(engine)))


class Bent(Watched):
    """An engine that somebody tampered with: its commands and events come back bent, or not at all."""

    bend: Callable[[Any], Any] = staticmethod(lambda record: record)

    def command(self, command_id: str) -> Any:
        """Read one back bent."""
        return self.bend(self.engine.command(command_id))


@pytest.mark.parametrize(
    ("bend", "said"),
    [
        (lambda _: None, "the command INC-1:3:0 is not the same here: it is missing"),
        (lambda record: evolve(record, status=CommandStatus.SKIPPED), "here: skipped, and in the file done"),
        (lambda record: evolve(record, attempts=9, error="x"), "is not the same here, by attempts, error"),
    ],
)
def test_commands_with_another_fate_are_refused(
    pair: tuple[Engine, Pen], bend: Callable[[Any], Any], said: str
) -> None:
    """What became of each must be the same, too."""
    bent = Bent(pair[0])
    bent.bend = bend
    with pytest.raises(TransferRefused, match=said):
        import_journal(bent, source_of(exported(pair[0])))


def test_an_event_that_is_gone_is_told(pair: tuple[Engine, Pen]) -> None:
    """A journal that is damaged says more than it has."""
    gone = Bent(pair[0])
    gone.history = lambda _incident_id: iter(())  # type: ignore[attr-defined]  # a method of the engine's
    with pytest.raises(TransferRefused, match="revision 1 is another event here: it is missing"):
        import_journal(gone, source_of(exported(pair[0])))


@pytest.mark.parametrize("check_only", [False, True])
def test_an_event_id_that_another_incident_has_is_refused_with_its_line(engine: Engine, check_only: bool) -> None:  # noqa: FBT001  a parameter of the test
    """Event ids count once for a whole journal."""
    other = MemoryEngine()
    desk_on(other).step("INC-1", Pen(FrozenClock()).reported())
    desk_on(engine).step("INC-2", Pen(FrozenClock()).reported("INC-2"))
    with pytest.raises(TransferRefused, match="the event id 'event-1' is another event's already") as caught:
        imported(engine, exported(other), check_only=check_only)
    assert caught.value.line == 4
    assert [one.id for one in desk_on(engine).find()] == ["INC-2"]


def test_who_opens_the_same_incident_meanwhile_is_not_written_over(engine: Engine) -> None:
    """The import says so, and can be run again: then it says what differs."""
    other = MemoryEngine()
    desk_on(other).step("INC-1", Pen(FrozenClock()).reported())
    pen = Pen(FrozenClock())
    pen.count = 50
    watched = Watched(engine)
    watched.before = lambda: desk_on(engine).handle("INC-1", pen.reported())
    with pytest.raises(TransferRefused, match="INC-1 was written to while it was being imported; run") as caught:
        import_journal(watched, source_of(exported(other)))
    assert (caught.value.line, str(caught.value).partition(":")[0]) == (None, NAME)
    with pytest.raises(TransferRefused, match="revision 1 is another event here"):
        import_journal(engine, source_of(exported(other)))


# ---- commands that are still open ----


@pytest.fixture
def open_ones() -> bytes:
    """A file with four open commands: one claimed by a worker that died, one put off in doubt, two untried."""
    engine, clock = MemoryEngine(), FrozenClock()
    pen = Pen(clock)
    desk = desk_on(engine, KeyboardInterrupt(), ANSWERS[3], clock=clock)
    desk.step("INC-1", *pen.beginning())
    with pytest.raises(KeyboardInterrupt):
        desk.deliver()
    desk.deliver(iter([False, True]).__next__)
    desk.step("INC-1", pen.noted())
    clock.pass_by(minutes=1)
    desk.step("INC-2", pen.reported("INC-2", security_breach=True))
    return exported(engine)


def test_open_commands_are_refused_with_their_number(engine: Engine, open_ones: bytes) -> None:
    """By a look, all of them; by an import without one, those of the first incident that has some."""
    with pytest.raises(TransferRefused, match="it has 4 commands that are still open, and two places would") as caught:
        examine(source_of(open_ones))
    assert caught.value.line is None
    assert "deliver or settle them where it was exported" in str(caught.value)
    with pytest.raises(TransferRefused, match="INC-1 has 3 commands that are still open") as caught:
        import_journal(engine, source_of(open_ones))
    assert caught.value.line == 3
    assert everything(engine) == ([], [], [])


def test_one_open_command_is_counted_as_people_count(engine: Engine) -> None:
    """No "1 commands"."""
    desk_on(engine).step("INC-1", Pen(FrozenClock()).reported(security_breach=True))
    with pytest.raises(TransferRefused, match="it has a command that is still open"):
        examine(source_of(exported(engine)))


def test_open_commands_can_be_held_for_a_person(engine: Engine, open_ones: bytes) -> None:
    """Each is stored as failed, with what was known, in doubt if it was tried; each is told by an event."""
    result = imported(engine, open_ones, hold=HOLD)
    assert (result.incidents, result.held, result.events) == (2, 4, 5 + 1 + 4)
    found = {record.command_id: record for record in engine.commands()}
    assert {record.status for record in found.values()} == {CommandStatus.FAILED}
    shown = {key: (record.error, record.in_doubt) for key, record in found.items()}
    assert shown["INC-1:3:0"] == ("imported while open", True)
    assert shown["INC-1:4:0"] == ("imported while open: busy", False)
    assert shown["INC-2:1:0"] == ("imported while open", False)
    assert all(record.lease_until is record.not_before is None for record in found.values())
    told = [entry.event for entry in desk_on(engine).timeline("INC-1")][5:]
    assert [(event.id, event.by, event.at) for event in told] == [
        (f"held:INC-1:{command}:{revision}", "sam", START) for command, revision in (("3:0", 6), ("4:0", 7), ("5:0", 8))
    ]
    assert list(desk_on(engine).verify()) == []


def test_nothing_that_is_held_runs_until_a_person_says_so(engine: Engine, open_ones: bytes) -> None:
    """Then it is carried out, with a look for its marker first where it was tried."""
    imported(engine, open_ones, hold=HOLD)
    desk = desk_on(engine)
    assert desk.deliver() == ()
    settle(desk, "skip")
    assert desk.outbox(None, CommandStatus.FAILED) == ()
    said = exported(engine)
    other = MemoryEngine()
    imported(other, said)
    assert exported(other) == said


def test_holding_again_finds_what_was_held(engine: Engine, open_ones: bytes) -> None:
    """The same file again, later and by somebody else: all of it is there, until somebody goes on."""
    imported(engine, open_ones, hold=HOLD)
    before = everything(engine)
    again = imported(engine, open_ones, hold=Hold("kim", FrozenClock()))
    assert (again.incidents, again.skipped, again.held) == (0, 2, 0)
    assert everything(engine) == before
    desk_on(engine).skip("INC-1:3:0", "sam", "said on the phone")
    with pytest.raises(TransferRefused, match="is at revision 9 in this journal, and the file leads to 8"):
        imported(engine, open_ones, hold=HOLD)


def test_a_history_that_goes_on_otherwise_is_not_what_was_held(open_ones: bytes) -> None:
    """As long as what holding leads to, but with other events at its end."""
    other = MemoryEngine()
    imported(other, open_ones, hold=HOLD)
    pen = Pen(FrozenClock())

    class Other(Watched):
        """An engine whose last event is a note."""

        def history(self, incident_id: str, after: int = 0) -> Any:
            """Bend the last one."""
            *events, last = self.engine.history(incident_id, after)
            return iter([*events, evolve(last, event_id=pen.noted().id)])

    with pytest.raises(TransferRefused, match="INC-1: its history goes on otherwise in this journal"):
        import_journal(Other(other), source_of(open_ones), hold=HOLD)


def test_a_long_error_of_a_held_command_is_cut(engine: Engine) -> None:
    """And what cannot be printed is taken out, so that the event can be made whatever was stored."""
    source = MemoryEngine()
    desk_on(source).step("INC-1", Pen(FrozenClock()).reported(security_breach=True))
    settlement = Settlement(command_id="INC-1:1:0", attempt=None, status=CommandStatus.PENDING, error="\x1b[2J" * 500)
    source.commit(Batch(incident_id="INC-1", expected=0, settlements=(settlement,)))
    imported(engine, exported(source), hold=HOLD)
    [record] = engine.commands()
    assert record.error.startswith("imported while open: [2J [2J")
    assert len(record.error) < 600


def test_who_holds_must_have_a_name(engine: Engine, open_ones: bytes) -> None:
    """It is told in the timeline; nothing is stored without."""
    with pytest.raises(InvalidValue, match="by"):
        imported(engine, open_ones, hold=Hold("", FrozenClock()))
    assert everything(engine) == ([], [], [])
