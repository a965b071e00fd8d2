"""The process in words: what each state means, and what each event is to a person who has something to do.

What leads where is not said here: that comes from the table (`_table`), so no document can contradict it.
"""

from collections.abc import Callable, Iterable

from incident_fsm import events as e
from incident_fsm._states import State
from incident_fsm._table import ROWS
from incident_fsm.documents.data import PlainData

MEANINGS: dict[State, str] = {
    State.CANDIDATE: "somebody reported what may be an incident, and nobody has decided yet",
    State.CONFIRMED: "it meets the criteria, and the public has not been told",
    State.DECLARED: "the public has been told, and nobody leads yet",
    State.MANAGING: "somebody leads, in one thread, and it is being fixed",
    State.RESOLVED: "users no longer face it, and what is owed afterwards is being done",
    State.REVIEWED: "nothing is owed any more: it is over",
    State.DISMISSED: "it was not an incident of its own, and the reporter was sent elsewhere: it is over",
}
"""What each state means."""

SECTIONS: dict[str, dict[type[e.Event], str]] = {
    "§1 Confirm": {
        e.CandidateReported: "Report what may be an incident",
        e.CandidateConfirmed: "Confirm that it is one",
        e.CandidateDismissed: "Dismiss it: it is none, or part of another",
        e.SecurityBreachFlagged: "Flag it as a security breach",
    },
    "§2 Declare": {e.IncidentDeclared: "Declare it"},
    "§3 Manage": {
        e.ManagementStarted: "Take the lead and open the thread",
        e.NoteTaken: "Take a note",
        e.RoleAssigned: "Give somebody a role",
        e.StatusUpdated: "Update the status page",
    },
    "§4 Fix": {
        e.ServiceRestored: "Say that service is restored",
        e.SupportRequested: "Log a support ticket with a third party",
        e.SupportChased: "Chase a support ticket",
        e.DetailsAmended: "Correct what was recorded",
    },
    "§5 End": {e.IncidentResolved: "Resolve it", e.IncidentReopened: "Reopen it: the trouble is back"},
    "§6 Afterwards": {
        e.FollowUpDone: "Say that something owed is done",
        e.FollowUpWaived: "Say that something owed will not be done",
        e.IncidentReviewed: "Close the review",
    },
}
"""Everything that a person brings, by section of the process, in the words of somebody who does it."""

DOING: dict[type[e.Event], str] = {event: said for section in SECTIONS.values() for event, said in section.items()}
"""What a person does, by event. Deadlines and receipts are not there: programs bring those."""

Usage = Callable[[type[e.Event]], str]
"""How something is typed; empty where nobody types it."""


def unknown_usage(_event: type[e.Event]) -> str:
    """Nothing is typed: for programs that have no command line."""
    return ""


def states_data() -> list[PlainData]:
    """Every state with its meaning and the ways out of it, from the table."""
    return [
        {
            "name": state.value,
            "meaning": MEANINGS[state],
            "final": state.final,
            "ways": [
                {"doing": DOING[row.event], "target": row.target.value}
                for row in ROWS
                if row.source is state and row.target is not state
            ],
        }
        for state in State
    ]


def steps_data(usage: Usage) -> list[PlainData]:
    """Everything that a person brings, by section: when it is possible, where it leads, and how it is typed."""
    return [
        {"section": section, "doing": said, **_cells(event), "usage": usage(event)}
        for section, events in SECTIONS.items()
        for event, said in events.items()
    ]


def _cells(event: type[e.Event]) -> PlainData:
    """When an event is possible, and where it leads if that is somewhere else."""
    rows = [row for row in ROWS if row.event is event]
    return {
        "sources": _named(row.source for row in rows),
        "targets": _named(row.target for row in rows if row.target is not row.source),
    }


def _named(states: Iterable[State | None]) -> list[str]:
    """Name states, each once, in order."""
    return list(dict.fromkeys(state.value for state in states if state is not None))
