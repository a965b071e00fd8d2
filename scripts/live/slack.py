"""A private channel of Slack: a thread, a reply, and what Slack's reference leaves open about both."""

import uuid
from collections.abc import Iterator
from typing import Any

from attrs import define, evolve, field
from slack_sdk.errors import SlackApiError

from incident_fsm import ChaseVia, Policy
from incident_fsm._secrets import Secret
from incident_fsm.adapters import AdapterSettings, Receipt
from incident_fsm.adapters.slack import TOKEN, SlackAdapter, from_settings
from incident_fsm.adapters.slack._api import Api, Data, TamedClient
from incident_fsm.adapters.slack._marker import SKEW
from incident_fsm.policy import ThirdParty
from live.points import Verdict
from live.smoke import Access, Options, Plan, Smoke, Table, Vendor
from live.trial import Trial

_ELSEWHERE = "live_smoke"
"""The key of the third party whose channel is shared."""

_GONE = {"message_not_found", "thread_not_found"}


class Slack(Vendor):
    """The channel that --channel names."""

    name = "slack"
    secrets = (TOKEN,)

    @staticmethod
    def connect(settings: AdapterSettings) -> Access:
        """Make both; neither repeats anything by itself."""
        return Access(from_settings(settings), TamedClient(Secret("slack", TOKEN, settings.environment)))

    def lacks(self, options: Options) -> str:
        """The channel is named on the command line, so that no policy's real one is met by mistake."""
        return "" if options.channel else "name a private test channel: --channel NAME"

    def policy(self, options: Options, policy: Policy) -> Policy:
        """No channel but those that were named."""
        shared = ThirdParty(key=_ELSEWHERE, name="the other organisation", how="a test", channel=options.shared_channel)
        return evolve(
            policy,
            thread=evolve(policy.thread, channel=options.channel),
            security=evolve(policy.security, channel="", narrows_audience=False),
            status_page=evolve(policy.status_page, notified_channels=()),
            third_parties=(shared,) if options.shared_channel else (),
        )

    def plan(self, options: Options, table: Table) -> Plan:  # noqa: ARG002  the base's signature
        """A thread, seen by whoever reads the channel."""
        shared = (f"post one message in #{options.shared_channel} (--shared-channel), which others read",)
        return Plan(
            does=(
                f"open a thread in #{options.channel}, and reply in it",
                "post one message twice with the same client_msg_id",
                "post another message, delete it, and try to reply to it",
                *(shared if options.shared_channel else ()),
                "delete all of these messages",
            ),
            leaves="nothing; but whoever reads the channel meanwhile sees the messages, and may be notified",
        )

    def examine(self, smoke: Smoke) -> None:
        """Do it."""
        room = _Room(smoke)
        smoke.tidying.later(f"messages of {smoke.run_id}", room.remove, "delete them in Slack")
        trial = smoke.trial()
        room.trial = trial
        trial.tell(*trial.story.begun(), trial.story.managed())
        if not trial.receipts:
            return
        opening = trial.receipts[0]
        channel, thread = room.place(opening)
        carried = trial.tell(trial.story.noted())
        replied = bool(carried) and carried[0].found_after is not None
        smoke.report.judge("a bot's token may read the replies of a thread", "by looking for a reply", holds=replied)
        adapter = smoke.access.adapter
        read = adapter.messages(trial.context) if isinstance(adapter, SlackAdapter) else None
        seen = "it cannot be read" if read is None else f"{len(read)} message(s) of people"
        smoke.report.judge("the thread can be read back for the timeline", seen, holds=read is not None)
        question = f"Look at {opening.link}: is :thread: shown as a picture (a spool of thread)?"
        smoke.report.answered(':thread: is shown as an emoji with parse="none"', smoke.terminal.sees(question))
        _same_id_twice(smoke, room, channel, thread)
        _reply_to_deleted(smoke, room, channel)
        if smoke.options.shared_channel:
            trial.tell(trial.story.supported(_ELSEWHERE, ""), trial.story.chased(ChaseVia.CHANNEL))


@define
class _Room:
    """The channel, by the official client."""

    smoke: Smoke
    trial: Trial | None = None
    posted: list[tuple[str, str]] = field(factory=list)
    """Channel and `ts` of what was posted beside the adapter."""

    @property
    def api(self) -> Api:
        """One request for each call."""
        return Api(self.smoke.access.client)

    def place(self, receipt: Receipt) -> tuple[str, str]:
        """Channel and `ts` of what the adapter posted."""
        channel, _, ts = receipt.reference.partition("/")
        return channel, ts

    def post(self, channel: str, thread: str, text: str, **more: Any) -> str:  # noqa: ANN401  as the client takes them
        """Post a message, and give its `ts`."""
        said = f"{text} ({self.smoke.run_id})"
        client = self.smoke.access.client()
        ts = str(client.chat_postMessage(channel=channel, thread_ts=thread or None, text=said, **more)["ts"])
        self.posted.append((channel, ts))
        return ts

    def delete(self, channel: str, ts: str) -> bool:
        """Delete a message; False where it is not there."""
        try:
            self.smoke.access.client().chat_delete(channel=channel, ts=ts)
        except SlackApiError as error:
            if error.response.get("error") in _GONE:
                return False
            raise
        return True

    def remove(self) -> str:
        """Delete every message of this run: what is known, then what is found by its marks."""
        known = [*self.posted, *map(self.place, self.trial.receipts if self.trial else [])]
        deleted = self._delete_all(known)
        for channel in self._channels():
            deleted += self._delete_all(list(self._found(channel)))
        return f"deleted {deleted} message(s)"

    def _delete_all(self, places: list[tuple[str, str]]) -> int:
        """Delete messages, replies before what they reply to; return how many were there."""
        newest_first = sorted(set(places), key=lambda place: place[1], reverse=True)
        return sum(self.delete(*place) for place in newest_first)

    def _channels(self) -> Iterator[str]:
        """The ids of the channels that anything was posted in."""
        names = {self.smoke.options.channel, self.smoke.options.shared_channel} - {""}
        adapter: Any = self.smoke.access.adapter
        return (adapter._places.id_of(name) for name in sorted(names))

    def _found(self, channel: str) -> Iterator[tuple[str, str]]:
        """What this run posted in a channel and its threads, of the last while."""
        since = f"{(self.smoke.clock() - SKEW * 6).timestamp():.6f}"
        for head in list(self.api.messages(channel, "", since)):
            if self._is_ours(head):
                replies = self.api.messages(channel, str(head["ts"]))
                yield from ((channel, str(one["ts"])) for one in replies if self._is_ours(one))

    def _is_ours(self, message: Data) -> bool:
        """Whether a message is of this run: by its metadata, or by its text."""
        metadata = message.get("metadata") or {}
        marked = (metadata.get("event_payload") or {}).get("incident_id") == self.smoke.run_id
        return self.api.me().said(message) and (marked or self.smoke.run_id in str(message.get("text")))


def _same_id_twice(smoke: Smoke, room: _Room, channel: str, thread: str) -> None:
    """Post twice with the same client_msg_id. We count on nothing here, so whatever Slack does is only seen."""
    name = str(uuid.uuid5(uuid.NAMESPACE_URL, smoke.run_id))
    try:
        both = [room.post(channel, thread, "The same client_msg_id twice", client_msg_id=name) for _ in range(2)]
        seen = "two messages: it keeps nothing from being posted twice" if both[0] != both[1] else "one message"
    except SlackApiError as error:
        seen = f"refused with {error.response.get('error')}"
    smoke.report.add("a second message with the same client_msg_id", Verdict.SEEN, seen)


def _reply_to_deleted(smoke: Smoke, room: _Room, channel: str) -> None:
    """Reply to a message that was deleted."""
    assumed = "a reply to a first message that was deleted is refused with thread_not_found"
    first = room.post(channel, "", "A message that is deleted at once")
    room.delete(channel, first)
    try:
        ts = room.post(channel, first, "A reply to a message that is not there")
    except SlackApiError as error:
        refused = str(error.response.get("error"))
        smoke.report.judge(assumed, f"refused with {refused}", holds=refused == "thread_not_found")
    else:
        smoke.report.judge(assumed, f"accepted: it stands at {ts}, in a thread without its beginning", holds=False)
