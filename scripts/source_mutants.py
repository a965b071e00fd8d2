"""Mutants that are written into the source, because mutmut, which switches them inside functions, cannot make them.

Three kinds: whatever runs when a module is imported (the rows, constants, properties, what builds the machine); an
element left out of a tuple or a dict (a guard is mostly a tuple of other guards' reasons); and a statement left out,
or an `if` turned round. `mutants_of` gives each as the whole text of the module with that one change.
"""

import ast
import re
from collections.abc import Callable, Iterator
from itertools import filterfalse

from attrs import frozen

AT_IMPORT = {
    "_table.py": {"_within"},
    "_machine.py": {
        "LeanTransition.__init__", "LeanEvent.__init__", "LeanEvent.add_transition", "compile_table", "triggers",
    },
}  # fmt: skip
"""Functions that are only ever called while a module is imported: a mutant switched on later would never run."""

_STATES = ("CANDIDATE", "CONFIRMED", "DECLARED", "MANAGING", "RESOLVED", "REVIEWED", "DISMISSED")
_OTHER: dict[type[ast.AST], str] = {
    ast.Is: "is not", ast.IsNot: "is", ast.Eq: "!=", ast.NotEq: "==", ast.In: "not in", ast.NotIn: "in",
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">",
}  # fmt: skip


@frozen
class Mutant:
    """One change to one module: where it is, what it was and is now (lines, for people), and the changed text."""

    module: str
    function: str
    was: str
    now: str
    text: str


@frozen
class _Cut:
    """Replace what stands from `start` to `end` (offsets in bytes) by other words."""

    start: int
    end: int
    words: str


def mutants_of(module: str, source: str) -> list[Mutant]:
    """Make every mutant of a module; the same change is made once. One that is no Python is a mistake in here."""
    text = _Text(source)
    tree = ast.parse(source)
    found: dict[str, Mutant] = {}
    for function, node, whole in _places(tree, module):
        for cut in _cuts(node, text, whole=whole):
            mutant = text.with_cut(cut)
            if mutant != source:
                ast.parse(mutant)
                found.setdefault(mutant, Mutant(module, function, *text.lines(cut), mutant))
    return list(found.values())


class _Text:
    """A source by offsets, since `ast` counts in lines and bytes."""

    def __init__(self, source: str) -> None:
        self.bytes = source.encode()
        self.starts = [0, *(found.end() for found in re.finditer(rb"\n", self.bytes))]

    def span(self, node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
        """Where a node begins and ends."""
        end_line, end_col = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self.starts[node.lineno - 1] + node.col_offset, self.starts[end_line - 1] + end_col

    def of(self, node: ast.expr | ast.stmt) -> str:
        """The words of a node."""
        start, end = self.span(node)
        return self.bytes[start:end].decode()

    def trailing_comma(self, end: int) -> int:
        """How many bytes after a place belong to a comma; 0 where there is none."""
        found = re.match(rb"\s*,", self.bytes[end:])
        return found.end() if found else 0

    def with_cut(self, cut: _Cut) -> str:
        """The whole source with one change."""
        return (self.bytes[: cut.start] + cut.words.encode() + self.bytes[cut.end :]).decode()

    def lines(self, cut: _Cut) -> tuple[str, str]:
        """The lines that a change touches, before and after, without the space around them."""
        start = self.bytes.rfind(b"\n", 0, cut.start) + 1
        end = self.bytes.find(b"\n", cut.end)
        before, after = self.bytes[start : cut.start].decode(), self.bytes[cut.end : end].decode()
        return _tidy(self.bytes[start:end].decode()), _tidy(before + cut.words + after)


def _tidy(lines: str) -> str:
    """Leave out the space around each line, and empty lines."""
    return "\n".join(line.strip() for line in lines.splitlines() if line.strip())


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
                ours = bool(member.decorator_list) or name in AT_IMPORT.get(module, ())
            for node in _walk(member):
                yield name, node, ours


def _is_mere_type(statement: ast.stmt) -> bool:
    """Whether a statement only names a type, or the module's public names: mypy and ruff look after those."""
    if not isinstance(statement, ast.Assign):
        return False
    named = {target.id for target in statement.targets if isinstance(target, ast.Name)}
    return "__all__" in named or isinstance(statement.value, ast.Subscript | ast.BinOp)


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


def _cuts(node: ast.AST, text: _Text, *, whole: bool) -> Iterator[_Cut]:
    """Yield every change of one node; what mutmut does, too, only where `whole`."""
    yield from _left_out(node, text)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield _Cut(*text.span(node), "pass")
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.YieldFrom):
        yield _Cut(*text.span(node), "yield from ()")
    if isinstance(node, ast.Name | ast.Attribute):
        yield from _another_state(node, text)
    for test in _tests(node):
        yield _Cut(*text.span(test), f"not ({text.of(test)})")
    if whole:
        for make in _USUAL:
            yield from make(node, text)


def _left_out(node: ast.AST, text: _Text) -> Iterator[_Cut]:
    """Leave out each element of a tuple, list, set or dict."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        yield from _without([text.span(element) for element in node.elts], text, comma=isinstance(node, ast.Tuple))
    if isinstance(node, ast.Dict) and None not in node.keys:
        spans = [(key, value) for key, value in zip(node.keys, node.values, strict=True) if key is not None]
        yield from _without([(text.span(key)[0], text.span(value)[1]) for key, value in spans], text, comma=False)


def _without(spans: list[tuple[int, int]], text: _Text, *, comma: bool) -> Iterator[_Cut]:
    """Cut each part of a list with the comma that parts it from a neighbour; a tuple of one keeps its `comma`."""
    if len(spans) == 1:
        [(start, end)] = spans
        yield _Cut(start, end + text.trailing_comma(end), "")
    elif len(spans) == 2 and comma:  # noqa: PLR2004  of a pair one is left
        for start, end in spans:
            needed = "" if text.trailing_comma(spans[1][1]) else ","
            yield _Cut(spans[0][0], spans[1][1], text.bytes[start:end].decode() + needed)
    else:
        for number, (start, end) in enumerate(spans):
            last = number + 1 == len(spans)
            yield _Cut(spans[number - 1][1], end, "") if last else _Cut(start, spans[number + 1][0], "")


def _another_state(node: ast.Name | ast.Attribute, text: _Text) -> Iterator[_Cut]:
    """Put the next state in place of one."""
    name = node.id if isinstance(node, ast.Name) else node.attr
    is_state = isinstance(node, ast.Name) or (isinstance(node.value, ast.Name) and node.value.id == "State")
    if is_state and name in _STATES and isinstance(node.ctx, ast.Load):
        other = _STATES[(_STATES.index(name) + 1) % len(_STATES)]
        yield _Cut(*text.span(node), text.of(node).replace(name, other))


def _tests(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the conditions that no other operator turns round: those that are neither compared nor combined."""
    asked: list[ast.expr] = []
    if isinstance(node, ast.If | ast.While):
        asked = [node.test]
    if isinstance(node, ast.comprehension):
        asked = node.ifs
    yield from (test for test in asked if not isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp))


def _arguments(node: ast.AST, text: _Text) -> Iterator[_Cut]:
    """Put None in place of each argument of a call, and leave it out."""
    if not isinstance(node, ast.Call) or (isinstance(node.func, ast.Name) and node.func.id in {"len", "isinstance"}):
        return
    for value in [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg)]:
        if not isinstance(value, ast.Starred | ast.GeneratorExp) and text.of(value) != "None":
            yield _Cut(*text.span(value), "None")
    parts = [*map(text.span, node.args), *map(text.span, node.keywords)]
    if len(parts) > 1:
        yield from _without(parts, text, comma=False)


def _constants(node: ast.AST, text: _Text) -> Iterator[_Cut]:
    """Change a number, a truth or a text."""
    if isinstance(node, ast.JoinedStr) and text.of(node)[:2] in {'f"', "f'"}:
        yield _Cut(*text.span(node), f"{text.of(node)[:2]}XX{text.of(node)[2:]}")
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    if isinstance(value, bool):
        yield _Cut(*text.span(node), repr(not value))
    elif isinstance(value, int):
        yield _Cut(*text.span(node), repr(value + 1))
    elif isinstance(value, str) and text.of(node)[:1] in {'"', "'"}:
        yield _Cut(*text.span(node), repr(f"XX{value}XX"))


def _operators(node: ast.AST, text: _Text) -> Iterator[_Cut]:
    """Turn comparisons, `and`, `or` and `not` round, and force a conditional expression either way."""
    if isinstance(node, ast.Compare):
        end = text.span(node.left)[1]
        for operator, right in zip(node.ops, node.comparators, strict=True):
            start, stop = end, text.span(right)[0]
            yield _Cut(start, stop, f" {_OTHER[type(operator)]} ")
            end = text.span(right)[1]
    if isinstance(node, ast.BoolOp):
        word = " or " if isinstance(node.op, ast.And) else " and "
        for left, right in zip(node.values, node.values[1:], strict=False):
            between = text.bytes[text.span(left)[1] : text.span(right)[0]].decode()
            yield _Cut(text.span(left)[1], text.span(right)[0], re.sub(r"\b(and|or)\b", word.strip(), between))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _Cut(*text.span(node), text.of(node.operand))
    if isinstance(node, ast.IfExp):
        for forced in ("False", "True"):
            yield _Cut(*text.span(node.test), forced)


def _assignments(node: ast.AST, text: _Text) -> Iterator[_Cut]:
    """Assign None instead."""
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and text.of(node.value) != "None":
        yield _Cut(*text.span(node.value), "None")


_USUAL: tuple[Callable[[ast.AST, _Text], Iterator[_Cut]], ...] = (_arguments, _constants, _operators, _assignments)
"""What mutmut does inside functions."""
