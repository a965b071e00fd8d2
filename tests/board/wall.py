"""A desk as it may stand at half past ten: incidents in every state, with trouble of every kind, and hostile titles."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from attrs import evolve

from incident_fsm import Answer, Assessment, Kind, Policy
from incident_fsm import commands as c
from incident_fsm import events as e
from incident_fsm.adapters import Absent, Context, Finding, NotDone, Outcome, Receipt, Rejected
from incident_fsm.desk import JOURNAL, Desk
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.policy_files import load_shipped
from tests.documents import airflow

NOW = airflow.at(103)
"""17 minutes to eleven in London, on a Wednesday in June; the promise of 10:40 is three minutes old."""

MARKUP = '<script>alert(1)</script> & "quotes" <img src=x onerror=alert(2)>'
LONG = "A very long title without an end " * 5 + "W" * 30
SECRET = "The key of the vault is on the internet"  # noqa: S105  a title that must not be told
WORDLESS = "Pfad" * 25


class Clock:
    """The time, which is what it was set to."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.moment


class Troubled:
    """An adapter with a bad day: support cases are refused, Ada's notes must wait, everything else is done."""

    name = "troubled"
    live = False

    def accepts(self, command: c.Command) -> bool:
        """Take everything but a reminder, which nobody carries out."""
        return not isinstance(command, c.Remind)

    def deliver(self, command: c.Command, context: Context) -> Outcome:
        """Answer as it feels."""
        if isinstance(command, c.OpenSupportCase):
            return Rejected(why="the account 123456789012 has no support plan <b>that allows it</b>")
        if isinstance(command, c.PostToThread) and context.incident.id == airflow.ID:
            return NotDone(why="rate limited", until=NOW + timedelta(minutes=4))
        link = "javascript:alert(3)" if isinstance(command, c.OpenThread) else f"https://example.org/{command.id}"
        return Receipt(reference=f"ref-{command.id}", link=link)

    def find(self, _command: c.Command, _context: Context) -> Finding:
        """Find nothing."""
        return Absent()


def narrow() -> Policy:
    """The shipped policy, but a security breach narrows the audience."""
    policy = load_shipped()
    return evolve(policy, security=evolve(policy.security, narrows_audience=True, channel="security"))


def retold(events: Iterable[e.Event], incident_id: str, shift: timedelta = timedelta()) -> list[e.Event]:
    """Tell a story again of another incident, at another time."""
    return [_moved(event, incident_id, shift) for event in events]


def _moved(event: e.Event, incident_id: str, shift: timedelta) -> e.Event:
    changes: dict[str, Any] = {"id": f"{incident_id}-{event.id}", "at": event.at + shift}
    if isinstance(event, e.CandidateReported):
        changes["incident_id"] = incident_id
    for name in ("fault_at", "detected_at", "next_update_at", "due_at"):
        if getattr(event, name, None) is not None:
            changes[name] = getattr(event, name) + shift
    return evolve(event, **changes)


def wall(folder: Path, *, empty: bool = False) -> Desk:
    """Make the desk; its clock stands at `NOW`."""
    desk = open_wall(folder)
    if not empty:
        for events in (*_open(), *_past()):
            _tell(desk, events)
    return desk


def open_wall(folder: Path) -> Desk:
    """Open the desk anew, as another thread does."""
    return Desk(SqliteEngine(folder / JOURNAL), narrow(), (Troubled(),), now=Clock())


def _tell(desk: Desk, events: Sequence[e.Event]) -> None:
    """Tell a story as it happens; what is asked for is carried out before the last event, which is left lying."""
    assert isinstance(desk.now, Clock)
    first = events[0]
    assert isinstance(first, e.CandidateReported)
    for event in events:
        desk.now.moment = max(event.at, NOW - timedelta(minutes=1) if event is events[-1] else event.at)
        if event is events[-1] and len(events) > 1:
            desk.deliver()
        desk.step(first.incident_id, event)
    desk.now.moment = NOW


def _open() -> list[list[e.Event]]:
    """Everything that goes on."""
    yes = Answer(met=True, evidence="the dashboards show it")
    *before, restored = airflow.middle()
    short = timedelta(minutes=95)
    candidate = airflow.beginning(MARKUP)[:1]
    confirmed = e.CandidateConfirmed(
        id="c", at=airflow.at(7), by="Grace Hopper", assessment=Assessment(unplanned=yes, degrades_services=yes)
    )
    promised = timedelta(minutes=30)
    return [
        [*airflow.beginning(), *before],
        retold(candidate, "INC-2026-08"),
        retold([*airflow.beginning(LONG[:195])[:1], confirmed], "INC-2026-09", short),
        retold(airflow.beginning(WORDLESS)[:3], "INC-2026-10", timedelta(minutes=70)),
        retold(airflow.beginning("Losing a region", kind=Kind.DRILL), "INC-2026-11", timedelta(minutes=75)),
        retold(airflow.beginning(SECRET, breach=True), "INC-2026-12", promised),
        retold(
            [*airflow.beginning("Storage slow"), *before, restored, airflow.ending()[0]],
            "INC-2026-13", -timedelta(days=6),
        ),
    ]  # fmt: skip


def _past() -> list[list[e.Event]]:
    """What is over: some in each of the last quarters, one of them long ago."""
    whole = [*airflow.beginning("Quota reached"), *airflow.middle(), *airflow.ending()]
    quick = [*airflow.beginning("Login fails"), *airflow.middle()[:3], *airflow.ending()]
    days = {"INC-2025-01": 330, "INC-2025-02": 300, "INC-2025-03": 200, "INC-2026-01": 110, "INC-2026-02": 40}
    stories = [
        retold(whole if number % 2 else quick, name, -timedelta(days=ago))
        for number, (name, ago) in enumerate(days.items())
    ]
    return [*stories, retold(whole, "INC-2020-01", -timedelta(days=2000))]
