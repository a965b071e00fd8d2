"""Try mutants that are written into the source: each in a process of its own, forked from one that is warm.

The parent has loaded everything: the package, pytest, the tests. A child runs the changed text of one module in that
module's own place, then every module that imports it, as an import would have done; it forgets the test modules, so
that they import what is there now, and passes the module's own tests, then the others, until one fails. No file is
touched.
"""

import ast
import contextlib
import os
import resource
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "incident_fsm"
CPU_SECONDS = 40
"""What a child may use up: all the tests together take about a quarter of it."""


@cache
def settings() -> dict[str, Any]:
    """What pyproject.toml tells mutmut, which holds here, too."""
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]
    return found


def warm_up() -> None:
    """Load everything, and make sure that the tests pass as it is, and that they fail under an empty table."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.chdir(ROOT)
    with _silence():
        pytest.main([*_options(), "--collect-only", *settings()["pytest_add_cli_args_test_selection"]])
    for name in _importers()[1]:
        _code(name)  # known to every child, then
    table = (PACKAGE / "_table.py").read_text("utf-8")
    if (found := verdict("_table.py", table)) != "survived":
        raise SystemExit(f"the tests do not pass without a mutant: {found}; run `make test`")
    if (found := verdict("_table.py", table.replace("\nchecked(ROWS)", "\nROWS = ()"))) != "killed":
        raise SystemExit(f"the tests pass with an empty table: {found}; they test something else")


def verdict(module: str, text: str) -> str:
    """Say whether the tests notice that a module has this text: killed, survived or timeout."""
    child = os.fork()
    if not child:
        code = 70
        with contextlib.suppress(BaseException), _silence():  # nothing may come back into the parent's run
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
            _put_in_place(module, text)
            code = _pass_tests(module)
        os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "timeout"
    return "survived" if os.waitstatus_to_exitcode(status) == 0 else "killed"


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Say nothing for a while."""
    kept = [os.dup(stream) for stream in (1, 2)]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    try:
        yield
    finally:
        sys.stdout.flush()
        for stream, old in zip((1, 2), kept, strict=True):
            os.dup2(old, stream)
            os.close(old)
        os.close(nowhere)


def _put_in_place(module: str, text: str) -> None:
    """Run a module's changed text in its place, and then whatever imports it, each after what it imports itself."""
    name = "incident_fsm." + module.removesuffix(".py").replace("/", ".")
    after, order = _importers()
    changed = {name}
    exec(compile(text, str(PACKAGE / module), "exec"), sys.modules[name].__dict__)  # noqa: S102  that is what a mutant is
    for other in order:
        if other not in changed and after[other] & changed:
            changed.add(other)
            exec(_code(other), sys.modules[other].__dict__)  # noqa: S102  our own module once more
    for loaded in [loaded for loaded in sys.modules if loaded.startswith("tests.core.")]:
        del sys.modules[loaded]


@cache
def _importers() -> tuple[dict[str, set[str]], list[str]]:
    """What each loaded module of the package imports, and all of them in an order in which they can be imported."""
    imports = {name: set(_imported(_file(module))) & set(sys.modules) for name, module in _ours().items()}
    return imports, list(TopologicalSorter(imports).static_order())


def _ours() -> dict[str, ModuleType]:
    """The package's loaded modules."""
    return {name: one for name, one in sys.modules.items() if name.partition(".")[0] == "incident_fsm" and one.__file__}


def _file(module: ModuleType) -> Path:
    """Where a module's source is."""
    return Path(str(module.__file__))


def _imported(path: Path) -> Iterator[str]:
    """Yield what a module imports when it is loaded itself."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] == "incident_fsm":
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                if submodule in sys.modules:  # taken out of its package, which itself may import whoever does so
                    yield submodule
                elif node.module != "incident_fsm":
                    yield str(node.module)


@cache
def _code(name: str) -> CodeType:
    """A module's own code."""
    path = _file(sys.modules[name])
    return compile(path.read_text("utf-8"), str(path), "exec")


def _pass_tests(module: str) -> int:
    """Pass the module's own tests, then all the others."""
    selection = settings()["pytest_add_cli_args_test_selection"]
    own = {f"tests/core/test_{name}.py" for name in _own_tests(module)}
    which = selection[selection.index("-k") :]
    rest = [word for word in selection if word not in own]
    return pytest.main([*_options(), *sorted(own), *which]) or pytest.main([*_options(), *rest])


def _own_tests(module: str) -> list[str]:
    """Name the tests of a module: they are called like it, but for the grid of the table, and the makers."""
    name = module.removesuffix(".py").replace("/", "_").strip("_")
    return {"table": ["table", "grid"], "reactions_making": ["trusted"]}.get(name, [name])


def _options() -> list[str]:
    """How pytest is to run."""
    return ["-x", "-q", "--tb=no", *settings()["pytest_add_cli_args"]]
