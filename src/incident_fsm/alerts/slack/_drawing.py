"""What Slack is to show: forms, and an incident with its buttons, as plain data (Slack's reference of Block Kit)."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from incident_fsm._incident import Incident
from incident_fsm._results import Option
from incident_fsm._values import Fix
from incident_fsm.policy import Policy

JSON = dict[str, Any]

NEW = "New"
"""The form that reports, confirms and declares in one go: the criteria of §1 and the form of §2."""

CRITERIA = ("unplanned", "impacts_users", "degrades_services", "increases_risk")
"""The fields for the questions of §1: what shows that the answer is yes, and empty where it is no."""

_PUBLIC = ("impact", "message", "next_update_at", "notify_subscribers", "cleared_for_public")

OFFERED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    NEW: ("Declare an incident", ("title", *CRITERIA, "security_breach", "services", *_PUBLIC, "lead")),
    "CandidateConfirmed": ("Confirm", (*CRITERIA, "security_breach")),
    "CandidateDismissed": ("Dismiss", ("override_reason",)),
    "IncidentDeclared": ("Declare", ("services", *_PUBLIC)),
    "ManagementStarted": ("Take the lead", ()),
    "RoleAssigned": ("Assign a role", ("role", "person")),
    "StatusUpdated": ("Update status page", _PUBLIC),
    "SupportRequested": ("Log a support ticket", ("third_party", "account", "summary", "details")),
    "ServiceRestored": ("Service is restored", ()),
    "IncidentResolved": ("Resolve", ("users_unaffected", "fix", "how", "cleared_for_public")),
    "IncidentReopened": ("Reopen", ("reason", *_PUBLIC)),
    "FollowUpDone": ("Follow-up is done", ("follow_up", "link")),
    "FollowUpWaived": ("Waive a follow-up", ("follow_up", "reason")),
    "IncidentReviewed": ("Review", ("lessons",)),
}
"""What is offered, by the event's name: the words on its button, and the fields of its form, named as the event's.

The rest (chasing a support case, correcting what was recorded) is done on the command line.
"""

_LABELS = {
    "title": "Title",
    "services": "Impacted services",
    "impact": "Impact",
    "message": "Message to the public",
    "next_update_at": "Time till next update",
    "override_reason": "Why is it no incident?",
    "role": "Role",
    "person": "Who takes it?",
    "third_party": "Third party",
    "account": "Account affected",
    "summary": "Summary",
    "details": "Details",
    "fix": "Fix",
    "how": "How was it fixed?",
    "reason": "Why?",
    "follow_up": "Follow-up",
    "link": "Link to it",
    "lessons": "Lessons, one a line",
}
_ONE_LINE = {"title", "person", "account", "summary", "link"}
_TICKS = {
    "security_breach": "It constitutes a security breach",
    "notify_subscribers": "Send update notifications to subscribers",
    "cleared_for_public": "If it is restricted: the wording is cleared for the public",
    "lead": "I lead the incident",
    "users_unaffected": "Users are no longer facing issues",
}
_OPTIONAL = {*CRITERIA, *_TICKS, "next_update_at", "account", "details", "link"}

_LABEL_MAX, _OPTION_MAX, _TITLE_MAX, _SECTION_MAX, _LONGEST_ESCAPE = 2000, 75, 24, 3000, len("&amp;")


def form(kind: str, policy: Policy, incident_id: str = "") -> JSON:
    """Draw a form: `NEW`, or that of an event (by its name) for an incident."""
    words, names = OFFERED[kind]
    return {
        "type": "modal",
        "callback_id": kind,
        "private_metadata": incident_id,
        "title": _plain(words, _TITLE_MAX),
        "submit": _plain("Post"),
        "blocks": [_field(name, policy) for name in names],
    }


def _field(name: str, policy: Policy) -> JSON:
    """Draw one field. Its block is called as the field is, so that faults can be shown beside it."""
    label = _LABELS.get(name, "Tick where it applies")
    if name in CRITERIA:
        label = f"It {getattr(policy.criteria, name)}: what shows that? Empty where it does not."
    return {
        "type": "input",
        "block_id": name,
        "label": _plain(label, _LABEL_MAX),
        "optional": name in _OPTIONAL,
        "element": {"action_id": "said", **_element(name, policy)},
    }


def _element(name: str, policy: Policy) -> JSON:
    """Draw what a field is filled in with: a text, one or several of some choices, or a tick."""
    choices: Mapping[str, Iterable[str]] = {
        "services": policy.services,
        "impact": [impact.name for impact in policy.impacts if not impact.all_clear],
        "next_update_at": map(str, policy.next_update_choices),
        "role": [role.key for role in policy.roles],
        "third_party": [party.key for party in policy.third_parties],
        "fix": [fix.value for fix in Fix],
        "follow_up": [rule.key for rule in policy.follow_ups],
    }
    if name in _TICKS:
        tick = [{"text": _plain(_TICKS[name]), "value": "yes"}]
        ticked = name == "notify_subscribers" and policy.status_page.notify_subscribers
        return {"type": "checkboxes", "options": tick, **({"initial_options": tick} if ticked else {})}
    if name in choices:
        options = [{"text": _plain(value), "value": value} for value in choices[name]]
        return {"type": "multi_static_select" if name == "services" else "static_select", "options": options}
    return {"type": "plain_text_input", "multiline": name not in _ONE_LINE}


def panel(incident: Incident, options: Sequence[Option]) -> list[JSON]:
    """Draw an incident as it is now, with a button for each thing that comes next, blocked or not.

    A button carries the revision that it was drawn for. Who may see this is not asked here: see `Incident.audience`.
    """
    known = (incident.impact and f"impact {incident.impact}", incident.lead and f"led by {incident.lead}")
    said = (f"{incident.id} ({incident.title}) is {incident.state.value}", *filter(None, known))
    buttons = [
        {
            "type": "button",
            "action_id": f"offer:{name}",
            "text": _plain(OFFERED[name][0]),
            "value": f"{incident.id} {incident.revision}",
        }
        for name in (option.event.__name__ for option in options)
        if name in OFFERED
    ]
    return [paragraph(", ".join(said)), *([{"type": "actions", "elements": buttons}] if buttons else [])]


def paragraph(text: str) -> JSON:
    """Draw a paragraph in which nothing does anything: no mention, no link, no call of a whole channel.

    It is cut visibly to what Slack takes, and never within an escape.
    """
    shown = escape(text, quote=False)
    if len(shown) > _SECTION_MAX:
        shown = escape(text[: _SECTION_MAX // _LONGEST_ESCAPE - 1], quote=False) + "…"
    return {"type": "section", "text": {"type": "mrkdwn", "text": shown}}


def _plain(text: str, limit: int = _OPTION_MAX) -> JSON:
    """Write text in which Slack obeys nothing, cut visibly to what it takes."""
    return {"type": "plain_text", "text": text if len(text) <= limit else f"{text[: limit - 1]}…"}
