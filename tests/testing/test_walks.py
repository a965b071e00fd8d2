"""Walks and lives: that they are what they promise, and reach every corner of the process."""

from collections import Counter

from hypothesis import HealthCheck, given, seed, settings

from incident_fsm import Audience, Incident, Kind, State
from incident_fsm._table import ROWS
from incident_fsm.commands import COMMANDS
from incident_fsm.testing import Walk, incidents, lives, walks
from tests.core.stories import CLOUD

_SAMPLE = settings(max_examples=400, database=None, deadline=None, suppress_health_check=list(HealthCheck))

_ROUNDS = 6
"""So many samples are drawn at most, each with a seed of its own: rare rows need not be in the first."""


class Sampled:
    """What some walks went along and met."""

    def __init__(self) -> None:
        self.rows: Counter[tuple[str, State | None, State]] = Counter()
        self.kinds: Counter[Kind] = Counter()
        self.ends: Counter[State] = Counter()
        self.commands: set[type] = set()
        self.narrow = self.refusals = 0

    def add(self, walk: Walk) -> None:
        """Count one walk."""
        self.rows.update(walk.passed)
        self.kinds[walk.incident.kind] += 1
        self.ends[walk.incident.state] += 1
        self.commands.update(map(type, walk.commands))
        self.narrow += walk.incident.audience is Audience.RESTRICTED
        self.refusals += len(walk.refusals)


def test_a_sample_of_walks_covers_every_row_of_the_table() -> None:
    """Expect walks to go along each row, to meet each kind of incident, command and refusal, and each state."""
    every_row = {(row.event.__name__, row.source, row.target) for row in ROWS}
    found = Sampled()
    for number in range(_ROUNDS):

        @seed(number)
        @_SAMPLE
        @given(walks())
        def sample(walk: Walk) -> None:
            found.add(walk)

        sample()
        if set(found.rows) == every_row and found.commands == set(COMMANDS):
            break
    assert set(found.rows) == every_row
    assert set(found.kinds) == set(Kind)
    assert set(found.ends) == set(State)
    assert found.commands == set(COMMANDS)
    assert found.narrow > 15
    assert found.refusals > 150
    assert found.ends[State.RESOLVED] + found.ends[State.REVIEWED] > 100
    assert found.rows["IncidentReopened", State.RESOLVED, State.MANAGING] > 20


@settings(max_examples=40)
@given(lives())
def test_a_life_leads_from_the_report_to_the_review(walk: Walk) -> None:
    """Expect every life to begin with nothing and to end reviewed."""
    assert walk.steps[0].before is None
    assert walk.incident.state is State.REVIEWED


@settings(max_examples=40)
@given(incidents(kinds=(Kind.LIVE,)))
def test_a_drawn_incident_is_of_the_kind_asked_for(drawn: tuple[object, Incident]) -> None:
    """Expect live incidents only, with an audience that is one of ours."""
    assert drawn[1].kind is Kind.LIVE
    assert drawn[1].audience in set(Audience)


@settings(max_examples=20)
@given(walks(policy=CLOUD, longest=6))
def test_a_walk_is_judged_by_the_policy_that_it_was_given(walk: Walk) -> None:
    """Expect that very policy at every step."""
    assert {lifecycle.policy.key for lifecycle, _ in walk.history} == {CLOUD.key}
