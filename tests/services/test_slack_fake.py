"""The fake of Slack, held to Slack: its answers to the shapes of real ones, every request to the official client."""

import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from incident_fsm.adapters import Context
from incident_fsm.adapters.slack import Settings, SlackAdapter
from incident_fsm.testing import FrozenClock, drive
from incident_fsm.testing.driving import Driven, check
from tests.documents.airflow import at
from tests.services.driving import story
from tests.services.fakes.server import PATIENCE, Request, Response
from tests.services.fakes.slack import ADA, ASK, AWS, MAIN, SECURITY, TOKEN, FakeSlack

KNOWN = Settings(channels={"analytical-platform": MAIN, "ext-aws": AWS, "sec-only": SECURITY})
"""With the ids at hand, the first request of a delivery is the post itself; without, channels are looked up first."""

JSON_SENT = {"Content-Type": "application/json"}


def documented(request: Request) -> None:
    """Hold a request to the official client: a method of its, with arguments that the method has, and all it needs."""
    method = request.path.removeprefix("/api/")
    official = inspect.signature(getattr(WebClient, method.replace(".", "_")))
    known = {name: one for name, one in official.parameters.items() if name not in {"self", "kwargs"}}
    is_json = request.headers["Content-Type"].startswith("application/json") and request.body
    given = set(json.loads(request.body) if is_json else parse_qs(request.body.decode()))
    assert request.method == "POST"
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert given <= set(known), f"{method} has no {given - set(known)}"
    needed = {name for name, one in known.items() if one.default is inspect.Parameter.empty}
    assert needed <= given, f"{method} needs {needed - given}"


def client_of(fake: FakeSlack) -> WebClient:
    """The official client, tamed, and no more patient than a test can be."""
    client = WebClient(TOKEN, base_url=fake.base_url, retry_handlers=[], timeout=PATIENCE)  # type: ignore[arg-type]  # it is typed as whole seconds
    client.proxy = None
    return client


@contextmanager
def world(
    said: Settings = KNOWN, page_max: int = 2, kind: Callable[..., FakeSlack] = FakeSlack
) -> Iterator[tuple[SlackAdapter, FakeSlack, FrozenClock]]:
    """An adapter, its Slack and the time. Lists come in pages of two; every request is held to the official client."""
    clock = FrozenClock(at(0))
    with kind(clock, page_max) as fake:
        fake.watch = documented
        client = client_of(fake)
        yield SlackAdapter(lambda: client, said), fake, clock
        assert fake.complaints == []


@pytest.fixture(scope="module")
def shapes(shared: Path) -> Mapping[str, Any]:
    """Key names and JSON types of real answers, by method."""
    found: dict[str, Any] = json.loads((shared / "specs" / "slack-response-shapes.json").read_text())
    told = found["conversations.history"]["messages"][0]
    # The sample of a thread happened to hold no file and nothing of a person's own client; messages are the same there.
    found["conversations.replies"]["messages"][0] |= {name: told[name] for name in ("subtype", "client_msg_id")}
    return found


KINDS: Mapping[object, type | tuple[type, ...]] = {"string": str, "boolean": bool, "number": (int, float)}


def faults(said: object, shape: object, path: str) -> Iterator[str]:
    """Yield where an answer is not of the shape."""
    kind = type(shape) if isinstance(shape, dict | list) else KINDS.get(shape, object)
    if not isinstance(said, kind) or (isinstance(said, bool) and shape == "number"):
        yield f"{path} is {said!r:.40}, which is no {shape!r:.40}"
    elif isinstance(said, list) and isinstance(shape, list):
        for number, one in enumerate(said):
            yield from faults(one, shape[0], f"{path}[{number}]")
    elif isinstance(said, dict) and isinstance(shape, dict) and shape:
        yield from (f"{path}.{name} is not known to Slack" for name in said if name not in shape)
        for name in set(said) & set(shape):
            yield from faults(said[name], shape[name], f"{path}.{name}")


def held(shapes: Mapping[str, Any]) -> tuple[type[FakeSlack], set[str]]:
    """A fake that holds each of its answers to the shapes, and the methods that it answered."""
    answered: set[str] = set()

    class Held(FakeSlack):
        def handle(self, request: Request) -> Response:
            response = super().handle(request)
            method = request.path.removeprefix("/api/")
            if method in shapes:
                answered.add(method)
                self.complaints.extend(faults(response.data, shapes[method], method))
            return response

    return Held, answered


def shown(driven: Driven) -> Context:
    """What an adapter is shown of the one incident of a desk."""
    desk, incident_id = driven.desk, driven.settled[0].command.incident_id
    return Context(incident=desk.incident(incident_id), policy=desk.policy, timeline=lambda: desk.timeline(incident_id))


def test_a_whole_incident_is_answered_in_slacks_own_shapes(shapes: Mapping[str, Any]) -> None:
    """Every answer that the adapter is given has the names and types of a real one."""
    kind, answered = held(shapes)
    with world(kind=kind) as (adapter, fake, clock):
        driven = drive(adapter, fake, clock, events=story())
        check(driven)
        context = shown(driven)
        first = context.incident.references.thread
        assert first is not None
        ts = first.reference.partition("/")[2]
        fake.say(MAIN, ts, ADA, "see", subtype="file_share", files=[{"name": "a.png"}], client_msg_id="1-2")
        assert adapter.messages(context)
        assert all(adapter.find(one.command, context) for one in driven.settled)
        assert list(adapter.check(context.policy))
    assert answered == {f"conversations.{name}" for name in ("history", "info", "replies")} | {
        "auth.test",
        "chat.getPermalink",
        "chat.postMessage",
    }


def test_what_a_bot_uses_is_in_slacks_own_shapes_too(shapes: Mapping[str, Any]) -> None:
    """Changing a message, a form, and what only one person sees."""
    kind, answered = held(shapes)
    with world(kind=kind) as (_, fake, _clock):
        client = client_of(fake)
        ts = str(client.chat_postMessage(channel=MAIN, text="one", metadata={"event_type": "x"})["ts"])
        client.chat_update(channel=MAIN, ts=ts, text="two")
        assert [message["text"] for message in fake.thread(MAIN, ts)] == ["two"]
        assert client.views_open(trigger_id="1", view={"type": "modal"})["view"]["id"] == "V1"
        client.chat_postEphemeral(channel=MAIN, user=ADA, text="only you")
        assert [(one["user"], one["text"]) for one in fake.ephemeral] == [(ADA, "only you")]
        fake.answer(Request(method="POST", path="/response/1", body=b'{"text": "ok"}', headers=JSON_SENT))
        assert fake.responses == [{"text": "ok"}]
        assert fake.response_url.startswith(fake.url)
    assert "chat.update" in answered


REFUSALS: tuple[tuple[str, Callable[[WebClient], object]], ...] = (
    ("channel_not_found", lambda client: client.chat_postMessage(channel="C0NONE", text="x")),
    ("not_in_channel", lambda client: client.chat_postMessage(channel=ASK, text="x")),
    ("no_text", lambda client: client.chat_postMessage(channel=MAIN, text=" ".strip(), unfurl_links=False, blocks=[])),
    ("is_archived", lambda client: client.chat_postMessage(channel=AWS, text="x")),
    ("message_not_found", lambda client: client.chat_update(channel=MAIN, ts="1.000000", text="x")),
    ("message_not_found", lambda client: client.chat_getPermalink(channel=MAIN, message_ts="1.000000")),
    ("thread_not_found", lambda client: client.conversations_replies(channel=MAIN, ts="1.000000")),
    ("channel_not_found", lambda client: client.conversations_info(channel=SECURITY)),
    ("user_not_found", lambda client: client.users_info(user="U0NONE")),
    ("user_not_in_channel", lambda client: client.chat_postEphemeral(channel=MAIN, user="U0NONE", text="x")),
    ("invalid_trigger_id", lambda client: client.views_open(trigger_id="", view={"type": "modal"})),
    ("unknown_method", lambda client: client.api_test()),
)


@pytest.mark.filterwarnings("ignore:The top-level `text` argument:UserWarning")
@pytest.mark.parametrize(("error", "ask"), REFUSALS, ids=[f"{number}-{one[0]}" for number, one in enumerate(REFUSALS)])
def test_it_refuses_as_slack_does(error: str, ask: Callable[[WebClient], object]) -> None:
    """HTTP 200, `ok: false`, and Slack's own name of the error."""
    with world() as (_, fake, _clock):
        fake.watch = lambda _: None
        fake.channels[AWS].archived = True
        fake.channels[SECURITY].member = False
        with pytest.raises(SlackApiError) as raised:
            ask(client_of(fake))
        assert raised.value.response.status_code == 200
        assert raised.value.response["error"] == error


def test_a_wrong_token_and_somebody_elses_message_are_refused() -> None:
    """Without a token, with a wrong one, and for what a person said."""
    with world() as (_, fake, _clock):
        fake.watch = lambda _: None
        ts = fake.say(MAIN, "", ADA, "mine")
        with pytest.raises(SlackApiError, match="cant_update_message"):
            client_of(fake).chat_update(channel=MAIN, ts=ts, text="x")
        for token, error in (("", "not_authed"), ("xoxb-wrong", "invalid_auth")):
            client = client_of(fake)
            client.token = token
            with pytest.raises(SlackApiError, match=error):
                client.auth_test()


def test_people_change_and_delete_what_they_said() -> None:
    """An edit shows its time; what was deleted is gone; history leaves replies out and replies repeat the first."""
    with world() as (_, fake, clock):
        first = fake.say(MAIN, "", ADA, "one")
        clock.moment = datetime(2026, 6, 10, 8, 0, 5, tzinfo=UTC)
        reply, gone = fake.say(MAIN, first, ADA, "two"), fake.say(MAIN, first, ADA, "three")
        fake.edit(MAIN, reply, "two!")
        fake.delete(MAIN, gone)
        client = client_of(fake)
        history = client.conversations_history(channel=MAIN)["messages"]
        assert [one["ts"] for one in history] == [first]
        replies = client.conversations_replies(channel=MAIN, ts=first, limit=1)
        assert [one["text"] for one in replies["messages"]] == ["one", "two!"]
        assert replies["messages"][1]["edited"]["ts"] > reply


def test_a_shape_that_is_not_kept_is_noticed() -> None:
    """A wrong type, a name that Slack does not know, and a list where there should be none."""
    shape = {"ok": "boolean", "n": "number", "o": {"a": "string"}, "l": ["string"], "x": "any", "e": {}}
    said = {"ok": 1, "n": True, "o": [], "l": {}, "x": [1], "e": {"any": 1}, "odd": 1}
    assert {fault.partition(" ")[0] for fault in faults(said, shape, "m")} == {"m.ok", "m.n", "m.o", "m.l", "m.odd"}
    assert list(faults({"l": [1]}, shape, "m")) == ["m.l[0] is 1, which is no 'string'"]
