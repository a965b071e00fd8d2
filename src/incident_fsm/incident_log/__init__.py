"""A published incident log, taken through the lifecycle as it happened: each entry a `backfilled` incident.

    log = read_log("cloud_platform_incidents.json")
    for replayed in replay_log(log, Lifecycle(load_shipped("cloud_platform"))):
        print(replayed.id, replayed.state, replayed.minutes_to_repair, replayed.diagnostics)

The format is JSON: `{"about": {...}, "incidents": [...]}`. `about` holds `timezone` (a name like Europe/London; left
out, it is the policy's) and `source`. Each incident holds

    id, title           text; the id may begin with the date of the incident
    key_events          a list of {"milestone", "at", "text"}; a milestone is fault, detected, aware, declared,
                        not_declared, repaired or resolved; `at` is a local time like 2020-02-12T11:45, or null
    timeline            a list of {"at", "text"}: each becomes a note
    identified, impact, resolution
                        text, or null
    review_actions      a list of text
    published           the durations that were published with it; they are passed on, and nothing is computed from them

Three rules. What is published is kept as published: a time that contradicts another is never corrected, only shown,
listed as a `Diagnostic` and left out of every duration that needs it. Nothing published is lost in silence: what cannot
be recorded is listed with its value. And nobody is invented: the log says everything, so no lead is named.

"When the team became aware" is the milestone `aware` where one is published, and `detected` otherwise; see
`incident_fsm.metrics`.
"""

from incident_fsm.incident_log._findings import Diagnostic
from incident_fsm.incident_log._reading import Log, parse_log, read_log
from incident_fsm.incident_log._replay import Replayed, replay_log

__all__ = ["Diagnostic", "Log", "Replayed", "parse_log", "read_log", "replay_log"]
