"""GitHub: the report and the runbook as files. What a person made of them is never lost."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attrs import evolve

from incident_fsm._values import Reference
from incident_fsm.adapters import Absent, Context, NotDone, Outcome, Receipt, Rejected, Unknown
from incident_fsm.adapters.github import GitHubAdapter
from incident_fsm.commands import Command
from incident_fsm.testing import Fault, FrozenClock
from tests.documents.airflow import at
from tests.services.fakes.github import FakeGitHub
from tests.services.fakes.github_shapes import LARGE
from tests.services.fakes.github_world import REPOSITORY, SETTINGS, World, client_of, world
from tests.services.fakes.server import Request, Response
from tests.services.test_github import delivery

DRAFT, FINAL, RUNBOOK = "CreateReport", "PublishReport", "PublishRunbook"
INCIDENT = delivery(DRAFT).command.incident_id
PATH = f"incidents/{INCIDENT}/report.md"
LINK = f"https://github.com/{REPOSITORY}/blob/main/{PATH}"


@pytest.fixture
def there(shared: Path) -> Iterator[World]:
    """A fake GitHub, whose every request was as GitHub's document says."""
    with world(shared) as there:
        yield there
    assert there.github.complaints == []


def deliver(there: World, name: str, report: Reference | None = None) -> Outcome:
    """Carry out the command of a type; `report` is what is remembered of the draft."""
    return there.adapter.deliver(delivery(name).command, context_with(delivery(name).context, report))


def context_with(context: Context, report: Reference | None) -> Context:
    """What an adapter is shown, with the reference of the draft."""
    references = evolve(context.incident.references, report=report)
    return evolve(context, incident=evolve(context.incident, references=references))


def command(name: str) -> Command:
    """A command of a type."""
    return delivery(name).command


# ── The draft and the runbook ──────────────────────────────────────────────────────────────────────────────────────


def test_the_same_command_again_changes_nothing(there: World) -> None:
    """GitHub says that the file is there; it is our own."""
    receipt = deliver(there, DRAFT)
    assert deliver(there, DRAFT) == receipt == Receipt(reference=PATH, link=LINK)
    assert there.github.objects(command(DRAFT)) == 1


@pytest.mark.parametrize("name", [DRAFT, RUNBOOK])
def test_a_file_of_somebody_else_is_left_alone(there: World, name: str) -> None:
    """A person must merge the two."""
    for path in (PATH, f"runbooks/{INCIDENT}.md"):
        there.github.edit(path, b"# Written by hand\n")
    outcome = deliver(there, name)
    assert isinstance(outcome, Rejected)
    assert "by hand" in outcome.why
    assert there.github.objects(command(name)) == 0


def test_a_file_that_another_command_wrote_is_left_alone(there: World) -> None:
    """Another journal with the same incident id, say."""
    other = evolve(command(DRAFT), id=f"{INCIDENT}:99:0")
    there.adapter.deliver(other, delivery(DRAFT).context)
    outcome = deliver(there, DRAFT)
    assert isinstance(outcome, Rejected)
    assert LINK in outcome.why
    assert "something else" in outcome.why


def test_somebody_elses_commit_at_the_same_moment_is_waited_for(there: World) -> None:
    """GitHub answers 409 though nothing is wrong with the file."""
    there.github.rights.busy = 1
    outcome = deliver(there, DRAFT)
    assert isinstance(outcome, NotDone)
    assert "409" in outcome.why
    assert isinstance(deliver(there, DRAFT), Receipt)


def test_where_it_cannot_be_read_again_it_is_tried_again(there: World) -> None:
    """It surely was not written: GitHub said so."""
    deliver(there, DRAFT)
    there.github.order([Fault.NONE, Fault.UNAVAILABLE])
    assert isinstance(deliver(there, DRAFT), NotDone)


@pytest.mark.parametrize(("knob", "words"), [({"protected": True}, "let the token write"), ({"branches": ()}, "404")])
def test_a_branch_that_takes_no_commits_is_a_persons_business(
    there: World, knob: dict[str, object], words: str
) -> None:
    """Waiting does not help; the answer says what does."""
    for name, value in knob.items():
        setattr(there.github.rights, name, value)
    outcome = deliver(there, DRAFT)
    assert isinstance(outcome, Rejected)
    assert words in outcome.why


# ── The reviewed report ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_reviewed_report_takes_the_place_of_the_draft(there: World) -> None:
    """Two requests: what stands there, and the new version over exactly that."""
    draft = deliver(there, DRAFT)
    assert isinstance(draft, Receipt)
    there.github.requests.clear()
    receipt = deliver(there, FINAL, Reference(reference=draft.reference, link=draft.link))
    assert receipt == draft
    assert [request.method for request in there.github.requests] == ["GET", "PUT"]
    assert there.github.objects(command(FINAL)) == 1


def test_the_reviewed_report_again_changes_nothing(there: World) -> None:
    """It is its own."""
    deliver(there, DRAFT)
    receipt = deliver(there, FINAL)
    assert deliver(there, FINAL) == receipt
    assert there.adapter.find(command(FINAL), delivery(FINAL).context) == receipt
    assert there.github.objects(command(FINAL)) == 1


EDITS: dict[str, Callable[[bytes], bytes]] = {
    "a word added": lambda draft: draft.replace(b"## Summary", b"## Our summary"),
    "something written below": lambda draft: draft + b"\nI disagree. Grace\n",
    "the last line taken away": lambda draft: draft.rstrip().rpartition(b"\n")[0],
    "line ends of another system": lambda draft: draft.replace(b"\n", b"\r\n"),
    "no text any more": lambda _: b"\xff\xfe\x00",
    "emptied": lambda _: b"",
    "too large to be shown": lambda _: b"x" * (LARGE + 1),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_a_draft_that_a_person_worked_on_is_never_replaced(there: World, edit: Callable[[bytes], bytes]) -> None:
    """It stays as they left it, and they are told to merge."""
    deliver(there, DRAFT)
    ours = there.github.content(PATH) or b""
    theirs = edit(ours)
    assert theirs != ours
    there.github.edit(PATH, theirs)
    outcome = deliver(there, FINAL)
    assert isinstance(outcome, Rejected)
    assert "merge the texts there, then finish by hand" in outcome.why
    assert there.github.content(PATH) == theirs


def test_an_edit_between_reading_and_writing_is_not_lost_either(there: World) -> None:
    """GitHub refuses the write, because the sha is not that of the file any more."""
    deliver(there, DRAFT)

    def meddle(request: Request) -> None:
        if request.method == "PUT":
            there.github.edit(PATH, b"Meanwhile, by hand")

    there.github.watch = meddle
    outcome = deliver(there, FINAL)
    assert isinstance(outcome, Rejected)
    assert "by hand" in outcome.why
    assert there.github.content(PATH) == b"Meanwhile, by hand"


def test_a_race_that_this_very_command_won_is_a_receipt(there: World) -> None:
    """An earlier request of ours landed late, between reading and writing."""
    deliver(there, DRAFT)
    draft = there.github.content(PATH) or b""
    deliver(there, FINAL)
    landed = there.github.content(PATH) or b""
    there.github.edit(PATH, draft)

    def land(request: Request) -> None:
        if request.method == "PUT":
            there.github.edit(PATH, landed)

    there.github.watch = land
    assert deliver(there, FINAL) == Receipt(reference=PATH, link=LINK)


def test_somebody_elses_commit_while_replacing_is_waited_for(there: World) -> None:
    """The draft is still as it was written, so nothing is in the way."""
    deliver(there, DRAFT)
    there.github.rights.busy = 1
    assert isinstance(deliver(there, FINAL), NotDone)
    assert isinstance(deliver(there, FINAL), Receipt)


@pytest.mark.parametrize("fault", [Fault.UNREACHED, Fault.BROKEN, Fault.UNAVAILABLE, Fault.RATE_LIMITED])
def test_a_draft_that_cannot_be_read_is_tried_again(there: World, fault: Fault) -> None:
    """Nothing was written yet, so there is no doubt."""
    deliver(there, DRAFT)
    there.github.order([fault])
    assert isinstance(deliver(there, FINAL), NotDone)


def test_a_draft_that_is_gone_is_not_made_anew(there: World) -> None:
    """Somebody moved it, perhaps with work in it."""
    outcome = deliver(there, FINAL)
    assert isinstance(outcome, Rejected)
    assert f"no longer at {PATH}" in outcome.why


@pytest.mark.parametrize(
    "link",
    [LINK, LINK.replace("main", "release/1").replace("acme", "Acme"), f"{LINK}?plain=1#L3", LINK.replace("-", "%2D")],
)
def test_a_link_to_our_own_file_is_as_good_as_its_path(there: World, link: str) -> None:
    """A person who finished the draft's command by hand may have given only that."""
    deliver(there, DRAFT)
    assert isinstance(deliver(there, FINAL, Reference(link=link)), Receipt)


@pytest.mark.parametrize(
    "draft",
    [
        Reference(link="https://docs.example.org/d/1"),
        Reference(reference="incident-report.md", link="file:///tmp/incident-report.md"),
        Reference(link=f"https://github.com/other/repository/blob/main/{PATH}"),
        Reference(link=LINK.replace("report.md", "other.md")),
        Reference(),
    ],
)
def test_a_draft_that_is_kept_elsewhere_is_a_persons_business(there: World, draft: Reference) -> None:
    """What they wrote is there, so the reviewed version belongs there too."""
    deliver(there, DRAFT)
    there.github.requests.clear()
    outcome = deliver(there, FINAL, draft)
    assert isinstance(outcome, Rejected)
    assert draft.link in outcome.why
    assert there.github.requests == []


# ── Looking ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_another_wrote_is_not_this_commands(there: World) -> None:
    """The draft is not the reviewed report, and a person's file is neither."""
    deliver(there, DRAFT)
    assert there.adapter.find(command(FINAL), delivery(FINAL).context) == Absent()
    there.github.edit(PATH, b"By hand")
    assert there.adapter.find(command(DRAFT), delivery(DRAFT).context) == Absent()


def test_what_a_person_edited_afterwards_was_still_this_command(there: World) -> None:
    """As long as its last line is there."""
    receipt = deliver(there, DRAFT)
    there.github.edit(PATH, (there.github.content(PATH) or b"").replace(b"## Summary", b"## Our summary"))
    assert there.adapter.find(command(DRAFT), delivery(DRAFT).context) == receipt


@pytest.mark.parametrize("content", [b"x" * (LARGE + 1), b"\xff"])
def test_a_file_that_cannot_be_read_as_text_goes_to_a_person(there: World, content: bytes) -> None:
    """It may be ours."""
    there.github.edit(PATH, content)
    found = there.adapter.find(command(DRAFT), delivery(DRAFT).context)
    assert isinstance(found, Unknown)
    assert found.ask_person


def test_a_folder_in_the_files_place_goes_to_a_person(there: World) -> None:
    """Whoever made it had something in mind."""
    there.github.edit(f"{PATH}/notes.md", b"Notes")
    found = there.adapter.find(command(DRAFT), delivery(DRAFT).context)
    assert isinstance(found, Unknown)
    assert found.ask_person
    assert isinstance(deliver(there, FINAL), Rejected)


def test_a_repository_that_cannot_be_seen_is_not_an_absent_file(there: World) -> None:
    """GitHub says 404 for both."""
    there.github.rights.known = False
    found = there.adapter.find(command(DRAFT), delivery(DRAFT).context)
    assert isinstance(found, Unknown)
    assert found.ask_person
    assert "may see the repository" in found.why


class Vague(FakeGitHub):
    """It answers everything with a word."""

    def handle(self, request: Request) -> Response:  # noqa: ARG002  the base's signature
        """Answer."""
        return Response(data={"type": "file", "sha": 7, "content": "%", "encoding": "base64"})


def test_an_answer_that_is_no_file_tells_nothing() -> None:
    """Neither that it is there nor that it is not."""
    with Vague(FrozenClock(at(0))) as github, client_of(github) as client:
        adapter = GitHubAdapter(lambda: client, SETTINGS)
        assert isinstance(adapter.find(command(DRAFT), delivery(DRAFT).context), Unknown)
        assert isinstance(adapter.deliver(command(FINAL), context_with(delivery(FINAL).context, None)), NotDone)


# ── Templates of one's own ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "template"), [(DRAFT, "report.md.j2"), (RUNBOOK, "runbook.md.j2")])
def test_a_file_is_written_from_ones_own_template(there: World, tmp_path: Path, name: str, template: str) -> None:
    """It replaces the one that ships, and the file is found again all the same."""
    (tmp_path / template).write_text("# In our own words", "utf-8")
    with client_of(there.github) as client:
        adapter = GitHubAdapter(lambda: client, SETTINGS, templates=tmp_path)
        receipt = adapter.deliver(command(name), delivery(name).context)
        assert isinstance(receipt, Receipt)
        assert (there.github.content(receipt.reference) or b"").startswith(b"# In our own words\n")
        assert adapter.find(command(name), delivery(name).context) == receipt
