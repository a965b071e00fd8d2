"""§3: the lead, the thread, notes and roles."""

from incident_fsm import RoleHolder, State
from incident_fsm import events as e
from incident_fsm.commands import OpenThread, PostToThread
from incident_fsm.testing import Story
from tests.core.stories import DEFAULT, GDS, backfilled, changed, drill, head

LEA = RoleHolder(role="lead", person="lea")
CLEO = RoleHolder(role="communications", person="cleo")


def test_the_thread_opens_with_a_clear_message_and_the_thread_emoji() -> None:
    """Expect the very example of §3.1, in the team's channel, with what is known and who does what."""
    story = Story().until(State.DECLARED)
    story.say(e.ManagementStarted, lead="lea", roles=(CLEO,))
    thread = story.the(OpenThread)
    assert (thread.channel, thread.title) == ("analytical-platform", "Airflow Autoscaling Incident :thread:")
    assert thread.text == "Impact: Major\nServices: Cloud Platform\nPublic message: We look into it."
    assert thread.roles == story.incident.roles == (LEA, CLEO)
    assert story.incident.has_thread


def test_a_title_with_braces_is_a_title() -> None:
    """Expect the incident's title word for word in the thread's form."""
    story = Story(changed(DEFAULT, thread={"title": "[{title}]"}), title="{title} {x}").until(State.MANAGING)
    assert story.the(OpenThread).title == "[{title} {x}]"


def test_a_drill_s_thread_says_so() -> None:
    """Expect DRILL in title and text."""
    thread = drill().until(State.MANAGING).the(OpenThread)
    assert thread.title.startswith("DRILL: Airflow")
    assert thread.text.startswith("DRILL: Impact")


def test_a_restricted_incident_s_thread_is_where_those_are_who_may_know() -> None:
    """Expect the narrow channel."""
    assert Story(GDS, security_breach=True).until(State.MANAGING).the(OpenThread).channel == "incident-restricted"


def test_what_is_recorded_afterwards_opens_no_thread() -> None:
    """Expect no command now, nor for a note later."""
    story = backfilled().until(State.MANAGING)
    assert story.last == ()
    assert not story.incident.has_thread
    assert story.say(e.NoteTaken, text="it was like this").commands == ()


def test_a_note_goes_into_the_thread_unless_it_came_from_there() -> None:
    """Expect a post under the note-taker's name; none before there is a thread, none for an echo (§3.2)."""
    story = Story()
    assert story.say(e.NoteTaken, text="too early").commands == ()
    story.until(State.MANAGING)
    story.say(e.NoteTaken, text="more nodes", by="bob")
    post = story.the(PostToThread)
    assert (post.channel, post.text, post.author) == ("analytical-platform", "more nodes", "bob")
    assert story.say(e.NoteTaken, text="more nodes", from_thread=True).commands == ()


def test_a_role_is_handed_over_and_announced() -> None:
    """Expect one person a role, in the order in which the roles were first filled, under the role's name."""
    story = Story().until(State.MANAGING)
    story.say(e.RoleAssigned, role="communications", person="cleo")
    assert story.the(PostToThread).text == "cleo is now Communications Lead"
    story.say(e.RoleAssigned, role="lead", person="lou")
    assert story.incident.roles == (RoleHolder(role="lead", person="lou"), CLEO)
    assert story.the(PostToThread).text == "lou is now Incident Lead"


def test_a_role_may_be_filled_before_anybody_is_told() -> None:
    """Expect it to be kept, without a post, before the thread."""
    story = Story().until(State.CONFIRMED)
    assert story.say(e.RoleAssigned, role="lead", person="lea").commands == ()
    assert story.incident.lead == "lea"


def test_the_thread_and_its_posts_are_asked_for_in_full() -> None:
    """Expect every field, several services told apart, and a note under the name of whoever took it."""
    story = Story().until(State.CONFIRMED)
    story.say(e.IncidentDeclared, **{**story.declaration(), "services": DEFAULT.services[:2]})
    story.until(State.MANAGING)
    assert list(story.last) == [
        OpenThread(
            **head(story, 0),
            channel="analytical-platform",
            title="Airflow Autoscaling Incident :thread:",
            text="Impact: Major\nServices: Cloud Platform, Modernisation Platform\nPublic message: We look into it.",
            roles=(LEA,),
        ),
    ]
    story.say(e.NoteTaken, text="more nodes", by="bob")
    assert list(story.last) == [
        PostToThread(**head(story, 0), channel="analytical-platform", text="more nodes", author="bob"),
    ]


def test_roles_named_before_and_at_the_start_are_kept_in_their_order() -> None:
    """Expect one person a role, and the lead who is named last to lead."""
    story = Story().until(State.DECLARED)
    story.say(e.RoleAssigned, role="communications", person="cleo")
    story.say(e.RoleAssigned, role="lead", person="lou")
    story.say(e.ManagementStarted, lead="lea", roles=(RoleHolder(role="communications", person="carl"),))
    assert story.incident.roles == (RoleHolder(role="communications", person="carl"), LEA)
    untouched = Story().until(State.DECLARED)
    untouched.say(e.RoleAssigned, role="lead", person="lou")
    assert untouched.say(e.ManagementStarted).after.roles == (RoleHolder(role="lead", person="lou"),)
