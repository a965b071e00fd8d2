"""One command of every type, each with what an adapter is shown, for the tests of adapters."""

from functools import cache
from pathlib import Path

from attrs import evolve, frozen

from incident_fsm import events as e
from incident_fsm.adapters import Context
from incident_fsm.commands import COMMANDS, Command
from incident_fsm.policy_files import load_shipped
from tests.documents.airflow import Told, airflow, at, beginning, tell, whole


@frozen
class Delivery:
    """A command and the context of its delivery."""

    command: Command
    context: Context


@cache
def dismissed() -> Told:
    """Something that is no incident."""
    no = e.CandidateDismissed(id="d1", at=at(9), by="Ada Lovelace", override_reason="A test cluster.\nNobody uses it.")
    return tell([*beginning()[:1], no])


@cache
def restricted() -> Told:
    """A security breach, under a policy that narrows who may read about it."""
    policy = load_shipped()
    security = evolve(policy.security, narrows_audience=True, channel="sec-only", target="https://example.org/report")
    return tell(beginning(title="Leaked keys", breach=True), evolve(policy, security=security))


@cache
def every_type() -> tuple[Delivery, ...]:
    """A command of each type of the process."""
    stories = (whole(), airflow(), dismissed(), restricted())
    found = {type(command): Delivery(command, told.context) for told in stories for command in told.commands}
    assert set(found) == set(COMMANDS)
    return tuple(found[kind] for kind in COMMANDS)


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below a folder, with its content and when it was written."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
