"""GitHub's OpenAPI document, as something that requests and answers can be held to.

The document lies beside the repository (see the fixture `shared`) and holds a part of GitHub's: the rest of what is
asked, all of it reading, is listed here by hand.
"""

import json
import re
from pathlib import Path

from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from tests.services.fakes.server import Request, Response

_HOST = "https://api.github.com"

_REPO = r"/repos/[\w-]+/[\w.-]+"
_READ = {
    r"/user": set[str](),
    _REPO: set[str](),
    rf"{_REPO}/branches/[\w-]+": set[str](),
    rf"{_REPO}/private-vulnerability-reporting": set[str](),
    rf"{_REPO}/security-advisories": {"per_page", "page"},
}
"""Reading requests outside of the part, with the parameters that they may have."""

_KNOWN = {
    "issues": {"labels", "state", "since", "sort", "direction", "per_page", "page"},
    "contents": {"ref"},
    "security-advisories": set[str](),
}
"""The query parameters that are used of those that the document has: one that it has not is ignored by GitHub."""


class GitHubDocument:
    """The document, loaded."""

    def __init__(self, shared: Path) -> None:
        document = json.loads((shared / "specs" / "github-issues-contents.ready.json").read_text())
        # The first two are null in the document's own example of a private report; a severity that may be null has an
        # enumeration without null.
        for name in ("publisher", "private_fork", "severity"):
            document["components"]["schemas"]["repository-advisory"]["properties"][name] = {}
        # A conflict may be either of two things, and openapi-core cannot choose between two that both fit.
        for path, operations in document["paths"].items():
            if "/contents/" in path:
                content = operations["put"]["responses"]["409"]["content"]["application/json"]
                content["schema"] = {"$ref": "#/components/schemas/basic-error"}
                # Its discriminator looks for a key in what may be a list.
                del operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]["discriminator"]
        self._api = OpenAPI.from_dict(document)

    def check(self, request: Request) -> None:
        """Raise where a request is not as the document says. For `FakeServer.watch`."""
        assert request.headers.get("Accept") == "application/vnd.github+json"
        assert request.headers.get("X-GitHub-Api-Version") == "2022-11-28"
        names = set(request.query)
        for path, known in _READ.items():
            if request.method == "GET" and re.fullmatch(path, request.path):
                assert names <= known, names
                assert not request.body
                return
        known = next((known for part, known in _KNOWN.items() if f"/{part}" in request.path), set())
        assert names <= known, names
        self._api.validate_request(_asked(request))

    def check_answer(self, request: Request, response: Response) -> None:
        """Raise where an answer is not as the document says."""
        said = MockResponse(
            data=response.content,
            status_code=response.status,
            content_type="application/json",
            headers={**response.headers},
        )
        self._api.validate_response(_asked(request), said)


def _asked(request: Request) -> MockRequest:
    """Show a request to openapi-core."""
    return MockRequest(
        _HOST,
        request.method.lower(),
        request.path,
        args={name: values[0] for name, values in request.query.items()},
        data=request.body or None,
        content_type="application/json",
    )
