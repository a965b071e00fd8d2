"""`incident metrics`: the same figures in every form."""

import csv
import io

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.cli.terminal import Terminal

from incident_fsm.cli._metrics import as_csv, as_prometheus, shown
from incident_fsm.measures import MEASURES, Summary


@pytest.fixture
def two(terminal: Terminal) -> Terminal:
    """One incident that is over, and one that was only reported; and a drill."""
    terminal.environment["INCIDENT_DELIVER"] = "0"
    terminal.must(
        "incident report Slow --id INC-1 --at 2026-11-02T09:00"
        " --fault-at 2026-11-02T08:50 --detected-at 2026-11-02T08:55",
        'incident confirm INC-1 --unplanned "an alert" --impacts-users "12 users" --at 2026-11-02T09:01',
        'incident declare INC-1 --service "Analytical Platform Compute" --impact Minor --message x'
        " --next-update '30 minutes' --at 2026-11-02T09:05",
        "incident manage INC-1 --lead jo --at 2026-11-02T09:10",
        "incident restored INC-1 --at 2026-11-02T09:30",
        "incident resolve INC-1 --fix permanent --how x --users-unaffected --at 2026-11-02T10:00",
        "incident report Other --id INC-2 --at 2026-11-20T09:00",
        "incident report Exercise --id INC-3 --kind drill --at 2026-11-20T09:00",
    )
    return terminal


def test_people_get_a_table_with_the_middle_one_of_each(two: Terminal) -> None:
    """By the wall clock; how many are known stands in brackets; a drill does not count."""
    out = two.type("incident metrics").out
    heads, line, note = (part.split("  ") for part in out.splitlines())
    cells = [cell.strip() for cell in line if cell.strip()]
    assert [head.strip() for head in heads if head.strip()] == ["all", "incidents", *MEASURES, "kept", "missed"]
    assert cells == ["all", "2", "0h 05m (1)", "0h 10m (1)", "0h 15m (1)", "0h 35m (1)", "1h 10m (1)", "-", "0", "1"]
    assert "wall clock" in note[0]


def test_support_hours_are_the_other_clock(two: Terminal) -> None:
    """On a Monday morning of a team without opening hours, the same."""
    assert "support hours" in two.type("incident metrics --support-hours").out


def test_groups_and_a_beginning_can_be_chosen(two: Terminal) -> None:
    """By incident, quarter, service, impact; from a day on."""
    assert [one["group"] for one in two.type("incident metrics --per incident --json").data] == ["INC-1", "INC-2"]
    assert [one["group"] for one in two.type("incident metrics --per quarter --json").data] == ["2026-Q4"]
    assert [one["group"] for one in two.type("incident metrics --per impact --json").data] == [
        "(never declared)",
        "Minor",
    ]
    assert len(two.type("incident metrics --per service --json").data) == 2
    since = two.type("incident metrics --since 2026-11-15T00:00 --json").data
    assert [one["incidents"] for one in since] == [1]
    assert two.type("incident metrics --since 2027-01-01T00:00").out == "no incident to measure\n"
    assert two.type("incident metrics --since soon").code == 2


def test_every_form_has_the_same_figures(two: Terminal) -> None:
    """JSON, CSV and Prometheus, in seconds."""
    [data] = two.type("incident metrics --json").data
    assert data["measures"]["repair"] == {"known": 1, "wall_clock_seconds": 2100.0, "support_seconds": 2100.0}
    rows = list(csv.DictReader(io.StringIO(two.type("incident metrics --format csv").out)))
    assert [row["measure"] for row in rows] == list(MEASURES)
    [repair] = [row for row in rows if row["measure"] == "repair"]
    assert (repair["group"], repair["known"], repair["wall_clock_seconds"]) == ("all", "1", "2100.0")
    text = two.type("incident metrics --format prometheus").out
    found = {sample.name: sample for family in text_string_to_metric_families(text) for sample in family.samples}
    assert found["incident_fsm_time_to_repair_seconds"].value == 2100
    assert found["incident_fsm_incidents"].labels == {"by": "all", "group": "all"}


def test_hostile_names_do_no_harm_in_any_form() -> None:
    """A formula stays text in a spreadsheet, a quote stays within its label."""
    nasty = Summary(
        group='=HYPERLINK("http://x")\n"', incidents=1, known=dict.fromkeys(MEASURES, 0), wall_clock={},
        support_hours={}, promises_kept=0, promises_missed=0,
    )  # fmt: skip
    rows = list(csv.reader(io.StringIO(as_csv([nasty]))))
    assert rows[1][0].startswith("'=")
    assert len(rows) == 1 + len(MEASURES)
    families = list(text_string_to_metric_families(as_prometheus([nasty], "service")))
    assert families[0].samples[0].labels["group"] == nasty.group


def test_lengths_are_hours_and_minutes() -> None:
    """Rounded to the minute, and hours may be many."""
    from datetime import timedelta

    assert shown(timedelta(hours=26, minutes=4, seconds=40)) == "26h 05m"
