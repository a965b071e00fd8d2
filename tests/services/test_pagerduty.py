"""Tests of `incident_fsm.adapters.pagerduty`: what is sent, what comes back, and what is never done."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from incident_fsm import Audience, Incident, Kind, events
from incident_fsm._results import TimelineEntry
from incident_fsm._values import Reference, References
from incident_fsm.adapters import Absent, Adapter, Checkable, Context, Receipt, Rejected
from incident_fsm.adapters.pagerduty import PagerDutyAdapter, Settings
from incident_fsm.commands import Command, PublishPostMortem, PublishStatus
from incident_fsm.testing import FrozenClock
from tests.documents.airflow import COMPUTE, ID, STORAGE, at, whole
from tests.services.fakes.pagerduty import LINK, PAGE, PAGE_NAME, FakePagerDuty, client_of

OPENS, UPDATES, CLEAR, AGAIN, CLEAR_AGAIN = (one for one in whole().commands if isinstance(one, PublishStatus))
LEARNED = next(one for one in whole().commands if isinstance(one, PublishPostMortem))

PLACE = Receipt(reference="PPOST01", link=LINK)


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


def context(known: Reference | None = None, *more: events.Event) -> Context:
    """The incident, with what is known of its post, and with more that happened."""
    told = whole()
    entries = [TimelineEntry(revision=90 + n, recorded_at=one.at, event=one) for n, one in enumerate(more)]
    incident: Incident = evolve(told.incident, references=References(status_post=known))
    return Context(incident=incident, policy=told.policy, timeline=lambda: [*told.timeline, *entries])


OPENED = context(Reference(reference="PPOST01", link=LINK))
UNKNOWN_POST = context()


def sent(fake: FakePagerDuty) -> object:
    """The body of the last request."""
    return fake.requests[-1].json


# ── What is accepted ───────────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_a_live_adapter_that_can_be_checked(adapter: PagerDutyAdapter) -> None:
    """As the port wants it."""
    assert isinstance(adapter, Adapter)
    assert isinstance(adapter, Checkable)
    assert (adapter.name, adapter.live) == ("pagerduty", True)


def test_it_accepts_what_the_public_is_told_and_nothing_else(adapter: PagerDutyAdapter) -> None:
    """The page is public: what is for fewer people stays away, and so does every drill."""
    accepted = {type(command) for command in whole().commands if adapter.accepts(command)}
    assert accepted == {PublishStatus, PublishPostMortem}
    for command in (OPENS, LEARNED):
        assert not adapter.accepts(evolve(command, kind=Kind.DRILL))
        assert not adapter.accepts(evolve(command, audience=Audience.TEAM))
        assert not adapter.accepts(evolve(command, audience=Audience.RESTRICTED))


@pytest.mark.parametrize("other", [evolve(OPENS, kind=Kind.DRILL), evolve(LEARNED, audience=Audience.RESTRICTED)])
def test_what_it_does_not_accept_it_does_not_do_either(
    adapter: PagerDutyAdapter, fake: FakePagerDuty, other: Command
) -> None:
    """Whoever calls it: nothing is asked of PagerDuty."""
    assert isinstance(adapter.deliver(other, OPENED), Rejected)
    assert adapter.find(other, OPENED) == Absent()
    assert fake.requests == []


# ── What is sent ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_word_opens_a_post_with_its_first_update(adapter: PagerDutyAdapter, fake: FakePagerDuty) -> None:
    """Where the document and its vendor disagree: times for maintenance only, and a post without an id, are null."""
    assert adapter.deliver(OPENS, UNKNOWN_POST) == PLACE
    assert sent(fake) == {
        "post": {
            "type": "status_page_post",
            "post_type": "incident",
            "title": "Airflow Autoscaling Incident (INC-2026-07)",
            "starts_at": None,
            "ends_at": None,
            "status_page": {"id": PAGE, "type": "status_page"},
            "updates": [
                {
                    "type": "status_page_post_update",
                    "post": None,
                    "message": "Airflow tasks are not starting. We are looking into it.",
                    "status": {"id": "PSTATU0I", "type": "status_page_status"},
                    "severity": {"id": "PSEVER2I", "type": "status_page_severity"},
                    "impacted_services": [
                        {
                            "service": {"id": fake.id_of("services", service), "type": "status_page_service"},
                            "impact": {"id": "PIMPAC2I", "type": "status_page_impact"},
                        }
                        for service in (COMPUTE, STORAGE)
                    ],
                    "update_frequency_ms": 30 * 60 * 1000,
                    "notify_subscribers": True,
                    "reported_at": "2026-06-10T08:12:00Z",
                }
            ],
        }
    }


def test_later_words_update_the_post(adapter: PagerDutyAdapter, fake: FakePagerDuty) -> None:
    """By the id that the first receipt brought back; every receipt carries it on."""
    adapter.deliver(OPENS, UNKNOWN_POST)
    assert adapter.deliver(UPDATES, OPENED) == PLACE
    assert fake.requests[-1].path == f"/status_pages/{PAGE}/posts/PPOST01/post_updates"
    assert sent(fake) == {
        "post_update": {
            "type": "status_page_post_update",
            "post": {"id": "PPOST01", "type": "status_page_post"},
            "message": "We know the cause and have added capacity by hand. New tasks start, with delays.",
            "status": {"id": "PSTATU1I", "type": "status_page_status"},
            "severity": {"id": "PSEVER1I", "type": "status_page_severity"},
            "impacted_services": [
                {
                    "service": {"id": fake.id_of("services", COMPUTE), "type": "status_page_service"},
                    "impact": {"id": "PIMPAC1I", "type": "status_page_impact"},
                },
                {  # it is not named any more, so it is shown to be well again
                    "service": {"id": fake.id_of("services", STORAGE), "type": "status_page_service"},
                    "impact": {"id": "PIMPAC0I", "type": "status_page_impact"},
                },
            ],
            "update_frequency_ms": 60 * 60 * 1000,
            "notify_subscribers": True,
            "reported_at": "2026-06-10T08:40:00Z",
        }
    }


def test_the_all_clear_is_resolved_and_promises_nothing_more(adapter: PagerDutyAdapter, fake: FakePagerDuty) -> None:
    """All good, every service operational, and no next update: null, as the key must be there."""
    adapter.deliver(OPENS, UNKNOWN_POST)
    quiet = evolve(CLEAR, notify_subscribers=False)
    assert adapter.deliver(quiet, OPENED) == PLACE
    update = fake.updates["PPOST01"][0]
    assert fake.word("statuses", update["status"]["id"]) == "resolved"
    assert fake.word("severities", update["severity"]["id"]) == "all good"
    assert [fake.word("impacts", one["impact"]["id"]) for one in update["impacted_services"]] == ["operational"]
    assert update["update_frequency_ms"] is None
    assert update["notify_subscribers"] is False
    assert fake.mails == 1


@pytest.mark.parametrize("late", [timedelta(), timedelta(minutes=-5)])
def test_a_promise_that_is_past_is_none(adapter: PagerDutyAdapter, fake: FakePagerDuty, late: timedelta) -> None:
    """Time till next update is never nothing or less."""
    adapter.deliver(evolve(OPENS, next_update_at=OPENS.requested_at + late), UNKNOWN_POST)
    assert fake.updates["PPOST01"][0]["update_frequency_ms"] is None


def test_what_was_learned_is_put_to_the_post(adapter: PagerDutyAdapter, fake: FakePagerDuty) -> None:
    """Subscribers are told as the policy says; the same text again is no second mail."""
    adapter.deliver(OPENS, UNKNOWN_POST)
    for _ in range(2):
        assert adapter.deliver(LEARNED, OPENED) == PLACE
    assert fake.post_mortems["PPOST01"]["message"] == "We now alert on queued tasks."
    assert fake.post_mortems["PPOST01"]["notify_subscribers"] is True
    assert (fake.puts, fake.mails) == ({"PPOST01": 1}, 2)


def test_a_post_mortem_that_somebody_else_wrote_is_not_written_over(
    adapter: PagerDutyAdapter, fake: FakePagerDuty
) -> None:
    """A person decides which of the two stays."""
    adapter.deliver(OPENS, UNKNOWN_POST)
    adapter.deliver(evolve(LEARNED, text="Written by hand."), OPENED)
    outcome = adapter.deliver(LEARNED, OPENED)
    assert isinstance(outcome, Rejected)
    assert "has another post-mortem already; take it down and retry" in outcome.why
    assert fake.post_mortems["PPOST01"]["message"] == "Written by hand."
    assert adapter.find(LEARNED, OPENED) == Absent()


def test_a_very_long_post_mortem_is_cut_and_known_again(adapter: PagerDutyAdapter, fake: FakePagerDuty) -> None:
    """What PagerDuty takes is counted as it is sent, so escapes count too."""
    adapter.deliver(OPENS, UNKNOWN_POST)
    long = evolve(LEARNED, text="R&D " * 2_500)
    assert adapter.deliver(long, OPENED) == PLACE
    assert len(fake.post_mortems["PPOST01"]["message"]) <= 10_000
    assert fake.post_mortems["PPOST01"]["message"].endswith("…")
    assert adapter.find(long, OPENED) == PLACE


def test_a_restricted_incident_s_own_title_is_nowhere(adapter: PagerDutyAdapter, fake: FakePagerDuty) -> None:
    """Only what the command says is sent, whatever the incident itself is called."""
    secret = evolve(OPENED.incident, title="Credentials leaked", audience=Audience.RESTRICTED)
    cleared = evolve(OPENS, title=f"Incident {ID}", cleared=True)
    adapter.deliver(cleared, evolve(UNKNOWN_POST, incident=secret))
    assert b"leaked" not in b"".join(request.body for request in fake.requests)
    assert fake.posts[0]["title"] == f"Incident {ID} ({ID})"


def test_titles_and_messages_do_no_harm(adapter: PagerDutyAdapter, fake: FakePagerDuty) -> None:
    """Whatever others wrote into them."""
    bad = "<!channel> <script>alert(1)</script> [x](javascript:alert(1)) @org/team"
    assert adapter.deliver(evolve(OPENS, title=bad, message=bad), UNKNOWN_POST) == PLACE
    for text in (fake.posts[0]["title"], fake.updates["PPOST01"][0]["message"]):
        assert "<" not in text
        assert "script" in text
    assert adapter.find(evolve(OPENS, title=bad, message=bad), UNKNOWN_POST) == PLACE


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://status.example.org", "https://status.example.org"),
        ("status.example.org", "https://status.example.org"),
        ("http://status.example.org", ""),
        ("javascript://x", ""),
        (None, ""),
    ],
)
def test_a_receipt_links_to_the_page_where_that_is_safe(
    adapter: PagerDutyAdapter, fake: FakePagerDuty, address: str | None, link: str
) -> None:
    """A secure web address or none."""
    fake.pages[0]["url"] = address
    assert adapter.deliver(OPENS, UNKNOWN_POST) == Receipt(reference="PPOST01", link=link)


def test_times_are_sent_in_utc_to_the_second(adapter: PagerDutyAdapter, fake: FakePagerDuty) -> None:
    """A fraction of a second is left out, not rounded."""
    moment = datetime(2026, 6, 10, 8, 12, 59, 999_999, tzinfo=UTC)
    adapter.deliver(evolve(OPENS, requested_at=moment), UNKNOWN_POST)
    assert fake.updates["PPOST01"][0]["reported_at"] == "2026-06-10T08:12:59Z"
