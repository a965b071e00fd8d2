"""Small logs for the tests: an incident in good order, and what becomes of it when one part is changed."""

import json
from typing import Any

from incident_fsm import Lifecycle
from incident_fsm.incident_log import Replayed, parse_log, replay_log
from incident_fsm.policy_files import load_shipped

LIFECYCLE = Lifecycle(load_shipped("cloud_platform"))

DAY = "2024-05-01"
TIMES = {"fault": "09:00", "detected": "09:05", "declared": "09:15", "repaired": "10:00", "resolved": "11:00"}


def key_events(**times: str | None) -> list[dict[str, Any]]:
    """Key events in good order, some of them changed: a time of the day, a whole time, or None to leave it out."""
    chosen = {**TIMES, **times}
    return [
        {"milestone": name, "at": f"{DAY}T{at}" if len(at) == len("09:00") else at, "text": name}
        for name, at in chosen.items()
        if at is not None
    ]


def incident(**parts: Any) -> dict[str, Any]:
    """Write an incident in good order, with some parts changed."""
    return {
        "id": f"{DAY}-nodes-gone",
        "title": "Incident on 2024-05-01 - Nodes gone",
        "key_events": key_events(),
        "published": {"repair": "0h 55m", "resolve": "2h"},
        "identified": "Pingdom reported it.",
        "impact": "Users saw errors.",
        "timeline": [{"at": f"{DAY}T09:05", "text": "Pingdom alert"}, {"at": f"{DAY}T10:00", "text": "Nodes are back"}],
        "resolution": "Nodes were added.",
        "review_actions": ["Watch the nodes"],
        **parts,
    }


def replay(*incidents: object, **about: object) -> list[Replayed]:
    """Replay a log of these incidents."""
    text = json.dumps({"about": {"timezone": "Europe/London", "source": "the log", **about}, "incidents": incidents})
    return list(replay_log(parse_log(text), LIFECYCLE))


def replay_one(**parts: Any) -> Replayed:
    """Replay a log of one incident in good order, with some parts changed."""
    (replayed,) = replay(incident(**parts))
    return replayed


def oddities(replayed: Replayed) -> dict[str, str]:
    """The diagnostics as field to reason; reasons about the same field are joined."""
    found: dict[str, str] = {}
    for each in replayed.diagnostics:
        found[each.field] = f"{found[each.field]}; {each.reason}" if each.field in found else each.reason
    return found
