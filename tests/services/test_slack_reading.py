"""Reading the thread back: people's messages only, all of them, in plain text, or None."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from incident_fsm._values import TEXT_MAX, UNPRINTABLE
from incident_fsm.adapters import Message, ThreadReader
from incident_fsm.adapters.slack import Settings, SlackAdapter
from incident_fsm.adapters.slack._api import Api
from incident_fsm.adapters.slack._reading import Reader
from incident_fsm.commands import OpenThread, PostToThread
from incident_fsm.testing import Fault
from tests.documents.airflow import at
from tests.services.fakes.slack import ADA, AWS, GRACE, MAIN, FakeSlack
from tests.services.test_slack import shown, the
from tests.services.test_slack_fake import KNOWN, world


def read(adapter: SlackAdapter, first: str) -> list[Message]:
    """What people said in a thread."""
    messages = adapter.messages(shown(f"{MAIN}/{first}"))
    assert messages is not None
    return list(messages)


def opened(adapter: SlackAdapter, fake: FakeSlack) -> str:
    """A thread of ours, with a reply of ours."""
    adapter.deliver(the(OpenThread), shown())
    first = str(fake.channels[MAIN].messages[0]["ts"])
    adapter.deliver(the(PostToThread), shown(f"{MAIN}/{first}"))
    return first


def test_every_message_of_a_person_is_read_and_nothing_of_ours() -> None:
    """Over several pages, the oldest first, with who said it and when, to the microsecond."""
    with world() as (adapter, fake, clock):
        first = opened(adapter, fake)
        said = []
        for number in range(7):
            clock.moment = at(number + 1) + timedelta(microseconds=7)
            said.append((fake.say(MAIN, first, ADA if number % 2 else GRACE, f"note {number}"), clock.moment))
        fake.say(MAIN, "", ADA, "beside the thread")
        messages = read(adapter, first)
        assert [one.reference for one in messages] == [f"{MAIN}/{ts}" for ts, _ in said]
        assert [one.at for one in messages] == [moment for _, moment in said]
        assert [one.text for one in messages] == [f"note {number}" for number in range(7)]
        assert {one.by for one in messages} == {"Ada Lovelace", "Grace Hopper"}
        assert {one.edited_at for one in messages} == {None}
        assert isinstance(adapter, ThreadReader)


def test_names_are_asked_for_once() -> None:
    """Each person, however much they say and however often it is read."""
    with world() as (adapter, fake, _):
        first = opened(adapter, fake)
        for _number in range(3):
            fake.say(MAIN, first, ADA, "note")
        read(adapter, first)
        read(adapter, first)
        assert len([one for one in fake.requests if one.path == "/api/users.info"]) == 1


def test_edits_and_deletions_show() -> None:
    """An edited message has the time of its edit; a deleted one is not there."""
    with world() as (adapter, fake, clock):
        first = opened(adapter, fake)
        kept, gone = fake.say(MAIN, first, ADA, "one"), fake.say(MAIN, first, ADA, "two")
        clock.moment = at(9)
        fake.edit(MAIN, kept, "one, corrected")
        fake.delete(MAIN, gone)
        [message] = read(adapter, first)
        assert (message.text, message.edited_at) == ("one, corrected", at(9))


@pytest.mark.parametrize(
    "odd",
    [
        {"bot_id": "B0OTHER"},
        {"app_id": "A0OTHER"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"subtype": "pinned_item"},
        {"subtype": "tombstone", "user": "USLACKBOT"},
        {"user": "USLACKBOT"},
        {"user": ""},
    ],
)
def test_bots_and_slack_itself_are_left_out(odd: dict[str, Any]) -> None:
    """Only what people say becomes a note."""
    with world() as (adapter, fake, _):
        first = opened(adapter, fake)
        fake.say(MAIN, first, **{"user": ADA, "text": "x", **odd})
        assert read(adapter, first) == []


@pytest.mark.parametrize("subtype", ["file_share", "me_message", "thread_broadcast"])
def test_people_say_things_in_several_ways(subtype: str) -> None:
    """With a file, with /me, or to the channel as well."""
    with world() as (adapter, fake, _):
        first = opened(adapter, fake)
        fake.say(MAIN, first, ADA, "x", subtype=subtype)
        assert [one.text for one in read(adapter, first)] == ["x"]


def test_files_are_named() -> None:
    """Behind the text, or alone; a file may have a title only, or nothing."""
    with world() as (adapter, fake, _):
        first = opened(adapter, fake)
        files: list[Any] = [{"name": "queue\n.png"}, {"title": "log"}, {"name": ""}, "odd"]
        fake.say(MAIN, first, ADA, "see", files=files)
        fake.say(MAIN, first, ADA, "", files=files[:1])
        fake.say(MAIN, first, ADA, "", files="odd")
        assert [one.text for one in read(adapter, first)] == [
            "see\n[file: queue .png]\n[file: log]\n[file: without a name]",
            "[file: queue .png]",
            "",
        ]


def test_a_thread_that_a_person_opened_begins_with_their_words() -> None:
    """It stands in the thread, so it is read, once, though it is on every page."""
    with world() as (adapter, fake, _):
        first = fake.say(MAIN, "", ADA, "Airflow is slow")
        for number in range(5):
            fake.say(MAIN, first, ADA, f"{number}")
        assert [one.text for one in read(adapter, first)] == ["Airflow is slow", "0", "1", "2", "3", "4"]


PLAIN = [
    (f"<@{ADA}> look", "@Ada Lovelace look"),
    (f"<@{ADA}|ada> look", "@ada look"),
    ("<@U0NOBODY>", "@U0NOBODY"),
    ("<#C1|ext-aws>", "#ext-aws"),
    (f"<#{AWS}>", "#ext-aws"),
    (f"<#{AWS}|>", "#ext-aws"),
    ("<#C0NONE>", "#C0NONE"),
    ("<!here> <!channel>", "@here @channel"),
    ("<!subteam^S1|@oncall>", "@oncall"),
    ("<!date^1392734382^{date}|18 Feb 2014>", "18 Feb 2014"),
    ("<https://example.org/a?b=1&amp;c=2>", "https://example.org/a?b=1&c=2"),
    ("<https://example.org|the dashboard>", "the dashboard (https://example.org)"),
    ("<https://example.org|https://example.org>", "https://example.org"),
    ("<mailto:a@example.org|a@example.org>", "a@example.org"),
    ("3 &lt; 4 &amp;&amp; 5 &gt; 4", "3 < 4 && 5 > 4"),
    ("&amp;lt;script&amp;gt;", "&lt;script&gt;"),
    ("&lt;@U0ADA&gt;", "<@U0ADA>"),
    ("tab\tand\r\nline\x00\u202e end ", "tab    and\nline end"),
    ("*bold* _it_ `code` :thread:", "*bold* _it_ `code` :thread:"),
]


@pytest.mark.parametrize(("said", "shown_as"), PLAIN)
def test_markup_is_spelt_out(said: str, shown_as: str) -> None:
    """People, channels, groups, dates and links by their names; escapes undone once; nothing unseen left."""
    with world() as (adapter, fake, _):
        first = opened(adapter, fake)
        fake.say(MAIN, first, GRACE, said)
        assert [one.text for one in read(adapter, first)] == [shown_as]


def test_long_messages_are_cut_visibly() -> None:
    """A note holds 10,000 characters."""
    with world() as (adapter, fake, _):
        first = opened(adapter, fake)
        fake.say(MAIN, first, ADA, "x" * (TEXT_MAX + 1))
        [message] = read(adapter, first)
        assert message.text == "x" * (TEXT_MAX - 1) + "…"


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ({"profile": {"display_name": "ada", "real_name": "Ada L."}}, "ada"),
        ({"profile": {"display_name": " ", "real_name": "Ada L."}}, "Ada L."),
        ({"profile": "odd", "real_name": "Ada\nL."}, "Ada L."),
        ({"name": "ada.l"}, "ada.l"),
        ({"name": "x" * 150}, "x" * 100),
        ({}, ADA),
        ("odd", ADA),
    ],
)
def test_people_go_by_the_name_that_their_colleagues_see(user: object, name: str) -> None:
    """Display name, real name, handle; in the last resort the id."""
    with world() as (adapter, fake, _):
        first = fake.say(MAIN, "", ADA, "x")
        fake.answers["users.info"] = {"user": user}
        assert [one.by for one in read(adapter, first)] == [name]


def test_where_slack_will_not_tell_a_name_the_id_stands() -> None:
    """The app may lack the scope, the user may be gone. It is asked again the next time."""
    with world() as (adapter, fake, _):
        first = fake.say(MAIN, "", ADA, "x")
        for error in ("missing_scope", "user_not_found"):
            fake.refusals["users.info"] = error
            assert [one.by for one in read(adapter, first)] == [ADA]
        fake.refusals.clear()
        assert [one.by for one in read(adapter, first)] == ["Ada Lovelace"]


@pytest.mark.parametrize("thread", ["", "thread.md", f"{MAIN}/1.000000", "C0ELSE/1781078400.000000"])
def test_where_no_thread_is_there_is_nothing_to_tell(thread: str) -> None:
    """None, and not an empty list: that would mean that everything was deleted."""
    with world() as (adapter, _, _clock):
        assert adapter.messages(shown(thread)) is None


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault not in {Fault.NONE, Fault.FORBIDDEN}])
@pytest.mark.parametrize("request_number", [0, 1, 2])
def test_any_failure_on_any_page_means_that_it_cannot_tell(fault: Fault, request_number: int) -> None:
    """Two pages and a name are read; whichever fails, None: what is missing would count as deleted."""
    with world() as (adapter, fake, _):
        first = fake.say(MAIN, "", ADA, "0")
        for number in range(3):
            fake.say(MAIN, first, ADA, f"{number}")
        fake.order([Fault.NONE] * request_number + [fault])
        assert adapter.messages(shown(f"{MAIN}/{first}")) is None
        assert len(read(adapter, first)) == 4


def test_a_message_without_a_time_means_that_it_cannot_tell() -> None:
    """It could not be told from another."""
    with world() as (adapter, fake, _):
        first = fake.say(MAIN, "", ADA, "0")
        fake.say(MAIN, first, ADA, "1", edited={"user": ADA, "ts": "odd"})
        assert adapter.messages(shown(f"{MAIN}/{first}")) is None


MARKUP = st.lists(
    st.sampled_from(["<", ">", "|", "@", "#", "!", "&", "amp;", "lt;", "x", "\n", "\x00", "^"]), max_size=60
)


@given(text=MARKUP.map("".join) | st.text(max_size=200))
@example(text="<<@U0ADA>>")
@example(text="<|>")
def test_any_text_becomes_one_that_a_note_may_hold(text: str) -> None:
    """Nothing unprintable is left, and nothing is asked of Slack but names."""
    reader = Reader(Api(_nobody), Settings(channels=KNOWN.channels))
    reader._people = _Everybody()
    assert UNPRINTABLE.search(reader.plain(text)) is None


class _Everybody(dict[str, str]):
    """Knows everybody by their id."""

    def __contains__(self, _: object) -> bool:
        return True

    def __missing__(self, key: str) -> str:
        return key


def _nobody() -> Any:
    """A client that must not be asked for."""
    raise AssertionError("no call was expected")
