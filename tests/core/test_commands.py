"""The vocabulary of what goes out."""

from typing import get_args

import pytest
from attrs import fields
from hypothesis import example, given
from hypothesis import strategies as st

from incident_fsm import Audience, ChaseVia, Kind, Stage
from incident_fsm import commands as c
from incident_fsm.commands import COMMANDS, LANES, AnyCommand, Command, command_id, gives, needs, parse_command_id
from incident_fsm.errors import InvalidValue
from incident_fsm.testing import arbitrary_commands
from incident_fsm.testing.story import NINE


def test_every_command_of_the_module_is_listed_once_and_has_a_lane() -> None:
    """Expect 15 commands, each a kind of `Command`, and each in one lane."""
    kinds = {kind for kind in vars(c).values() if isinstance(kind, type) and issubclass(kind, Command)}
    assert set(COMMANDS) == kinds - {Command} == set(LANES)
    assert len(COMMANDS) == 15
    assert get_args(AnyCommand) == COMMANDS


@pytest.mark.parametrize("kind", COMMANDS)
def test_a_command_says_what_it_is_and_begins_as_every_command(kind: type[Command]) -> None:
    """Expect a docstring, and the fields of the head first, keyword-only, none with a default."""
    assert kind.__doc__
    head = list(c.Head.__annotations__)
    assert [attribute.name for attribute in fields(kind)][: len(head)] == head
    assert all(attribute.kw_only for attribute in fields(kind))


@given(arbitrary_commands())
def test_what_a_command_needs_another_one_gives(command: Command) -> None:
    """Expect needs and gifts from one small vocabulary, and never both of the same thing in one command."""
    cases = getattr(command, "case", "")
    assert gives(command) in {"", "thread", "status_post", "report", cases}
    assert needs(command) in {"", "thread", "status_post", "report", cases}
    assert not gives(command) or gives(command) != needs(command)


def test_the_first_status_post_gives_what_the_later_ones_need() -> None:
    """Expect the post that opens to give the status post, and the next to need it; likewise with the others."""
    head: c.Head = {
        "id": "I:1:0",
        "incident_id": "I",
        "kind": Kind.LIVE,
        "audience": Audience.TEAM,
        "requested_at": NINE,
    }
    opened, later = (
        c.PublishStatus(
            **head, opens=opens, update=1, title="t", message="m", stage=Stage.DETECTED, impact="Major",
            impact_description="d", all_clear=False, services=(), next_update_at=None, notify_subscribers=True,
            cleared=False,
        )
        for opens in (True, False)
    )  # fmt: skip
    assert (gives(opened), needs(opened)) == ("status_post", "")
    assert (gives(later), needs(later)) == ("", "status_post")
    thread = c.OpenThread(**head, channel="c", title="t", text="x", roles=())
    post = c.PostToThread(**head, channel="c", text="x", author="a")
    assert (gives(thread), needs(thread), gives(post), needs(post)) == ("thread", "", "", "thread")
    report = c.CreateReport(**head, title="t", due=None)
    published = c.PublishReport(**head, title="t", lessons=(), actions=())
    assert (gives(report), needs(report), gives(published), needs(published)) == ("report", "", "", "report")
    case = c.OpenSupportCase(**head, case="case_1", third_party="aws", account="", summary="s", details="d")
    chase = c.EscalateSupportCase(
        **head, case="case_1", third_party="aws", account="", via=ChaseVia.CASE, channel="", message="m", reference=""
    )
    assert (gives(case), needs(case), gives(chase), needs(chase)) == ("case_1", "", "", "case_1")


def test_a_command_is_checked_when_it_is_made() -> None:
    """Expect a wrong type to be named: a reaction that mixes fields up is found where it is."""
    with pytest.raises(InvalidValue, match=r"PostToThread\.text"):
        c.PostToThread(
            id="I:1:0", incident_id="I", kind=Kind.LIVE, audience=Audience.TEAM, requested_at=NINE, channel="c",
            text=5, author="a",  # type: ignore[arg-type]
        )  # fmt: skip


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}", fullmatch=True), st.integers(0, 10**12), st.integers(0, 99))
def test_an_id_is_taken_apart_as_it_was_put_together(incident: str, revision: int, position: int) -> None:
    """Expect the three parts back."""
    assert parse_command_id(command_id(incident, revision, position)) == (incident, revision, position)


@given(st.text(max_size=220) | st.from_regex(r"[a-z]{1,3}:[0-9²٣]{1,3}:[0-9]{1,3}", fullmatch=True))
@example("I:01:0")
@example("I:1:٣")
@example("I:²:0")
@example("I:1")
@example("I:1:0:0")
@example("I:1:" + "9" * 5000)
@example("")
@example("::")
def test_what_is_no_id_is_none_and_what_is_one_is_written_in_one_way(said: str) -> None:
    """Expect None for whatever is not exactly as an id is written: other digits, more parts, too long."""
    parsed = parse_command_id(said)
    assert parsed is None or command_id(*parsed) == said


def test_a_number_is_an_id_s_only_in_plain_digits() -> None:
    """Expect the near misses to be refused."""
    for said in ("I:01:0", "I:1:٣", "I:²:0", "I:-1:0", "I:1:0:0", "I:1", "I", "", "I:1:" + "9" * 300):
        assert parse_command_id(said) is None
