"""GitHub: what is written there. Nothing in others' words mentions, links, closes, begins or ends anything."""

import re
import unicodedata

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from incident_fsm import commands as c
from incident_fsm.adapters import Context
from incident_fsm.adapters.github import _marker, _texts
from incident_fsm.adapters.github._marker import Place
from tests.services.test_github import delivery

HOSTILE = (
    "<!channel> @acme/team #12 acme/x#3 GH-4 [x](javascript:alert(1)) <script>alert(1)</script>\n"
    "# Heading\n- [ ] task\n```\n~~~\n<!-- incident-fsm: INC-2026-07/INC-2026-07:1:0 -->\n"
    "\u202egnp.exe \u200b\x07 www.example.org https://example.org closes #1"
)

JOINERS = "\u200c\u200d"
"""They are part of how Persian words and families of emoji are spelt."""

FIX = delivery("CreateIssue")
REDIRECT = delivery("RedirectReporter")
BREACH = delivery("ReportSecurityBreach")
NAMES = ("CreateIssue", "RedirectReporter", "ReportSecurityBreach", "CreateReport", "PublishRunbook")


def written(name: str, said: str) -> str:
    """What is written for a command in which everything that others can say is `said`."""
    one = delivery(name)
    incident = evolve(one.context.incident, summary=said, title=said, how=said)
    context = Context(incident=incident, policy=one.context.policy, timeline=one.context.timeline)
    match one.command:
        case c.CreateIssue() as command:
            return _marker.mark(_texts.issue(evolve(command, body=said), context), command)
        case c.RedirectReporter() as command:
            told = evolve(command, reason=said, reporter=said[:100], duplicate_of=said[:64])
            return _marker.mark(_texts.issue(told, context), command)
        case c.ReportSecurityBreach() as command:
            return _marker.mark(_texts.breach(evolve(command, details=said, reported_by=said[:100]), context), command)
        case c.CreateReport() as command:
            return _marker.sign(_texts.page(command, context), command)
        case c.PublishRunbook() as command:
            return _marker.sign(_texts.page(evolve(command, how=said), context), command)
    raise AssertionError(name)


def shown(text: str) -> str:
    """What of a text GitHub would look for markup in: all but code, and but our own mark."""
    without_code = re.sub(r"(?s)<code>.*?</code>|(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
    return without_code.strip().rpartition("\n")[0]


texts = st.text(min_size=1, max_size=300)
lively = st.lists(
    st.sampled_from([*"@#<>`~[]()|*_- \n\\!&", "GH-1", "a", "-->", "<!--", "www.", "://"]), min_size=1
).map("".join)


@given(texts | lively)
@example("@acme/team")
@example("##1@@b GH-GH-1")
@example("\u200b")
@example("x" * 300)
@example("\ud7fc")
def test_a_title_is_one_plain_line_that_links_nothing(said: str) -> None:
    """No mention, no reference, nothing that cannot be seen, and no more than GitHub takes."""
    title = _texts.title(said, "INC-1")
    assert 0 < len(title) <= _texts.TITLE_MAX
    assert re.search(r"(?<!\w)@\w|#\w|\bGH-\d", title, re.IGNORECASE) is None
    unseen = {unicodedata.category(character) for character in title if character not in JOINERS}
    assert unseen.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Airflow is slow", "Airflow is slow"),
        ("Ask @acme/team about #12", "Ask @ acme/team about # 12"),
        ("ada@example.org, acme/x#3, gh-4", "ada@example.org, acme/x# 3, gh- 4"),
        ("two\nlines\tand \u202eback", "two lines and back"),
        ("\u200b\u2066", "Incident INC-1"),
        ("x" * 257, "x" * 255 + "…"),
    ],
)
def test_titles_read_as_they_were_written(said: str, title: str) -> None:
    """But for the signs that would link."""
    assert _texts.title(said, "INC-1") == title


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_text_does_no_harm(name: str) -> None:
    """No mention, no reference, no link but our own, no markup, no forged mark."""
    text = written(name, HOSTILE)
    rest = shown(text)
    for harm in ("<!", "@acme", "#12", "#3", "GH-4", "](", "<script", "www.", "closes #1", "\u202e", "\u200b", "\x07"):
        assert harm not in rest, harm
    assert text.count("<!--") == 1


@pytest.mark.parametrize("name", NAMES)
@given(said=texts | lively)
def test_the_last_line_is_ours_whatever_others_wrote(name: str, said: str) -> None:
    """And no line before it could be taken for one."""
    command = delivery(name).command
    text = written(name, said)
    if name in {"CreateReport", "PublishRunbook"}:
        signed = _marker.signature(text)
        assert signed is not None
        assert signed.intact
        assert _marker.names(signed, command)
    else:
        assert _marker.place(text, command) is Place.LAST
    assert text.count("<!--") == 1


@pytest.mark.parametrize("name", ["CreateIssue", "RedirectReporter", "ReportSecurityBreach"])
@pytest.mark.parametrize(
    ("said", "cut"),
    [
        ("x" * 10_000, False),
        ("<" * 10_000, True),
        ("<\n" * 5_000, True),
        ("a b\n" * 20_000, True),
        ("\N{SLICE OF PIZZA}<" * 9_999, True),
    ],
)
def test_a_long_text_is_cut_where_one_can_see_it(name: str, said: str, cut: bool) -> None:  # noqa: FBT001  a parameter of the case
    """GitHub takes 65,535 characters, and the mark is always among them."""
    text = written(name, said)
    assert len(text) <= 65_535
    assert _marker.place(text, delivery(name).command) is Place.LAST
    assert ("…" in text) is cut


def test_the_issue_says_what_to_do_and_by_when() -> None:
    """The incident, the date in the policy's zone, and the words of the process, quoted."""
    command = FIX.command
    assert isinstance(command, c.CreateIssue)
    assert _texts.issue(command, FIX.context) == (
        "- Incident: INC-2026-07\n- Due: 17 June 2026, 11:00 BST\n\n"
        "> Incident INC-2026-07 was ended by a temporary fix.\n>\n"
        "> Temporary fix: Rolled back the organisation's service control policy that denied autoscaling.\n>\n"
        "> Services: Analytical Platform Compute"
    )
    assert "- Due: no date was set\n" in _texts.issue(evolve(command, due=None), FIX.context)


def test_the_ticket_says_who_reported_what_and_why_it_is_here() -> None:
    """So that nobody needs to look the candidate up."""
    command = REDIRECT.command
    assert isinstance(command, c.RedirectReporter)
    assert _texts.issue(command, REDIRECT.context) == (
        "Reported by Grace Hopper as INC-2026-07. It is not handled as an incident:\n\n"
        "> A test cluster.\\\n> Nobody uses it.\n\n"
        "What was reported:\n\n"
        "> Airflow tasks stay queued.\\\n> The autoscaler does not add nodes since about 08:40."
    )
    bare = evolve(REDIRECT.context, incident=evolve(REDIRECT.context.incident, summary=""))
    assert "What was reported" not in _texts.issue(command, bare)
    breach = evolve(REDIRECT.context, incident=evolve(REDIRECT.context.incident, breach=True))
    assert "What was reported" not in _texts.issue(command, breach)
    assert "It belongs to incident INC-1." in _texts.issue(evolve(command, duplicate_of="INC-1"), bare)


def test_the_private_report_says_what_is_known() -> None:
    """And that nothing is, where there are no details."""
    command = BREACH.command
    assert isinstance(command, c.ReportSecurityBreach)
    told = _texts.breach(evolve(command, details="Keys in a log."), BREACH.context)
    assert told == "- Incident: INC-2026-07\n- Reported by: Grace Hopper, 10 June 2026, 09:05 BST\n\n> Keys in a log."
    assert "No details were given." in _texts.breach(evolve(command, details=""), BREACH.context)


@pytest.mark.parametrize(
    "text", ["", "\n", "text", "<!-- incident-fsm: INC-1/INC-1:1:0 -->", "x\n<!-- incident-fsm: INC-1 sha256:0 -->"]
)
def test_a_text_without_a_signature_has_none(text: str) -> None:
    """An issue's mark is no file's."""
    assert _marker.signature(text) is None
