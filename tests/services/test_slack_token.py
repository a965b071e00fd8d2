"""Token and settings of the Slack adapter: when they are needed, and where the token never shows."""

import tomllib
from collections.abc import Iterator, Mapping
from textwrap import dedent
from typing import Any

import pytest

from incident_fsm._secrets import scrub
from incident_fsm.adapters import slack
from incident_fsm.adapters.slack import Settings, SlackAdapter
from incident_fsm.commands import OpenThread
from incident_fsm.errors import AdapterError
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import drive
from tests.services.driving import story
from tests.services.fakes.slack import ADA, MAIN, TOKEN, FakeSlack
from tests.services.test_slack import THREAD, made, shown, the
from tests.services.test_slack_fake import KNOWN, world


def test_it_is_made_without_a_token_and_says_so_when_it_needs_one() -> None:
    """Nothing is sent, and the error names the variable."""
    adapter = made({})
    for ask in (adapter.deliver, adapter.find):
        with pytest.raises(AdapterError, match="SLACK_BOT_TOKEN"):
            ask(the(OpenThread), shown())
    assert adapter.messages(shown(THREAD)) is None


def test_the_client_is_tamed_and_made_anew_for_another_token() -> None:
    """No retries of its own, ten seconds of patience, nothing in any log; a token that was changed is used at once."""
    environment = {"SLACK_BOT_TOKEN": TOKEN}
    make = made(environment)._api._client
    client = make()
    assert client is make()
    assert client.retry_handlers == []
    assert client.timeout == 10
    assert not client.logger.isEnabledFor(50)
    assert client.base_url == "https://slack.com/api/"
    environment["SLACK_BOT_TOKEN"] = f"{TOKEN}-rotated"
    assert make().token == f"{TOKEN}-rotated"


def test_the_example_in_the_docs_is_accepted() -> None:
    """As it stands there, as TOML."""
    said = dedent(str(slack.__doc__).partition("\n\n")[2].partition("\n\n")[0])
    table = tomllib.loads(said)["slack"]
    assert made({}, table)._settings == Settings(
        channels={"analytical-platform": "C024BE91L"}, people={"Ada Lovelace": "U024BE7LH"}
    )


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"token": TOKEN}, "token"),
        ({"channels": {"main": "analytical-platform"}}, "no id of Slack's"),
        ({"channels": {"#": "C024BE91L"}}, "empty name"),
        ({"people": {"Ada": "C024BE91L"}}, "no id of Slack's"),
        ({"people": ["Ada"]}, "people"),
    ],
)
def test_wrong_settings_are_refused_at_once(table: Mapping[str, Any], said: str) -> None:
    """A secret in the file, and names where ids belong."""
    with pytest.raises(AdapterError, match=said) as raised:
        made({}, table)
    assert "adapters.toml" in raised.value.remedy


def test_settings_fold_the_names_of_channels_and_people() -> None:
    """As people write them."""
    said = Settings(channels={"#Main ": MAIN}, people={" Ada  LOVELACE": ADA})
    assert said.channels == {"main": MAIN}
    assert said.mention("ada lovelace") == f"<@{ADA}>"
    assert said.mention("Grace Hopper") == ""


def everything_said(fake: FakeSlack, adapter: SlackAdapter) -> Iterator[object]:
    """Whatever the adapter says when Slack says the token back, and other things."""
    yield adapter
    yield adapter.deliver(the(OpenThread), shown())
    for error in (TOKEN, "invalid_auth", f"{TOKEN} is wrong"):
        fake.refusals = dict.fromkeys(("chat.postMessage", "conversations.history", "auth.test"), error)
        yield adapter.deliver(the(OpenThread), shown())
        yield adapter.find(the(OpenThread), shown())
        yield list(adapter.check(load_shipped()))


def test_the_token_is_in_no_repr_outcome_or_error() -> None:
    """Not even where Slack's answer holds it."""
    with world() as (_, fake, _clock):
        adapter = made({"SLACK_BOT_TOKEN": TOKEN}, {"channels": dict(KNOWN.channels)})
        adapter._api._client().base_url = fake.base_url
        adapter._api._client().proxy = None
        for said in everything_said(fake, adapter):
            assert TOKEN not in repr(said)
            assert TOKEN not in str(said)
        assert scrub(TOKEN) == "***"


def test_the_token_is_in_no_row_of_the_journal() -> None:
    """A whole incident, in which every command fails with the token in Slack's answer."""
    with world() as (_, fake, clock):
        adapter = made({"SLACK_BOT_TOKEN": TOKEN})
        adapter._api._client().base_url = fake.base_url
        adapter._api._client().proxy = None
        fake.refusals["chat.postMessage"] = f"{TOKEN} is not allowed"
        driven = drive(adapter, fake, clock, events=story())
        assert TOKEN not in repr(driven.desk.outbox())
        assert TOKEN not in repr([driven.desk.timeline(one.command.incident_id) for one in driven.settled])
