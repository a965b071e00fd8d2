"""Texts of others, made fit for the page: titles that carry the incident's reference, messages as rich text, and back.

A message is rich text (vendor's document, StatusPagePostUpdate), so it is escaped for HTML. PagerDuty also passes it on
to mail and Slack, and nobody says how it is escaped there: what Slack would obey is therefore broken up beforehand.
Whether a title is taken as plain text or as HTML is not said either, so it holds no angle brackets at all.
"""

import html
import re
from bisect import bisect_left
from itertools import accumulate

TITLE_MAX = 128
"""So many characters has a title at most (vendor's document, StatusPagePostPostRequest)."""

POST_MORTEM_MAX = 10_000
"""So many characters has a post-mortem at most, as it is sent (vendor's document, StatusPagePostmortemRequest)."""

_LOOK_ALIKES = str.maketrans("<>", "‹›")
_OBEYED_BY_SLACK = re.compile(r"<(?=[!@#]|[a-z][a-z0-9+.-]*:)", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_BREAKS = "\n\u2028\u2029"


def title(said: str, incident_id: str) -> str:
    """The title of an incident's post: one line of at most 128 characters that ends with the incident's reference.

    What is too long is cut visibly; the reference never is, because the post is found again by it.
    """
    marker = f" {reference(incident_id)}"
    line = " ".join(said.translate(_LOOK_ALIKES).split())
    room = TITLE_MAX - len(marker)
    return (line if len(line) <= room else f"{line[: room - 1].rstrip()}…") + marker


def reference(incident_id: str) -> str:
    """What the title of an incident's post ends with."""
    return f"({incident_id})"


def belongs(said: object, incident_id: str) -> bool:
    """Whether a title is that of an incident's post. `(INC-1)` is not taken for `(INC-11)`, nor the other way round."""
    return isinstance(said, str) and said.rstrip().endswith(reference(incident_id))


def message(said: str, limit: int | None = None) -> str:
    """A text as rich text that shows it as it is. Longer than `limit` characters, as sent, it is cut visibly."""
    pieces = [_escaped(character) for character in _OBEYED_BY_SLACK.sub("‹", said)]
    lengths = list(accumulate(map(len, pieces), initial=0))
    if limit is not None and lengths[-1] > limit:
        fitting = bisect_left(lengths, limit) - 1  # whole pieces only, and room for one more character
        pieces = [*pieces[:fitting], "…"]
    return "".join(pieces)


def _escaped(character: str) -> str:
    """Escape one character for HTML."""
    return "<br>" if character in _BREAKS else html.escape(character)


def plain(rich: object) -> str:
    """What a reader sees of rich text, on one line: for comparing, as the page may keep the same text in other tags."""
    return " ".join(html.unescape(_TAG.sub(" ", rich)).split()) if isinstance(rich, str) else ""
