"""What Slack's refusals and the connection's failures mean for a command."""

import logging
import socket
import ssl
from datetime import timedelta
from typing import Any
from urllib.error import URLError

import pytest
from slack_sdk import WebClient

from incident_fsm.adapters import NotDone, Outcome, Receipt, Rejected, Unknown
from incident_fsm.adapters.slack import SlackAdapter
from incident_fsm.adapters.slack._api import Api, _broken
from incident_fsm.adapters.slack._errors import Trouble, sort, unseen, unsent
from incident_fsm.commands import OpenThread
from tests.services.fakes.server import Request, Response
from tests.services.fakes.slack import MAIN, TOKEN, FakeSlack
from tests.services.test_slack import made, shown, the
from tests.services.test_slack_fake import KNOWN, client_of, world


def delivered(error: str) -> Outcome:
    """What becomes of a command that Slack refuses with an error."""
    with world() as (adapter, fake, _):
        fake.refusals["chat.postMessage"] = error
        outcome = adapter.deliver(the(OpenThread), shown())
        assert fake.objects(the(OpenThread)) == 0
        return outcome


@pytest.mark.parametrize("error", ["internal_error", "fatal_error", "service_unavailable", "request_timeout"])
def test_four_errors_say_that_it_may_have_happened(error: str) -> None:
    """So the marker is looked for before anything is repeated."""
    outcome = delivered(error)
    assert isinstance(outcome, Unknown)
    assert not outcome.ask_person


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        ("not_in_channel", "/invite"),
        ("channel_not_found", "adapters.toml"),
        ("is_archived", "unarchive"),
        ("invalid_auth", "SLACK_BOT_TOKEN"),
        ("token_revoked", "SLACK_BOT_TOKEN"),
        ("restricted_action", "administrator"),
        ("metadata_must_be_sent_from_app", "xoxb"),
        ("msg_too_long", "reference"),
        ("missing_scope", "scope it needs"),
    ],
)
def test_every_other_error_is_a_refusal_with_a_remedy(error: str, remedy: str) -> None:
    """It did not happen, and a person is told what to do."""
    outcome = delivered(error)
    assert isinstance(outcome, Rejected)
    assert error in outcome.why
    assert remedy in outcome.why


def test_a_missing_scope_is_named() -> None:
    """Slack says which; whatever else stands there is kept short and on one line."""
    failure = sort("x.y", 200, {"ok": False, "error": "missing_scope", "needed": "chat:write\n" + "z" * 900}, {})
    assert isinstance(failure, Rejected)
    assert "the scope chat:write zzz" in failure.why
    assert len(failure.why) < 400


@pytest.mark.parametrize("error", ["ratelimited", "rate_limited"])
def test_a_rate_limit_waits_as_long_as_slack_asks(error: str) -> None:
    """Named in the answer or by the status, with Retry-After in seconds."""
    for status in (200, 429):
        failure = sort("x.y", status, {"ok": False, "error": error}, {"Retry-After": "7"})
        assert failure == NotDone(why=f"Slack answered x.y with {error}", wait=timedelta(seconds=7))


@pytest.mark.parametrize(
    ("status", "data", "kind"),
    [
        (200, {"ok": False, "error": "Received a response in a non-JSON format: <html>"}, Unknown),
        (200, {"ok": False}, Unknown),
        (200, ["odd"], Unknown),
        (200, None, Unknown),
        (403, {"ok": False, "error": "Received a response in a non-JSON format: <html>"}, Rejected),
        (404, b"", Rejected),
        (429, None, NotDone),
        (500, {"ok": False, "error": "not_in_channel"}, Unknown),
        (503, None, Unknown),
    ],
)
def test_what_names_no_error_is_sorted_by_its_status(status: int, data: object, kind: type) -> None:
    """A page of HTML with status 200 is no answer; a proxy's 403 says no; a server's error leaves a doubt."""
    failure = sort("x.y", status, data, {})
    assert isinstance(failure, kind)
    assert "<html>" not in failure.why


CERTIFICATE = ssl.SSLCertVerificationError(1, "certificate verify failed")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (URLError(ConnectionRefusedError(111, "refused")), NotDone),
        (URLError(socket.gaierror(-2, "Name or service not known")), NotDone),
        (URLError(CERTIFICATE), NotDone),
        (URLError(OSError(101, "Network is unreachable")), NotDone),
        (URLError(TimeoutError("timed out")), Unknown),
        (URLError(ConnectionResetError(104, "reset")), Unknown),
        (URLError("unknown url type"), Unknown),
        (TimeoutError("timed out"), Unknown),
        (ConnectionResetError(104, "reset"), Unknown),
    ],
)
def test_only_what_surely_never_left_is_not_done(error: Exception, kind: type) -> None:
    """No address, nobody who answers, no trust; a time-out may be of the connection or of the answer."""
    assert isinstance(_broken("x.y", error), kind)


def test_where_nobody_listens_nothing_is_done() -> None:
    """Over a real socket."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        client = WebClient(
            TOKEN, base_url=f"http://127.0.0.1:{free.getsockname()[1]}/api/", retry_handlers=[], timeout=3
        )
        client.proxy = None
        outcome = SlackAdapter(lambda: client, KNOWN).deliver(the(OpenThread), shown())
    assert isinstance(outcome, NotDone)
    assert "refused" in outcome.why.lower()


class Odd(FakeSlack):
    """A Slack that answers one method with something of the test's own, as JSON or as another kind."""

    odd: Any = None
    kind = "application/json"
    method = "chat.postMessage"

    def handle(self, request: Request) -> Response:
        """Answer oddly where it was told to."""
        real = super().handle(request)
        odd = Response(data=self.odd, headers={"Content-Type": self.kind})
        return odd if request.path == f"/api/{self.method}" else real


@pytest.mark.parametrize("odd", [["list"], {"ok": True}, {"ok": True, "ts": 5}, {"ok": True, "ts": ""}, "text", 5])
@pytest.mark.parametrize("kind", ["application/json", "application/gzip"])
def test_an_answer_without_sense_is_a_doubt_and_the_message_is_found(odd: object, kind: str) -> None:
    """It was posted, and Slack's answer cannot be read: no object, no time of the message, or no JSON at all."""
    with world(kind=Odd) as (adapter, fake, clock):
        clock.moment = the(OpenThread).requested_at
        assert isinstance(fake, Odd)
        fake.odd, fake.kind = odd, kind
        assert isinstance(adapter.deliver(the(OpenThread), shown()), Unknown)
        assert isinstance(adapter.find(the(OpenThread), shown()), Receipt)


@pytest.mark.parametrize(
    "odd",
    [
        {"ok": True},
        {"ok": True, "messages": "none"},
        {"ok": True, "messages": [], "has_more": True},
        {"ok": True, "messages": [], "has_more": True, "response_metadata": {"next_cursor": ""}},
        {"ok": True, "messages": ["odd"]},
        {"ok": True, "messages": [], "has_more": True, "response_metadata": "odd"},
        {"ok": True, "messages": [], "response_metadata": {"next_cursor": "next-0"}},
    ],
)
def test_a_list_that_is_not_whole_is_never_taken_for_absence(odd: object) -> None:
    """No messages at all, more to come without a way there, and pages without end."""
    with world(kind=Odd) as (adapter, fake, _):
        assert isinstance(fake, Odd)
        fake.odd, fake.method = odd, "conversations.history"
        assert isinstance(adapter.find(the(OpenThread), shown()), Unknown)


@pytest.mark.parametrize(
    "link", [None, "", "ftp://x", "https://team.slack.com/\n", "https://team.slack.com/" + "x" * 2000]
)
def test_a_link_that_is_no_use_is_left_out(link: object) -> None:
    """The receipt stands without it."""
    with world(kind=Odd) as (adapter, fake, _):
        assert isinstance(fake, Odd)
        fake.odd, fake.method = {"ok": True, "permalink": link}, "chat.getPermalink"
        outcome = adapter.deliver(the(OpenThread), shown())
        assert isinstance(outcome, Receipt)
        assert outcome.reference.startswith(f"{MAIN}/")
        assert outcome.link == ""


def test_what_a_failed_look_means() -> None:
    """Before a delivery it is not done, in a search it cannot tell; a refusal stays one, or asks a person."""
    wait = timedelta(seconds=7)
    assert unsent(Unknown(why="w", wait=wait)) == NotDone(why="w", wait=wait)
    assert unsent(Rejected(why="w")) == Rejected(why="w")
    assert unsent(NotDone(why="w")) == NotDone(why="w")
    assert unseen(NotDone(why="w", wait=wait)) == Unknown(why="w", wait=wait)
    assert unseen(Rejected(why="w")) == Unknown(why="w", ask_person=True)
    assert unseen(Unknown(why="w", ask_person=True)) == Unknown(why="w", ask_person=True)


def test_trouble_says_what_happened() -> None:
    """For whoever meets it in a traceback."""
    assert str(Trouble(Rejected(why="no"))) == "no"


def test_a_client_that_repeats_by_itself_is_noticed() -> None:
    """The official client does, unless it is told not to."""
    assert Api(lambda: WebClient(TOKEN)).repeats
    with world() as (_, fake, _clock):
        client = client_of(fake)
        assert not Api(lambda: client).repeats


def test_no_text_reaches_a_log(caplog: pytest.LogCaptureFixture) -> None:
    """Not even where everything is logged: what is posted may be for a few only."""
    with caplog.at_level(logging.DEBUG), world() as (_, fake, _clock):
        adapter = made({"SLACK_BOT_TOKEN": TOKEN}, {"channels": dict(KNOWN.channels)})
        adapter._api._client().base_url = fake.base_url
        adapter._api._client().proxy = None
        assert isinstance(adapter.deliver(the(OpenThread), shown()), Receipt)
        fake.refusals["chat.postMessage"] = "invalid_auth"
        adapter.deliver(the(OpenThread), shown())
    assert "Airflow" not in caplog.text
    assert TOKEN not in caplog.text
