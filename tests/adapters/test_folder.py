"""Tests of `incident_fsm.adapters.folder`."""

import errno
import os
import resource
import tempfile
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_fsm import Audience
from incident_fsm import commands as c
from incident_fsm.adapters import Absent, Adapter, AdapterSettings, NotDone, Receipt, Rejected, Unknown
from incident_fsm.adapters import folder as module
from incident_fsm.adapters._files import HalfWritten
from incident_fsm.adapters.folder import FolderAdapter, from_settings
from incident_fsm.testing import arbitrary_commands
from tests.adapters.deliveries import Delivery, dismissed, every_type, restricted, snapshot
from tests.documents.airflow import ID, airflow

CONTEXT = airflow().context
POSTS = [command for command in airflow().commands if isinstance(command, c.PublishStatus)]
THREAD = [command for command in airflow().commands if isinstance(command, c.OpenThread | c.PostToThread)]
TYPES = [pytest.param(one, id=type(one.command).__name__) for one in every_type()]


def test_a_whole_incident_becomes_a_folder_of_files(tmp_path: Path) -> None:
    """Every command is carried out, and the files are those that the module promises."""
    adapter = FolderAdapter(tmp_path / "incidents")
    for command in airflow().commands:
        assert adapter.accepts(command)
        assert isinstance(adapter.deliver(command, CONTEXT), Receipt)
    names = {path.name for path in (tmp_path / "incidents" / ID).iterdir()}
    assert names == {
        ".commands", "status-page.html", "thread.md", "support-case_1.md", "permanent-fix-issue.md", "runbook.md",
        "incident-report.md", "incident-report.html", "post-mortem.ics", "reminders.md",
    }  # fmt: skip


@pytest.mark.parametrize("one", TYPES)
def test_a_receipt_leads_to_the_file(tmp_path: Path, one: Delivery) -> None:
    """Its reference is the file's name, its link an address that any browser opens."""
    receipt = FolderAdapter(tmp_path / "a b").deliver(one.command, one.context)
    assert isinstance(receipt, Receipt)
    path = tmp_path / "a b" / one.command.incident_id / receipt.reference
    assert path.is_file()
    assert receipt.link == path.as_uri()


@pytest.mark.parametrize("one", TYPES)
def test_the_same_command_again_changes_nothing(tmp_path: Path, one: Delivery) -> None:
    """The same receipt, and not a byte of any file is written anew: also after a restart."""
    first = FolderAdapter(tmp_path).deliver(one.command, one.context)
    before = snapshot(tmp_path)
    assert FolderAdapter(tmp_path).deliver(one.command, one.context) == first
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("one", TYPES)
def test_what_was_done_is_found_and_what_was_not_is_absent(tmp_path: Path, one: Delivery) -> None:
    """To look changes nothing, not even by making a folder."""
    adapter = FolderAdapter(tmp_path / "root")
    assert adapter.find(one.command, one.context) == Absent()
    assert not (tmp_path / "root").exists()
    receipt = adapter.deliver(one.command, one.context)
    assert adapter.find(one.command, one.context) == receipt
    other = evolve(one.command, id=f"{one.command.incident_id}:999:0")
    assert adapter.find(other, one.context) == Absent()


@pytest.mark.parametrize("one", TYPES)
def test_a_crash_before_the_entry_is_made_good_by_doing_it_again(tmp_path: Path, one: Delivery) -> None:
    """The page was written, its entry was not: it counts as not done, and doing it gives the same page."""
    adapter = FolderAdapter(tmp_path)
    receipt = adapter.deliver(one.command, one.context)
    before = {name: content for name, (content, _) in snapshot(tmp_path).items()}
    (entry,) = (tmp_path / one.command.incident_id / ".commands").iterdir()
    entry.unlink()
    assert adapter.find(one.command, one.context) == Absent()
    assert adapter.deliver(one.command, one.context) == receipt
    assert {name: content for name, (content, _) in snapshot(tmp_path).items()} == before


def test_the_order_of_delivery_does_not_matter(tmp_path: Path) -> None:
    """A post that comes late stands where it belongs."""
    for name, commands in (("in order", THREAD), ("reversed", THREAD[::-1])):
        for command in commands:
            FolderAdapter(tmp_path / name).deliver(command, CONTEXT)
    pages = [(tmp_path / name / ID / "thread.md").read_bytes() for name in ("in order", "reversed")]
    assert pages[0] == pages[1]


def test_what_a_person_made_of_a_page_is_kept(tmp_path: Path) -> None:
    """A draft is there to be edited; the final report comes beside that version, not over it. A second time as well."""
    adapter = FolderAdapter(tmp_path)
    create = next(command for command in airflow().commands if isinstance(command, c.CreateReport))
    publish = next(command for command in airflow().commands if isinstance(command, c.PublishReport))
    adapter.deliver(create, CONTEXT)
    page = tmp_path / ID / "incident-report.md"
    page.write_text("hours of work", "utf-8")
    adapter.deliver(publish, CONTEXT)
    assert (tmp_path / ID / "incident-report.edited-1.md").read_text("utf-8") == "hours of work"
    assert "Nobody watched queue length" in page.read_text("utf-8")
    assert not (tmp_path / ID / "incident-report.edited-1.html").exists()
    page.write_text("more work", "utf-8")
    adapter.deliver(evolve(publish, id=f"{ID}:99:0"), CONTEXT)
    assert (tmp_path / ID / "incident-report.edited-2.md").read_text("utf-8") == "more work"


def test_a_page_that_nobody_touched_is_simply_written_anew(tmp_path: Path) -> None:
    """No copies pile up beside it."""
    adapter = FolderAdapter(tmp_path)
    for command in THREAD:
        adapter.deliver(command, CONTEXT)
    assert {path.name for path in (tmp_path / ID).iterdir()} == {"thread.md", ".commands"}


def test_folders_are_open_to_their_owner_alone_and_secrets_doubly_so(tmp_path: Path) -> None:
    """0700 for folders; 0600 for whatever is restricted, and for every entry."""
    told = restricted()
    adapter = FolderAdapter(tmp_path / "root")
    for command in told.commands:
        adapter.deliver(command, told.context)
    for folder in (tmp_path / "root", tmp_path / "root" / ID, tmp_path / "root" / ID / ".commands"):
        assert folder.stat().st_mode & 0o777 == 0o700
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "root" / ID).iterdir() if path.is_file()}
    assert modes == {"security-report.md": 0o600, "thread.md": 0o600, "status-page.html": 0o644}
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "root" / ID / ".commands").iterdir()} == {0o600}


def test_a_breach_is_private_even_where_its_incident_is_not(tmp_path: Path) -> None:
    """§1: the report itself goes only to those who may know."""
    (breach,) = [one for one in every_type() if isinstance(one.command, c.ReportSecurityBreach)]
    assert breach.command.audience is Audience.RESTRICTED
    FolderAdapter(tmp_path).deliver(breach.command, breach.context)
    assert (tmp_path / ID / "security-report.md").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("incident_id", "command_id"),
    [
        ("../up", "../up:1:0"),
        ("..", "..:1:0"),
        ("/etc", "/etc:1:0"),
        ("-rf", "-rf:1:0"),
        (".hidden", ".hidden:1:0"),
        ("a\0b", "a\0b:1:0"),
        ("x" * 65, f"{'x' * 65}:1:0"),
        ("a/b", "a/b:1:0"),
        ("", ":1:0"),
        ("INC-1\n", "INC-1\n:1:0"),
        (ID, "OTHER:1:0"),
        (ID, f"{ID}:1"),
        (ID, f"{ID}:01:0"),
    ],
)
def test_an_id_that_could_lead_elsewhere_names_no_file(tmp_path: Path, incident_id: str, command_id: str) -> None:
    """Ids are checked again before they become paths."""
    adapter = FolderAdapter(tmp_path / "root")
    odd = evolve(POSTS[0], incident_id=incident_id, id=command_id)
    assert isinstance(adapter.deliver(odd, CONTEXT), Rejected)
    assert adapter.find(odd, CONTEXT) == Absent()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("case", ["../../x", "a/b", "", "x" * 61, "A B", "a\nb"])
def test_the_key_of_a_case_names_no_file_elsewhere(tmp_path: Path, case: str) -> None:
    """It becomes part of a name, so it is held to the same."""
    opened = next(command for command in airflow().commands if isinstance(command, c.OpenSupportCase))
    adapter = FolderAdapter(tmp_path / "root")
    assert isinstance(adapter.deliver(evolve(opened, case=case), CONTEXT), Rejected)
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=60)
@given(arbitrary_commands())
def test_any_command_at_all_is_answered_and_stays_in_its_folder(command: c.Command) -> None:
    """Never an exception, never a file outside the root."""
    with tempfile.TemporaryDirectory() as folder:
        adapter = FolderAdapter(Path(folder) / "root")
        outcome = adapter.deliver(command, CONTEXT)
        assert isinstance(outcome, Receipt | Rejected)
        assert {path.name for path in Path(folder).iterdir()} <= {"root"}


@settings(max_examples=60)
@given(arbitrary_commands(), st.integers(1, 10**9), st.integers(0, 10_000))
def test_any_command_with_a_proper_id_is_carried_out_once(command: c.Command, revision: int, position: int) -> None:
    """Whatever its texts, times and numbers are: a receipt, which is found again."""
    proper = evolve(command, id=f"{ID}:{revision}:{position}", incident_id=ID)
    if isinstance(proper, c.OpenSupportCase | c.EscalateSupportCase):
        proper = evolve(proper, case="case_1")
    with tempfile.TemporaryDirectory() as folder:
        adapter = FolderAdapter(Path(folder))
        receipt = adapter.deliver(proper, CONTEXT)
        assert isinstance(receipt, Receipt)
        assert adapter.find(proper, CONTEXT) == receipt
        assert adapter.deliver(proper, CONTEXT) == receipt


def obstacle(root: Path, kind: str) -> None:
    """Put something in the way."""
    incident = root / ID
    elsewhere = root.parent / "elsewhere"
    elsewhere.mkdir()
    if kind == "a file for a root":
        root.write_bytes(b"")
        return
    root.mkdir()
    if kind == "a file for a folder":
        incident.write_bytes(b"")
    elif kind == "a linked folder":
        incident.symlink_to(elsewhere)
    elif kind == "linked entries":
        incident.mkdir()
        (incident / ".commands").symlink_to(elsewhere)
    elif kind == "a linked page":
        incident.mkdir()
        (elsewhere / "theirs").write_bytes(b"theirs")
        (incident / "status-page.html").symlink_to(elsewhere / "theirs")
    else:
        (incident / "status-page.html").mkdir(parents=True)


_OBSTACLES = (
    "a file for a root", "a file for a folder", "a linked folder", "linked entries", "a linked page",
    "a folder for a page",
)  # fmt: skip


@pytest.mark.parametrize("kind", _OBSTACLES)
def test_what_is_in_the_way_is_said_and_nothing_is_written(tmp_path: Path, kind: str) -> None:
    """A person must look: the answer names the place. A link is never followed."""
    root = tmp_path / "root"
    obstacle(root, kind)
    outcome = FolderAdapter(root).deliver(POSTS[0], CONTEXT)
    assert isinstance(outcome, Rejected)
    assert str(root) in outcome.why
    assert "nothing was written" in outcome.why
    assert {path.name for path in (tmp_path / "elsewhere").iterdir()} <= {"theirs"}
    files = [path.name for path in root.rglob("*") if path.is_file() and not path.is_symlink()] if root.is_dir() else []
    assert set(files) <= {ID}


@pytest.mark.parametrize("kind", ["a file for a root", "a file for a folder", "a linked folder", "linked entries"])
def test_where_nobody_can_look_nobody_says_absent(tmp_path: Path, kind: str) -> None:
    """Absent would mean that it surely did not happen."""
    root = tmp_path / "root"
    obstacle(root, kind)
    assert isinstance(FolderAdapter(root).find(POSTS[0], CONTEXT), Unknown)


def test_a_machine_out_of_file_handles_is_tried_again_later(tmp_path: Path) -> None:
    """It surely did not happen, and it may well be better soon; the page stays as it was."""
    adapter = FolderAdapter(tmp_path)
    adapter.deliver(POSTS[0], CONTEXT)
    before = snapshot(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    spare = os.open(tmp_path, os.O_RDONLY)
    os.close(spare)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (spare, hard))
        outcome, found = adapter.deliver(POSTS[1], CONTEXT), adapter.find(POSTS[1], CONTEXT)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert isinstance(outcome, NotDone)
    assert isinstance(found, Unknown)
    assert snapshot(tmp_path) == before
    assert isinstance(adapter.deliver(POSTS[1], CONTEXT), Receipt)


def test_a_page_that_cannot_be_written_whole_is_not_written_at_all(tmp_path: Path) -> None:
    """The system allows a thousand bytes: the old page stays, and no half of the new one is left."""
    adapter = FolderAdapter(tmp_path)
    adapter.deliver(POSTS[0], CONTEXT)
    before = snapshot(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
        outcome = adapter.deliver(POSTS[1], CONTEXT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert isinstance(outcome, Rejected)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/x"), NotDone),
        (OSError(errno.EROFS, "Read-only file system", "/x"), Rejected),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), Rejected),
        (OSError("odd"), Rejected),
        (HalfWritten(errno.ENOSPC, "No space left on device", "/x"), Unknown),
    ],
)
def test_a_failure_of_the_disk_is_told_by_what_can_be_done_about_it(error: OSError, kind: type) -> None:
    """Full: try again. Forbidden: a person must look. Half done: look first."""
    outcome = module._answer(error, Path("/folder"))
    assert isinstance(outcome, kind)
    assert not isinstance(outcome, Receipt)
    assert (error.strerror or "odd") in outcome.why
    assert outcome.why.startswith(error.filename or "/folder")


def test_a_damaged_entry_stops_its_page_and_no_other(tmp_path: Path) -> None:
    """Nothing is written over what cannot be read; the answer names the file."""
    adapter = FolderAdapter(tmp_path)
    adapter.deliver(POSTS[0], CONTEXT)
    (entry,) = (tmp_path / ID / ".commands").iterdir()
    entry.write_bytes(b"{")
    for command in POSTS[:2]:
        outcome = adapter.deliver(command, CONTEXT)
        assert isinstance(outcome, Rejected)
        assert entry.name in outcome.why
    assert isinstance(adapter.find(POSTS[0], CONTEXT), Unknown)
    assert isinstance(adapter.deliver(THREAD[0], CONTEXT), Receipt)


def test_another_journals_folder_is_not_taken_for_ones_own(tmp_path: Path) -> None:
    """The same id with another content was not done, though an entry is there: silence would lose it."""
    adapter = FolderAdapter(tmp_path)
    adapter.deliver(POSTS[0], CONTEXT)
    other = evolve(POSTS[0], message="quite another incident")
    outcome, found = adapter.deliver(other, CONTEXT), adapter.find(other, CONTEXT)
    assert isinstance(outcome, Rejected)
    assert isinstance(found, Unknown)
    assert outcome.why == found.why
    assert "another journal" in outcome.why


def test_it_is_an_adapter_that_nobody_outside_sees(tmp_path: Path) -> None:
    """Not live, so a drill may use it; made for the desk's own folder, which may be relative."""
    adapter = from_settings(AdapterSettings(folder=tmp_path))
    assert isinstance(adapter, Adapter)
    assert (adapter.name, adapter.live) == ("folder", False)
    assert FolderAdapter(Path("incidents")).root == Path.cwd() / "incidents"


def test_a_command_that_the_process_does_not_know_is_not_accepted(tmp_path: Path) -> None:
    """Another adapter may know it."""
    head = ("id", "incident_id", "kind", "audience", "requested_at")
    unknown = c.Command(**{name: getattr(POSTS[0], name) for name in head})
    adapter = FolderAdapter(tmp_path)
    assert not adapter.accepts(unknown)
    assert isinstance(adapter.deliver(unknown, CONTEXT), Rejected)
    assert adapter.find(unknown, CONTEXT) == Absent()


def test_several_incidents_do_not_meet(tmp_path: Path) -> None:
    """Each has its folder."""
    adapter = FolderAdapter(tmp_path)
    (redirect,) = dismissed().commands
    adapter.deliver(evolve(redirect, incident_id="INC-2", id="INC-2:2:0"), dismissed().context)
    adapter.deliver(POSTS[0], CONTEXT)
    assert {path.name for path in tmp_path.iterdir()} == {"INC-2", ID}
    assert {path.name for path in (tmp_path / "INC-2").iterdir()} == {"redirect.md", ".commands"}
