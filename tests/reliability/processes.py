"""What runs in processes of their own, to be killed: writers that handle events, and workers that deliver.

They are forked from a process that has imported all this already, so that hundreds can be started. What a writer was
told is accepted goes into a file of its own at once: whatever stands there was acknowledged.
"""

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path

from incident_fsm import Answer, Assessment
from incident_fsm import events as e
from incident_fsm.desk import Desk
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.policy_files import load_shipped
from tests.reliability.counting import Counting

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
INCIDENT = "INC-1"
HASTE = 30
"""So much faster goes the processes' clock: the lease of one that was killed ends after ten seconds of ours."""


def forked() -> ForkServerContext:
    """Whoever starts processes quickly, without forking a process that has threads."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.reliability.processes"])
    return context


def clock(began: float) -> Callable[[], datetime]:
    """Make a clock that all processes agree on."""
    return lambda: START + timedelta(seconds=(time.time() - began) * HASTE)


def beginning(incident_id: str) -> tuple[e.Event, ...]:
    """Report, confirm, declare and manage an incident, as one batch."""
    yes = Answer(met=True, evidence="an alert")
    head = {"at": START, "by": "sam"}
    assessment = Assessment(unplanned=yes, impacts_users=yes)
    return (
        e.CandidateReported(id=f"{incident_id}-1", incident_id=incident_id, title="Slow", at=START, by="sam"),
        e.CandidateConfirmed(id=f"{incident_id}-2", assessment=assessment, at=START, by="sam"),
        e.IncidentDeclared(
            id=f"{incident_id}-3",
            services=("Analytical Platform Compute",),
            impact="Minor",
            message="Tasks are delayed.",
            next_update_at=START + timedelta(days=30),
            **head,  # type: ignore[arg-type]  # the two fields that every event has
        ),
        e.ManagementStarted(id=f"{incident_id}-4", lead="jo", at=START, by="sam"),
    )


def note(event_id: str, now: datetime) -> e.NoteTaken:
    """Write a note."""
    return e.NoteTaken(id=event_id, at=now, by="sam", text=f"note {event_id}")


def write(path: Path, acknowledged: Path, incidents: tuple[str, ...], began: float, pause: float) -> None:
    """Take notes for ever, each with its own id, and keep which were acknowledged."""
    now = clock(began)
    dice = random.Random(acknowledged.name)  # noqa: S311  dice, not secrets
    word = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with closing(SqliteEngine(path, patience=30.0)) as engine:
        desk = Desk(engine, load_shipped(), now=now)
        number = 0
        while True:
            number += 1
            event_id = f"{acknowledged.name}-{number}"
            desk.step(dice.choice(incidents), note(event_id, now()))
            os.write(word, f"{event_id}\n".encode())
            time.sleep(dice.random() * pause)


def deliver(path: Path, url: str, began: float) -> None:
    """Deliver for ever; asked to end, finish what was begun."""
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    with closing(SqliteEngine(path, patience=30.0)) as engine:
        desk = Desk(engine, load_shipped(), [Counting(url)], now=clock(began))
        while not stopped:
            desk.deliver(lambda: bool(stopped))
            time.sleep(0.01)


def write_some(path: Path, name: str, incidents: tuple[str, ...], count: int) -> None:
    """Take some notes on each of some incidents, as fast as it goes, and end."""
    with closing(SqliteEngine(path, patience=60.0)) as engine:
        desk = Desk(engine, load_shipped())
        for number in range(count):
            for incident_id in incidents:
                desk.step(incident_id, note(f"{name}-{incident_id}-{number}", START))
