"""How long things took, as rows for a table: by the wall clock and by support hours."""

from incident_fsm import measures
from incident_fsm._calendar import Calendar
from incident_fsm.documents.data import PlainData
from incident_fsm.measures import Measured, Summary


def lengths(took: Measured, calendar: Calendar) -> list[PlainData]:
    """A row for each measure that is known; none is typed by hand."""
    return [
        {
            "name": f"Time to {name}",
            "explained": measures.EXPLAINED[name],
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
            "explained": measures.EXPLAINED[name],
            "known": summary.known[name],
            "wall": summary.wall_clock[name],
            "support": summary.support_hours[name],
        }
        for name in measures.MEASURES
        if summary.known[name]
    ]
