"""What the page of metrics says: the newest quarters as plots, and the same figures as a table."""

from datetime import datetime, timedelta

from incident_fsm import codec, measures, pictures
from incident_fsm._incident import Incident
from incident_fsm._values import Kind
from incident_fsm.board.cards import is_restricted
from incident_fsm.desk import Desk
from incident_fsm.documents import PlainData
from incident_fsm.engine import Query
from incident_fsm.measures import Summary
from incident_fsm.pictures.words import hours

QUARTERS = 8
"""So many quarters are shown, the newest; `incident metrics` tells of all."""

_QUARTER = timedelta(days=92)


def numbers(desk: Desk, now: datetime, *, restricted: bool) -> PlainData:
    """Everything that the page of metrics says. Drills do not count; restricted incidents only where asked for."""
    query = Query(after=(now - QUARTERS * _QUARTER, ""))
    incidents = [codec.decode_incident(snapshot.payload) for snapshot in list(desk.engine.find(query))]
    counted = [one for one in incidents if one.kind is not Kind.DRILL and (restricted or not is_restricted(one))]
    measured = [_measured(desk, incident, now) for incident in counted]
    found = measures.summarise(measured, desk.policy.calendar, measures.GROUPINGS["quarter"])[-QUARTERS:]
    return {
        "plots": pictures.plots(found) if found else (),
        "rows": [_row(summary) for summary in found],
        "hidden": 0 if restricted else sum(is_restricted(one) for one in incidents),
        "quarters": QUARTERS,
    }


def _measured(desk: Desk, incident: Incident, now: datetime) -> measures.Measured:
    """Measure one incident."""
    return measures.measure(incident, desk.timeline(incident.id), desk.policy, now)


def _row(summary: Summary) -> PlainData:
    """A quarter's figures in words; a dash where nothing is known."""
    return {
        "quarter": summary.group,
        "incidents": summary.incidents,
        "lengths": [
            hours(lengths[name]) if name in lengths else "–"
            for name in ("repair", "resolve")
            for lengths in (summary.wall_clock, summary.support_hours)
        ],
        "kept": summary.promises_kept,
        "missed": summary.promises_missed,
    }
