"""Tests of `incident_fsm.adapters.pagerduty._check`: what `incident doctor` says about the status page."""

from collections.abc import Iterator, Mapping

import pytest
from attrs import evolve

from incident_fsm import Policy
from incident_fsm.adapters import Check
from incident_fsm.adapters.pagerduty import PagerDutyAdapter, Settings
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import Fault, FrozenClock
from tests.documents.airflow import at
from tests.services.fakes.pagerduty import ENVIRONMENT, PAGE_NAME, TOKEN, FakePagerDuty, client_of

POLICY = load_shipped()
SETTINGS = Settings(page=PAGE_NAME)

FINE = [
    Check(what="the status page 'Analytical Platform' (PPAGE01)"),
    Check(what="the policy's words for services: 7, all on the page"),
    Check(what="the policy's words for severities: 3, all on the page"),
    Check(what="the policy's words for impacts: 3, all on the page"),
    Check(what="the policy's words for statuses: 3, all on the page"),
    Check(what="the page's active Slack subscriptions: 1"),
]


@pytest.fixture
def fake() -> Iterator[FakePagerDuty]:
    """An account without faults."""
    with FakePagerDuty(FrozenClock(at(0))) as fake:
        yield fake


def said(
    fake: FakePagerDuty,
    settings: Settings = SETTINGS,
    policy: Policy = POLICY,
    environment: Mapping[str, str] = ENVIRONMENT,
) -> list[Check]:
    """What the adapter says when it is checked."""
    with client_of(fake, environment) as client:
        return list(PagerDutyAdapter(lambda: client, settings).check(policy))


def test_where_all_is_well_it_says_what_it_looked_at(fake: FakePagerDuty) -> None:
    """And it only reads."""
    assert said(fake) == FINE
    assert {request.method for request in fake.requests} == {"GET"}


def test_without_a_token_there_is_one_thing_to_do(fake: FakePagerDuty) -> None:
    """Nothing else can be looked at, and nothing is asked."""
    assert said(fake, environment={}) == [
        Check(
            what="the status page 'Analytical Platform'",
            problem="needs PAGERDUTY_TOKEN, which is not set",
            remedy="set it in the environment",
        )
    ]
    assert fake.requests == []


def test_a_token_that_is_not_accepted_is_said(fake: FakePagerDuty) -> None:
    """Without the token."""
    (check,) = said(fake, environment={"PAGERDUTY_TOKEN": "wrong-canary"})
    assert check.problem == "401 to GET /status_pages: Unauthorized"
    assert check.remedy == "set PAGERDUTY_TOKEN to a token that is valid, and region to where the account is"


def test_what_cannot_be_read_just_now_is_to_be_tried_again(fake: FakePagerDuty) -> None:
    """Trouble is not raised."""
    fake.order([Fault.UNAVAILABLE])
    (check,) = said(fake)
    assert (check.problem, check.remedy) == ("503 to GET /status_pages", "try again")


def test_a_page_that_is_not_there_is_said(fake: FakePagerDuty) -> None:
    """With those there are."""
    (check,) = said(fake, Settings(page="Nowhere"))
    assert check.what == "the status page 'Nowhere'"
    assert "the token sees 'Analytical Platform', 'Another page'" in check.problem


def test_every_list_is_looked_through_whatever_is_wrong_with_another(fake: FakePagerDuty) -> None:
    """Each with its own problem and remedy."""
    fake.lists["services"].pop()
    fake.lists["statuses"] = []
    checks = said(fake)
    assert [bool(check.problem) for check in checks] == [False, True, False, False, True, False]
    assert checks[1].problem.startswith(
        "finds on the page 'Analytical Platform' no 'Analytical Platform Identity' among its services, which are 'Cloud"
    )
    assert "no 'investigating' and no 'detected' and no 'resolved' among its statuses" in checks[4].problem
    assert checks[4].remedy.startswith("add it to the page, or say in [pagerduty.statuses] of adapters.toml")


def test_a_setting_that_no_word_of_the_policy_uses_is_said(fake: FakePagerDuty) -> None:
    """It was spelt wrong, or is left over."""
    checks = said(fake, evolve(SETTINGS, severities={"Mayor": "major", "Minor": "minor"}))
    (check,) = [check for check in checks if check.problem]
    assert check == Check(
        what="[pagerduty.severities] of adapters.toml",
        problem="names 'Mayor', which the policy does not know",
        remedy="spell it as the policy does, or take it out",
        grave=False,
    )


@pytest.mark.parametrize(
    ("change", "fine"),
    [
        ({}, True),
        ({"subscribable_object": {"id": "PSERVICE", "type": "status_page_service"}}, True),
        ({"subscribable_object": {"id": "PPOST01", "type": "status_page_post"}}, False),
        ({"subscribable_object": None}, False),
        ({"channel": "email"}, False),
        ({"status": "pending"}, False),
    ],
)
def test_without_an_active_slack_subscription_nobody_there_is_told(
    fake: FakePagerDuty,
    change: dict[str, object],
    fine: bool,  # noqa: FBT001  a table
) -> None:
    """PagerDuty posts into the channels by itself or not at all; a subscription to one post is none to the next."""
    fake.subscriptions[0].update(change)
    last = said(fake)[-1]
    assert bool(last.problem) is not fine
    if not fine:
        assert last == Check(
            what="the page's active Slack subscriptions: 0",
            problem="PagerDuty posts to no Slack channel, though the policy says it tells analytical-platform-support, "
            "ask-data-engineering",
            remedy="subscribe the channels on the page, or set slack_subscription = false",
        )


def test_subscriptions_are_not_looked_at_where_nobody_counts_on_them(fake: FakePagerDuty) -> None:
    """Where the settings say no, or the policy names no channels."""
    fake.subscriptions.clear()
    quiet = evolve(POLICY, status_page=evolve(POLICY.status_page, notified_channels=()))
    for checks in (said(fake, evolve(SETTINGS, slack_subscription=False)), said(fake, policy=quiet)):
        assert checks == FINE[:-1]
    assert all("subscriptions" not in request.path for request in fake.requests)


def test_subscriptions_that_may_not_be_read_are_said(fake: FakePagerDuty) -> None:
    """And nothing is concluded from it."""
    fake.order([Fault.NONE] * 5 + [Fault.FORBIDDEN])
    last = said(fake)[-1]
    assert last.what == "the page's Slack subscriptions"
    assert last.problem.startswith("403 to GET /status_pages/PPAGE01/subscriptions: Access Denied")
    assert "status_pages.read" in last.remedy


def test_a_broken_client_breaks_nothing_else() -> None:
    """Whoever made it; and a secret in its error stays one."""
    with FakePagerDuty(FrozenClock(at(0))) as fake, client_of(fake):

        def broken() -> object:
            raise RuntimeError(f"no client with {TOKEN}")

        (check,) = PagerDutyAdapter(broken, SETTINGS).check(POLICY)  # type: ignore[arg-type]  # on purpose
        assert check.problem == "RuntimeError: no client with ***"
        assert check.remedy == "see to the client"
