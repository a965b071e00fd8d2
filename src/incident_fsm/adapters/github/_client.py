"""The door to PyGithub: one call here is one request there, and every error comes out as `Trouble`.

Rules, for whoever changes this:

1. Only the client's `requester` is used. PyGithub's own objects are completed by further requests when one looks at
   them, a lazy repository warns or opens a second connection, and neither tells the status of an answer.
2. The client's own retries are off, and nothing here sends anything twice: that is the runner's job.
3. The token is read from the environment anew for every request, and kept nowhere.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import requests
from github import Auth, Github

from incident_fsm._secrets import Secret
from incident_fsm.adapters.github._trouble import odd, sort
from incident_fsm.errors import AdapterError

TIMEOUT = 10
"""How long, in seconds, GitHub may take to answer; it gives up by itself at about as much."""

PAGES_MAX = 100
"""A list longer than this is not read to its end, so nothing can be said of what it does not hold."""

_PER_PAGE = 100
_TOKEN = re.compile("[!-~]+")
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}


class _FromEnvironment(Auth.Auth):
    """Authentication by a token that is read when a request is made."""

    def __init__(self, token: Secret) -> None:
        self._secret = token

    @property
    def token_type(self) -> str:
        """How GitHub calls it in the header."""
        return "Bearer"

    @property
    def token(self) -> str:
        """The token. Raises `AdapterError` where there is none, before anything is sent.

        So it does for one that no header can carry: the error that would be raised of it further down shows it.
        """
        token = self._secret.reveal()
        if _TOKEN.fullmatch(token) is None:
            problem = f"finds white space or other odd characters in {self._secret.variable}"
            raise AdapterError(self._secret.adapter, problem, "set the token alone, without quotes or line ends")
        return token


def lazily(token: Secret, base_url: str) -> Callable[[], Github]:
    """Give a function that makes a client when it is first asked for, and the same one from then on."""

    @cache
    def made() -> Github:
        """The client."""
        return Github(auth=_FromEnvironment(token), base_url=base_url, retry=None, timeout=TIMEOUT)

    return made


class Repository:
    """One repository, as a place to send requests to."""

    def __init__(self, client: Callable[[], Github], name: str) -> None:
        self.name = name
        self._client = client

    def get(self, path: str = "", **parameters: object) -> object:
        """Read something of the repository; without a path, the repository itself."""
        return self._ask("GET", f"/repos/{self.name}{path}", parameters=parameters)[1]

    def send(self, verb: str, path: str, body: Mapping[str, object]) -> object:
        """Write something, once."""
        return self._ask(verb, f"/repos/{self.name}{path}", body=body)[1]

    def user(self) -> object:
        """Ask whose token it is."""
        return self._ask("GET", "/user")[1]

    def all(self, path: str, **parameters: object) -> Iterator[Mapping[str, object]]:
        """Read a list, all pages of it, by the links that lead from one to the next."""
        address, asked = f"/repos/{self.name}{path}", {**parameters, "per_page": _PER_PAGE}
        for _ in range(PAGES_MAX):
            headers, items = self._ask("GET", address, parameters=asked)
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise odd(f"{path} is no list")
            yield from items
            links = requests.utils.parse_header_links(headers.get("link", ""))
            address, asked = next((link["url"] for link in links if link.get("rel") == "next"), ""), {}
            if not address:
                return
        raise odd(f"{path} has more than {PAGES_MAX} pages")

    def _ask(
        self,
        verb: str,
        path: str,
        *,
        parameters: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> tuple[dict[str, Any], object]:
        """Make one request."""
        try:
            return self._client().requester.requestJsonAndCheck(
                verb, path, parameters=dict(parameters or {}), headers=dict(_HEADERS), input=body
            )
        except AdapterError:  # there is no token
            raise
        except Exception as error:  # noqa: BLE001  whatever a client raises, only what we know how to sort goes on
            raise sort(error) from None
