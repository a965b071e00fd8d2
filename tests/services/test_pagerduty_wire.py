"""Tests of `incident_fsm.adapters.pagerduty._wire`: the way to PagerDuty, and what a failure on it means."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import httpx2
import pytest

from incident_fsm._secrets import Secret
from incident_fsm.adapters import Absent, NotDone, Outcome, Rejected, Unknown
from incident_fsm.adapters.pagerduty import PagerDutyAdapter, Region, Settings
from incident_fsm.adapters.pagerduty._wire import Client, Trouble, Wire, make_client
from incident_fsm.commands import Command
from incident_fsm.testing import Fault, FrozenClock
from tests.documents.airflow import at
from tests.services.fakes.pagerduty import ENVIRONMENT, PAGE_NAME, TOKEN, FakePagerDuty, client_of
from tests.services.test_pagerduty import OPENED, OPENS, UNKNOWN_POST, UPDATES

SETTINGS = Settings(page=PAGE_NAME)
Answer = Callable[[httpx2.Request], httpx2.Response]


class Canned(httpx2.BaseTransport):
    """Answers everything in one way, and counts."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[httpx2.Request] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer, or fail."""
        self.requests.append(request)
        return self.answer(request)


def canned(answer: Answer, token: str = TOKEN, region: Region = Region.US) -> Client:
    """The official client, as the adapter makes it, with canned answers."""
    return make_client(
        Secret("pagerduty", "PAGERDUTY_TOKEN", {"PAGERDUTY_TOKEN": token}), region, transport=Canned(answer)
    )


def fails(error: Exception) -> Answer:
    """Fail in one way."""

    def answer(_: httpx2.Request) -> httpx2.Response:
        raise error

    return answer


def says(status: int, text: str = "", **headers: str) -> Answer:
    """Answer in one way."""
    return lambda _: httpx2.Response(status, headers=headers, stream=httpx2.ByteStream(text.encode()))


def asked(answer: Answer, method: str = "POST") -> Trouble:
    """Make one request that comes to no good."""
    with canned(answer) as client, pytest.raises(Trouble) as caught:
        Wire(lambda: client).ask(method, "/status_pages/PPAGE01/posts", body={} if method == "POST" else None)
    return caught.value


# ── What a failure means ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "error",
    [
        httpx2.ConnectError(TOKEN),
        httpx2.ConnectTimeout(TOKEN),
        httpx2.PoolTimeout(TOKEN),
        httpx2.LocalProtocolError(f"Illegal header value b'{TOKEN}'"),
        httpx2.UnsupportedProtocol(TOKEN),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_never_left_was_not_done(error: Exception) -> None:
    """No connection, no name, no TLS: it is tried again. What the error says is kept to ourselves."""
    trouble = asked(fails(error))
    name = type(error).__name__
    why = f"POST /status_pages/PPAGE01/posts: PagerDuty could not be reached ({name})"
    assert trouble.delivering == NotDone(why=why)
    assert trouble.looking == Unknown(why=why)


@pytest.mark.parametrize(
    "error",
    [httpx2.ReadTimeout(TOKEN), httpx2.ReadError(TOKEN), httpx2.WriteError(TOKEN), httpx2.RemoteProtocolError(TOKEN)],
    ids=lambda error: type(error).__name__,
)
def test_what_broke_on_the_way_may_have_been_done(error: Exception) -> None:
    """A write that was sent may have landed; a read that failed has changed nothing."""
    trouble = asked(fails(error))
    assert isinstance(trouble.delivering, Unknown)
    assert TOKEN not in trouble.delivering.why
    assert isinstance(trouble.looking, Unknown)
    assert isinstance(asked(fails(error), "GET").delivering, NotDone)


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (400, Rejected, "400 to POST /status_pages/PPAGE01/posts: Bad; first; mend on the page or in [pagerduty]"),
        (401, Rejected, "set PAGERDUTY_TOKEN to a token that is valid, and region to where the account is"),
        (403, Rejected, "the scopes status_pages.read and status_pages.write"),
        (404, Rejected, "see whether the page and the post are still there"),
        (409, Rejected, "409 to POST /status_pages/PPAGE01/posts: Bad; first"),
        (301, Unknown, "301"),
        (408, Unknown, "408"),
        (500, Unknown, "500"),
        (503, Unknown, "503"),
    ],
)
def test_a_refusal_is_said_in_words_with_a_remedy(status: int, kind: type[Outcome], said: str) -> None:
    """PagerDuty's own words, and what to do about it. For a search, a barred way is a person's business."""
    trouble = asked(says(status, '{"error": {"code": 1, "message": "Bad", "errors": ["first", null]}}'))
    assert isinstance(trouble.delivering, kind)
    assert said in str(trouble)
    assert trouble.looking.ask_person is (kind is Rejected)
    assert trouble.status == status


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"ratelimit-reset": "7"}, timedelta(seconds=7)),
        ({"ratelimit-reset": "7", "retry-after": "9"}, timedelta(seconds=9)),
        ({"ratelimit-reset": "soon"}, None),
    ],
)
def test_a_rate_limit_says_how_long_to_wait(headers: dict[str, str], wait: timedelta | None) -> None:
    """PagerDuty's own header counts where there is no Retry-After; and the client does not repeat by itself."""
    trouble = asked(says(429, "{}", **headers))
    outcome = trouble.delivering
    assert isinstance(outcome, NotDone)
    assert outcome.wait == wait
    assert trouble.looking == Unknown(why=outcome.why, wait=wait)


@pytest.mark.parametrize(
    "text", ["", "<html>", "[]", '"x"', "{", "[" * 100_000, '{"error": 7}', '{"error": {"errors": 7}}']
)
def test_whatever_an_answer_holds_it_is_an_outcome(text: str) -> None:
    """A success that is no object is doubtful; an error without words is still an error."""
    assert isinstance(asked(says(500, text)).delivering, Unknown)
    assert isinstance(asked(says(400, text)).delivering, Rejected)
    if not text.startswith('{"'):
        trouble = asked(says(201, text))
        assert trouble.delivering == Unknown(why="POST /status_pages/PPAGE01/posts: 201, and no JSON object")


@pytest.mark.parametrize("fault", [*Fault], ids=lambda fault: fault.name)
def test_each_request_is_sent_once_whatever_happens(fault: Fault) -> None:
    """The client as it comes would send it up to four times, or without end."""
    with FakePagerDuty(FrozenClock(at(0))) as fake, client_of(fake) as client:
        client.max_network_attempts, client.retry = 3, {503: 2}  # a user's own client may be set so
        fake.order([fault])
        seen: list[object] = []
        fake.watch = seen.append
        with suppress(Trouble):
            Wire(lambda: client).ask("GET", "/status_pages")
        assert len(seen) == 1


# ── Lists ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "page",
    [
        '{"posts": [], "more": true}',
        '{"posts": [{"id": "P1"}], "more": true, "offset": 0}',
        '{"posts": [{"id": "P1"}], "more": true}',
        '{"posts": [{"id": "P1"}]}',
        '{"posts": [{"id": "P1"}], "more": "no"}',
        '{"posts": ["P1"], "more": false}',
        '{"posts": {}, "more": false}',
        '{"more": false}',
    ],
)
def test_a_list_that_may_not_be_whole_is_no_list(page: str) -> None:
    """What is not surely seen is not absent: no end of pages, pages that do not turn, no word whether there is more."""
    transport = Canned(says(200, page))
    secret = Secret("pagerduty", "PAGERDUTY_TOKEN", ENVIRONMENT)
    with make_client(secret, Region.US, transport=transport) as client, pytest.raises(Trouble) as caught:
        Wire(lambda: client).every("/status_pages/PPAGE01/posts", "posts")
    assert caught.value.looking.ask_person
    assert isinstance(caught.value.delivering, Rejected)
    assert len(transport.requests) <= 100


@pytest.mark.parametrize("identity", ['{"id": 7}', '{"id": "a/b"}', '{"id": ""}', "null"])
@pytest.mark.parametrize(("command", "key"), [(OPENS, "post"), (UPDATES, "post_update")], ids=["opens", "updates"])
def test_what_came_back_without_a_usable_id_may_have_been_made(command: Command, key: str, identity: str) -> None:
    """Nothing of an answer gets into an address unless it fits there; what was sent stays in doubt."""
    with FakePagerDuty(FrozenClock(at(0))) as fake, client_of(fake) as real:

        def respond(request: httpx2.Request) -> httpx2.Response:
            if request.method == "POST":
                return says(201, f'{{"{key}": {identity}}}')(request)
            return says(200, real.get(str(request.url)).text)(request)

        with canned(respond) as client:
            outcome = PagerDutyAdapter(lambda: client, SETTINGS).deliver(command, OPENED)
    assert isinstance(outcome, Unknown)
    assert outcome.why.endswith("the answer has no id")
    assert not outcome.ask_person


def test_a_search_without_permission_asks_a_person() -> None:
    """And one that fails for the moment is repeated; neither says that nothing is there."""
    with FakePagerDuty(FrozenClock(at(0))) as fake, client_of(fake) as client:
        adapter = PagerDutyAdapter(lambda: client, SETTINGS)
        assert adapter.find(OPENS, UNKNOWN_POST) == Absent()
        for fault, ask_person in ((Fault.FORBIDDEN, True), (Fault.UNREACHED, False), (Fault.UNAVAILABLE, False)):
            fake.order([fault])
            found = adapter.find(UPDATES, OPENED)
            assert isinstance(found, Unknown)
            assert found.ask_person is ask_person
