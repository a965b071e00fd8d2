"""What the documentation site needs beyond Sphinx: docstrings as they are written here, the lifecycle as a picture, the
help of every verb, and a watch that no page asks for anything from outside.

A Sphinx extension, named in `docs/conf.py`.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective, SphinxRole

import cli_reference
from incident_fsm import pictures
from incident_fsm.diagram import mermaid

BESIDE = ("CHANGELOG", "CONTRIBUTING", "SECURITY")
"""Pages that stand beside `docs/`, and are included in the site by a page of the same name in small letters."""

_QUOTED = re.compile(r"(`[^`]+`)(\w?)")
_NAME = re.compile(r"(?:\w+\.)*\w+")
_MADE = re.compile(r"\bNOTHING\b|<function <lambda>[^>]*>")
_FUNCTION = re.compile(r"<function (?:\w+\.)*(\w+)[^>]*>")
_CLASS = re.compile(r"[A-Z]\w*[a-z]\w*")
_LOADED = re.compile(r"<(?:script|link|img|iframe|source|object)\b[^>]*?\b(?:src|href|data)=\"(?:https?:)?//[^\"]*\"")
_STYLED = re.compile(r"(?:@import|url\()\s*[\"']?(?:https?:)?//[^\"')]*")


def with_literal_blocks(lines: Sequence[str]) -> Iterator[str]:
    """Mark what stands indented after an empty line as literal, which reStructuredText would take for a quotation."""
    literal, empty = False, True
    for line in lines:
        if line.strip():
            indented = line.startswith("    ")
            if indented and empty and not literal:
                yield from ("::", "")
            literal = indented and (literal or empty)
        empty = not line.strip()
        yield line


def _rewrite(_app: Sphinx, _what: str, _name: str, _it: object, _options: object, lines: list[str]) -> None:
    """Rewrite a docstring in place, as autodoc asks for: reStructuredText of what is plain text here."""
    lines[:] = [_QUOTED.sub(_unglued, line) for line in with_literal_blocks(lines)]


def default_named(signature: str) -> str:
    """Name a function that is a default by its name; `...` is what a factory makes, or a function without a name."""
    return _FUNCTION.sub(r"\1", _MADE.sub("...", signature))


def _readable(
    _app: Sphinx, _what: str, _name: str, _it: object, _options: object, signature: str | None, returns: str | None
) -> tuple[str | None, str | None]:
    """Rewrite a signature, as autodoc asks for."""
    return default_named(signature) if signature else signature, returns


def _unglued(found: re.Match[str]) -> str:
    """Part what is quoted from the letters behind it, as in several `Adapter`s."""
    return f"{found[1]}\\ {found[2]}" if found[2] else found[1]


def _at_home(_app: Sphinx, name: str, source: list[str]) -> None:
    """Lead links to the pages in the repository's own folder to where the site has them."""
    up = "../" * name.count("/")
    for page in BESIDE:
        source[0] = source[0].replace(f"]({up}../{page}.md", f"]({up}{page.lower()}.md")


class Quoted(SphinxRole):
    """What stands between single backticks in a docstring: a link where it names something of ours, else code."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Ask the Python domain for names, and take everything else as it stands."""
        if not _NAME.fullmatch(self.text):
            return [nodes.literal(self.rawtext, self.text)], []
        role = self.env.domains.python_domain.role("obj")
        if role is None:  # Sphinx's own domain always has it
            raise ExtensionError("the Python domain has no role `obj`")
        said = f".{self.text}" if _CLASS.fullmatch(self.text) else self.text  # a class may be another module's
        return role("py:obj", self.rawtext, said, self.lineno, self.inliner, self.options, self.content)


class Lifecycle(SphinxDirective):
    """The Mermaid diagram of the lifecycle, which needs a script from elsewhere: our own picture stands in for it."""

    has_content: ClassVar[bool] = True

    def run(self) -> list[nodes.Node]:
        """Refuse any other diagram: there is no picture of it."""
        if "\n".join(self.content).strip() != mermaid().strip():
            raise self.error("this is not the lifecycle as the table has it; run `make docs`")
        drawn = f'<figure class="lifecycle-picture">{pictures.lifecycle()}</figure>'
        return [nodes.raw("", f"<style>{pictures.STYLE}</style>{drawn}", format="html")]


class IncidentHelp(SphinxDirective):
    """What every verb of the command says of itself, each in a section."""

    def run(self) -> list[nodes.Node]:
        """Ask them now, so that it can never have drifted."""
        return self.parse_text_to_nodes("\n".join(cli_reference.sections()), allow_section_headings=True)


def from_outside(folder: Path) -> Iterator[str]:
    """Name everything that a page or style sheet would load from elsewhere."""
    for path in sorted(folder.rglob("*")):
        pattern = {".html": _LOADED, ".css": _STYLED}.get(path.suffix)
        if pattern is not None:
            for found in pattern.findall(path.read_text("utf-8")):
                yield f"{path.relative_to(folder)}: {found}"


def _watch(app: Sphinx, error: Exception | None) -> None:
    """Fail where the finished site would load something from elsewhere."""
    found = list(from_outside(Path(app.outdir))) if error is None else []
    if found:
        raise ExtensionError("\n".join(["these pages load something from outside:", *found]))


def setup(app: Sphinx) -> dict[str, Any]:
    """Be a Sphinx extension."""
    app.add_role("quoted", Quoted())
    app.add_directive("mermaid", Lifecycle)
    app.add_directive("incident-help", IncidentHelp)
    app.connect("source-read", _at_home)
    app.connect("autodoc-process-docstring", _rewrite)
    app.connect("autodoc-process-signature", _readable)
    app.connect("build-finished", _watch)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
