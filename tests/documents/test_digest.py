"""Tests of `incident_fsm.documents.digest`."""

from datetime import date, timedelta

from attrs import evolve

from incident_fsm import Fix
from incident_fsm import events as e
from incident_fsm.documents import PlainData, Story, belongs, digest_data, render_digest
from incident_fsm.policy_files import load_shipped
from tests.documents.airflow import COMPUTE, airflow, at, beginning, ending, middle, tell, whole
from tests.documents.papers import DAY, a_week, digest, draft, narrow, restricted, story, underway


def data(*stories: Story, since: int = -DAY, until: int = 6 * DAY) -> PlainData:
    """What the digest of some stories says."""
    return digest(*stories, since=since, until=until).data


def test_a_digest_tells_what_a_manager_asks() -> None:
    """What is open, what ended and how, what is owed and overdue, promises, times, and what was learned."""
    for page in digest(*a_week()).pages:
        for said in (
            "From ", "9 June 2026, 09:00 BST", "16 June 2026, 09:00 BST", "INC-2: Airflow Autoscaling Incident",
            "INC-4: Notebooks are slow", "nobody yet", "INC-1: Airflow Autoscaling Incident", "Major", COMPUTE,
            "a temporary fix; a permanent one is owed", "1 hour 46 minutes", "Overdue", "update the status page",
            "decide: confirm and declare the incident", "By ", "still owed: create an incident report",
            "Due later than in seven days", "missed", "A change of a service control policy is a change of production.",
            "Alert on tasks queued for 5 minutes", "1 July 2026", "(recorded afterwards)",
        ):  # fmt: skip
            assert said in page, said


def test_of_restricted_incidents_it_tells_ids_and_numbers_and_nothing_else() -> None:
    """Neither title, nor services, people, deadlines or times; the numbers of the whole count them."""
    leaked = story(restricted(), "SEC-3")
    alone = data(leaked)
    assert alone["narrow"] == {"ids": ["SEC-3"], "open": 1, "ended": 0, "overdue": 2}
    assert alone["counts"] == {"reported": 1, "open": 1, "ended": 0, "dismissed": 0, "reviewed": 0}
    for page in digest(leaked).pages:
        assert "SEC-3" in page
        assert "open 1, ended 0, overdue 2" in page
        assert "None that may be told here" in page
        for secret in (
            "Keys leaked",
            "They were in a log",
            "Ada",
            "Grace",
            "Katherine",
            COMPUTE,
            "Airflow",
            "sec-only",
        ):
            assert secret not in page, secret


def test_the_times_and_promises_of_a_restricted_incident_are_in_no_figure() -> None:
    """The middle one of a single incident would be its own."""
    ended = tell([*beginning(breach=True), *ending(Fix.PERMANENT)[:1]], narrow())
    only = data(story(ended, "SEC-9"))
    assert (only["lengths"], only["ended"], only["overdue"], only["soon"], only["later"]) == ([], [], [], [], 0)
    assert only["promises"] == {"kept": 0, "missed": 0, "late": []}
    assert only["narrow"] == {"ids": ["SEC-9"], "open": 0, "ended": 1, "overdue": 1}


def test_drills_are_counted_and_left_out() -> None:
    """They measure nothing but themselves."""
    for page in digest(*a_week()).pages:
        assert "DRILL-6" not in page
        assert "rills" in page
    assert data(*a_week())["drills"] == 1


def test_a_week_in_which_nothing_happened_says_so() -> None:
    """No heading stands over nothing."""
    for page in digest().pages:
        for said in ("None.", "Nothing is overdue, and nothing falls due", "None fell due.",
                     "Nothing ended that could be measured.", "No review was closed."):  # fmt: skip
            assert said in page, said
        for heading in ("Restricted incidents", "Dismissed<", "## Dismissed", "Drills"):
            assert heading not in page


def test_only_promises_of_the_week_are_counted() -> None:
    """Those that were kept or missed before it began are the business of an earlier digest."""
    told = story(underway())
    assert data(told, since=-DAY, until=50)["promises"] == {"kept": 1, "missed": 0, "late": []}
    overdue = {"id": told.incident.id, "title": told.incident.title, "missed": 1}
    assert data(told, since=45, until=200)["promises"] == {"kept": 0, "missed": 1, "late": [overdue]}
    assert data(told, since=150, until=200)["promises"] == {"kept": 0, "missed": 0, "late": []}
    late = story(tell([*beginning(), *middle(), *ending()[:1]]))
    assert data(late, since=105, until=200)["promises"] == {"kept": 0, "missed": 0, "late": []}
    reviewed = story(airflow())
    assert data(reviewed, since=105, until=6 * DAY)["promises"] == {"kept": 0, "missed": 0, "late": []}


def test_what_ended_is_what_was_resolved_in_the_week() -> None:
    """Not what was only reviewed in it; and what is over since longer is not looked at."""
    later = data(story(airflow()), since=4 * DAY, until=6 * DAY)
    assert later["ended"] == []
    assert [one["id"] for one in later["reviewed"]] == [airflow().incident.id]
    assert not belongs(airflow().incident, at(6 * DAY))
    assert belongs(airflow().incident, at(4 * DAY))
    assert belongs(draft().incident, at(100 * DAY))
    assert data(story(airflow()), since=6 * DAY, until=7 * DAY)["counts"]["reviewed"] == 0


def test_a_dismissed_candidate_is_named() -> None:
    """With nothing but its title: it was no incident."""
    dismissal = e.CandidateDismissed(id="d1", at=at(9), by="Grace Hopper", override_reason="a test alert")
    told = story(tell([beginning(title="Slow notebooks")[0], dismissal]), "INC-8")
    for page in digest(told).pages:
        assert "INC-8, Slow notebooks" in page
    assert data(told)["counts"]["dismissed"] == 1


def test_a_promise_that_stands_and_one_that_was_never_made() -> None:
    """By when the next update comes is told without alarm; a candidate promised nothing."""
    for page in digest(story(underway()), until=50).pages:
        assert "Next update" in page
        assert "10 June 2026, 10:40 BST" in page
        assert "Overdue</strong> since 10 June 2026, 10:40" not in page
    assert digest(story(tell(beginning()[:1])), until=50).data["open"][0]["next"] is None


def test_an_incident_that_was_never_declared_can_end_too() -> None:
    """A backfilled one, say; and what nobody measured stays out."""
    found = digest_data([story(whole())], narrow(), at(-DAY), at(6 * DAY))
    assert found["ended"][0]["impact"] == "Major"
    assert {row["known"] for row in found["lengths"]} == {1}
    assert found["since"] == at(0) - timedelta(days=1)


def test_a_clock_that_is_ahead_makes_no_negative_length() -> None:
    """An incident that is reported in a moment was opened no time ago."""
    assert digest(story(underway()), until=-60).data["open"][0]["open_for"] == timedelta()


def test_it_says_that_the_page_of_the_process_is_past_its_review_and_not_before() -> None:
    """By when it was to be reviewed, and by whom; on the day itself nothing is late."""
    policy = load_shipped()
    for due, late in ((date(2026, 6, 10), False), (date(2026, 6, 9), True)):
        page = evolve(policy, page=evolve(policy.page, next_review=due))
        told = digest_data([], page, at(-DAY), at(0))
        assert (told["page_review"] is not None) == late
        for form in ("markdown", "html"):
            said = "past its review: it was to be reviewed by 9 June 2026" in render_digest(told, form)
            assert said == late
