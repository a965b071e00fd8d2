"""The Slack adapter: what it takes on, where it posts and where never, how it finds what it posted, and its token."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
from attrs import evolve

from incident_fsm import ChaseVia, Incident, Kind, Policy
from incident_fsm._values import Audience, Reference, References
from incident_fsm.adapters import Adapter, AdapterSettings, Context, NotDone, Receipt, Rejected, Unknown
from incident_fsm.adapters.slack import Settings, SlackAdapter, from_settings
from incident_fsm.adapters.slack._marker import marker
from incident_fsm.commands import Command, EscalateSupportCase, OpenThread, PostToThread, Remind
from tests.adapters.deliveries import every_type
from tests.documents.airflow import airflow
from tests.services.fakes.slack import ADA, ASK, AWS, MAIN, SECURITY, FakeSlack
from tests.services.test_slack_fake import world

C = TypeVar("C", bound=Command)

THREAD = f"{MAIN}/1781078400.000000"


def the(kind: type[C]) -> C:
    """The first command of a type in an ordinary incident that Slack is for."""
    adapter = SlackAdapter(_no_client)
    return next(one for one in airflow().commands if isinstance(one, kind) and adapter.accepts(one))


def restricted(kind: type[C]) -> C:
    """A command of a type in an incident that is restricted."""
    return evolve(the(kind), audience=Audience.RESTRICTED)


def shown(thread: str = "", link: str = "", **parts: Any) -> Context:
    """What the adapter is shown: an incident with a thread, or without one; `parts` change the policy."""
    context = airflow().context
    reference = Reference(reference=thread, link=link) if thread or link else None
    incident: Incident = evolve(context.incident, references=References(thread=reference))
    return Context(incident=incident, policy=changed(context.policy, **parts), timeline=context.timeline)


def changed(policy: Policy, **parts: Any) -> Policy:
    """A policy with fields of some parts decided otherwise."""
    return evolve(policy, **{name: evolve(getattr(policy, name), **part) for name, part in parts.items()})


NARROW: dict[str, Any] = {"security": {"narrows_audience": True, "channel": "#Sec-Only"}}


def made(environment: Mapping[str, str], table: Mapping[str, Any] | None = None) -> SlackAdapter:
    """An adapter as the entry point makes it."""
    adapter = from_settings(AdapterSettings(folder=Path(), table=table or {}, environment=environment))
    assert isinstance(adapter, SlackAdapter)
    return adapter


def _no_client() -> Any:
    """A client that must not be asked for."""
    raise AssertionError("no call was expected")


def texts(fake: FakeSlack, channel: str) -> list[str]:
    """What stands in a channel."""
    return [message["text"] for message in fake.channels[channel].messages]


# ── What it takes on ───────────────────────────────────────────────────────────────────────────────────────────────


def test_it_takes_on_threads_channels_and_reminders() -> None:
    """Of every type there is, four; an escalation only where it goes through a channel."""
    adapter = SlackAdapter(_no_client)
    accepted = {type(one.command) for one in every_type() if adapter.accepts(one.command)}
    assert accepted >= {OpenThread, PostToThread, Remind}
    assert accepted <= {OpenThread, PostToThread, Remind, EscalateSupportCase}
    assert adapter.accepts(the(EscalateSupportCase))
    assert not adapter.accepts(evolve(the(EscalateSupportCase), via=ChaseVia.CASE))
    assert isinstance(adapter, Adapter)
    assert adapter.live


@pytest.mark.parametrize("kind", [OpenThread, PostToThread, EscalateSupportCase, Remind])
def test_drills_and_what_is_for_the_public_are_not_taken_on(kind: type[Command]) -> None:
    """A drill reaches nobody; a channel of the team's is not where the public is told."""
    adapter = SlackAdapter(_no_client)
    assert not adapter.accepts(evolve(the(kind), kind=Kind.DRILL))
    assert not adapter.accepts(evolve(the(kind), audience=Audience.PUBLIC))


# ── Where it posts ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_thread_is_opened_and_replied_to() -> None:
    """The first message stands in the channel, the reply in its thread; both receipts name and link them."""
    with world(Settings()) as (adapter, fake, _):
        opened = adapter.deliver(the(OpenThread), shown())
        assert isinstance(opened, Receipt)
        [first] = fake.channels[MAIN].messages
        assert opened.reference == f"{MAIN}/{first['ts']}"
        assert opened.link == f"https://team.slack.com/archives/{MAIN}/p{first['ts'].replace('.', '')}"
        replied = adapter.deliver(the(PostToThread), shown(opened.reference))
        assert isinstance(replied, Receipt)
        assert f"thread_ts={first['ts']}" in replied.link
        assert [one["ts"] for one in fake.thread(MAIN, first["ts"])][1:] == [replied.reference.partition("/")[2]]


def test_nothing_is_unfurled_linked_or_parsed_and_the_marker_holds_no_text() -> None:
    """The request says so for every message; its metadata holds ids and a digest."""
    with world() as (adapter, fake, _):
        adapter.deliver(the(OpenThread), shown())
        said = fake.requests[0].json
        assert {said[name] for name in ("unfurl_links", "unfurl_media", "link_names")} == {False}
        assert said["parse"] == "none"
        assert said["metadata"] == marker(the(OpenThread))
        assert set(said["metadata"]["event_payload"]) == {"command_id", "incident_id", "digest"}


def test_a_support_case_is_chased_in_its_channel() -> None:
    """#ext-aws, with or without the number sign, and not in any thread."""
    with world() as (adapter, fake, _):
        for channel in ("ext-aws", "#EXT-AWS "):
            command = evolve(the(EscalateSupportCase), channel=channel)
            assert isinstance(adapter.deliver(command, shown(THREAD)), Receipt)
        assert [one.get("thread_ts") for one in fake.channels[AWS].messages] == [None, None]


def test_a_reminder_goes_into_the_thread_or_else_into_the_channel() -> None:
    """Into the thread where there is one of Slack's in the right channel, else into the channel of its audience."""
    with world() as (adapter, fake, _):
        first = fake.say(MAIN, "", ADA, "thread")
        for context in (shown(), shown("thread.md"), shown(f"{MAIN}/{first}"), shown(f"{AWS}/{first}")):
            assert isinstance(adapter.deliver(the(Remind), context), Receipt)
        assert [one.get("thread_ts") for one in fake.channels[MAIN].messages[1:]] == [None, None, first, None]


def test_a_reminder_of_a_restricted_incident_goes_into_the_narrow_channel() -> None:
    """Even where its thread was opened in the open."""
    with world() as (adapter, fake, _):
        first = fake.say(MAIN, "", ADA, "thread")
        assert isinstance(adapter.deliver(restricted(Remind), shown(f"{MAIN}/{first}", **NARROW)), Receipt)
        assert len(texts(fake, SECURITY)) == 1
        assert texts(fake, MAIN) == ["thread"]


@pytest.mark.parametrize(
    "link",
    [
        f"https://team.slack.com/archives/{MAIN}/p1781078400000000",
        f"https://team.slack.com/archives/{MAIN}/p1781078400000000/?x=1",
        f"https://team.enterprise.slack.com/archives/{MAIN}/p1781078999000000?thread_ts=1781078400.000000&cid={MAIN}",
    ],
)
@pytest.mark.parametrize("as_link", [True, False])
def test_a_thread_that_a_person_opened_is_known_by_its_permalink(link: str, as_link: bool) -> None:  # noqa: FBT001  pytest passes it by name
    """Given as the link or in place of the reference; a link to a reply means its thread."""
    with world() as (adapter, fake, _):
        first = fake.say(MAIN, "", ADA, "thread by hand")
        assert first == "1781078400.000000"
        context = shown(link=link) if as_link else shown(link)
        assert isinstance(adapter.deliver(the(PostToThread), context), Receipt)
        assert len(fake.thread(MAIN, first)) == 2


@pytest.mark.parametrize(
    "link",
    [
        "",
        "thread.md",
        "https://example.org/archives/C0MAIN/p1781078400000000",
        "https://evil-slack.com/archives/C0MAIN/p1781078400000000",
        "http://team.slack.com/archives/C0MAIN/p1781078400000000",
        "https://team.slack.com/archives/C0MAIN",
        "https://[team.slack.com/archives/C0MAIN/p1781078400000000",
    ],
)
def test_without_a_thread_of_slacks_a_reply_is_left_to_a_person(link: str) -> None:
    """Nothing is asked of Slack but the channel; the reason says which links are understood."""
    with world() as (adapter, fake, _):
        outcome = adapter.deliver(the(PostToThread), shown(link=link))
        assert isinstance(outcome, Rejected)
        assert "archives/C…/p…" in outcome.why
        found = adapter.find(the(PostToThread), shown(link=link))
        assert isinstance(found, Unknown)
        assert found.ask_person
        assert not texts(fake, MAIN)


# ── Where it never posts ───────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_said_after_an_incident_was_restricted_is_not_posted_in_its_open_thread() -> None:
    """The thread stands in the team's channel, the reply is for the narrow one: a person says it by hand."""
    with world() as (adapter, fake, _):
        first = fake.say(MAIN, "", ADA, "thread in the open")
        command = evolve(restricted(PostToThread), channel="sec-only", text="the key that leaked is …")
        outcome = adapter.deliver(command, shown(f"{MAIN}/{first}", **NARROW))
        assert isinstance(outcome, Rejected)
        assert "#sec-only" in outcome.why
        assert "by hand" in outcome.why
        assert texts(fake, MAIN) == ["thread in the open"]
        assert texts(fake, SECURITY) == []


@pytest.mark.parametrize("kind", [OpenThread, PostToThread, EscalateSupportCase])
def test_a_restricted_command_goes_nowhere_but_into_the_narrow_channel(kind: type[Command]) -> None:
    """Not into the team's channel, nor into one that is shared with a third party."""
    with world() as (adapter, fake, _):
        outcome = adapter.deliver(restricted(kind), shown(THREAD, **NARROW))
        assert isinstance(outcome, Rejected)
        assert "restricted" in outcome.why
        assert fake.requests == []


def test_where_the_policy_names_no_channel_nothing_is_posted() -> None:
    """A restricted reminder under a policy without a narrow channel."""
    with world() as (adapter, fake, _):
        outcome = adapter.deliver(restricted(Remind), shown())
        assert isinstance(outcome, Rejected)
        assert "names no channel" in outcome.why
        assert fake.requests == []


@pytest.mark.parametrize("channel", ["ask-data-engineering", "#Ask-Data-Engineering", "analytical-platform-support"])
def test_nothing_is_posted_where_the_status_page_tells_by_itself(channel: str) -> None:
    """PagerDuty posts in these, so nobody else does."""
    with world() as (adapter, fake, _):
        outcome = adapter.deliver(evolve(the(OpenThread), channel=channel), shown())
        assert isinstance(outcome, Rejected)
        assert "status page" in outcome.why
        assert fake.requests == []


def test_another_name_for_such_a_channel_does_not_help() -> None:
    """The settings give two names the same id: it is the same channel."""
    said = Settings(channels={"analytical-platform": ASK, "ask-data-engineering": ASK})
    with world(said) as (adapter, fake, _):
        outcome = adapter.deliver(the(OpenThread), shown())
        assert isinstance(outcome, Rejected)
        assert fake.requests == []


def test_a_channel_that_is_not_there_is_said_and_looked_for_again() -> None:
    """The list is read to its end, a page at a time; once the channel is there, the command can be retried."""
    with world(Settings()) as (adapter, fake, _):
        fake.channels[MAIN].name = "else"
        outcome = adapter.deliver(the(OpenThread), shown())
        assert isinstance(outcome, Rejected)
        assert "#analytical-platform" in outcome.why
        assert "/invite" in outcome.why
        assert [request.path for request in fake.requests] == ["/api/conversations.list"] * 3
        fake.channels[MAIN].name = "analytical-platform"
        assert isinstance(adapter.deliver(the(OpenThread), shown()), Receipt)


def test_channels_are_looked_up_once_and_the_settings_count_for_more() -> None:
    """After one reading of the list every channel is known; an id that was given is not overwritten."""
    with world(Settings(channels={"ext-aws": SECURITY})) as (adapter, fake, _):
        for _number in range(2):
            adapter.deliver(the(OpenThread), shown())
            adapter.deliver(the(EscalateSupportCase), shown())
        listed = [one for one in fake.requests if one.path == "/api/conversations.list"]
        assert len(listed) == 3
        assert len(texts(fake, SECURITY)) == 2


def test_a_look_beforehand_that_fails_sends_nothing_and_can_be_repeated() -> None:
    """A server error of the list is not a doubt: the message was not sent yet."""
    with world(Settings()) as (adapter, fake, _):
        fake.refusals["conversations.list"] = "internal_error"
        assert isinstance(adapter.deliver(the(OpenThread), shown()), NotDone)
