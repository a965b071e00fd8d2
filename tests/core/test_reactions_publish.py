"""§2 and the status page: what the public is told, and when it is told again."""

from datetime import timedelta
from typing import Any

import pytest

from incident_fsm import AffectedService, Audience, Stage, State
from incident_fsm import events as e
from incident_fsm.commands import PublishStatus
from incident_fsm.testing import Story
from tests.core.stories import DEFAULT, GDS, backfilled, drill, head, minutes

TWO = DEFAULT.services[:2]


def test_a_declaration_posts_the_whole_form() -> None:
    """Expect services, impact, message, next update and the tick for subscribers, as the form of §2 asks."""
    story = Story().until(State.CONFIRMED)
    story.say(e.IncidentDeclared, services=TWO, impact="Minor", message="Jobs are slow.", next_update_at=minutes(33))
    post = story.the(PublishStatus)
    assert (post.opens, post.update, post.stage, post.all_clear) == (True, 1, Stage.INVESTIGATING, False)
    assert (post.title, post.message) == ("Airflow Autoscaling Incident", "Jobs are slow.")
    assert (post.impact, post.impact_description) == ("Minor", DEFAULT.impacts[1].description)
    assert post.services == tuple(AffectedService(service=name, state="partial outage") for name in TWO)
    assert (post.next_update_at, post.notify_subscribers, post.audience) == (minutes(33), True, Audience.PUBLIC)
    incident = story.incident
    assert (incident.services, incident.impact, incident.message) == (TWO, "Minor", "Jobs are slow.")
    assert (incident.milestones.declared, incident.told_at) == (minutes(3), minutes(3))
    assert (incident.updates, incident.status_command, incident.status_published) == (1, post.id, False)


@pytest.mark.parametrize(("said", "told"), [(None, True), (True, True), (False, False)])
def test_subscribers_are_told_as_the_policy_ticks_unless_the_event_says_otherwise(said: Any, told: bool) -> None:  # noqa: FBT001  a table
    """Expect §2's tick box by default."""
    story = Story().until(State.CONFIRMED)
    story.say(e.IncidentDeclared, **{**story.declaration(), "notify_subscribers": said})
    assert story.the(PublishStatus).notify_subscribers is told


def test_an_update_changes_what_it_says_and_leaves_the_rest() -> None:
    """Expect services and impact to stay where the event is silent; the count and the promise to be new."""
    story = Story().until(State.DECLARED)
    story.say(e.StatusUpdated, message="We are on it.", next_update_at=minutes(90), stage=Stage.DETECTED)
    post = story.the(PublishStatus)
    assert (post.opens, post.update, post.stage) == (False, 2, Stage.DETECTED)
    assert (post.impact, [one.service for one in post.services]) == ("Major", list(DEFAULT.services[:1]))
    assert story.incident.next_update_at == minutes(90)
    story.say(e.StatusUpdated, message="Less.", services=TWO, impact="Minor", next_update_at=minutes(95))
    assert (story.incident.impact, story.incident.services, story.incident.message) == ("Minor", TWO, "Less.")


def test_a_service_that_an_update_no_longer_names_is_shown_to_be_well_again() -> None:
    """Expect it once, with the state of the all-clear: a status page keeps what it was told of a service before."""
    story = Story().until(State.CONFIRMED)
    story.say(e.IncidentDeclared, services=TWO, impact="Major", message="x", next_update_at=minutes(60))
    story.say(e.StatusUpdated, message="y", services=TWO[:1], impact="Minor", next_update_at=minutes(60))
    shown = [(one.service, one.state) for one in story.the(PublishStatus).services]
    assert shown == [(TWO[0], "partial outage"), (TWO[1], "operational")]
    story.say(e.StatusUpdated, message="z", next_update_at=minutes(70))
    assert [one.service for one in story.the(PublishStatus).services] == [TWO[0]]


@pytest.mark.parametrize(
    ("impact", "first", "later"),
    [
        ("P1", timedelta(hours=1), timedelta(hours=1)),
        ("P2", timedelta(hours=2), timedelta(hours=2)),
        ("P3", timedelta(days=2), None),
        ("P4", timedelta(days=8), None),  # five working days, and the bank holiday of 6 May 2024
    ],
)
def test_the_next_update_follows_the_impact(impact: str, first: timedelta, later: timedelta | None) -> None:
    """Expect the cadence of the GDS Way: a rhythm for P1 and P2, one update for P3 and P4."""
    story = Story(GDS).until(State.CONFIRMED)
    form = {"impact": impact, "message": "x"}
    after = story.say(e.IncidentDeclared, services=GDS.services[:1], **form).after
    assert after.next_update_at == story.steps[-1].event.at + first
    after = story.say(e.StatusUpdated, message="y").after
    assert after.next_update_at == (None if later is None else story.steps[-1].event.at + later)
    story.until(State.RESOLVED)
    after = story.say(e.IncidentReopened, reason="again", **form).after
    assert after.next_update_at == story.steps[-1].event.at + first


def test_a_restricted_incident_gives_nothing_away() -> None:
    """Expect its id in place of its title, the cleared message, and the mark that it was cleared."""
    story = Story(GDS, title="Keys stolen by X", security_breach=True).until(State.DECLARED)
    post = story.the(PublishStatus)
    assert (post.title, post.cleared, post.audience) == ("Incident INC-1", True, Audience.PUBLIC)
    assert "Keys" not in repr(post)
    assert not _unrestricted().cleared


def _unrestricted() -> PublishStatus:
    """The post of an incident whose words nobody needed to clear."""
    story = Story().until(State.CONFIRMED)
    story.say(e.IncidentDeclared, **{**story.declaration(), "cleared_for_public": False})
    return story.the(PublishStatus)


def test_what_is_recorded_afterwards_tells_nobody_and_promises_nothing() -> None:
    """Expect no post, no promise and no count; the form is kept, the time only if it is known."""
    story = backfilled().until(State.CONFIRMED)
    form = story.declaration()
    after = story.say(e.IncidentDeclared, **form, undated="never declared").after
    assert story.last == ()
    assert (after.impact, after.message, after.services) == (form["impact"], form["message"], form["services"])
    assert (after.next_update_at, after.told_at, after.updates, after.status_command) == (None, None, 0, "")
    assert after.milestones.declared is None
    assert story.say(e.StatusUpdated, message="it was like this").commands == ()


def test_a_drill_says_so_on_its_page() -> None:
    """Expect DRILL in title and message."""
    post = drill().until(State.DECLARED).the(PublishStatus)
    assert (post.title, post.message) == ("DRILL: Airflow Autoscaling Incident", "DRILL: We look into it.")


def test_a_post_on_the_page_is_asked_for_in_full() -> None:
    """Expect every field, for the public, as the first command of its step."""
    story = Story().until(State.CONFIRMED)
    form = {"services": TWO, "impact": "Minor", "message": "Jobs are slow.", "next_update_at": minutes(33)}
    story.say(e.IncidentDeclared, **form, cleared_for_public=True, notify_subscribers=False)
    assert story.last == (
        PublishStatus(
            **head(story, 0, Audience.PUBLIC),
            opens=True,
            update=1,
            title="Airflow Autoscaling Incident",
            message="Jobs are slow.",
            stage=Stage.INVESTIGATING,
            impact="Minor",
            impact_description=DEFAULT.impacts[1].description,
            all_clear=False,
            services=tuple(AffectedService(service=name, state="partial outage") for name in TWO),
            next_update_at=minutes(33),
            notify_subscribers=False,
            cleared=True,
        ),
    )


def test_a_declaration_recorded_afterwards_keeps_when_it_was() -> None:
    """Expect the milestone where the time is known, though nobody is told."""
    story = backfilled().until(State.DECLARED)
    assert story.incident.milestones.declared == minutes(3)


def test_a_promise_of_one_s_own_goes_before_the_cadence() -> None:
    """Expect the time that the event names, and the cadence of the new impact where it names none."""
    story = Story(GDS).until(State.CONFIRMED)
    form = {"services": GDS.services[:1], "impact": "P1", "message": "x"}
    assert story.say(e.IncidentDeclared, **form, next_update_at=minutes(9)).after.next_update_at == minutes(9)
    after = story.say(e.StatusUpdated, message="y", impact="P2").after
    assert after.next_update_at == story.steps[-1].event.at + timedelta(hours=2)


def test_an_update_that_was_published_makes_way_for_the_next() -> None:
    """Expect a new post to count as not yet published, under its own command."""
    story = Story().until(State.DECLARED)
    story.say(e.CommandDone, command_id="INC-1:3:0", command="PublishStatus", reference="P-1")
    after = story.say(e.StatusUpdated, message="x", next_update_at=minutes(90)).after
    assert (after.status_command, after.status_published, after.told_at) == ("INC-1:5:0", False, minutes(5))
