"""The door for people: any text in any argument ends in a documented exit code, never in a traceback."""

import json
import os
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from incident_fsm.cli.app import app
from incident_fsm.desk import JOURNAL, Desk
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.policy_files import load_shipped
from tests.cli.terminal import Terminal
from tests.security.hostile import texts

CODES = {0, 1, 2, 3, 4, 5, 6}
"""What the command's own help promises, save those of signals and pipes."""

X = "\N{BLACK SQUARE}"
"""Where a hostile text goes."""

LINES: tuple[tuple[str, ...], ...] = (
    ("report", X), ("report", "x", "--id", X), ("report", "x", "--kind", X), ("report", "x", "--fault-at", X),
    ("report", "x", "--summary", X), ("report", "x", "--event-id", X), ("confirm", X, "--unplanned", "x"),
    ("confirm", "INC-1", "--unplanned", X, "--impacts-users", X), ("dismiss", "INC-1", "--duplicate-of", X),
    ("dismiss", "INC-1", "--override", X, "--route", X), ("declare", "INC-1", "--impact", X, "--message", "x"),
    ("declare", "INC-1", "--service", X, "--impact", "Minor", "--message", X), ("manage", "INC-1", "--lead", X),
    ("manage", "INC-1", "--role", X), ("note", X, "x"), ("note", "INC-1", X), ("note", "INC-1", "x", "--at", X),
    ("note", "INC-1", "x", "--by", X), ("note", "INC-1", "x", "--revision", X), ("role", "INC-1", X, "x"),
    ("role", "INC-1", "lead", X), ("update", "INC-1", "--message", X),
    ("update", "INC-1", "--message", "x", "--stage", X),
    ("update", "INC-1", "--message", "x", "--next-update", X), ("restored", "INC-1", "--how", X),
    ("support", "INC-1", X, "--summary", "x"), ("support", "INC-1", "aws", "--summary", X, "--account", X),
    ("chase", "INC-1", X, "x"), ("chase", "INC-1", "case_1", X, "--via", X), ("breach", "INC-1", "--details", X),
    ("amend", "INC-1", "--title", X), ("amend", "INC-1", "--forget", X), ("amend", "INC-1", "--repaired-at", X),
    ("resolve", "INC-1", "--fix", X, "--how", "x", "--users-unaffected"), ("done", "INC-1", X), ("waive", "INC-1", X),
    ("done", "INC-1", "report", "--link", X), ("review", "INC-1", "--lesson", X, "--action", X),
    ("reopen", "INC-1", "--reason", X, "--impact", X, "--message", X), ("show", X), ("timeline", X), ("next", X),
    ("outbox", X), ("list", "--state", X), ("list", "--policy", X), ("list", "--adapter", X), ("diagram", "--mark", X),
    ("retry", X), ("skip", X, "--reason", "x"), ("skip", "INC-1:3:0", "--reason", X), ("by-hand", X),
    ("by-hand", "INC-1:3:0", "--link", X), ("by-hand", "INC-1:3:0", "--reference", X), ("read-thread", X),
    ("deliver", "--workers", X), ("remind", X), ("policy", "show", X), ("policy", "check", X), ("policy", X), (X,),
    (X, X), ("verify", X), ("list", X), ("list", "--folder", f"sub/{X}"),
)  # fmt: skip
"""Every verb, with a hostile text in each place where one can stand."""


class Typist(Terminal):
    """Somebody who types anything, and looks at the journal afterwards."""

    def words(self, *words: str) -> tuple[int, str, str]:
        """Give words to the command as a shell would, in the folder; anything but an exit is a failure."""
        kept = {name: None for name in os.environ if name.startswith(("INCIDENT_", "_INCIDENT"))}
        with chdir(self.place):
            run = CliRunner().invoke(app, list(words), env={**kept, **self.environment}, prog_name="incident")
        assert run.exception is None or isinstance(run.exception, SystemExit), (words, run.exception)
        return run.exit_code, run.stdout, run.stderr

    def events(self) -> int:
        """How many events the journal holds, which must be whole."""
        with Desk(SqliteEngine(self.folder / JOURNAL), load_shipped()) as desk:
            assert list(desk.verify()) == []
            return sum(len(desk.timeline(incident.id)) for incident in desk.find())


@pytest.fixture(scope="module")
def typist(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Typist]:
    """One incident that is managed, and nothing delivered."""
    made = Typist(tmp_path_factory.mktemp("typist"))
    made.reach("managing")
    made.environment["INCIDENT_DELIVER"] = "0"
    yield made
    assert not list(made.place.rglob("*.tmp"))


def typed(typist: Typist, line: tuple[str, ...], said: str) -> None:
    """Type a line with a text in its place, and hold the answer to what is promised."""
    words = [word.replace(X, said) for word in line]
    before = typist.events()
    code, out, err = typist.words(*words)
    assert code in CODES, (words, code)
    assert "Traceback" not in out + err
    assert code == 0 or (out + err).strip(), words
    changed = typist.events() - before
    assert changed == 0 or (code == 0 and changed == 1), (words, code, changed)
    if code in {2, 4, 5} and not err.startswith("Usage"):  # for those of usage, see `test_defects`
        assert not set(err) & set("\x00\x07\x1b\x7f\u202e\u2066"), "what is typed plays no tricks on the terminal"


@pytest.mark.threat("oversized input", rule="every refusal has an exit code and a remedy, and nothing is half-written")
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=st.sampled_from(LINES), said=texts())
@example(line=("show", X), said="a\udcff")
@example(line=("show", X), said="x" * 100_000)
@example(line=("note", "INC-1", "x", "--revision", X), said="9" * 5_000)
@example(line=("list", "--folder", X), said="a\x00b")
@example(line=("list", "--policy", X), said="p" * 5_000)
@example(line=("report", "x", "--folder", X), said="f" * 5_000)
@example(line=("update", "INC-1", "--message", "x", "--at", "2099-12-31T23:00", "--next-update", X), said="366 days")
@example(line=("note", "INC-1", "x", "--at", X), said="2099-12-31T23:59:59-14:00")
@example(line=("note", "INC-1", "x", "--at", X), said="2000-01-01T00:00+14:00")
def test_any_text_in_any_argument_ends_in_an_exit_code(typist: Typist, line: tuple[str, ...], said: str) -> None:
    """A documented code; a word about it; one event or none; the journal whole."""
    typed(typist, line, said)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(texts(), max_size=5).filter(lambda words: "-C" not in words))
def test_any_words_at_all_end_in_an_exit_code(typist: Typist, words: list[str]) -> None:
    """Also with no verb, or with none that there is."""
    typed(typist, tuple(words), "")


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=st.sampled_from(LINES), said=texts())
def test_a_script_gets_one_document_or_words_about_usage(typist: Typist, line: tuple[str, ...], said: str) -> None:
    """With `--json`, whatever was typed: what is printed is JSON, unless Typer itself refused the line."""
    code, out, _ = typist.words(*(word.replace(X, said) for word in line), "--json")
    assert code in CODES
    if out.strip() and not out.startswith("Usage"):
        json.loads(out)


@pytest.mark.threat("path traversal in file adapters", rule="names from ids only; nothing is written elsewhere")
@pytest.mark.parametrize(
    "said", ["../x", "/etc/x", "-x", ".", "..", "a/b", "a\\b", "x" * 65, "é", "a b", "\x00", "CON:"]
)
def test_an_id_that_would_lead_elsewhere_is_refused(tmp_path: Path, said: str) -> None:
    """Nothing is made beside the journal, and nothing outside its folder."""
    typist = Typist(tmp_path)
    code, _, err = typist.words("report", "x", "--id", said)
    assert code == 2
    assert "is not an identifier; use 1 to 64 letters, digits and hyphens" in err
    assert {path.name for path in tmp_path.iterdir()} <= {"incidents"}
    assert {path.name for path in typist.folder.iterdir()} <= {JOURNAL}
