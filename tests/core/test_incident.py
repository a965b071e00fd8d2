"""The snapshot, and the quick way in which the next one is built."""

import copy
import pickle
from typing import Any

import pytest
from attrs import asdict, evolve, fields
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_fsm import FollowUp, Incident, Kind, RoleHolder, State, Strength, SupportCase
from incident_fsm._incident import Draft, draft_of, seal
from incident_fsm.testing import Story, arbitrary_incidents, walks
from incident_fsm.testing.story import NINE

MANAGED = Story().until(State.MANAGING).incident


@settings(max_examples=25)  # an incident has many fields: two arbitrary ones take their time to draw
@given(arbitrary_incidents(), arbitrary_incidents(), st.sets(st.sampled_from([one.name for one in fields(Incident)])))
def test_a_sealed_draft_is_what_evolve_would_have_made(one: Incident, other: Incident, names: set[str]) -> None:
    """Expect the quick way to give the very incident that `attrs.evolve` gives, whichever fields are changed."""
    changes: dict[str, Any] = {name: getattr(other, name) for name in names}
    draft = draft_of(one)
    for name, value in changes.items():
        setattr(draft, name, value)
    sealed = seal(draft)
    evolved = evolve(one, **changes)
    assert sealed == evolved
    assert hash(sealed) == hash(evolved)
    assert repr(sealed) == repr(evolved)
    assert type(sealed) is Incident


def test_a_draft_has_the_very_slots_of_an_incident() -> None:
    """Expect the same names in the same order, and nothing else: the class can only be switched then."""
    assert [one.name for one in fields(Draft)] == [one.name for one in fields(Incident)]
    assert Draft.__slots__ == Incident.__slots__  # type: ignore[attr-defined]
    assert [one.type for one in fields(Draft)] == [one.type for one in fields(Incident)]
    assert not hasattr(MANAGED, "__dict__")


def test_a_draft_of_nothing_is_what_opens_an_incident() -> None:
    """Expect no revision yet, the first state, and nothing shared between two of them."""
    draft = draft_of(None)
    assert (draft.revision, draft.state, draft.kind) == (0, State.CANDIDATE, Kind.LIVE)
    assert draft_of(None) is not draft


def test_a_draft_does_not_touch_the_incident_it_started_from() -> None:
    """Expect the incident before to stay as it was, whatever happens to the draft."""
    kept = copy.deepcopy(MANAGED)
    draft = draft_of(MANAGED)
    draft.title, draft.roles, draft.revision = "changed", (), 99
    seal(draft)
    assert kept == MANAGED


def test_a_sealed_incident_is_frozen_though_it_was_a_draft() -> None:
    """Expect no field to be set or deleted, and no new one, from the moment it is sealed."""
    sealed = seal(draft_of(MANAGED))
    with pytest.raises(AttributeError):
        sealed.title = "changed"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del sealed.title
    with pytest.raises(AttributeError):
        sealed.colour = "red"  # type: ignore[attr-defined]
    draft: Any = draft_of(MANAGED)
    assert id(seal(draft)) == id(draft)
    with pytest.raises(AttributeError):
        draft.title = "changed"


@given(walks(longest=12))
def test_an_incident_is_a_value_that_can_be_copied_and_pickled(walk: Any) -> None:
    """Expect an equal incident back, of the same class and hash, from a copy, a pickle and its own fields."""
    incident = walk.incident
    back = pickle.loads(pickle.dumps(incident))  # noqa: S301  our own pickle
    assert back == incident
    assert type(back) is Incident
    assert hash(back) == hash(incident)
    assert copy.deepcopy(incident) == incident
    assert Incident(**asdict(incident, recurse=False)) == incident


def test_who_holds_a_role_and_what_is_owed_is_found_by_its_key() -> None:
    """Expect the first of that key, or nothing, and never an error."""
    lea = RoleHolder(role="lead", person="lea")
    case = SupportCase(key="case_1", third_party="aws", summary="help", requested_at=NINE)
    owed = FollowUp(key="report", strength=Strength.MUST)
    incident = evolve(MANAGED, roles=(lea,), cases=(case,), follow_ups=(owed,))
    assert (incident.lead, incident.holder("lead"), incident.holder("scribe")) == ("lea", "lea", "")
    assert (incident.case("case_1"), incident.case("case_2")) == (case, None)
    assert (incident.follow_up("report"), incident.follow_up("runbook")) == (owed, None)
    assert not evolve(incident, roles=()).lead
