"""GitHub: what it accepts, what it leaves there, and its settings."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve
from github import Github

from incident_fsm import Kind
from incident_fsm import commands as c
from incident_fsm._secrets import Secret
from incident_fsm._values import Audience
from incident_fsm.adapters import Absent, Adapter, AdapterSettings, Checkable, Receipt, Rejected, Unknown
from incident_fsm.adapters.github import GitHubAdapter, Settings, from_settings
from incident_fsm.adapters.github._client import TIMEOUT, lazily
from incident_fsm.codec import encode_command
from incident_fsm.errors import AdapterError
from incident_fsm.testing import FrozenClock, drive
from tests.adapters.deliveries import Delivery, every_type
from tests.documents.airflow import at
from tests.services.driving import story
from tests.services.fakes.github import BOT, FakeGitHub
from tests.services.fakes.github_world import CANARY, REPOSITORY, SETTINGS, World, client_of, world
from tests.services.fakes.server import Request, Response

TICKETS = evolve(SETTINGS, redirects=("support_issue",))
"""In the stories of `every_type`, the reporter is sent to the first route of the policy."""

OURS = ("CreateIssue", "CreateReport", "PublishRunbook", "RedirectReporter", "ReportSecurityBreach")
"""What is made anew; `PublishReport` needs the draft."""


@pytest.fixture
def there(shared: Path) -> Iterator[World]:
    """A fake GitHub, whose every request was as GitHub's document says."""
    with world(shared, TICKETS) as there:
        yield there
    assert there.github.complaints == []


def delivery(name: str) -> Delivery:
    """A command of a type, with its context."""
    return next(one for one in every_type() if type(one.command).__name__ == name)


def adapter_for(settings: Settings) -> GitHubAdapter:
    """An adapter that must not be asked for anything."""

    def no_client() -> Github:
        raise AssertionError("nothing was to be sent")

    return GitHubAdapter(no_client, settings)


def test_it_is_an_adapter_that_can_be_checked() -> None:
    """By the port's own protocols; people see what it does."""
    adapter = adapter_for(SETTINGS)
    assert isinstance(adapter, Adapter)
    assert isinstance(adapter, Checkable)
    assert (adapter.name, adapter.live) == ("github", True)


def test_it_accepts_six_types_and_nothing_else() -> None:
    """Status pages, threads, cases, meetings and reminders belong to others."""
    accepted = {type(one.command).__name__ for one in every_type() if adapter_for(TICKETS).accepts(one.command)}
    assert accepted == {*OURS, "PublishReport"}


def test_a_redirect_becomes_a_ticket_only_on_the_routes_of_the_settings() -> None:
    """The policy has other routes, such as the security route, that are not GitHub's."""
    redirect = delivery("RedirectReporter").command
    assert not adapter_for(SETTINGS).accepts(redirect)
    assert adapter_for(TICKETS).accepts(redirect)


def test_a_breach_goes_nowhere_without_a_security_repository() -> None:
    """The repository of tickets is no place for it."""
    breach = delivery("ReportSecurityBreach").command
    assert adapter_for(SETTINGS).accepts(breach)
    assert not adapter_for(Settings(repository=REPOSITORY)).accepts(breach)


@pytest.mark.parametrize("name", [*OURS, "PublishReport"])
def test_a_drill_is_refused_and_nothing_is_sent(name: str) -> None:
    """Not accepted; and where it is delivered all the same, rejected without a request."""
    one = delivery(name)
    drill = evolve(one.command, kind=Kind.DRILL)
    adapter = adapter_for(TICKETS)
    assert not adapter.accepts(drill)
    assert isinstance(adapter.deliver(drill, one.context), Rejected)
    assert adapter.find(drill, one.context) == Unknown(
        why=f"{name} '{drill.id}' is not for GitHub as it is set up", ask_person=True
    )


@pytest.mark.parametrize("name", [*OURS, "PublishReport"])
def test_what_is_restricted_never_reaches_the_repository(name: str) -> None:
    """Only the private report of a breach is accepted, and it goes to the security repository."""
    one = delivery(name)
    restricted = evolve(one.command, audience=Audience.RESTRICTED)
    adapter = adapter_for(TICKETS)
    assert adapter.accepts(restricted) == (name == "ReportSecurityBreach")
    if name != "ReportSecurityBreach":
        assert isinstance(adapter.deliver(restricted, one.context), Rejected)


def test_the_security_route_never_becomes_a_ticket() -> None:
    """Not even where the settings name it by mistake."""
    one = delivery("RedirectReporter")
    secret = evolve(one.command, route="security")  # type: ignore[call-arg]  # RedirectReporter
    adapter = adapter_for(evolve(SETTINGS, redirects=("security",)))
    outcome = adapter.deliver(secret, one.context)
    assert isinstance(outcome, Rejected)
    assert "security route" in outcome.why


@pytest.mark.parametrize("said", ["../../x:1:0", "INC-1:1", "INC-1:1:0\n", "OTHER:1:0"])
def test_ids_that_cannot_stand_in_marks_and_paths_are_rejected(said: str) -> None:
    """They were checked when made; here they name files and could end a comment."""
    one = delivery("CreateReport")
    incident = "../../x" if said.startswith("..") else "INC-1"
    odd = evolve(one.command, id=said, incident_id=incident)
    assert isinstance(adapter_for(TICKETS).deliver(odd, one.context), Rejected)


@pytest.mark.parametrize("name", OURS)
def test_what_was_made_is_found_with_the_same_receipt(there: World, name: str) -> None:
    """Absent before; after, once there, with the receipt that delivering gave."""
    one = delivery(name)
    assert there.adapter.find(one.command, one.context) == Absent()
    receipt = there.adapter.deliver(one.command, one.context)
    assert isinstance(receipt, Receipt)
    assert there.adapter.find(one.command, one.context) == receipt
    assert there.github.objects(one.command) == 1


@pytest.mark.parametrize("name", OURS)
def test_delivering_takes_one_request(there: World, name: str) -> None:
    """The official client asks for more than it was told to unless it is held by the reins."""
    one = delivery(name)
    there.adapter.deliver(one.command, one.context)
    assert len(there.github.requests) == 1


def test_receipts_say_what_github_calls_it_and_where_it_is(there: World) -> None:
    """An issue by its number, a file by its path, a private report by its GHSA id."""
    receipts = {name: there.adapter.deliver(delivery(name).command, delivery(name).context) for name in OURS}
    web = "https://github.com"
    incident = delivery("CreateReport").command.incident_id
    assert receipts == {
        "CreateIssue": Receipt(reference=f"{REPOSITORY}#1", link=f"{web}/{REPOSITORY}/issues/1"),
        "RedirectReporter": Receipt(reference=f"{REPOSITORY}#2", link=f"{web}/{REPOSITORY}/issues/2"),
        "CreateReport": Receipt(
            reference=f"incidents/{incident}/report.md",
            link=f"{web}/{REPOSITORY}/blob/main/incidents/{incident}/report.md",
        ),
        "PublishRunbook": Receipt(
            reference=f"runbooks/{incident}.md", link=f"{web}/{REPOSITORY}/blob/main/runbooks/{incident}.md"
        ),
        "ReportSecurityBreach": Receipt(
            reference="GHSA-abcd-1234-ef00", link=f"{web}/acme/platform/security/advisories/GHSA-abcd-1234-ef00"
        ),
    }


def test_commit_messages_hold_ids_and_nothing_that_others_wrote(there: World) -> None:
    """A message can mention people and close issues."""
    one = delivery("CreateReport")
    there.adapter.deliver(one.command, one.context)
    assert there.github.commits[0].message == f"CreateReport {one.command.incident_id} ({one.command.id})"


def test_files_go_to_the_branch_and_the_folders_of_the_settings(shared: Path) -> None:
    """And are looked for there."""
    chosen = evolve(SETTINGS, branch="records", reports="docs/incidents", runbooks="docs/runbooks")
    one = delivery("CreateReport")
    with world(shared, chosen) as there:
        there.github.rights.branches = ("main", "records")
        receipt = there.adapter.deliver(one.command, one.context)
        assert there.adapter.find(one.command, one.context) == receipt
    path = f"docs/incidents/{one.command.incident_id}/report.md"
    assert there.github.content(path, "records") is not None
    assert there.github.complaints == []


class Renamed(FakeGitHub):
    """A repository that was renamed: GitHub answers a write with a redirect, which the client takes for success."""

    def handle(self, request: Request) -> Response:  # noqa: ARG002  the base's signature
        """Redirect."""
        return Response(status=307, data={"message": "Moved Permanently"}, headers={"Location": f"{self.url}/moved"})


@pytest.mark.parametrize("name", OURS)
def test_a_redirect_is_no_receipt(name: str) -> None:
    """Nothing is known to be there; the answer says what may be the matter."""
    one = delivery(name)
    with Renamed(FrozenClock(at(0))) as github, lazily(Secret("github", "T", {"T": CANARY}), github.url)() as client:
        outcome = GitHubAdapter(lambda: client, TICKETS).deliver(one.command, one.context)
    assert isinstance(outcome, Unknown)
    assert "renamed" in outcome.why


def test_a_person_finds_the_whole_story_told_once(shared: Path) -> None:
    """A whole incident without faults: the repository holds a report, a runbook, an issue; the breach is private."""
    with world(shared) as there:
        driven = drive(there.adapter, there.github, there.clock, events=story())
    github = there.github
    assert [one.objects for one in driven.settled] == [1] * len(driven.settled)
    assert sorted({commit.path for commit in github.commits}) == [
        "incidents/INC-2026-07/report.md",
        "runbooks/INC-2026-07.md",
    ]
    report = (github.content("incidents/INC-2026-07/report.md") or b"").decode()
    assert "Nobody watched queue length." in report
    assert "Draft" not in report
    assert [issue.labels for issue in github.issues] == [("incident", "incident:INC-2026-07")]
    assert len(github.reports) == 1
    assert github.complaints == []


# ── Settings and secrets ───────────────────────────────────────────────────────────────────────────────────────────


def settings_of(folder: Path, environment: dict[str, str], **table: object) -> AdapterSettings:
    """What a factory is given."""
    return AdapterSettings(folder=folder, table={"repository": REPOSITORY, **table}, environment=environment)


def test_it_is_made_from_its_table_without_asking_anybody(tmp_path: Path) -> None:
    """Neither a token nor the network is needed yet."""
    adapter = from_settings(settings_of(tmp_path, {}, labels=["ops"], base_url="https://github.example.org/api/v3"))
    assert isinstance(adapter, GitHubAdapter)
    assert adapter.settings.labels == ("ops",)
    assert adapter.settings.reports == "incidents"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("repository", "incidents"),
        ("repository", "acme/.."),
        ("repository", "https://github.com/acme/incidents"),
        ("security_repository", "acme platform"),
        ("branch", "a b"),
        ("reports", "../etc"),
        ("reports", ".github/workflows"),
        ("runbooks", "/runbooks"),
        ("runbooks", ""),
        ("redirects", ["Not a key"]),
        ("labels", ["a,b"]),
        ("labels", ["x" * 51]),
        ("base_url", "http://api.github.com"),
        ("base_url", "https://api.github.com/"),
        ("base_url", "https://user:secret@api.github.com"),
        ("token", "ghp_by_mistake"),
    ],
)
def test_wrong_settings_are_refused_at_once(tmp_path: Path, key: str, value: object) -> None:
    """With the key's name. A secret in the table is refused and not repeated."""
    with pytest.raises(AdapterError, match=key) as refused:
        from_settings(settings_of(tmp_path, {}, **{key: value}))
    assert "ghp_by_mistake" not in str(refused.value)


def test_every_fault_of_the_settings_is_named_at_once(tmp_path: Path) -> None:
    """Nobody should have to start the program once for each."""
    with pytest.raises(AdapterError, match=r"branch.*reports.*unknown: 'surplus'"):
        from_settings(settings_of(tmp_path, {}, branch=1, reports=2, surplus=3))


def test_a_missing_token_shows_before_anything_is_sent(tmp_path: Path) -> None:
    """As the `AdapterError` that the runner makes a rejection of."""
    one = delivery("CreateIssue")
    adapter = from_settings(settings_of(tmp_path, {}, base_url="https://github.invalid"))
    with pytest.raises(AdapterError, match="GITHUB_TOKEN, which is not set"):
        adapter.deliver(one.command, one.context)
    with pytest.raises(AdapterError, match="GITHUB_TOKEN, which is not set"):
        adapter.find(one.command, one.context)


@pytest.mark.parametrize("token", [f"{CANARY}\n", f"'{CANARY} '", "tökén-of-mine"])
def test_a_token_that_no_header_can_carry_is_not_shown(token: str) -> None:
    """The libraries below would raise an error with the header in it."""
    one = delivery("CreateIssue")
    adapter = GitHubAdapter(
        lazily(Secret("github", "GITHUB_TOKEN", {"GITHUB_TOKEN": token}), "https://github.invalid"), TICKETS
    )
    with pytest.raises(AdapterError, match="odd characters in GITHUB_TOKEN") as refused:
        adapter.deliver(one.command, one.context)
    assert token.strip() not in str(refused.value)


def test_the_token_is_read_anew_for_every_request() -> None:
    """So that a new one is taken up without a restart."""
    environment = {"GITHUB_TOKEN": CANARY}
    one = delivery("CreateIssue")
    with FakeGitHub(FrozenClock(at(0))) as github:
        made = lazily(Secret("github", "GITHUB_TOKEN", environment), github.url)
        with made() as client:
            adapter = GitHubAdapter(made, TICKETS)
            adapter.deliver(one.command, one.context)
            environment["GITHUB_TOKEN"] = CANARY[::-1]
            adapter.find(one.command, one.context)
            assert made() is client
    assert github.tokens == {f"Bearer {CANARY}", f"Bearer {CANARY[::-1]}"}


def test_the_client_that_it_makes_never_repeats_a_request() -> None:
    """Its own retries are off, and it gives up in time."""
    made = lazily(Secret("github", "GITHUB_TOKEN", {}), "https://github.invalid")()
    assert made.requester.kwargs["retry"] is None
    assert made.requester.kwargs["timeout"] == TIMEOUT


class Telltale(FakeGitHub):
    """A proxy, say, that repeats the token in its refusals."""

    def handle(self, request: Request) -> Response:
        """Refuse."""
        return Response(status=422, data={"message": f"bad header {request.headers['Authorization']}"})


def test_the_token_is_seen_nowhere_but_in_the_header(tmp_path: Path) -> None:
    """Not in a repr, not in an outcome, not in a check, not in the journal, even where the other side tells it."""
    secret = Secret("github", "GITHUB_TOKEN", {"GITHUB_TOKEN": CANARY})
    with Telltale(FrozenClock(at(0))) as github, client_of(github) as client:
        adapter = GitHubAdapter(lambda: client, TICKETS)
        seen: list[object] = [secret, adapter, adapter.settings, adapter._repository, client, client.requester.auth]
        for name in OURS:
            one = delivery(name)
            seen += [adapter.deliver(one.command, one.context), adapter.find(one.command, one.context)]
        seen += adapter.check(delivery("CreateIssue").context.policy)
        driven = drive(adapter, Quiet(), FrozenClock(at(0)), events=story())
        seen += driven.desk.outbox()
        seen += driven.desk.timeline("INC-2026-07")
    told = "\n".join(map(repr, seen))
    assert "bad header token ***" in told
    assert CANARY not in told
    assert not list(tmp_path.iterdir())


class Quiet:
    """No service at all, for a drive in which nothing gets through."""

    def order(self, faults: object) -> None:
        """Take no orders."""

    def objects(self, command: c.Command) -> int:
        """Count nothing."""
        return len(encode_command(command)) * 0


def test_the_author_of_what_is_written_is_the_tokens_own(there: World) -> None:
    """Which is how an issue without labels is known again."""
    one = delivery("CreateIssue")
    there.adapter.deliver(one.command, one.context)
    assert there.github.issues[0].author == BOT
