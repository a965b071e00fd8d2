"""The `incident` command through its real entry point: what a person types, and a script reads."""

import re
import shlex
from pathlib import Path

import pytest
from tests.cli.terminal import Terminal

VERBS = [
    "report",
    "confirm",
    "dismiss",
    "declare",
    "manage",
    "note",
    "role",
    "update",
    "restored",
    "support",
    "chase",
    "breach",
    "amend",
    "resolve",
    "reopen",
    "done",
    "waive",
    "review",
    "list",
    "show",
    "timeline",
    "next",
    "outbox",
    "deliver",
    "retry",
    "by-hand",
    "skip",
    "policy",
    "diagram",
    "verify",
    "demo",
]

CONFIRM = 'incident confirm INC-1 --unplanned "an alert" --impacts-users "12 users"'
DECLARE = (
    'incident declare INC-1 --service "Analytical Platform Compute" --impact Minor --message "Tasks are delayed."'
    ' --next-update "30 minutes"'
)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A terminal in an empty folder."""
    return Terminal(tmp_path)


@pytest.fixture
def managing(terminal: Terminal) -> Terminal:
    """A terminal with one incident that is managed; nothing was delivered yet."""
    terminal.environment["INCIDENT_DELIVER"] = "0"
    for line in (
        'incident report "Airflow Autoscaling Incident" --id INC-1',
        CONFIRM,
        DECLARE,
        "incident manage INC-1 --lead jo",
    ):
        assert terminal.type(line).code == 0
    return terminal


def test_help_names_every_verb_and_the_exit_codes(terminal: Terminal) -> None:
    """Everything that the process needs is there."""
    told = terminal.type("incident --help").out
    listed = set(re.findall(r"^  ([a-z-]+) ", told, flags=re.MULTILINE))
    assert set(VERBS) <= listed
    assert "3 refused, with every reason" in " ".join(told.split())


def test_one_incident_from_report_to_reviewed(terminal: Terminal) -> None:
    """Every verb on the way is accepted, the artefacts are there, and the journal is whole."""
    reported = terminal.type('incident report "Airflow Autoscaling Incident" --detected-at 2026-11-23T02:55 --json')
    incident = reported.data["id"]
    assert re.fullmatch(r"INC-\d{8}-1", incident)
    for line in (
        CONFIRM,
        DECLARE,
        "incident manage INC-1 --lead jo --role communications=sam",
        'incident note INC-1 "The quota is reached."',
        "incident role INC-1 communications kim",
        'incident update INC-1 --message "We know the cause." --stage detected --next-update "1 hour"',
        'incident support INC-1 aws --account 123456789012 --summary "Quota"',
        'incident chase INC-1 case_1 "Any news?" --via channel',
        'incident breach INC-1 --details "A key leaked."',
        'incident amend INC-1 --title "Airflow Autoscaling Quota Incident"',
        'incident restored INC-1 --how "The quota was raised."',
        'incident resolve INC-1 --fix temporary --how "By hand." --users-unaffected',
        'incident reopen INC-1 --reason "It is back." --impact Major --message "Again." --next-update "15 minutes"',
        'incident resolve INC-1 --fix temporary --how "By hand, again." --users-unaffected',
        "incident done INC-1 permanent_fix",
        "incident done INC-1 report",
        "incident done INC-1 post_mortem --link https://example.org/notes",
        'incident waive INC-1 runbook --reason "There is one."',
        'incident review INC-1 --lesson "Watch quotas." --action "Alert on it; sam; 2026-12-31"',
    ):
        answer = terminal.type(line.replace("INC-1", incident))
        assert answer.code == 0, (line, answer.err)
    assert terminal.type(f"incident show {incident} --json").data["state"] == "reviewed"
    assert terminal.type("incident verify").code == 0
    assert (terminal.place / "incidents" / incident / "status-page.html").is_file()
    assert terminal.type("incident list").out == "no open incident; --all shows those that are over\n"
    assert incident in terminal.type("incident list --all").out
    assert "DRILL" not in terminal.type(f"incident timeline {incident}").out


def test_a_dismissed_candidate_sends_its_reporter_elsewhere(terminal: Terminal) -> None:
    """The route is the policy's first, unless said otherwise."""
    terminal.type('incident report "How do I log in?" --id INC-1')
    dismissed = terminal.type("incident dismiss INC-1 --criteria-not-met --route github_ticket --json")
    assert (dismissed.code, dismissed.data["state"]) == (0, "dismissed")
    assert dismissed.data["commands"][0]["type"] == "RedirectReporter"


def test_a_refusal_prints_every_reason_and_what_would_satisfy_it(managing: Terminal) -> None:
    """Exit code 3, on standard error; the printed command is accepted when typed."""
    managing.type('incident resolve INC-1 --fix permanent --how "A new quota." --users-unaffected')
    refused = managing.type('incident review INC-1 --lesson "Watch quotas."')
    assert (refused.code, refused.out) == (3, "")
    hints = re.findall(r"^\s+(incident .*)$", refused.err, flags=re.MULTILINE)
    assert hints == [f"incident done INC-1 {key} --link URL" for key in ("report", "post_mortem", "runbook")]
    for hint in hints:
        assert managing.type(hint).code == 0
    assert managing.type('incident review INC-1 --lesson "Watch quotas."').code == 0


def test_a_missing_lead_is_named_and_the_hint_helps(terminal: Terminal) -> None:
    """The policy's word for the role, and the command that fills it."""
    terminal.environment["INCIDENT_DELIVER"] = "0"
    for line in ("incident report Slow --id INC-1", CONFIRM, DECLARE):
        terminal.type(line)
    refused = terminal.type("incident manage INC-1")
    assert "nobody is Incident Lead" in refused.err
    assert terminal.type("incident role INC-1 lead NAME").code == 0
    assert terminal.type("incident manage INC-1").code == 0


def test_a_refusal_as_json_has_the_same_exit_code(terminal: Terminal) -> None:
    """Scripts get codes, fields and commands."""
    terminal.type("incident report Slow --id INC-1")
    refused = terminal.type("incident confirm INC-1 --json")
    assert refused.code == 3
    assert [reason["code"] for reason in refused.data["reasons"]] == ["planned", "no_effect"]
    assert refused.data["reasons"][0]["section"] == "§1"
    assert terminal.type(f"{DECLARE} --json").data["reasons"][0]["command"] == "incident next INC-1"


BAD = [
    ("incident note INC-9 hello", 4, "no incident 'INC-9'"),
    ("incident skip INC-9:1:0 --reason x", 4, "no command 'INC-9:1:0'"),
    ("incident show INC-9 --json", 4, "no incident 'INC-9'"),
    ("incident outbox INC-9", 4, "no incident 'INC-9'"),
    ("incident nonsense", 2, "No such command"),
    ("incident note INC-1", 2, "Missing argument"),
    ("incident note INC-1 hello --at yesterday", 2, "is no time"),
    ("incident note INC-1 hello --at 1026-11-23T03:00", 2, "far off"),
    ("incident note INC-1 ' '", 2, "is empty"),
    ("incident update INC-1 --message x --next-update soon", 2, "is no time"),
    ("incident update INC-1 --message x --next-update 2020-01-01T00:00", 3, "not after this one"),
    ("incident manage INC-1 --lead jo --role scribe", 2, "names nobody"),
    ("incident review INC-1 --action 'do it'", 2, "lacks owner or date"),
    ("incident review INC-1 --action 'do it; sam; soon'", 2, "is no date"),
    ("incident resolve INC-1 --fix magic --how x --users-unaffected", 2, "magic"),
    ("incident resolve INC-1 --fix permanent --how x --users-affected", 3, "still facing issues"),
    ("incident report x --kind dream", 2, "use live, backfilled or drill"),
    ("incident report x --id ../x", 2, "is not an identifier"),
    ("incident list --policy nope.toml", 2, "No such file"),
    ("incident list --adapter nobody", 5, "nobody"),
    ("incident list --folder elsewhere", 5, "there is no journal"),
    ("incident diagram --grid --mermaid", 2, "choose"),
    ("incident policy check nope", 2, "is no policy that ships"),
]
"""What is typed, the exit code, and a part of what is said."""


def test_bad_input_is_one_clear_message_and_an_exit_code(managing: Terminal) -> None:
    """What, where and what to do; never a traceback; and nothing happens."""
    before = managing.type("incident timeline INC-1").out
    for line, code, says in BAD:
        answer = managing.type(line)
        assert answer.code == code, (line, answer)
        assert says in answer.err, (line, answer)
    assert managing.type("incident timeline INC-1").out == before


def test_a_folder_that_holds_another_file_is_refused(terminal: Terminal) -> None:
    """The journal is not ours: exit code 5, and it is left as it was."""
    (terminal.place / "incidents").mkdir()
    journal = terminal.place / "incidents" / "journal.sqlite3"
    journal.write_text("a shopping list, and a long one, so that it is no empty file")
    answer = terminal.type("incident report Slow")
    assert answer.code == 5
    assert str(journal) in answer.err
    assert journal.read_text().startswith("a shopping list")


def test_what_could_not_be_delivered_is_said_and_a_person_finishes_it(managing: Terminal) -> None:
    """Exit code 6; then retry, by hand and skip."""
    place = managing.place / "incidents" / "INC-1"
    place.write_text("a file where the incident's folder should be")
    assert managing.type("incident deliver").code == 6
    waiting = managing.type("incident outbox --waiting --json").data
    assert {record["type"] for record in waiting} == {"PublishStatus", "OpenThread"}
    assert all(record["error"] for record in waiting)
    shown = managing.type("incident show INC-1").out
    assert "outbox:" in shown
    status, thread = (record["id"] for record in waiting)
    assert managing.type(f"incident by-hand {status} --link https://example.org/post").code == 0
    assert managing.type(f"incident skip {thread} --reason 'we met in a room'").code == 0
    assert managing.type("incident outbox --waiting").out == "nothing waits\n"
    assert managing.type("incident verify").code == 0


def test_a_retry_is_made_at_once(managing: Terminal) -> None:
    """After what was in the way is gone."""
    place = managing.place / "incidents" / "INC-1"
    place.write_text("a file where the incident's folder should be")
    managing.type("incident deliver")
    place.unlink()
    failed = [record["id"] for record in managing.type("incident outbox --json").data if record["status"] == "failed"]
    for command in failed:
        assert managing.type(f"incident retry {command}").code == 0
    managing.type("incident deliver")
    assert failed
    assert {record["status"] for record in managing.type("incident outbox --json").data if record["id"] in failed} == {
        "done"
    }


def test_a_dry_run_says_what_would_happen_and_changes_nothing(managing: Terminal) -> None:
    """No event, no file; with and without JSON, accepted and refused, even where there is no journal."""
    before = managing.type("incident timeline INC-1").out
    would = managing.type('incident update INC-1 --message "Soon." --next-update "1 hour" --dry-run')
    assert "nothing was changed" in would.out
    assert "Soon." in would.out
    as_json = managing.type("incident note INC-1 hello --dry-run --json").data
    assert (as_json["dry_run"], as_json["commands"][0]["type"]) == (True, "PostToThread")
    assert managing.type("incident confirm INC-1 --dry-run").code == 3
    assert managing.type("incident timeline INC-1").out == before
    assert not (managing.place / "incidents" / "INC-1").exists()
    assert managing.type("incident report x --dry-run --folder none").code == 0
    assert not (managing.place / "none").exists()


def test_the_same_event_id_again_changes_nothing(managing: Terminal) -> None:
    """A script that is run twice does no harm; another content under the same id is bad input."""
    line = "incident note INC-1 hello --event-id n-1 --at 2026-11-23T03:30+00:00 --json"
    first, second = managing.type(line).data, managing.type(line).data
    assert (first["repeated"], second["repeated"]) == (False, True)
    assert first["revision"] == second["revision"]
    assert "changed" in managing.type(line.replace(" --json", "")).out
    assert managing.type(line.replace("hello", "goodbye")).code == 2


def test_a_stale_event_is_refused(managing: Terminal) -> None:
    """Somebody looked at revision 2."""
    answer = managing.type("incident note INC-1 hello --revision 2 --json")
    assert (answer.code, answer.data["reasons"][0]["code"]) == (3, "stale")


def test_times_without_a_zone_are_the_policys(managing: Terminal) -> None:
    """In July, half past three in London is half past two in UTC."""
    managing.type("incident note INC-1 hello --at 2026-07-01T03:30")
    assert managing.type("incident timeline INC-1 --json").data[-1]["at"] == "2026-07-01T02:30:00Z"


def test_next_says_what_to_type_and_what_blocks(managing: Terminal) -> None:
    """Every line that it offers names a verb that exists; receipts and the clock are no one's business."""
    told = managing.type("incident next INC-1")
    verbs = re.findall(r"^\s+incident ([a-z-]+)", told.out, flags=re.MULTILINE)
    assert set(verbs) <= set(VERBS)
    assert {"update", "resolve", "chase"} <= set(verbs)
    assert "not yet: there is no support case yet" in told.out
    data = managing.type("incident next INC-1 --json").data
    chase = next(option for option in data["options"] if option["event"] == "SupportChased")
    assert chase["blocked_by"][0]["code"] == "no_case"
    managing.type('incident resolve INC-1 --fix permanent --how "A new quota." --users-unaffected')
    for key in ("report", "post_mortem", "runbook"):
        managing.type(f"incident done INC-1 {key}")
    managing.type('incident review INC-1 --lesson "Watch quotas."')
    assert "it is over" in managing.type("incident next INC-1").out


def test_reading_as_json_is_one_document_each(managing: Terminal) -> None:
    """Every reading verb, for scripts."""
    assert managing.type("incident list --json").data[0]["id"] == "INC-1"
    assert managing.type("incident timeline INC-1 --json").data[0]["type"] == "CandidateReported"
    assert managing.type("incident verify --json").data == {"faults": []}
    assert managing.type("incident diagram --json").data["mermaid"].startswith("stateDiagram-v2")
    assert managing.type("incident policy list --json").data[0]["key"] == "analytical_platform"
    assert managing.type("incident policy show --json").data["page"]["owner"] == "#analytical-platform"
    assert [outcome["outcome"] for outcome in managing.type("incident deliver --json").data] == ["Receipt", "Receipt"]
    assert managing.type("incident remind --json").data == []


def test_what_is_done_cannot_be_done_by_hand(managing: Terminal) -> None:
    """Refused, with where to look."""
    managing.type("incident deliver")
    answer = managing.type("incident by-hand INC-1:3:0")
    assert (answer.code, "incident outbox" in answer.err) == (3, True)


def test_what_is_piped_is_plain_and_in_full(managing: Terminal) -> None:
    """No colours, no boxes, nothing cut; and a title cannot play tricks, as markup or as anything else."""
    title = "[bold red]" + "very long title " * 11
    managing.type(f"incident report {shlex.quote(title.strip())} --id INC-2")
    for line in (
        "incident list",
        "incident show INC-2",
        "incident timeline INC-2",
        "incident outbox",
        "incident --help",
    ):
        told = managing.type(line).out
        assert "\x1b" not in told
        assert "│" not in told
        assert title.strip() in told or "INC-2" not in told


def test_a_policy_past_its_review_is_said_so_and_blocks_nothing(managing: Terminal) -> None:
    """Both dates and the owner; exit code 0."""
    told = managing.type("incident policy check")
    assert told.code == 0
    assert "12 November 2024" in told.out
    assert "12 February 2025 by #analytical-platform" in told.out
    assert managing.type("incident policy check --json").data["past_review"] is True


def test_a_wrong_policy_is_refused_with_every_fault(terminal: Terminal) -> None:
    """File, path and remedy of each; exit code 2."""
    terminal.place.joinpath("mine.toml").write_text('key = "mine"\nservices = "all"\n')
    told = terminal.type("incident policy check mine.toml")
    assert told.code == 2
    assert "mine.toml: $.services: 'all' is str, not a list" in told.err
    assert "mine.toml: $.name: 'name' is missing; add it" in told.err


def test_a_policy_is_shown_to_people(terminal: Terminal) -> None:
    """Section by section, in words."""
    told = terminal.type("incident policy show cloud_platform").out
    assert told.startswith("Cloud Platform (cloud_platform)\n")
    assert "I am declaring an incident because {reason}. The impact is that {impact}." in told
    assert "10:00" in told


def test_the_diagram_can_mark_a_state_or_be_a_grid(terminal: Terminal) -> None:
    """Mermaid is the default."""
    assert "class managing here" in terminal.type("incident diagram --mark managing").out
    assert terminal.type("incident diagram --grid").out.startswith("| event |")


def test_a_broken_journal_is_found(managing: Terminal) -> None:
    """Somebody changed a payload in the file: exit code 1, and where."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(managing.place / "incidents" / "journal.sqlite3")) as journal, journal:
        journal.execute("UPDATE events SET payload = replace(payload, 'Airflow', 'Sunny') WHERE revision = 1")
    answer = managing.type("incident verify")
    assert answer.code == 1
    assert "INC-1" in answer.out


def test_starting_up_loads_nothing_heavy(terminal: Terminal) -> None:
    """`--help` and `--version` are answered without cattrs, SQLite, Jinja2 or icalendar."""
    script = (
        "import sys; sys.argv = ['incident', '{}']\n"
        "from incident_fsm.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted(set(sys.modules) & {{'cattrs', 'sqlite3', 'jinja2', 'icalendar'}}), file=sys.stderr)"
    )
    for flag in ("--help", "--version"):
        assert terminal.type(f"python -c {shlex.quote(script.format(flag))}").err == "[]\n"


def test_without_its_extra_the_command_says_what_to_install(terminal: Terminal) -> None:
    """A library's user who has no Typer gets a sentence, not a traceback."""
    script = (
        "import sys\n"
        "sys.modules['typer'] = None\n"  # as if it were not installed
        "sys.argv = ['incident', 'list']\n"
        "from incident_fsm.cli import main\n"
        "main()"
    )
    answer = terminal.type(f"python -c {shlex.quote(script)}")
    assert (answer.code, answer.out) == (5, "")
    assert "pip install 'incident-fsm[cli]'" in answer.err


def test_completion_can_be_shown_and_offers_incidents_and_services(managing: Terminal) -> None:
    """As a shell would ask; in doubt it offers nothing, and never complains."""
    assert "_incident_completion" in managing.type("incident --show-completion bash").out
    asked = {"_INCIDENT_COMPLETE": "complete_bash"}
    for words, expected in (
        ("incident show ", "INC-1"),
        ('incident declare INC-1 --service "Analytical Platform C', "Analytical Platform Compute"),
        ("incident note ", "INC-1"),
    ):
        managing.environment |= {**asked, "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()))}
        assert expected in managing.type("incident").out or "service" in words
    managing.environment |= {"INCIDENT_POLICY": "nope.toml", "COMP_WORDS": "incident role INC-1 ", "COMP_CWORD": "3"}
    answer = managing.type("incident")
    assert (answer.out.strip(), answer.err) == ("", "")
