"""The milestones of a published incident: read, held against one another, and what is odd about them listed."""

from datetime import datetime
from zoneinfo import ZoneInfo

from attrs import evolve

from incident_fsm._guards.milestones import MILESTONES
from incident_fsm.incident_log._findings import Findings
from incident_fsm.incident_log._times import Reading, far_from, other_time_in, out_of_order, read_time

_NOT_DECLARED = "not_declared"
_KEYS = frozenset({"milestone", "at", "text"})


def read_key_events(said: object, zone: ZoneInfo, findings: Findings) -> tuple[dict[str, Reading], str]:
    """Read the milestones, and the words with which the log says that the incident was not declared."""
    readings: dict[str, Reading] = {}
    not_declared = ""
    for number, entry in enumerate(findings.items("key_events", said)):
        path = f"key_events[{number}]"
        name = entry.get("milestone") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or name not in (*MILESTONES, _NOT_DECLARED):
            findings.add(path, entry, "names no milestone of this format, and is not recorded")
            continue
        findings.unknown_keys(f"{path}.", entry, _KEYS)
        text = findings.text(f"{path}.text", entry.get("text"))
        if name == _NOT_DECLARED:
            not_declared = text or "it was not declared"
            if entry.get("at") is not None:
                findings.add(f"{path}.at", entry["at"], "is the time of something that did not happen")
            continue
        reading = read_time(entry.get("at"), zone)
        if reading.missing and text:
            reading = evolve(reading, said=text)
        if other := other_time_in(text, reading):
            reading = evolve(reading, remark=f"the text says {other}")
        known = readings.get(str(name))
        readings[str(name)] = reading if known is None else _once(f"key_events.{name}", known, reading, findings)
    if not_declared and (declared := readings.get("declared")):
        readings["declared"] = evolve(declared, doubt="it is also published that the incident was not declared")
    return readings, not_declared


def _once(field: str, first: Reading, second: Reading, findings: Findings) -> Reading:
    """Make one of a milestone that is published twice."""
    if second.shown is None or second.shown == first.shown:
        findings.add(field, second.said, "is published twice; this one adds nothing")
        return first
    if first.shown is None:
        findings.add(field, first.said, "is published twice; this one adds nothing")
        return second
    return evolve(first, doubt=f"is published twice, and as {second.shown} as well")


def near(reading: Reading, anchor: datetime) -> Reading:
    """Doubt a time that is too far from the incident."""
    why = far_from(anchor, reading.credible) if reading.credible else ""
    return evolve(reading, doubt=why) if why else reading


def in_order(readings: dict[str, Reading]) -> dict[str, Reading]:
    """Doubt the times that cannot be right together."""
    times = {name: reading.credible for name, reading in readings.items() if reading.credible}
    doubts = out_of_order(times, {name: str(reading.shown) for name, reading in readings.items()})
    return {
        name: evolve(reading, doubt=doubts[name]) if name in doubts else reading for name, reading in readings.items()
    }


def list_doubts(readings: dict[str, Reading], findings: Findings) -> None:
    """List what is wrong with each milestone, and what is odd about the declaration, which may be late."""
    for name, reading in readings.items():
        for why in filter(None, (reading.doubt, reading.remark)):
            findings.add(f"key_events.{name}", reading.said, why)
    declared = readings.get("declared")
    if declared is None or declared.credible is None:
        return
    for name, odd in (("detected", declared.credible.__lt__), ("resolved", declared.credible.__gt__)):
        other = readings.get(name)
        if other is not None and other.credible is not None and odd(other.credible):
            side = "before" if name == "detected" else "after"
            findings.add("key_events.declared", declared.said, f"the incident was declared {side} it was {name}")


def list_missing(readings: dict[str, Reading], not_declared: str, findings: Findings) -> None:
    """List each milestone that durations or the process need and that is not published at all."""
    missing = "no key event says when the incident was"
    if "declared" not in readings and not not_declared:
        findings.add("key_events.declared", None, f"{missing} declared")
    for name, lost in (("repaired", "repair"), ("resolved", "resolve")):
        if name not in readings:
            findings.add(f"key_events.{name}", None, f"{missing} {name}, so the time to {lost} is unknown")
    if not {"fault", "detected", "aware"} & readings.keys():
        findings.add("key_events.detected", None, "no key event says when the incident began")
