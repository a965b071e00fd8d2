"""Pictures in lines of text."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from incident_fsm.pictures import terminal
from tests.documents import airflow

LONDON = ZoneInfo("Europe/London")


def test_the_milestones_stand_to_scale_in_one_line_with_their_times_below() -> None:
    """Trouble, then what is repaired, then the end."""
    bar, legend = terminal.milestone_bar(airflow.airflow().incident, airflow.at(9999), LONDON, 29)
    assert bar == "|F---D-!-------------------R=E| 2 h 20 min"
    assert legend == "F fault 08:40, D detected 09:02, ! declared 09:12, R repaired 10:48, E resolved 11:00"


def test_what_is_open_runs_until_now() -> None:
    """With an arrow at its end; a bar of several days says the dates."""
    told = airflow.tell(airflow.beginning())
    bar, legend = terminal.milestone_bar(told.incident, airflow.at(60), UTC, 20)
    assert bar == "|F----D--!---------->| 1 h 20 min"
    assert "fault 07:40" in legend
    _, later = terminal.milestone_bar(told.incident, airflow.at(60) + timedelta(days=2), LONDON)
    assert "F fault 10 Jun 08:40" in later


def test_without_a_milestone_there_is_nothing_to_draw() -> None:
    """A candidate of which no time is known; and one moment alone is a bar of no length."""
    from attrs import evolve

    from incident_fsm import Milestones

    told = airflow.tell(airflow.beginning()[:1]).incident
    assert terminal.milestone_bar(evolve(told, milestones=Milestones()), airflow.at(60), LONDON) == ()
    alone = evolve(told, milestones=Milestones(detected=airflow.at(0)))
    assert terminal.milestone_bar(alone, airflow.at(0), LONDON, 5)[0] == "|D--->| 0 min 00 s"


def test_the_pace_of_a_timeline_is_said_entry_by_entry() -> None:
    """Nothing for the first; a minus for what happened before what was recorded before it."""
    entries = airflow.airflow().timeline[:4]
    assert list(terminal.pace(entries)) == ["", "+4 min 00 s", "+3 min 00 s", "+1 min 00 s"]
    assert list(terminal.pace(entries[::-1]))[1] == "-1 min 00 s"
