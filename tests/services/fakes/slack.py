"""A stateful fake of Slack's Web API on loopback: what the adapter and a bot use, and what people do beside them.

It holds to Slack in what matters here: HTTP 200 with `ok: false` for a refusal, no reading without membership, history
without the replies of threads, replies with the first message on every page, metadata only for those who ask for it.
Point a client at `<url>/api/` with `TOKEN`. Whatever a slash command's `response_url` is sent goes to `responses`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from attrs import define, field

from incident_fsm.commands import Command
from tests.services.fakes.server import FakeServer, Request, Response

TOKEN = "xoxb-canary-0123456789"  # noqa: S105  the fake's own
BOT, APP, BOT_USER, TEAM = "B0INCIDENT", "A0INCIDENT", "U0INCIDENT", "T0TEAM"
ADA, GRACE = "U0ADA", "U0GRACE"

MAIN, AWS, SECURITY, SUPPORT, ASK = "C0MAIN", "C0AWS", "G0SEC", "C0SUPPORT", "C0ASK"
"""Channels: the team's, the one shared with a third party, the narrow one, and two that the status page tells."""

SCOPES = "chat:write,channels:read,channels:history,groups:read,groups:history,users:read"

JSON = dict[str, Any]


class Refused(Exception):
    """Slack says no: the name of the error, and what else stands in the answer."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer: JSON = {"ok": False, "error": error, **more}


@define
class Channel:
    """A channel, with every message in it, the oldest first: replies too, which carry another's `thread_ts`."""

    id: str
    name: str
    private: bool = False
    member: bool = True
    archived: bool = False
    shared: bool = False
    messages: list[JSON] = field(factory=list)

    @property
    def data(self) -> JSON:
        """The channel as `conversations.info` tells it."""
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.private,
            "is_group": self.private,
            "is_im": False,
            "is_private": self.private,
            "is_member": self.member,
            "is_archived": self.archived,
            "is_ext_shared": self.shared,
            "created": 1700000000,
        }


class FakeSlack(FakeServer):
    """A workspace with five channels and two people. `page_max` cuts every list into pages of at most so many."""

    def __init__(self, now: Callable[[], datetime], page_max: int = 1000) -> None:
        super().__init__(now)
        self.page_max = page_max
        self.scopes: str | None = SCOPES
        self.token = TOKEN
        self.refusals: dict[str, str] = {}
        """Methods that answer with an error whatever they are asked: `{"chat.getPermalink": "internal_error"}`."""
        self.answers: dict[str, JSON] = {}
        """Methods that answer with this, whatever they are asked."""
        self.channels = {
            one.id: one
            for one in (
                Channel(MAIN, "analytical-platform"),
                Channel(AWS, "ext-aws", shared=True),
                Channel(SECURITY, "sec-only", private=True),
                Channel(SUPPORT, "analytical-platform-support", member=False),
                Channel(ASK, "ask-data-engineering", member=False),
            )
        }
        self.people = {ADA: "Ada Lovelace", GRACE: "Grace Hopper", BOT_USER: "incidents"}
        self.views: list[JSON] = []
        """Every form that was opened."""
        self.ephemeral: list[JSON] = []
        """What was shown to one person only: channel, user, text and blocks."""
        self.responses: list[JSON] = []
        """What was sent to `response_url`."""
        self._ticks = 0

    # ── What a test asks and what people do ────────────────────────────────────────────────────────────────────────

    @property
    def base_url(self) -> str:
        """What a `WebClient` is given."""
        return f"{self.url}/api/"

    @property
    def response_url(self) -> str:
        """What a slash command or a pressed button brings along, to be answered at."""
        return f"{self.url}/response/1"

    def count(self, command: Command) -> int:
        """How many messages carry the command's marker."""
        return len(self.marked(command.id))

    def marked(self, command_id: str) -> list[JSON]:
        """Every message that carries a command's marker."""
        every = (message for channel in self.channels.values() for message in channel.messages)
        payloads = ((message, message.get("metadata", {}).get("event_payload", {})) for message in every)
        return [message for message, payload in payloads if payload.get("command_id") == command_id]

    def say(self, channel: str, thread_ts: str, user: str, text: str, **more: Any) -> str:
        """Let a person say something, in a thread or (thread_ts = "") in the channel; the `ts` of it."""
        message = {"type": "message", "user": user, "text": text, "team": TEAM, **more}
        return str(self._keep(self.channels[channel], message, thread_ts)["ts"])

    def edit(self, channel: str, ts: str, text: str) -> None:
        """Let a person change what they said."""
        message = self._message(self.channels[channel], ts, "message_not_found")
        message["text"] = text
        message["edited"] = {"user": message.get("user", ""), "ts": self._tick()}

    def delete(self, channel: str, ts: str) -> None:
        """Let somebody delete a message."""
        found = self.channels[channel]
        found.messages.remove(self._message(found, ts, "message_not_found"))

    def thread(self, channel: str, ts: str) -> list[JSON]:
        """A thread's messages, the first one included."""
        return [one for one in self.channels[channel].messages if ts in {one["ts"], one.get("thread_ts")}]

    # ── How it answers ─────────────────────────────────────────────────────────────────────────────────────────────

    def handle(self, request: Request) -> Response:
        """Answer one method, as Slack would."""
        said = _arguments(request)
        if request.path.startswith("/response/"):
            self.responses.append(said)
            return Response(text="ok")
        method = request.path.removeprefix("/api/")
        try:
            self._admit(request, said, method)
            data = {"ok": True, **(self.answers[method] if method in self.answers else _METHODS[method](self, said))}
        except Refused as refused:
            data = refused.answer
        return Response(data=data, headers={} if self.scopes is None else {"x-oauth-scopes": self.scopes})

    def forbid(self, request: Request) -> Response:  # noqa: ARG002  the same for every method
        """Say that a scope is missing."""
        data = {"ok": False, "error": "missing_scope", "needed": "some:scope", "provided": "other:scope"}
        return Response(data=data, headers={"x-oauth-scopes": "other:scope"})

    def limit(self, request: Request) -> Response:
        """Say that it is too much."""
        plain = super().limit(request)
        return Response(status=plain.status, data={"ok": False, "error": "ratelimited"}, headers=plain.headers)

    def _admit(self, request: Request, said: JSON, method: str) -> None:
        """Look at the token, in the header or among the arguments, and at what was ordered to be refused."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        given = headers.get("authorization", "").removeprefix("Bearer ") or said.get("token", "")
        if not given:
            raise Refused("not_authed")
        if given != self.token:
            raise Refused("invalid_auth")
        if method not in _METHODS:
            raise Refused("unknown_method")
        if method in self.refusals:
            raise Refused(self.refusals[method])

    def _tick(self) -> str:
        """A `ts` that nothing else has: the time now, to the microsecond, or a little later."""
        self._ticks = max(self._ticks + 1, int(self.now().timestamp() * 1_000_000))
        return f"{self._ticks // 1_000_000}.{self._ticks % 1_000_000:06}"

    def _channel(self, said: JSON) -> Channel:
        """The channel that is meant, by its id. A private one that the bot is not in is not there for it."""
        found = self.channels.get(str(said.get("channel", "")))
        if found is None or (found.private and not found.member):
            raise Refused("channel_not_found")
        return found

    def _readable(self, said: JSON) -> Channel:
        """The channel, if the bot is in it."""
        found = self._channel(said)
        if not found.member:
            raise Refused("not_in_channel")
        return found

    def _message(self, channel: Channel, ts: str, otherwise: str) -> JSON:
        """A message by its `ts`."""
        for message in channel.messages:
            if message["ts"] == ts:
                return message
        raise Refused(otherwise)

    def _keep(self, channel: Channel, message: JSON, thread_ts: str) -> JSON:
        """Put a message into a channel."""
        message["ts"] = self._tick()
        if thread_ts:
            message["thread_ts"] = thread_ts
            for first in channel.messages:
                if first["ts"] == thread_ts:
                    first["thread_ts"] = thread_ts
                    message["parent_user_id"] = first.get("user", "")
        channel.messages.append(message)
        return message

    def _paged(self, found: list[JSON], said: JSON, default: int) -> tuple[list[JSON], str]:
        """One page of a list, and the cursor of the next."""
        limit = min(int(said.get("limit") or default), self.page_max)
        start = int(str(said.get("cursor") or "next-0").removeprefix("next-"))
        return found[start : start + limit], f"next-{start + limit}" if start + limit < len(found) else ""

    # ── The methods ────────────────────────────────────────────────────────────────────────────────────────────────

    def auth_test(self, said: JSON) -> JSON:  # noqa: ARG002  it has no arguments
        """Who the token belongs to."""
        names = {"url": "https://team.slack.com/", "team": "Team", "user": "incidents", "team_id": TEAM}
        return {**names, "user_id": BOT_USER, "bot_id": BOT, "is_enterprise_install": False}

    def chat_post_message(self, said: JSON) -> JSON:
        """Post as the bot."""
        channel = self._readable(said)
        if channel.archived:
            raise Refused("is_archived")
        if not (said.get("text") or said.get("blocks")):
            raise Refused("no_text")
        message = {"type": "message", "text": str(said.get("text", ""))[:40_000], "user": BOT_USER, "team": TEAM}
        message |= {"bot_id": BOT, "app_id": APP}
        message |= {name: said[name] for name in ("metadata", "blocks") if said.get(name)}
        kept = self._keep(channel, message, str(said.get("thread_ts") or ""))
        return {"channel": channel.id, "ts": kept["ts"], "message": _shown(kept, told=True)}

    def chat_update(self, said: JSON) -> JSON:
        """Change what the bot said."""
        channel = self._readable(said)
        message = self._message(channel, str(said.get("ts", "")), "message_not_found")
        if message.get("bot_id") != BOT:
            raise Refused("cant_update_message")
        message |= {name: said[name] for name in ("text", "blocks", "metadata") if said.get(name) is not None}
        message["edited"] = {"user": BOT_USER, "ts": self._tick()}
        shown = {name: value for name, value in _shown(message, told=True).items() if name in _UPDATED}
        return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": shown}

    def chat_post_ephemeral(self, said: JSON) -> JSON:
        """Show something to one person only."""
        self._readable(said)
        if said.get("user") not in self.people:
            raise Refused("user_not_in_channel")
        self.ephemeral.append(said)
        return {"message_ts": self._tick()}

    def chat_get_permalink(self, said: JSON) -> JSON:
        """Where people find a message."""
        channel = self._channel(said)
        message = self._message(channel, str(said.get("message_ts", "")), "message_not_found")
        link = f"https://team.slack.com/archives/{channel.id}/p{message['ts'].replace('.', '')}"
        thread = message.get("thread_ts")
        return {"channel": channel.id, "permalink": f"{link}?thread_ts={thread}&cid={channel.id}" if thread else link}

    def conversations_list(self, said: JSON) -> JSON:
        """Channels, a page of them; private ones only where the bot is a member."""
        types = str(said.get("types") or "public_channel").split(",")
        seen = [
            one.data
            for one in self.channels.values()
            if ("private_channel" if one.private else "public_channel") in types
            and (one.member or not one.private)
            and not (one.archived and _true(said.get("exclude_archived")))
        ]
        page, cursor = self._paged(seen, said, 100)
        return {"channels": page, "response_metadata": {"next_cursor": cursor}}

    def conversations_info(self, said: JSON) -> JSON:
        """One channel."""
        return {"channel": self._channel(said).data}

    def conversations_history(self, said: JSON) -> JSON:
        """A channel's messages, the newest first, without the replies of threads."""
        channel = self._readable(said)
        oldest = float(said.get("oldest") or 0)
        tops = [one for one in reversed(channel.messages) if one.get("thread_ts", one["ts"]) == one["ts"]]
        page, cursor = self._paged([one for one in tops if float(one["ts"]) > oldest], said, 100)
        told = _true(said.get("include_all_metadata"))
        return {
            "messages": [_shown(one, told=told) for one in page],
            "has_more": bool(cursor),
            "pin_count": 0,
            "response_metadata": {"next_cursor": cursor},
        }

    def conversations_replies(self, said: JSON) -> JSON:
        """A thread, the oldest message first; the first one stands on every page."""
        channel = self._readable(said)
        first = self._message(channel, str(said.get("ts", "")), "thread_not_found")
        oldest = float(said.get("oldest") or 0)
        thread = [one for one in channel.messages if one.get("thread_ts") == first["ts"] != one["ts"]]
        replies = [one for one in thread if float(one["ts"]) > oldest]
        page, cursor = self._paged(replies, said, 1000)
        told = _true(said.get("include_all_metadata"))
        return {
            "messages": [_shown(one, told=told) for one in (first, *page)],
            "has_more": bool(cursor),
            "response_metadata": {"next_cursor": cursor},
        }

    def users_info(self, said: JSON) -> JSON:
        """One person."""
        name = self.people.get(str(said.get("user", "")))
        if name is None:
            raise Refused("user_not_found")
        profile = {"real_name": name, "display_name": name}
        handle = name.lower().replace(" ", ".")
        return {"user": {"id": said["user"], "name": handle, "real_name": name, "profile": profile, "is_bot": False}}

    def views_open(self, said: JSON) -> JSON:
        """Open a form."""
        if not said.get("trigger_id"):
            raise Refused("invalid_trigger_id")
        view = {
            **said["view"],
            "id": f"V{len(self.views) + 1}",
            "team_id": TEAM,
            "hash": "1.a",
            "state": {"values": {}},
        }
        self.views.append(view)
        return {"view": view}


_METHODS: Mapping[str, Callable[[FakeSlack, JSON], JSON]] = {
    "auth.test": FakeSlack.auth_test,
    "chat.getPermalink": FakeSlack.chat_get_permalink,
    "chat.postEphemeral": FakeSlack.chat_post_ephemeral,
    "chat.postMessage": FakeSlack.chat_post_message,
    "chat.update": FakeSlack.chat_update,
    "conversations.history": FakeSlack.conversations_history,
    "conversations.info": FakeSlack.conversations_info,
    "conversations.list": FakeSlack.conversations_list,
    "conversations.replies": FakeSlack.conversations_replies,
    "users.info": FakeSlack.users_info,
    "views.open": FakeSlack.views_open,
}
"""Every method there is."""

_UPDATED = {"type", "text", "user", "team", "bot_id", "app_id", "edited", "metadata", "blocks"}
"""What `chat.update` tells of a message."""


def _shown(message: JSON, *, told: bool) -> JSON:
    """A message as it is answered: with its metadata's payload only if that is told."""
    return {name: value for name, value in message.items() if told or name != "metadata"}


def _true(said: object) -> bool:
    """Whether an argument says yes, in JSON or in a form."""
    return str(said).lower() in {"1", "true"}


def _arguments(request: Request) -> JSON:
    """A method's arguments, from JSON or from a form; a view comes as JSON within either."""
    if request.headers.get("Content-Type", "").startswith("application/json"):
        data = request.json or {}
        return data if isinstance(data, dict) else {}
    form = parse_qs(request.body.decode(), keep_blank_values=True)
    return {name: values[-1] for name, values in form.items()}
