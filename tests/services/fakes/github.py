"""A fake GitHub: the issues, files and private reports of any repository, over HTTP on loopback.

It does what GitHub's OpenAPI document and its documentation say of the few requests that are made. What it answers is
held to that document by `tests/services/test_github_document.py`.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlencode

from attrs import define, frozen

from incident_fsm.commands import Command
from tests.services.fakes import github_shapes as shapes
from tests.services.fakes.github_shapes import Issue
from tests.services.fakes.server import RETRY_AFTER, FakeServer, Request, Response

BOT = "incident-bot"
"""Whose token it is."""


@frozen
class Commit:
    """One version of a file."""

    branch: str
    path: str
    content: bytes
    message: str


@define
class Rights:
    """What the token may do, and how the repository is set up."""

    push: bool = True
    admin: bool = True
    private: bool = True
    archived: bool = False
    has_issues: bool = True
    reporting: bool = True
    lists_reports: bool = True
    protected: bool = False
    busy: int = 0
    """So many writes of files meet somebody else's commit."""
    known: bool = True
    is_app: bool = False
    full_name: str = ""
    branches: tuple[str, ...] = ("main",)
    login: str = BOT


class FakeGitHub(FakeServer):
    """All repositories of the fake share their issues, files and reports: no test uses two of a kind."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.rights = Rights()
        self.issues: list[Issue] = []
        self.commits: list[Commit] = []
        self.reports: list[dict[str, Any]] = []
        self.tokens: set[str] = set()
        """Every token that was sent."""
        repo = "/repos/([^/]+/[^/]+)"
        self._routes: tuple[tuple[str, str, Callable[..., Response]], ...] = (
            ("GET", "/user", self._user),
            ("GET", repo, self._repository),
            ("GET", f"{repo}/branches/(.+)", self._branch),
            ("GET", f"{repo}/issues", self._get_issues),
            ("POST", f"{repo}/issues", self._post_issue),
            ("GET", f"{repo}/contents/(.+)", self._get),
            ("PUT", f"{repo}/contents/(.+)", self._put),
            ("GET", f"{repo}/private-vulnerability-reporting", self._reporting),
            ("POST", f"{repo}/security-advisories/reports", self._report),
            ("GET", f"{repo}/security-advisories", self._list_reports),
        )

    # ── What a test does ───────────────────────────────────────────────────────────────────────────────────────────

    def count(self, command: Command) -> int:
        """Count what bears a command's mark in its last line: issues, reports, and versions of files."""
        texts = [issue.body for issue in self.issues] + [report["description"] for report in self.reports]
        texts += [commit.content.decode() for commit in self.commits]
        mark = re.compile(rf"<!-- incident-fsm: {command.incident_id}/{command.id}(?: sha256:\w+)? -->")
        return sum(mark.fullmatch(text.rstrip().rpartition("\n")[2]) is not None for text in texts)

    def write_issue(self, title: str, body: str, labels: Iterable[str] = (), author: str = "mallory") -> Issue:
        """Have somebody write an issue."""
        number = len(self.issues) + 1
        issue = Issue(number=number, title=title, body=body, labels=tuple(labels), author=author, at=self.now())
        self.issues.append(issue)
        return issue

    def edit(self, path: str, content: bytes, branch: str = "main") -> Commit:
        """Have somebody commit a version of a file."""
        commit = Commit(branch, path, content, "by hand")
        self.commits.append(commit)
        return commit

    def content(self, path: str, branch: str = "main") -> bytes | None:
        """Give a file as it stands; None where there is none."""
        versions = (one.content for one in reversed(self.commits) if (one.branch, one.path) == (branch, path))
        return next(versions, None)

    # ── What GitHub does ───────────────────────────────────────────────────────────────────────────────────────────

    def handle(self, request: Request) -> Response:
        """Find what is asked for."""
        self.tokens.add(request.headers.get("Authorization", ""))
        for verb, path, answer in self._routes:
            found = re.fullmatch(path, unquote(request.path))
            if found and verb == request.method and self.rights.known:
                return answer(request, *found.groups())
        return shapes.error(404, "Not Found")

    def forbid(self, request: Request) -> Response:  # noqa: ARG002  the base's signature
        """A fine-grained token without the permission."""
        return shapes.error(403, "Resource not accessible by personal access token")

    def limit(self, request: Request) -> Response:  # noqa: ARG002  the base's signature
        """A secondary rate limit, which is a 403."""
        said = shapes.error(
            403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
        )
        return Response(status=403, data=said.data, headers={"Retry-After": str(RETRY_AFTER)})

    def _user(self, request: Request) -> Response:
        """Whose token it is. An app's is nobody's."""
        return self.forbid(request) if self.rights.is_app else Response(data=shapes.user(self.rights.login))

    def _repository(self, _request: Request, name: str) -> Response:
        """The repository, as far as anybody looks."""
        rights = self.rights
        data = {
            "full_name": rights.full_name or name,
            "private": rights.private,
            "archived": rights.archived,
            "has_issues": rights.has_issues,
            "default_branch": "main",
            "permissions": {"admin": rights.admin, "push": rights.push, "pull": True},
        }
        return Response(data=data)

    def _branch(self, _request: Request, _name: str, branch: str) -> Response:
        """A branch."""
        known = branch in self.rights.branches
        return Response(data={"name": branch}) if known else shapes.error(404, "Branch not found")

    def _reporting(self, _request: Request, _name: str) -> Response:
        """Whether private reports are taken."""
        return Response(data={"enabled": self.rights.reporting})

    def _list_reports(self, request: Request, _name: str) -> Response:
        """List the private reports."""
        return self._page(request, self.reports) if self.rights.lists_reports else self.forbid(request)

    def _post_issue(self, request: Request, name: str) -> Response:
        """Create an issue. Labels are dropped in silence where the token may not push."""
        if not self.rights.has_issues:
            return shapes.error(410, "Issues are disabled for this repo")
        said = request.json
        if len(said["title"]) > 256 or len(said["body"]) > 65_536 or any(len(one) > 50 for one in said["labels"]):
            return shapes.error(
                422, "Validation Failed", [{"resource": "Issue", "code": "custom", "message": "is too long"}]
            )
        labels = said["labels"] if self.rights.push else ()
        issue = self.write_issue(said["title"], said["body"], labels, author=self.rights.login)
        return Response(status=201, data=shapes.issue(name, issue))

    def _get_issues(self, request: Request, name: str) -> Response:
        """List issues; what is asked for is obeyed."""
        asked = {key: values[0] for key, values in request.query.items()}
        label, state = asked.get("labels"), asked.get("state", "open")
        since = datetime.fromisoformat(asked["since"]) if "since" in asked else None
        found = [
            shapes.issue(name, issue)
            for issue in self.issues
            if (label is None or label in issue.labels) and (since is None or issue.at >= since) and state == "all"
        ]
        return self._page(request, found if asked.get("direction") == "asc" else found[::-1])

    def _get(self, request: Request, name: str, path: str) -> Response:
        """Show a file, or list a folder."""
        branch = request.query.get("ref", ["main"])[0]
        content = self.content(path, branch)
        if content is not None:
            return Response(data=shapes.content(name, branch, path, content))
        inside = {one.path for one in self.commits if one.branch == branch and one.path.startswith(f"{path}/")}
        if not inside:
            return shapes.error(404, "Not Found")
        return Response(
            data=[shapes.content(name, branch, one, self.content(one, branch) or b"") for one in sorted(inside)]
        )

    def _put(self, request: Request, name: str, path: str) -> Response:
        """Create a file, or replace one whose sha is given."""
        said = request.json
        branch = said.get("branch", "main")
        before = self.content(path, branch)
        if self.rights.protected:
            return shapes.error(409, "Repository rule violations found\n\nChanges must be made through a pull request.")
        if self.rights.busy:
            self.rights.busy -= 1
            return shapes.error(409, f"{branch} is at 1a2b3c but expected 4d5e6f")
        if branch not in self.rights.branches:
            return shapes.error(404, f"Branch {branch} not found")
        if before is not None and "sha" not in said:
            return shapes.error(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
        if said.get("sha") != (None if before is None else shapes.sha(before)):
            return shapes.error(409, f"{path} does not match {said.get('sha')}")
        content = base64.b64decode(said["content"], validate=True)
        self.commits.append(Commit(branch, path, content, said["message"]))
        written = shapes.content(name, branch, path, content)
        del written["content"], written["encoding"]
        commit = {"sha": hashlib.sha1(content, usedforsecurity=False).hexdigest(), "message": said["message"]}
        return Response(status=201 if before is None else 200, data={"content": written, "commit": commit})

    def _report(self, request: Request, name: str) -> Response:
        """Take a private report."""
        if not self.rights.reporting:
            return self.forbid(request)
        said = request.json
        if len(said["summary"]) > 1_024 or len(said["description"]) > 65_535:
            return shapes.error(422, "Validation Failed", [{"field": "description", "code": "too_long"}])
        report = shapes.advisory(name, f"GHSA-abcd-1234-ef{len(self.reports):02}", said, self.rights.login, self.now())
        self.reports.append(report)
        return Response(status=201, data=report)

    def _page(self, request: Request, items: list[dict[str, Any]]) -> Response:
        """Give one page, and the links to the others."""
        asked = {key: values[0] for key, values in request.query.items()}
        page, size = int(asked.get("page", "1")), min(int(asked.get("per_page", "30")), 100)
        last = max(1, -(-len(items) // size))
        links = {"next": page + 1, "last": last} if page < last else {"first": 1, "prev": page - 1}
        address = (self.url if self._server else "https://api.github.com") + request.path
        said = ", ".join(f'<{address}?{urlencode({**asked, "page": to})}>; rel="{rel}"' for rel, to in links.items())
        headers = {"Link": said} if last > 1 else {}
        return Response(data=items[(page - 1) * size : page * size], headers=headers)
