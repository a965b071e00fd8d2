"""What Slack brings: forms that were filled in, buttons that were pressed, messages in a thread."""

# No `from __future__ import annotations` here: Hypothesis' `st.builds` must be
# able to resolve the annotations of attrs classes.

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

from attrs import frozen

from incident_fsm import _values as v
from incident_fsm._results import Refusal
from incident_fsm._values import Answer, Assessment, Fix
from incident_fsm.alerts._payload import many_lines, one_line
from incident_fsm.alerts.slack._drawing import CRITERIA, JSON, NEW, OFFERED
from incident_fsm.errors import InvalidValue
from incident_fsm.events import EVENTS, CandidateReported, Event, NoteTaken
from incident_fsm.policy import Policy

_EVENTS: Mapping[str, Callable[..., Event]] = {
    event.__name__: event for event in EVENTS if event is CandidateReported or event.__name__ in OFFERED
}
_SAID_BY_PEOPLE = {None, "file_share", "me_message", "thread_broadcast"}
_BESIDE = {"assessment": CRITERIA, "roles": ("lead",)}
"""Where faults are shown that are about no field of a form."""

_ANGLE = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def submitted(view: JSON, by: str, policy: Policy, at: datetime) -> tuple[str, tuple[Event, ...]]:
    """Turn a form that was sent into its incident's id and its events, to be handled as a batch.

    The id of a new incident derives from Slack's id of the form. Raises `InvalidValue` where a field holds what it may
    not: that, or a refusal of the events, is shown by `beside`.
    """
    kind, said = view["callback_id"], _said(view, policy, at)

    def made(name: str, **given: Any) -> Event:  # noqa: ANN401  the fields of any event
        return _EVENTS[name](id=f"slack:{view['id']}:{name}", at=at, by=_name(by), **given)

    if kind != NEW:
        return view["private_metadata"], (made(kind, **said),)
    incident_id, leads = f"INC-{view['id']}", said.pop("lead")
    report = made("CandidateReported", incident_id=incident_id, title=said.pop("title"))
    confirm = made("CandidateConfirmed", assessment=said.pop("assessment"), security_breach=said.pop("security_breach"))
    declare = made("IncidentDeclared", **said)
    return incident_id, (report, confirm, declare, *([made("ManagementStarted", lead=_name(by))] if leads else []))


def _said(view: JSON, policy: Policy, at: datetime) -> JSON:
    """Read the fields of an event from a form that was filled in."""
    said = {name: _value(found["said"]) for name, found in view["state"]["values"].items()}
    if "unplanned" in said:
        evidence = {name: said.pop(name) for name in CRITERIA}
        said["assessment"] = Assessment(**{name: Answer(met=bool(why), evidence=why) for name, why in evidence.items()})
    if "next_update_at" in said:
        spans = {str(span): span for span in policy.next_update_choices}
        chosen = spans.get(said["next_update_at"])
        said["next_update_at"] = policy.calendar.add(at, chosen) if chosen else None
    if "fix" in said:
        said["fix"] = Fix(said["fix"])
    if "lessons" in said:
        said["lessons"] = tuple(filter(None, map(str.strip, said["lessons"].splitlines())))
    return said


def _value(element: JSON) -> Any:  # noqa: ANN401  what the field of an event takes
    """Read what one field holds: a text, a choice, a tick, or several choices. Empty where it was left empty."""
    match element["type"]:
        case "plain_text_input":
            return (element["value"] or "").strip()
        case "static_select":
            return (element["selected_option"] or {"value": ""})["value"]
        case "checkboxes":
            return bool(element["selected_options"])
        case _:
            return tuple(option["value"] for option in element["selected_options"])


def beside(view: JSON, why: Refusal | InvalidValue) -> dict[str, str]:
    """Put each fault of a form beside the field that it is about, or beside the first: `errors` of Slack's answer."""
    if isinstance(why, InvalidValue):
        faults = [(why.field, f"{why.problem}; {why.remedy}")]
    else:
        faults = [(reason.field, reason.sentence) for reason in why.reasons]
    fields = list(view["state"]["values"])
    errors: dict[str, str] = {}
    for field, sentence in faults:
        parts = field.split(".")  # "assessment.unplanned.evidence" is shown at "unplanned"
        near = (*reversed(parts), *_BESIDE.get(parts[0], ()))
        where = next((name for name in near if name in fields), fields[0])
        errors[where] = "; ".join(filter(None, (errors.get(where), sentence)))
    return errors


@frozen(kw_only=True)
class Press:
    """A button that was pressed: what it offers, for which incident at which revision. `id` is Slack's own."""

    id: str
    kind: str
    incident_id: str
    revision: int

    @property
    def has_form(self) -> bool:
        """Whether it opens a form, rather than doing something at once."""
        return bool(OFFERED[self.kind][1])

    def event(self, by: str, at: datetime) -> Event:
        """The event of a button without a form: refused as stale where the incident moved on since it was drawn."""
        who = _name(by)
        more = {"lead": who} if self.kind == "ManagementStarted" else {}
        return _EVENTS[self.kind](id=f"slack:{self.id}", at=at, by=who, revision=self.revision, **more)


def pressed(body: JSON) -> Press:
    """Read which button was pressed, from the body of a `block_actions` request."""
    (action,) = body["actions"]
    incident_id, _, revision = action["value"].partition(" ")
    kind = action["action_id"].removeprefix("offer:")
    return Press(id=body["trigger_id"], kind=kind, incident_id=incident_id, revision=int(revision))


def thread_of(message: JSON) -> str:
    """The thread that a message stands in, as the receipt of the command that opened it names it; empty for none."""
    return f"{message['channel']}/{message['thread_ts']}" if message.get("thread_ts") else ""


def note(message: JSON, by: str) -> NoteTaken | None:
    """Turn a message in a thread into a note; None for what no person said there (Events API, `message`).

    Its id is the one that reading the thread back gives it, so whoever comes second adds nothing. An edit and a
    deletion are not noted here: reading the thread back notices both.
    """
    if message.get("bot_id") or message.get("app_id") or message.get("subtype") not in _SAID_BY_PEOPLE:
        return None
    seconds, _, micros = message["ts"].partition(".")
    files = [f"[file: {one_line(str(file.get('name') or 'without a name'))}]" for file in message.get("files", ())]
    said = "\n".join(filter(None, (unescape(_ANGLE.sub(_spelt, message.get("text", ""))), *files)))
    return NoteTaken(
        id=f"thread:{message['channel']}/{message['ts']}",
        at=datetime.fromtimestamp(int(seconds), UTC) + timedelta(microseconds=int(micros)),
        by=_name(by),
        text=many_lines(said) or "(no text)",
        from_thread=True,
    )


def _spelt(found: re.Match[str]) -> str:
    """Spell out what Slack writes in angle brackets: mentions, calls of a channel, links (its "Formatting text")."""
    what, label = found[1], found[2] or ""
    if what.startswith(("@", "#")):
        return f"{what[0]}{label or what[1:]}"
    if what.startswith("!"):
        return label or f"@{what[1:]}"
    return f"{label} ({what})" if label and label != what else what


def _name(said: str) -> str:
    """Make any name fit to be recorded."""
    return one_line(said, v.NAME_MAX) or "somebody"
