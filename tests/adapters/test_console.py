"""Tests of `incident_fsm.adapters.console`."""

from pathlib import Path

from attrs import evolve
from hypothesis import given, settings

from incident_fsm import Audience, Kind
from incident_fsm.adapters import Absent, Adapter, AdapterSettings, Receipt
from incident_fsm.adapters.console import ConsoleAdapter, from_settings, lines
from incident_fsm.commands import Command, PublishStatus, ReportSecurityBreach
from incident_fsm.testing import arbitrary_commands
from tests.documents.airflow import ID, airflow

CONTEXT = airflow().context


def test_the_whole_incident_can_be_read_off_the_console() -> None:
    """Each command is announced by what it would do, with its texts below it."""
    said: list[str] = []
    adapter = ConsoleAdapter(said.append)
    for command in airflow().commands:
        assert adapter.deliver(command, CONTEXT) == Receipt(reference=command.id)
    heads = [line.removeprefix(f"{ID}: would ").split(":")[0] for line in said if line.startswith(ID)]
    assert heads == [
        "open a post on the status page",
        "open a thread in analytical-platform",
        "post to the thread in analytical-platform, for Ada Lovelace",
        "log a support case with aws in account 123456789012",
        "update the post on the status page",
        "chase case_1 with aws on the case",
        "chase case_1 with aws in ext-aws",
        "remind Ada Lovelace of next_update, due 2026-06-10 09",
        "post to the thread in analytical-platform, for Ada Lovelace",
        "update the post on the status page",
        "post to the thread in analytical-platform, for Ada Lovelace",
        "create an issue",
        "create the incident report",
        "schedule a meeting",
        "publish a runbook",
        "post to the thread in analytical-platform, for Ada Lovelace",
        "publish the reviewed report",
    ]
    assert "    Airflow tasks are not starting. We are looking into it." in said


@settings(max_examples=300)
@given(arbitrary_commands())
def test_every_command_whatever_it_holds_is_told_safely(command: Command) -> None:
    """A few lines, each printable, of bounded length; no command of the process is without its words."""
    said = lines(command)
    assert 1 <= len(said) <= 3
    for line in said:
        assert line.isprintable()
        assert len(line) < 2_500
    assert "carry out" not in said[0]


def test_what_is_restricted_is_not_shown() -> None:
    """What is printed ends up in build logs: of a breach there is its incident's id, and that it would be reported."""
    breach = ReportSecurityBreach(
        id=f"{ID}:1:0", incident_id=ID, kind=Kind.LIVE, audience=Audience.RESTRICTED,
        requested_at=airflow().commands[0].requested_at, title="canary", details="canary", reported_by="canary",
        route="canary", target="canary",
    )  # fmt: skip
    assert lines(breach) == [f"{ID}: would ReportSecurityBreach (restricted: not shown here)"]
    assert "canary" in "".join(lines(evolve(breach, audience=Audience.TEAM)))


def test_a_drill_says_that_it_is_one() -> None:
    """Nobody takes it for real."""
    post = evolve(airflow().commands[0], kind=Kind.DRILL)
    assert lines(post)[0].startswith(f"{ID}: drill: would open a post")


def test_a_command_of_somebody_else_is_named() -> None:
    """A command that the process does not know yet is still announced."""
    unknown = Command(**{name: getattr(airflow().commands[0], name) for name in _HEAD})
    assert lines(unknown) == [f"{ID}: would carry out Command"]


_HEAD = ("id", "incident_id", "kind", "audience", "requested_at")


def test_it_takes_everything_and_finds_nothing() -> None:
    """Nothing is ever done outside, so nothing is ever there; it is not live, so a drill may use it."""
    adapter = from_settings(AdapterSettings(folder=Path("/nowhere")))
    assert isinstance(adapter, Adapter)
    assert (adapter.name, adapter.live) == ("console", False)
    for command in airflow().commands:
        assert adapter.accepts(command)
        assert adapter.find(command, CONTEXT) == Absent()


def test_without_a_next_update_and_without_subscribers_neither_is_promised() -> None:
    """A line says only what would happen."""
    post = next(command for command in airflow().commands if isinstance(command, PublishStatus))
    said = " ".join(lines(evolve(post, next_update_at=None, notify_subscribers=False)))
    assert "next update" not in said
    assert "subscribers" not in said
