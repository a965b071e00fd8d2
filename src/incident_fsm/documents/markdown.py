"""Text that others wrote, as Markdown that shows it and does nothing else.

Rules, for whoever changes this:

1. Harmless characters stay as they are, so that what people usually write reads well in the file as well.
2. From the first word that holds anything else to the last, a line becomes a code span, its fence longer than any run
   of backticks inside (CommonMark 0.31 §6.1). Escaping alone would not do: GitHub looks for @mentions and #references
   in the *rendered* text, and passes over nothing but code, preformatted text and links.
3. What holds "<" becomes a `<code>` element with entities instead: where a viewer does not know code spans, or
   somebody pastes the file elsewhere, `<script` and `<!channel>` are still no markup.
4. No text begins a block: what is at the start of a line there and could open a list or underline a heading is
   escaped. Several lines become a quote of lines; a line end in the text is a line end in the page.
"""

import re
from collections.abc import Callable

from incident_fsm.documents.text import one_line, printable


class Markdown(str):
    """Text that is Markdown already, so that it is not escaped again."""

    __slots__ = ()


_HARMLESS = re.compile(r"[A-Za-z0-9,;?!'\"()%/.:+=\-\x80-\U0010ffff]+")
_LINK_IN_WORD = re.compile(r"://|www\.|\bGH-\d", re.IGNORECASE)
_OPENS_A_BLOCK = re.compile(r"^(?:(?=[-+=])|(\d+)(?=[.)]))")
_TICKS = re.compile("`+")
_PUNCTUATION = re.compile(r"[!-,/:-@\[-`{-~]")
_ADDRESS = re.compile(r"(?:https?|file)://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", re.IGNORECASE)
_MARKER = re.compile(r"[A-Za-z0-9][A-Za-z0-9:-]*")


def inline(text: str) -> Markdown:
    """Show a text within a line. Line ends become spaces."""
    return _line(one_line(text))


def block(text: str, indent: int = 0) -> Markdown:
    """Show a text as a quote of its own, every line where it was, moved right by `indent` columns within a list."""
    lines = [_line(line.rstrip()) for line in printable(text).strip("\n").split("\n")]
    last = len(lines) - 1
    quoted = []
    for number, line in enumerate(lines):
        # A backslash at the end is a line end that shows (§6.7); next to an empty line it would show itself.
        ends = "\\" if number < last and line and lines[number + 1] else ""
        quoted.append(f"> {line}{ends}".rstrip())
    return Markdown(("\n" + " " * indent).join(quoted))


def cell(text: str) -> Markdown:
    """Show a text within a cell of a table, where a bar ends the cell even in code (GFM §4.10)."""
    said = one_line(text)
    return _entities(said) if "|" in said else _line(said)


def code(text: str) -> Markdown:
    """Show a text within a line, or a cell, as what is typed."""
    said = one_line(text)
    return _entities(said) if "|" in said else _code(said)


def fence(text: str, language: str = "", indent: int = 0) -> Markdown:
    """Show a text as a block of code, which the fence is long enough to hold; moved right as in `block`."""
    ticks = "`" * max([3, *(len(run) + 1 for run in _TICKS.findall(text))])
    lines = [f"{ticks}{language}", *printable(text).strip("\n").split("\n"), ticks]
    return Markdown(("\n" + " " * indent).join(lines))


def link(address: str) -> Markdown:
    """Show an address as a link where it is a plain web or file address, and as text where it is anything else."""
    said = one_line(address)
    return Markdown(f"<{said}>") if _ADDRESS.fullmatch(said) else inline(said)


def marker(command_id: str) -> Markdown:
    """An invisible comment that says which command made this, to be searched for."""
    if not _MARKER.fullmatch(command_id):
        return Markdown("")
    return Markdown(f"<!-- incident_fsm {command_id} -->")


def _line(line: str) -> Markdown:
    """Show one line: plain as far as it is harmless, and as code from the first word that is not to the last."""
    if not line.strip():
        return Markdown("")
    words = line.split(" ")
    harmful = [number for number, word in enumerate(words) if not _is_harmless(word)]
    if not harmful:
        return Markdown(_OPENS_A_BLOCK.sub(r"\1\\", line))
    if "" in words:  # indented, or set in columns: only code keeps that
        return _code(line)
    before, after = words[: harmful[0]], words[harmful[-1] + 1 :]
    code = _code(" ".join(words[harmful[0] : harmful[-1] + 1]))
    return Markdown(" ".join([_OPENS_A_BLOCK.sub(r"\1\\", " ".join(before)), code, *after]).lstrip(" "))


def _is_harmless(word: str) -> bool:
    """Whether a word means nothing in Markdown, wherever it stands. An empty one stands for a row of spaces."""
    return _HARMLESS.fullmatch(word) is not None and _LINK_IN_WORD.search(word) is None


def _code(text: str) -> Markdown:
    """Show a text as code. The spaces just inside the fence belong to the fence."""
    if "<" in text:
        return _entities(text)
    ticks = "`" * (max(map(len, _TICKS.findall(text)), default=0) + 1)
    pad = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return Markdown(f"{ticks}{pad}{text}{pad}{ticks}")


def _entities(text: str) -> Markdown:
    """Show a text as code of which no character can be markup."""
    return Markdown(f"<code>{_PUNCTUATION.sub(_entity, text)}</code>")


_NAMED = {"<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;"}


def _entity(found: re.Match[str]) -> str:
    """Write a character so that it can be no part of any markup (CommonMark 0.31 §2.5)."""
    return _NAMED.get(found[0], f"&#{ord(found[0])};")


ESCAPES: dict[str, Callable[..., Markdown]] = {
    "inline": inline,
    "block": block,
    "cell": cell,
    "code": code,
    "fence": fence,
    "link": link,
    "marker": marker,
}
"""What templates may call."""
