"""Mutants that are written into the source, because mutmut, which switches them inside functions, cannot make them.

Three kinds: whatever runs when a module is imported (the rows, constants, properties, what builds the machine); an
element left out of a tuple or a dict (a guard is mostly a tuple of other guards' reasons); and a statement left out,
or an `if` turned round. `mutants_of` gives each as the whole text of the module with that one change.
"""

import ast
from collections.abc import Iterator
from itertools import filterfalse

from attrs import frozen

from mutant_operators import Text, cuts

ONCE = {
    "_table.py": {"_within"},
    "_machine.py": {
        "LeanTransition.__init__", "LeanEvent.__init__", "LeanEvent.add_transition", "compile_table", "triggers",
        "LeanEvent.no_row", "LeanEvent._word_no_row", "_either",
    },
    "_trusted.py": {"open_twin", "trusted", "changer"},
}  # fmt: skip
"""Functions that a warm process does not call again, so that a mutant switched on later would never run: they are only
ever called at import, or the machine keeps what they said, or reactions keep the makers that they gave."""


@frozen
class Mutant:
    """One change to one module: where it is, what it was and is now (lines, for people), and the changed text."""

    module: str
    function: str
    was: str
    now: str
    text: str


def mutants_of(module: str, source: str) -> list[Mutant]:
    """Make every mutant of a module; the same change is made once. One that is no Python is a mistake in here."""
    text = Text(source)
    tree = ast.parse(source)
    found: dict[str, Mutant] = {}
    for function, node, whole in _places(tree, module):
        for cut in cuts(node, text, whole=whole):
            mutant = text.with_cut(cut)
            if mutant != source:
                ast.parse(mutant)
                found.setdefault(mutant, Mutant(module, function, *text.lines(cut), mutant))
    return list(found.values())


def _places(tree: ast.Module, module: str) -> Iterator[tuple[str, ast.AST, bool]]:
    """Yield every node with its function's name, and whether mutmut leaves that function out."""
    for statement in tree.body:
        if _is_mere_type(statement) or isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        members = statement.body if isinstance(statement, ast.ClassDef) else [statement]
        prefix = f"{statement.name}." if isinstance(statement, ast.ClassDef) else ""
        for member in filterfalse(_is_docstring, members):
            name, ours = f"{prefix}at import", True
            if isinstance(member, ast.FunctionDef):
                name = prefix + member.name
                ours = bool(member.decorator_list) or name in ONCE.get(module, ())
            for node in _walk(member):
                yield name, node, ours


def _is_mere_type(statement: ast.stmt) -> bool:
    """Whether a statement only names a type, or the module's public names: mypy and ruff look after those."""
    if not isinstance(statement, ast.Assign):
        return False
    named = {target.id for target in statement.targets if isinstance(target, ast.Name)}
    value = statement.value
    is_variable = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "TypeVar"
    return "__all__" in named or is_variable or isinstance(value, ast.Subscript | ast.BinOp)


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and what is below it, without annotations, docstrings and decorators.

    Nor what is inside an f-string: where that stands, Python knows only since 3.12.
    """
    yield node
    if isinstance(node, ast.JoinedStr):
        return
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_comment"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_docstring(child):
                yield from _walk(child)


def _is_docstring(node: ast.AST) -> bool:
    """Whether a statement is a string for readers."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
