"""SVG built as a tree, so that no text can become markup. Text stays text; nothing from outside is ever named.

A picture has a title and a description for those who hear it. Its looks are classes of `pictures.css`; an element
carries no style of its own, because the pages that hold it allow none (CSP).
"""

import unicodedata
from xml.etree.ElementTree import Element, SubElement, tostring

from attrs import frozen

from incident_fsm.documents.text import one_line

NAMESPACE = "http://www.w3.org/2000/svg"
"""A name and no address: nothing is fetched from there."""

Number = float | str
"""A length: pixels, or text such as "40%"."""


@frozen(kw_only=True)
class Spoken:
    """What a picture is called, and what it shows in words. `prefix` keeps its ids apart from others' on one page."""

    prefix: str
    title: str
    description: str


def drawing(spoken: Spoken, kind: str, *, width: Number, height: float, scales: bool) -> Element:
    """Begin a picture. One that scales keeps its proportions; the other keeps its text's size and fills the width."""
    root = Element("svg", {"xmlns": NAMESPACE, "class": f"picture {kind}", "role": "img"})
    root.set("aria-labelledby", f"{spoken.prefix}-title")
    root.set("aria-describedby", f"{spoken.prefix}-description")
    root.set("width", _length(width))
    root.set("height", _length(height))
    if scales:
        root.set("viewBox", f"0 0 {_length(width)} {_length(height)}")
    add(root, "title", spoken.title, id=f"{spoken.prefix}-title")
    add(root, "desc", spoken.description, id=f"{spoken.prefix}-description")
    return root


def add(parent: Element, tag: str, text: str = "", **attributes: Number) -> Element:
    """Add an element. In the names of attributes, `_` stands for `-`, and one at the end for nothing (`class_`)."""
    named = {name.rstrip("_").replace("_", "-"): _length(value) for name, value in attributes.items()}
    made = SubElement(parent, tag, named)
    if text:
        made.text = one_line(text)
    return made


def written(root: Element) -> str:
    """Write a picture out, to stand within a page."""
    return tostring(root, encoding="unicode")


def fitted(text: str, columns: int) -> str:
    """Shorten a text to a number of columns; wide characters take two of them."""
    said = one_line(text)
    used = 0
    for place, character in enumerate(said):
        used += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if used > columns:
            return f"{said[: max(0, place - 1)].rstrip()}…"
    return said


def _length(value: Number) -> str:
    """Write a number without a tail of noughts."""
    return value if isinstance(value, str) else f"{round(value, 2):g}"
