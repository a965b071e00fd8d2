"""`incident doctor` for Slack: what it looks at, what it says is wrong, and what to do."""

from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from slack_sdk import WebClient

from incident_fsm import Policy
from incident_fsm.adapters import AdapterSettings, Check, Checkable
from incident_fsm.adapters.slack import Settings, SlackAdapter, from_settings
from incident_fsm.policy_files import load_shipped
from tests.services.fakes.slack import ADA, AWS, MAIN, SECURITY, SUPPORT, TOKEN, FakeSlack
from tests.services.test_slack_fake import world


def narrow() -> Policy:
    """A policy with a channel for those who may know."""
    policy = load_shipped()
    return evolve(policy, security=evolve(policy.security, narrows_audience=True, channel="sec-only"))


def problems(adapter: SlackAdapter, policy: Policy | None = None) -> dict[str, Check]:
    """What is wrong, by what was looked at."""
    return {one.what: one for one in adapter.check(policy or narrow()) if one.problem}


def said_before(fake: FakeSlack) -> None:
    """Something stands in the thread's channel, so that reading can be tried."""
    fake.say(MAIN, "", ADA, "hello")


def test_where_everything_is_right_every_line_says_what_was_looked_at() -> None:
    """Token, channels, scopes, reading, people; nothing is posted, and the doubt about reading is said."""
    with world(Settings(people={"Ada Lovelace": ADA})) as (adapter, fake, _):
        said_before(fake)
        found = list(adapter.check(narrow()))
        assert isinstance(adapter, Checkable)
        assert [one.what for one in found if one.problem] == []
        assert [one.what.partition(" (")[0] for one in found] == [
            "the bot's token, SLACK_BOT_TOKEN: incidents in Team",
            "#analytical-platform, for threads",
            "#sec-only, for restricted incidents",
            "#ext-aws, for chasing AWS",
            "the app's scopes",
            "reading #analytical-platform and a thread in it with the bot's token: it works here",
            f"ada lovelace, who is mentioned as {ADA}",
        ]
        assert "Slack's reference says that bots cannot" in found[5].what
        assert not [one for one in fake.requests if one.path.startswith("/api/chat.")]


def test_without_a_token_that_is_all_there_is_to_say() -> None:
    """One line, with what to do; nothing is asked of Slack."""
    adapter = from_settings(AdapterSettings(folder=Path(), environment={}))
    assert isinstance(adapter, Checkable)
    assert list(adapter.check(load_shipped())) == [
        Check(
            what="the bot's token, SLACK_BOT_TOKEN",
            problem="needs SLACK_BOT_TOKEN, which is not set",
            remedy="set it in the environment",
        )
    ]


def test_a_token_that_slack_does_not_know_is_all_there_is_to_say() -> None:
    """With Slack's own word for it."""
    with world() as (adapter, fake, _):
        fake.refusals["auth.test"] = "invalid_auth"
        [check] = adapter.check(narrow())
        assert "invalid_auth" in check.problem


def test_a_token_that_was_changed_is_asked_about_again() -> None:
    """A check tells how it is now."""
    with world() as (adapter, fake, _):
        said_before(fake)
        assert problems(adapter) == {}
        fake.refusals["auth.test"] = "token_revoked"
        assert len(problems(adapter)) == 1


@pytest.mark.parametrize(
    ("channel", "fields", "what", "said"),
    [
        (MAIN, {"member": False}, "#analytical-platform", "not in it"),
        (MAIN, {"name": "renamed"}, "#analytical-platform", "sees no channel"),
        (MAIN, {"archived": True}, "#analytical-platform", "sees no channel"),
        (AWS, {"member": False}, "#ext-aws", "not in it"),
        (SECURITY, {"member": False}, "#sec-only", "sees no channel"),
        (SECURITY, {"private": False}, "#sec-only", "everybody can join"),
        (SECURITY, {"shared": True}, "#sec-only", "another organisation"),
    ],
)
def test_what_is_wrong_with_a_channel_is_said(channel: str, fields: dict[str, Any], what: str, said: str) -> None:
    """Membership, its name, and whether the narrow one is narrow."""
    with world(Settings()) as (adapter, fake, _):
        said_before(fake)
        for name, value in fields.items():
            setattr(fake.channels[channel], name, value)
        found = [one for key, one in problems(adapter).items() if key.startswith(what)]
        assert [said in one.problem for one in found] == [True]
        assert found[0].remedy


@pytest.mark.parametrize(
    ("given", "fields", "said"),
    [
        ("C0NONE", {}, "channel_not_found"),
        (SUPPORT, {}, "is that of #analytical-platform-support"),
        (MAIN, {"archived": True}, "is archived"),
    ],
)
def test_an_id_from_the_settings_is_held_to_its_name(given: str, fields: dict[str, Any], said: str) -> None:
    """It might be another channel's, or none."""
    with world(Settings(channels={"analytical-platform": given})) as (adapter, fake, _):
        said_before(fake)
        for name, value in fields.items():
            setattr(fake.channels[given], name, value)
        assert said in problems(adapter)["#analytical-platform, for threads"].problem


@pytest.mark.parametrize(
    ("scopes", "missing"),
    [
        ("chat:write,users:read,channels:read,channels:history", "groups:history, groups:read"),
        ("users:read,channels:read,channels:history,groups:read,groups:history", "chat:write"),
        ("chat:write, users:read, groups:read, groups:history", "channels:history, channels:read"),
    ],
)
def test_scopes_that_lack_are_named(scopes: str, missing: str) -> None:
    """Those for private channels only where there are such."""
    with world() as (adapter, fake, _):
        said_before(fake)
        fake.scopes = scopes
        assert problems(adapter)["the app's scopes"].problem == f"lack {missing}"
        if "groups" in missing:
            assert problems(adapter, load_shipped()) == {}


def test_the_token_of_a_person_and_scopes_that_slack_keeps_to_itself_are_noticed() -> None:
    """Only an app may attach metadata; and what Slack does not say is not taken for granted."""
    with world() as (adapter, fake, _):
        said_before(fake)
        fake.answers["auth.test"] = {"user": "ada", "user_id": ADA, "team": "Team"}
        fake.scopes = None
        found = problems(adapter)
        assert "belongs to ada" in found["the bot's token, SLACK_BOT_TOKEN"].problem
        assert "does not tell" in found["the app's scopes"].problem


def test_reading_is_tried_and_its_failure_explained() -> None:
    """Slack's reference leaves it open whether a bot may; so the first thing said there is read as a thread."""
    with world() as (adapter, fake, _):
        what = "reading #analytical-platform and a thread in it with the bot's token"
        assert "nothing was ever said" in problems(adapter)[what].problem
        said_before(fake)
        for method in ("conversations.history", "conversations.replies"):
            fake.refusals = {method: "not_allowed_token_type"}
            found = problems(adapter)[what]
            assert "not_allowed_token_type" in found.problem
            assert "nothing doubtful can be looked for" in found.remedy
        fake.refusals = {"conversations.info": "missing_scope"}
        assert "could not be tried" in problems(adapter)[what].problem


def test_odd_answers_are_problems_and_not_exceptions() -> None:
    """Whatever Slack says."""
    with world(Settings(people={"Ada": ADA})) as (adapter, fake, _):
        said_before(fake)
        for answer in ({}, {"messages": "odd"}, {"messages": ["odd"]}, {"channel": "odd"}, {"user": "odd"}):
            fake.answers = dict.fromkeys(("conversations.history", "conversations.info", "users.info"), answer)
            assert problems(adapter)


def test_people_who_are_not_there_are_named() -> None:
    """A wrong id, and somebody who left."""
    with world(Settings(people={"Ada": ADA, "Nobody": "U0NOBODY"})) as (adapter, fake, _):
        said_before(fake)
        assert "user_not_found" in problems(adapter)["nobody, who is mentioned as U0NOBODY"].problem
        fake.answers["users.info"] = {"user": {"id": ADA, "deleted": True}}
        assert "deactivated" in problems(adapter)[f"ada, who is mentioned as {ADA}"].problem


def test_a_client_that_repeats_requests_is_a_problem() -> None:
    """It would post twice before we could look."""
    with world() as (_, fake, _clock):
        said_before(fake)
        client = WebClient(TOKEN, base_url=fake.base_url)
        client.proxy = None
        assert "may post twice" in problems(SlackAdapter(lambda: client))["the client"].problem


def test_a_policy_without_other_channels_is_checked_for_its_thread_alone() -> None:
    """No narrow channel, and third parties without any."""
    with world() as (adapter, fake, _):
        said_before(fake)
        policy = evolve(load_shipped(), third_parties=())
        assert [one.what for one in adapter.check(policy) if one.what.startswith("#")] == [
            "#analytical-platform, for threads"
        ]
