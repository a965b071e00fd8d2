"""The journals of released versions, kept in the tree: old files must open and lead to the same states for ever.

    python -m tests.reliability.golden    # writes the journal of the newest version; a released one is never rewritten

What is expected of it stands beside it as JSON, in words that no code of ours has to read.
"""

import json
import sqlite3
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from attrs import evolve

from incident_fsm import events as e
from incident_fsm.adapters import NotDone, Receipt, Rejected, Unknown
from incident_fsm.codec import decode_incident
from incident_fsm.desk import Desk
from incident_fsm.engine import CommandStatus, Engine, Query
from incident_fsm.engine._schema import MIGRATIONS
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock
from tests.documents.airflow import ID, NINE
from tests.services.driving import dismissal, story
from tests.shell.world import Pen, Scripted

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "journals"


def told(engine: Engine) -> dict[str, Any]:
    """Tell what a journal holds, in plain words and numbers."""
    return {
        snapshot.incident_id: {
            "state": snapshot.state,
            "kind": snapshot.kind,
            "revision": snapshot.revision,
            "follow_ups": {owed.key: owed.state.value for owed in decode_incident(snapshot.payload).follow_ups},
            "events": [[record.event_id, record.type] for record in engine.history(snapshot.incident_id)],
            "last_digest": list(engine.history(snapshot.incident_id))[-1].digest,
            "commands": [
                [record.command_id, record.type, record.lane, record.status.value]
                for record in engine.commands(snapshot.incident_id)
            ],
        }
        for snapshot in engine.find(Query())
    }


def write(path: Path) -> dict[str, Any]:
    """Write a journal with much of what a journal can hold, and tell what is in it."""
    clock = FrozenClock()
    clock.moment = NINE - timedelta(days=1)
    with closing(SqliteEngine(path)) as engine:
        desk = Desk(engine, load_shipped(), [Scripted()], now=clock)
        _tell_story(desk, clock)
        pen = Pen(clock)
        answers = Receipt(reference="TICKET1"), Rejected(why="no rights")
        _under_another_policy(Desk(engine, load_shipped("gds"), [Scripted(*answers)], now=clock), pen)
        trouble = Rejected(why="no rights"), NotDone(why="not now", wait=timedelta(hours=1)), Unknown(why="no answer")
        _left_unfinished(Desk(engine, load_shipped(), [Scripted(*trouble)], now=clock), pen)
        return told(engine)


def _tell_story(desk: Desk, clock: FrozenClock) -> None:
    """One incident from report to review, with everything done, and a candidate that was none."""
    for event in story():
        clock.moment = max(clock.moment, event.at)
        desk.step(ID, event)
        desk.deliver()
    report, dismissed = dismissal()
    assert isinstance(report, e.CandidateReported)
    desk.step("INC-2026-08", evolve(report, id="d0", incident_id="INC-2026-08"), dismissed)
    desk.deliver()


def _under_another_policy(desk: Desk, pen: Pen) -> None:
    """An incident that another policy judged, restricted from its beginning, with a command that a person skipped."""
    form = {"services": desk.policy.services[:1], "impact": desk.policy.impacts[1].name}
    desk.step("INC-2026-09", pen.reported("INC-2026-09", security_breach=True), pen.confirmed())
    desk.step("INC-2026-09", pen.declared(cleared_for_public=True, **form))
    desk.deliver()
    [failed] = desk.outbox("INC-2026-09", CommandStatus.FAILED)
    desk.skip(failed.command_id, "sam", "told them by telephone")


def _left_unfinished(desk: Desk, pen: Pen) -> None:
    """An incident whose commands are done by hand, failed, put off, in doubt, waiting for another, and new."""
    desk.step("INC-2026-10", *pen.beginning("INC-2026-10"), pen.noted("it is the quota"))
    desk.step("INC-2026-10", pen(e.SupportRequested, third_party="aws", account="1", summary="quota"))
    desk.deliver()
    status, *_ = desk.outbox("INC-2026-10", CommandStatus.FAILED)
    desk.by_hand(status.command_id, "sam", link="https://status.example.org/1", reference="POST1")
    promised = pen.clock() + timedelta(hours=1)
    desk.step("INC-2026-10", pen(e.StatusUpdated, message="Still at it.", next_update_at=promised))


def main() -> None:
    """Write the journal of the newest version, and what is expected of it."""
    name = f"version-{len(MIGRATIONS)}"
    with tempfile.TemporaryDirectory() as folder:
        expected = write(Path(folder) / "journal.sqlite3")
        (FOLDER / f"{name}.sqlite3").unlink(missing_ok=True)
        with closing(sqlite3.connect(Path(folder) / "journal.sqlite3")) as connection:
            connection.execute("VACUUM INTO ?", (str(FOLDER / f"{name}.sqlite3"),))
    lines = json.dumps(expected, indent=1, ensure_ascii=False)
    (FOLDER / f"{name}.json").write_text(lines + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
