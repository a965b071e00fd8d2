"""live_smoke against a Slack on loopback: what it sees, what it leaves, and what happens when things break."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient

from incident_fsm.adapters import AdapterSettings
from incident_fsm.adapters.slack import SlackAdapter
from live.slack import Slack
from live.smoke import Access
from tests.services.fakes import slack as fakes
from tests.services.fakes.server import Request, Response
from tests.services.live_smoke_world import Ran, Time, run

ENVIRONMENT = {"SLACK_BOT_TOKEN": fakes.TOKEN}


class FakeWorkspace(fakes.FakeSlack):
    """With deletions, and with knobs for what Slack's reference leaves open."""

    misses_first = True
    """Whether a reply to a message that is gone is refused."""
    misses_as = "thread_not_found"
    """How it is refused."""
    counts_ids = False
    """Whether a client_msg_id keeps a message from being posted twice."""
    loses_answers = False
    """Whether a message is kept and called an error."""
    unread = False
    """Whether replies can not be read once there is one of the bot's own."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.delete_errors: list[str] = []
        """How the next deletions are refused."""

    def handle(self, request: Request) -> Response:
        """Delete, or as ever."""
        said = fakes._arguments(request)
        if request.path.endswith("/chat.delete"):
            return self._delete(said)
        if request.path.endswith("/chat.postMessage"):
            refused = self._refused(said)
            if refused:
                return Response(data={"ok": False, "error": refused})
            if self.loses_answers:
                super().handle(request)
                return Response(data={"ok": False, "error": "internal_error"})
        own = any(one.get("thread_ts") and one.get("user") == fakes.BOT_USER for one in self.left)
        if request.path.endswith("/conversations.replies") and self.unread and own:
            return Response(data={"ok": False, "error": "method_not_supported_for_channel_type"})
        return super().handle(request)

    def _refused(self, said: dict[str, Any]) -> str:
        """What Slack may have against a message."""
        messages = self.channels[said["channel"]].messages
        thread = said.get("thread_ts")
        if self.misses_first and thread and all(one["ts"] != thread for one in messages):
            return self.misses_as
        mine = said.get("client_msg_id")
        if self.counts_ids and mine and any(mine in str(request.body) for request in self.requests[:-1]):
            return "duplicate_message_not_found"
        return ""

    def _delete(self, said: dict[str, Any]) -> Response:
        """Delete a message."""
        if self.delete_errors:
            return Response(data={"ok": False, "error": self.delete_errors.pop(0)})
        try:
            self.delete(said["channel"], said["ts"])
        except fakes.Refused as refused:
            return Response(data=refused.answer)
        return Response(data={"ok": True, "channel": said["channel"], "ts": said["ts"]})

    @property
    def left(self) -> list[dict[str, Any]]:
        """Every message."""
        return [message for channel in self.channels.values() for message in channel.messages]


@pytest.fixture
def time() -> Time:
    """A clock."""
    return Time()


@pytest.fixture
def fake(time: Time) -> Iterator[FakeWorkspace]:
    """A workspace in which somebody said something."""
    with FakeWorkspace(time) as slack:
        slack.say(fakes.MAIN, "", fakes.ADA, "Good morning")
        yield slack


def smoke(fake: FakeWorkspace, time: Time, folder: Path, *arguments: str, **more: Any) -> Ran:
    """Run it against the fake."""
    client = WebClient(fakes.TOKEN, base_url=fake.base_url, retry_handlers=[], timeout=20)
    vendor = Slack(lambda _: Access(SlackAdapter(lambda: client), lambda: client))
    arguments = ("--channel", "analytical-platform", *arguments)
    return run(vendor, folder, "", *arguments, environment=ENVIRONMENT, time=time, **more)


def texts(fake: FakeWorkspace) -> list[str]:
    """What stands anywhere."""
    return [one["text"] for one in fake.left]


def test_everything_is_seen_and_nothing_is_left(fake: FakeWorkspace, time: Time, tmp_path: Path) -> None:
    """A thread and a reply, each found again, none twice; then the channel is as it was."""
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 0, ran.text
    assert texts(fake) == ["Good morning"]
    assert fakes.TOKEN not in ran.text
    for name in ("OpenThread", "PostToThread"):
        assert ran.verdict(f"{name} (") == "holds"
        assert ran.seen(f"{name} (4:0) is not done" if name == "OpenThread" else "PostToThread (7:0) is not done")
    assert ran.verdict("may read the replies of a thread") == "holds"
    assert ran.seen("client_msg_id").startswith("two messages")
    assert ran.seen("a first message that was deleted") == "refused with thread_not_found"
    assert ran.verdict(":thread: is shown") == "open"
    assert not any(channel.messages for channel in fake.channels.values() if channel.id != fakes.MAIN)


def test_a_person_looks_at_the_emoji_before_it_is_gone(fake: FakeWorkspace, time: Time, tmp_path: Path) -> None:
    """The link is shown; an answer that is none is asked for again."""
    ran = smoke(fake, time, tmp_path, answers=["maybe", "Y", "what?", "yes"])
    assert ran.code == 0, ran.text
    assert ran.text.count("Go on?") == 2
    assert ran.text.count("Look at https://team.slack.com/archives/C0MAIN/p") == 2
    assert ran.verdict(":thread: is shown") == "holds"


def test_somebody_who_cannot_tell_leaves_it_open(fake: FakeWorkspace, time: Time, tmp_path: Path) -> None:
    """Enter, or the end of what they type."""
    ran = smoke(fake, time, tmp_path, answers=["y"])
    assert ran.code == 0, ran.text
    assert ran.verdict(":thread: is shown") == "open"


def test_the_shared_channel_is_used_only_where_it_is_named(fake: FakeWorkspace, time: Time, tmp_path: Path) -> None:
    """One message there, found again by its metadata, and deleted."""
    ran = smoke(fake, time, tmp_path, "--yes", "--shared-channel", "ext-aws")
    assert ran.code == 0, ran.text
    assert "one message in #ext-aws (--shared-channel)" in ran.text
    assert ran.verdict("EscalateSupportCase") == "holds"
    assert sum("C0AWS/" in line for line in ran.text.splitlines()) == 1
    assert texts(fake) == ["Good morning"]


def test_what_slack_does_otherwise_is_told(fake: FakeWorkspace, time: Time, tmp_path: Path) -> None:
    """It refuses the same client_msg_id, and takes a reply to what is gone."""
    fake.counts_ids, fake.misses_first = True, False
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 1
    assert ran.seen("client_msg_id") == "refused with duplicate_message_not_found"
    assert ran.verdict("a first message that was deleted") == "NOT SO"
    assert texts(fake) == ["Good morning"]


def test_another_refusal_than_the_expected_one_is_told(fake: FakeWorkspace, time: Time, tmp_path: Path) -> None:
    """The adapter has no remedy for its name."""
    fake.misses_as = "cannot_reply_to_message"
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 1
    assert ran.seen("a first message that was deleted") == "refused with cannot_reply_to_message"


def test_a_bot_that_may_not_read_replies_is_told(fake: FakeWorkspace, time: Time, tmp_path: Path) -> None:
    """The reply is never found, the thread not read; what was posted is removed by what is known of it."""
    fake.unread = True
    ran = smoke(fake, time, tmp_path, "--yes", "--patience", "3")
    assert ran.code == 1
    assert ran.verdict("may read the replies of a thread") == "NOT SO"
    assert ran.seen("can be read back") == "it cannot be read"
    assert texts(fake) == ["Good morning"]


def test_a_thread_that_is_refused_ends_it(fake: FakeWorkspace, time: Time, tmp_path: Path) -> None:
    """Nothing else is tried."""
    fake.refusals["chat.postMessage"] = "restricted_action"
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 1
    assert ran.verdict("OpenThread (4:0) is carried out") == "NOT SO"
    assert "deleted 0 message(s)" in ran.text


def test_whatever_breaks_in_the_middle_the_messages_are_removed(
    fake: FakeWorkspace, time: Time, tmp_path: Path
) -> None:
    """Deleting breaks off once, in the middle; tidying deletes the rest, and what was deleted already is no trouble."""
    fake.delete_errors.append("internal_error")
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 5
    assert "broke off: SlackApiError" in ran.text
    assert texts(fake) == ["Good morning"]


def test_a_message_whose_answer_is_lost_for_real_is_deleted_too(
    fake: FakeWorkspace, time: Time, tmp_path: Path
) -> None:
    """It was posted and nobody was told where: it is found by its metadata."""
    fake.loses_answers = True
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 1
    assert ran.verdict("OpenThread (4:0) is carried out") == "NOT SO"
    assert "deleted 1 message(s)" in ran.text
    assert texts(fake) == ["Good morning"]


def test_what_cannot_be_deleted_is_said(fake: FakeWorkspace, time: Time, tmp_path: Path) -> None:
    """A workspace that forbids it: four messages stay."""
    fake.delete_errors += ["cant_delete_message"] * 9
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 4
    assert "by hand: delete them in Slack" in ran.text


def test_the_channel_must_be_named(fake: FakeWorkspace, time: Time, tmp_path: Path) -> None:
    """The policy's own is a real one. Nobody is called."""
    ran = run(
        Slack(lambda _: Access(SlackAdapter(lambda: WebClient("x")), None)),
        tmp_path,
        "",
        environment=ENVIRONMENT,
        time=time,
    )
    assert ran.code == 2
    assert "--channel NAME" in ran.text
    assert fake.requests == []


def test_it_is_made_from_settings_without_a_call() -> None:
    """Adapter and client as in earnest; no token is needed yet."""
    access = Slack().open(AdapterSettings(folder=Path(), environment=ENVIRONMENT))
    assert access.adapter.name == "slack"
    assert access.client().retry_handlers == []
