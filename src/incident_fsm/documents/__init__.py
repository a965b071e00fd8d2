"""Reports, digests, runbooks, agendas, hand-over notes, timelines and the process guide: Jinja2 templates over plain
data. Needs the extra `documents`.

`…_data` makes plain data (dicts, lists, texts, times in the policy's zone) from incidents, their policy and their
timelines; `render_…` fills the templates in `templates/` with it, as Markdown or as an HTML page that needs nothing
from outside. `templates=` names a folder of one's own: a file of the same name there replaces the one that ships (see
docs/templates.md).

What others wrote can do no harm in any of them: see `environment` and `markdown`.
"""

from pathlib import Path
from typing import Literal

from incident_fsm.documents.agenda import agenda_data
from incident_fsm.documents.data import PlainData, incident_data, plain, timeline_data
from incident_fsm.documents.digest import Story, belongs, digest_data
from incident_fsm.documents.environment import render
from incident_fsm.documents.guide import guide_data
from incident_fsm.documents.handover import handover_data
from incident_fsm.documents.meeting import mail_address, render_meeting
from incident_fsm.documents.report import report_data
from incident_fsm.documents.runbook import runbook_data
from incident_fsm.documents.sentences import Sentence, sentence

Form = Literal["markdown", "html"]

_SUFFIXES = {"markdown": "md", "html": "html"}


def render_report(data: PlainData, form: Form = "markdown", *, templates: Path | None = None) -> str:
    """Write the incident report (§6) from `report_data`: a draft, or final with lessons and actions."""
    return _render("report", data, form, templates)


def render_timeline(data: PlainData, form: Form = "markdown", *, templates: Path | None = None) -> str:
    """Write the timeline alone, from `incident_data` with the key "days" from `timeline_data`."""
    return _render("timeline", data, form, templates)


def render_runbook(data: PlainData, form: Form = "markdown", *, templates: Path | None = None) -> str:
    """Write the runbook skeleton (§6) from `runbook_data`."""
    return _render("runbook", data, form, templates)


def render_agenda(data: PlainData, form: Form = "markdown", *, templates: Path | None = None) -> str:
    """Write the agenda of the post-mortem (§6) from `agenda_data`."""
    return _render("agenda", data, form, templates)


def render_handover(data: PlainData, form: Form = "markdown", *, templates: Path | None = None) -> str:
    """Write the hand-over note for a new lead from `handover_data`."""
    return _render("handover", data, form, templates)


def render_digest(data: PlainData, form: Form = "markdown", *, templates: Path | None = None) -> str:
    """Write the digest of a week from `digest_data`."""
    return _render("digest", data, form, templates)


def render_guide(data: PlainData, form: Form = "markdown", *, templates: Path | None = None, style: str = "") -> str:
    """Write the process guide from `guide_data`. `style` is the style sheet of its picture, if it has one."""
    return _render("guide", data, form, templates, style)


def _render(name: str, data: PlainData, form: Form, templates: Path | None, style: str = "") -> str:
    """Fill the template of a document in, in one form."""
    return render(f"{name}.{_SUFFIXES[form]}.j2", data, templates, style=style)


__all__ = [
    "Form",
    "PlainData",
    "Sentence",
    "Story",
    "agenda_data",
    "belongs",
    "digest_data",
    "guide_data",
    "handover_data",
    "incident_data",
    "mail_address",
    "plain",
    "render",
    "render_agenda",
    "render_digest",
    "render_guide",
    "render_handover",
    "render_meeting",
    "render_report",
    "render_runbook",
    "render_timeline",
    "report_data",
    "runbook_data",
    "sentence",
    "timeline_data",
]
