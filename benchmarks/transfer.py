"""A journal of a million events, exported, imported into an empty folder and exported again: sizes, times, memory.

    python benchmarks/transfer.py                       # 2,000 incidents of 500 events
    python benchmarks/transfer.py 20 500                # a look: 20 incidents of 500 events
    python benchmarks/transfer.py 1 100000              # one incident with a very long history

Each way runs in a process of its own, so that the peak of its memory (resident set, from `resource`) is its own.
"""

import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from attrs import asdict

from incident_fsm import Answer, Assessment, Incident, Lifecycle, Step, codec
from incident_fsm import _records as records
from incident_fsm import events as e
from incident_fsm.commands import Command
from incident_fsm.engine import GENESIS, CommandRecord, CommandStatus, Restoration
from incident_fsm.engine._rules import chained
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.errors import TransitionRefused
from incident_fsm.policy_files import load_shipped
from incident_fsm.transfer import Source, examine, export_lines, import_journal

START = datetime(2026, 1, 1, tzinfo=UTC)
STRETCH = 5_000
"""How many events of one incident are stored at once while the journal is made."""

LIFECYCLE = Lifecycle(load_shipped())
DIGEST = codec.policy_digest(LIFECYCLE.policy)
SAID = "We looked at the queue of the scheduler; workers start again, and the backlog shrinks by 40 tasks a minute."


def facts(name: str, opened: datetime, count: int) -> Iterator[e.Event]:
    """Yield an incident's own events: the beginning, then notes. Receipts come in between."""
    yes = Answer(met=True, evidence="an alert at 02:55")
    head: dict[str, Any] = {"at": opened, "by": "sam"}
    yield e.CandidateReported(id=f"{name}-1", incident_id=name, title="Airflow Autoscaling Incident", **head)
    yield e.CandidateConfirmed(id=f"{name}-2", assessment=Assessment(unplanned=yes, impacts_users=yes), **head)
    yield e.IncidentDeclared(
        id=f"{name}-3",
        services=LIFECYCLE.policy.services[:1],
        impact="Minor",
        message="Scheduled tasks are delayed.",
        next_update_at=opened + timedelta(hours=1),
        **head,
    )
    yield e.ManagementStarted(id=f"{name}-4", lead="jo", **head)
    for number in range(5, count + 1):
        yield e.NoteTaken(
            id=f"{name}-{number}", at=opened + timedelta(seconds=number), by="jo", text=f"{number}: {SAID}"
        )


def receipt(command: Command, at: datetime) -> e.CommandDone:
    """The receipt of a command."""
    return e.CommandDone(
        id=f"done:{command.id}",
        at=at,
        by="slack",
        command_id=command.id,
        command=type(command).__name__,
        adapter="slack",
        reference=f"C0123456789/{command.id}",
        link="https://example.slack.com/archives/C0123456789/p1767225600000000",
    )


def history(name: str, opened: datetime, count: int) -> Iterator[Step]:
    """Yield the steps of an incident with exactly so many events, each command carried out at once."""
    incident: Incident | None = None
    made = 0
    for fact in facts(name, opened, count):
        waiting: list[e.Event] = [fact]
        while waiting:
            if made == count:
                return
            step = LIFECYCLE.attempt(incident, waiting.pop(0))
            if not isinstance(step, Step):
                raise TransitionRefused(step)
            incident, made = step.after, made + 1
            waiting += [receipt(command, step.event.at) for command in step.commands]
            yield step


def outbox(step: Step) -> Iterator[CommandRecord]:
    """Yield the commands of a step, carried out."""
    for position, command in enumerate(step.commands):
        new = records.new_command(step, position)
        yield CommandRecord(
            incident_id=step.after.id,
            status=CommandStatus.DONE,
            attempts=1,
            attempted_at=step.event.at,
            not_before=None,
            lease_until=None,
            in_doubt=False,
            error="",
            receipt=codec.encode_event(receipt(command, step.event.at)),
            **asdict(new),
        )


def make(folder: Path, incidents: int, count: int) -> dict[str, Any]:
    """Make the journal."""
    with closing(SqliteEngine(folder / "made.sqlite3")) as engine:
        engine.keep_policy(DIGEST, codec.encode_policy(LIFECYCLE.policy))
        for number in range(incidents):
            name = f"INC-{number:06}"
            digest, steps = GENESIS, list[Step]()
            for step in history(name, START + timedelta(minutes=number), count):
                steps.append(step)
                if len(steps) == STRETCH or step.after.revision == count:
                    digest = store(engine, steps, digest)
                    steps = []
    return {"bytes": (folder / "made.sqlite3").stat().st_size}


def store(engine: SqliteEngine, steps: list[Step], previous: str) -> str:
    """Store some steps as they are, and return the digest of the last."""
    last = steps[-1].after
    new = tuple(records.new_event(step, step.event.at, DIGEST) for step in steps)
    events = chained(last.id, previous, new)
    engine.restore([
        Restoration(
            incident_id=last.id,
            expected=new[0].revision - 1,
            events=events,
            snapshot=records.snapshot(last, LIFECYCLE.policy, DIGEST),
            commands=tuple(record for step in steps for record in outbox(step)),
        )
    ])  # fmt: skip
    return events[-1].digest


def export(folder: Path, journal: str, name: str) -> dict[str, Any]:
    """Write a journal out."""
    with closing(SqliteEngine(folder / journal)) as engine, (folder / name).open("wb") as file:
        file.writelines(export_lines(engine))
    return {"bytes": (folder / name).stat().st_size}


def take_in(folder: Path, name: str, journal: str) -> dict[str, Any]:
    """Import a file; into an empty journal, or into one that has it all."""
    with closing(SqliteEngine(folder / journal)) as engine, (folder / name).open("rb") as file:
        source = Source(file, name)
        began = time.perf_counter()
        examine(source)
        looked = time.perf_counter() - began
        result = import_journal(engine, source)
    return {"examined": looked, "incidents": result.incidents, "skipped": result.skipped, "events": result.events}


def way(folder: str, what: str, *how: str) -> None:
    """Go one way in this process, and print what it took."""
    place = Path(folder)
    began = time.perf_counter()
    match what:
        case "make":
            found = make(place, int(how[0]), int(how[1]))
        case "export":
            found = export(place, *how)
        case _:
            found = take_in(place, *how)
    found["seconds"] = time.perf_counter() - began
    found["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


def run(folder: Path, *words: str) -> None:
    """Go one way in a process of its own, and tell of it."""
    command = [sys.executable, __file__, "--way", str(folder), *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603  this very script
    found = json.loads(done.stdout)
    told = ", ".join(
        f"{name} {value:,.1f}" if isinstance(value, float) else f"{name} {value:,}" for name, value in found.items()
    )
    print(f"{' '.join(words):44} {told}", flush=True)


def digest_of(path: Path) -> str:
    """The digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(incidents: int = 2_000, count: int = 500) -> int:
    """Go all ways, and compare."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        run(folder, "make", str(incidents), str(count))
        run(folder, "export", "made.sqlite3", "first.jsonl")
        run(folder, "import", "first.jsonl", "again.sqlite3")
        run(folder, "export", "again.sqlite3", "second.jsonl")
        run(folder, "import", "first.jsonl", "again.sqlite3")
        same = digest_of(folder / "first.jsonl") == digest_of(folder / "second.jsonl")
    print("the two exports are the same, byte for byte" if same else "THE TWO EXPORTS DIFFER")
    return 0 if same else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--way"]:
        way(*sys.argv[2:])
        sys.exit(0)
    sys.exit(main(*map(int, sys.argv[1:])))
