"""`incident document`, `digest` and `guide`: printed, written to a file, with templates of one's own."""

import re
import stat
from pathlib import Path

import pytest
from tests.cli.terminal import RESOLVE, Terminal

KINDS = {
    "report": "# Incident report: Airflow Autoscaling Incident",
    "timeline": "# Timeline of incident INC-1: Airflow Autoscaling Incident",
    "runbook": "# Runbook: Airflow Autoscaling Incident",
    "agenda": "# Post-mortem of incident INC-1: Airflow Autoscaling Incident",
    "handover": "# Hand-over of incident INC-1: Airflow Autoscaling Incident",
}

NARROW = """
[security]
description = "tell the information security team"
redirect = "security"
narrows_audience = true
channel = "incident-restricted"
"""


@pytest.mark.parametrize("kind", KINDS)
def test_every_document_about_an_incident_is_printed_as_markdown(managing: Terminal, kind: str) -> None:
    """It begins with its heading, ends with one line end, and nothing else is said."""
    answer = managing.type(f"incident document {kind} INC-1")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines()[0] == KINDS[kind]
    assert not answer.out.endswith("\n\n")


@pytest.mark.parametrize("line", [*(f"document {kind} INC-1" for kind in KINDS), "digest", "guide"])
def test_every_document_can_be_a_page(managing: Terminal, line: str) -> None:
    """HTML that allows itself nothing from outside."""
    out = managing.type(f"incident {line} --html").out
    assert out.startswith("<!doctype html>")
    assert "default-src 'none'" in out


def test_a_document_is_written_to_a_file_and_not_printed(managing: Terminal) -> None:
    """Over what was there, and readable as any other file; in JSON the text is in the answer, too."""
    file = managing.place / "report.md"
    file.write_text("an older one")
    answer = managing.type(f"incident document report INC-1 --out {file}")
    assert answer.out == f"wrote {file}\n"
    assert file.read_text("utf-8").startswith(KINDS["report"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    data = managing.type(f"incident document report INC-1 --out {file} --json").data
    assert data == {
        "document": "report", "incident": "INC-1", "form": "markdown", "restricted": False, "file": str(file),
        "text": file.read_text("utf-8"),
    }  # fmt: skip


def test_a_dry_run_writes_nothing(managing: Terminal) -> None:
    """It says what it would do."""
    file = managing.place / "guide.html"
    assert managing.type(f"incident guide --html --out {file} --dry-run").out == f"would write {file}\n"
    assert not file.exists()


def test_the_hand_over_says_what_can_be_typed_and_what_is_stuck(managing: Terminal) -> None:
    """The lines are those of `incident next`; nothing was delivered yet."""
    out = managing.type("incident document handover INC-1").out
    assert "incident resolve INC-1 --fix permanent --how TEXT --users-unaffected" in out
    assert "On its way (pending): PublishStatus, INC-1:3:0, after 0 attempts" in out


def test_the_guide_is_the_policys_and_needs_no_journal(terminal: Terminal) -> None:
    """With the lines to type, and the lifecycle drawn."""
    out = terminal.type("incident guide --policy gds").out
    assert out.startswith("# Incident Process: Government Digital Service\n")
    assert "`incident confirm ID --unplanned" in out
    assert "stateDiagram-v2" in out
    assert "<svg" in terminal.type("incident guide --html").out


def test_the_digest_looks_back_a_week_or_as_far_as_asked(terminal: Terminal) -> None:
    """What ended before is told by an earlier one; what is open is always told."""
    terminal.environment["INCIDENT_DELIVER"] = "0"
    terminal.must("incident report Old --id INC-1 --at 2026-01-05T09:00", "incident dismiss INC-1 --criteria-not-met"
                  " --at 2026-01-05T09:10", "incident report Open --id INC-2 --at 2026-01-05T10:00")  # fmt: skip
    week, long = terminal.type("incident digest").out, terminal.type("incident digest --since 2026-01-01T00:00").out
    assert "### INC-2: Open" in week
    assert "INC-1" not in week
    assert "- INC-1, Old" in long
    assert "From 1 January 2026, 00:00 GMT to" in long


def test_a_restricted_incident_is_for_few_readers(terminal: Terminal) -> None:
    """Its documents are files for oneself alone, and the digest tells nothing but its id."""
    policy = terminal.place / "narrow.toml"
    shipped = Path(__file__).parents[2] / "src" / "incident_fsm" / "policies" / "analytical_platform.toml"
    text = re.sub(r"\[security\].*?(?=\n#)", NARROW, shipped.read_text("utf-8"), flags=re.DOTALL)
    policy.write_text(text, "utf-8")
    terminal.environment["INCIDENT_POLICY"] = str(policy)
    terminal.must("incident report 'Keys leaked' --id SEC-1 --breach --no-deliver")
    file = terminal.place / "report.md"
    answer = terminal.type(f"incident document report SEC-1 --out {file}")
    assert answer.out == f"wrote {file} (readable by you alone: it is restricted)\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    digest = terminal.type("incident digest").out
    assert "- SEC-1" in digest
    assert "Keys" not in digest


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("document poem INC-1", 2, "'poem' is not one of 'report', 'timeline', 'runbook', 'agenda', 'handover'"),
        ("document report INC-9", 4, "no incident 'INC-9' in this journal"),
        ("document report INC-1 --folder elsewhere", 5, "there is no journal"),
        ("document report INC-1 --out nowhere/report.md", 2, "--out: there is no folder nowhere; make it"),
        ("document report INC-1 --out .", 2, "--out: . is there and is no file; name a file"),
        ("guide --out /dev/null", 2, "--out: /dev/null is there and is no file"),
        ("guide --templates nowhere", 2, "--templates: nowhere is no folder; name the folder"),
        ("guide --policy nope", 2, "'nope' is no policy that ships"),
        ("digest --since 2099-01-01T00:00", 2, "--since: 2099-01-01T00:00 is still to come"),
        ("digest --since soon", 2, "--since: 'soon' is no time"),
    ],
)
def test_what_cannot_be_done_is_told_with_what_to_do(managing: Terminal, line: str, code: int, told: str) -> None:
    """One clear line, the exit code that goes with it, and nothing printed or written."""
    before = set(managing.place.iterdir())
    answer = managing.type(f"incident {line}")
    assert (answer.code, answer.out) == (code, "")
    assert told in " ".join(re.sub("[│╭╮╰╯─]", " ", answer.err).split())
    assert set(managing.place.iterdir()) == before


def test_a_wrong_template_leaves_the_file_as_it_was(managing: Terminal) -> None:
    """Told with file and line; the folder may be named in the environment."""
    folder, file = managing.place / "ours", managing.place / "report.md"
    folder.mkdir()
    (folder / "report.md.j2").write_text("# Report\n{{ titel }}\n")
    file.write_text("what was there")
    managing.environment["INCIDENT_TEMPLATES"] = str(folder)
    answer = managing.type(f"incident document report INC-1 --out {file}")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == (
        f"incident: {folder}/report.md.j2, line 2: 'titel' is undefined; "
        "mend that template, or remove it to use the one that ships\n"
    )
    assert file.read_text() == "what was there"


def test_what_is_delivered_is_written_from_ones_own_templates_too(managing: Terminal) -> None:
    """The environment names them for whatever delivers; one that is wrong stops no incident, only its document."""
    folder = managing.place / "ours"
    folder.mkdir()
    (folder / "runbook.md.j2").write_text("# What we do about {{ title }}\n")
    (folder / "issue.md.j2").write_text("{{ nonsense }}\n")
    managing.environment |= {"INCIDENT_TEMPLATES": str(folder), "INCIDENT_DELIVER": "1"}
    answer = managing.type(RESOLVE)
    assert answer.code == 6
    assert f"{folder}/issue.md.j2, line 1: 'nonsense' is undefined" in answer.out + answer.err
    written = managing.folder / "INC-1" / "runbook.md"
    assert written.read_text("utf-8") == "# What we do about Airflow Autoscaling Incident\n"
    assert managing.type("incident list --json").data[0]["state"] == "resolved"


def test_the_example_of_the_page_on_templates_does_what_the_page_says(managing: Terminal, root: Path) -> None:
    """Its files are written, its lines typed, and the report begins as printed there."""
    page = (root / "docs" / "templates.md").read_text("utf-8").partition("## The templates")[0]
    (managing.place / "our-templates").mkdir()
    for text in re.findall(r"^```jinja\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE):
        name = re.findall(r"{# (\S+) #}", text)[0]
        (managing.place / name).write_text(text, "utf-8")
    (lines,) = re.findall(r"^```sh\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE)
    managing.must(*lines.splitlines())
    (begins,) = re.findall(r"^```text\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE)
    markdown, html = ((managing.place / f"report.{form}").read_text("utf-8") for form in ("md", "html"))
    assert markdown.startswith(begins)
    assert "No action yet. Bring one to the next stand-up." in markdown
    assert ":root { --link: #4c2c92; }" in html.partition("</style>")[0]
    assert ".timeline" in html.partition("</style>")[0]
