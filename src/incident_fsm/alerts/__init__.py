"""Alerts of monitoring systems, turned into events: a firing alert is a candidate (§1), a resolved one is a note.

    for heard in read_alertmanager(payload):
        desk.handle(heard.incident_id, heard.event)

`read_alertmanager` takes the webhook of Alertmanager (version 4), `read_pagerduty` that of PagerDuty (version 3). Both
are pure: no clock and no randomness, so the same payload gives the same events, byte for byte, however often and by
whomever it is sent. The same alert always has the same incident id and the same event id. Where it comes again in other
words (the text often holds a value that moved on), the journal raises `EventIdReused`: the first report stands.

Nobody declares an incident here. A candidate waits for a person, who confirms or dismisses it.

Verify the sender first, on the bytes as they came: `incident_fsm.alerts.signatures`. Bounds: 256 KiB (`BYTES_MAX`),
looked at before anything is parsed; then as `codec.parse_json`. What is wrong with a payload is a `CodecError` with the
path of each fault. Keys that are not known are let pass, since vendors add some.
"""

from incident_fsm.alerts._alertmanager import read_alertmanager
from incident_fsm.alerts._pagerduty import read_pagerduty
from incident_fsm.alerts._payload import BYTES_MAX, Heard

__all__ = ["BYTES_MAX", "Heard", "read_alertmanager", "read_pagerduty"]
