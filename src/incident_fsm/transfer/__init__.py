"""A whole journal as one file, and back: JSON Lines, every record exactly as it is stored, the hash chain kept.

    with open("journal.jsonl", "wb") as file:
        file.writelines(export_lines(desk.engine))

    with open("journal.jsonl", "rb") as file:
        source = Source(file, "journal.jsonl")
        examine(source)                       # is it whole? nothing is written for one that is not
        import_journal(other.engine, source)

The file is UTF-8, a JSON object a line, each with the key `record` first:

    {"record": "journal", "format": "incident-fsm journal", "version": 1}
    {"record": "policy", "digest": …, "payload": …}
    {"record": "incident", "incident_id": …, "events": 2, "commands": 1, "open": 0}
    {"record": "event", "incident_id": …, "revision": 1, …, "payload": …, "previous": …, "digest": …}
    {"record": "event", …}
    {"record": "command", "incident_id": …, "command_id": …, …, "status": "done", "receipt": …}
    …
    {"record": "end", "policies": 1, "incidents": 1, "events": 2, "commands": 1, "open": 0, "sha256": …}

- The fields of `event` and `command` are those of `EventRecord` and `CommandRecord` in `incident_fsm.engine`. A
  `payload` is a text that holds JSON, character for character as it is stored, because that text is what the chain
  digests (`chain_digest`). Times are written as they are digested too.
- Incidents stand in order of opening, then id. A policy stands once, before the first incident that it judged; a
  command stands after its event.
- `sha256` is the digest of every byte before the last line, so a file that was cut short, or changed, is found out.
- No clock and no machine is in it: the same journal is always the same file.
- Snapshots are not in it. They are what the events lead to, and are made anew by folding those again.

Both ways take one incident at a time, and never hold more than a few MiB, however long a history is.
"""

from incident_fsm.transfer._examining import examine
from incident_fsm.transfer._exporting import Tally, export_lines
from incident_fsm.transfer._faults import TransferRefused
from incident_fsm.transfer._holding import Hold
from incident_fsm.transfer._importing import Imported, import_journal
from incident_fsm.transfer._source import Source

__all__ = ["Hold", "Imported", "Source", "Tally", "TransferRefused", "examine", "export_lines", "import_journal"]
