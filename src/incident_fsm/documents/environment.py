"""The door to Jinja2: two environments, one for Markdown and one for HTML, and nothing unescaped in either.

Whatever a template prints is escaped unless it comes out of one of our own filters; a name that the data does not hold
is an error (`StrictUndefined`), never a gap. A folder of one's own templates goes before the ones that ship: a file of
the same name replaces one of them, and may build on the very file that it replaces (`{% extends "shipped/…" %}`).
"""

import base64
import hashlib
import re
import traceback
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
)
from markupsafe import Markup, escape

from incident_fsm.documents import markdown, times
from incident_fsm.documents.markdown import Markdown
from incident_fsm.documents.text import printable
from incident_fsm.errors import InvalidValue

Data = Mapping[str, Any]
"""Plain data: what a template is given."""

_BLANK_LINES = re.compile(r"\n{3,}")
"""The gaps that left-out parts leave in Markdown. The empty lines of others' texts are quoted there, and stay."""

_SAFE_ADDRESSES = ("https://", "http://", "file://", "mailto:")


SHIPPED = "shipped"
"""Under this folder's name, every template that ships can be had although one's own replaces it."""


def render(template: str, data: Data, templates: Path | None = None, *, style: str = "") -> str:
    """Fill a template in. Its name says the form: `….html.j2` is HTML, `….md.j2` Markdown. Ends with one line end.

    `style` is added to the style sheet of an HTML page, for what is drawn in it. It must be ours.

    Raises `InvalidValue` with file and line where a template of one's own is wrong, and where its folder is none;
    nothing is written then.
    """
    if templates is not None and not templates.is_dir():  # it would otherwise replace nothing, in silence
        raise InvalidValue("templates", f"{templates} is no folder", "name the folder that holds your templates")
    try:
        return _filled(template, data, templates, style)
    except Exception as error:
        trouble = isinstance(error, OSError) and not isinstance(error, TemplateNotFound)
        if trouble or templates is None:  # of the system, or of ours: then it is a bug
            raise
        where, problem = _fault(error, template)
        raise InvalidValue(where, problem, "mend that template, or remove it to use the one that ships") from error


def _filled(template: str, data: Data, templates: Path | None, style: str) -> str:
    """Fill a template in, whatever comes of it."""
    if ".html" in template:
        environment = _html(templates)
        written = environment.get_template(template).render({**data, **_styles(environment, style)})
    else:
        written = _BLANK_LINES.sub("\n\n", _markdown(templates).get_template(template).render(data))
    return written.strip("\n") + "\n"


def _fault(error: Exception, template: str) -> tuple[str, str]:
    """Say where a template is wrong, and what is wrong there."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or template}, line {error.lineno}", str(error.message)
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith((".j2", ".css"))]
    where = f"{lines[-1].filename}, line {lines[-1].lineno}" if lines else template
    return where, str(error) or type(error).__name__


def _loader(templates: Path | None) -> BaseLoader:
    """Find templates: one's own first, then those that ship."""
    shipped = PackageLoader("incident_fsm.documents", "templates")
    if templates is None:
        return shipped
    return ChoiceLoader([FileSystemLoader(templates), shipped, PrefixLoader({SHIPPED: shipped})])


class _MarkdownEnvironment(Environment):
    """Knows that what a block, a macro or `super()` has put together is Markdown already."""

    @staticmethod
    def concat(parts: Iterable[str]) -> Markdown:
        """Put together what a template has printed."""
        return Markdown("".join(parts))


@lru_cache(maxsize=8)
def _markdown(templates: Path | None) -> Environment:
    """Make the environment for Markdown. Jinja2 escapes for HTML only, so `finalize` does it here."""
    environment = _MarkdownEnvironment(
        loader=_loader(templates),
        undefined=StrictUndefined,
        autoescape=False,  # `finalize` escapes whatever is printed, and for Markdown
        finalize=lambda value: value if isinstance(value, Markdown) else markdown.inline(str(value)),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {**markdown.ESCAPES, **_words(), "sentence": _markdown_sentence}
    return environment


@lru_cache(maxsize=8)
def _html(templates: Path | None) -> Environment:
    """Make the environment for HTML."""
    environment = Environment(
        loader=_loader(templates),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=lambda value: printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        **_words(),
        "when": _html_when(times.when),
        "clock": _html_when(times.clock),
        "sentence": _html_sentence,
        "link": _html_link,
        "picture": Markup,
    }
    return environment


def _styles(environment: Environment, added: str) -> dict[str, str]:
    """The style sheet of a page and its digest, by which the page allows itself that one and no other (CSP)."""
    style = environment.get_template("page.css").render() + added
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return {"style": Markup(style), "style_hash": digest}  # noqa: S704  the style sheet is ours


def _words() -> dict[str, Any]:
    """The filters that both forms share: times and lengths in words."""
    return {"when": times.when, "clock": times.clock, "day": times.day, "length": times.length}


def _markdown_sentence(entry: Data) -> Markdown:
    """A timeline entry as a sentence: the form is ours, the values in it are not."""
    return Markdown(entry["form"].format_map({name: _markdown_value(name, said) for name, said in _values(entry)}))


def _markdown_value(name: str, said: str) -> Markdown:
    """A value within a sentence; a link works as one."""
    return markdown.link(said) if name == "link" else markdown.inline(said)


def _html_sentence(entry: Data) -> Markup:
    """The same in HTML: `Markup.format_map` escapes every value."""
    values = {name: _html_link(said) if name == "link" else printable(said) for name, said in _values(entry)}
    return Markup(entry["form"]).format_map(values)  # noqa: S704  the forms are constants of `sentences`


def _values(entry: Data) -> Iterable[tuple[str, str]]:
    """What fills the slots of a sentence."""
    values: dict[str, str] = entry["values"]
    return values.items()


def _html_when(words: Any) -> Any:  # noqa: ANN401  a filter
    """Make a filter that shows a time to people and to programs."""

    def shown(moment: datetime) -> Markup:
        return Markup('<time datetime="{}">{}</time>').format(times.machine(moment), words(moment))

    return shown


def _html_link(address: str) -> Markup:
    """Show an address as a link if a browser would only open it; `javascript:` and the like stay text."""
    said = printable(address)
    if not said.lower().startswith(_SAFE_ADDRESSES):
        return escape(said)
    return Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(said)
