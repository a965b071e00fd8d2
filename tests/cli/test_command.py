"""The `incident` command through its real entry point: what a person types, and a script reads."""

import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import time

import pytest
from tests.cli.terminal import BIN, CONFIRM, DECLARE, Terminal, seen_at

from incident_fsm.cli.app import VERBS

OF_THE_ISSUE = """
    report confirm dismiss declare manage note role update restored support chase breach amend resolve reopen done
    waive review list show timeline next outbox deliver retry by-hand skip policy diagram verify demo
"""


def test_help_names_every_verb_and_the_exit_codes(terminal: Terminal) -> None:
    """Everything that the process needs is there, each with a sentence."""
    told = terminal.start("incident --help")
    listed = dict(re.findall(r"^  ([a-z][a-z-]*)  +(\S.*)$", told.out, flags=re.MULTILINE))
    assert (told.code, told.err) == (0, "")
    assert set(OF_THE_ISSUE.split()) <= set(listed)
    assert {*VERBS, "policy"} == set(listed)
    exits = " ".join(told.out.split())
    for code in ("0 done", "1 something is wrong", "2 bad usage", "3 refused", "4 no such incident",
                 "5 journal or adapters", "6 accepted, but", "130 interrupted"):  # fmt: skip
        assert code in exits


def test_one_incident_from_report_to_reviewed(terminal: Terminal) -> None:
    """Every verb on the way is accepted, the artefacts are there, and the journal is whole."""
    reported = terminal.start('incident report "Airflow Autoscaling Incident" --detected-at 2026-11-23T02:55 --json')
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
        answer = terminal.start(line.replace("INC-1", incident))
        assert (answer.code, answer.err) == (0, ""), line
    assert terminal.start(f"incident show {incident} --json").data["state"] == "reviewed"
    assert terminal.start("incident verify").code == 0
    assert (terminal.folder / incident / "status-page.html").is_file()
    assert terminal.start("incident list").out == "no open incident; --all shows those that are over\n"
    assert incident in terminal.start("incident list --all").out
    assert "DRILL" not in terminal.start(f"incident timeline {incident}").out


def test_the_module_is_the_same_command(terminal: Terminal) -> None:
    """`python -m incident_fsm.cli`, and the version both ways."""
    asked = terminal.start("python -m incident_fsm.cli --version").out
    assert asked == terminal.start("incident --version").out == terminal.start("incident --version list").out
    assert re.fullmatch(r"incident_fsm \d+\.\d+\.\d+\n", asked)


def test_starting_up_loads_nothing_heavy(terminal: Terminal) -> None:
    """`--help` and `--version` are answered without cattrs, SQLite, Jinja2 or icalendar; `--version` without Typer."""
    script = (
        "import sys; sys.argv = ['incident', '{}']\n"
        "from incident_fsm.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "loaded = set(sys.modules) & {{'cattrs', 'sqlite3', 'jinja2', 'icalendar', 'rich', 'typer'}}\n"
        "print(sorted(loaded), file=sys.stderr)"
    )
    for flag, loaded in (("--version", "[]\n"), ("--help", "['typer']\n")):
        assert terminal.start(f"python -c {shlex.quote(script.format(flag))}").err == loaded


def test_an_interruption_is_quiet(terminal: Terminal) -> None:
    """Ctrl-C while it waits for a file that never ends: exit code 130, and not a word."""
    pipe = terminal.place / "slow.toml"
    os.mkfifo(pipe)
    waiting = subprocess.Popen(
        [BIN / "incident", "policy", "check", pipe],
        env=terminal.surroundings(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with pipe.open("wb"):  # opens once the command has begun to read
        time.sleep(0.2)
        waiting.send_signal(signal.SIGINT)
        out, err = waiting.communicate(timeout=30)
    assert (waiting.returncode, out, err) == (130, b"", b"")


@pytest.mark.parametrize("line", ["incident timeline INC-1", "incident --help"])
def test_a_reader_who_leaves_early_is_no_trouble(managing: Terminal, line: str) -> None:
    """As in `incident timeline INC-1 | true`: exit code 141, and not a word."""
    read, write = os.pipe()
    os.close(read)
    try:
        run = subprocess.run(
            [str(BIN / "incident"), *shlex.split(line)[1:]],
            env=managing.surroundings(), stdout=write, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    finally:
        os.close(write)
    assert (run.returncode, run.stderr) == (141, b"")


def test_a_terminal_that_knows_few_characters_gets_escapes(managing: Terminal) -> None:
    """ASCII only: no traceback, and the rest as it is."""
    answer = managing.start("incident next INC-1", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert answer.code == 0
    assert "\\u2192 resolved" in answer.out


def seen(terminal: Terminal, line: str) -> str:
    """What a real terminal of 100 columns is sent."""
    leader, follower = pty.openpty()
    run = subprocess.Popen(
        [BIN / "incident", *shlex.split(line)[1:]],
        env=terminal.surroundings(TERM="xterm-256color", COLUMNS="100"),
        stdin=subprocess.DEVNULL, stdout=follower, stderr=follower,
    )  # fmt: skip
    os.close(follower)
    try:
        shown = seen_at(leader)
    finally:
        os.close(leader)
        run.wait(timeout=30)
    return shown.decode()


def test_a_terminal_gets_tables_and_colours_and_markup_is_only_text(managing: Terminal) -> None:
    """Drawn boxes, bold headings, red refusals; a title in square brackets is shown as it was typed."""
    managing.must("incident report '[bold red]Hot[/] [link=x]' --id INC-2")
    listed = seen(managing, "incident list --state candidate")
    assert "\x1b[1m" in listed
    assert "│ INC-2" in listed
    assert "[bold red]Hot[/]" in listed
    assert "[link=x]" in listed
    assert "\x1b[1;31mrefused while managing" in seen(managing, "incident confirm INC-1")


def test_what_is_piped_is_plain_and_in_full(managing: Terminal) -> None:
    """No colours even where some are asked for, no boxes, nothing cut."""
    title = ("[bold red]" + "very long title " * 11).strip()
    managing.must(f"incident report {shlex.quote(title)} --id INC-2")
    for line in (
        "incident list",
        "incident show INC-2",
        "incident timeline INC-2",
        "incident outbox",
        "incident --help",
    ):
        told = managing.start(line, FORCE_COLOR="1", TERM="xterm-256color", COLUMNS="40").out
        assert told
        assert not set("\x1b│┃") & set(told)
        assert "INC-2" not in told or title in told


def test_completion_is_offered_to_shells(managing: Terminal) -> None:
    """The script for each shell; and asked as bash asks, ids come back."""
    named = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}  # a run in the background has no shell above it
    for shell in ("bash", "zsh", "fish"):
        assert "incident" in managing.start(f"incident --show-completion {shell}", **named).out
    asked = managing.start(
        "incident", _INCIDENT_COMPLETE="complete_bash", COMP_WORDS="incident show IN", COMP_CWORD="2"
    )
    assert asked.out.split() == ["INC-1"]


def test_unreadable_words_are_bad_input_and_no_traceback(managing: Terminal) -> None:
    """Bytes that are no text, and a lone surrogate, are shown escaped."""
    run = subprocess.run(
        [BIN / "incident", "note", b"INC-1", b"caf\xe9"], env=managing.surroundings(), capture_output=True, check=False
    )
    assert run.returncode == 2
    assert b"Traceback" not in run.stderr
    assert rb"\udce9" in run.stderr


def test_two_people_who_report_at_once_get_two_incidents(terminal: Terminal) -> None:
    """Nobody loses: whoever comes second takes the next number, which need not be the order in which they typed."""
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "incident_fsm.cli", "report", "Slow", "--json"],
            env=terminal.surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(3)
    ]  # fmt: skip
    answers = [run.communicate(timeout=60) for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0], answers
    numbers = sorted(found["id"][-2:] for found in terminal.type("incident list --json").data)
    assert numbers == ["-1", "-2", "-3"]
