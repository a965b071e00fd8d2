"""Reading the thread back: each message once, edits and deletions noticed, nothing lost."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.shell.world import START, Pen, Scripted

from incident_fsm import Kind
from incident_fsm import events as e
from incident_fsm._thread_notes import missing, note_id
from incident_fsm.adapters import Context, Message
from incident_fsm.desk import Desk
from incident_fsm.engine.memory import MemoryEngine
from incident_fsm.events import NoteTaken
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import FrozenClock


class Chat(Scripted):
    """An adapter whose thread a test writes; None stands for a thread that cannot be read."""

    def __init__(self, *, live: bool = True) -> None:
        super().__init__(live=live)
        self.thread: list[Message] | None = []

    def messages(self, context: Context) -> Sequence[Message] | None:
        """What stands in the thread."""
        self.contexts.append(context)
        return self.thread


class World:
    """A managed incident with a thread."""

    def __init__(self, kind: Kind = Kind.LIVE, *others: Scripted) -> None:
        self.clock, self.chat = FrozenClock(), Chat()
        self.pen = Pen(self.clock)
        self.desk = Desk(MemoryEngine(), load_shipped(), (*others, self.chat), now=self.clock)
        self.desk.step("INC-1", *self.pen.beginning(kind=kind))

    def notes(self) -> list[tuple[str, str]]:
        """Who noted what."""
        events = [entry.event for entry in self.desk.timeline("INC-1")]
        return [(event.by, event.text) for event in events if isinstance(event, NoteTaken)]


def message(number: int, text: str = "I look at the nodes", **fields: Any) -> Message:
    """A message of Kim's, so many minutes after three."""
    at = START + timedelta(minutes=number)
    return Message(**{"reference": f"C1/{number}.000100", "at": at, "by": "kim", "text": text, **fields})


def test_each_message_becomes_a_note_once() -> None:
    """With its own time and author; it is not posted back to where it came from."""
    world = World()
    world.chat.thread = [message(1), message(2, "It is the quota")]
    assert len(world.desk.read_thread("INC-1")) == 2
    assert world.desk.read_thread("INC-1") == ()
    assert world.notes() == [("kim", "I look at the nodes"), ("kim", "It is the quota")]
    assert not [record for record in world.desk.outbox("INC-1") if record.type == "PostToThread"]


def test_an_edit_is_noted_beside_what_was_said_first() -> None:
    """Once per edit; an edit that changes nothing is none."""
    world = World()
    world.chat.thread = [message(1)]
    world.desk.read_thread("INC-1")
    edited = message(1, "I look at the pods", edited_at=START + timedelta(minutes=3))
    for thread in ([edited], [edited], [evolve(edited, edited_at=START + timedelta(minutes=9))]):
        world.chat.thread = thread
        world.desk.read_thread("INC-1")
    assert world.notes() == [("kim", "I look at the nodes"), ("kim", "Corrected: I look at the pods")]


def test_a_message_that_was_edited_before_it_was_read_is_one_note() -> None:
    """There was nothing to correct yet."""
    world = World()
    world.chat.thread = [message(1, "I look at the pods", edited_at=START + timedelta(minutes=3))]
    world.desk.read_thread("INC-1")
    world.desk.read_thread("INC-1")
    assert world.notes() == [("kim", "I look at the pods")]


def test_a_deletion_is_noted_once_and_deletes_nothing() -> None:
    """What was said stays in the journal, and that it was taken back too."""
    world = World()
    world.chat.thread = [message(1), message(2, "wrong thread")]
    world.desk.read_thread("INC-1")
    world.chat.thread = [message(1)]
    world.clock.pass_by(minutes=5)
    world.desk.read_thread("INC-1")
    world.desk.read_thread("INC-1")
    assert world.notes()[2:] == [("kim", "Deleted from the thread: wrong thread")]


def test_a_thread_that_cannot_be_read_is_not_an_empty_one() -> None:
    """None is no answer: nothing counts as deleted."""
    world = World()
    world.chat.thread = [message(1)]
    world.desk.read_thread("INC-1")
    world.chat.thread = None
    assert world.desk.read_thread("INC-1") == ()
    assert len(world.notes()) == 1


def test_the_first_adapter_that_can_tell_is_believed() -> None:
    """One that is no reader is passed over."""
    world = World(Kind.LIVE, Scripted())
    world.chat.thread = [message(1)]
    assert len(world.desk.read_thread("INC-1")) == 1


def test_a_drill_is_not_looked_for_in_a_live_chat() -> None:
    """Its thread is not there, and the adapter is not even asked."""
    world = World(Kind.DRILL)
    world.chat.thread = [message(1)]
    assert world.desk.read_thread("INC-1") == ()
    assert world.chat.contexts == []


def test_without_a_thread_or_after_the_end_nothing_is_read() -> None:
    """A candidate has no thread; a dismissed one is over."""
    clock = FrozenClock()
    pen, chat = Pen(clock), Chat()
    desk = Desk(MemoryEngine(), load_shipped(), (chat,), now=clock)
    desk.step("INC-1", pen.reported())
    assert desk.read_thread("INC-1") == ()
    desk.step("INC-1", pen(e.CandidateDismissed, override_reason="no"))
    assert desk.read_thread("INC-1") == ()
    assert chat.contexts == []


def test_a_bot_that_heard_the_message_first_is_not_contradicted() -> None:
    """The same message noted in other words, under the same id: one note, whoever was first, whatever the order."""
    world = World()
    by_bot = NoteTaken(id=note_id("C1/1.000100"), at=START, by="kim", text="I look at <nodes>", from_thread=True)
    world.chat.thread = [message(1)]

    class Faster(Chat):
        """While this chat is being read, the bot notes the message."""

        def messages(self, context: Context) -> Sequence[Message] | None:
            said = list(context.timeline())
            world.desk.step("INC-1", by_bot)
            assert len(said) == 4
            return world.chat.thread

    desk = Desk(world.desk.engine, load_shipped(), (Faster(),), now=world.clock)
    assert desk.read_thread("INC-1") == ()
    assert world.desk.read_thread("INC-1") == ()
    assert world.notes() == [("kim", "I look at <nodes>")]


def test_every_thread_is_read() -> None:
    """Of managed and resolved incidents."""
    world = World()
    world.desk.step("INC-2", *world.pen.beginning("INC-2"))
    world.desk.step("INC-3", world.pen.reported("INC-3"))
    world.chat.thread = []
    assert world.desk.read_threads() == ()
    assert [context.incident.id for context in world.chat.contexts] == ["INC-1", "INC-2"]


@given(text=st.text(max_size=60), by=st.text(max_size=150), big=st.booleans())
def test_whatever_people_write_makes_a_note(text: str, by: str, big: bool) -> None:  # noqa: FBT001  drawn
    """Control characters, half characters, emptiness and length do not stop the thread from being read."""
    said = text * 400 if big else text
    one = message(1, said, by=by)
    [note] = missing([one], (), START)
    assert len(note.text) <= 10_000
    assert note.by
    edited = evolve(one, text=said + "!", edited_at=START + timedelta(hours=1))
    again = list(missing([edited], [Entry(note)], START))  # type: ignore[list-item]  # as much of an entry as is read
    assert len(again) <= 1


class Entry:
    """A timeline entry."""

    def __init__(self, event: NoteTaken) -> None:
        self.event = event
