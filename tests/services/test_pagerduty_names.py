"""Tests of `incident_fsm.adapters.pagerduty._names`: names on the page, and the ids in their stead."""

from collections.abc import Iterator

import pytest
from attrs import evolve

from incident_fsm._values import AffectedService
from incident_fsm.adapters import Rejected
from incident_fsm.adapters.pagerduty import PagerDutyAdapter, Settings
from incident_fsm.errors import AdapterError
from incident_fsm.testing import FrozenClock
from tests.documents.airflow import COMPUTE, at
from tests.services.fakes.pagerduty import PAGE, PAGE_NAME, FakePagerDuty, client_of
from tests.services.test_pagerduty import (
    OPENED,
    OPENS,
    PLACE,
    UNKNOWN_POST,
    UPDATES,
)


@pytest.fixture
def fake() -> Iterator[FakePagerDuty]:
    """An account without faults."""
    with FakePagerDuty(FrozenClock(at(0))) as fake:
        yield fake


@pytest.fixture
def adapter(fake: FakePagerDuty) -> Iterator[PagerDutyAdapter]:
    """An adapter for it."""
    with client_of(fake) as client:
        yield PagerDutyAdapter(lambda: client, Settings(page=PAGE_NAME))


def test_names_are_read_once_and_looked_up_whatever_their_spelling(
    adapter: PagerDutyAdapter, fake: FakePagerDuty
) -> None:
    """Capitals, spaces, hyphens and underscores make no difference, and what is for maintenance is left alone."""
    fake.lists["services"][4]["name"] = "analytical_platform  COMPUTE"
    fake.lists["impacts"][4]["description"] = "Partial-Outage"
    adapter.deliver(OPENS, UNKNOWN_POST)
    adapter.deliver(UPDATES, OPENED)
    assert [request.method for request in fake.requests] == ["GET"] * 5 + ["POST"] * 2


def test_what_is_for_maintenance_is_not_taken_for_an_incident_s(adapter: PagerDutyAdapter, fake: FakePagerDuty) -> None:
    """Not even where a list gives it unasked: its words are the same."""
    fake.filters = False
    assert adapter.deliver(OPENS, UNKNOWN_POST) == PLACE
    assert adapter.find(OPENS, UNKNOWN_POST) == PLACE


def test_what_is_missing_is_named_with_what_there_is(adapter: PagerDutyAdapter, fake: FakePagerDuty) -> None:
    """All of it at once, before anything is sent."""
    fake.lists["services"] = fake.lists["services"][:2]
    fake.lists["severities"] = []
    with pytest.raises(AdapterError) as caught:
        adapter.deliver(OPENS, UNKNOWN_POST)
    assert str(caught.value) == (
        "adapter 'pagerduty' finds on the page 'Analytical Platform' no 'Analytical Platform Compute' and no "
        "'Analytical Platform Storage' among its services, which are 'Cloud Platform', 'Modernisation Platform'; no "
        "'Major' among its severities, which are none at all; add it to the page, or say in [pagerduty.services] and "
        "[pagerduty.severities] of adapters.toml which of the page's is meant"
    )
    assert all(request.method == "GET" for request in fake.requests)


def test_what_is_there_twice_is_not_chosen_by_chance(adapter: PagerDutyAdapter, fake: FakePagerDuty) -> None:
    """The settings must say which."""
    double = {**fake.lists["services"][4], "id": "PDOUBLE"}
    fake.lists["services"].append(double)
    with pytest.raises(
        AdapterError, match=r"'Analytical Platform Compute' twice \(PANALY.*, PDOUBLE\) among its services"
    ):
        adapter.deliver(OPENS, UNKNOWN_POST)
    with client_of(fake) as client:
        chosen = Settings(page=PAGE, services={COMPUTE: "PDOUBLE"})
        assert PagerDutyAdapter(lambda: client, chosen).deliver(OPENS, UNKNOWN_POST) == PLACE
    assert fake.updates["PPOST01"][0]["impacted_services"][0]["service"]["id"] == "PDOUBLE"


def test_the_settings_lead_from_the_policy_s_words_to_the_page_s(fake: FakePagerDuty) -> None:
    """Each of the four lists may use other words."""
    settings = Settings(
        page="analytical platform",
        services={"The cluster": COMPUTE},
        severities={"Major": "minor"},
        impacts={"down": "Outage"},
        statuses={"investigating": "detected"},
    )
    command = evolve(OPENS, services=(AffectedService(service="The cluster", state="down"),))
    with client_of(fake) as client:
        assert PagerDutyAdapter(lambda: client, settings).deliver(command, UNKNOWN_POST) == PLACE
    update = fake.updates["PPOST01"][0]
    assert fake.word("severities", update["severity"]["id"]) == "minor"
    assert fake.word("statuses", update["status"]["id"]) == "detected"
    assert fake.word("impacts", update["impacted_services"][0]["impact"]["id"]) == "outage"


def test_what_was_added_to_the_page_since_is_found(adapter: PagerDutyAdapter, fake: FakePagerDuty) -> None:
    """A worker that has run for days need not be started anew."""
    adapter.deliver(OPENS, UNKNOWN_POST)
    fake.lists["services"].append({**fake.lists["services"][0], "id": "PNEW", "name": "A new one"})
    command = evolve(UPDATES, services=(AffectedService(service="A new one", state="outage"),))
    assert adapter.deliver(command, OPENED) == PLACE
    assert fake.updates["PPOST01"][0]["impacted_services"][0]["service"]["id"] == "PNEW"


def test_an_id_that_is_out_of_date_is_read_anew_after_a_refusal(adapter: PagerDutyAdapter, fake: FakePagerDuty) -> None:
    """The refusal goes to a person, whose retry then works."""
    adapter.deliver(OPENS, UNKNOWN_POST)
    fake.lists["statuses"][4]["id"] = "PRENEWED"
    outcome = adapter.deliver(UPDATES, OPENED)
    assert isinstance(outcome, Rejected)
    assert "400 to POST" in outcome.why
    assert "status is none of this page's" in outcome.why
    assert adapter.deliver(UPDATES, OPENED) == PLACE


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("Nothing", "finds no status pages 'Nothing'; the token sees 'Analytical Platform', 'Another page'"),
        ("same", "finds 2 status pages 'same'; the token sees 'Same', 'SAME'"),
    ],
)
def test_a_page_that_is_not_there_or_there_twice_is_said(fake: FakePagerDuty, page: str, problem: str) -> None:
    """With the pages that the token sees."""
    if page == "same":
        fake.pages[0]["name"], fake.pages[1]["name"] = "Same", "SAME"
    with client_of(fake) as client, pytest.raises(AdapterError) as caught:
        PagerDutyAdapter(lambda: client, Settings(page=page)).deliver(OPENS, UNKNOWN_POST)
    assert problem in str(caught.value)
    assert "give the page's id as `page` in [pagerduty] of adapters.toml" in str(caught.value)
