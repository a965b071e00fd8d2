"""The bot in a console."""

import pytest

from tests.examples.runs import LINES_MAX, lines_of, printed


def test_without_input_a_conversation_is_played() -> None:
    """It ends resolved, with what blocks the review."""
    lines = printed("console_bot").splitlines()
    assert lines[0] == "> hello"
    assert "  resolved; PublishStatus; PostToThread; CreateReport; ScheduleMeeting; PublishRunbook" in lines
    assert any(line.startswith("  IncidentReviewed leads to reviewed, but 'report' should be done") for line in lines)


def test_piped_lines_are_answered_one_by_one() -> None:
    """A report, and what can be done next."""
    lines = printed("console_bot", said="report Tills are dead\nnext\n").splitlines()
    assert lines[:3] == ["> report Tills are dead", "  candidate", "> next"]
    assert "  CandidateConfirmed leads to confirmed" in lines


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("", "  I know: report, confirm, declare, lead, note, resolve, and next once something is reported"),
        ("next", "  I know: report, confirm, declare, lead, note, resolve, and next once something is reported"),
        ("sing", "  I know: report, confirm, declare, lead, note, resolve, and next once something is reported"),
        ("report", "  I did not get that: CandidateReported.title: is empty; say something"),
        ("lead Sam", "  no: there is no incident yet; ManagementStarted needs one that is declared"),
    ],
)
def test_what_the_bot_cannot_do_is_answered_with_a_reason(line: str, answer: str) -> None:
    """It never stops talking."""
    assert printed("console_bot", said=f"{line}\n").splitlines() == [f"> {line}", answer]


def test_the_example_fits_on_a_page() -> None:
    """At most eighty lines."""
    assert lines_of("console_bot") <= LINES_MAX
