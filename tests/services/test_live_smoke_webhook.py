"""live_smoke against an endpoint on loopback."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3

from incident_fsm.adapters import AdapterSettings
from incident_fsm.adapters._settings import read_settings
from incident_fsm.adapters.webhook import Settings, WebhookAdapter
from live.smoke import Access
from live.webhook import Webhook
from tests.services.fakes.endpoint import SECRET, FakeEndpoint
from tests.services.live_smoke_world import Ran, Time, run

ENVIRONMENT = {"WEBHOOK_SECRET": SECRET}


class FakeCounter(FakeEndpoint):
    """An endpoint that may give another receipt each time."""

    renumbers = False

    def _receipt(self, command_id: str) -> dict[str, str]:
        """Where it is found; elsewhere each time, if it renumbers."""
        number = {"reference": f"task-{len(self.requests)}"} if self.renumbers else {}
        return super()._receipt(command_id) | number


@pytest.fixture
def time() -> Time:
    """A clock."""
    return Time()


@pytest.fixture
def fake(time: Time) -> Iterator[FakeCounter]:
    """An endpoint."""
    with FakeCounter(time) as endpoint:
        yield endpoint


def smoke(fake: FakeCounter, time: Time, folder: Path, lines: str, *arguments: str, **more: Any) -> Ran:
    """Run it against the fake."""
    text = f'[webhook]\nurl = "{fake.url}/hook"\n{lines}'

    def opener(settings: AdapterSettings) -> Access:
        own = read_settings("webhook", settings, Settings)
        return Access(WebhookAdapter(urllib3.PoolManager, own, lambda: SECRET, now=time, timeout=20), None)

    environment = more.pop("environment", ENVIRONMENT)
    return run(Webhook(opener), folder, text, *arguments, environment=environment, time=time, **more)


def test_commands_arrive_once_and_are_looked_up(fake: FakeCounter, time: Time, tmp_path: Path) -> None:
    """Each command of the story is posted once and found by its id."""
    ran = smoke(fake, time, tmp_path, f'lookup_url = "{fake.url}/seen"\n', "--yes")
    assert ran.code == 0, ran.text
    ids = [told["id"] for told in fake.done]
    assert len(ids) == len(set(ids)) > 6
    assert ran.verdict("PostToThread") == "holds"
    assert "they cannot be taken back" in ran.text
    assert "it keeps what it made of SMOKE-" in ran.text
    assert SECRET not in ran.text


def test_only_the_named_commands_are_posted(fake: FakeCounter, time: Time, tmp_path: Path) -> None:
    """And a second time, to see that the id is ignored."""
    lines = f'commands = ["CreateIssue"]\nidempotent = true\nlookup_url = "{fake.url}/seen"\n'
    ran = smoke(fake, time, tmp_path, lines, "--yes")
    assert ran.code == 0, ran.text
    assert [told["type"] for told in fake.done] == ["CreateIssue"]
    assert ran.seen("an id that was seen is ignored") == "the same receipt"


def test_an_endpoint_that_cannot_be_asked_is_told(fake: FakeCounter, time: Time, tmp_path: Path) -> None:
    """Neither lookup nor idempotence: a person would be asked, so no answer is lost on purpose."""
    ran = smoke(fake, time, tmp_path, 'commands = ["CreateIssue"]\n', "--yes")
    assert ran.code == 0, ran.text
    assert ran.seen("a command whose answer is lost is found") == "by nobody: a person is asked"
    assert "is found again" not in ran.text


def test_an_endpoint_that_is_not_as_idempotent_as_it_is_called_is_told(
    fake: FakeCounter, time: Time, tmp_path: Path
) -> None:
    """The same id again has another receipt."""
    fake.renumbers = True
    ran = smoke(fake, time, tmp_path, 'commands = ["CreateIssue"]\nidempotent = true\n', "--yes")
    assert ran.code == 1
    assert ran.seen("a command whose answer is lost is found") == "by its idempotence: it is sent again"
    assert ran.seen("an id that was seen is ignored").startswith("another answer: Receipt(")


def test_a_story_without_the_named_commands_leaves_it_open(fake: FakeCounter, time: Time, tmp_path: Path) -> None:
    """Nothing is posted."""
    lines = f'commands = ["OpenSupportCase"]\nlookup_url = "{fake.url}/seen"\n'
    ran = smoke(fake, time, tmp_path, lines, "--yes")
    assert ran.code == 0, ran.text
    assert ran.verdict("commands are posted") == "open"
    assert fake.done == []


def test_a_secret_that_is_not_set_is_named(fake: FakeCounter, time: Time, tmp_path: Path) -> None:
    """Nobody is called."""
    ran = smoke(fake, time, tmp_path, "", "--yes", environment={})
    assert ran.code == 2
    assert "set WEBHOOK_SECRET in the environment" in ran.text
    assert fake.requests == []


def test_it_is_made_from_settings_without_a_call() -> None:
    """The adapter as in earnest."""
    table = {"url": "https://hooks.example.org"}
    assert Webhook().open(AdapterSettings(folder=Path(), table=table, environment={})).adapter.name == "webhook"
