"""GitHub: what is looked at beforehand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve

from incident_fsm.adapters import AdapterSettings, Check
from incident_fsm.adapters.github import GitHubAdapter, from_settings
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import Fault, FrozenClock
from tests.documents.airflow import at
from tests.services.fakes.github_world import REPOSITORY, SECURITY, SETTINGS, World, client_of, world
from tests.services.test_github import delivery
from tests.services.test_github_search import Odd


@pytest.fixture
def there(shared: Path) -> Iterator[World]:
    """A fake GitHub, whose every request was as GitHub's document says, and reads."""
    with world(shared, evolve(SETTINGS, branch="main")) as there:
        yield there
    assert there.github.complaints == []
    assert {request.method for request in there.github.requests} <= {"GET"}


def problems(there: World) -> dict[str, str]:
    """What is wrong, by what was looked at."""
    checks = there.adapter.check(load_shipped())
    assert all(bool(check.problem) == bool(check.remedy) for check in checks)
    return {check.what: check.problem for check in checks if check.problem}


def test_all_is_well(there: World) -> None:
    """Everything that was looked at is named all the same."""
    assert [check.what for check in there.adapter.check(load_shipped())] == [
        "redirect github_ticket",
        f"repository {REPOSITORY}",
        f"repository {REPOSITORY}: open",
        f"repository {REPOSITORY}: issues",
        f"repository {REPOSITORY}: files and labels",
        f"repository {REPOSITORY}: readers",
        "branch main",
        f"private reports to {SECURITY}",
        f"private reports to {SECURITY}: found again",
    ]
    assert problems(there) == {}


@pytest.mark.parametrize(
    ("knob", "value", "what", "problem"),
    [
        ("full_name", "acme/records", f"repository {REPOSITORY}", "it is acme/records by now"),
        ("archived", True, f"repository {REPOSITORY}: open", "it is archived"),
        ("has_issues", False, f"repository {REPOSITORY}: issues", "they are switched off"),
        ("push", False, f"repository {REPOSITORY}: files and labels", "the token may not push"),
        ("private", False, f"repository {REPOSITORY}: readers", "it is public: everybody may read it"),
        ("branches", (), "branch main", "GitHub answered 404 Branch not found"),
        ("reporting", False, f"private reports to {SECURITY}", "they are switched off"),
        ("admin", False, f"private reports to {SECURITY}: found again", "the token is no administrator's"),
    ],
)
def test_each_thing_that_is_wrong_is_said(there: World, knob: str, value: object, what: str, problem: str) -> None:
    """By itself, with what to do about it."""
    setattr(there.github.rights, knob, value)
    assert problems(there) == {what: problem}


def test_a_repository_by_another_case_is_the_same(shared: Path) -> None:
    """GitHub's names do not mind."""
    with world(shared, evolve(SETTINGS, repository="Acme/Incidents")) as there:
        there.github.rights.full_name = REPOSITORY
        assert problems(there).keys() == {f"private reports to {SECURITY}"} - {f"private reports to {SECURITY}"}


def test_a_route_that_the_policy_has_not_is_said(shared: Path) -> None:
    """With those that it has."""
    with world(shared, evolve(SETTINGS, redirects=("jira",))) as there:
        route = next(iter(there.adapter.check(load_shipped())))
    assert route == Check(
        what="redirect jira",
        problem="the policy has no such route",
        remedy="it has support_issue, github_ticket, security",
    )


def test_the_security_route_is_no_route_to_a_ticket(shared: Path) -> None:
    """Whoever may read the repository would read of it."""
    with world(shared, evolve(SETTINGS, redirects=("security",))) as there:
        assert problems(there) == {"redirect security": "it is the security route, which leads to no ticket"}


def test_nothing_is_asked_of_a_security_repository_that_is_not_set(shared: Path) -> None:
    """Nor of a branch."""
    with world(shared, evolve(SETTINGS, security_repository="")) as there:
        assert len(list(there.adapter.check(load_shipped()))) == 6
        assert len(there.github.requests) == 1


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault not in {Fault.NONE, Fault.SLOW, Fault.LATE}])
def test_no_fault_escapes_from_a_check(there: World, fault: Fault) -> None:
    """It is a problem like any other."""
    there.github.order([fault] * 9)
    assert problems(there).keys() >= {f"repository {REPOSITORY}", "branch main", f"private reports to {SECURITY}"}


def test_a_repository_that_cannot_be_seen_is_said(there: World) -> None:
    """With what to check."""
    there.github.rights.known = False
    checks = {check.what: check for check in there.adapter.check(load_shipped())}
    said = checks[f"repository {REPOSITORY}"]
    assert said.problem == "GitHub answered 404 Not Found"
    assert "the token may see the repository" in said.remedy


@pytest.mark.parametrize("said", ["<html>", {"full_name": REPOSITORY, "private": True}])
def test_what_is_not_github_is_noticed(said: object) -> None:
    """A wrong base_url may lead to anybody."""
    with Odd(FrozenClock(at(0))) as github, client_of(github) as client:
        github.said = said
        checks = GitHubAdapter(lambda: client, SETTINGS).check(load_shipped())
    assert [check.remedy for check in checks if check.problem][:2] == ["check base_url in the settings"] * 2


def test_without_a_token_that_is_what_is_said(tmp_path: Path) -> None:
    """Nothing is configured but the repository, and nobody is asked."""
    adapter = from_settings(AdapterSettings(folder=tmp_path, table={"repository": REPOSITORY}, environment={}))
    assert isinstance(adapter, GitHubAdapter)
    assert list(adapter.check(delivery("CreateIssue").context.policy))[1:] == [
        Check(
            what=f"repository {REPOSITORY}",
            problem="needs GITHUB_TOKEN, which is not set",
            remedy="set it in the environment",
        )
    ]
