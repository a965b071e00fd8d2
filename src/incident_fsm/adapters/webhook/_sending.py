"""One request and its answer, with urllib3: sent once, never redirected, read up to a bound.

urllib3 says in many ways that something failed, and not always whether it failed before or after the request was on its
way. So the body itself keeps watch: where nobody has begun to read it, no endpoint can have seen the command.
"""

from collections.abc import Callable, Iterator, Mapping

import urllib3
from attrs import field, frozen
from urllib3.exceptions import HTTPError

from incident_fsm.adapters import NotDone, Unknown

Pool = Callable[[], urllib3.PoolManager]
"""Gives the pool that requests are sent through: a `PoolManager`, or a `ProxyManager`."""

TIMEOUT = 10.0
"""How long, in seconds, a connection, and each part of an answer, is waited for."""

BYTES_MAX = 64 * 1024
"""No more of an answer than this is read."""


@frozen(kw_only=True)
class Question:
    """What is sent."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)


@frozen(kw_only=True)
class Answer:
    """What came back. `cut`: there was more than is read."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    cut: bool = False

    def header(self, name: str) -> str:
        """A header by its name, in whatever case; empty where there is none."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")


class _Parcel:
    """A body that knows whether it was begun to be sent."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.opened = False

    def __iter__(self) -> Iterator[bytes]:
        """Hand the body over, when the connection stands and the headers are out."""
        self.opened = True
        yield self._body


def ask(pool: Pool, question: Question, timeout: float) -> Answer | NotDone | Unknown:
    """Send a request and read its answer. `NotDone` if nothing of a body left, `Unknown` if the answer was lost."""
    parcel = _Parcel(question.body)
    length = {"Content-Length": str(len(question.body))} if question.body else {}
    try:
        response = pool().urlopen(
            question.method,
            question.url,
            body=parcel if question.body else None,
            headers={**question.headers, **length},
            retries=False,
            redirect=False,
            timeout=urllib3.Timeout(connect=timeout, read=timeout),
            preload_content=False,
            decode_content=False,
        )
        try:
            return _read(response)
        finally:
            # Not kept for the next command: whether a kept connection that breaks had carried it, nobody could tell.
            response.close()
    except (HTTPError, OSError) as error:
        said = f"{type(error).__name__}: {error}"
        if not question.body:
            return Unknown(why=f"no answer: {said}")
        if parcel.opened:
            return Unknown(why=f"the answer was lost: {said}")
        return NotDone(why=f"the endpoint cannot be reached, and nothing was sent: {said}")


def _read(response: urllib3.BaseHTTPResponse) -> Answer:
    """Read an answer, as it is and up to the bound. Raises where it ends too early."""
    content = bytearray()
    for piece in response.stream(BYTES_MAX + 1, decode_content=False):
        content += piece
        if len(content) > BYTES_MAX:
            break
    return Answer(
        status=response.status,
        headers=dict(response.headers),
        content=bytes(content[:BYTES_MAX]),
        cut=len(content) > BYTES_MAX,
    )


def new_pool() -> urllib3.PoolManager:
    """A pool as it comes, which trusts what this machine trusts. What must not be repeated is said at each request."""
    return urllib3.PoolManager(retries=False)
