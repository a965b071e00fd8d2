"""The two engines, step by step side by side: whatever is done to both, they answer and hold the same."""

import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from incident_fsm.engine import Batch, CommandRecord, CommandStatus, Engine, Query, Settlement
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.engine.sqlite import SqliteEngine
from incident_fsm.errors import IncidentFsmError
from tests.engine.batches import POLICY, Clock, after, minutes, new_command, new_event, snapshot

INCIDENTS = st.sampled_from(["INC-1", "INC-2"])
NAMES = st.sampled_from(["", "thread", "post"])
COMMANDS = st.lists(st.tuples(st.sampled_from(["a", "b"]), NAMES, NAMES), max_size=3)
MOMENTS = st.none() | st.integers(0, 20).map(minutes)
SETTLEMENTS = st.builds(
    Settlement,
    command_id=st.builds("{}:{}:{}".format, INCIDENTS, st.integers(1, 4), st.integers(0, 2)),
    attempt=st.none() | st.integers(0, 3),
    status=st.sampled_from(CommandStatus),
    not_before=MOMENTS,
    in_doubt=st.booleans(),
    error=st.sampled_from(["", "no"]),
)
# What a worker does: settle with a status (and perhaps a time), or None to vanish.
ANSWERS = st.lists(st.none() | st.tuples(st.sampled_from(["done", "failed", "pending"]), MOMENTS), max_size=5)
QUERIES = st.builds(
    Query,
    states=st.lists(st.sampled_from(["managing", "resolved"]), max_size=2).map(tuple),
    kinds=st.lists(st.sampled_from(["live", "drill"]), max_size=2).map(tuple),
    due_before=MOMENTS,
    limit=st.none() | st.integers(0, 2),
    after=st.none() | st.tuples(st.integers(-1, 3).map(minutes), INCIDENTS),
)


class Script:
    """A worker that does what a list says, then vanishes over whatever else comes."""

    def __init__(self, engine: Engine, answers: Sequence[tuple[str, datetime | None] | None]) -> None:
        self.engine = engine
        self.answers = list(answers)
        self.given: list[CommandRecord] = []

    def work(self, record: CommandRecord) -> None:
        """Do the next thing."""
        self.given.append(record)
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            status, not_before = answer
            settlement = Settlement(
                command_id=record.command_id,
                attempt=record.attempts,
                status=CommandStatus(status),
                not_before=not_before,
                in_doubt=record.in_doubt and status == "pending",
            )
            self.engine.commit(Batch(incident_id=record.incident_id, expected=0, settlements=(settlement,)))


class Agreement(RuleBasedStateMachine):
    """Two engines, one clock, and everything that can be asked of them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.memory = MemoryEngine()
        self.sqlite = SqliteEngine(Path(self.folder.name) / "journal.sqlite3")
        self.clock = Clock()

    def both(self, ask: Callable[[Engine], object]) -> object:
        """Ask both engines; they must answer, or refuse, in the same words."""
        answers: list[object] = []
        for engine in (self.memory, self.sqlite):
            try:
                answers.append(ask(engine))
            except IncidentFsmError as error:
                answers.append((type(error), str(error)))
        assert answers[0] == answers[1]
        return answers[0]

    @initialize()
    def keep_policy(self) -> None:
        """Keep the one policy of all events."""
        self.both(lambda engine: engine.keep_policy(POLICY, "{}"))

    @rule(
        incident_id=INCIDENTS,
        wrong_by=st.sampled_from([0, 0, 0, 0, 1, -1]),
        count=st.integers(1, 2),
        event_id=st.none() | st.sampled_from(["INC-1/1", "INC-2/2", "new"]),
        commands=COMMANDS,
        settlements=st.lists(SETTLEMENTS, max_size=1),
        state=st.sampled_from(["managing", "resolved"]),
        due=MOMENTS,
    )
    def commit(  # noqa: PLR0913, PLR0917  a batch has this many sides
        self,
        incident_id: str,
        wrong_by: int,
        count: int,
        event_id: str | None,
        commands: list[tuple[str, str, str]],
        settlements: list[Settlement],
        state: str,
        due: datetime | None,
    ) -> None:
        """Commit events with commands and perhaps a settlement, mostly on the right revision."""
        found = self.memory.load(incident_id)
        expected = (0 if found is None else found.revision) + wrong_by
        last = expected + count
        events = [new_event(revision, incident_id) for revision in range(expected + 1, last + 1)]
        if event_id is not None:
            events[-1] = new_event(last, incident_id, event_id=event_id)
        kind = "live" if incident_id == "INC-1" else "drill"
        batch = Batch(
            incident_id=incident_id,
            expected=expected,
            events=tuple(events),
            snapshot=snapshot(last, incident_id, state=state, next_deadline=due, kind=kind),
            commands=tuple(
                new_command(last, position, incident_id, lane=lane, gives=gives, needs=needs)
                for position, (lane, gives, needs) in enumerate(commands)
            ),
            settlements=tuple(settlements),
        )
        self.both(lambda engine: engine.commit(batch))

    @rule(incident_id=INCIDENTS, settlements=st.lists(SETTLEMENTS, min_size=1, max_size=2))
    def settle(self, incident_id: str, settlements: list[Settlement]) -> None:
        """Settle what may be there, may be claimed, or may be long closed."""
        batch = Batch(incident_id=incident_id, expected=0, settlements=tuple(settlements))
        self.both(lambda engine: engine.commit(batch))

    @rule(answers=ANSWERS, count=st.integers(1, 6))
    def run_outbox(self, answers: list[tuple[str, datetime | None] | None], count: int) -> None:
        """Run the outbox for a while; both hand out the same commands in the same order."""

        def deliver(engine: Engine) -> object:
            """Run, and tell what was handed out."""
            script = Script(engine, answers)
            return engine.run(script, self.clock, after(count)), script.given

        self.both(deliver)

    @precondition(lambda self: any(self.memory.commands(statuses=[CommandStatus.ATTEMPTED])))
    @rule(status=st.sampled_from([CommandStatus.DONE, CommandStatus.FAILED, CommandStatus.PENDING]), late=st.booleans())
    def answer_a_claim(self, status: CommandStatus, *, late: bool) -> None:
        """A worker comes back, in time or after its command was given to somebody else."""
        record = next(self.memory.commands(statuses=[CommandStatus.ATTEMPTED]))
        attempt = record.attempts - (1 if late else 0)
        settlement = Settlement(command_id=record.command_id, attempt=attempt, status=status)
        batch = Batch(incident_id=record.incident_id, expected=0, settlements=(settlement,))
        self.both(lambda engine: engine.commit(batch))

    @rule(seconds=st.sampled_from([1, 60, 299, 300, 3600, -120]))
    def time_passes(self, seconds: int) -> None:
        """Let the clock go on, or be set back."""
        self.clock.pass_by(seconds)

    @rule(query=QUERIES)
    def find(self, query: Query) -> None:
        """Find incidents by any question."""
        self.both(lambda engine: list(engine.find(query)))

    @rule(incident_id=st.none() | INCIDENTS, statuses=st.lists(st.sampled_from(CommandStatus), max_size=3))
    def list_commands(self, incident_id: str | None, statuses: list[CommandStatus]) -> None:
        """List commands by any question."""
        self.both(lambda engine: list(engine.commands(incident_id, statuses)))

    @invariant()
    def they_hold_the_same(self) -> None:
        """Incidents, histories and commands are equal."""
        self.both(lambda engine: list(engine.find(Query())))
        self.both(lambda engine: list(engine.commands()))
        for incident_id in ("INC-1", "INC-2"):
            self.both(lambda engine, incident_id=incident_id: list(engine.history(incident_id)))  # type: ignore[misc]

    @invariant()
    def neither_contradicts_itself(self) -> None:
        """Whatever was refused in between, both verify."""
        assert self.both(lambda engine: list(engine.verify())) == []

    def teardown(self) -> None:
        """Close both, and remove the file."""
        self.memory.close()
        self.sqlite.close()
        self.folder.cleanup()


TestAgreement = Agreement.TestCase
TestAgreement.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
