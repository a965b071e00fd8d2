"""The one door to PagerDuty's client: one request for each call, and every failure as one of our outcomes.

The client as it comes sends a request up to four times when the connection breaks, and repeats after a 429 without
end. Each repeat of a create would be another post, and another mail to every subscriber. So its own retries are
switched off, whoever made it: repeating is the runner's business, which knows what was sent before.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

from pagerduty import Error, RestApiV2Client
from pagerduty.auth_method import HeaderAuthMethod

from incident_fsm._secrets import Secret
from incident_fsm.adapters import NotDone, Outcome, Rejected, Unknown
from incident_fsm.adapters._http import refusal
from incident_fsm.adapters.pagerduty._settings import NAME, TOKEN, Region
from incident_fsm.errors import AdapterError

TIMEOUT = 10
"""How long an answer is waited for, in seconds."""

PAGE = 100
"""How many items of a list are asked for at once."""

PAGES_MAX = 100
"""PagerDuty gives no more than 10,000 items of a list."""

Client = RestApiV2Client
Items = list[dict[str, Any]]

_Failure = NotDone | Rejected | Unknown

_HOSTS = {Region.US: "https://api.pagerduty.com", Region.EU: "https://api.eu.pagerduty.com"}

_NEVER_SENT = {
    "ConnectError",
    "ConnectTimeout",
    "PoolTimeout",
    "ProxyError",
    "UnsupportedProtocol",
    "LocalProtocolError",
}
"""Errors of the client's HTTP library before anything left. By name: that library has changed twice in two years."""

_REMEDIES = {
    400: "mend on the page or in [pagerduty] of adapters.toml what is refused, then retry, or finish it by hand",
    401: f"set {TOKEN} to a token that is valid, and region to where the account is",
    403: f"give the token of {TOKEN} the scopes status_pages.read and status_pages.write",
    404: "see whether the page and the post are still there, then retry, or finish it by hand",
}

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

_SAID_MAX = 300


class Trouble(Exception):
    """What did not succeed. `outcome` is what it means if it was a write, and `wrote` says whether it was.

    `status` is that of the answer, 0 without one.
    """

    def __init__(self, outcome: _Failure, *, wrote: bool = False, status: int = 0) -> None:
        super().__init__(outcome.why)
        self.outcome = outcome
        self.wrote = wrote
        self.status = status

    @property
    def delivering(self) -> Outcome:
        """What it means for a delivery: where only a read failed, nothing was done."""
        if isinstance(self.outcome, Unknown) and not self.wrote:
            if self.outcome.ask_person:
                return Rejected(why=self.outcome.why)
            return NotDone(why=self.outcome.why, wait=self.outcome.wait)
        return self.outcome

    @property
    def looking(self) -> Unknown:
        """What it means for a search: it cannot tell, and where the way is barred only a person can."""
        outcome = self.outcome
        if isinstance(outcome, Unknown):
            return outcome
        if isinstance(outcome, NotDone):
            return Unknown(why=outcome.why, wait=outcome.wait)
        return Unknown(why=outcome.why, ask_person=True)


class SecretToken(HeaderAuthMethod):
    """Reads the token when a request is made, so that the client does not hold it, and a new one counts at once."""

    def __init__(self, token: Secret) -> None:
        super().__init__(token)  # type: ignore[no-untyped-call]  # the client's own classes carry no annotations

    @property
    def auth_header(self) -> dict[str, str]:
        """The header of one request. Raises `AdapterError` where there is no token, before anything is sent."""
        token = self.secret.reveal()
        if not (token.isascii() and token.isprintable() and " " not in token):
            raise AdapterError(NAME, f"needs {TOKEN} as one word", "set it to the token alone, without a line break")
        return {"Authorization": f"Token token={token}"}


def make_client(token: Secret, region: Region, **options: Any) -> Client:  # noqa: ANN401  the client's own options
    """Make the official client, without a request and without the token: that is read when it is needed."""
    client = Client("", base_url=_HOSTS[region], **options)
    client.auth_method = SecretToken(token)
    client.timeout = TIMEOUT
    return client


def tamed(client: Client) -> Client:
    """Switch the client's own retries off. For a 429, 0 would mean "for ever", hence these numbers."""
    client.max_network_attempts = 0
    client.max_http_attempts = -1
    client.retry = {429: 1}
    return client


class Wire:
    """Requests to PagerDuty, one for each call."""

    def __init__(self, client: Callable[[], Client]) -> None:
        self._client = client

    def ask(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Send one request and give the answer's object. Raises `Trouble` for everything that is no success."""
        wrote = method != "GET"
        what = f"{method} {path}"
        try:
            response = tamed(self._client()).request(method, path, params=params, json=body)
        except Error as error:
            if error.response is None:
                raise _no_answer(error, what, wrote=wrote) from None
            response = error.response
        if not response.is_success:
            raise Trouble(_refused(response, what), wrote=wrote, status=response.status_code)
        answer = _json(response)
        if not isinstance(answer, dict):
            raise Trouble(Unknown(why=f"{what}: {response.status_code}, and no JSON object"), wrote=wrote)
        return answer

    def every(self, path: str, key: str, **params: str) -> Items:
        """Read a whole list, page by page. Raises `Trouble` where it cannot be sure to have seen all of it."""
        found: Items = []
        for _ in range(PAGES_MAX):
            answer = self.ask("GET", path, params={**params, "limit": PAGE, "offset": len(found)})
            items, more = answer.get(key), answer.get("more")
            turned = answer.get("offset", len(found)) == len(found)
            if not (
                isinstance(items, list) and all(isinstance(item, dict) for item in items) and isinstance(more, bool)
            ):
                raise Trouble(Unknown(why=f"GET {path}: the answer is no list of {key}", ask_person=True))
            found += items
            if turned and not more:
                return found
            if not (turned and items):
                break
        raise Trouble(Unknown(why=f"GET {path}: cannot be sure to have seen all {key}", ask_person=True))


def identifier(item: object, what: str, *, wrote: bool = False) -> str:
    """Give the id of something in an answer. Raises `Trouble` where it has none that fits in an address."""
    found = item.get("id") if isinstance(item, dict) else None
    if isinstance(found, str) and _ID.fullmatch(found):
        return found
    raise Trouble(Unknown(why=f"{what}: the answer has no id", ask_person=not wrote), wrote=wrote)


def _no_answer(error: Error, what: str, *, wrote: bool) -> Trouble:
    """Say what a failure of the connection means. Its own text is left out: it may quote what was sent."""
    kind = type(error.__cause__).__name__
    if kind in _NEVER_SENT:
        return Trouble(NotDone(why=f"{what}: PagerDuty could not be reached ({kind})"), wrote=wrote)
    return Trouble(Unknown(why=f"{what}: the connection broke before the answer ({kind})"), wrote=wrote)


def _refused(response: Any, what: str) -> _Failure:  # noqa: ANN401  the HTTP library's own class
    """Sort an answer that is no success, with a remedy where there is one."""
    status: int = response.status_code
    headers = dict(response.headers)
    # No Retry-After is promised; how long the limit lasts stands in a header of PagerDuty's own, in seconds.
    headers.setdefault("retry-after", headers.get("ratelimit-reset", ""))
    said = _said(response)
    why = f"to {what}{': ' if said else ''}{said}"
    remedy = _REMEDIES.get(status)
    return cast("_Failure", refusal(status, f"{why}; {remedy}" if remedy else why, headers))


def _said(response: Any) -> str:  # noqa: ANN401  the HTTP library's own class
    """What PagerDuty says about an error: `{"error": {"message", "errors"}}`. A page of HTML is not worth keeping."""
    answer = _json(response)
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict):
        return ""
    details = error.get("errors")
    parts = [error.get("message"), *(details if isinstance(details, list) else ())]
    return "; ".join(str(part) for part in parts if part)[:_SAID_MAX]


def _json(response: Any) -> object:  # noqa: ANN401  the HTTP library's own class
    """Read an answer's JSON; None where it is none."""
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None
