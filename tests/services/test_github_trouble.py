"""GitHub: what goes wrong, sorted."""

import socket
import ssl
from datetime import timedelta

import pytest
from github import Github, GithubException
from requests.exceptions import ChunkedEncodingError, ConnectionError, ConnectTimeout, ReadTimeout  # noqa: A004  its names

from incident_fsm.adapters import NotDone, Outcome, Rejected, Unknown
from incident_fsm.adapters.github import GitHubAdapter
from incident_fsm.adapters.github._trouble import sort
from tests.services.fakes.github_world import CANARY, SETTINGS
from tests.services.test_github import delivery

DATE = "Mon, 23 Nov 2026 10:00:00 GMT"
RESET = "1795428120"
"""Two minutes after `DATE`."""


def answered(status: int, message: str = "", **headers: str) -> Outcome:
    """What an answer means for a command that is carried out."""
    folded = {name.replace("_", "-"): value for name, value in headers.items()}
    return sort(GithubException(status, {"message": message}, folded)).in_writing


@pytest.mark.parametrize(
    ("status", "message", "headers", "seconds"),
    [
        (429, "Too many", {}, 60),
        (429, "Too many", {"retry_after": "7"}, 7),
        (429, "Too many", {"retry_after": "1000000000"}, 3600),
        (429, "Too many", {"retry_after": "-5"}, 0),
        (429, "Too many", {"retry_after": "Mon, 23 Nov 2026 10:00:30 GMT", "date": DATE}, 30),
        (429, "Too many", {"retry_after": "soon"}, 60),
        (403, "You have exceeded a secondary rate limit", {}, 60),
        (403, "You have exceeded a secondary rate limit", {"retry_after": "30"}, 30),
        (403, "API rate limit exceeded", {"x_ratelimit_remaining": "0", "x_ratelimit_reset": RESET, "date": DATE}, 120),
        (403, "Forbidden", {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "9" * 30, "date": DATE}, 3600),
        (403, "Forbidden", {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "x"}, 60),
        (403, "Forbidden", {"retry_after": "5"}, 5),
    ],
)
def test_a_rate_limit_says_how_long_to_wait(status: int, message: str, headers: dict[str, str], seconds: int) -> None:
    """As GitHub says it: Retry-After, or when the count starts anew, or a minute; an hour at most."""
    outcome = answered(status, message, **headers)
    assert isinstance(outcome, NotDone)
    assert outcome.wait == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("status", "message", "remedy"),
    [
        (400, "Problems parsing JSON", "GitHub answered 400 Problems parsing JSON"),
        (401, "Bad credentials", "put a valid token into GITHUB_TOKEN"),
        (403, "Resource not accessible", "give the token the permission"),
        (404, "Not Found", "the token may see the repository"),
        (410, "Issues are disabled", "enable issues"),
        (422, "Validation Failed", "GitHub answered 422 Validation Failed"),
        (451, "Unavailable for legal reasons", "451"),
    ],
)
def test_a_refusal_goes_to_a_person_with_a_remedy(status: int, message: str, remedy: str) -> None:
    """Trying again would not help. Before anything is written, and in a search, the same is said."""
    outcome = answered(status, message)
    assert isinstance(outcome, Rejected)
    assert remedy in outcome.why
    trouble = sort(GithubException(status, {"message": message}, None))
    assert trouble.before_writing == outcome
    assert trouble.in_search == Unknown(why=outcome.why, ask_person=True)


@pytest.mark.parametrize("status", [408, 425, 500, 502, 503, 504, 599])
def test_an_answer_that_leaves_it_open_is_doubtful(status: int) -> None:
    """It may have been stored; where nothing was to be written yet, it is only tried again."""
    outcome = answered(status, "Server Error")
    assert isinstance(outcome, Unknown)
    assert not outcome.ask_person
    assert sort(GithubException(status, None)).before_writing == NotDone(
        why=f"GitHub answered {status} without a message"
    )


def chained(outer: Exception, *inner: Exception) -> Exception:
    """Raise one error from another, as the client's own layers do."""
    error = outer
    for cause in inner:
        error.__cause__ = cause
        error = cause
    return outer


@pytest.mark.parametrize(
    "error",
    [
        chained(ConnectionError("max retries"), OSError("new connection"), socket.gaierror(-2, "no such name")),
        chained(ConnectionError("max retries"), OSError("new connection"), ConnectionRefusedError(111, "refused")),
        chained(ConnectionError("ssl"), ssl.SSLCertVerificationError("not this host")),
        ConnectTimeout("too slow"),
    ],
)
def test_a_connection_that_was_never_made_sent_nothing(error: Exception) -> None:
    """No name, nobody there, the wrong host, or no answer to the first greeting."""
    outcome = sort(error).in_writing
    assert isinstance(outcome, NotDone)
    assert "cannot be reached" in outcome.why


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeout("too slow"),
        chained(ConnectionError("aborted"), ConnectionResetError(104, "reset")),
        ChunkedEncodingError("half"),
        ssl.SSLError("bad record"),
        ValueError("no JSON"),
        AssertionError("another host"),
        GithubException(304, None),
    ],
)
def test_whatever_else_breaks_is_doubtful(error: Exception) -> None:
    """Nobody can tell how far it came."""
    assert isinstance(sort(error).in_writing, Unknown)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            {"message": "No", "errors": [{"message": "too long"}, {"field": "title", "code": "missing"}, 7]},
            "(too long; title: missing; 7)",
        ),
        ({"message": "No", "errors": "odd"}, "GitHub answered 422 No"),
        ({"data": "<html>"}, "422 without a message"),
        (b"bytes", "422 without a message"),
        ({"message": "two\nlines " + "x" * 1000}, "two lines xxx"),
    ],
)
def test_what_github_says_is_passed_on(data: object, said: str) -> None:
    """Its message with every error that it lists, on one line and short."""
    outcome = sort(GithubException(422, data, {})).in_writing
    assert isinstance(outcome, Rejected)
    assert said in outcome.why
    assert "\n" not in outcome.why
    assert len(outcome.why) < 500


def test_a_server_that_is_not_there_was_sent_nothing() -> None:
    """With the real client, on a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    one = delivery("CreateIssue")
    with Github(base_url=f"http://127.0.0.1:{port}", retry=None, timeout=2) as client:
        outcome = GitHubAdapter(lambda: client, SETTINGS).deliver(one.command, one.context)
    assert isinstance(outcome, NotDone)
    assert CANARY not in outcome.why
