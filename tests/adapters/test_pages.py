"""Tests of `incident_fsm.adapters._pages`: what stands in the files."""

import re
from collections.abc import Sequence
from typing import Any

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_fsm import Fix, Kind
from incident_fsm import commands as c
from incident_fsm.adapters import Context
from incident_fsm.adapters._pages import page_of
from tests.adapters.deliveries import dismissed, every_type, restricted
from tests.documents.airflow import COMPUTE, ID, Told, airflow, at, beginning, ending, middle, tell
from tests.documents.test_documents import Outline, headings
from tests.documents.test_markdown import nasty, tokens


def pages(commands: Sequence[c.Command], context: Context) -> dict[str, str]:
    """Every file that some commands make, as text."""
    found: dict[str, str] = {}
    for key in dict.fromkeys(page.key for command in commands if (page := page_of(command))):
        mine = [command for command in commands if (page := page_of(command)) and page.key == key]
        page = page_of(mine[-1])
        assert page is not None
        written = page.render(mine, context, None)
        assert page.main in written
        found |= {name: content.decode() for name, content in written.items()}
    return found


def pages_of(told: Told) -> dict[str, str]:
    """Every file of a story."""
    return pages(told.commands, told.context)


AIRFLOW = pages_of(airflow())


def test_every_type_of_command_has_a_page_and_lanes_share_none() -> None:
    """Lanes run side by side, so that no two of them may write the same file."""
    lanes: dict[str, set[str]] = {}
    for one in every_type():
        page = page_of(one.command)
        assert page is not None
        lanes.setdefault(page.key, set()).add(c.LANES[type(one.command)])
    assert all(len(found) == 1 for found in lanes.values())
    assert page_of(c.Command(**{name: getattr(airflow().commands[0], name) for name in _HEAD})) is None


_HEAD = ("id", "incident_id", "kind", "audience", "requested_at")


def test_the_status_page_shows_every_post_newest_first() -> None:
    """Each with its time, stage, impact, services, message, next update and whether subscribers were notified (§2)."""
    page = AIRFLOW["status-page.html"]
    times = re.findall(r'<h3><time datetime="([^"]+)">', page)
    assert times == ["2026-06-10T10:00:00Z", "2026-06-10T08:40:00Z", "2026-06-10T08:12:00Z"]
    assert [tag for tag in Outline(page).tags if tag == "article"] == ["article"] * 3
    for said in (
        "10 June 2026, 09:12 BST", "Airflow tasks are not starting", "Major", f"{COMPUTE}: outage", "partial outage",
        "Next update by", "10 June 2026, 09:42 BST", "notified", "Analytical Platform external status page",
    ):  # fmt: skip
        assert said in page


def test_the_status_page_says_clearly_that_it_is_over() -> None:
    """After the all-clear it is green, says so, and promises no further update."""
    page = AIRFLOW["status-page.html"]
    banner = page[page.index("<section") : page.index("</section>")]
    assert 'class="state clear"' in banner
    assert "All clear: All Good" in banner
    assert "Next update" not in banner
    assert "<title>Resolved: Airflow Autoscaling Incident" in page


def test_the_status_page_says_clearly_that_it_is_not_over() -> None:
    """While it lasts it shows the impact and when the next update comes."""
    page = pages_of(tell(beginning()))["status-page.html"]
    banner = page[page.index("<section") : page.index("</section>")]
    assert "clear" not in banner
    assert "Major" in banner
    assert 'Next update by <time datetime="2026-06-10T08:42:00Z">' in banner


def test_the_status_page_needs_nothing_from_outside_and_can_be_read_by_all() -> None:
    """Its policy forbids everything but its own style; language, one main heading, times for programs, phone width."""
    page = AIRFLOW["status-page.html"]
    outline = Outline(page)
    assert "default-src 'none'; style-src 'sha256-" in page
    assert not {"script", "img", "link", "iframe", "form", "a"} & {*outline.tags}
    assert ("lang", "en") in outline.attributes
    assert ("name", "viewport") in outline.attributes
    assert outline.tags.count("h1") == outline.tags.count("main") == 1
    assert "prefers-color-scheme: dark" in page


def test_the_public_page_of_a_restricted_incident_has_only_cleared_wording() -> None:
    """Neither its title nor its summary is on it."""
    page = pages_of(restricted())["status-page.html"]
    assert "Leaked keys" not in page
    assert "Incident INC-2026-07" in page


def test_the_thread_begins_with_the_emoji_and_keeps_every_reply() -> None:
    """§3.1: a clear starting message and a thread emoji; then who said what, by the local clock."""
    page = AIRFLOW["thread.md"]
    assert headings(page) == ["# Airflow Autoscaling Incident 🧵"]
    assert "- Incident Lead: Ada Lovelace" in page
    assert "**10 June 2026, 09:18 BST** · Ada Lovelace" in page
    assert page.index("09:18 BST") < page.index("10:48 BST") < page.index("11:00 BST")


def test_a_thread_that_was_opened_elsewhere_still_has_a_page() -> None:
    """Somebody opened it by hand: the replies are kept under the incident's id."""
    posts = [command for command in airflow().commands if isinstance(command, c.PostToThread)]
    assert headings(pages(posts, airflow().context)["thread.md"]) == [f"# Thread of incident {ID}"]


def test_the_issue_is_ready_to_be_put_into_a_tracker() -> None:
    """§5: title, labels, due date, body, and a marker to find it by."""
    page = AIRFLOW["permanent-fix-issue.md"]
    assert headings(page) == ["# Permanent fix: Airflow Autoscaling Incident"]
    assert f"<!-- incident_fsm {ID}:12:2 -->" in page
    for said in ("incident, permanent-fix", "17 June 2026, 11:00 BST", "ended by a temporary fix"):
        assert said in page
    (issue,) = [command for command in airflow().commands if isinstance(command, c.CreateIssue)]
    undated = pages([evolve(issue, due=None)], airflow().context)["permanent-fix-issue.md"]
    assert "Due: no date was set" in undated


def test_a_support_case_has_a_token_and_every_chase() -> None:
    """§4: in which account, how, and where each chase went."""
    page = AIRFLOW["support-case_1.md"]
    assert headings(page) == [
        f"# EKS node group does not scale: AccessDenied [{ID}:6:0]",
        "## Communications",
        "### 10 June 2026, 09:55 BST, on the case",
        "### 10 June 2026, 10:05 BST, in the channel ext-aws",
    ]
    assert "- Third party: AWS" in page
    assert "- Account: 123456789012" in page


def test_a_case_that_was_opened_elsewhere_still_has_its_chases() -> None:
    """Its own reference is shown where it is known."""
    chases = [command for command in airflow().commands if isinstance(command, c.EscalateSupportCase)]
    known = [evolve(chase, reference="case-42", third_party="acme", account="") for chase in chases]
    page = pages(known, airflow().context)["support-case_1.md"]
    assert headings(page)[0] == f"# Support case `case_1` [{ID}:8:0]"
    assert "reference case-42" in page
    assert "- Third party: acme" in page


def test_the_draft_is_replaced_by_the_reviewed_report() -> None:
    """§6: the draft has room for lessons and actions, the final one has them; each command leads to its own form."""
    draft = pages_of(tell([*beginning(), *middle(), *ending()[:1]]))
    assert "**Draft.**" in draft["incident-report.md"]
    assert "**Draft.**" not in AIRFLOW["incident-report.md"]
    assert "Nobody watched queue length" in AIRFLOW["incident-report.html"]
    mains = {type(one.command): page.main for one in every_type() if (page := page_of(one.command))}
    assert mains[c.CreateReport] == "incident-report.md"
    assert mains[c.PublishReport] == "incident-report.html"


def test_a_redirect_says_where_to_go_instead() -> None:
    """§1: not an incident, why, and the appropriate response."""
    page = pages_of(dismissed())["redirect.md"]
    for said in ("Grace Hopper", "> A test cluster.", "- raise a support issue"):
        assert said in page
    (redirect,) = dismissed().commands
    assert isinstance(redirect, c.RedirectReporter)
    other = evolve(redirect, duplicate_of="INC-1", target="https://example.org/new")
    page = pages([other], dismissed().context)["redirect.md"]
    assert "handled as incident INC-1" in page
    assert "<https://example.org/new>" in page


def test_a_security_report_says_what_to_do_and_for_whom_it_is() -> None:
    """§1: it must be reported; a person carries it on."""
    page = pages_of(restricted())["security-report.md"]
    for said in (
        "Restricted",
        "Leaked keys",
        "Grace Hopper",
        "security breach by the organisation",
        "<https://example.org",
    ):
        assert said in page
    (breach,) = [command for command in restricted().commands if isinstance(command, c.ReportSecurityBreach)]
    bare = pages([evolve(breach, details="", target="")], restricted().context)["security-report.md"]
    assert "No details were given." in bare


def test_reminders_are_collected() -> None:
    """Who, of what, and since when."""
    page = AIRFLOW["reminders.md"]
    assert "**10 June 2026, 10:41 BST** to Ada Lovelace, due 10 June 2026, 10:40 BST" in page


def test_a_second_invitation_has_a_higher_sequence() -> None:
    """Calendars take it for the same meeting, moved."""
    (meeting,) = [command for command in airflow().commands if isinstance(command, c.ScheduleMeeting)]
    moved = evolve(meeting, id=f"{ID}:99:0", starts_at=at(9999))
    page = pages([meeting, moved], airflow().context)["post-mortem.ics"]
    assert "SEQUENCE:1" in page
    assert page.count("BEGIN:VEVENT") == 1


def test_every_text_of_a_drill_says_so() -> None:
    """The prefix that the commands carry stays on every page."""
    drill = pages_of(tell([*beginning(kind=Kind.DRILL), *middle(), *ending(Fix.TEMPORARY)]))
    for name, page in drill.items():
        assert "DRILL" in page, name


@settings(max_examples=25)
@given(nasty.filter(str.strip), nasty, st.data())
def test_no_text_breaks_out_of_any_page(line: str, text: str, data: st.DataObject) -> None:
    """Whatever a title, note or name holds, no page gets markup, a heading, a link or a marker more than it has."""
    one = data.draw(st.sampled_from([one for one in every_type() if not isinstance(one.command, _PLAIN_TEXT)]))
    free = {name for name in _FREE if hasattr(one.command, name)}
    changes: dict[str, Any] = {name: text if name in _LONG else line for name in free}
    nasty_one = evolve(one.command, **changes)
    plain: dict[str, Any] = {name: "plain" if said else "" for name, said in changes.items()}
    plain_one = evolve(one.command, **plain)
    for name, page in pages([nasty_one], one.context).items():
        expected_page = pages([plain_one], one.context)[name]
        if name.endswith(".html"):
            assert Outline(page).tags == Outline(expected_page).tags
            assert "<script" not in page
            continue
        found, expected = ([token.type for token in tokens(said)] for said in (page, expected_page))
        for kind in ("heading_open", "html_block", "link_open", "image", "hr", "fence", "table_open", "list_item_open"):
            assert found.count(kind) == expected.count(kind), kind
        markup = re.sub(r"</?code>|<https?://[^<>\s]+>", "", page)
        assert markup.count("<") == expected_page.count("<!--")


_PLAIN_TEXT = (c.ScheduleMeeting, c.CancelMeeting, c.PublishPostMortem)
"""What is no page: invitations, whose own tests hold them to their grammar, and text to be pasted."""

_LONG = {"details", "reason", "message", "text", "body", "how"}
_FREE = {
    "title", "reported_by", "route", "reporter", "description", "channel", "author", "summary", "account", "impact",
    "impact_description", *_LONG,
}  # fmt: skip
