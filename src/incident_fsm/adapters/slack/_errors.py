"""What Slack's refusals mean for a command (docs: "Errors" of each Web API method; HTTP 200 with `ok: false`).

Sorted by what may have happened: a rate limit is not done, four errors say that some of it may be done, every other
name is a refusal with a remedy. What has no name of an error is sorted by its HTTP status.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from incident_fsm._secrets import scrub
from incident_fsm.adapters import NotDone, Rejected, Unknown
from incident_fsm.adapters._http import refusal, retry_after

Failure = NotDone | Rejected | Unknown

_MAYBE = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
"""Slack's reference says of these that some part of the request may have succeeded."""

_LIMITED = frozenset({"ratelimited", "rate_limited"})

_NAME = re.compile(r"[a-z0-9_]{1,80}")

_NEW_TOKEN = "give SLACK_BOT_TOKEN the bot token (xoxb-…) that the app's page shows, then retry"  # noqa: S105  a remedy
_MEMBER = "invite the bot to the channel with /invite, then retry"
_CHANNEL = "invite the bot with /invite if the channel is private, or mend its id under channels in adapters.toml"
_ARCHIVED = "unarchive the channel, or name another in the policy, then retry"
_ADMINS = "ask an administrator of the workspace to let the app post there, then retry"
_METADATA = "the token must be the bot token of an app (xoxb-…), as only an app may attach metadata"

_REMEDIES = {
    "not_in_channel": _MEMBER,
    "channel_not_found": _CHANNEL,
    "is_archived": _ARCHIVED,
    "not_authed": _NEW_TOKEN,
    "invalid_auth": _NEW_TOKEN,
    "account_inactive": _NEW_TOKEN,
    "token_expired": _NEW_TOKEN,
    "token_revoked": _NEW_TOKEN,
    "not_allowed_token_type": _NEW_TOKEN,
    "no_permission": _ADMINS,
    "restricted_action": _ADMINS,
    "restricted_action_read_only_channel": _ADMINS,
    "restricted_action_thread_only_channel": _ADMINS,
    "restricted_action_non_threadable_channel": "the channel allows no threads: name another in the policy, then retry",
    "metadata_must_be_sent_from_app": _METADATA,
    "thread_not_found": "the first message of the thread was deleted: say it by hand, or skip it",
    "user_not_found": "mend the id under people in adapters.toml",
}
_OTHERWISE = "look the name up in Slack's reference of that method, mend it, then retry"


class Trouble(Exception):
    """A call brought no answer that could be used: `failure` says what that means for what was asked."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(failure.why)


def sort(method: str, status: int, data: object, headers: Mapping[str, str]) -> Failure:
    """Sort an answer that is no success."""
    said: Mapping[str, Any] = data if isinstance(data, dict) else {}
    error = said.get("error")
    named = isinstance(error, str) and _NAME.fullmatch(error) is not None
    why = f"Slack answered {method} with {error if named else f'HTTP {status} and nothing that can be read'}"
    if status == HTTPStatus.TOO_MANY_REQUESTS or (named and error in _LIMITED):
        return NotDone(why=why, wait=retry_after(headers))
    if not named:
        return Rejected(why=why) if _is_refusal(status) else Unknown(why=why)
    if error in _MAYBE or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unknown(why=why)
    return Rejected(why=f"{why}: {_remedy(str(error), said)}")


def _is_refusal(status: int) -> bool:
    """Whether a status alone says no, as a proxy between us and Slack may say it."""
    return isinstance(refusal(status, "", {}), Rejected)


def _remedy(error: str, said: Mapping[str, Any]) -> str:
    """Say what to do about a refusal."""
    if error == "missing_scope":
        needed = " ".join(str(said.get("needed") or "it needs").split())
        return scrub(f"give the app the scope {needed:.200} and install it again, then retry")
    return _REMEDIES.get(error, _OTHERWISE)


def unsent(failure: Failure) -> Failure:
    """What a failed look beforehand means for a delivery: nothing was sent, so it can be tried again."""
    return NotDone(why=failure.why, wait=failure.wait) if isinstance(failure, Unknown) else failure


def unseen(failure: Failure) -> Unknown:
    """What a failed look means for a search: it cannot tell. A refusal does not pass by waiting: a person must look."""
    if isinstance(failure, Rejected):
        return Unknown(why=failure.why, ask_person=True)
    return Unknown(why=failure.why, wait=failure.wait, ask_person=isinstance(failure, Unknown) and failure.ask_person)
