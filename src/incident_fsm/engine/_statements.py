"""The SQL of the engine. Data travels as parameters only; what is put together here is question marks.

A whole record goes in by position, in the order of its fields: named parameters cost a look-up each.
"""

LOAD = "SELECT * FROM incidents WHERE incident_id = ?"
NEWEST = """
SELECT incidents.revision, events.digest FROM incidents LEFT JOIN events USING (incident_id, revision)
WHERE incident_id = ?
"""
RECORDED = "SELECT * FROM events WHERE event_id = ?"
HISTORY = "SELECT * FROM events WHERE incident_id = ? AND revision > ? ORDER BY revision LIMIT ?"
REPEATED_EVENT = "SELECT 1 FROM events WHERE event_id = ? AND NOT (incident_id = ? AND revision > ?)"
REPEATED_COMMAND = "SELECT 1 FROM commands WHERE command_id = ? AND NOT (incident_id = ? AND revision > ?)"
COMMAND = "SELECT * FROM commands WHERE command_id = ?"
POLICY = "SELECT payload FROM policies WHERE digest = ?"
POLICIES = "SELECT digest FROM policies"

KEEP_POLICY = "INSERT INTO policies VALUES (?, ?) ON CONFLICT (digest) DO NOTHING"

KEEP_SNAPSHOT = """
INSERT INTO incidents (incident_id, revision, state, kind, opened_at, next_deadline, policy, payload)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (incident_id) DO UPDATE SET
    revision = excluded.revision, state = excluded.state, kind = excluded.kind, opened_at = excluded.opened_at,
    next_deadline = excluded.next_deadline, policy = excluded.policy, payload = excluded.payload
"""

ADD_EVENT = """
INSERT INTO events
    (incident_id, revision, event_id, type, at, recorded_at, policy, payload, previous, digest)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

ADD_COMMAND = """
INSERT INTO commands
    (incident_id, command_id, revision, position, type, lane, gives, needs, audience, kind, payload, status, attempts,
     attempted_at, not_before, lease_until, in_doubt, error, receipt)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

ADD_NEW_COMMAND = """
INSERT INTO commands
    (incident_id, command_id, revision, position, type, lane, gives, needs, audience, kind, payload, status, attempts,
     attempted_at, not_before, lease_until, in_doubt, error, receipt)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', 0, NULL, NULL, NULL, 0, '', '')
"""

# A worker's word counts while the claim that it answers is the newest; a person's until the command is closed, but
# nobody orders another attempt at what is being attempted: the doubt about that one would be lost.
SETTLE_CLAIMED = """
UPDATE commands SET status = ?, lease_until = NULL, error = ?, receipt = ?, in_doubt = ?, not_before = ?
WHERE command_id = ? AND incident_id = ? AND status = 'attempted' AND attempts = ?
"""

SETTLE_DECIDED = """
UPDATE commands SET status = ?, lease_until = NULL, error = ?, receipt = ?, in_doubt = ?, not_before = ?
WHERE command_id = ? AND incident_id = ? AND status NOT IN ('done', 'skipped')
"""

SETTLE_AGAIN = """
UPDATE commands SET
    status = 'pending', error = ?, receipt = ?, in_doubt = max(in_doubt, ?),
    not_before = CASE WHEN in_doubt > ? THEN not_before ELSE ? END
WHERE command_id = ? AND incident_id = ? AND status NOT IN ('done', 'skipped', 'attempted')
"""
"""Another attempt that a person orders: a doubt stays, and with it the time before which nobody may look."""

# The rules of `Engine.run`, one condition each. The words `status IN (...)` and `gives <> ''` must be those of the
# partial indexes, or SQLite does not see that it may use them.
_CANDIDATES = """
SELECT sequence, command_id FROM commands AS candidate
WHERE status IN ('pending', 'attempted') AND """

_MAY_RUN = """
AND NOT EXISTS (
    SELECT 1 FROM commands AS earlier
    WHERE earlier.incident_id = candidate.incident_id AND earlier.lane = candidate.lane
    AND earlier.sequence < candidate.sequence AND earlier.status IN ('pending', 'attempted')
    AND (earlier.needs = '' OR EXISTS (
        SELECT 1 FROM commands AS giver
        WHERE giver.incident_id = earlier.incident_id AND giver.gives = earlier.needs
        AND giver.gives <> '' AND giver.status IN ('pending', 'attempted', 'done')
    ))
)
AND (needs = '' OR EXISTS (
    SELECT 1 FROM commands AS giver
    WHERE giver.incident_id = candidate.incident_id AND giver.gives = candidate.needs
    AND giver.gives <> '' AND giver.status = 'done'
))
ORDER BY ready_at, sequence LIMIT ?
"""

RUNNABLE = _CANDIDATES + "ready_at <= ?" + _MAY_RUN

# Two statements rather than one with OR, so that each walks along the index.
OF_A_WRONG_CLOCK = _CANDIDATES + "ready_at > ?" + _MAY_RUN
"""What waits for a time that only a clock gone wrong can have written."""

# On the right of `=` the columns still hold what they held before: a claim of what is attempted already takes it over.
CLAIM = """
UPDATE commands SET
    in_doubt = (in_doubt OR status = 'attempted'), status = 'attempted', attempts = attempts + 1, attempted_at = ?,
    lease_until = ?
WHERE sequence = ? RETURNING *
"""


def find(*, due: bool, states: int, kinds: int) -> str:
    """Select a page of incidents: due before ?, in one of some states, of one of some kinds, after a place.

    Each part of the statement asks for the same values, in that order; there is one for each state, or one for all.
    The limit comes once, at the end.
    """
    # Few incidents are due at any moment, but SQLite would rather walk through all of them in the order asked for. Of
    # the states each has its own part, so that each is read in that order along the index, and merged with the others.
    index = "incidents_due" if due else "incidents_state" if states else "incidents_opened"
    conditions = [
        *(["next_deadline < ?"] if due else []),
        *(["state = ?"] if states else []),
        *([f"kind IN ({_marks(kinds)})"] if kinds else []),
        "(opened_at, incident_id) > (?, ?)",
    ]
    where = " AND ".join(conditions)
    part = f"SELECT * FROM incidents INDEXED BY {index} WHERE {where}"  # noqa: S608  no data in it
    return " UNION ALL ".join([part] * max(states, 1)) + " ORDER BY opened_at, incident_id LIMIT ?"


def commands(*, incident: bool, statuses: int) -> str:
    """Select a page of commands: of one incident or of all, in one of some statuses, after a place."""
    only = "incident_id = ? AND" if incident else ""
    return (
        f"SELECT * FROM commands WHERE {only} status IN ({_marks(statuses)})"  # noqa: S608  no data in it
        " AND (incident_id, revision, position) > (?, ?, ?) ORDER BY incident_id, revision, position LIMIT ?"
    )


def _marks(count: int) -> str:
    """Write a question mark for each of some parameters."""
    return ", ".join("?" * count)
