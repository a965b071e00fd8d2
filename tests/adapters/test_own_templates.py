"""Templates of one's own, in what adapters deliver: each replaces the one of its name there, too."""

from collections.abc import Callable
from pathlib import Path
from smtplib import SMTP

import pytest
from github import Github

from incident_fsm.adapters import Adapter, AdapterSettings, Rejected
from incident_fsm.adapters.email import EmailAdapter, Security, Settings
from incident_fsm.adapters.folder import FolderAdapter, from_settings
from incident_fsm.adapters.github import GitHubAdapter
from incident_fsm.adapters.github import Settings as GitHubSettings
from tests.adapters.deliveries import Delivery, every_type

WRITTEN = {
    "PublishStatus": ("status_page.html.j2", "status-page.html"),
    "OpenThread": ("thread.md.j2", "thread.md"),
    "OpenSupportCase": ("support_case.md.j2", "support-case_1.md"),
    "CreateIssue": ("issue.md.j2", "permanent-fix-issue.md"),
    "CreateReport": ("report.md.j2", "incident-report.md"),
    "PublishReport": ("report.html.j2", "incident-report.html"),
    "PublishRunbook": ("runbook.md.j2", "runbook.md"),
    "RedirectReporter": ("redirect.md.j2", "redirect.md"),
    "ReportSecurityBreach": ("security_report.md.j2", "security-report.md"),
    "Remind": ("reminders.md.j2", "reminders.md"),
}
"""Every template behind a file of the folder adapter, and the file."""

DELIVERIES = {type(one.command).__name__: one for one in every_type()}


def ours(folder: Path, name: str, text: str = "In our own words.") -> Path:
    """A folder with one template of one's own."""
    folder.mkdir()
    (folder / name).write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize("kind", WRITTEN)
def test_each_file_of_the_folder_adapter_is_written_from_ones_own_template(tmp_path: Path, kind: str) -> None:
    """The environment names the folder, as it does for the command line; what is not in it comes from ours."""
    template, file = WRITTEN[kind]
    folder = ours(tmp_path / "ours", template)
    one = DELIVERIES[kind]
    environment = {"INCIDENT_TEMPLATES": str(folder)}
    adapter = from_settings(AdapterSettings(folder=tmp_path / "desk", environment=environment))
    adapter.deliver(one.command, one.context)
    assert (tmp_path / "desk" / one.command.incident_id / file).read_text("utf-8") == "In our own words.\n"


def test_without_a_folder_in_the_environment_the_templates_that_ship_are_used(tmp_path: Path) -> None:
    """An empty variable is none."""
    for environment in ({}, {"INCIDENT_TEMPLATES": ""}):
        assert AdapterSettings(folder=tmp_path, environment=environment).templates is None


def nobody() -> Github:
    """A client that must not be asked for."""
    raise AssertionError("nothing was to be sent")


def no_server() -> SMTP:
    """A server that must not be called."""
    raise AssertionError("nothing was to be sent")


def folder_adapter(place: Path, templates: Path) -> Adapter:
    """The folder adapter."""
    return FolderAdapter(place, templates=templates)


def github_adapter(_place: Path, templates: Path) -> Adapter:
    """The GitHub adapter, which must send nothing."""
    return GitHubAdapter(nobody, GitHubSettings(repository="acme/incidents"), templates=templates)


def email_adapter(_place: Path, templates: Path) -> Adapter:
    """The mail adapter, which must send nothing."""
    told = Settings(host="127.0.0.1", sender="a@b.org", security=Security.NONE, security_team=("c@b.org",))
    return EmailAdapter(no_server, told, templates=templates)


WRONG: list[tuple[Callable[[Path, Path], Adapter], str]] = [
    (folder_adapter, "CreateReport"),
    (github_adapter, "CreateReport"),
    (github_adapter, "PublishReport"),
    (github_adapter, "PublishRunbook"),
    (email_adapter, "ReportSecurityBreach"),
]


@pytest.mark.parametrize(("make", "kind"), WRONG)
def test_a_template_that_is_wrong_waits_for_a_person_and_nothing_is_written(
    tmp_path: Path, make: Callable[[Path, Path], Adapter], kind: str
) -> None:
    """It is told with file and line; trying again by itself would not help."""
    one: Delivery = DELIVERIES[kind]
    template = WRITTEN[kind][0].replace("report.html", "report.md")
    folder = ours(tmp_path / "ours", template, "{{ nonsense }}")
    outcome = make(tmp_path / "desk", folder).deliver(one.command, one.context)
    assert isinstance(outcome, Rejected)
    assert f"{folder / template}, line 1: 'nonsense' is undefined" in outcome.why
    assert "retry when it is mended" in outcome.why
    assert not list((tmp_path / "desk").rglob("*.md"))


@pytest.mark.parametrize(("make", "kind"), WRONG)
def test_a_folder_of_templates_that_is_none_waits_for_a_person(
    tmp_path: Path, make: Callable[[Path, Path], Adapter], kind: str
) -> None:
    """It would otherwise replace nothing, in silence."""
    one: Delivery = DELIVERIES[kind]
    outcome = make(tmp_path / "desk", tmp_path / "nowhere").deliver(one.command, one.context)
    assert isinstance(outcome, Rejected)
    assert "nowhere is no folder" in outcome.why
