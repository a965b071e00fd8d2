"""The adapters that ship, through the very harness that users have for theirs.

One sort of command each, in every trouble; their own fault tests have all sorts, and look closer.
"""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest
import urllib3

from incident_fsm import State
from incident_fsm import commands as c
from incident_fsm.adapters import Context, Outcome, Receipt, Rejected
from incident_fsm.adapters.folder import FolderAdapter
from incident_fsm.adapters.github import GitHubAdapter
from incident_fsm.adapters.slack import SlackAdapter
from incident_fsm.adapters.webhook import Settings, WebhookAdapter
from incident_fsm.commands import Command
from incident_fsm.engine import CommandStatus
from incident_fsm.events import Event, NoteTaken
from incident_fsm.testing import TROUBLES, BrokenPromise, Death, FakeWorld, Story, Unreliable, check_adapter
from incident_fsm.testing.adapter_check import AdapterReport
from tests.services.driving import dismissal, story
from tests.services.fakes.endpoint import SECRET, FakeEndpoint
from tests.services.fakes.github import FakeGitHub
from tests.services.fakes.github_world import SETTINGS, client_of
from tests.services.fakes.mail import FakeMail, adapter_for, settings_for
from tests.services.fakes.server import PATIENCE
from tests.services.fakes.slack import FakeSlack
from tests.services.test_slack_fake import KNOWN
from tests.services.test_slack_fake import client_of as slack_client_of

DISMISSED = (dismissal(),)
MANAGED = (story()[:4],)
"""As far as the thread: a short story for what is early in it."""


def by_hand(report: AdapterReport) -> set[str]:
    """The troubles in which a person has the command."""
    return {case.trouble for case in report.cases if case.status is not CommandStatus.DONE}


def noted() -> tuple[Event, ...]:
    """A note in words that look the same in Markdown."""
    managed = Story().until(State.MANAGING)
    managed.say(NoteTaken, text="The quota is reached.")
    return managed.events


class Disk(FakeWorld):
    """A folder, and how often a command's words stand in its page."""

    def __init__(self, now: Callable[[], datetime], root: Path) -> None:
        super().__init__(now)
        self.root = root / str(len(list(root.iterdir())))
        self.root.mkdir()

    def count(self, command: Command) -> int:
        """Count words."""
        page, words = ("thread.md", command.text) if isinstance(command, c.PostToThread) else ("", "")
        path = self.root / command.incident_id / page
        return path.read_text("utf-8").count(words.partition("\n")[0]) if page and path.is_file() else 0


class OneSort(FolderAdapter):
    """A folder for what is said in the thread, and nothing else."""

    def accepts(self, command: Command) -> bool:
        """Replies only."""
        return isinstance(command, c.PostToThread)


def test_the_folder_keeps_its_promise(tmp_path: Path) -> None:
    """Expect each reply to stand in the thread once, whatever became of the answer."""
    report = check_adapter(
        lambda disk: Unreliable(OneSort(disk.root), disk), lambda clock: Disk(clock, tmp_path), stories=[noted()]
    )
    assert by_hand(report) == set()


def test_the_webhook_keeps_its_promise() -> None:
    """Expect one task at the endpoint; where its secret is refused, or a search may not look, a person has it."""

    def adapter(endpoint: FakeEndpoint) -> WebhookAdapter:
        said = Settings(url=f"{endpoint.url}/hook", commands=("RedirectReporter",), lookup_url=f"{endpoint.url}/seen")
        return WebhookAdapter(urllib3.PoolManager, said, lambda: SECRET, now=endpoint.now, timeout=PATIENCE)

    report = check_adapter(adapter, lambda clock: FakeEndpoint(clock, again=True), stories=DISMISSED)
    assert by_hand(report) == {"permission missing", "lost answer, then the search lacks a permission"}


def test_slack_keeps_its_promise() -> None:
    """Expect one message; where the bot may not post, or not look, a person has it."""
    report = check_adapter(
        lambda fake: SlackAdapter(lambda: slack_client_of(fake), KNOWN),
        FakeSlack,
        stories=MANAGED,
        kinds=(c.OpenThread,),
    )
    assert by_hand(report) == {"permission missing", "lost answer, then the search lacks a permission"}


def test_github_keeps_its_promise() -> None:
    """Expect one issue; where the token may not write, or not look, a person has it."""
    with ExitStack() as clients:

        def adapter(github: FakeGitHub) -> GitHubAdapter:
            client = clients.enter_context(client_of(github))
            return GitHubAdapter(lambda: client, SETTINGS)

        report = check_adapter(adapter, FakeGitHub, stories=DISMISSED, kinds=(c.RedirectReporter,))
    assert by_hand(report) == {"permission missing", "lost answer, then the search lacks a permission"}


def test_mail_keeps_its_promise_though_its_worker_dies() -> None:
    """Expect one mail in each mailbox, as a copy with the same Message-ID is dropped there.

    Only the troubles that its own fault tests do not have: each mail takes long, on a real server.
    """
    deaths = [trouble for trouble in TROUBLES if trouble.death is not Death.NEVER]
    report = check_adapter(
        lambda mail: adapter_for(settings_for(mail.address)), FakeMail, stories=(story(),), troubles=deaths,
        kinds=(c.ScheduleMeeting,),
    )  # fmt: skip
    assert (len(report.cases), by_hand(report)) == (2, set())


class Forgetful(OneSort):
    """Writes every reply at the end of the thread, and keeps no entry of what was done."""

    def deliver(self, command: Command, context: Context) -> Outcome:  # noqa: ARG002  the port's signature
        """Append, without looking."""
        if not isinstance(command, c.PostToThread):
            return Rejected(why="only replies are written")
        thread = self.root / command.incident_id / "thread.md"
        thread.parent.mkdir(exist_ok=True)
        with thread.open("a", encoding="utf-8") as file:
            file.write(f"{command.text}\n")
        return Receipt(reference=thread.name)


def test_a_folder_that_forgets_what_it_did_is_found_out(tmp_path: Path) -> None:
    """Expect the harness to see through `Unreliable`, too: after a lost answer a reply stands there twice."""
    with pytest.raises(BrokenPromise, match=r"lost answer .* around PostToThread:\n.*found 2 objects outside"):
        check_adapter(
            lambda disk: Unreliable(Forgetful(disk.root), disk), lambda clock: Disk(clock, tmp_path), stories=[noted()]
        )
