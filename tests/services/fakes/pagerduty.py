"""A PagerDuty account with one status page, as far as the library uses it.

It keeps posts, their updates and post-mortems, and counts every mail that the page's subscribers would get. It refuses
what PagerDuty's document refuses, in PagerDuty's words: `{"error": {"code", "message", "errors"}}`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any

from httpx2 import BaseTransport, HTTPTransport
from httpx2 import Request as ClientRequest
from httpx2 import Response as ClientResponse

from incident_fsm._secrets import Secret
from incident_fsm.adapters.pagerduty import Region
from incident_fsm.adapters.pagerduty._wire import Client, make_client
from incident_fsm.commands import Command, PublishPostMortem, PublishStatus
from incident_fsm.policy_files import load_shipped
from tests.services.fakes import pagerduty_rules as rules
from tests.services.fakes.pagerduty_document import HOST
from tests.services.fakes.server import PATIENCE, FakeServer, Request, Response

PAGE = "PPAGE01"
PAGE_NAME = "Analytical Platform"
LINK = "https://status.example.org"
TOKEN = "canary-token-QwXzJ"  # noqa: S105  the canary of these tests
ENVIRONMENT = {"PAGERDUTY_TOKEN": TOKEN}

Data = dict[str, Any]

_LISTS = ("services", "severities", "impacts", "statuses")


class Refused(Exception):
    """What PagerDuty answers to a request that is wrong."""

    def __init__(self, status: int, message: str, *errors: str) -> None:
        super().__init__(message)
        self.response = _error(status, message, *errors)


def _error(status: int, message: str, *errors: str, **headers: str) -> Response:
    """An error in PagerDuty's words."""
    said = {"code": 2000 + status, "message": message, "errors": list(errors)}
    return Response(status=status, data={"error": said}, headers=headers)


def _to(kind: str, identifier: str) -> Data:
    """A reference."""
    return {"id": identifier, "type": f"status_page_{kind}" if kind else "status_page"}


class FakePagerDuty(FakeServer):
    """One account, one page. The knobs: `page_size`, `kept` (what becomes of a message), `echoed` (of a time)."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.page_size = 100
        self.kept: Callable[[str], str] = lambda message: message
        self.echoed: Callable[[str], str | None] = lambda moment: moment
        self.filters = True
        """Whether a list obeys what it is asked to leave out."""
        self.inspect: Callable[[Request, Response], object] = lambda _request, _response: None
        """Sees every answer: a check against PagerDuty's document, say."""
        self.pages: list[Data] = [
            {"id": PAGE, "name": PAGE_NAME, "status_page_type": "public", "url": LINK, "type": "status_page",
             "published_at": "2026-01-01T00:00:00Z"},
            {"id": "PPAGE02", "name": "Another page", "status_page_type": "private", "url": "https://other.example.org",
             "type": "status_page", "published_at": None},
        ]  # fmt: skip
        self.lists: dict[str, list[Data]] = {
            "services": [self._named("service", "name", name) for name in load_shipped().services],
            "severities": self._worded("severity", "all good", "minor", "major"),
            "impacts": self._worded("impact", "operational", "partial outage", "outage"),
            "statuses": self._worded("status", "investigating", "detected", "resolved"),
        }
        self.posts: list[Data] = []
        self.updates: dict[str, list[Data]] = {}
        self.post_mortems: dict[str, Data] = {}
        self.puts: dict[str, int] = {}
        self.mails = 0
        self.subscriptions: list[Data] = [self._subscription("slack", "active", "status_page", PAGE)]
        self._numbers = count(1)

    # ── What a test asks ───────────────────────────────────────────────────────────────────────────────────────────

    def count(self, command: Command) -> int:
        """How many posts, updates or post-mortems a command brought about."""
        posts = [post["id"] for post in self.posts if post["title"].endswith(f"({command.incident_id})")]
        if isinstance(command, PublishPostMortem):
            return sum(
                self.puts.get(post, 0) for post in posts
            )  # each is another mail, though it replaces the one before
        assert isinstance(command, PublishStatus)
        if command.opens:
            return len(posts)
        return sum(self._is(update, command) for post in posts for update in self.updates[post])

    def _is(self, update: Data, command: PublishStatus) -> bool:
        """Whether an update came of a command: by its time, its status and its severity."""
        said = update["reported_at"]
        return (
            said is not None
            and datetime.fromisoformat(said).replace(microsecond=0) == command.requested_at.replace(microsecond=0)
            and self.word("statuses", update["status"]["id"]) == command.stage.value
            and self.word("severities", update["severity"]["id"]) == command.impact.lower()
        )

    def word(self, kind: str, identifier: str) -> str:
        """What something is called on the page."""
        item = next(item for item in self.lists[kind] if item["id"] == identifier)
        return str(item.get("name") or item["description"])

    # ── What a person does on the page ─────────────────────────────────────────────────────────────────────────────

    def post_by_hand(self, title: str, message: str = "We look into it.") -> str:
        """Write a post, without a mail, and give its id."""
        said = {
            "type": "status_page_post", "title": title, "post_type": "incident", "starts_at": None, "ends_at": None,
            "status_page": _to("", PAGE), "updates": [self._said(message)],
        }  # fmt: skip
        return str(self._create_post(said).data["post"]["id"])

    def update_by_hand(self, post: str, message: str, moment: str | None = None) -> None:
        """Write an update, without a mail."""
        self._keep_update(self._post(post), {**self._said(message), "reported_at": moment})

    def _said(self, message: str) -> Data:
        """An update that says something."""
        return {
            "type": "status_page_post_update", "message": message, "impacted_services": [],
            "status": _to("status", self.id_of("statuses", "investigating")),
            "severity": _to("severity", self.id_of("severities", "major")),
            "update_frequency_ms": None, "notify_subscribers": False,
        }  # fmt: skip

    def id_of(self, kind: str, word: str) -> str:
        """The id of something on the page, for incidents."""
        items = (item for item in self.lists[kind] if item.get("post_type", "incident") == "incident")
        return next(str(item["id"]) for item in items if word in {item.get("name"), item.get("description")})

    # ── What a client sees ─────────────────────────────────────────────────────────────────────────────────────────

    def handle(self, request: Request) -> Response:
        """Do what is asked, as the vendor would."""
        try:
            response = self._route(request)
        except Refused as refused:
            response = refused.response
        try:
            self.inspect(request, response)
        except Exception as error:  # noqa: BLE001  any complaint is kept for the test to look at
            self.complaints.append(f"answer to {request.method} {request.path}: {type(error).__name__}: {error}")
        return response

    def forbid(self, request: Request) -> Response:
        """A scope is missing."""
        return _error(403, "Access Denied", f"{request.method} needs another scope")

    def limit(self, request: Request) -> Response:  # noqa: ARG002  the port's signature
        """No Retry-After is promised; PagerDuty's own header says how long."""
        return _error(429, "Rate Limit Exceeded", **{"ratelimit-reset": "7"})

    def _route(self, request: Request) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if headers.get("authorization") != f"Token token={TOKEN}":
            raise Refused(401, "Unauthorized")
        parts = request.path.strip("/").split("/")
        match request.method, parts:
            case "GET", ["status_pages"]:
                return self._listed("status_pages", self._of_type(self.pages, request, "status_page_type"), request)
            case _, ["status_pages", page, *_] if page != PAGE:
                raise Refused(404, "Not Found", f"no status page {page}")
            case "GET", ["status_pages", _, kind] if kind in _LISTS:
                return self._listed(kind, self._of_type(self.lists[kind], request, "post_type"), request)
            case "GET", ["status_pages", _, "subscriptions"]:
                found = self._of_type(self._of_type(self.subscriptions, request, "channel"), request, "status")
                return self._listed("subscriptions", found, request)
            case "GET", ["status_pages", _, "posts"]:
                return self._listed("posts", self._of_type(self.posts, request, "post_type"), request)
            case "POST", ["status_pages", _, "posts"]:
                return self._create_post(self._body(request, "post"))
            case _, ["status_pages", _, "posts", post, *rest]:
                return self._of_post(request, self._post(post), rest)
            case _:
                raise Refused(404, "Not Found", f"nothing at {request.path}")

    def _of_post(self, request: Request, post: Data, rest: list[str]) -> Response:
        match request.method, rest:
            case "GET", []:
                return Response(data={"post": post})
            case "GET", ["post_updates"]:
                found = self._of_type(self.updates[post["id"]], request, "reviewed_status")
                return self._listed("post_updates", found, request)
            case "POST", ["post_updates"]:
                return self._create_update(post, self._body(request, "post_update"))
            case "GET", ["postmortem"]:
                if post["id"] not in self.post_mortems:
                    raise Refused(404, "Not Found", "this post has no postmortem")
                return Response(data={"postmortem": self.post_mortems[post["id"]]})
            case "PUT", ["postmortem"]:
                return self._put_post_mortem(post, self._body(request, "postmortem"))
            case _:
                raise Refused(404, "Not Found", f"nothing at {request.path}")

    def _of_type(self, items: list[Data], request: Request, key: str) -> list[Data]:
        """Obey a filter."""
        (wanted,) = request.query.get(key, [""])[:1]
        if not (wanted and self.filters):
            return items
        return [item for item in items if item.get(key, wanted) == wanted]

    def _listed(self, key: str, items: list[Data], request: Request) -> Response:
        """One page of a list."""
        limit, offset = (self._number(request, name, default) for name, default in (("limit", 25), ("offset", 0)))
        limit = min(limit, self.page_size)
        more = offset + limit < len(items)
        return Response(
            data={key: items[offset : offset + limit], "offset": offset, "limit": limit, "more": more, "total": None}
        )

    def _number(self, request: Request, name: str, default: int) -> int:
        said = request.query.get(name, [str(default)])[0]
        if not (said.isascii() and said.isdigit() and len(said) < 9):
            raise Refused(400, "Invalid Input Provided", f"{name} must be a number")
        return int(said)

    def _body(self, request: Request, key: str) -> Data:
        """The wrapped object of a request."""
        try:
            body = request.json
        except ValueError:
            body = None
        wrapped = body.get(key) if isinstance(body, dict) else None
        if not isinstance(wrapped, dict):
            raise Refused(400, "Invalid Input Provided", f"{key} is missing")
        return wrapped

    def _post(self, identifier: str) -> Data:
        found = next((post for post in self.posts if post["id"] == identifier), None)
        if found is None:
            raise Refused(404, "Not Found", f"no post {identifier}")
        return found

    # ── What is written ────────────────────────────────────────────────────────────────────────────────────────────

    def _create_post(self, said: Data) -> Response:
        faults = list(rules.post_faults(said, self.pages[0], self.lists))
        if faults:
            raise Refused(400, "Invalid Input Provided", *faults)
        identifier = f"PPOST{next(self._numbers):02}"
        path = f"{HOST}/status_pages/{PAGE}/posts/{identifier}"
        post = {
            "id": identifier, "self": path, "type": "status_page_post", "post_type": said["post_type"],
            "title": said["title"], "starts_at": said["starts_at"], "ends_at": said["ends_at"],
            "status_page": _to("", PAGE), "updates": [],
        }  # fmt: skip
        self.posts.insert(0, post)
        self.updates[identifier] = []
        for update in said["updates"]:
            self._keep_update(post, update)
        return Response(status=201, data={"post": post})

    def _create_update(self, post: Data, said: Data) -> Response:
        faults = list(rules.update_faults(said, self.lists))
        if not rules.refers(said.get("post"), [post]):
            faults.append("post is not the one that is updated")
        if faults:
            raise Refused(400, "Invalid Input Provided", *faults)
        return Response(status=201, data={"post_update": self._keep_update(post, said)})

    def _keep_update(self, post: Data, said: Data) -> Data:
        identifier = f"PUPDA{next(self._numbers):02}"
        update = {
            **{key: said[key] for key in rules.UPDATE_KEYS},
            "id": identifier,
            "self": f"{post['self']}/post_updates/{identifier}",
            "post": _to("post", post["id"]),
            "message": self.kept(said["message"]),
            "reported_at": self.echoed(said.get("reported_at") or f"{self.now().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"),
            "reviewed_status": "approved",
        }
        self.updates[post["id"]].insert(0, update)
        post["updates"].append(_to("post_update", identifier))
        self.mails += bool(said["notify_subscribers"])
        return update

    def _put_post_mortem(self, post: Data, said: Data) -> Response:
        faults = list(rules.post_mortem_faults(said, post))
        if faults:
            raise Refused(400, "Invalid Input Provided", *faults)
        new = post["id"] not in self.post_mortems
        identifier = f"PMORT{post['id'][-2:]}"
        self.post_mortems[post["id"]] = {
            "id": identifier,
            "self": f"{post['self']}/postmortem",
            "type": "status_page_post_postmortem",
            "post": _to("post", post["id"]),
            "message": self.kept(said["message"]),
            "notify_subscribers": said["notify_subscribers"],
            "reported_at": f"{self.now().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        }
        self.puts[post["id"]] = self.puts.get(post["id"], 0) + 1
        self.mails += bool(said["notify_subscribers"])
        return Response(status=201 if new else 200, data={"postmortem": self.post_mortems[post["id"]]})

    # ── What is on the page from the beginning ─────────────────────────────────────────────────────────────────────

    def _worded(self, kind: str, *words: str) -> list[Data]:
        """Words for incidents; the same again for maintenance, which must not be taken for them."""
        types = ("maintenance", "incident")
        return [
            {
                **self._named(kind, "description", word),
                "id": f"P{kind[:5]}{number}{type_[0]}".upper(),
                "post_type": type_,
            }
            for type_ in types
            for number, word in enumerate(words)
        ]

    def _named(self, kind: str, key: str, name: str) -> Data:
        identifier = "P" + re.sub("[^A-Z0-9]", "", name.upper())
        path = f"{HOST}/status_pages/{PAGE}/{kind}/{identifier}"
        item = {"id": identifier, "self": path, key: name, "status_page": _to("", PAGE), "type": f"status_page_{kind}"}
        return (
            {**item, "business_service": {"id": f"B{identifier}", "type": "business_service"}}
            if key == "name"
            else item
        )

    def _subscription(self, channel: str, status: str, kind: str, identifier: str) -> Data:
        return {
            "id": "PSUB01", "self": f"{HOST}/status_pages/{PAGE}/subscriptions/PSUB01", "channel": channel,
            "contact": "#analytical-platform-support", "status": status, "status_page": _to("", PAGE),
            "subscribable_object": {"id": identifier, "type": kind}, "type": "status_page_subscription",
        }  # fmt: skip


class Loopback(BaseTransport):
    """Takes what a client sends to PagerDuty to the fake: the client itself insists on https."""

    def __init__(self, fake: FakePagerDuty) -> None:
        self.fake = fake
        self.hosts: list[str] = []
        self._inner = HTTPTransport()

    def handle_request(self, request: ClientRequest) -> ClientResponse:
        """Send a request to the fake."""
        self.hosts.append(request.url.host)
        host, _, port = self.fake.url.removeprefix("http://").partition(":")
        request.url = request.url.copy_with(scheme="http", host=host, port=int(port))
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Let go of the connections."""
        self._inner.close()


def client_of(fake: FakePagerDuty, environment: Mapping[str, str] = ENVIRONMENT, region: Region = Region.US) -> Client:
    """The official client, as the adapter makes it, with its requests taken to the fake and less patience."""
    client = make_client(Secret("pagerduty", "PAGERDUTY_TOKEN", environment), region, transport=Loopback(fake))
    client.timeout = PATIENCE  # type: ignore[assignment]  # its annotation is narrower than what it takes
    return client
