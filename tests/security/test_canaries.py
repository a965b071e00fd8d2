"""Secrets are planted in every setting, and an adapter tells all of them: they are found nowhere."""

import logging
import os
import pickle
import subprocess
import sys
import traceback
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from incident_fsm import _secrets
from incident_fsm._values import Fix
from incident_fsm.adapters import Adapter, AdapterSettings, Context, Outcome
from incident_fsm.adapters.folder import FolderAdapter
from incident_fsm.adapters.registry import load_adapters
from incident_fsm.cli._watch import happened
from incident_fsm.commands import Command
from incident_fsm.desk import JOURNAL, Desk
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.errors import AdapterError, IncidentFsmError
from incident_fsm.events import FollowUpDone, IncidentResolved, IncidentReviewed, StatusUpdated
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock
from tests.security.canaries import (
    CANARIES,
    OTHERS,
    SONG,
    TABLES,
    VARIABLES,
    Singing,
    found_below,
    found_in,
    real_adapters,
)
from tests.shell.world import Pen

THREAT = pytest.mark.threat(
    "secrets in logs, repr, tracebacks, journal, metrics",
    rule="an opaque object, read at the call; errors are stored scrubbed",
)


@pytest.fixture
def adapters(tmp_path: Path) -> tuple[Adapter, ...]:
    """Every adapter with a secret, set up with canaries."""
    return real_adapters(tmp_path)


@pytest.fixture
def logged() -> Iterator[StringIO]:
    """Everything that anybody logs, at any level."""
    text = StringIO()
    handler = logging.StreamHandler(text)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.setLevel(before)
    root.removeHandler(handler)


def live(desk: Desk, clock: FrozenClock) -> None:
    """Take a whole incident through, delivering all the time, with people giving up what cannot be done."""
    pen = Pen(clock)
    desk.step("INC-1", *pen.beginning())
    for event in (
        pen(StatusUpdated, message="Still slow.", next_update_at=clock() + timedelta(hours=1)),
        pen.noted(),
        pen(IncidentResolved, users_unaffected=True, fix=Fix.TEMPORARY, how="By hand."),
    ):
        desk.step("INC-1", event)
        settle(desk, clock)
    for key in ("permanent_fix", "report", "post_mortem", "runbook"):
        desk.step("INC-1", pen(FollowUpDone, follow_up=key, link="https://example.org/1"))
    desk.step("INC-1", pen(IncidentReviewed, lessons=("Watch quotas.",)))
    settle(desk, clock)


def settle(desk: Desk, clock: FrozenClock) -> None:
    """Deliver until nothing moves; what failed is tried again once, and then done by hand."""
    for _ in range(12):
        deliveries = desk.deliver()
        assert not found_in(str([happened(one)["id"] for one in deliveries]))
        clock.pass_by(minutes=20)
    for record in desk.outbox("INC-1"):
        if record.status.value == "failed":
            desk.by_hand(record.command_id, "sam", link="https://example.org/by-hand")


@THREAT
def test_no_secret_gets_into_the_journal(
    tmp_path: Path, adapters: tuple[Adapter, ...], logged: StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    """A whole incident, whose adapter answers with every secret in every way: not in the file nor in its write-ahead
    log, not in what is read back, not in a log, not printed.
    """
    assert adapters
    clock, singing = FrozenClock(), Singing()
    with Desk(SqliteEngine(tmp_path / JOURNAL), load_shipped(), [singing], now=clock) as desk:
        live(desk, clock)
        assert singing.sung > 40
        assert {path.name for path in tmp_path.iterdir()} == {JOURNAL, f"{JOURNAL}-wal", f"{JOURNAL}-shm"}
        assert found_below(tmp_path) == {}
        told = repr((desk.outbox(), desk.timeline("INC-1"), desk.incident("INC-1"), list(desk.verify())))
        assert "WEBHOOK_SECRET=***" in told
        assert found_in(told) == []
    assert found_below(tmp_path) == {}
    printed = capsys.readouterr()
    assert found_in(printed.out + printed.err + logged.getvalue()) == []


@THREAT
def test_no_secret_gets_into_the_files_of_an_incident(tmp_path: Path, adapters: tuple[Adapter, ...]) -> None:
    """The folder adapter writes reports about what failed; the timeline in them is scrubbed, too."""
    assert adapters
    clock = FrozenClock()

    class SingsFirst(FolderAdapter):
        """Fails once with everything it knows, then does its work."""

        sung = 0

        def deliver(self, command: Command, context: Context) -> Outcome:
            """Fail every other time."""
            self.sung += 1
            if self.sung % 2:
                raise ConnectionError(SONG)
            return super().deliver(command, context)

    place = tmp_path / "artefacts"
    with Desk(SqliteEngine(tmp_path / JOURNAL), load_shipped(), [SingsFirst(place)], now=clock) as desk:
        live(desk, clock)
    assert len(list(place.rglob("*.md"))) >= 3
    assert found_below(tmp_path) == {}


@THREAT
def test_no_adapter_shows_its_secrets(adapters: tuple[Adapter, ...], tmp_path: Path) -> None:
    """Neither printed, with all that is in it, nor pickled."""
    assert {adapter.name for adapter in adapters} == set(TABLES)
    for adapter in adapters:
        assert found_in(f"{adapter!r} {adapter} {vars(adapter)!r}") == [], adapter.name
        try:
            copied = pickle.dumps(adapter)
        except Exception as error:  # noqa: BLE001  whatever refuses, it must not show anything either
            copied = repr(error).encode()
        assert found_in(copied) == [], adapter.name
    assert found_below(tmp_path) == {}


@THREAT
def test_every_variable_that_is_read_is_known_to_the_last_line_of_defence(adapters: tuple[Adapter, ...]) -> None:
    """What an adapter of ours reads, or has its client read, is taken out of every text that is stored or shown."""
    assert adapters
    read = {secret.variable for secret in _secrets._known if secret._environment is CANARIES}
    assert read == set(VARIABLES)
    assert not set(VARIABLES) & set(OTHERS)
    assert found_in(_secrets.scrub(SONG)) == []
    assert all(name in _secrets.scrub(SONG) for name in VARIABLES), "the names stay: they say what to look at"


@THREAT
@pytest.mark.parametrize("name", [name for name in VARIABLES if not name.startswith("AWS")])
def test_a_secret_that_is_missing_is_named_and_the_others_are_not_shown(name: str) -> None:
    """The error says which variable to set; neither its traceback nor its pickle holds another secret."""
    partial = {other: value for other, value in CANARIES.items() if other != name}
    with pytest.raises(AdapterError) as caught:
        _secrets.Secret("mine", name, partial).reveal()
    assert name in str(caught.value)
    shown = "".join(traceback.format_exception(caught.value))
    assert found_in(shown + repr(vars(caught.value))) == []
    assert found_in(pickle.dumps(caught.value)) == []


@THREAT
@pytest.mark.parametrize("line", ["doctor", "doctor --json", "list --json", "deliver", "outbox --json"])
def test_no_secret_is_printed_by_the_command(tmp_path: Path, line: str) -> None:
    """With every secret in its environment and every adapter configured, and none of their services to be reached."""
    folder = tmp_path / "incidents"
    with Desk(SqliteEngine(folder / JOURNAL), load_shipped()) as desk:
        desk.step("INC-1", *Pen(FrozenClock()).beginning())
    tables = {**TABLES, "webhook": {"url": "http://127.0.0.1:9/x"}}
    (folder / "adapters.toml").write_text(
        "".join(f"[{name}]\n" + "".join(f"{k} = {v!r}\n" for k, v in table.items()) for name, table in tables.items()),
        "utf-8",
    )
    named = (
        [part for name in ("folder", "webhook", "slack") for part in ("--adapter", name)] if line == "deliver" else []
    )
    run = subprocess.run(
        [sys.executable, "-c", OFFLINE, "--folder", str(folder), *line.split(), *named],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **CANARIES},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode in {0, 1, 6}, run.stderr
    assert (run.stdout + run.stderr).strip()
    assert found_in(run.stdout + run.stderr) == []
    assert found_below(tmp_path) == {}


OFFLINE = """
import socket, sys
def refuse(*_, **__):
    raise OSError(101, "no network in this test")
socket.getaddrinfo = refuse
socket.socket.connect = refuse
socket.socket.connect_ex = refuse
from incident_fsm.cli import main
main()
"""
"""The command on a machine without a network."""


@THREAT
def test_no_error_of_ours_carries_its_environment(tmp_path: Path) -> None:
    """Wrong settings are refused in words about the settings."""
    for name in TABLES:
        wrong = AdapterSettings(folder=tmp_path, environment=CANARIES)
        with pytest.raises(IncidentFsmError) as caught:
            load_adapters((name,), wrong, tables={name: {"token": "put here by mistake", "host": 5}})
        shown = "".join(traceback.format_exception(caught.value))
        assert found_in(shown + repr(vars(caught.value)) + repr(wrong)) == []
        assert "put here by mistake" not in str(caught.value), "a secret in the wrong place is not repeated"
