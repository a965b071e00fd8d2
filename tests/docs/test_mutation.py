"""The mutants: every survivor is explained, and what makes those that mutmut cannot make."""

import ast
from pathlib import Path

import pytest
from attrs import evolve

import mutation_report as report
import source_mutants

KEPT = report.results()
EXPLAINED = report.explanations()
ONE = report.Survivor(module="_table.py", function="at import", was="checked(ROWS)", now="pass")

GUARD = '''"""What is said first."""

from elsewhere import READY

T = TypeVar("T")
MOST = 20


def may(event):
    """Whether it may."""
    first(event)
    if event.late:
        return ()
    return (*reasons(event), *others(event))


class Emission:
    @property
    def tells(self):
        return self.kind is not OTHER
'''


def test_every_survivor_is_explained_and_no_explanation_is_stale() -> None:
    """Expect nothing to say: write a test or an explanation, or run `make mutants`, where there is."""
    assert list(report.problems(KEPT, EXPLAINED)) == []


def test_every_module_of_the_rules_was_tried() -> None:
    """Expect each module of guards and reactions, table, machine, makers, lifecycle and deadlines."""
    package = report.PACKAGE
    folders = [path for name in ("_guards", "_reactions") for path in (package / name).glob("*.py")]
    expected = {str(path.relative_to(package)) for path in folders if path.name != "__init__.py"}
    expected |= {"_table.py", "_machine.py", "_trusted.py", "lifecycle.py", "deadlines.py"}
    assert {one.module for one in KEPT.modules} == expected


def test_a_survivor_without_an_explanation_is_named() -> None:
    """Expect its place, its lines and what to do."""
    [problem] = report.problems(evolve(KEPT, survivors=[ONE]), {})
    assert problem.startswith("not explained: _table.py, at import: 'checked(ROWS)' -> 'pass'")


def test_an_explanation_of_what_is_killed_or_gone_is_stale() -> None:
    """Expect both to be named: a reason without a survivor, and a survivor whose lines are in the module no more."""
    [stale] = report.problems(evolve(KEPT, survivors=[]), {ONE: "it is checked by a test, too"})
    assert stale.startswith("stale: _table.py, at import")
    gone = evolve(ONE, was="checked(COLUMNS)")
    [problem] = report.problems(evolve(KEPT, survivors=[gone]), {gone: "x"})
    assert problem.startswith("gone: _table.py, at import: 'checked(COLUMNS)'")


def test_an_explanation_says_something_and_once(tmp_path: Path) -> None:
    """Expect an empty one, and two of one survivor, to be refused."""
    entry = '[[survivor]]\nmodule = "a.py"\nfunction = "f"\nwas = "x"\nnow = "y"\nwhy = "{why}"\n'
    for text in (entry.format(why=""), entry.format(why="x") * 2):
        path = tmp_path / "explanations.toml"
        path.write_text(text, "utf-8")
        with pytest.raises(ValueError, match="explained twice, or not at all"):
            report.explanations(path)


def test_the_page_counts_and_shows() -> None:
    """Expect a row a module with what was killed, the sum, and each survivor as a change of lines under its reason."""
    found = evolve(
        KEPT, modules=[report.Module(module="_table.py", switched=3, written=7)], survivors=[ONE], seconds=120
    )
    page = report.counts(found)
    assert "| `_table.py` | 3 | 7 | 9 | 1 |" in page
    assert "90.0% of 10 mutants were killed" in page
    shown = report.survivors({ONE: "A test checks it, too."})
    assert "A test checks it, too." in shown
    assert "- checked(ROWS)\n+ pass" in shown


# ---- what is written into the source ----


def changes() -> dict[str, set[tuple[str, str]]]:
    """What is changed in the example, by function."""
    found: dict[str, set[tuple[str, str]]] = {}
    for mutant in source_mutants.mutants_of("example.py", GUARD):
        found.setdefault(mutant.function, set()).add((mutant.was, mutant.now))
    return found


def test_what_mutmut_does_inside_a_function_is_left_to_it() -> None:
    """Expect a statement and a reason to be left out, and the condition to be turned round, and nothing else."""
    assert changes()["may"] == {
        ("first(event)", "pass"),
        ("if event.late:", "if not (event.late):"),
        ("return (*reasons(event), *others(event))", "return (*reasons(event),)"),
        ("return (*reasons(event), *others(event))", "return (*others(event),)"),
    }


def test_constants_and_properties_are_changed_in_every_way() -> None:
    """Expect a number and an assignment at import, and the comparison of a property; no import, type or docstring."""
    assert changes()["at import"] == {("MOST = 20", "MOST = 21"), ("MOST = 20", "MOST = None")}
    assert changes()["Emission.tells"] == {("return self.kind is not OTHER", "return self.kind is OTHER")}


def test_a_row_loses_each_of_its_parts_and_leads_elsewhere() -> None:
    """Expect the row to be left out, each argument to go or to be nothing, and each state to be the next one."""
    source = "ROWS = (\n    Row(Told, DECLARED, MANAGING, emit=r.emit),\n    Row(Done, MANAGING, MANAGING),\n)\n"
    now = {mutant.now for mutant in source_mutants.mutants_of("_table.py", source)}
    assert "Row(Done, MANAGING, MANAGING)," in now
    assert "Row(Told, DECLARED, MANAGING)," in now
    assert "Row(Told, DECLARED, MANAGING, emit=None)," in now
    assert "Row(Told, MANAGING, MANAGING, emit=r.emit)," in now
    assert "Row(Told, DECLARED, RESOLVED, emit=r.emit)," in now
    assert "Row(Told, DECLARED, None, emit=r.emit)," in now


@pytest.mark.parametrize("module", ["_guards/declare.py", "_reactions/end.py", "_machine.py"])
def test_every_mutant_is_python_and_another_text(module: str) -> None:
    """Expect as many different texts as mutants, and none the original; making one that is no Python raises."""
    source = (report.PACKAGE / module).read_text("utf-8")
    texts = [mutant.text for mutant in source_mutants.mutants_of(module, source)]
    assert len(set(texts)) == len(texts)
    assert source not in texts


def test_what_runs_once_is_a_function_of_its_module() -> None:
    """Expect the list of those functions to name none that is gone."""
    for module, functions in source_mutants.ONCE.items():
        tree = ast.parse((report.PACKAGE / module).read_text("utf-8"))
        names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        names |= {
            f"{owner.name}.{node.name}"
            for owner in tree.body
            if isinstance(owner, ast.ClassDef)
            for node in owner.body
            if isinstance(node, ast.FunctionDef)
        }
        assert functions <= names
