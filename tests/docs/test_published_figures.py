"""Published figures beside ours: the page is what the script makes of the published log."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import published_figures as figures
from incident_fsm import Milestones
from incident_fsm.policy import Calendar


def test_the_page_is_what_the_script_makes(root: Path, shared: Path) -> None:
    """To the letter: neither the figures nor the reasons are written by hand."""
    log = shared / "corpus" / "cloud_platform_incidents.json"
    assert (root / "docs" / "published_figures.md").read_text("utf-8") == figures.page(log)


def test_a_figure_that_another_pair_of_times_gives_is_explained() -> None:
    """From which to which, and by which clock."""
    nine = datetime(2024, 5, 1, 8, 0, tzinfo=UTC)
    marks = Milestones(fault=nine, declared=nine + timedelta(minutes=30), resolved=nine + timedelta(hours=24))
    office = Calendar(timezone="Europe/London", opens=time(10), closes=time(17))
    assert next(figures._pairs(marks, timedelta(minutes=30), office)) == "from fault to declared"
    assert next(figures._pairs(marks, timedelta(hours=7), office)) == "from fault to resolved in support hours"
    assert not list(figures._pairs(marks, timedelta(hours=3), office))
