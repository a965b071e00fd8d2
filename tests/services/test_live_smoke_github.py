"""live_smoke against a GitHub on loopback: what it sees, what it leaves, and what happens when things break."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from github import Auth, Github

from incident_fsm.adapters import AdapterSettings
from incident_fsm.adapters.github import GitHubAdapter, Settings
from live.github import GitHub
from live.smoke import Access
from tests.services.fakes.github import FakeGitHub
from tests.services.fakes.github_world import CANARY, REPOSITORY, SECURITY
from tests.services.fakes.server import Request, Response
from tests.services.live_smoke_world import Ran, Time, run

SETTINGS = f'[github]\nrepository = "{REPOSITORY}"\nsecurity_repository = "{SECURITY}"\nbranch = "main"\n'
ENVIRONMENT = {"GITHUB_TOKEN": CANARY}


class FakeRepository(FakeGitHub):
    """With what a tidy guest needs: closing and deleting. `refuse` may refuse a request that another would answer."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.closed: set[str] = set()
        self.refuse: Callable[[Request], Response | None] = lambda _: None

    def handle(self, request: Request) -> Response:
        """Close or delete, or as ever."""
        refused = self.refuse(request)
        if refused is not None:
            return refused
        if request.method == "PATCH":
            assert request.json["state"] == "closed"
            self.closed.add(request.path.rpartition("/")[2])
            return Response(data={})
        if request.method == "DELETE":
            return self._remove(request)
        response = super().handle(request)
        if request.path.endswith("/issues") and isinstance(response.data, list):
            for issue in response.data:
                issue["state"] = "closed" if str(issue["number"]) in self.closed else "open"
        return response

    def _remove(self, request: Request) -> Response:
        """Delete a file, if the sha is its own."""
        path = request.path.partition("/contents/")[2]
        shown = self._get(Request(method="GET", path=request.path), REPOSITORY, path)
        assert request.json["sha"] == shown.data["sha"]
        self.commits = [commit for commit in self.commits if commit.path != path]
        return Response(data={"content": None})


@pytest.fixture
def time() -> Time:
    """A clock."""
    return Time()


@pytest.fixture
def fake(time: Time) -> Iterator[FakeRepository]:
    """A GitHub, with an issue of somebody's."""
    with FakeRepository(time) as github:
        github.write_issue("Not ours", "<!-- incident-fsm: INC-1/INC-1:2:0 -->")
        yield github


def smoke(fake: FakeRepository, time: Time, folder: Path, *arguments: str, text: str = SETTINGS, **more: Any) -> Ran:
    """Run it against the fake."""
    private = "--private-report" in arguments
    settings = Settings(repository=REPOSITORY, security_repository=SECURITY if private else "", branch="main")
    pauses: dict[str, Any] = {"seconds_between_requests": None, "seconds_between_writes": None}
    with Github(auth=Auth.Token(CANARY), base_url=fake.url, retry=None, **pauses) as client:
        vendor = GitHub(lambda _: Access(GitHubAdapter(lambda: client, settings), lambda: client))
        return run(vendor, folder, text, *arguments, environment=ENVIRONMENT, time=time, **more)


def test_everything_is_seen_and_tidied(fake: FakeRepository, time: Time, tmp_path: Path) -> None:
    """Two issues and two files, each found again, none twice; then the issues are closed, and the files gone."""
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 0, ran.text
    assert len(fake.issues) == 3
    assert fake.closed == {"2", "3"}
    assert fake.commits == []
    assert fake.reports == []
    assert CANARY not in ran.text
    for name in ("RedirectReporter", "CreateIssue", "CreateReport", "PublishRunbook", "PublishReport"):
        for what in ("is carried out", "is found again", "is not done twice"):
            assert re.search(rf"\[holds \] {name} .* {what}", ran.text), (name, what)
    assert ran.verdict("without its sha") == ran.verdict("with a stale sha") == "holds"
    assert ran.verdict("labels are kept") == "holds"
    assert ran.verdict("labels are dropped") == "open"


def test_a_token_that_may_not_push_shows_what_becomes_of_labels(
    fake: FakeRepository, time: Time, tmp_path: Path
) -> None:
    """They are gone, and the issues are found all the same; but the adapter's check must be overruled for that."""
    fake.rights.push = False
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 2
    assert "[check!] repository acme/incidents: files and labels: the token may not push" in ran.text
    assert "--anyway" in ran.text
    ran = smoke(fake, time, tmp_path, "--yes", "--anyway")
    assert ran.code == 0, ran.text
    assert ran.verdict("labels are dropped in silence") == "holds"
    assert ran.verdict("CreateIssue (6:2) is found again") == "holds"


def test_a_private_report_is_made_only_if_asked_for(fake: FakeRepository, time: Time, tmp_path: Path) -> None:
    """It is said first that it stays; an administrator finds it and closes it."""
    ran = smoke(fake, time, tmp_path, "--yes", "--private-report")
    assert ran.code == 0, ran.text
    assert "report a vulnerability that is none, privately, to 'acme/platform' (--private-report)" in ran.text
    assert len(fake.reports) == 1
    assert ran.verdict("may list the private reports") == "holds"
    assert re.search(r"\[holds \] ReportSecurityBreach .* is found again", ran.text)
    assert fake.reports[0]["ghsa_id"] in fake.closed


def test_a_reporter_who_may_not_list_reports_is_told(fake: FakeRepository, time: Time, tmp_path: Path) -> None:
    """That is the point that is open. The report can then be neither found nor closed: a person must."""
    fake.rights.lists_reports = False
    ran = smoke(fake, time, tmp_path, "--yes", "--private-report")
    assert ran.code == 4
    assert ran.verdict("may list the private reports") == "NOT SO"
    assert ran.verdict("ReportSecurityBreach (1:0) is found again") == "NOT SO"
    assert "by hand: close it on GitHub" in ran.text


def test_a_report_that_is_not_listed_is_said_to_stay(fake: FakeRepository, time: Time, tmp_path: Path) -> None:
    """A list that leaves it out: nobody can say that it was closed."""

    def refuse(request: Request) -> Response | None:
        listing = request.method == "GET" and request.path.endswith("/security-advisories")
        return Response(data=[]) if listing else None

    fake.refuse = refuse
    ran = smoke(fake, time, tmp_path, "--yes", "--private-report", "--patience", "1")
    assert ran.code == 4
    assert "does not see it in the list" in ran.text


def test_a_policy_without_the_route_leaves_the_redirect_open(fake: FakeRepository, time: Time, tmp_path: Path) -> None:
    """The settings name a route that the policy does not have: said, and the rest is tried."""
    text = f'{SETTINGS}redirects = ["elsewhere"]\n'
    ran = smoke(fake, time, tmp_path, "--yes", text=text)
    assert ran.code == 0, ran.text
    assert ran.verdict("a redirect becomes an issue") == "open"
    assert len(fake.issues) == 2


def test_a_file_that_was_not_written_leaves_the_sha_open(fake: FakeRepository, time: Time, tmp_path: Path) -> None:
    """A protected branch refuses every file; the issues are tried, and closed."""
    fake.rights.protected = True
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 1
    assert ran.verdict("CreateReport (6:3) is carried out") == "NOT SO"
    assert ran.verdict("a file is not replaced without its sha") == "open"
    assert fake.closed == {"2", "3"}
    assert "files of SMOKE-" in ran.text
    assert ": there are none" in ran.text


def test_a_service_that_replaces_files_blindly_is_told(fake: FakeRepository, time: Time, tmp_path: Path) -> None:
    """It takes what must be refused."""

    def refuse(request: Request) -> Response | None:
        blind = request.method == "PUT" and request.json["message"] == "must be refused"
        return Response(status=200, data={"content": {}}) if blind else None

    fake.refuse = refuse
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 1
    assert ran.seen("without its sha") == ran.seen("with a stale sha") == "it was replaced"


def test_whatever_breaks_in_the_middle_everything_is_tidied(fake: FakeRepository, time: Time, tmp_path: Path) -> None:
    """Looking at the repository breaks after all was written: two issues and two files are tidied all the same."""

    def refuse(request: Request) -> Response | None:
        looking = request.path == f"/repos/{REPOSITORY}" and len(fake.commits) > 2
        return Response(status=502, text="<html>oops</html>") if looking else None

    fake.refuse = refuse
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 5
    assert "broke off: Trouble" in ran.text
    assert fake.closed == {"2", "3"}
    assert fake.commits == []


def test_an_issue_that_cannot_be_closed_keeps_no_file(fake: FakeRepository, time: Time, tmp_path: Path) -> None:
    """Each thing is tidied by itself, and what stays is said."""
    fake.refuse = lambda request: fake.forbid(request) if request.method == "PATCH" else None
    ran = smoke(fake, time, tmp_path, "--yes")
    assert ran.code == 4
    assert "[ LEFT ] issues of SMOKE-" in ran.text
    assert fake.commits == []


def test_only_the_newest_issues_are_looked_through(fake: FakeRepository, time: Time, tmp_path: Path) -> None:
    """A test repository with hundreds of old issues is not read to its end."""
    for number in range(250):
        fake.write_issue(f"Old {number}", "")
    ran = smoke(fake, time, tmp_path, "--yes", text=SETTINGS.replace('branch = "main"\n', ""))
    assert ran.code == 0, ran.text
    assert fake.closed == {"252", "253"}
    assert fake.commits == []


def test_it_is_made_from_settings_without_a_call() -> None:
    """Adapter and client as in earnest; no token is needed yet."""
    vendor = GitHub()
    access = vendor.open(AdapterSettings(folder=Path(), table={"repository": REPOSITORY}, environment={}))
    assert access.adapter.name == "github"
    access.client().close()
