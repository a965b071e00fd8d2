"""The one door to `slack_sdk`: calls that either bring an answer or raise `Trouble`, and lists read to their end."""

import errno
import logging
import ssl
from collections.abc import Callable, Iterator, Mapping
from socket import gaierror
from typing import Any
from urllib.error import URLError

from attrs import frozen
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from incident_fsm import _values as v
from incident_fsm._secrets import Secret, scrub
from incident_fsm.adapters import NotDone, Unknown
from incident_fsm.adapters.slack._errors import Failure, Trouble, sort
from incident_fsm.errors import AdapterError

TIMEOUT = 10
"""How long, in seconds, to wait for an answer."""

PAGE = 200
"""How much is asked for at once. Slack recommends no more, and gives some apps less."""

_PAGES_MAX = 500
"""Nobody reads on for ever: what is longer than this cannot be told."""

Data = Mapping[str, Any]
ClientMaker = Callable[[], WebClient]


@frozen(kw_only=True)
class Me:
    """Who the token belongs to. `scopes`: None where Slack does not say."""

    user_id: str
    bot_id: str
    user: str
    team: str
    scopes: frozenset[str] | None

    def said(self, message: Data) -> bool:
        """Whether a message is our own."""
        return (bool(self.bot_id) and message.get("bot_id") == self.bot_id) or message.get("user") == self.user_id


class TamedClient:
    """Makes a client that never repeats a request by itself, when it is first needed, and anew for another token."""

    def __init__(self, token: Secret) -> None:
        self._token = token
        self._made: WebClient | None = None

    def __call__(self) -> WebClient:
        """Give the client, or raise `AdapterError` where there is no token."""
        token = self._token.reveal()
        if self._made is None or self._made.token != token:
            # A logger of its own, below whose level everything is: at DEBUG the client's would write down whole texts.
            quiet = logging.Logger("slack", level=logging.CRITICAL + 1)  # noqa: LOG001  in nobody's tree, on purpose
            self._made = WebClient(token, retry_handlers=[], timeout=TIMEOUT, logger=quiet)
        return self._made


class Api:
    """Slack's Web API, as far as it is needed."""

    def __init__(self, client: ClientMaker) -> None:
        self._client = client
        self._me: Me | None = None

    @property
    def repeats(self) -> bool:
        """Whether the client would repeat requests by itself, which could post twice."""
        return bool(self._client().retry_handlers)

    def me(self) -> Me:
        """Ask once who the token belongs to."""
        if self._me is None:
            response = self._ask("auth.test", lambda client: client.api_call("auth.test"))
            data = _data("auth.test", response.data)
            headers = {str(name).lower(): str(value) for name, value in response.headers.items()}
            scopes = headers.get("x-oauth-scopes")
            self._me = Me(
                user_id=str(data.get("user_id") or ""),
                bot_id=str(data.get("bot_id") or ""),
                user=str(data.get("user") or ""),
                team=str(data.get("team") or ""),
                scopes=None if scopes is None else frozenset(map(str.strip, scopes.split(","))),
            )
        return self._me

    def forget(self) -> None:
        """Let `me` ask again: the token or its scopes may be others by now."""
        self._me = None

    def read(self, method: str, **arguments: object) -> Data:
        """Ask something that changes nothing."""
        return _data(method, self._ask(method, lambda client: client.api_call(method, params=arguments)).data)

    def pages(self, method: str, key: str, **arguments: object) -> Iterator[Data]:
        """Read a list to its end. Raises `Trouble` rather than leave anything out."""
        cursor: object = None
        for _ in range(_PAGES_MAX):
            data = self.read(method, **arguments, limit=PAGE, cursor=cursor)
            items, more = data.get(key), data.get("response_metadata")
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise Trouble(Unknown(why=f"Slack answered {method} without {key} that can be read"))
            yield from items
            cursor = more.get("next_cursor") if isinstance(more, dict) else None
            if not cursor and data.get("has_more"):
                raise Trouble(Unknown(why=f"Slack answered {method} with more to come, and not with where"))
            if not cursor:
                return
        raise Trouble(Unknown(why=f"{method} has more than {_PAGES_MAX} pages", ask_person=True))

    def messages(self, channel: str, thread: str = "", oldest: str | None = None) -> Iterator[Data]:
        """Read every message of a thread, or of a channel without its threads, each once, with its metadata."""
        method, of_thread = ("conversations.replies", thread) if thread else ("conversations.history", None)
        asked = {"channel": channel, "ts": of_thread, "oldest": oldest, "include_all_metadata": True}
        seen: set[object] = set()  # the first message of a thread stands on every page
        for message in self.pages(method, "messages", **asked):
            if message.get("ts") not in seen:
                seen.add(message.get("ts"))
                yield message

    def post(self, channel: str, thread: str, text: str, metadata: Mapping[str, object]) -> str:
        """Post a message, and give its `ts`. Nothing in it becomes a mention or a preview by itself."""
        method = "chat.postMessage"
        data = _data(
            method,
            self._ask(
                method,
                lambda client: client.chat_postMessage(
                    channel=channel,
                    thread_ts=thread or None,
                    text=text,
                    metadata=dict(metadata),
                    unfurl_links=False,
                    unfurl_media=False,
                    link_names=False,
                    parse="none",
                ),
            ).data,
        )
        ts = data.get("ts")
        if not isinstance(ts, str) or not ts:
            raise Trouble(Unknown(why=f"Slack answered {method} without a ts"))
        return ts

    def link(self, channel: str, ts: str) -> str:
        """Where people find a message; empty where that cannot be had: the message itself matters more."""
        try:
            link = self.read("chat.getPermalink", channel=channel, message_ts=ts).get("permalink")
        except Trouble:
            return ""
        usable = (
            isinstance(link, str) and link.startswith("https://") and len(link) <= v.LINK_MAX and link.isprintable()
        )
        return str(link) if usable else ""

    def _ask(self, method: str, call: Callable[[WebClient], Any]) -> Any:  # noqa: ANN401  slack_sdk is not typed here
        """Make one call, and sort whatever goes wrong."""
        try:
            return call(self._client())
        except AdapterError:
            raise
        except SlackApiError as error:
            response = error.response
            raise Trouble(sort(method, response.status_code, response.data, response.headers)) from None
        except Exception as error:  # noqa: BLE001  any of urllib's, http.client's, json's: all mean that no answer came
            raise Trouble(_broken(method, error)) from None


def _data(method: str, data: object) -> Data:
    """Take an answer if it is an object."""
    if not isinstance(data, dict):
        raise Trouble(Unknown(why=f"Slack answered {method} with something that is no object"))
    return data


_NOWHERE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN}


def _broken(method: str, error: Exception) -> Failure:
    """Sort an error of the connection. One that broke, or took too long, may have brought the request across."""
    why = scrub(f"{method} brought no answer: {type(error).__name__}: {error}")
    reason = error.reason if isinstance(error, URLError) else None
    refused = isinstance(reason, ConnectionRefusedError | gaierror | ssl.SSLCertVerificationError)
    if refused or (isinstance(reason, OSError) and reason.errno in _NOWHERE):
        return NotDone(why=why)
    return Unknown(why=why)
