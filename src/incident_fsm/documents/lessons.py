"""What a review learned, sorted: what went well, what went badly, why it happened, and everything else.

A review records lessons, each a text. One that begins with "Went well:", "Went badly:" or "Cause:" (in any case of
letters) stands under that heading in the documents; every other is a lesson. So nobody has to learn another form, and
an older record reads as it always did.
"""

from collections.abc import Iterable

OPENINGS = {"cause": "causes", "went well": "well", "went badly": "badly"}
"""The openings that sort a lesson, and what it is sorted under."""

OTHER = "other"
"""Where every other lesson stands."""


def sorted_lessons(lessons: Iterable[str]) -> dict[str, list[str]]:
    """Sort lessons under "causes", "well", "badly" and "other", the openings taken off; in the order recorded."""
    found: dict[str, list[str]] = {key: [] for key in (*OPENINGS.values(), OTHER)}
    for lesson in lessons:
        opening, _, said = lesson.partition(":")
        key = OPENINGS.get(" ".join(opening.lower().split()))
        if key is None or not said.strip():
            found[OTHER].append(lesson)
        else:
            found[key].append(said.strip())
    return found
