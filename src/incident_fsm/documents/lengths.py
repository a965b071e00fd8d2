"""How long things took, as rows for a table: by the wall clock and by support hours."""

from incident_fsm import measures
from incident_fsm._calendar import Calendar
from incident_fsm.documents.data import PlainData
from incident_fsm.measures import Measured, Summary

EXPLAINED = {
    "detect": "from the fault until it was noticed",
    "declare": "from when the team became aware until it was declared",
    "respond": "from when the team became aware until somebody led",
    "repair": "from the declaration, or from when the team became aware, until users were served again",
    "resolve": "from the fault until the official end",
    "review": "from the official end until the review was over",
}
"""Each measure in words, in the order of an incident."""


def lengths(took: Measured, calendar: Calendar) -> list[PlainData]:
    """A row for each measure that is known; none is typed by hand."""
    return [
        {
            "name": f"Time to {name}",
            "explained": EXPLAINED[name],
            "wall": took.wall_clock(name),
            "support": took.support_hours(name, calendar),
        }
        for name in measures.MEASURES
        if name in took.intervals
    ]


def middle_lengths(summary: Summary) -> list[PlainData]:
    """A row for each measure that is known of any incident of a group: the middle one, and of how many."""
    return [
        {
            "name": f"Time to {name}",
            "explained": EXPLAINED[name],
            "known": summary.known[name],
            "wall": summary.wall_clock[name],
            "support": summary.support_hours[name],
        }
        for name in measures.MEASURES
        if summary.known[name]
    ]
