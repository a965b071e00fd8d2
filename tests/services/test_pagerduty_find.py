"""Tests of `incident_fsm.adapters.pagerduty._posts`: where a post is, and what is known again on it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from attrs import evolve

from incident_fsm import Stage, events
from incident_fsm._values import Reference
from incident_fsm.adapters import Absent, Rejected, Unknown
from incident_fsm.adapters.pagerduty import PagerDutyAdapter, Settings
from incident_fsm.commands import PublishStatus
from incident_fsm.testing import FrozenClock
from tests.documents.airflow import ID, at
from tests.services.fakes.pagerduty import LINK, PAGE, PAGE_NAME, FakePagerDuty, client_of
from tests.services.test_pagerduty import (
    AGAIN,
    CLEAR,
    CLEAR_AGAIN,
    LEARNED,
    OPENED,
    OPENS,
    PLACE,
    UNKNOWN_POST,
    UPDATES,
    context,
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


# ── Where the post is ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "known",
    [
        None,
        Reference(reference="PPOST01"),
        Reference(reference="posted by hand", link=f"{LINK}/posts/PPOST01"),
        Reference(link=f"{LINK}/posts/details/PPOST01?x=1"),
        Reference(reference=f"{LINK}/posts/details/PPOST01"),
        Reference(link=f"https://api.pagerduty.com/status_pages/{PAGE}/posts/PPOST01/post_updates/PUPDA02"),
        Reference(link=LINK),
        Reference(reference="see the page", link="https://chat.example.org/archives/C01/p123"),
    ],
)
def test_the_post_is_found_by_whatever_is_known_of_it(
    adapter: PagerDutyAdapter, fake: FakePagerDuty, known: Reference | None
) -> None:
    """By its id, by a link that a person gave, or else by its title among all the posts."""
    adapter.deliver(OPENS, UNKNOWN_POST)
    fake.page_size = 1
    for number in range(3):
        fake.post_by_hand(f"Something else (INC-2026-0{number})")
    assert adapter.deliver(UPDATES, context(known)) == PLACE
    assert len(fake.updates["PPOST01"]) == 2


def test_without_a_post_an_update_says_what_to_do(adapter: PagerDutyAdapter, fake: FakePagerDuty) -> None:
    """It is surely not there, and a person must open one."""
    fake.post_by_hand("Something else")
    for command in (UPDATES, LEARNED):
        outcome = adapter.deliver(command, UNKNOWN_POST)
        assert isinstance(outcome, Rejected)
        assert outcome.why == (
            "no post on the page ends with (INC-2026-07); open one by hand with that in its title, then retry"
        )
        assert adapter.find(command, UNKNOWN_POST) == Absent()


def test_two_posts_of_one_incident_are_a_person_s_business(adapter: PagerDutyAdapter, fake: FakePagerDuty) -> None:
    """Which of them counts cannot be told, so nothing is added to either."""
    for title in ("One (INC-2026-07)", "The same (INC-2026-07)"):
        fake.post_by_hand(title)
    outcome = adapter.deliver(UPDATES, UNKNOWN_POST)
    assert isinstance(outcome, Rejected)
    assert "2 posts end with (INC-2026-07): PPOST03, PPOST01; take all but one down" in outcome.why
    for command in (OPENS, UPDATES, LEARNED):
        found = adapter.find(command, UNKNOWN_POST)
        assert isinstance(found, Unknown)
        assert found.ask_person


def test_a_post_that_was_taken_down_is_a_person_s_business(adapter: PagerDutyAdapter, fake: FakePagerDuty) -> None:
    """An update has no place to go; whether one was there cannot be told any more."""
    outcome = adapter.deliver(UPDATES, context(Reference(reference="PGONE01")))
    assert isinstance(outcome, Rejected)
    assert "404 to POST" in outcome.why
    assert "see whether the page and the post are still there" in outcome.why
    found = adapter.find(UPDATES, context(Reference(reference="PGONE01")))
    assert isinstance(found, Unknown)
    assert found.ask_person
    assert isinstance(adapter.deliver(LEARNED, context(Reference(reference="PGONE01"))), Rejected)
    assert fake.mails == 0


# ── What is found again ────────────────────────────────────────────────────────────────────────────────────────────


def test_each_command_is_found_once_it_is_there_and_not_before(adapter: PagerDutyAdapter, fake: FakePagerDuty) -> None:
    """With the very receipt that its delivery gave; also after others, and whatever page of a list it stands on."""
    fake.page_size = 2
    assert adapter.find(OPENS, UNKNOWN_POST) == Absent()
    assert adapter.deliver(OPENS, UNKNOWN_POST) == PLACE
    assert adapter.find(OPENS, UNKNOWN_POST) == PLACE
    for command in (UPDATES, CLEAR, AGAIN, CLEAR_AGAIN, LEARNED):
        assert adapter.find(command, OPENED) == Absent()
        assert adapter.deliver(command, OPENED) == PLACE
        assert adapter.find(command, OPENED) == PLACE
    assert fake.mails == 6


def test_the_first_word_is_looked_for_by_its_title_alone(adapter: PagerDutyAdapter) -> None:
    """Whatever else is known of a post, it is not what this command brought about."""
    assert adapter.find(OPENS, OPENED) == Absent()


def test_an_update_that_the_page_keeps_in_other_tags_is_known_again(
    adapter: PagerDutyAdapter, fake: FakePagerDuty
) -> None:
    """And with its time in another form."""
    adapter.deliver(OPENS, UNKNOWN_POST)
    fake.kept = lambda message: f"<p>{message}</p>\n"
    fake.echoed = lambda moment: f"{moment.removesuffix('Z')}.000+00:00"
    adapter.deliver(UPDATES, OPENED)
    assert adapter.find(UPDATES, OPENED) == PLACE


def test_the_same_words_at_another_time_are_another_update(adapter: PagerDutyAdapter) -> None:
    """An incident that was resolved twice has two equal all-clears."""
    adapter.deliver(OPENS, UNKNOWN_POST)
    adapter.deliver(CLEAR, OPENED)
    assert CLEAR.message == CLEAR_AGAIN.message
    assert adapter.find(CLEAR_AGAIN, OPENED) == Absent()


@pytest.mark.parametrize(
    "other",
    [
        evolve(UPDATES, stage=Stage.INVESTIGATING),
        evolve(UPDATES, impact="Major"),
        evolve(UPDATES, message="Something else"),
        evolve(UPDATES, requested_at=UPDATES.requested_at + timedelta(seconds=1), message="New"),
    ],
)
def test_an_update_is_known_by_its_status_severity_text_and_time(
    adapter: PagerDutyAdapter, other: PublishStatus
) -> None:
    """One that differs in any of these is another."""
    adapter.deliver(OPENS, UNKNOWN_POST)
    adapter.deliver(other, OPENED)
    assert adapter.find(UPDATES, OPENED) == Absent()
    assert adapter.find(other, OPENED) == PLACE


def said_again(at_second: datetime, identity: str, message: str = UPDATES.message) -> events.StatusUpdated:
    """The same word once more."""
    return events.StatusUpdated(id=identity, at=at_second, by="Ada Lovelace", message=message)


def test_of_two_equal_updates_in_one_second_nobody_can_tell_which_is_there(
    adapter: PagerDutyAdapter, fake: FakePagerDuty
) -> None:
    """One there of two that were asked for: a person must look. Both there, or none: that is clear."""
    again = said_again(UPDATES.requested_at + timedelta(milliseconds=400), "twin")
    twice = context(Reference(reference="PPOST01"), again)
    twin = evolve(UPDATES, id=f"{ID}:99:0", requested_at=again.at)
    adapter.deliver(OPENS, UNKNOWN_POST)
    assert adapter.find(twin, twice) == Absent()
    adapter.deliver(UPDATES, twice)
    for command in (UPDATES, twin):
        found = adapter.find(command, twice)
        assert isinstance(found, Unknown)
        assert found.ask_person
        assert found.why == "the post has 1 of 2 equal updates of the same second"
    adapter.deliver(twin, twice)
    for command in (UPDATES, twin):
        assert adapter.find(command, twice) == PLACE
    assert len(fake.updates["PPOST01"]) == 3


def test_another_word_in_the_same_second_is_no_reason_for_doubt(adapter: PagerDutyAdapter) -> None:
    """Only what says the same could be taken for it."""
    other = context(Reference(reference="PPOST01"), said_again(UPDATES.requested_at, "other", "Something else"))
    adapter.deliver(OPENS, UNKNOWN_POST)
    adapter.deliver(UPDATES, other)
    assert adapter.find(UPDATES, other) == PLACE


@pytest.mark.parametrize("moment", ["2026-06-10T08:41:00Z", "2026-06-10T08:40:00", None, "yesterday"])
def test_an_equal_update_at_a_time_that_nobody_told_anything_is_looked_at_by_a_person(
    adapter: PagerDutyAdapter, fake: FakePagerDuty, moment: str | None
) -> None:
    """Somebody wrote it by hand, or the page does not keep our time; told again, subscribers would read it twice."""
    adapter.deliver(OPENS, UNKNOWN_POST)
    fake.echoed = lambda _: moment
    adapter.deliver(UPDATES, OPENED)
    found = adapter.find(UPDATES, OPENED)
    assert isinstance(found, Unknown)
    assert found.ask_person
    assert "says the same, but at another time" in found.why


def test_a_post_by_hand_with_the_incident_s_reference_counts_as_its_post(
    adapter: PagerDutyAdapter, fake: FakePagerDuty
) -> None:
    """Somebody was quicker: a second post would be worse."""
    fake.post_by_hand("Airflow does not start anything (INC-2026-07)")
    assert adapter.find(OPENS, UNKNOWN_POST) == PLACE


def test_an_update_without_services_is_one_too(adapter: PagerDutyAdapter, fake: FakePagerDuty) -> None:
    """Nothing is impacted by it."""
    adapter.deliver(evolve(OPENS, services=()), UNKNOWN_POST)
    assert fake.updates["PPOST01"][0]["impacted_services"] == []
