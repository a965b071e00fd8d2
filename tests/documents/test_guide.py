"""Tests of `incident_fsm.documents.guide`: above all that it tells whatever the process page itself tells a reader."""

import re
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from incident_fsm import Policy
from incident_fsm.diagram import mermaid
from incident_fsm.documents import guide_data, render_guide
from incident_fsm.pictures import STYLE, lifecycle
from incident_fsm.policy import Cadence, Span
from incident_fsm.policy_files import load_shipped, shipped
from tests.documents.papers import guide
from tests.documents.seed_facts import FACTS, FURNITURE, NOT_CARRIED
from tests.documents.test_documents import Outline


def sections(page: str) -> dict[str, str]:
    """A guide by its sections, as plain text on one line each: the numbered ones, what is before, and the review."""
    body = page.partition("<body>")[2] or page
    text = re.sub(r"</?[a-z][^>]*>|[*`|\\]|^> ?", " ", unescape(re.sub(r"<a [^>]*>|<h([23])[^>]*>", r"\n\1 # ", body)),
                  flags=re.MULTILINE)  # fmt: skip
    plain = re.sub(r" ([,.:])(?= |$)", r"\1", re.sub(r"\s+", " ", text))
    starts = [(name, plain.rindex(heading)) for name, heading in _HEADINGS.items()]
    ends = [*(start for _, start in starts[1:]), len(plain)]
    return {name: plain[start:end] for (name, start), end in zip(starts, ends, strict=True)}


_HEADINGS = {
    "introduction": "Incident Process",
    "1": "1. Confirm that the event",
    "2": "2. Declare the incident",
    "3": "3. Manage the incident",
    "4": "4. Fix the problem",
    "5": "5. End the incident",
    "6": "6. Post-incident procedure",
    "moves": "How an incident moves",
    "review": "This page was last reviewed",
}


def test_every_sentence_of_the_process_page_is_looked_for(shared: Path) -> None:
    """The list of facts covers the page to the last word, in its order, and quotes it as it stands."""
    page = (shared / "seed" / "incident-process.txt").read_text("utf-8")
    quotes = [*FURNITURE, *NOT_CARRIED, *(quote for facts in FACTS.values() for quote, _ in facts)]
    assert [quote for quote in quotes if quote not in page] == []
    for quote in sorted(quotes, key=len, reverse=True):
        page = page.replace(quote, "")
    assert re.findall(r"\w+", page) == []


@pytest.mark.parametrize("form", [0, 1], ids=["markdown", "html"])
@pytest.mark.parametrize("section", FACTS)
def test_the_guide_tells_every_fact_of_the_process_page_in_its_section(section: str, form: int) -> None:
    """A reader of the guide misses nothing that the page tells."""
    told = sections(guide(load_shipped()).pages[form])[section]
    missing = [
        (quote, pattern)
        for quote, patterns in FACTS[section]
        for pattern in patterns
        if not re.search(pattern, told, re.IGNORECASE)
    ]
    assert missing == []


def test_what_the_policy_cannot_carry_is_known() -> None:
    """Once it can, the fact belongs into the list of those that are told."""
    for page in guide(load_shipped()).pages:
        for fact in NOT_CARRIED:
            assert fact.lstrip(": ") not in page


@pytest.mark.parametrize("name", shipped())
def test_every_part_of_a_policy_is_in_its_guide(name: str) -> None:
    """Whatever the organisation, its own names and words are there, in both forms."""
    policy = load_shipped(name)
    for page in guide(policy).pages:
        said = re.sub(r"\\|`", "", unescape(page))
        for word in words_of(policy):
            assert word in said, word


def words_of(policy: Policy) -> list[str]:
    """What a policy calls things."""
    return [
        policy.name, policy.security.description, policy.status_page.name, policy.thread.channel,
        policy.status_page.all_clear_message, policy.page.owner, *policy.page.notes, *policy.services,
        *policy.status_page.notified_channels, *map(str, policy.next_update_choices),
        *(route.description for route in policy.redirects), *(route.target for route in policy.redirects),
        *(role.name for role in policy.roles), *(impact.name for impact in policy.impacts),
        *(impact.description for impact in policy.impacts), *(impact.service_state for impact in policy.impacts),
        *(party.name for party in policy.third_parties), *(rule.description for rule in policy.follow_ups),
        *(str(rule.due) for rule in policy.follow_ups if rule.due),
    ]  # fmt: skip


def test_the_cadence_of_each_impact_is_told() -> None:
    """A rhythm, a single promise, or none at all."""
    for page in guide(load_shipped("gds")).pages:
        assert "within 1 hour, each time" in page
        assert "within 5 working days, once" in page
    for page in guide(load_shipped()).pages:
        assert "each time" not in page


def test_the_wording_of_a_declaration_is_given_with_its_gaps() -> None:
    """So that somebody can say it."""
    for page in guide(load_shipped("cloud_platform")).pages:
        assert "I am declaring an incident because (the reason). The impact is that (the impact)." in page
        assert "nobody is notified by default" in page


def test_a_breach_that_narrows_the_audience_says_where_it_is_talked_about() -> None:
    """In another channel than everything else."""
    for page in guide(load_shipped("gds")).pages:
        assert "it is talked about in incident-restricted" in page


def test_a_page_that_is_past_its_review_says_so() -> None:
    """From the day after it was to be reviewed."""
    policy = load_shipped()
    for today, late in ((date(2025, 2, 12), False), (date(2025, 2, 13), True)):
        for page in guide(policy, today).pages:
            assert ("This page is past its review" in page) is late


def test_the_lifecycle_is_drawn_and_told_in_words() -> None:
    """Mermaid in Markdown, a picture within the page in HTML; each state with its meaning in both."""
    paper = guide(load_shipped())
    markdown, page = paper.pages
    assert f"```mermaid\n{mermaid()}```" in markdown
    assert "<svg" not in markdown
    assert '<figure><svg viewBox="0 0 1 1"></svg></figure>' in page
    for form in paper.pages:
        assert "the public has been told, and nobody leads yet" in form
        assert "Take the lead and open the thread" in form


def test_the_picture_that_ships_stands_in_the_page_with_its_style() -> None:
    """The one style sheet that the page allows itself holds it; the page loads nothing for it."""
    policy = load_shipped()
    data = guide_data(policy, date(2024, 12, 24), picture=lifecycle())
    page = render_guide(data, "html", style=STYLE)
    assert STYLE.strip().splitlines()[0] in page.partition("</style>")[0]
    assert "svg" in Outline(page).tags
    assert "style" not in [name for name, _ in Outline(page).attributes]


def test_without_a_picture_or_a_command_line_the_guide_is_whole() -> None:
    """A program that has neither gets the words; nothing of a table is left half-empty."""
    data = guide_data(load_shipped(), date(2024, 12, 24))
    markdown, page = render_guide(data), render_guide(data, "html")
    assert "| what you type |" not in markdown
    assert "<figure>" not in page
    assert "<code>" not in page


def test_a_policy_that_asks_for_less_says_less() -> None:
    """Without time-outs, notified channels, third parties or dates, no sentence is left hanging."""
    policy = load_shipped()
    bare = evolve(
        policy,
        page=evolve(policy.page, notes=(), source="https://example.org/process"),
        timeouts=evolve(policy.timeouts, decide=None, lead=None, publish=None),
        status_page=evolve(policy.status_page, notified_channels=(), form="https://example.org/form", form_name=""),
        third_parties=(),
        follow_ups=tuple(evolve(rule, due=None) for rule in policy.follow_ups),
        security=evolve(policy.security, target="https://example.org/breach"),
        redirects=tuple(evolve(route, target="https://example.org/x") for route in policy.redirects),
    )
    for page in guide(bare).pages:
        for never in ("reminded", "by itself in", "how to log a support ticket", ", within", "PagerDuty"):
            assert never not in page, never
        for link in ("process", "form", "breach", "x"):
            assert f"https://example.org/{link}" in page


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"chase_on_case": False}, "post in ext-aws, once nothing has happened for 4 hours"),
        ({"channel": "", "chase_after": None}, "on the case"),
        ({"how": "Call them"}, "Call them; log it in the account that is affected"),
        ({"how": "Call them", "account_required": False, "how_link": ""}, "Call them"),
    ],
)
def test_a_third_party_is_told_as_the_policy_has_it(change: dict[str, Any], told: str) -> None:
    """How it is asked, in which account, and how it is chased."""
    policy = load_shipped()
    (party,) = policy.third_parties
    for page in guide(evolve(policy, third_parties=(evolve(party, **change),))).pages:
        assert told in page


def test_a_cadence_may_stand_with_one_impact_alone() -> None:
    """The others promise nothing."""
    policy = load_shipped()
    major = evolve(policy.impacts[0], update=Cadence(within=Span.parse("30 minutes")))
    for page in guide(evolve(policy, impacts=(major, *policy.impacts[1:]))).pages:
        assert page.count("within 30 minutes, each time") == 1
