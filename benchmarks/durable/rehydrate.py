"""An incident folded from its stored events, beside the fastest decode-and-fold that we can write by hand.

Ours is what `replay` does: strict JSON (no key twice, no unknown field, bounds), the event, the guard once more, the
next incident and its commands. By hand: `json.loads`, each event made by a line of its own that knows its fields, and
nothing but its effect on one draft that stays open: no guard, no command, no snapshot in between, no check of the JSON.
Events are made by their own constructors in both, so what is decoded is as sound; and both end at the same incident.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from benchmarks.durable import row
from benchmarks.durable.turns import medians, timed
from benchmarks.durable.world import AT, LIFECYCLE, POLICY, around, beginning

from incident_fsm import Answer, Assessment, Fix, Incident, Kind, Step, codec, replay
from incident_fsm import events as e
from incident_fsm._incident import Draft, seal
from incident_fsm._table import ROWS
from incident_fsm.commands import Command

EVENTS = 1_000
ROUNDS = 25
ROW_OF = {(found.event, found.source): found for found in ROWS}


def rows() -> Iterator[row.Row]:
    """Measure both on the same stored texts."""
    texts = stored()
    if ours(texts) != by_hand(texts):
        raise AssertionError("the two folds do not lead to the same incident")
    taken = medians({"ours": timed(lambda: ours(texts)), "hand": timed(lambda: by_hand(texts))}, ROUNDS)
    note = (
        f"{EVENTS} events with a receipt for each command; ours: strict decode, guards and commands of each step; by "
        "hand: json.loads, a constructor call for each event, its effect on one open draft, no check and no command"
    )
    each = 1e6 / EVENTS
    yield row.at_most("rehydrate from events ÷ by hand", taken["ours"] * each, taken["hand"] * each, 2.25, note)


def stored() -> list[str]:
    """The texts of a history: the events go round, and each command's receipt comes in after its step."""
    incident: Incident | None = None
    texts: list[str] = []
    for fact in (*beginning(), *islice(around(), EVENTS)):
        waiting: list[e.Event] = [fact]
        while waiting and len(texts) < EVENTS:
            event = waiting.pop(0)
            step = LIFECYCLE.attempt(incident, event)
            assert isinstance(step, Step), step
            incident = step.after
            texts.append(codec.encode_event(event))
            waiting += [receipt(command) for command in step.commands]
    return texts


def receipt(command: Command) -> e.CommandDone:
    """What came of a command."""
    name = type(command).__name__
    link = "https://example.org/archives/C0123456789/p1767225600000000"
    return e.CommandDone(
        id=f"done:{command.id}", at=AT, by="slack", command_id=command.id, command=name, adapter="slack",
        reference=f"C0123456789/{command.id}", link=link,
    )  # fmt: skip


def ours(texts: list[str]) -> Incident:
    """As `incident verify` and an import do it."""
    return replay((codec.decode_event(text), LIFECYCLE) for text in texts)


def by_hand(texts: list[str]) -> Incident:
    """As fast as it can be written."""
    draft = Draft()
    state = None
    for text in texts:
        data = json.loads(text)
        event = MAKE[data["type"]](data)
        found = ROW_OF[type(event), state]
        found.evolve(draft, event, POLICY)
        draft.revision += 1
        if found.source is not found.target:
            draft.state = state = found.target
            draft.entered_at = event.at
    return seal(draft)


def _at(data: dict[str, Any]) -> datetime:
    """When it happened."""
    return datetime.fromisoformat(data["at"])


def _answers(data: dict[str, Any]) -> Assessment:
    """The criteria, as far as they are told."""
    return Assessment(
        **{name: Answer(met=each["met"], evidence=each.get("evidence", "")) for name, each in data.items()}
    )


MAKE: dict[str, Callable[[dict[str, Any]], e.Event]] = {
    "CandidateReported": lambda d: e.CandidateReported(
        id=d["id"], at=_at(d), by=d["by"], incident_id=d["incident_id"], title=d["title"], kind=Kind.LIVE
    ),
    "CandidateConfirmed": lambda d: e.CandidateConfirmed(
        id=d["id"], at=_at(d), by=d["by"], assessment=_answers(d["assessment"])
    ),
    "IncidentDeclared": lambda d: e.IncidentDeclared(
        id=d["id"], at=_at(d), by=d["by"], services=tuple(d["services"]), impact=d["impact"], message=d["message"],
        next_update_at=datetime.fromisoformat(d["next_update_at"]),
    ),
    "ManagementStarted": lambda d: e.ManagementStarted(id=d["id"], at=_at(d), by=d["by"], lead=d["lead"]),
    "NoteTaken": lambda d: e.NoteTaken(id=d["id"], at=_at(d), by=d["by"], text=d["text"]),
    "CommandDone": lambda d: e.CommandDone(
        id=d["id"], at=_at(d), by=d["by"], command_id=d["command_id"], command=d["command"], adapter=d["adapter"],
        reference=d["reference"], link=d["link"],
    ),
    "IncidentResolved": lambda d: e.IncidentResolved(
        id=d["id"], at=_at(d), by=d["by"], users_unaffected=d["users_unaffected"], fix=Fix[d["fix"].upper()],
        how=d["how"],
    ),
    "IncidentReopened": lambda d: e.IncidentReopened(
        id=d["id"], at=_at(d), by=d["by"], reason=d["reason"], impact=d["impact"], message=d["message"],
        next_update_at=datetime.fromisoformat(d["next_update_at"]),
    ),
}  # fmt: skip
"""How an event is made of its JSON, for those that this history has."""
