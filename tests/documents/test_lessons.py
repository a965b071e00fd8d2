"""Tests of `incident_fsm.documents.lessons`."""

from incident_fsm.documents.lessons import sorted_lessons


def test_a_lesson_is_sorted_by_how_it_begins() -> None:
    """In any case of letters and with any spaces; the opening itself is not repeated under its heading."""
    said = ("Went well: the rollback", "went  BADLY:  nobody watched", "Cause: no alert", "Test the quota.")
    assert sorted_lessons(said) == {
        "causes": ["no alert"],
        "well": ["the rollback"],
        "badly": ["nobody watched"],
        "other": ["Test the quota."],
    }


def test_whatever_is_not_meant_so_stays_a_lesson_as_it_is() -> None:
    """A colon elsewhere, an opening with nothing after it, an older record: nothing is lost and nothing is cut."""
    said = ("Remember: quotas are per account", "Cause:", "causes are many", "Went well, on the whole", "a\nCause: b")
    assert sorted_lessons(said) == {"causes": [], "well": [], "badly": [], "other": list(said)}
