"""PagerDuty's own document, to hold requests and answers to. It lies beside the repository and is no part of it."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from tests.services.fakes.server import Request, Response

HOST = "https://api.pagerduty.com"

Data = dict[str, Any]


class Document:
    """The document, read more openly in one point: an update that comes with its post cannot name it.

    The post has no id yet. The document demands the key all the same, its own example leaves it out, and PagerDuty's
    own tool sends null.
    """

    def __init__(self, shared: Path) -> None:
        said = json.loads((shared / "specs" / "pagerduty-status-pages.ready.json").read_text("utf-8"))
        self.data: Data = _loosened(said)
        self._document = OpenAPI.from_dict(self.data)
        self._seen: set[tuple[object, ...]] = set()

    def request(self, request: Request) -> None:
        """Hold a request to the document. Raises what is wrong with it."""
        if self._is_new("request", request.method, request.path, sorted(request.query), request.body):
            self._document.validate_request(_mock(request))

    def answer(self, request: Request, response: Response) -> None:
        """Hold an answer to the document. Raises what is wrong with it."""
        if self._is_new("answer", request.method, request.path, response.status, response.content):
            mock = MockResponse(response.content, status_code=response.status, content_type="application/json")
            self._document.validate_response(_mock(request), mock)

    def _is_new(self, *what: object) -> bool:
        """Whether something is seen for the first time: the same again needs no second look."""
        key = tuple(map(repr, what))
        new = key not in self._seen
        self._seen.add(key)
        return new


def _loosened(said: Data) -> Data:
    """Let the update within a new post leave its post out, or null."""
    data = deepcopy(said)
    schemas = data["components"]["schemas"]
    first = deepcopy(schemas["StatusPagePostUpdateRequest"])
    first["required"].remove("post")
    first["properties"]["post"]["nullable"] = True
    schemas["FirstUpdateRequest"] = first
    schemas["StatusPagePostPostRequest"]["properties"]["updates"]["items"] = {
        "$ref": "#/components/schemas/FirstUpdateRequest"
    }
    return data


def _mock(request: Request) -> MockRequest:
    """A request as openapi-core wants it."""
    return MockRequest(
        HOST,
        request.method.lower(),
        request.path,
        args={key: values[0] for key, values in request.query.items()},
        headers=dict(request.headers),
        data=request.body or None,
        content_type="application/json",
    )
