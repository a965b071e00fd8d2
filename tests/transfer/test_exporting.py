"""`incident_fsm.transfer._exporting`: what the file holds, and that who writes meanwhile tears nothing apart."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from attrs import evolve

from incident_fsm.desk import Desk
from incident_fsm.engine import CommandStatus, Engine, EventRecord
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.errors import JournalUnusable, UnknownIncident
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock
from incident_fsm.transfer import Tally, TransferRefused, export_lines
from tests.shell.world import Pen, Scripted
from tests.transfer.journals import desk_on, exported, fill, imported


class Meddled:
    """An engine on which somebody does something each time that a history was read to its end."""

    def __init__(self, engine: Engine, meddle: Callable[[], object]) -> None:
        self.engine = engine
        self.meddle = meddle
        self.histories = 0

    def __getattr__(self, name: str) -> Any:
        """Do everything else as it is done."""
        return getattr(self.engine, name)

    def history(self, incident_id: str) -> Iterator[EventRecord]:
        """Read it, and let something happen."""
        self.histories += 1
        yield from self.engine.history(incident_id)
        self.meddle()


def test_every_line_is_a_json_object_that_says_what_it_is(engine: Engine) -> None:
    """The policy before its incident, a command behind its event, and an end that counts."""
    desk_on(engine).step("INC-1", *Pen(FrozenClock()).beginning())
    desk_on(engine).deliver()
    lines = [json.loads(line) for line in exported(engine).splitlines()]
    assert [line["record"] for line in lines] == [
        "journal", "policy", "incident", "event", "event", "event", "command", "event", "command", "event", "event",
        "end",
    ]  # fmt: skip
    assert lines[0] == {"record": "journal", "format": "incident-fsm journal", "version": 1}
    assert lines[2] == {"record": "incident", "incident_id": "INC-1", "events": 6, "commands": 2, "open": 0}
    assert lines[6]["command_id"] == "INC-1:3:0"
    assert lines[6]["status"] == "done"
    assert {**lines[-1], "sha256": ""} == {
        "record": "end", "policies": 1, "incidents": 1, "events": 6, "commands": 2, "open": 0, "sha256": "",
    }  # fmt: skip


def test_a_record_is_written_field_by_field_as_it_is_stored(engine: Engine) -> None:
    """Payloads character for character; times as the chain digests them."""
    fill(engine)
    lines = [json.loads(line) for line in exported(engine).splitlines()]
    written = [line for line in lines if line["record"] == "event" and line["incident_id"] == "INC-2"]
    for line, stored in zip(written, engine.history("INC-2"), strict=True):
        assert line["payload"] == stored.payload
        assert (line["previous"], line["digest"]) == (stored.previous, stored.digest)
        assert (line["at"], line["recorded_at"]) == (stored.at.isoformat(), stored.recorded_at.isoformat())


def test_the_same_journal_is_the_same_file(engine: Engine) -> None:
    """No clock and no machine is in it."""
    fill(engine)
    assert exported(engine) == exported(engine)


def test_incidents_stand_in_order_of_opening(engine: Engine) -> None:
    """INC-2 was opened first."""
    fill(engine)
    said = exported(engine)
    assert said.index(b'"incident","incident_id":"INC-2"') < said.index(b'"incident","incident_id":"INC-1"')


def test_each_policy_is_written_once_before_the_first_incident_that_it_judged(engine: Engine) -> None:
    """The organisation changed its mind between two events, and a third incident was judged by the first policy."""
    clock = FrozenClock()
    pen = Pen(clock)
    old = load_shipped()
    new = evolve(old, name="Another name")
    Desk(engine, old, now=clock).step("INC-1", pen.reported("INC-1"))
    Desk(engine, new, now=clock).step("INC-1", pen.confirmed())
    clock.pass_by(minutes=1)
    Desk(engine, old, now=clock).step("INC-2", pen.reported("INC-2"))
    lines = [json.loads(line)["record"] for line in exported(engine).splitlines()]
    assert lines == ["journal", "policy", "policy", "incident", "event", "event", "incident", "event", "end"]
    alone = [json.loads(line)["record"] for line in exported(engine, "INC-2").splitlines()]
    assert alone == ["journal", "policy", "incident", "event", "end"]


def test_an_incident_that_is_not_there_is_told_before_anything_is_written(engine: Engine) -> None:
    """No header without an incident."""
    with pytest.raises(UnknownIncident):
        export_lines(engine, "INC-9")


def test_open_and_restricted_ones_are_counted(engine: Engine) -> None:
    """For those who are to be warned of them."""
    clock = FrozenClock()
    pen = Pen(clock)
    policy = load_shipped()
    policy = evolve(policy, security=evolve(policy.security, narrows_audience=True, channel="narrow"))
    desk = Desk(engine, policy, [Scripted()], now=clock)
    desk.step("INC-1", pen.reported("INC-1", security_breach=True), pen.confirmed())
    desk.step("INC-2", *pen.beginning("INC-2"))
    tally = Tally()
    list(export_lines(engine, None, tally))
    assert (tally.open, tally.restricted) == (3, 1)


def test_an_incident_that_moves_on_while_it_is_read_is_read_anew(engine: Engine) -> None:
    """A command is carried out between the reading of its event and of its receipt: the file has both or none."""
    pen = Pen(FrozenClock())
    desk = desk_on(engine)
    desk.step("INC-1", *pen.beginning())
    deliveries = [desk.deliver]
    meddled = Meddled(engine, lambda: deliveries.pop()() if deliveries else None)
    said = exported(meddled)  # type: ignore[arg-type]  # an engine in all but name
    assert meddled.histories == 2
    assert said == exported(engine)
    assert imported(MemoryEngine(), said).events == 6


def test_what_happens_behind_the_last_event_is_left_for_the_next_export(engine: Engine) -> None:
    """An incident that grew before its history was read to the end is read anew, up to where it is then."""
    pen = Pen(FrozenClock())
    desk = desk_on(engine)
    desk.step("INC-1", pen.reported())

    class Growing(Meddled):
        """An engine on which somebody takes a note just before the history is read."""

        def history(self, incident_id: str) -> Iterator[EventRecord]:
            """Let it grow once, and read it."""
            if not self.histories:
                desk.step("INC-1", pen.noted())
            return super().history(incident_id)

    said = exported(Growing(engine, lambda: None))  # type: ignore[arg-type]  # an engine in all but name
    assert said == exported(engine)


def test_who_writes_without_a_pause_is_told_so(engine: Engine) -> None:
    """After a hundred readings, instead of trying for ever."""
    pen = Pen(FrozenClock())
    desk = desk_on(engine)
    desk.step("INC-1", pen.reported())
    meddled = Meddled(engine, lambda: desk.step("INC-1", pen.noted()))
    with pytest.raises(TransferRefused, match="INC-1: is written to all the time; try again"):
        exported(meddled)  # type: ignore[arg-type]  # likewise
    assert meddled.histories == 100


def test_a_long_history_waits_in_a_file(engine: Engine) -> None:
    """More than what is kept in memory comes out whole and in order."""
    pen = Pen(FrozenClock())
    desk = Desk(engine, load_shipped(), now=FrozenClock())
    desk.step("INC-1", pen.reported(), *(pen.noted("x" * 10_000) for _ in range(450)))
    assert len(exported(engine)) > 4 * 1024 * 1024
    assert imported(MemoryEngine(), exported(engine)).events == 451


def test_a_policy_that_is_gone_is_told(engine: Engine) -> None:
    """Without it, nothing could be folded again where the file goes."""
    desk_on(engine).step("INC-1", Pen(FrozenClock()).reported())

    class Forgetful(Meddled):
        """An engine that has lost its policies."""

        def policy(self, _digest: str) -> None:
            """Find none."""

    with pytest.raises(JournalUnusable, match="lacks the policy"):
        exported(Forgetful(engine, lambda: None))  # type: ignore[arg-type]  # likewise


def test_an_incident_that_is_gone_is_told(engine: Engine) -> None:
    """No engine of ours forgets one, but one may be damaged between two looks."""
    desk_on(engine).step("INC-1", Pen(FrozenClock()).reported())

    class Losing(Meddled):
        """An engine that loses incidents."""

        def load(self, _incident_id: str) -> None:
            """Find none."""

    with pytest.raises(UnknownIncident):
        exported(Losing(engine, lambda: None))  # type: ignore[arg-type]  # likewise


def test_commands_that_are_claimed_are_open(engine: Engine) -> None:
    """A worker that died over one leaves it attempted, with its lease."""
    pen = Pen(FrozenClock())
    desk = desk_on(engine, KeyboardInterrupt())
    desk.step("INC-1", *pen.beginning())
    with pytest.raises(KeyboardInterrupt):
        desk.deliver()
    lines = [json.loads(line) for line in exported(engine).splitlines()]
    assert lines[2]["open"] == 2
    [attempted] = [line for line in lines if line.get("status") == CommandStatus.ATTEMPTED.value]
    assert attempted["lease_until"]
