"""What GitHub's answers look like: every key that its OpenAPI document requires, and no more."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import frozen

from tests.services.fakes.server import Response

LARGE = 1_000_000
"""Contents above so many bytes are not shown."""

_DOCS = "https://docs.github.com/rest"


@frozen(kw_only=True)
class Issue:
    """An issue."""

    number: int
    title: str
    body: str
    labels: tuple[str, ...]
    author: str
    at: datetime


def error(status: int, message: str, errors: list[dict[str, str]] | None = None) -> Response:
    """Say what is wrong, as GitHub does."""
    listed: Mapping[str, Any] = {} if errors is None else {"errors": errors}
    data = {"message": message, "documentation_url": _DOCS, "status": str(status), **listed}
    return Response(status=status, data=data)


def user(login: str) -> dict[str, Any]:
    """A user."""
    url = f"https://api.github.com/users/{login}"
    kinds = "followers following gists starred subscriptions organizations repos events received_events"
    return {
        "login": login,
        "id": 1,
        "node_id": "U_1",
        "avatar_url": f"https://avatars.example.org/{login}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"https://github.com/{login}",
        "type": "User",
        "site_admin": False,
        **{f"{kind}_url": f"{url}/{kind}" for kind in kinds.split()},
    }


def issue(name: str, issue: Issue) -> dict[str, Any]:
    """An issue."""
    url = f"https://api.github.com/repos/{name}/issues/{issue.number}"
    at = f"{issue.at:%Y-%m-%dT%H:%M:%SZ}"
    return {
        "id": issue.number,
        "node_id": f"I_{issue.number}",
        "number": issue.number,
        "title": issue.title,
        "body": issue.body,
        "user": user(issue.author),
        "labels": [{"id": 1, "name": label, "color": "ededed"} for label in issue.labels],
        "state": "open",
        "locked": False,
        "assignee": None,
        "milestone": None,
        "comments": 0,
        "created_at": at,
        "updated_at": at,
        "closed_at": None,
        "url": url,
        "html_url": f"https://github.com/{name}/issues/{issue.number}",
        "repository_url": f"https://api.github.com/repos/{name}",
        "labels_url": f"{url}/labels",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
    }


def content(name: str, branch: str, path: str, content: bytes) -> dict[str, Any]:
    """A file."""
    url, blob = f"https://api.github.com/repos/{name}/contents/{path}?ref={branch}", sha(content)
    html, git = (
        f"https://github.com/{name}/blob/{branch}/{path}",
        f"https://api.github.com/repos/{name}/git/blobs/{blob}",
    )
    large = len(content) > LARGE
    return {
        "type": "file",
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": blob,
        "size": len(content),
        "encoding": "none" if large else "base64",
        "content": "" if large else base64.encodebytes(content).decode(),
        "url": url,
        "html_url": html,
        "git_url": git,
        "download_url": f"https://raw.example.org/{name}/{branch}/{path}",
        "_links": {"self": url, "git": git, "html": html},
    }


def advisory(name: str, ghsa: str, said: Mapping[str, Any], login: str, at: datetime) -> dict[str, Any]:
    """A private report."""
    nothing = (
        "cve_id severity published_at closed_at withdrawn_at cvss publisher private_fork vulnerabilities cwes cwe_ids"
    )
    nothing += " credits credits_detailed"
    return {
        "ghsa_id": ghsa,
        "url": f"https://api.github.com/repos/{name}/security-advisories/{ghsa}",
        "html_url": f"https://github.com/{name}/security/advisories/{ghsa}",
        "summary": said["summary"],
        "description": said["description"],
        "author": user(login),
        "identifiers": [{"type": "GHSA", "value": ghsa}],
        "state": "triage",
        "created_at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "updated_at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "submission": {"accepted": False},
        "collaborating_users": [],
        "collaborating_teams": [],
        **dict.fromkeys(nothing.split()),
    }


def sha(content: bytes) -> str:
    """What git calls a blob of this content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
