"""Every verb there is: accepted once, refused once, and in JSON. The table is held against the command itself."""

import json

import pytest
from attrs import frozen
from tests.cli.terminal import CONFIRM, DECLARE, RESOLVE, REVIEW, Terminal

from incident_fsm.cli import _policy
from incident_fsm.cli.app import VERBS

EVENT_KEYS = {"id", "state", "revision", "repeated", "commands", "delivery_error"}
RECORD_KEYS = {"id", "incident", "type", "lane", "audience", "status", "attempts", "not_before", "in_doubt", "error"}
PAGE_KEYS = {"policy", "faults", "past_review", "last_reviewed", "next_review", "owner"}


@frozen
class Case:
    """From a state: a line that is accepted, the keys of its JSON, and a line that is not, with its exit code."""

    state: str
    good: str
    keys: set[str]
    bad: str
    code: int


CASES = {
    "report": Case("", "report Slow --id INC-1", EVENT_KEYS, "report Slow --id INC-1", 3),
    "confirm": Case("candidate", CONFIRM, EVENT_KEYS, "confirm INC-1", 3),
    "dismiss": Case("candidate", "dismiss INC-1 --criteria-not-met --route github_ticket", EVENT_KEYS,
                    "dismiss INC-1 --duplicate-of INC-1", 3),
    "declare": Case("confirmed", DECLARE, EVENT_KEYS, "declare INC-1 --impact Minor --message x", 3),
    "manage": Case("declared", "manage INC-1 --lead jo --role communications=sam", EVENT_KEYS,
                   "manage INC-1 --role scribe", 2),
    "note": Case("managing", "note INC-1 hello --from-thread", EVENT_KEYS, "note INC-1 ' '", 2),
    "role": Case("managing", "role INC-1 communications kim", EVENT_KEYS, "role INC-1 cook kim", 3),
    "update": Case("managing", "update INC-1 --message x --stage detected --next-update '1 hour'", EVENT_KEYS,
                   "update INC-1 --message x --stage resolved --next-update '1 hour'", 3),
    "restored": Case("managing", "restored INC-1 --how 'a new quota'", EVENT_KEYS, "restored INC-1 --undated why", 3),
    "support": Case("managing", "support INC-1 aws --account 123456789012 --summary Quota", EVENT_KEYS,
                    "support INC-1 aws --summary Quota", 3),
    "chase": Case("case", "chase INC-1 case_1 'any news?' --via channel", EVENT_KEYS, "chase INC-1 case_9 hello", 3),
    "breach": Case("managing", "breach INC-1 --details 'a key leaked'", EVENT_KEYS, "breach INC-1", 3),
    "amend": Case("managing", "amend INC-1 --title Better --fault-at 2026-11-23T02:40 --reason found", EVENT_KEYS,
                  "amend INC-1", 3),
    "resolve": Case("managing", RESOLVE, EVENT_KEYS, "resolve INC-1 --fix permanent --how x --users-affected", 3),
    "reopen": Case("resolved", "reopen INC-1 --reason back --impact Major --message x --next-update 1h", EVENT_KEYS,
                   "reopen INC-1 --reason back --impact 'All Good' --message x --next-update 1h", 3),
    "done": Case("resolved", "done INC-1 report --link https://example.org/1", EVENT_KEYS, "done INC-1 party", 3),
    "waive": Case("resolved", "waive INC-1 runbook --reason 'there is one'", EVENT_KEYS,
                  "waive INC-1 permanent_fix --reason x", 3),
    "review": Case("settled", REVIEW, EVENT_KEYS, "review INC-1 --action 'do it'", 2),
    "list": Case("managing", "list --all", {"id", "state", "title", "overdue"}, "list --state asleep", 2),
    "show": Case("managing", "show INC-1", {"id", "state", "title", "deadlines", "outbox"}, "show INC-9", 4),
    "timeline": Case("managing", "timeline INC-1", {"revision", "recorded_at", "type", "at", "by"}, "timeline X-1", 4),
    "next": Case("managing", "next INC-1", {"id", "state", "options"}, "next INC-9", 4),
    "diagram": Case("", "diagram --mark managing", {"mermaid"}, "diagram --grid --mermaid", 2),
    "verify": Case("managing", "verify", {"faults"}, "verify --folder elsewhere", 5),
    "demo": Case("", "demo", {"left_over", "told"}, "demo --nonsense", 2),
    "outbox": Case("managing", "outbox INC-1 --waiting", RECORD_KEYS, "outbox INC-9", 4),
    "deliver": Case("managing", "deliver", {"id", "type", "adapter", "outcome", "detail"}, "deliver --adapter no", 5),
    "remind": Case("late", "remind", {"incident", "id", "deadline", "who", "text"}, "remind --folder elsewhere", 5),
    "read-thread": Case("managing", "read-thread INC-1", {"notes"}, "read-thread INC-9", 4),
    "doctor": Case("", "doctor --adapter console", {"adapter", "what", "problem", "remedy"}, "doctor --nonsense", 2),
    "metrics": Case("settled", "metrics", {"group", "incidents", "measures"}, "metrics --per moon", 2),
    "board": Case("managing", "board", {"index", "pages", "removed"}, "board --out x --serve", 2),
    "watch": Case("managing", "watch --once", {"incidents", "restricted"}, "watch --once --folder elsewhere", 5),
    "document": Case("managing", "document report INC-1", {"document", "incident", "form", "file", "text"},
                     "document poem INC-1", 2),
    "digest": Case("managing", "digest", {"document", "form", "file", "text"}, "digest --since soon", 2),
    "guide": Case("", "guide", {"document", "form", "file", "text"}, "guide --templates nowhere", 2),
    "export": Case("managing", "export --out new.jsonl",
                   {"file", "incidents", "events", "commands", "open", "bytes", "sha256"},
                   "export INC-9 --out nine.jsonl", 4),
    "import": Case("exported", "import journal.jsonl",
                   {"file", "incidents", "skipped", "events", "commands", "held"}, "import missing.jsonl", 5),
    "schema": Case("", "schema event", {"$schema", "$id", "title", "oneOf", "$defs"}, "schema moon", 2),
    "retry": Case("failed", "retry INC-1:3:0 --no-deliver", {*RECORD_KEYS, "repeated"}, "retry INC-1:99:0", 4),
    "by-hand": Case("failed", "by-hand INC-1:3:0 --link https://example.org/1", {*RECORD_KEYS, "repeated"},
                    "by-hand nonsense", 4),
    "skip": Case("failed", "skip INC-1:3:0 --reason 'said on the phone'", {*RECORD_KEYS, "repeated"},
                 "skip INC-1:3:0", 2),
    "policy check": Case("", "policy check", PAGE_KEYS, "policy check nope", 2),
    "policy show": Case("", "policy show gds", {"digest", "key", "name", "page", "impacts"}, "policy show nope", 2),
    "policy diff": Case("managing", "policy diff analytical_platform cloud_platform",
                        {"old", "new", "differs", "changes", "journal", "open", "incidents"},
                        "policy diff analytical_platform nope", 2),
    "policy list": Case("", "policy list", {"key", "name"}, "policy list --nonsense", 2),
}  # fmt: skip


def reach(terminal: Terminal, state: str) -> None:
    """Bring INC-1 into a state, or into one of these situations."""
    match state:
        case "case":
            terminal.reach("managing")
            terminal.must("incident support INC-1 aws --account 123456789012 --summary Quota --no-deliver")
        case "settled":
            terminal.reach("resolved")
            follow_ups = ("permanent_fix", "report", "post_mortem", "runbook")
            terminal.must(*(f"incident done INC-1 {key} --link https://example.org/1" for key in follow_ups))
        case "exported":
            terminal.reach("managing")
            terminal.must("incident deliver", "incident export --out journal.jsonl")
        case "late":
            terminal.must("incident report Slow --id INC-1 --at 2026-11-01T03:00")
        case "failed":
            terminal.reach("managing")
            terminal.block_delivery()
            assert terminal.type("incident deliver").code == 6
        case _:
            terminal.reach(state)


def line(said: str) -> str:
    """Complete a line of the table."""
    return said if said.startswith("incident ") else f"incident {said}"


def test_the_table_names_every_verb() -> None:
    """A verb without a case would be untested."""
    policies = {f"policy {command.name}" for command in _policy.app.registered_commands}
    assert {*VERBS, *policies} == set(CASES)


@pytest.mark.parametrize("verb", CASES)
def test_each_verb_is_accepted_and_tells_people_something(terminal: Terminal, verb: str) -> None:
    """Exit code 0, and at least a line; nothing on standard error."""
    reach(terminal, CASES[verb].state)
    answer = terminal.type(line(CASES[verb].good))
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.strip()


@pytest.mark.parametrize("verb", CASES)
def test_each_verb_answers_one_json_document_with_its_keys(terminal: Terminal, verb: str) -> None:
    """The same exit code, and the keys that scripts rely on."""
    reach(terminal, CASES[verb].state)
    answer = terminal.type(f"{line(CASES[verb].good)} --json")
    assert answer.code == 0
    data = answer.data
    assert set(data[0] if isinstance(data, list) else data) >= CASES[verb].keys


@pytest.mark.parametrize("verb", CASES)
def test_each_verb_refuses_what_it_cannot_do(terminal: Terminal, verb: str) -> None:
    """With its exit code, a word on standard error, and nothing changed; a script gets a document too."""
    reach(terminal, CASES[verb].state)
    if verb in {"breach", "report"}:  # what is refused is the second time
        terminal.must(line(CASES[verb].good))
    before = terminal.type("incident timeline INC-1 --json").out
    answer = terminal.type(line(CASES[verb].bad))
    assert (answer.code, answer.out) == (CASES[verb].code, "")
    assert answer.err.strip()
    assert terminal.type("incident timeline INC-1 --json").out == before
    told = terminal.type(f"{line(CASES[verb].bad)} --json")
    assert told.code == CASES[verb].code
    if told.out:
        said = json.loads(told.out)
        assert {*(said[0] if isinstance(said, list) else said)} & {"reasons", "error", "faults"}
    else:  # a mistake in the line itself is told before anybody looks at --json
        assert told.code == 2


@pytest.mark.parametrize("verb", [verb for verb in CASES if verb != "demo"])
def test_a_dry_run_of_each_verb_changes_nothing(terminal: Terminal, verb: str) -> None:
    """No event, no settled command, no file; with and without JSON."""
    reach(terminal, CASES[verb].state)
    files = set(terminal.place.rglob("*"))
    before = terminal.type("incident timeline INC-1 --json").out, terminal.type("incident outbox --json").out
    for option in ("--dry-run", "--dry-run --json"):
        assert terminal.type(f"{line(CASES[verb].good)} {option}").code == 0
    assert (terminal.type("incident timeline INC-1 --json").out, terminal.type("incident outbox --json").out) == before
    assert set(terminal.place.rglob("*")) == files
