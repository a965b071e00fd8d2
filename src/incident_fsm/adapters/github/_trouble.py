"""Whatever goes wrong between PyGithub and GitHub, sorted once; what it means depends on what was being done.

Rate limits come as 429, and as 403 with a sign of their own: Retry-After, no requests remaining, or the words "rate
limit" (GitHub's "Rate limits for the REST API"). An HTTP status means that GitHub answered; anything else is doubtful,
unless the connection surely was never made.
"""

import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import Enum
from http import HTTPStatus

from github import GithubException
from requests.exceptions import ConnectTimeout

from incident_fsm._secrets import scrub
from incident_fsm.adapters import NotDone, Outcome, Rejected, Unknown
from incident_fsm.adapters._http import refusal, retry_after

_WHY_MAX = 300

_UNSAID = timedelta(minutes=1)
"""How long GitHub asks to wait after a secondary rate limit that does not say it."""

_FAR = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())
"""No count starts anew later than any date there is."""

_NEVER_SENT = (socket.gaierror, ConnectionRefusedError, ssl.SSLCertVerificationError, ConnectTimeout)
"""Before any of these, no byte of a request was sent: no address, nobody there, the wrong host."""

_REMEDIES: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "put a valid token into GITHUB_TOKEN",
    HTTPStatus.FORBIDDEN: "give the token the permission that is missing",
    HTTPStatus.NOT_FOUND: "check the names in the settings, and that the token may see the repository",
    HTTPStatus.GONE: "enable issues in the repository's settings",
}


class Verdict(Enum):
    """What became of a request that did not succeed."""

    NOT_NOW = "surely not carried out, and may be tried again"
    REFUSED = "surely not carried out, and never will be"
    DOUBTFUL = "nobody can tell"


class Trouble(Exception):
    """A request that did not succeed.

    `said` is what went wrong, `remedy` what a person can do, `status` GitHub's answer (0 where there was none), `wait`
    how long GitHub asked to be left alone.
    """

    def __init__(
        self,
        said: str,
        remedy: str = "",
        *,
        status: int = 0,
        verdict: Verdict = Verdict.NOT_NOW,
        wait: timedelta | None = None,
    ) -> None:
        self.said = said
        self.remedy = remedy
        self.status = status
        self.verdict = verdict
        self.wait = wait
        super().__init__(said)

    @property
    def in_writing(self) -> Outcome:
        """What it means for a command that the request was to carry out."""
        return Unknown(why=self.said, wait=self.wait) if self.verdict is Verdict.DOUBTFUL else self.before_writing

    @property
    def before_writing(self) -> Outcome:
        """What it means where nothing had been written yet: however doubtful, it surely did not happen."""
        return Rejected(why=self._why) if self.verdict is Verdict.REFUSED else NotDone(why=self.said, wait=self.wait)

    @property
    def in_search(self) -> Unknown:
        """What it means for a search: it never says "absent", and where looking is not allowed a person must look."""
        if self.verdict is Verdict.REFUSED:
            return Unknown(why=self._why, ask_person=True)
        return Unknown(why=self.said, wait=self.wait)

    @property
    def _why(self) -> str:
        """For people."""
        return f"{self.said}: {self.remedy}" if self.remedy else self.said


def sort(error: Exception) -> Trouble:
    """Sort what PyGithub or what it stands on raised. Nothing of it is kept but words, without secrets."""
    if isinstance(error, GithubException) and error.status >= HTTPStatus.BAD_REQUEST:
        return _answered(error.status, _message(error.data), error.headers or {})
    said = _short(f"{type(error).__name__}: {error}")
    if any(isinstance(cause, _NEVER_SENT) for cause in _causes(error)):
        return Trouble(f"GitHub cannot be reached: {said}", "check the network and base_url")
    return odd(said)


def odd(said: str) -> Trouble:
    """Say that nothing could be made of an answer, or that none came: it may have happened."""
    return Trouble(f"no answer to go by from GitHub: {said}", "try again later", verdict=Verdict.DOUBTFUL)


def _answered(status: int, message: str, headers: Mapping[str, str]) -> Trouble:
    """Sort an answer that is no success."""
    said = f"GitHub answered {status} {message}"
    if _is_limit(status, message, headers):
        return Trouble(said, "try again later", status=status, wait=_wait(headers))
    outcome = refusal(status, said, headers)
    return Trouble(
        said,
        _REMEDIES.get(status, "see what GitHub says, then try again"),
        status=status,
        verdict=Verdict.REFUSED if isinstance(outcome, Rejected) else Verdict.DOUBTFUL,
    )


def _is_limit(status: int, message: str, headers: Mapping[str, str]) -> bool:
    """Whether there were too many requests, of whatever kind."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return True
    signs = "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0" or "rate limit" in message.lower()
    return status == HTTPStatus.FORBIDDEN and signs


def _wait(headers: Mapping[str, str]) -> timedelta:
    """How long to leave it alone: as Retry-After says, or until the count starts anew, or a minute."""
    asked = retry_after(headers)
    reset = headers.get("x-ratelimit-reset", "")
    if asked is None and headers.get("x-ratelimit-remaining") == "0" and reset.isascii() and reset.isdigit():
        moment = datetime.fromtimestamp(min(int(reset), _FAR), UTC)
        asked = retry_after({"retry-after": format_datetime(moment, usegmt=True), "date": headers.get("date", "")})
    return _UNSAID if asked is None else asked


def _message(data: object) -> str:
    """What GitHub says is wrong: its message, and each error that it lists."""
    match data:
        case {"message": str(message), "errors": list(errors)}:
            return _short(f"{message} ({'; '.join(map(_one, errors))})")
        case {"message": str(message)}:
            return _short(message)
        case _:
            return "without a message"


def _one(error: object) -> str:
    """One of the errors that are listed."""
    match error:
        case {"message": str(message)}:
            return message
        case {"field": field, "code": code}:
            return f"{field}: {code}"
        case _:
            return str(error)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and all that led to it."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _short(said: str) -> str:
    """Without secrets, on one line, and not longer than anybody reads."""
    line = " ".join(scrub(said).split())
    return line if len(line) <= _WHY_MAX else f"{line[: _WHY_MAX - 1]}…"
