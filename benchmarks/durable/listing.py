"""Finding incidents among a million, and among a thousand: the open ones, the first page of all, and those overdue.

In both journals 20 incidents are open, half of them overdue, spread evenly among those that are over. Each file is
made with SQL from two incidents that really went their way: only their ids and times differ, and the tables of events
and commands stay empty, since nothing here reads them.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.durable import row
from benchmarks.durable.turns import medians, timed
from benchmarks.durable.world import AT, LIFECYCLE, POLICY, PROMISE, beginning

from incident_fsm import Incident, State, codec, deadlines
from incident_fsm import _records as records
from incident_fsm import events as e
from incident_fsm.commands import command_id
from incident_fsm.desk import Desk
from incident_fsm.engine import Query
from incident_fsm.engine._file import connect
from incident_fsm.engine._rows import row_of
from incident_fsm.engine._schema import transaction
from incident_fsm.engine.sqlite import PATIENCE, SqliteEngine

MANY, FEW = 1_000_000, 1_000
OPEN, PAGE = 20, 200
CALLS, ROUNDS = 5, 25
NAME = "INC-0000000"
NOW = PROMISE + timedelta(days=1)
LATER = NOW + timedelta(days=1)
"""When it is asked what is overdue: between the two moments at which the public was promised to hear again."""

FILL = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)
INSERT INTO incidents (incident_id, revision, state, kind, opened_at, next_deadline, policy, payload)
SELECT
    printf('INC-%07d', n), :revision, :state, :kind,
    strftime('%Y-%m-%dT%H:%M:%S', unixepoch(:opened_at) + n, 'unixepoch') || '.000000+00:00',
    :next_deadline, :policy,
    replace(replace(:payload, :name, printf('INC-%07d', n)), :said,
        strftime('%Y-%m-%dT%H:%M:%SZ', unixepoch(:opened_at) + n, 'unixepoch'))
FROM numbers WHERE CASE WHEN n % :step THEN 'over' WHEN n / :step % 2 THEN 'overdue' ELSE 'open' END = :which
"""
COLUMNS = ("incident_id", "revision", "state", "kind", "opened_at", "next_deadline", "policy", "payload")


def rows(place: Path) -> Iterator[row.Row]:
    """Make both journals, and find."""
    with tempfile.TemporaryDirectory(dir=place) as root:
        many, few = Path(root) / "many.sqlite3", Path(root) / "few.sqlite3"
        make(many, MANY)
        make(few, FEW)
        with closing(SqliteEngine(many)) as large, closing(SqliteEngine(few)) as small:
            one, other = (Desk(engine, POLICY, now=lambda: NOW) for engine in (large, small))
            for figure, look, found, note in LOOKS:
                if {look(one), look(other)} != {found}:
                    raise AssertionError(f"{figure}: not {found} were found")
                taken = medians({"many": timed(_often(look, one)), "few": timed(_often(look, other))}, ROUNDS)
                each = 1e6 / CALLS
                title = f"{figure} over 1,000,000 incidents ÷ over 1,000"
                yield row.at_most(title, taken["many"] * each, taken["few"] * each, 3, note)


def _often(look: Callable[[Desk], int], desk: Desk) -> Callable[[], None]:
    """Look so often that it can be timed."""

    def work() -> None:
        for _ in range(CALLS):
            look(desk)

    return work


def the_open(desk: Desk) -> int:
    """What `incident list` reads: the open incidents, and what is overdue of each."""
    found = list(desk.find(*(state for state in State if not state.final)))
    for incident in found:
        deadlines.due(incident, desk.policy, desk.now())
    return len(found)


def first_page(desk: Desk) -> int:
    """As `incident list --all`, as far as one page."""
    return len(list(desk.find(limit=PAGE)))


def overdue(desk: Desk) -> int:
    """What `incident remind` does before it reminds: find those with a deadline that passed, and say which."""
    found = desk.engine.find(Query(due_before=desk.now()))
    return sum(len(deadlines.due(codec.decode_incident(one.payload), desk.policy, desk.now())) for one in found)


LOOKS = (
    ("`incident list`", the_open, OPEN, f"all {OPEN} open incidents, decoded, their deadlines looked at; in memory"),
    ("`incident list --all`, first page", first_page, PAGE, f"{PAGE} incidents, decoded; in memory"),
    ("`due`", overdue, OPEN // 2, f"{OPEN // 2} incidents with one deadline each that passed; in memory"),
)


def make(path: Path, count: int) -> None:
    """Fill a journal."""
    step = count // OPEN
    fixed = {"count": count, "step": step, "name": NAME, "said": f"{AT:%Y-%m-%dT%H:%M:%SZ}"}
    with closing(SqliteEngine(path)), closing(connect(path, PATIENCE)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # it is thrown away if the machine stops
        with transaction(connection):
            for which, incident in (("over", over()), ("overdue", managed(PROMISE)), ("open", managed(LATER))):
                found = row_of(records.snapshot(incident, POLICY, codec.policy_digest(POLICY)))
                connection.execute(FILL, {**dict(zip(COLUMNS, found, strict=True)), **fixed, "which": which})


def over() -> Incident:
    """An incident that was none."""
    candidate, *_ = beginning(NAME)
    dismissed = e.CandidateDismissed(id="dismissed", at=AT, by="sam", override_reason="It was a test.")
    return LIFECYCLE.replay([candidate, dismissed])


def managed(promise: datetime) -> Incident:
    """An incident that is managed, its first status post published; the public hears again when it was promised."""
    events = beginning(NAME, promise=promise)
    post = command_id(NAME, 3, 0)
    done = e.CommandDone(
        id="done", at=AT, by="me", command_id=post, command="PublishStatus", adapter="pagerduty", reference="POST1",
    )  # fmt: skip
    return LIFECYCLE.replay([*events, done])
