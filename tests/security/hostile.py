"""What nobody sends by accident: texts, JSON and TOML made to break a reader, and how to damage what was whole."""

import json
import re
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import strategies as st

from incident_fsm.errors import CodecError, PolicyError

T = TypeVar("T")
E = TypeVar("E", bound=Exception)

NEVER_TEXT = (
    "\x00", "\x1b[2J\x1b[1;1H", "\x07", "\x7f", "\x85", "\r\nBcc: everybody@example.org", "\u202egnp.exe", "\u2066x",
    "\ud800", "a\udcffb", "\udc00\ud800",
)  # fmt: skip
"""Characters that no text of ours may hold: control, direction, halves."""

TRICKS = (
    "", " ", "\n", "\t", "\u2028", "..", ".", "../../etc/passwd", "/etc/passwd", "-rf", "--help", "CON", "a/b", "a\\b",
    "{title}", "{0.__class__}", "%s%n%(x)s", "'; DROP TABLE events; --", '"', "\\", "<script>alert(1)</script>",
    "](javascript:alert(1))", "<!channel>", "@everyone", "${HOME}", "$(id)", "`id`", "; rm -rf", "9" * 4301, "-1",
    "NaN", "1e999", "0x7fffffff", "2024-05-01T09:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "x" * 201, "x" * 10_001, "\N{FIRE}" * 2_001, "\u0301" * 300,
)  # fmt: skip
"""Texts that some program somewhere takes for something else, or cannot hold."""

JSON_SCRAPS = (
    "NaN", "Infinity", "-Infinity", "1e999", "-0", "9" * 19, "9" * 4301, "0." + "1" * 500, "null", "true", '""', "[]",
    "{}", '"\\ud800"', '"\\u0000"', '"\\u202e"', "[" * 400, "]" * 400, '{"a":' * 400, '{"a":1,"a":2}', '{"":{}}',
    '"2024-05-01T09:00:00"', '"2024-05-01"', '"0001-01-01T00:00:00+14:00"', '"9999-12-31T23:59:59-14:00"',
    '"1899-12-31T23:59:59Z"', ",", ":", '"', "\\", "\ufeff", "\x00", "'", "//", '"v":2,', '"type":"Nobody",',
    f'"{"x" * 10_001}"', "[" + "1," * 200 + "1]",
)  # fmt: skip
"""What is put into JSON."""

TOML_SCRAPS = (
    "nan", "inf", "-inf", "0x" + "f" * 40, "9" * 4301, "1_000", "1979-05-27T07:32:00", "1979-05-27T07:32:00-14:00",
    "0001-01-01T00:00:00+14:00", "07:32:00.5", "true", '""', "''", "[]", "{}", "[" * 300, "{a=" * 300, "a.b.c.d = 1\n",
    "[[key]]\n", "[page]\n", '"\\ud800"', '"\\u0000"', "\x00", "\ufeff", "\r", '"""', "'''", "#", "=", '"\\u202e"',
    '"500 working days"', '"-1 days"', '"999999 days"', f'"{"x" * 10_001}"', '"../../etc/passwd"', "\ud800",
)  # fmt: skip
"""What is put into TOML."""


def texts(*, halves: bool = True) -> st.SearchStrategy[str]:
    """Hostile texts. `halves`: lone surrogates too, which no terminal types but a broken encoding makes."""
    never = NEVER_TEXT if halves else tuple(text for text in NEVER_TEXT if not re.search("[\ud800-\udfff]", text))
    return st.one_of(st.sampled_from(TRICKS), st.sampled_from(never), st.text(max_size=40))


def json_values() -> st.SearchStrategy[Any]:
    """Any value that JSON has, of any shape."""
    scalars = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), texts(), st.sampled_from((10**18, -(2**63), 1e308))
    )
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=8,
    )


@st.composite
def damaged(draw: st.DrawFn, whole: str, scraps: tuple[str, ...]) -> str:
    """Damage a document, once or a few times: cut, double or replace a piece, put a scrap in, or cut it off."""
    said = whole
    for _ in range(draw(st.integers(1, 3))):
        first, second = draw(st.integers(0, len(said))), draw(st.integers(0, 40))
        scrap = draw(st.sampled_from(scraps))
        how = draw(st.integers(0, 4))
        if how == 0:
            said = said[:first] + scrap + said[first:]
        elif how == 1:
            said = said[:first] + scrap + said[first + second :]
        elif how == 2:
            said = said[:first] + said[first : first + second] * 2 + said[first + second :]
        elif how == 3:
            said = said[:first] + said[first + second :]
        else:
            said = said[:first]
    return said


@st.composite
def replaced(draw: st.DrawFn, whole: str) -> str:
    """Replace any one part of a JSON document by any value, or put a key in that nobody knows; NaN stays NaN."""
    document = json.loads(whole)
    places = list(_places(document))
    container, key = draw(st.sampled_from(places))
    if isinstance(container, dict) and draw(st.booleans()):
        key = draw(texts())
    container[key] = draw(json_values())
    return json.dumps(document, ensure_ascii=draw(st.booleans()))


def _places(value: Any) -> Any:
    """Yield every place of a document that can be written to."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in list(keys):
        yield value, key
        yield from _places(value[key])


_FAULT = re.compile(r"\$.*?: .+", re.DOTALL)


def tried(kind: type[E], call: Callable[[], T]) -> tuple[T | None, E | None]:
    """What a call gives, or the error of that kind that it is refused with; any other comes through."""
    try:
        return call(), None
    except kind as error:
        return None, error


def read_or_refused(read: Callable[[str], object], said: str) -> bool:
    """Read a document, or see it refused as is promised: `CodecError`, each fault with its path. Tell which."""
    _, error = tried(CodecError, lambda: read(said))
    if error is None:
        return True
    assert error.faults
    assert all(_FAULT.fullmatch(fault) for fault in error.faults), error.faults
    assert all(fault in str(error) for fault in error.faults)
    return False


def policy_read_or_refused(read: Callable[[str], object], said: str) -> bool:
    """The same for a policy: `PolicyError`, each fault with its file."""
    _, error = tried(PolicyError, lambda: read(said))
    if error is None:
        return True
    assert error.faults
    assert all(fault.startswith("mine.toml: ") and len(fault) > len("mine.toml: ") for fault in error.faults)
    return False


def refused(kind: type[E], call: Callable[[], object]) -> E:
    """The error that a call is refused with."""
    with pytest.raises(kind) as caught:
        call()
    return caught.value
