"""Text that others wrote, for terminals and logs: on one line, and unable to play tricks.

A terminal obeys control sequences: a title could clear the screen, name the window or hide what follows. So whatever
is not plainly printable is shown as Python would write it.
"""

WIDTH = 200
"""So many characters of a text are shown."""


def visible(text: str, width: int = WIDTH) -> str:
    """Show a text on one line: unprintable characters as escapes, and a backslash as two so that none is made up."""
    shown = "".join(map(_visible, text[: width + 1]))
    return shown if len(text) <= width else f"{''.join(map(_visible, text[:width]))}…"


def _visible(character: str) -> str:
    """Show one character."""
    if character == "\\":
        return "\\\\"
    return character if character.isprintable() else repr(character)[1:-1]
