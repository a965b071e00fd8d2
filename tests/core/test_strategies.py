"""The strategies themselves: that they draw what they promise, and reach every corner of the process."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incident_fsm import Audience, Incident, Kind, State
from incident_fsm._table import ROWS
from incident_fsm.commands import COMMANDS
from incident_fsm.events import EVENTS, Event
from incident_fsm.policy import Policy, contradictions
from tests.strategies import (
    SHIPPED,
    Walk,
    arbitrary_events,
    events_of,
    incidents,
    lives,
    policies,
    restricted,
    walks,
)

_SAMPLE = settings(
    max_examples=700, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_a_sample_of_walks_covers_every_row_of_the_table() -> None:
    """Expect 700 walks to go along each row, to meet each kind of incident, command and refusal, and each state."""
    rows: Counter[tuple[str, State | None, State]] = Counter()
    kinds: Counter[Kind] = Counter()
    ends: Counter[State] = Counter()
    commands: set[type] = set()
    narrow = refusals = 0

    @_SAMPLE
    @given(walks())
    def sample(walk: Walk) -> None:
        nonlocal narrow, refusals
        rows.update(walk.passed)
        kinds[walk.incident.kind] += 1
        ends[walk.incident.state] += 1
        commands.update(map(type, walk.commands))
        narrow += restricted(walk)
        refusals += len(walk.refusals)

    sample()
    assert set(rows) == {(row.event.__name__, row.source, row.target) for row in ROWS}
    assert set(kinds) == set(Kind)
    assert set(ends) == set(State)
    assert commands == set(COMMANDS)
    assert narrow > 15
    assert refusals > 150
    assert ends[State.RESOLVED] + ends[State.REVIEWED] > 100
    assert rows["IncidentReopened", State.RESOLVED, State.MANAGING] > 20


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
    assert set(SHIPPED) == {"analytical_platform", "cloud_platform", "gds"}


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
