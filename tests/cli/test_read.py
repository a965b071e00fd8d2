"""Reading: list, show, timeline, next, diagram, policy."""

import shlex

import pytest
from tests.cli.terminal import CONFIRM, DECLARE, RESOLVE, Terminal


def test_the_list_shows_the_open_ones_or_all_or_those_in_a_state(terminal: Terminal) -> None:
    """And says so where there are none."""
    terminal.reach("candidate")
    terminal.must("incident report Old --id INC-0", "incident dismiss INC-0 --criteria-not-met")

    def ids(options: str) -> list[str]:
        return [found["id"] for found in terminal.type(f"incident list {options} --json").data]

    assert (ids(""), ids("--all"), ids("--state dismissed")) == (["INC-1"], ["INC-1", "INC-0"], ["INC-0"])
    assert terminal.type("incident list --state managing").out == "no such incident\n"
    terminal.must("incident dismiss INC-1 --override 'it is not'")
    assert terminal.type("incident list").out == "no open incident; --all shows those that are over\n"


def test_what_is_overdue_is_marked(terminal: Terminal) -> None:
    """In the list, in what is shown, and for scripts."""
    terminal.must("incident report Slow --id INC-1 --at 2026-11-01T03:00", f"{CONFIRM} --at 2026-11-01T03:05")
    terminal.must(f"{DECLARE} --at 2026-11-01T03:10", "incident manage INC-1 --lead jo --at 2026-11-01T03:12")
    assert "next_update" in terminal.type("incident list").out
    assert "next update:   2026-11-01 03:40 GMT OVERDUE" in terminal.type("incident show INC-1").out
    shown = terminal.type("incident show INC-1 --json").data
    assert [(each["name"], each["overdue"]) for each in shown["deadlines"]] == [("next_update", True)]
    assert "jo: update the status page" in terminal.type("incident remind").out
    page = "#analytical-platform: review the process page: its review was due by 12 February 2025"
    assert terminal.type("incident remind").out == f"nothing to remind of\n{page}\n"


def test_everything_that_a_person_wants_is_shown(managing: Terminal) -> None:
    """Who leads, what was said, what is owed, cases, references, and what is stuck in the outbox."""
    managing.must(
        "incident support INC-1 aws --account 123456789012 --summary Quota",
        "incident role INC-1 communications kim",
        "incident breach INC-1 --details 'a key leaked'",
        "incident resolve INC-1 --fix temporary --how 'By hand.' --users-unaffected",
        "incident waive INC-1 runbook --reason 'there is one'",
        "incident deliver",
        "incident note INC-1 'not delivered'",
    )
    told = managing.type("incident show INC-1").out
    for part in (
        "INC-1  Airflow Autoscaling Incident", "state:         resolved since", "lead:          jo",
        "roles:         communications kim", "impact:        All Good", "services:      Analytical Platform Compute",
        "breach:        reported by the security route", "fix:           temporary: By hand.",
        "follow-up:     permanent_fix (must) open, due 20", "follow-up:     runbook (should) waived there is one",
        "support case:  case_1 aws 123456789012", "thread:        file://", "PostToThread pending",
    ):  # fmt: skip
        assert part in told, part


def test_no_text_can_pass_for_a_line_of_ours(terminal: Terminal) -> None:
    """Further lines of a text are indented, and in a table they stay in their row."""
    summary = "first\n  state:         reviewed"
    terminal.must(f"incident report Slow --id INC-1 --summary {shlex.quote(summary)}")
    assert "\n  state:         reviewed" not in terminal.type("incident show INC-1").out
    rows = terminal.type("incident timeline INC-1").out.splitlines()
    assert len(rows) == 2
    assert "first" in rows[1]


def test_the_timeline_tells_who_did_what_when(managing: Terminal) -> None:
    """A sentence for each event; for scripts also when it was recorded."""
    managing.must("incident note INC-1 'The quota is reached.' --at 2026-11-23T03:30 --by kim")
    assert "2026-11-23 03:30 GMT  kim noted: The quota is reached." in managing.type("incident timeline INC-1").out
    last = managing.type("incident timeline INC-1 --json").data[-1]
    assert (last["type"], last["at"], last["by"]) == ("NoteTaken", "2026-11-23T03:30:00Z", "kim")
    assert last["recorded_at"] > last["at"]


def test_next_says_first_what_leads_on_and_last_what_is_blocked(managing: Terminal) -> None:
    """With what blocks it, and what to type about that; at the end there is nothing left."""
    told = managing.type("incident next INC-1").out.splitlines()
    assert told[0] == "INC-1 is managing"
    assert told[1].endswith("→ resolved")
    assert "not yet: there is no support case yet: incident support INC-1 aws" in told[-1]
    data = managing.type("incident next INC-1 --json").data
    chase = next(option for option in data["options"] if option["event"] == "SupportChased")
    assert chase["blocked_by"][0]["code"] == "no_case"


def test_what_is_over_has_no_next(terminal: Terminal) -> None:
    """Receipts are nobody's to type."""
    terminal.reach("dismissed")
    assert "it is over" in terminal.type("incident next INC-1").out


def test_the_diagram_can_mark_a_state_or_be_a_grid(terminal: Terminal) -> None:
    """Mermaid is the default; no journal is needed."""
    assert "class managing here" in terminal.type("incident diagram --mark managing").out
    assert terminal.type("incident diagram --mermaid").out == terminal.type("incident diagram").out
    assert terminal.type("incident diagram --grid").out.startswith("| event |")
    assert terminal.type("incident diagram --grid --json").data["grid"].startswith("| event |")


def test_an_incident_is_marked_in_a_diagram_with_the_path_it_took(managing: Terminal) -> None:
    """In Mermaid, for wherever that is drawn, as in the picture; a reopened one has been everywhere it was."""
    managing.must(RESOLVE, "incident reopen INC-1 --reason Again --impact Minor --message Back --next-update '1 hour'")
    drawn = managing.type("incident diagram INC-1").out
    assert "    class managing here\n    classDef ahead stroke-dasharray:4\n    class reviewed,dismissed ahead" in drawn
    assert "resolved --> managing : ✓ IncidentReopened" in drawn
    assert "candidate --> dismissed : CandidateDismissed" in drawn
    assert "now, since" in managing.type("incident diagram INC-1 --svg").out
    assert managing.type("incident diagram INC-9").code == 4


def test_the_demo_leaves_a_journal_that_can_be_read_and_an_earlier_one_alone(terminal: Terminal) -> None:
    """As the demo itself says at its end."""
    told = terminal.type("incident demo").out
    hint = told.rstrip().splitlines()[-1].partition("Try next:")[2].strip()
    assert "reviewed" in terminal.type(hint).out
    assert terminal.type("incident demo --json").data["left_over"] == 0
    assert {folder.name for folder in terminal.place.iterdir()} == {"demo-incident", "demo-incident-2"}


def test_a_policy_past_its_review_is_said_so_and_blocks_nothing(terminal: Terminal) -> None:
    """Both dates and the owner; exit code 0."""
    told = terminal.type("incident policy check")
    assert told.code == 0
    assert "12 November 2024" in told.out
    assert "12 February 2025 by #analytical-platform" in told.out
    assert terminal.type("incident policy check --json").data["past_review"] is True


def test_a_wrong_policy_is_refused_with_every_fault(terminal: Terminal) -> None:
    """File, path and remedy of each; exit code 2; in JSON as a list."""
    terminal.place.joinpath("mine.toml").write_text('key = "mine"\nservices = "all"\n')
    told = terminal.type("incident policy check mine.toml")
    assert (told.code, told.out) == (2, "")
    assert "mine.toml: $.services: 'all' is str, not a list" in told.err
    assert "mine.toml: $.name: 'name' is missing; add it" in told.err
    listed = terminal.type("incident policy check mine.toml --json")
    assert (listed.code, listed.data["policy"]) == (2, "mine.toml")
    assert len(listed.data["faults"]) > 2


@pytest.mark.parametrize("policy", ["analytical_platform", "cloud_platform", "gds"])
def test_a_policy_is_shown_to_people(terminal: Terminal, policy: str) -> None:
    """Section by section, in words, without the brackets of a program."""
    told = terminal.type(f"incident policy show {policy}").out
    assert f"({policy})\n" in told
    assert "impacts\n" in told
    assert not {"{'", "['", "None", "True"} & set(told.split())
    if policy == "cloud_platform":
        assert "I am declaring an incident because {reason}. The impact is that {impact}." in told
