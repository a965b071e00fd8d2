"""Take a published incident log through the lifecycle: `replay_incident_log.py FILE [--json]`.

Each incident is recorded as a backfilled one under the `cloud_platform` policy, as it happened. What contradicts itself
is kept as published and listed. Durations are by the wall clock. The format of FILE: `incident_fsm.incident_log`.
"""

import argparse
import json
import sys
from collections.abc import Sequence

from incident_fsm import Lifecycle
from incident_fsm.errors import CodecError
from incident_fsm.incident_log import Replayed, read_log, replay_log
from incident_fsm.policy_files import load_shipped

COLUMNS = "{:<54} {:<9} {:>10} {:>11} {:>5} {:>4}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay the log, and print a table or JSON."""
    parser = argparse.ArgumentParser(description="Take a published incident log through the lifecycle.")
    parser.add_argument("file", help="a log like cloud_platform_incidents.json")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    chosen = parser.parse_args(arguments)
    try:
        log = read_log(chosen.file)
    except CodecError as error:
        print(error, file=sys.stderr)
        return 2
    replayed = list(replay_log(log, Lifecycle(load_shipped("cloud_platform"))))
    if chosen.json:
        print(json.dumps([incident.as_json() for incident in replayed], indent=2))
    else:
        print_table(replayed)
    return 0


def print_table(replayed: Sequence[Replayed]) -> None:
    """Print one line for each incident, and below them what is odd about each."""
    print(COLUMNS.format("incident", "state", "to repair", "to resolve", "notes", "odd"))
    for incident in replayed:
        lengths = length(incident.minutes_to_repair), length(incident.minutes_to_resolve)
        oddities = len(incident.diagnostics)
        print(COLUMNS.format(incident.id, incident.state or "-", *lengths, incident.notes, oddities))
    print(f"\n{len(replayed)} incidents. What is odd about them, kept as published:")
    for incident in replayed:
        for number, found in enumerate(incident.diagnostics):
            if not number:
                print(f"\n{incident.id}")
            value = "" if found.value is None else f" {shorten(found.value)}"
            print(f"  {shorten(found.field)[1:-1]}{value}: {found.reason}")


def length(minutes: int | None) -> str:
    """Write a duration for people."""
    if minutes is None:
        return "-"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes:02}m"


def shorten(value: object, limit: int = 60) -> str:
    """Write a published value on one short line that every terminal can show."""
    text = json.dumps(value)
    return text if len(text) <= limit else f"{text[:limit]}..."


if __name__ == "__main__":
    sys.exit(main())
