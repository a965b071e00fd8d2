"""Pictures read back as trees, as a browser would see them."""

from xml.etree.ElementTree import Element, fromstring

SVG = "{http://www.w3.org/2000/svg}"


def tree(picture: str) -> Element:
    """Read a picture; it is XML, and our own, so nothing in it can do harm."""
    return fromstring(picture)  # noqa: S314  see above


def texts(root: Element) -> list[str]:
    """Every text that is shown."""
    return [text.text or "" for text in root.iter(f"{SVG}text")]


def named(root: Element, tag: str, look: str) -> list[Element]:
    """Every element of a tag with all of some classes."""
    return [each for each in root.iter(SVG + tag) if set(look.split()) <= set(each.get("class", "").split())]


def spoken(root: Element) -> tuple[str, str]:
    """Title and description, found by the ids that the picture itself refers to."""
    ids = {each.get("id"): each.text or "" for each in root}
    return ids[root.get("aria-labelledby")], ids[root.get("aria-describedby")]
