"""The strategies themselves: that they draw what they promise, and reach every corner of the process."""

from collections import Counter

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from incident_fsm import Audience, Incident, Kind, State
from incident_fsm._table import ROWS
from incident_fsm.commands import COMMANDS
from incident_fsm.events import EVENTS, Event
from incident_fsm.policy import Policy, contradictions
from incident_fsm.testing import Walk, arbitrary_events, events_of, incidents, lives, policies, walks
from incident_fsm.testing.policies import shipped_by_name
from tests.strategies import restricted

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
        self.narrow += restricted(walk)
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


@given(lives())
def test_a_life_leads_from_the_report_to_the_review(walk: Walk) -> None:
    """Expect every life to begin with nothing and to end reviewed."""
    assert walk.steps[0].before is None
    assert walk.incident.state is State.REVIEWED


@given(policies())
def test_every_policy_that_is_drawn_is_one(policy: Policy) -> None:
    """Expect policies that do not contradict themselves."""
    assert not contradictions(policy)


def test_the_policies_that_ship_are_drawn_from() -> None:
    """Expect the three policies by name."""
    assert set(shipped_by_name()) == {"analytical_platform", "cloud_platform", "gds"}


@given(arbitrary_events())
def test_an_arbitrary_event_is_one_of_the_process(event: Event) -> None:
    """Expect one of the 21 kinds."""
    assert type(event) in EVENTS


@given(st.sampled_from(EVENTS).flatmap(lambda kind: st.tuples(st.just(kind), events_of(kind))))
def test_an_event_of_a_kind_is_of_that_kind(drawn: tuple[type[Event], Event]) -> None:
    """Expect the very kind that was asked for."""
    assert type(drawn[1]) is drawn[0]


@given(incidents(kinds=(Kind.LIVE,)))
def test_a_drawn_incident_is_of_the_kind_asked_for(drawn: tuple[object, Incident]) -> None:
    """Expect live incidents only, with an audience that is one of ours."""
    assert drawn[1].kind is Kind.LIVE
    assert drawn[1].audience in set(Audience)
