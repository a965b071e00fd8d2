"""What must not stand in our source: looked for in its syntax trees, so that it cannot come back unseen."""

import ast
import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from incident_fsm.documents.environment import render
from incident_fsm.engine import _statements as sql

SOURCE = Path(__file__).resolve().parents[2] / "src" / "incident_fsm"
MODULES = {str(path.relative_to(SOURCE)): ast.parse(path.read_text("utf-8")) for path in sorted(SOURCE.rglob("*.py"))}
TEXTS = {
    str(path.relative_to(SOURCE)): path.read_text("utf-8")
    for path in sorted(SOURCE.rglob("*"))
    if path.suffix in {".py", ".j2", ".css", ".js", ".toml"}
}
TEMPLATES = {name: text for name, text in TEXTS.items() if name.endswith(".html.j2")}

FORBIDDEN_IMPORTS = {
    "pickle", "_pickle", "cPickle", "marshal", "shelve", "dbm", "dill", "cloudpickle", "jsonpickle", "yaml",
    "subprocess", "pty", "ctypes", "code", "codeop", "xmlrpc", "telnetlib", "ftplib",
}  # fmt: skip
"""Deserialisers that run what they read, doors to a shell, and protocols without encryption."""

FORBIDDEN_NAMES = {"eval", "exec", "compile", "__import__", "breakpoint", "input"}
FORBIDDEN_CALLS = re.compile(
    r"(os\.(system|popen|exec\w*|spawn\w*|posix_spawn\w*|startfile)|tempfile\.mktemp|ssl\._create_unverified_context"
    r"|asyncio\.create_subprocess_\w+|(\w+\.)*(fromstring|iterparse|XMLParser|XMLPullParser|minidom\.\w+)"
    r"|(\w+\.)*yaml\.\w*load\w*|(\w+\.)*pickle\.\w+)"
)


def nodes(*kinds: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """Yield every node of some kinds in our source, with its file."""
    for name, tree in MODULES.items():
        yield from ((name, node) for node in ast.walk(tree) if isinstance(node, kinds))


def test_the_whole_source_is_looked_at() -> None:
    """The rules below would hold for nothing at all, too."""
    assert len(MODULES) > 90
    assert len(TEMPLATES) >= 5


@pytest.mark.threat("deserialisation", rule="no pickle, no YAML, no eval, no shell")
def test_nothing_is_imported_that_runs_what_it_reads() -> None:
    """Neither as a module nor from one. Only the check of a model starts a program: spin, in a test, with no shell."""
    found = [
        (name, ast.unparse(node))
        for name, node in nodes(ast.Import, ast.ImportFrom)
        for module in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [getattr(node, "module", "") or ""]
        )
        if module.partition(".")[0] in FORBIDDEN_IMPORTS
    ]
    assert found == [("testing/_spin.py", "import subprocess")]


@pytest.mark.threat("deserialisation", rule="no pickle, no YAML, no eval, no shell")
def test_nothing_is_called_that_runs_text() -> None:
    """No eval, exec or compile; no system, popen, exec or spawn; no `shell=`; no unverified TLS; no XML is parsed."""
    found = []
    for name, node in nodes(ast.Call):
        assert isinstance(node, ast.Call)
        called = ast.unparse(node.func)
        named = {keyword.arg for keyword in node.keywords}
        if called in FORBIDDEN_NAMES or FORBIDDEN_CALLS.fullmatch(called) or "shell" in named:
            found.append((name, called))
        off = [k for k in node.keywords if k.arg in {"verify", "cert_reqs", "check_hostname"}]
        found += [(name, ast.unparse(node)) for k in off if isinstance(k.value, ast.Constant) and not k.value.value]
    assert found == []


# ---- SQL ----

ENGINE = {name: tree for name, tree in MODULES.items() if name.startswith("engine/")}

_SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|PRAGMA|BEGIN|CREATE|DROP|ALTER|ATTACH|VACUUM|WHERE|IN \()")

_COMMANDS = (
    "f'SELECT * FROM commands WHERE {only} status IN ({_marks(statuses)}) AND (incident_id, revision, position) "
    "> (?, ?, ?) ORDER BY incident_id, revision, position LIMIT ?'"
)
PUT_TOGETHER = {
    ("engine/_schema.py", "f'BEGIN {how}'"): "one of two words (`Literal`), chosen in our own code",
    (
        "engine/_schema.py",
        "f'PRAGMA application_id = {APPLICATION_ID:d}'",
    ): "a PRAGMA takes no parameters; an int of ours",
    ("engine/_schema.py", "f'PRAGMA user_version = {newest:d}'"): "likewise: how many migrations there are",
    ("engine/_statements.py", "f'kind IN ({_marks(kinds)})'"): "question marks, as many as asked for",
    (
        "engine/_statements.py",
        "f'SELECT * FROM incidents INDEXED BY {index} WHERE {where}'",
    ): "one of three index names, and conditions that are constants but for question marks",
    ("engine/_statements.py", _COMMANDS): "a constant or nothing, and question marks",
}
"""Every statement that is put together, and why no data can be in it."""

PASSED_ON = {
    ("engine/_schema.py", "statement"): "each of `MIGRATIONS`, which are constants",
    ("engine/_schema.py", "question"): "`_number` is called with constants only, in the same file",
    ("engine/_writes.py", "statement"): "`first` is given `sql.RUNNABLE` or `sql.OF_A_WRONG_CLOCK`",
    ("engine/sqlite.py", "statement"): "`_read` passes on what its callers give; or what `sql.commands` made",
}
"""Names that hold a statement, and where they have it from."""


@pytest.mark.threat("SQL injection", rule="parameters only; PRAGMA values are ints we own")
def test_no_statement_is_put_together_but_those_that_are_listed() -> None:
    """No f-string, no %, no format, no plus with SQL in it, save those with a reason. And none listed that is gone."""
    found = set()
    for name, tree in ENGINE.items():
        for node in ast.walk(tree):
            parts: list[ast.AST] = []
            if isinstance(node, ast.JoinedStr):
                parts = list(node.values)
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
                parts = [node.left, node.right]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
                parts = [node.func.value]
            if any(isinstance(part, ast.Constant) and _SQL.search(str(part.value)) for part in parts):
                found.add((name, ast.unparse(node)))
    assert found == set(PUT_TOGETHER)


@pytest.mark.threat("SQL injection", rule="parameters only; PRAGMA values are ints we own")
def test_whatever_is_executed_is_a_constant_or_listed() -> None:
    """The first argument of every `execute`, `executemany` and `_read` that is a statement."""
    passed = set()
    for name, tree in ENGINE.items():
        for node in ast.walk(tree):
            statement = _executed(node)
            if statement is None or isinstance(statement, ast.Constant):
                continue
            said = ast.unparse(statement)
            if re.fullmatch(r"sql\.[A-Z_]+", said) or (name, said) in PUT_TOGETHER:
                continue
            passed.add((name, said))
    assert passed == set(PASSED_ON)


def _executed(node: ast.AST) -> ast.expr | None:
    """The statement that a call executes; None where it executes none."""
    if not isinstance(node, ast.Call):
        return None
    called = ast.unparse(node.func).rpartition(".")[2]
    if called in {"execute", "executemany", "executescript", "ask"}:
        return node.args[0]
    return node.args[1] if called == "_read" else None


@pytest.mark.threat("SQL injection", rule="parameters only; PRAGMA values are ints we own")
def test_statements_that_are_put_together_hold_nothing_but_words_of_ours() -> None:
    """No quote, no digit but none, no semicolon: there is nowhere for data to be."""
    made = [sql.find(due=due, states=n, kinds=n) for due in (False, True) for n in (0, 1, 50)]
    made += [sql.commands(incident=one, statuses=n) for one in (False, True) for n in (1, 5)]
    assert all(re.fullmatch(r"[A-Za-z_*?,()<> =]+", statement) for statement in made)


def test_nobody_but_the_engine_speaks_sql() -> None:
    """Elsewhere nothing is executed."""
    called = [
        (name, node.func.attr)
        for name, node in nodes(ast.Call)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in {"execute", "executemany", "executescript"} and name not in ENGINE
        if name != "_machine.py"  # there it is a transition that is executed
    ]
    assert called == []


# ---- addresses and HTML ----


@pytest.mark.threat("SSRF through adapter URLs", rule="fixed addresses are https, but for this machine itself")
def test_no_address_of_ours_is_unencrypted() -> None:
    """A scheme alone (to recognise links) is none, nor is the name of an XML vocabulary, which nobody asks for."""
    plain = re.compile(r"http://(?!www\.w3\.org/|\{LOOPBACK\}|localhost|127\.0\.0\.1|\[::1\])[A-Za-z0-9{]")
    assert [(name, found[0]) for name, text in TEXTS.items() if (found := plain.search(text))] == []


OWN_SCRIPT = "<script>{{ board_script }}</script>"
"""The one script there is, the board's: its page's policy names its digest."""

LAYOUTS = {
    "layout.html.j2": "default-src 'none'; style-src 'sha256-{{ style_hash }}'; base-uri 'none'; form-action 'none'",
    "board_layout.html.j2": "{{ csp }}; style-src 'sha256-{{ style_hash }}'",
}
"""What every page extends, with its policy."""


@pytest.mark.threat("HTML reports / e-mail", rule="escape at output, no innerHTML, CSP in reports")
def test_no_page_holds_a_script_or_takes_html_from_data() -> None:
    """No script of another's, no handler, no inline style, nothing marked safe, nothing loaded from elsewhere."""
    never = re.compile(
        r"innerHTML|outerHTML|document\.write|insertAdjacentHTML|<script|javascript:|<[^>]*\bon\w+\s*=\s*[\"']|\|\s*safe\b"
        r"|autoescape\s+false|\bstyle=\"|\bsrc=|@import|\burl\(|\beval\(|new Function",
        re.IGNORECASE,
    )
    pages = {name: text for name, text in TEXTS.items() if name.endswith((".html.j2", ".css", ".js"))}
    found = {name: never.search(text.replace(OWN_SCRIPT, "")) for name, text in pages.items()}
    assert {name: hit[0] for name, hit in found.items() if hit} == {}
    assert not [name for name, text in TEXTS.items() if "innerHTML" in text]


@pytest.mark.threat("HTML reports / e-mail", rule="escape at output, no innerHTML, CSP in reports")
def test_every_page_has_a_content_security_policy() -> None:
    """It is its layout's, before anything that could be loaded; parts of pages begin with an underscore."""
    pages = {Path(name).name: text for name, text in TEMPLATES.items()}
    for name in LAYOUTS.keys() & pages.keys():
        head = pages.pop(name).partition("<style")[0]
        assert f'<meta http-equiv="Content-Security-Policy" content="{LAYOUTS[name]}">' in head
    extended = {name: text.partition("\n")[0] for name, text in pages.items() if not name.startswith("_")}
    assert extended
    assert set(extended.values()) <= {f'{{% extends "{layout}" %}}' for layout in LAYOUTS}
    assert not [name for name in MODULES if "<!doctype" in TEXTS[name].lower()], "no page is written in Python"


@pytest.mark.threat("HTML reports / e-mail", rule="escape at output, no innerHTML, CSP in reports")
def test_a_page_that_is_rendered_allows_its_own_style_and_nothing_else() -> None:
    """The policy stands before anything that could be loaded, with the digest of the very style sheet."""
    data = {"days": (), "id": "INC-1", "policy": "p", "title": "<img src=x onerror=alert(1)>", "restricted": False,
            "zone": "UTC"}  # fmt: skip
    page = render("timeline.html.j2", data)
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page.partition("<style>")[0]
    assert page.count("Content-Security-Policy") == 1
    assert "<img" not in page
