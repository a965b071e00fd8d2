"""A fake GitHub with an adapter before it, for the tests of the adapter."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from attrs import frozen
from github import Auth, Github

from incident_fsm.adapters.github import GitHubAdapter, Settings
from incident_fsm.testing import FrozenClock
from tests.documents.airflow import at
from tests.services.fakes.github import FakeGitHub
from tests.services.fakes.github_document import GitHubDocument
from tests.services.fakes.server import PATIENCE

REPOSITORY = "acme/incidents"
SECURITY = "acme/platform"
SETTINGS = Settings(repository=REPOSITORY, security_repository=SECURITY)

CANARY = "ghp_canary_0123456789"
"""The token of the tests. It must be seen in no place but the header."""

document = cache(GitHubDocument)
"""GitHub's document, loaded once: that takes most of a second."""


@frozen
class World:
    """A fake GitHub, and an adapter for it."""

    github: FakeGitHub
    adapter: GitHubAdapter
    clock: FrozenClock


@contextmanager
def world(shared: Path, settings: Settings = SETTINGS) -> Iterator[World]:
    """Start a fake GitHub whose every request is held to GitHub's document."""
    clock = FrozenClock(at(0))
    with FakeGitHub(clock) as github, client_of(github) as client:
        github.watch = document(shared).check
        yield World(github, GitHubAdapter(lambda: client, settings), clock)


def client_of(github: FakeGitHub) -> Github:
    """Make the official client, tamed, impatient and in no need of pauses."""
    client = Github(
        auth=Auth.Token(CANARY),
        base_url=github.url,
        retry=None,
        seconds_between_requests=None,
        seconds_between_writes=None,
    )
    vars(client.requester)["_Requester__timeout"] = PATIENCE  # its argument takes whole seconds only
    return client
