"""The PagerDuty adapter with everything going wrong that can: one post, one update, one mail for each command.

What is counted is what the page's subscribers would see: posts and updates on the page, post-mortems that were put.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from attrs import frozen
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incident_fsm.adapters.pagerduty import PagerDutyAdapter, Settings
from incident_fsm.commands import Command, PublishPostMortem, PublishStatus
from incident_fsm.desk import Desk
from incident_fsm.engine import CommandStatus
from incident_fsm.events import CommandDone
from incident_fsm.testing import Fault, FrozenClock, drive
from incident_fsm.testing.driving import Driven, check
from tests.documents.airflow import ID, at
from tests.services.driving import story, targets
from tests.services.fakes.pagerduty import LINK, PAGE_NAME, FakePagerDuty, client_of
from tests.services.fakes.pagerduty_document import Document

SETTINGS = Settings(page=PAGE_NAME)


@frozen
class Account:
    """A fake account, an adapter for it, and the time."""

    fake: FakePagerDuty
    adapter: PagerDutyAdapter
    clock: FrozenClock


@cache
def document() -> Document | None:
    """PagerDuty's own document, where it lies beside the repository."""
    shared = Path(__file__).resolve().parents[3] / "shared"
    return Document(shared) if shared.is_dir() else None


@contextmanager
def account() -> Iterator[Account]:
    """Open an account. Every request and every answer is held to PagerDuty's document, where there is one."""
    clock = FrozenClock(at(0))
    with FakePagerDuty(clock) as fake:
        held_to = document()
        if held_to is not None:
            fake.watch, fake.inspect = held_to.request, held_to.answer
        with client_of(fake) as client:
            yield Account(fake, PagerDutyAdapter(lambda: client, SETTINGS), clock)
        assert fake.complaints == []


COMMANDS = targets(PagerDutyAdapter(lambda: pytest.fail("nothing is asked of PagerDuty here"), SETTINGS))
FAULTS = tuple(Fault)

POSITIONS = {"opens": 6, "updates": 1, "post-mortem": 2}
"""How many requests a delivery takes, in the order of the story: names are looked up once, before the first write."""


def sort_of(command: Command) -> str:
    """Which of the three things that are published a command is."""
    if isinstance(command, PublishPostMortem):
        return "post-mortem"
    assert isinstance(command, PublishStatus)
    return "opens" if command.opens else "updates"


def mails(driven: Driven) -> int:
    """How many mails the page's subscribers should have had."""
    return sum(one.objects for one in driven.settled)


def receipts(desk: Desk) -> list[CommandDone]:
    """Every receipt of the adapter's."""
    events = (entry.event for entry in desk.timeline(ID))
    return [event for event in events if isinstance(event, CommandDone) and event.adapter == "pagerduty"]


def hold(driven: Driven, fake: FakePagerDuty) -> None:
    """One object for each command or a person sees to it; every receipt leads to the post; nobody had a mail twice."""
    check(driven)
    done = [one for one in driven.settled if one.record.status is CommandStatus.DONE]
    given = receipts(driven.desk)
    assert [receipt.command_id for receipt in given] == [one.command.id for one in done]
    assert {(receipt.reference, receipt.link) for receipt in given} <= {(post["id"], LINK) for post in fake.posts}
    assert fake.mails == mails(driven)


def test_the_story_holds_every_command_that_is_accepted() -> None:
    """A post, four updates of which two give the all-clear, and the post-mortem."""
    assert [sort_of(command) for command in COMMANDS] == ["opens", *["updates"] * 4, "post-mortem"]
    assert [command.all_clear for command in COMMANDS if isinstance(command, PublishStatus)] == [
        False, False, True, False, True,
    ]  # fmt: skip


@pytest.mark.fault(
    "F5",
    sees="the command waiting, then looked for, then done; or failed, with what a person must look at",
    guaranteed="every command of the adapter × every fault: one object outside, or it is in a person's hands",
)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("target", range(len(COMMANDS)), ids=lambda number: f"{number}-{sort_of(COMMANDS[number])}")
def test_each_fault_alone_at_each_request_leaves_one_object(target: int, fault: Fault) -> None:
    """Whichever request it hits: one object in the end. Only a missing permission needs a person, and leaves none."""
    for position in range(POSITIONS[sort_of(COMMANDS[target])]):
        with account() as one:
            faults = [*[Fault.NONE] * position, fault]
            driven = drive(one.adapter, one.fake, one.clock, target=command_id(target), faults=faults, events=story())
            hold(driven, one.fake)
            hit = driven.settled[target]
            forbidden = fault is Fault.FORBIDDEN
            assert hit.objects == (0 if forbidden else 1), (position, hit.record.error)
            assert hit.record.status is (CommandStatus.FAILED if forbidden else CommandStatus.DONE), hit.record.error


@cache
def ids() -> tuple[str, ...]:
    """The commands' ids as they are with receipts in between, which count as events too."""
    with account() as one:
        driven = drive(one.adapter, one.fake, one.clock, events=story())
        hold(driven, one.fake)
        assert [settled.objects for settled in driven.settled] == [1] * len(COMMANDS)
        return tuple(settled.command.id for settled in driven.settled)


def command_id(target: int) -> str:
    """The id of one command of the story."""
    return ids()[target]


faulty = st.lists(st.sampled_from(FAULTS), max_size=4)


@settings(max_examples=50)
@given(st.integers(0, len(COMMANDS) - 1), st.integers(0, 5), faulty)
@example(0, 5, [Fault.DROPPED, Fault.UNREACHED, Fault.LATE, Fault.BROKEN])
@example(1, 0, [Fault.LATE, Fault.UNAVAILABLE, Fault.RATE_LIMITED, Fault.HALF])
@example(5, 1, [Fault.HALF, Fault.BROKEN, Fault.UNREACHED, Fault.RATE_LIMITED])
@example(2, 0, [Fault.DROPPED, Fault.FORBIDDEN])
def test_whatever_goes_wrong_in_whichever_order_no_command_is_done_twice(
    target: int, position: int, faults: Sequence[Fault]
) -> None:
    """After delivery ends exactly one object exists for each command, or the command is visibly in a person's hands."""
    with account() as one:
        before = min(position, POSITIONS[sort_of(COMMANDS[target])] - 1)
        all_faults = [*[Fault.NONE] * before, *faults]
        driven = drive(one.adapter, one.fake, one.clock, target=command_id(target), faults=all_faults, events=story())
        hold(driven, one.fake)


@settings(max_examples=10)
@given(st.integers(0, len(COMMANDS) - 1), faulty)
def test_likewise_on_a_page_that_keeps_other_html_and_gives_little_at_once(
    target: int, faults: Sequence[Fault]
) -> None:
    """PagerDuty may keep a message in other tags and a time in another form, and lists come in pages."""
    with account() as one:
        one.fake.page_size = 2
        one.fake.kept = lambda message: f"<p>{message.replace('&#x27;', chr(39))}</p>"
        one.fake.echoed = lambda moment: f"{moment.removesuffix('Z')}.000+00:00"
        for number in range(5):
            one.fake.post_by_hand(f"Something else (INC-2026-0{number})")
        driven = drive(one.adapter, one.fake, one.clock, target=command_id(target), faults=faults, events=story())
        hold(driven, one.fake)
