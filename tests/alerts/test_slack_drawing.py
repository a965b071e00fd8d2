"""What Slack is given to show: within its bounds, by its own library, and with nothing in it that does anything."""

import re
from typing import Any

import pytest
from attrs import fields
from hypothesis import example, given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from incident_fsm import Policy, State, events
from incident_fsm.alerts.slack import NEW, form, panel, paragraph
from incident_fsm.alerts.slack._drawing import OFFERED
from incident_fsm.policy_files import load_shipped, shipped
from incident_fsm.testing import Story, Walk, policies, walks
from tests.core.stories import changed

POLICIES = {name: load_shipped(name) for name in shipped()}


def held_to_slack(view: dict[str, Any]) -> None:
    """Hold a form to Slack's own library, and to the bounds of its reference that the library does not know."""
    View(**view).validate_json()
    assert len(view["title"]["text"]) <= 24
    for block in view["blocks"]:
        assert 0 < len(block["label"]["text"]) <= 2000
        options = block["element"].get("options", [{"text": {"text": "x"}, "value": "x"}])
        assert 1 <= len(options) <= 100
        assert all(0 < len(one["text"]["text"]) <= 75 and 0 < len(one["value"]) <= 150 for one in options)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("kind", [kind for kind, (_, names) in OFFERED.items() if names])
def test_every_form_is_one_that_slack_takes(kind: str, policy: Policy) -> None:
    """Of every policy that ships; each block is called as its field, and the form tells which event it is for."""
    view = form(kind, policy, "INC-1")
    if kind != "SupportRequested" or policy.third_parties:  # nobody to choose from: the button is blocked, see below
        held_to_slack(view)
    assert (view["callback_id"], view["private_metadata"]) == (kind, "INC-1")
    assert [block["block_id"] for block in view["blocks"]] == list(OFFERED[kind][1])


@given(policies())
def test_the_form_of_any_policy_is_one_that_slack_takes(policy: Policy) -> None:
    """However long its names are: they are cut visibly where Slack takes no more, and their values are whole."""
    view = form(NEW, policy)
    held_to_slack(view)
    services = next(block["element"]["options"] for block in view["blocks"] if block["block_id"] == "services")
    assert tuple(one["value"] for one in services) == policy.services


def test_fields_are_named_as_those_of_the_events() -> None:
    """So that nothing has to be translated between what is drawn and what is read."""
    known = {event.__name__: {attribute.name for attribute in fields(event)} for event in events.EVENTS}
    criteria = {"unplanned", "impacts_users", "degrades_services", "increases_risk"}
    for kind, (_, names) in OFFERED.items():
        if kind != NEW:
            assert set(names) - criteria <= known[kind]


@given(walks(longest=12))
def test_an_incident_is_shown_as_slack_takes_it(walk: Walk) -> None:
    """In every state that can be reached, whatever its texts are: no mark-up survives, and buttons are unambiguous."""
    incident = walk.incident
    blocks = panel(incident, walk.lifecycle.options(incident))
    for block in Block.parse_all(blocks):
        block.validate_json()
    assert not re.search("[<>]", blocks[0]["text"]["text"])
    buttons = blocks[1]["elements"] if len(blocks) > 1 else []
    assert len({one["action_id"] for one in buttons}) == len(buttons) <= 25
    assert {one["value"] for one in buttons} <= {f"{incident.id} {incident.revision}"}
    assert bool(buttons) is not incident.state.final


def test_what_is_blocked_is_shown_too() -> None:
    """Pressing it tells why. Nothing is to be chosen from where the policy has no third party: that button is one."""
    story = Story(changed(load_shipped(), third_parties=())).until(State.MANAGING)
    options = story.lifecycle.options(story.incident)
    assert "offer:SupportRequested" in {one["action_id"] for one in panel(story.incident, options)[1]["elements"]}
    assert next(option for option in options if option.event is events.SupportRequested).blocked_by


@example("&" * 4000)
@example("x" * 3000)
@example("x" * 3001)
@given(st.text(st.characters(codec="utf-8"), max_size=4000))
def test_a_paragraph_is_inert_and_within_bounds(text: str) -> None:
    """`<!channel>` and links with another's words do nothing; what is cut is cut visibly, and not within an escape."""
    shown = paragraph(text)["text"]["text"]
    assert len(shown) <= 3000
    assert not re.search("[<>]", shown)
    assert not re.search("&(?!amp;|lt;|gt;)", shown)
    assert shown.endswith("…") or shown == text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
