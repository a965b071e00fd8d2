"""`incident_fsm._demo`: what `make demo` shows, and what it leaves behind."""

from pathlib import Path

import pytest

from incident_fsm import State
from incident_fsm import events as e
from incident_fsm._demo import INCIDENT, main
from incident_fsm.desk import Desk


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that was run."""
    folder = tmp_path_factory.mktemp("demo") / "incident"
    assert main(folder) == 0
    return folder


def test_the_demo_takes_one_incident_from_candidate_to_reviewed(place: Path) -> None:
    """Every state of the happy path is passed, and nothing waits at the end."""
    with Desk.in_folder(place) as desk:
        assert desk.incident(INCIDENT).state is State.REVIEWED
        happened = [type(entry.event) for entry in desk.timeline(INCIDENT)]
        assert list(desk.verify()) == []
    for moved in (
        e.CandidateConfirmed,
        e.IncidentDeclared,
        e.ManagementStarted,
        e.IncidentResolved,
        e.IncidentReviewed,
    ):
        assert moved in happened
    assert e.CommandFailed not in happened


@pytest.mark.parametrize(
    ("artefact", "says"),
    [
        ("status-page.html", "All Good"),
        ("thread.md", "Airflow Autoscaling Incident"),
        ("permanent-fix-issue.md", "Permanent fix: Airflow Autoscaling Incident"),
        ("support-case_1.md", "123456789012"),
        ("incident-report.html", "Nobody was alerted"),
        ("incident-report.md", "Nobody was alerted"),
        ("post-mortem.ics", "METHOD:REQUEST"),
        ("runbook.md", "Airflow"),
        ("security-report.md", "build log"),
    ],
)
def test_every_artefact_is_there_and_says_what_it_is_about(place: Path, artefact: str, says: str) -> None:
    """A person could use each as it is."""
    assert says in (place / INCIDENT / artefact).read_text("utf-8")


def test_the_demo_narrates_and_ends_with_where_the_artefacts_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each event, the commands it caused, what the adapter made of them; then the paths, none missing."""
    main(tmp_path / "demo")
    told = capsys.readouterr().out
    assert "CandidateReported: candidate" in told
    assert "IncidentDeclared: confirmed → declared" in told
    assert "PublishStatus: Scheduled Airflow tasks are delayed." in told
    assert "folder wrote status-page.html" in told
    assert str(tmp_path / "demo" / INCIDENT / "post-mortem.ics") in told
    assert "MISSING" not in told
    assert "Commands that still wait: 0" in told


def test_a_second_demo_leaves_the_first_alone(tmp_path: Path) -> None:
    """It takes the next free name."""
    main(tmp_path / "demo")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "demo").rglob("*")}
    main(tmp_path / "demo")
    assert (tmp_path / "demo-2" / INCIDENT).is_dir()
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "demo").rglob("*")} == before
