"""The pages for people, and the blocks of code in them.

What becomes of a block depends on its language, and no block is without one:

- `python` is run, all of a page as one program, in order; a `text` block right behind it is what it prints.
- `console` is typed: each line behind `$ ` is run, and what follows is its answer. `...` stands for what varies.
- A block of any language below `<!-- file: NAME -->` is saved under that name, for those two.
- `sh` is checked (verbs, options, targets, extras, files), `toml`, `json`, `ini` and `jinja` are read,
  `mermaid` is compared with the lifecycle, `promela` stands in a model. `text` is a picture, or somebody else's answer.
- `diff` stands on a page that is made anew and compared as a whole.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from attrs import frozen
from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]
RUN = ("python", "console")
LANGUAGES = (*RUN, "sh", "toml", "json", "ini", "jinja", "mermaid", "promela", "diff", "text")
DIRECTIVES = ("{toctree}", "{include}", "{eval-rst}", "{incident-help}")
"""What only the site makes something of. None of them holds code."""

_SAVED = re.compile(r"<!-- file: (\S+) -->\s*$")
_READER = MarkdownIt("commonmark").enable("table")


@frozen(kw_only=True)
class Block:
    """A block of code: of which page, below which line, in which language, and under which name it is to be saved."""

    page: str
    line: int
    language: str
    text: str
    name: str = ""

    @property
    def saved_python(self) -> bool:
        """Whether it is a program that is saved."""
        return self.name.endswith(".py")

    def __str__(self) -> str:
        """Say where it stands."""
        return f"{self.page}:{self.line}"


def pages() -> list[str]:
    """Name every page, from the repository's folder on."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(str(path.relative_to(ROOT)) for path in found)


def text_of(page: str) -> str:
    """Read a page."""
    return (ROOT / page).read_text("utf-8")


def blocks(page: str, text: str | None = None) -> Iterator[Block]:
    """Yield every block of code of a page; one that is indented instead of fenced has no language."""
    name = ""
    for token in _READER.parse(text_of(page) if text is None else text):
        if token.type in {"fence", "code_block"}:
            language, line = token.info.strip(), (token.map or [0])[0] + 1
            yield Block(page=page, line=line, language=language, text=token.content, name=name)
        saved = _SAVED.search(token.content) if token.type == "html_block" else None
        name = saved[1] if saved else ""


def links(page: str) -> Iterator[str]:
    """Yield the target of every link and picture of a page."""
    for token in _READER.parse(text_of(page)):
        for inner in token.children or ():
            target = inner.attrGet({"link_open": "href", "image": "src"}.get(inner.type, "href"))
            if inner.type in {"link_open", "image"} and target:
                yield str(target)


def headings(page: str) -> set[str]:
    """The anchors of a page's headings, as GitHub and the site make them."""
    tokens = _READER.parse(text_of(page))
    titles = [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
