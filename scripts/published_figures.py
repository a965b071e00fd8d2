"""Computed durations beside those that were published with an incident log, and why they differ: a Markdown page.

    python scripts/published_figures.py LOG.json > docs/published_figures.md

Nothing is tuned to match. Where a published figure is not ours, it is looked for among all pairs of published times,
by the wall clock and by the support hours that the log names; where none gives it, that is said, with the difference.
"""

import re
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path

from attrs import evolve

from incident_fsm import Lifecycle, Milestones, metrics
from incident_fsm.incident_log import Replayed, read_log, replay_log
from incident_fsm.policy import Calendar
from incident_fsm.policy_files import load_shipped

_LENGTH = re.compile(r"(?:(\d+)d ?)?(?:(\d+)h ?)?(?:(\d+)m)?")
_SLACK = timedelta(minutes=1)
SUPPORT = (10, 17)
"""The support hours that the log names beside two of its figures: 10:00 to 17:00 on working days."""

NAMES = ("fault", "detected", "aware", "declared", "repaired", "resolved")


def page(log: Path) -> str:
    """Write the whole page."""
    lines = [*_HEAD, "", "| incident | measure | published | computed | support hours | why they differ |"]
    lines.append("|---|---|---|---|---|---|")
    lifecycle = Lifecycle(load_shipped("cloud_platform"))
    rows = [row for replayed in replay_log(read_log(log), lifecycle) for row in _rows(replayed, _support(lifecycle))]
    same = sum(row[-1] == SAME for row in rows)
    published = sum(row[2] != NOT_PUBLISHED for row in rows)
    lines += [f"| {' | '.join(row)} |" for row in rows]
    lines += ["", f"Of {published} published durations, {same} are reproduced by the wall clock."]
    return "\n".join(lines) + "\n"


_HEAD = (
    "# Published figures, and ours",
    "",
    "The Cloud Platform team's incident log (ministryofjustice/cloud-platform, MIT), as published, taken through the",
    "lifecycle. Made by `scripts/published_figures.py`; the definitions are those of `incident_fsm.metrics`.",
)
SAME, NOT_PUBLISHED, UNKNOWN = "", "–", "–"


def _support(lifecycle: Lifecycle) -> Calendar:
    """The team's calendar with the support hours that the log names."""
    opens, closes = (datetime(2000, 1, 1, hour).time() for hour in SUPPORT)  # noqa: DTZ001  a time of day
    return evolve(lifecycle.policy.calendar, opens=opens, closes=closes)


def _rows(replayed: Replayed, support: Calendar) -> Iterator[tuple[str, ...]]:
    """Two rows: time to repair, time to resolve."""
    said = replayed.published if isinstance(replayed.published, dict) else {}
    for measure, minutes in (("repair", replayed.minutes_to_repair), ("resolve", replayed.minutes_to_resolve)):
        published = _length(str(said.get(measure, "")))
        computed = None if minutes is None else timedelta(minutes=minutes)
        yield (
            replayed.id,
            measure,
            str(said.get(measure) or NOT_PUBLISHED),
            _shown(computed),
            _shown(_in_support(replayed, measure, support)),
            _why(replayed, published, computed, support),
        )


def _in_support(replayed: Replayed, measure: str, support: Calendar) -> timedelta | None:
    """The same measure in support hours."""
    if replayed.incident is None:
        return None
    marks = replayed.incident.milestones
    interval = metrics.repair_interval(marks) if measure == "repair" else metrics.resolve_interval(marks)
    return None if interval is None else support.support_time(*interval)


def _why(replayed: Replayed, published: timedelta | None, computed: timedelta | None, support: Calendar) -> str:
    """Say why a published figure is not ours; empty where it is, or where none was published."""
    if published is None or (computed is not None and abs(published - computed) < _SLACK):
        return SAME if published is not None else "none was published"
    marks = Milestones() if replayed.incident is None else replayed.incident.milestones
    found = list(_pairs(marks, published, support))
    if found:
        return f"theirs is {found[0]}"
    if computed is None:
        return (
            "a time that it needs is not published, or contradicts another; no pair of the others gives theirs either"
        )
    more = "more" if published > computed else "less"
    return f"no pair of the published times gives theirs; it is {_shown(abs(published - computed))} {more} than ours"


def _pairs(marks: Milestones, published: timedelta, support: Calendar) -> Iterator[str]:
    """Name the pairs of milestones that give a published figure, by either clock."""
    known = [(name, getattr(marks, name)) for name in NAMES if getattr(marks, name) is not None]
    for (first, start), (last, end) in permutations(known, 2):
        if start > end:
            continue
        if abs(end - start - published) < _SLACK:
            yield f"from {first} to {last}"
        elif abs(support.support_time(start, end) - published) < _SLACK:
            yield f"from {first} to {last} in support hours"


def _length(said: str) -> timedelta | None:
    """Read a published length, like "1d 5h 47m"; what stands in brackets is a remark."""
    found = _LENGTH.match(said.strip())
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


def _shown(length: timedelta | None) -> str:
    """A length as hours and minutes."""
    if length is None:
        return UNKNOWN
    minutes = round(length.total_seconds() / 60)
    return f"{minutes // 60}h {minutes % 60:02}m"


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004  the script and its one argument
        sys.exit(__doc__)
    sys.stdout.write(page(Path(sys.argv[1])))
