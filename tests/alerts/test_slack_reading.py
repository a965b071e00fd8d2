"""What Slack brings, read back as events."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_fsm import Fix, Lifecycle, Refusal, Step, codec, events
from incident_fsm.alerts.slack import NEW, Press, beside, form, note, panel, pressed, submitted, thread_of
from incident_fsm.errors import InvalidValue
from incident_fsm.policy_files import load_shipped
from incident_fsm.testing import Story

POLICY = load_shipped()
AT = datetime(2026, 11, 23, 3, 2, tzinfo=UTC)
TEXTS = st.text(max_size=300) | st.text("\x00\x1b\u202e<!@|>&;\n ", max_size=300)


def filled(kind: str, text: str = "words", *, ticked: bool = True, first: bool = True) -> dict[str, Any]:
    """A form, filled in alike everywhere: the same words, the first of all choices or none, every tick or none."""
    view = form(kind, POLICY, "INC-1")
    values = {}
    for block in view["blocks"]:
        options = block["element"].get("options", [])
        chosen = options[:1] if (ticked if block["element"]["type"] == "checkboxes" else first) else []
        said = {"value": text or None, "selected_options": chosen, "selected_option": (chosen or [None])[0]}
        values[block["block_id"]] = {"said": {"type": block["element"]["type"], **said}}
    return {**view, "id": "V012AB", "state": {"values": values}}


def test_a_new_incident_is_a_batch_that_the_process_accepts() -> None:
    """Four events, whose ids derive from the form's; without a tick at the lead, three."""
    incident_id, batch = submitted(filled(NEW), "Ada", POLICY, AT)
    assert incident_id == "INC-V012AB"
    assert [event.id for event in batch] == [
        "slack:V012AB:CandidateReported",
        "slack:V012AB:CandidateConfirmed",
        "slack:V012AB:IncidentDeclared",
        "slack:V012AB:ManagementStarted",
    ]
    steps = Lifecycle(POLICY).attempt_batch(None, batch)
    assert not isinstance(steps, Refusal)
    assert (steps[-1].after.id, steps[-1].after.lead, steps[-1].after.breach) == (incident_id, "Ada", True)
    _, unled = submitted(filled(NEW, ticked=False), "Ada", POLICY, AT)
    assert unled[2:] == (
        events.IncidentDeclared(
            id="slack:V012AB:IncidentDeclared",
            at=AT,
            by="Ada",
            services=("Cloud Platform",),
            impact="Major",
            message="words",
            next_update_at=AT + timedelta(minutes=15),
            notify_subscribers=False,
        ),
    )


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("CandidateDismissed", {"override_reason": "words"}),
        ("RoleAssigned", {"role": "lead", "person": "words"}),
        ("SupportRequested", {"third_party": "aws", "account": "words", "summary": "words", "details": "words"}),
        ("IncidentResolved", {"users_unaffected": True, "fix": Fix.PERMANENT, "how": "words"}),
        ("IncidentReopened", {"reason": "words", "impact": "Major", "next_update_at": AT + timedelta(minutes=15)}),
        ("FollowUpDone", {"follow_up": "permanent_fix", "link": "words"}),
        ("FollowUpWaived", {"follow_up": "permanent_fix", "reason": "words"}),
    ],
)
def test_a_form_is_read_as_the_fields_of_its_event(kind: str, expected: dict[str, object]) -> None:
    """For the incident that it was opened for."""
    incident_id, (event,) = submitted(filled(kind), "Ada", POLICY, AT)
    assert (incident_id, type(event).__name__, event.id) == ("INC-1", kind, f"slack:V012AB:{kind}")
    assert {name: getattr(event, name) for name in expected} == expected


def test_a_text_of_many_lines_is_a_list_where_the_event_has_one() -> None:
    """One lesson a line, and none for an empty line."""
    _, (event,) = submitted(filled("IncidentReviewed", " one\n\n two "), "Ada", POLICY, AT)
    assert isinstance(event, events.IncidentReviewed)
    assert event.lessons == ("one", "two")


def test_what_is_left_empty_is_empty() -> None:
    """No evidence is a no, no choice is nothing."""
    _, (event,) = submitted(filled("CandidateConfirmed", "", ticked=False), "Ada", POLICY, AT)
    assert isinstance(event, events.CandidateConfirmed)
    assert not event.assessment.unplanned.met
    _, (update,) = submitted(filled("StatusUpdated", first=False), "Ada", POLICY, AT)
    assert isinstance(update, events.StatusUpdated)
    assert (update.impact, update.next_update_at) == ("", None)


def test_faults_stand_beside_the_fields_that_they_are_about() -> None:
    """What is about no field stands beside the nearest one, or the first; two at one field are joined."""
    view = filled(NEW, "words")
    for name in ("unplanned", "impacts_users", "degrades_services", "increases_risk"):
        view["state"]["values"][name]["said"]["value"] = None
    _, batch = submitted(view, "Ada", POLICY, AT)
    answer = Lifecycle(POLICY).attempt_batch(None, batch)
    assert isinstance(answer, Refusal)
    planned, no_effect = (reason.sentence for reason in answer.reasons)
    assert beside(view, answer) == {"unplanned": f"{planned}; {no_effect}"}
    invalid = InvalidValue("IncidentDeclared.message", "is empty", "say something")
    assert beside(view, invalid) == {"message": "is empty; say something"}
    assert beside(view, InvalidValue("Answer.evidence", "is long", "cut it")) == {"title": "is long; cut it"}


def test_a_button_of_a_panel_is_read_back() -> None:
    """What it offers, for which incident at which revision; its event is refused as stale once that has passed."""
    story = Story().until(
        events_state := next(state for state in type(Story().incident.state) if state.value == "declared")
    )
    assert story.incident.state is events_state
    buttons = panel(story.incident, story.lifecycle.options(story.incident))[1]["elements"]
    button = next(one for one in buttons if one["action_id"] == "offer:ManagementStarted")
    press = pressed({"trigger_id": "13.7.ab", "actions": [button]})
    assert press == Press(id="13.7.ab", kind="ManagementStarted", incident_id="INC-1", revision=3)
    assert not press.has_form
    event = press.event("  Grace\nHopper ", AT)
    assert (event.id, event.by, event.revision) == ("slack:13.7.ab", "Grace Hopper", 3)
    assert isinstance(story.lifecycle.attempt(story.incident, event), Step)
    story.say(events.NoteTaken, text="meanwhile")
    stale = story.lifecycle.attempt(story.incident, event)
    assert isinstance(stale, Refusal)
    assert stale.codes == ("stale",)
    assert Press(id="1", kind="ServiceRestored", incident_id="INC-1", revision=3).event(" ", AT).by == "somebody"
    assert Press(id="1", kind="IncidentResolved", incident_id="INC-1", revision=3).has_form


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("plain *bold* :fire:", "plain *bold* :fire:"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2, &amp;lt;", "1 < 2 && 3 > 2, &lt;"),
        ("<https://example.org/a?b=1&amp;c=2>", "https://example.org/a?b=1&c=2"),
        ("<https://example.org|the runbook>", "the runbook (https://example.org)"),
        ("<https://example.org|https://example.org>", "https://example.org"),
        ("<@U0ADA> and <@U0ADA|ada>", "@U0ADA and @ada"),
        ("<#C0MAIN|main> <!here> <!subteam^S1|@oncall>", "#main @here @oncall"),
        ("\x1b[2J\r\nover", "\ufffd[2J\nover"),
        (" ", "(no text)"),
        ("x" * 10_001, "x" * 9_999 + "…"),
    ],
)
def test_a_message_is_noted_in_plain_text(said: str, text: str) -> None:
    """Slack's mark-up is spelt out, and its escapes are undone."""
    message = {"channel": "C0MAIN", "user": "U0ADA", "text": said, "ts": "1795402920.000007", "thread_ts": "1.000001"}
    noted = note(message, "Ada")
    assert noted is not None
    assert noted.text == text
    assert (noted.id, noted.from_thread) == ("thread:C0MAIN/1795402920.000007", True)
    assert noted.at == datetime(2026, 11, 23, 3, 2, microsecond=7, tzinfo=UTC)
    assert thread_of(message) == "C0MAIN/1.000001"


@pytest.mark.parametrize("changes", [{"bot_id": "B1"}, {"app_id": "A1"}, {"subtype": "message_deleted"}])
def test_what_no_person_said_is_no_note(changes: dict[str, str]) -> None:
    """Bots, apps, and what Slack itself says."""
    assert note({"channel": "C0MAIN", "text": "hello", "ts": "1.000001", **changes}, "Ada") is None
    assert thread_of({"channel": "C0MAIN", "ts": "1.000001"}) == ""


@given(TEXTS, TEXTS, st.lists(st.fixed_dictionaries({}, optional={"name": TEXTS | st.none()}), max_size=2))
def test_any_message_gives_a_note_that_can_be_recorded(text: str, by: str, files: list[dict[str, str]]) -> None:
    """Whatever a person typed, and whatever they are called."""
    noted = note({"channel": "C0MAIN", "text": text, "ts": "1795402920.000007", "files": files}, by)
    assert noted is not None
    assert codec.decode_event(codec.encode_event(noted)) == noted


@given(st.sampled_from(["CandidateDismissed", "RoleAssigned", "IncidentReviewed", NEW]), TEXTS, TEXTS)
def test_any_words_in_a_form_give_events_or_say_what_is_wrong(kind: str, text: str, by: str) -> None:
    """`InvalidValue` is the only thing raised, and it is shown beside a field of the form."""
    view = filled(kind, text)
    try:
        _, batch = submitted(view, by, POLICY, AT)
    except InvalidValue as error:
        ((field, words),) = beside(view, error).items()
        assert field in view["state"]["values"]
        assert words
    else:
        assert all(codec.decode_event(codec.encode_event(event)) == event for event in batch)
