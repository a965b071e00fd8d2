"""How the Slack adapter finds what it posted, and what never counts as found or as absent."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from incident_fsm.adapters import Absent, Receipt, Unknown
from incident_fsm.adapters.slack._marker import EVENT_TYPE, SKEW, marker
from incident_fsm.commands import Command, EscalateSupportCase, OpenThread, PostToThread, Remind
from tests.documents.airflow import at, beginning, tell
from tests.services.fakes.slack import ADA, AWS, BOT, BOT_USER, MAIN
from tests.services.test_slack import shown, the
from tests.services.test_slack_fake import world


@pytest.mark.parametrize("kind", [OpenThread, PostToThread, EscalateSupportCase, Remind])
def test_what_was_posted_is_found_among_many_with_the_same_receipt(kind: type[Command]) -> None:
    """Whatever was said before and after it, on whichever page it stands."""
    with world() as (adapter, fake, clock):
        clock.moment = the(kind).requested_at
        first = fake.say(MAIN, "", ADA, "thread")
        context = shown(f"{MAIN}/{first}")
        assert adapter.find(the(kind), context) == Absent()
        receipt = adapter.deliver(the(kind), context)
        for number in range(5):
            fake.say(MAIN, first, ADA, f"reply {number}")
            fake.say(MAIN, "", ADA, f"message {number}")
            fake.say(AWS, "", ADA, f"message {number}")
        assert isinstance(receipt, Receipt)
        assert adapter.find(the(kind), context) == receipt


def test_a_reminder_that_went_into_the_channel_is_found_though_there_is_a_thread_by_now() -> None:
    """Both places are looked at."""
    with world() as (adapter, fake, clock):
        clock.moment = the(Remind).requested_at
        receipt = adapter.deliver(the(Remind), shown())
        first = fake.say(MAIN, "", ADA, "thread")
        assert adapter.find(the(Remind), shown(f"{MAIN}/{first}")) == receipt


def test_an_event_that_claims_to_be_of_the_future_is_found_all_the_same() -> None:
    """Its `at` is what a person typed; the search begins when the journal recorded it."""
    told = tell(beginning())
    late = evolve(told.commands[-1], requested_at=at(24 * 60))
    assert isinstance(late, OpenThread)
    with world() as (adapter, _, clock):
        clock.moment = at(14)
        receipt = adapter.deliver(late, told.context)
        assert adapter.find(late, told.context) == receipt


def test_the_search_begins_before_the_command_by_more_than_clocks_differ() -> None:
    """Slack's clock may be behind ours."""
    with world() as (adapter, fake, clock):
        clock.moment = the(OpenThread).requested_at - SKEW + timedelta(seconds=1)
        receipt = adapter.deliver(the(OpenThread), shown())
        assert adapter.find(the(OpenThread), shown()) == receipt
        [asked] = [one for one in fake.requests if one.path == "/api/conversations.history"]
        assert b"oldest=" in asked.body


@pytest.mark.parametrize(
    "others",
    [
        {"bot_id": "B0OTHER", "user": "U0OTHER"},
        {"bot_id": "", "user": ADA},
    ],
)
def test_a_marker_that_somebody_else_attached_does_not_count(others: Mapping[str, str]) -> None:
    """Only what our own bot posted is ours."""
    with world() as (adapter, fake, clock):
        clock.moment = the(OpenThread).requested_at
        fake.channels[MAIN].messages.append({"ts": "1790000000.000001", "metadata": marker(the(OpenThread)), **others})
        assert adapter.find(the(OpenThread), shown()) == Absent()


def test_odd_metadata_is_no_marker() -> None:
    """Another type of event, and a payload that is none."""
    payloads: list[dict[str, Any]] = [
        {**marker(the(OpenThread)), "event_type": "other"},
        {"event_type": EVENT_TYPE, "event_payload": "odd"},
    ]
    with world() as (adapter, fake, clock):
        clock.moment = the(OpenThread).requested_at
        for number, metadata in enumerate(payloads):
            odd = {"ts": f"1790000000.00000{number}", "bot_id": BOT, "metadata": metadata, "text": ""}
            fake.channels[MAIN].messages.append(odd)
        assert adapter.find(the(OpenThread), shown()) == Absent()


def test_the_same_id_of_another_journal_is_left_to_a_person() -> None:
    """The digest differs, so it is not this command; posting it again might repeat what somebody else is doing."""
    with world() as (adapter, fake, clock):
        clock.moment = the(OpenThread).requested_at
        adapter.deliver(evolve(the(OpenThread), text="another text"), shown())
        found = adapter.find(the(OpenThread), shown())
        assert isinstance(found, Unknown)
        assert found.ask_person
        assert "another journal" in found.why
        assert fake.objects(the(OpenThread)) == 1


@pytest.mark.parametrize("error", ["not_in_channel", "missing_scope", "channel_not_found", "invalid_auth"])
@pytest.mark.parametrize("method", ["auth.test", "conversations.history"])
def test_a_search_that_may_not_look_asks_a_person(error: str, method: str) -> None:
    """It never means "absent"."""
    with world() as (adapter, fake, _):
        fake.refusals[method] = error
        found = adapter.find(the(OpenThread), shown())
        assert isinstance(found, Unknown)
        assert found.ask_person
        assert error in found.why


def test_a_search_that_fails_for_now_says_that_it_cannot_tell() -> None:
    """A server error and a rate limit pass; nobody needs to be asked."""
    with world() as (adapter, fake, _):
        for error in ("internal_error", "ratelimited"):
            fake.refusals["conversations.history"] = error
            found = adapter.find(the(OpenThread), shown())
            assert isinstance(found, Unknown)
            assert not found.ask_person


def test_our_own_messages_are_known_by_bot_or_by_user() -> None:
    """Slack names the bot, the bot's user, or both."""
    with world() as (adapter, fake, clock):
        clock.moment = the(OpenThread).requested_at
        receipt = adapter.deliver(the(OpenThread), shown())
        [message] = fake.channels[MAIN].messages
        assert (message.pop("bot_id"), message["user"]) == (BOT, BOT_USER)
        assert adapter.find(the(OpenThread), shown()) == receipt
