"""What is posted: plain, escaped, cut visibly, and with no mention that nobody asked for."""

import re

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from incident_fsm import Incident, RoleHolder
from incident_fsm.adapters import Context
from incident_fsm.adapters.slack import Settings
from incident_fsm.adapters.slack._texts import TEXT_MAX, escape, text_of
from incident_fsm.commands import CreateReport, EscalateSupportCase, OpenThread, PostToThread, Remind
from tests.documents.airflow import airflow
from tests.services.fakes.slack import ADA
from tests.services.test_slack import the

PEOPLE = Settings(people={"Ada Lovelace": ADA})
NOBODY = Settings()


def context() -> Context:
    """What an adapter is shown."""
    return airflow().context


def test_the_starting_message_is_the_title_as_given_what_is_known_and_who_does_what() -> None:
    """The title on the first line, with its emoji; whoever is in the settings is mentioned, nobody else."""
    lines = text_of(the(OpenThread), context(), PEOPLE).split("\n")
    assert lines[0] == "Airflow Autoscaling Incident :thread:"
    assert "Public message: Airflow tasks are not starting. We are looking into it." in lines
    assert lines[-2:] == [f"Incident Lead: <@{ADA}>", "Communications Lead: Katherine Johnson"]


def test_a_reply_says_who_said_it() -> None:
    """The author first, as a name: nobody is mentioned for what they said themselves."""
    command = evolve(the(PostToThread), author="Ada Lovelace", text="It is <fixed>.\nReally.")
    assert text_of(command, context(), PEOPLE) == "Ada Lovelace: It is &lt;fixed&gt;.\nReally."


def test_a_chase_says_which_case_and_account() -> None:
    """By the ticket's own reference, as the command or the incident knows it by now, or without one."""
    command = evolve(the(EscalateSupportCase), reference="", message="Please pick this up")
    known = context()
    [case] = known.incident.cases
    with_reference: Incident = evolve(known.incident, cases=(evolve(case, reference="case-7"),))
    assert text_of(command, known, NOBODY) == "Our support case in account 123456789012: Please pick this up"
    later = evolve(known, incident=with_reference)
    assert text_of(command, later, NOBODY) == "Support case case-7 in account 123456789012: Please pick this up"
    named = evolve(command, reference="case-8", account="")
    assert text_of(named, later, NOBODY) == "Support case case-8: Please pick this up"
    assert text_of(evolve(named, case="case_9", reference=""), later, NOBODY) == "Our support case: Please pick this up"


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("Ada Lovelace", f"<@{ADA}>: "),
        ("Grace Hopper", "Grace Hopper: "),
        ("<!channel>", "&lt;!channel&gt;: "),
        ("analytical-platform", ""),
        ("#Analytical-Platform", ""),
    ],
)
def test_a_reminder_says_whom_what_and_since_when(who: str, said: str) -> None:
    """People by mention if they are in the settings; the channel is where it is said, so it is not named."""
    command = evolve(the(Remind), who=who, text="update the status page: the public was promised it")
    assert text_of(command, context(), PEOPLE) == (
        f"{said}Reminder about INC-2026-07: update the status page: the public was promised it "
        "(it was due 10 June 2026, 10:40 BST)"
    )


def test_roles_that_the_policy_no_longer_knows_are_named_by_their_key() -> None:
    """And a list of them without end is cut visibly."""
    command = evolve(the(OpenThread), roles=(RoleHolder(role="scribe", person="Edith"),))
    assert text_of(command, context(), NOBODY).endswith("\n\nscribe: Edith")
    many = tuple(RoleHolder(role=f"r{number}", person="<" * 100) for number in range(50))
    text = text_of(evolve(command, roles=many, text="x" * 10_000), context(), NOBODY)
    assert text.endswith("\n…")
    assert len(text) <= TEXT_MAX


def test_what_is_no_message_is_refused() -> None:
    """The caller asks for accepted commands only."""
    report = next(one for one in airflow().commands if isinstance(one, CreateReport))
    with pytest.raises(TypeError, match="CreateReport"):
        text_of(report, context(), NOBODY)


def test_long_texts_are_cut_visibly_and_never_within_an_escape() -> None:
    """To the character, whatever stands at the edge."""
    assert escape("x" * TEXT_MAX) == "x" * TEXT_MAX
    assert escape("x" * (TEXT_MAX + 1)) == "x" * (TEXT_MAX - 1) + "…"
    for length in range(20):
        cut = escape("a&b<c>" * 4, length)
        assert re.fullmatch(r"(?:[abc]|&(?:amp|lt|gt);)*…", cut)
        assert len(cut) <= max(length, 1)


ANYTHING = st.text(max_size=300) | st.lists(
    st.sampled_from("<!channel>@here<#C1>|&amp;*_~`\n\u202e\ud800"), max_size=300
).map("".join)


@given(text=ANYTHING, repeat=st.sampled_from([1, 40]))
@example(text="<!channel> <@U0ADA> <https://evil.example|https://bank.example> <#C1|x> & <", repeat=1)
@example(text="&lt;!here&gt;", repeat=1)
def test_no_text_can_mention_call_or_link(text: str, repeat: int) -> None:
    """Nothing opens markup, whatever people write in whichever field; every message fits."""
    said = text * repeat
    commands = (
        evolve(the(OpenThread), title=said, text=said),
        evolve(the(PostToThread), author=said, text=said),
        evolve(the(EscalateSupportCase), account=said, reference=said, message=said),
        evolve(the(Remind), who=said, text=said),
    )
    for command in commands:
        message = text_of(command, context(), NOBODY)
        assert "<" not in message
        assert ">" not in message
        assert re.search(r"&(?!amp;|lt;|gt;)", message) is None
        assert len(message) <= TEXT_MAX
        assert message.strip()
        message.encode()
