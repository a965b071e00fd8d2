"""Text that others wrote, made fit for print: what a reader cannot see, or what could turn the line around, is gone.

Events are checked when made, commands and links from outside systems are not; so every document goes through here.
"""

import unicodedata

_JOINERS = "\u200c\u200d"
"""Kept although they are invisible: Persian words and families of emoji are spelt with them."""

_SHOWN = {"Cc": "", "Cf": "", "Cs": "\N{REPLACEMENT CHARACTER}", "Zl": "\n", "Zp": "\n", "Zs": " "}
"""What becomes of control and format characters (bidirectional marks, zero-width ones), lone surrogates (they cannot
be written as UTF-8), Unicode's own line ends, and its many spaces, of which every program counts others as such."""


def printable(text: str) -> str:
    """Give the text with nothing in it that a reader cannot see. Line ends stay, tabs become four spaces."""
    if text.isascii() and text.isprintable():
        return text
    unified = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    return "".join(map(_seen, unified))


def one_line(text: str) -> str:
    """Give the text as a single line."""
    return " ".join(printable(text).split())


def _seen(character: str) -> str:
    """Give what a reader may see of one character."""
    if character == "\n" or character in _JOINERS:
        return character
    return _SHOWN.get(unicodedata.category(character), character)
