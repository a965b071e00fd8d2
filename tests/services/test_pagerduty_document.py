"""The fake and the adapter, held to PagerDuty's own document, which lies beside the repository and is no part of it."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_core.exceptions import OpenAPIError
from schemathesis.core.result import Ok

from incident_fsm.adapters.pagerduty import PagerDutyAdapter, Settings
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock, drive
from incident_fsm.testing.driving import check
from tests.documents.airflow import at
from tests.services.driving import story
from tests.services.fakes.pagerduty import PAGE, PAGE_NAME, TOKEN, FakePagerDuty, client_of
from tests.services.fakes.pagerduty_document import Document
from tests.services.fakes.server import Request, Response

HEADERS = {"Accept": "application/vnd.pagerduty+json;version=2", "Authorization": f"Token token={TOKEN}"}
Change = dict[str, Any]


@pytest.fixture(scope="module")
def document(shared: Path) -> Document:
    """PagerDuty's document."""
    return Document(shared)


@pytest.fixture
def driven(document: Document) -> Iterator[FakePagerDuty]:
    """An account after a whole incident."""
    clock = FrozenClock(at(0))
    with FakePagerDuty(clock) as fake, client_of(fake) as client:
        fake.watch, fake.inspect = document.request, document.answer
        adapter = PagerDutyAdapter(lambda: client, Settings(page=PAGE_NAME))
        check(drive(adapter, fake, clock, events=story()))
        assert all(not one.problem for one in adapter.check(load_shipped()))
        yield fake


def test_every_request_and_every_answer_of_an_incident_is_as_the_document_says(driven: FakePagerDuty) -> None:
    """From the lists of names to the post-mortem, and the check of the subscriptions."""
    assert driven.complaints == []
    assert len(driven.requests) > 12


@pytest.mark.parametrize(
    "change",
    [
        {"title": "x" * 129},
        {"title": ""},
        {"post_type": "party"},
        {"starts_at": "yesterday"},
        {"updates": []},
        {"updates": [{}]},
        {"status_page": PAGE},
        {"type": "post"},
    ],
    ids=str,
)
def test_the_document_and_the_fake_refuse_the_same_posts(
    document: Document, driven: FakePagerDuty, change: Change
) -> None:
    """So a request that the fake takes is one that PagerDuty would take."""
    first = next(request for request in driven.requests if request.method == "POST")
    body = deepcopy(first.json)
    body["post"].update(change)
    _refused_by_both(document, driven, first, body)


@pytest.mark.parametrize(
    "change",
    [
        {"message": None},
        {"post": None},
        {"severity": "PSEVER1I"},
        {"update_frequency_ms": "soon"},
        {"notify_subscribers": "yes"},
        {"impacted_services": None},
        {"reported_at": 7},
    ],
    ids=str,
)
def test_the_document_and_the_fake_refuse_the_same_updates(
    document: Document, driven: FakePagerDuty, change: Change
) -> None:
    """Likewise; nulls only where they are allowed."""
    last = [request for request in driven.requests if request.path.endswith("post_updates")][-1]
    body = deepcopy(last.json)
    body["post_update"].update(change)
    _refused_by_both(document, driven, last, body)


@pytest.mark.parametrize(
    "change", [{"message": "x" * 10_001}, {"post": "PPOST01"}, {"notify_subscribers": None}, {"type": "x"}], ids=str
)
def test_the_document_and_the_fake_refuse_the_same_post_mortems(
    document: Document, driven: FakePagerDuty, change: Change
) -> None:
    """Likewise."""
    put = next(request for request in driven.requests if request.method == "PUT")
    body = deepcopy(put.json)
    body["postmortem"].update(change)
    _refused_by_both(document, driven, put, body)


@pytest.mark.parametrize("key", ["post", "post_update", "postmortem"])
def test_a_key_that_must_be_there_is_missed_by_both(document: Document, driven: FakePagerDuty, key: str) -> None:
    """Every key that our requests carry, but for the time, is one that the document demands."""
    sent = [one for one in driven.requests if one.method != "GET" and key in one.json]
    optional = {"reported_at"}
    for name in set(sent[0].json[key]) - optional:
        body = deepcopy(sent[0].json)
        del body[key][name]
        _refused_by_both(document, driven, sent[0], body)


def _refused_by_both(document: Document, fake: FakePagerDuty, request: Request, body: object) -> None:
    """The document complains, and the fake answers 400 in a way that the document knows."""
    wrong = Request(method=request.method, path=request.path, headers=request.headers, body=json.dumps(body).encode())
    with pytest.raises(OpenAPIError):
        document.request(wrong)
    answer = fake.answer(wrong)
    assert answer.status == 400
    assert answer.data["error"]["errors"]
    document.answer(wrong, answer)
    assert fake.complaints == []


def test_the_fake_s_own_troubles_are_as_the_document_says(document: Document) -> None:
    """A missing scope, a rate limit, a wrong token, something that is not there."""
    fake = FakePagerDuty(FrozenClock(at(0)))
    request = Request(method="GET", path=f"/status_pages/{PAGE}/posts", headers=HEADERS)
    for answer in (fake.forbid(request), fake.limit(request)):
        document.answer(request, answer)
    nobody = Request(method="GET", path="/status_pages", headers={**HEADERS, "Authorization": ""})
    nowhere = Request(method="GET", path="/status_pages/PNOWHERE/posts", headers=HEADERS)
    for odd, status in ((nobody, 401), (nowhere, 404)):
        answer = fake.answer(odd)
        assert answer.status == status
        document.answer(odd, answer)


def test_an_answer_that_the_document_does_not_know_is_noticed(document: Document, driven: FakePagerDuty) -> None:
    """A fake that went astray would not go unseen."""
    request = Request(method="GET", path=f"/status_pages/{PAGE}/posts/PPOST01", headers=HEADERS)
    post = driven.answer(request).data["post"]
    with pytest.raises(OpenAPIError):
        document.answer(request, Response(data={"post": {**post, "title": None}}))


OPERATIONS = [
    ("GET", "/status_pages"),
    ("GET", "/status_pages/{id}/services"),
    ("GET", "/status_pages/{id}/severities"),
    ("GET", "/status_pages/{id}/impacts"),
    ("GET", "/status_pages/{id}/statuses"),
    ("GET", "/status_pages/{id}/subscriptions"),
    ("GET", "/status_pages/{id}/posts"),
    ("POST", "/status_pages/{id}/posts"),
    ("GET", "/status_pages/{id}/posts/{post_id}"),
    ("GET", "/status_pages/{id}/posts/{post_id}/post_updates"),
    ("POST", "/status_pages/{id}/posts/{post_id}/post_updates"),
    ("GET", "/status_pages/{id}/posts/{post_id}/postmortem"),
    ("PUT", "/status_pages/{id}/posts/{post_id}/postmortem"),
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=" ".join)
def test_whatever_is_asked_the_fake_answers_as_the_document_says(
    document: Document, operation: tuple[str, str]
) -> None:
    """Requests that schemathesis makes of the document, for a post that is there: every answer is one it knows."""
    schema = schemathesis.openapi.from_dict(document.data)
    found = (each for each in schema.get_all_operations() if isinstance(each, Ok))
    chosen = next(each.ok() for each in found if (each.ok().method.upper(), each.ok().path) == operation)
    fake = FakePagerDuty(FrozenClock(at(0)))
    post = fake.post_by_hand("Something (INC-1)")
    statuses: set[int] = set()

    @settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=chosen.as_strategy())
    def answers(case: Any) -> None:
        path = operation[1].replace("{id}", PAGE).replace("{post_id}", post)
        query = {key: [str(value)] for key, value in (case.query or {}).items() if isinstance(value, str | int)}
        body = b"" if operation[0] == "GET" else json.dumps(_plain(case.body)).encode()
        request = Request(method=operation[0], path=path, query=query, headers=HEADERS, body=body)
        answer = fake.answer(request)
        statuses.add(answer.status)
        document.answer(request, answer)

    answers()
    assert statuses <= {200, 201, 400, 404}


def _plain(body: object) -> object:
    """A body as JSON can hold it."""
    return body if isinstance(body, dict | list | str | int | float | bool) else None
