"""The fake GitHub is held to GitHub's own OpenAPI document, and so is the check that all requests go through."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from openapi_core.exceptions import OpenAPIError

from tests.documents.airflow import NINE
from tests.services.fakes.github import FakeGitHub
from tests.services.fakes.github_shapes import LARGE
from tests.services.fakes.github_world import document
from tests.services.fakes.server import Request

ISSUES = "/repos/acme/incidents/issues"
FILE = "/repos/acme/incidents/contents/incidents/INC-1/report.md"
REPORTS = "/repos/acme/incidents/security-advisories/reports"
HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}

ISSUE = {"title": "A", "body": "B", "labels": ["incident"]}
CONTENT = {"message": "m", "content": base64.b64encode(b"text").decode()}
REPORT = {"summary": "S", "description": "D"}


def asked(method: str, path: str, body: Mapping[str, object] | None = None, **query: str) -> Request:
    """Make a request."""
    lists = {name: [value] for name, value in query.items()}
    sent = b"" if body is None else json.dumps(body).encode()
    return Request(method=method, path=path, query=lists, headers=HEADERS, body=sent)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (asked("GET", ISSUES, state="all"), 200),
        (asked("POST", ISSUES, ISSUE), 201),
        (asked("POST", ISSUES, ISSUE | {"title": "A" * 257}), 422),
        (asked("GET", FILE), 200),
        (asked("GET", FILE + ".bak"), 404),
        (asked("GET", "/repos/acme/incidents/contents/incidents/INC-1"), 200),
        (asked("GET", "/repos/acme/incidents/contents/large/one/report.md"), 200),
        (asked("PUT", FILE + ".new", CONTENT), 201),
        (asked("PUT", FILE, CONTENT), 422),
        (asked("PUT", FILE, CONTENT | {"sha": "abc"}), 409),
        (asked("PUT", FILE, CONTENT | {"sha": "6f4b82bf3b1e1ec1d6a4a5c8c0e3e0d0a3c5b1f2", "branch": "gone"}), 404),
        (asked("POST", REPORTS, REPORT), 201),
        (asked("POST", REPORTS, REPORT | {"description": "D" * 65_536}), 422),
    ],
)
def test_what_the_fake_answers_is_what_the_document_says(shared: Path, request_: Request, status: int) -> None:
    """Every answer that the adapter may meet, the refusals as well."""
    fake = FakeGitHub(lambda: NINE)
    fake.write_issue("By hand", "Text", ["bug"])
    fake.edit("incidents/INC-1/report.md", b"text")
    fake.edit("large/one/report.md", b"x" * (LARGE + 1))
    answer = fake.answer(request_)
    assert answer.status == status
    document(shared).check_answer(request_, answer)


def test_refusals_are_what_the_document_says(shared: Path) -> None:
    """A missing permission, a switched-off feature, and a limit."""
    fake = FakeGitHub(lambda: NINE)
    fake.rights.has_issues = fake.rights.reporting = False
    for request in (asked("POST", ISSUES, ISSUE), asked("POST", REPORTS, REPORT)):
        answer = fake.answer(request)
        assert answer.status in {403, 410}
        document(shared).check_answer(request, answer)
        document(shared).check_answer(asked("POST", REPORTS, REPORT), fake.limit(request))


@pytest.mark.parametrize(
    "request_",
    [
        asked("POST", ISSUES, {"body": "no title"}),
        asked("POST", ISSUES, ISSUE | {"labels": "incident"}),
        asked("GET", ISSUES, state="every"),
        asked("GET", ISSUES, label="misspelt"),
        asked("PUT", FILE, {"message": "no content"}),
        asked("POST", REPORTS, REPORT | {"description": "D" * 65_536}),
        asked("POST", REPORTS, REPORT | {"severity": "very"}),
        asked("GET", "/repos/acme/incidents/security-advisories", page="1", since="x"),
        asked("GET", "/search/everything"),
        Request(method="GET", path=ISSUES, query={"state": ["all"]}),
    ],
)
def test_a_request_that_the_document_does_not_allow_is_noticed(shared: Path, request_: Request) -> None:
    """Else it would prove nothing that no request is complained about."""
    with pytest.raises((OpenAPIError, AssertionError, KeyError)):
        document(shared).check(request_)
