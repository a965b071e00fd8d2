"""GitHub: looking for what an earlier attempt may have left, among issues and private reports."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve

from incident_fsm.adapters import Absent, Finding, Receipt, Unknown
from incident_fsm.adapters.github import GitHubAdapter
from incident_fsm.adapters.github._client import PAGES_MAX
from incident_fsm.commands import Command
from incident_fsm.testing import Fault, FrozenClock
from tests.documents.airflow import at
from tests.services.fakes.github import FakeGitHub
from tests.services.fakes.github_world import REPOSITORY, SETTINGS, World, client_of, world
from tests.services.fakes.server import Request, Response
from tests.services.test_github import delivery

ISSUE, REPORT = "CreateIssue", "ReportSecurityBreach"


@pytest.fixture
def there(shared: Path) -> Iterator[World]:
    """A fake GitHub, whose every request was as GitHub's document says."""
    with world(shared) as there:
        yield there
    assert there.github.complaints == []


def find(there: World, name: str = ISSUE) -> Finding:
    """Look for the command of a type."""
    return there.adapter.find(delivery(name).command, delivery(name).context)


def deliver(there: World, name: str = ISSUE) -> Receipt:
    """Carry it out."""
    outcome = there.adapter.deliver(delivery(name).command, delivery(name).context)
    assert isinstance(outcome, Receipt)
    return outcome


def mark(name: str = ISSUE) -> str:
    """The last line of what belongs to a command."""
    command = delivery(name).command
    return f"<!-- incident-fsm: {command.incident_id}/{command.id} -->"


def a_person_must_look(found: Finding, *words: str) -> bool:
    """Whether an answer goes to a person, and says why."""
    return isinstance(found, Unknown) and found.ask_person and all(word in found.why for word in words)


# ── Issues ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_issue_with_its_label_is_found_by_one_request(there: World) -> None:
    """The label narrows the search, and only those who may push can have set it."""
    receipt = deliver(there)
    there.github.requests.clear()
    assert find(there) == receipt
    assert len(there.github.requests) == 1


def test_labels_that_github_dropped_do_not_hide_an_issue(there: World) -> None:
    """It does so in silence where the token may not push; then it is ours if its author is."""
    there.github.rights.push = False
    receipt = deliver(there)
    assert there.github.issues[0].labels == ()
    assert find(there) == receipt


def test_a_mark_that_somebody_else_wrote_is_no_proof(there: World) -> None:
    """Whoever may open an issue can copy a mark, so a person must look; nothing is created beside it meanwhile."""
    there.github.write_issue("Ours?", f"Text\n\n{mark()}")
    assert a_person_must_look(find(there), f"https://github.com/{REPOSITORY}/issues/1", "somebody else")


def test_our_own_issue_is_found_beside_a_forged_one(there: World) -> None:
    """With labels and without."""
    there.github.write_issue("Forged", mark())
    there.github.rights.push = False
    receipt = deliver(there)
    assert find(there) == receipt
    assert receipt.reference == f"{REPOSITORY}#2"


def test_an_apps_token_cannot_say_whose_it_is(there: World) -> None:
    """So where labels were dropped, a person must look."""
    there.github.rights.push = False
    there.github.rights.is_app = True
    deliver(there)
    assert a_person_must_look(find(there), "403")


def test_an_author_who_is_gone_is_not_us(there: World) -> None:
    """GitHub shows a deleted user as nobody, and an answer without a login is nobody's either."""
    there.github.write_issue("Ghost", mark(), author="")
    there.github.rights.login = ""
    assert a_person_must_look(find(there), "somebody else")


def test_a_mark_that_is_not_last_goes_to_a_person(there: World) -> None:
    """Somebody wrote below it, or quoted it."""
    deliver(there)
    issue = there.github.issues[0]
    there.github.issues[0] = evolve(issue, body=f"{issue.body}\n\nSeen. Grace")
    assert a_person_must_look(find(there), "not in its last line")


@pytest.mark.parametrize("end", ["", "\n", "\r\n \r\n"])
def test_line_ends_after_the_mark_do_no_harm(there: World, end: str) -> None:
    """Forms and editors add them."""
    receipt = deliver(there)
    there.github.issues[0] = evolve(there.github.issues[0], body=there.github.issues[0].body + end)
    assert find(there) == receipt


def test_every_page_is_read_before_it_is_absent(there: World) -> None:
    """Two and a half pages of others' issues, of the same day and without labels; ours is the last of them."""
    for number in range(250):
        there.github.write_issue(f"Issue {number}", "Nothing to do with it")
    assert find(there) == Absent()
    there.github.rights.push = False
    receipt = deliver(there)
    assert find(there) == receipt
    assert receipt.reference == f"{REPOSITORY}#251"


def test_an_event_dated_ahead_hides_nothing(there: World) -> None:
    """The issue is older than its command says; asking for what was changed since would miss it."""
    one = delivery(ISSUE)
    ahead = evolve(one.command, requested_at=one.command.requested_at + timedelta(days=20_000))
    there.github.rights.push = False
    receipt = there.adapter.deliver(ahead, one.context)
    assert there.adapter.find(ahead, one.context) == receipt


def test_an_incident_whose_id_is_too_long_for_a_label_goes_without(there: World) -> None:
    """GitHub refuses labels of more than 50 characters."""
    one = delivery(ISSUE)
    name = "INC-" + "1" * 60
    long = evolve(one.command, id=f"{name}:1:0", incident_id=name)
    receipt = there.adapter.deliver(long, one.context)
    assert there.github.issues[0].labels == ("incident",)
    assert there.adapter.find(long, one.context) == receipt


def test_issues_without_text_and_pull_requests_are_passed_over(there: World) -> None:
    """GitHub lists pull requests among the issues, and a body may be missing."""
    there.github.write_issue("Nobody wrote anything", "")
    assert find(there) == Absent()


@pytest.mark.parametrize(
    ("fault", "ask"),
    [
        (Fault.FORBIDDEN, True),
        (Fault.UNAVAILABLE, False),
        (Fault.RATE_LIMITED, False),
        (Fault.UNREACHED, False),
        (Fault.HALF, False),
        (Fault.BROKEN, False),
        (Fault.SLOW, False),
    ],
)
@pytest.mark.parametrize("name", [ISSUE, REPORT, "CreateReport"])
def test_a_search_that_fails_never_means_absent(there: World, name: str, fault: Fault, ask: bool) -> None:  # noqa: FBT001  a parameter of the case
    """A missing permission goes to a person; what may pass is tried again, not before GitHub allows it."""
    there.github.order([fault])
    found = find(there, name)
    assert isinstance(found, Unknown)
    assert found.ask_person is ask
    assert found.wait == (timedelta(seconds=7) if fault is Fault.RATE_LIMITED else None)


def test_a_fault_on_a_later_page_never_means_absent(there: World) -> None:
    """What was read of a list says nothing about the rest of it."""
    for number in range(150):
        there.github.write_issue(f"Issue {number}", "Text")
    there.github.order([Fault.NONE, Fault.NONE, Fault.UNAVAILABLE])
    assert isinstance(find(there), Unknown)


class Odd(FakeGitHub):
    """Not GitHub at all, perhaps: it answers every list with something else, or without an end."""

    said: object = None

    def handle(self, request: Request) -> Response:  # noqa: ARG002  the base's signature
        """Answer."""
        link = f'<{self.url}/repos/{REPOSITORY}/issues?page=2>; rel="next"' if self.said == [] else ""
        return Response(data=self.said, headers={"Link": link})


@pytest.mark.parametrize("said", [{"message": "hello"}, "<html>", [1, 2], None])
@pytest.mark.parametrize("name", [ISSUE, REPORT])
def test_a_list_that_is_none_never_means_absent(name: str, said: object) -> None:
    """It cannot tell."""
    with Odd(FrozenClock(at(0))) as github, client_of(github) as client:
        github.said = said
        found = GitHubAdapter(lambda: client, SETTINGS).find(delivery(name).command, delivery(name).context)
    assert isinstance(found, Unknown)
    assert not found.ask_person


def test_a_list_without_an_end_is_given_up() -> None:
    """After a hundred pages it cannot tell."""
    with Odd(FrozenClock(at(0))) as github, client_of(github) as client:
        github.said = []
        found = GitHubAdapter(lambda: client, SETTINGS).find(delivery(ISSUE).command, delivery(ISSUE).context)
    assert isinstance(found, Unknown)
    assert "more than 100 pages" in found.why
    assert len(github.requests) == PAGES_MAX


def test_issues_that_are_none_are_passed_over() -> None:
    """Whatever has no number and no text bears no mark."""
    with Odd(FrozenClock(at(0))) as github, client_of(github) as client:
        github.said = [{"number": "1"}, {"number": 2, "html_url": "x", "body": None}]
        adapter = GitHubAdapter(lambda: client, SETTINGS)
        assert adapter.find(delivery(ISSUE).command, delivery(ISSUE).context) == Absent()


def test_labels_and_authors_that_are_none_prove_nothing() -> None:
    """The mark is there, but nothing says that it is ours."""
    with Odd(FrozenClock(at(0))) as github, client_of(github) as client:
        github.said = [{"number": 1, "html_url": "https://x", "body": mark(), "labels": None, "user": None}]
        adapter = GitHubAdapter(lambda: client, SETTINGS)
        assert a_person_must_look(adapter.find(delivery(ISSUE).command, delivery(ISSUE).context))


# ── Private reports ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_private_report_is_absent_only_for_an_administrator(there: World) -> None:
    """Others are shown a part of the reports, and the list does not say so."""
    assert find(there, REPORT) == Absent()
    there.github.rights.admin = False
    assert a_person_must_look(find(there, REPORT), "administrator")


def test_a_private_report_that_is_shown_is_found_by_anybody(there: World) -> None:
    """On any page."""
    there.github.rights.admin = False
    receipt = deliver(there, REPORT)
    others = [{**there.github.reports[0], "description": "another"} for _ in range(120)]
    there.github.reports[:0] = others
    assert find(there, REPORT) == receipt


def test_a_token_that_may_not_list_private_reports_leaves_it_to_a_person(there: World) -> None:
    """It may have reported, and cannot see it."""
    there.github.rights.lists_reports = False
    assert a_person_must_look(find(there, REPORT), "403", "permission")


def test_a_private_report_that_somebody_wrote_below_goes_to_a_person(there: World) -> None:
    """Maintainers edit the description."""
    deliver(there, REPORT)
    there.github.reports[0]["description"] += "\n\nTriaged."
    assert a_person_must_look(find(there, REPORT), "not in its last line")


def test_a_published_advisory_without_text_is_passed_over() -> None:
    """And where it is not even said whose token it is, that it is absent is not either."""
    with Odd(FrozenClock(at(0))) as github, client_of(github) as client:
        github.said = [{"ghsa_id": "GHSA-1", "html_url": "https://x", "description": None}]
        found = GitHubAdapter(lambda: client, SETTINGS).find(delivery(REPORT).command, delivery(REPORT).context)
    assert a_person_must_look(found, "administrator")


def test_nothing_of_a_breach_reaches_the_repository(there: World) -> None:
    """Neither its words nor its id."""
    deliver(there, REPORT)
    assert [request.path for request in there.github.requests] == ["/repos/acme/platform/security-advisories/reports"]
    assert there.github.issues == []
    assert there.github.commits == []


def test_no_other_command_finds_the_mark(there: World) -> None:
    """INC-1:12:1 is not INC-1:12:10."""
    deliver(there)
    one = delivery(ISSUE)
    ids: list[Command] = [evolve(one.command, id=f"{one.command.id}{digit}") for digit in "01"]
    assert [there.adapter.find(other, one.context) for other in ids] == [Absent(), Absent()]
