"""Where one node of a source can be changed, and into what: the operators of `source_mutants`."""

import ast
import re
from collections.abc import Callable, Iterator

from attrs import frozen

_STATES = ("CANDIDATE", "CONFIRMED", "DECLARED", "MANAGING", "RESOLVED", "REVIEWED", "DISMISSED")
_OTHER: dict[type[ast.AST], str] = {
    ast.Is: "is not", ast.IsNot: "is", ast.Eq: "!=", ast.NotEq: "==", ast.In: "not in", ast.NotIn: "in",
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">",
}  # fmt: skip


@frozen
class Cut:
    """Replace what stands from `start` to `end` (offsets in bytes) by other words."""

    start: int
    end: int
    words: str


class Text:
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

    def with_cut(self, cut: Cut) -> str:
        """The whole source with one change."""
        return (self.bytes[: cut.start] + cut.words.encode() + self.bytes[cut.end :]).decode()

    def lines(self, cut: Cut) -> tuple[str, str]:
        """The lines that a change touches, before and after, without the space around them."""
        start = self.bytes.rfind(b"\n", 0, cut.start) + 1
        end = self.bytes.find(b"\n", cut.end)
        before, after = self.bytes[start : cut.start].decode(), self.bytes[cut.end : end].decode()
        return _tidy(self.bytes[start:end].decode()), _tidy(before + cut.words + after)


def _tidy(lines: str) -> str:
    """Leave out the space around each line, and empty lines."""
    return "\n".join(line.strip() for line in lines.splitlines() if line.strip())


def cuts(node: ast.AST, text: Text, *, whole: bool) -> Iterator[Cut]:
    """Yield every change of one node; what mutmut does, too, only where `whole`."""
    yield from _left_out(node, text)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield Cut(*text.span(node), "pass")
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.YieldFrom):
        yield Cut(*text.span(node), "yield from ()")
    if isinstance(node, ast.Name | ast.Attribute):
        yield from _another_state(node, text)
    for test in _tests(node):
        yield Cut(*text.span(test), f"not ({text.of(test)})")
    if whole:
        for make in _USUAL:
            yield from make(node, text)


def _left_out(node: ast.AST, text: Text) -> Iterator[Cut]:
    """Leave out each element of a tuple, list, set or dict."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        yield from _without([text.span(element) for element in node.elts], text, comma=isinstance(node, ast.Tuple))
    if isinstance(node, ast.Dict) and None not in node.keys:
        spans = [(key, value) for key, value in zip(node.keys, node.values, strict=True) if key is not None]
        yield from _without([(text.span(key)[0], text.span(value)[1]) for key, value in spans], text, comma=False)


def _without(spans: list[tuple[int, int]], text: Text, *, comma: bool) -> Iterator[Cut]:
    """Cut each part of a list with the comma that parts it from a neighbour; a tuple of one keeps its `comma`."""
    if len(spans) == 1:
        [(start, end)] = spans
        yield Cut(start, end + text.trailing_comma(end), "")
    elif len(spans) == 2 and comma:  # noqa: PLR2004  of a pair one is left
        for start, end in spans:
            needed = "" if text.trailing_comma(spans[1][1]) else ","
            yield Cut(spans[0][0], spans[1][1], text.bytes[start:end].decode() + needed)
    else:
        for number, (start, end) in enumerate(spans):
            last = number + 1 == len(spans)
            yield Cut(spans[number - 1][1], end, "") if last else Cut(start, spans[number + 1][0], "")


def _another_state(node: ast.Name | ast.Attribute, text: Text) -> Iterator[Cut]:
    """Put the next state in place of one."""
    name = node.id if isinstance(node, ast.Name) else node.attr
    is_state = isinstance(node, ast.Name) or (isinstance(node.value, ast.Name) and node.value.id == "State")
    if is_state and name in _STATES and isinstance(node.ctx, ast.Load):
        other = _STATES[(_STATES.index(name) + 1) % len(_STATES)]
        yield Cut(*text.span(node), text.of(node).replace(name, other))


def _tests(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the conditions that no other operator turns round: those that are neither compared nor combined."""
    asked: list[ast.expr] = []
    if isinstance(node, ast.If | ast.While):
        asked = [node.test]
    if isinstance(node, ast.comprehension):
        asked = node.ifs
    yield from (test for test in asked if not isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp))


def _arguments(node: ast.AST, text: Text) -> Iterator[Cut]:
    """Put None in place of each argument of a call, and leave it out."""
    if not isinstance(node, ast.Call) or (isinstance(node.func, ast.Name) and node.func.id in {"len", "isinstance"}):
        return
    for value in [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg)]:
        if not isinstance(value, ast.Starred | ast.GeneratorExp) and text.of(value) != "None":
            yield Cut(*text.span(value), "None")
    parts = [*map(text.span, node.args), *map(text.span, node.keywords)]
    if len(parts) > 1:
        yield from _without(parts, text, comma=False)


def _constants(node: ast.AST, text: Text) -> Iterator[Cut]:
    """Change a number, a truth or a text."""
    if isinstance(node, ast.JoinedStr) and text.of(node)[:2] in {'f"', "f'"}:
        yield Cut(*text.span(node), f"{text.of(node)[:2]}XX{text.of(node)[2:]}")
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    if isinstance(value, bool):
        yield Cut(*text.span(node), repr(not value))
    elif isinstance(value, int):
        yield Cut(*text.span(node), repr(value + 1))
    elif isinstance(value, str) and text.of(node)[:1] in {'"', "'"}:
        yield Cut(*text.span(node), repr(f"XX{value}XX"))


def _operators(node: ast.AST, text: Text) -> Iterator[Cut]:
    """Turn comparisons, `and`, `or` and `not` round, and force a conditional expression either way."""
    if isinstance(node, ast.Compare):
        end = text.span(node.left)[1]
        for operator, right in zip(node.ops, node.comparators, strict=True):
            start, stop = end, text.span(right)[0]
            yield Cut(start, stop, f" {_OTHER[type(operator)]} ")
            end = text.span(right)[1]
    if isinstance(node, ast.BoolOp):
        word = " or " if isinstance(node.op, ast.And) else " and "
        for left, right in zip(node.values, node.values[1:], strict=False):
            between = text.bytes[text.span(left)[1] : text.span(right)[0]].decode()
            yield Cut(text.span(left)[1], text.span(right)[0], re.sub(r"\b(and|or)\b", word.strip(), between))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield Cut(*text.span(node), text.of(node.operand))
    if isinstance(node, ast.IfExp):
        for forced in ("False", "True"):
            yield Cut(*text.span(node.test), forced)


def _assignments(node: ast.AST, text: Text) -> Iterator[Cut]:
    """Assign None instead."""
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and text.of(node.value) != "None":
        yield Cut(*text.span(node.value), "None")


_USUAL: tuple[Callable[[ast.AST, Text], Iterator[Cut]], ...] = (_arguments, _constants, _operators, _assignments)
"""What mutmut does inside functions."""
